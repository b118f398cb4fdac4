"""Make the key pair of a trustee, away from the server that holds the poll. A file of its own, to be carried to another computer:

    python make_trustee_key.py DIRECTORY

It needs Python 3.11 and the package `cryptography`, nothing else, and no network. It writes `trustee-private.pem`, which the
trustee keeps, and `trustee-public.pem`, which goes to the people who open the poll. OpenSSL makes the same:

    openssl genpkey -algorithm X25519 -out trustee-private.pem
    openssl pkey -in trustee-private.pem -pubout -out trustee-public.pem
"""

import hashlib
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PRIVATE_NAME = "trustee-private.pem"
PUBLIC_NAME = "trustee-public.pem"
WORDS = """\
{private}  keep it, show it to nobody, and keep a second copy in another safe place
{public}   give it to the people who open the poll
Short sign of the public key: {sign}
It stands on the poll's page about anonymity as long as the poll runs. If another stands there, tell everybody.

Without the private key the answers of the poll are lost. When the poll is counted, destroy the key and all its copies:
whoever has it and a copy of the database from during the poll can open the answers in that copy.
"""


def make_trustee_key(directory: Path) -> str:
    """Write both files and return what to do with them. FileExistsError before anything is written if one stands there."""
    directory.mkdir(parents=True, exist_ok=True)
    private, public = directory / PRIVATE_NAME, directory / PUBLIC_NAME
    for path in (private, public):
        if path.exists():
            raise FileExistsError(f"{path} is there already. It is never overwritten: choose another directory.")
    key = X25519PrivateKey.generate()
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return WORDS.format(private=private, public=public, sign=short_sign(key.public_key().public_bytes_raw()))


def short_sign(public_key: bytes) -> str:
    """Sixteen hex digits of SHA-256 in groups of four: short enough to be read aloud, too many to be met by chance."""
    digest = hashlib.sha256(public_key).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python make_trustee_key.py DIRECTORY")
    try:
        sys.stdout.write(make_trustee_key(Path(sys.argv[1])))
    except OSError as error:
        sys.exit(str(error))
