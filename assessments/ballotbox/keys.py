"""One key pair and one MAC key per cycle, as files outside the database; the public key goes into the cycle.

Beside them lie two records that nobody who can only write to the database can change: who was invited when the cycle opened, and
which boxes a close has begun to count.
"""

import hashlib
import hmac
import os
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

MAC_KEY_LENGTH = 32
_NO_KEY = "This is not a private key as make_trustee_key writes it: three lines, from BEGIN PRIVATE KEY to END PRIVATE KEY."


class KeyProblem(Exception):
    """A key file cannot be written, is missing, or is not the one that this cycle was opened with."""


@dataclass(frozen=True, slots=True)
class PublicPart:
    """What the database may know of a cycle's keys.

    The fingerprint is made with the MAC key: whoever can write to the database but not to the key directory cannot put a public
    key of their own there, collect what is sealed to it and seal it again for the cycle; nor can they lower k, the smallest group
    shown, while the cycle runs, or say that a trustee keeps a key that lies here.
    """

    public_key: bytes
    k: int
    trustee: bool
    fingerprint: str


def make_keys(directory: Path, uid: uuid.UUID, k: int, *, roll: bytes = b"", trustees: bytes = b"") -> PublicPart:
    """Write fresh keys for a cycle, mode 0600; the private key never leaves its file again until close.

    roll: the record of who is invited. trustees: the public key of somebody who keeps the private one away from this server; then
    only a MAC key is made.
    """
    private_key = None if trustees else X25519PrivateKey.generate()
    public_key = private_key.public_key().public_bytes_raw() if private_key else trustees
    mac_key = secrets.token_bytes(MAC_KEY_LENGTH)
    files = {_mac_path(directory, uid): mac_key, _roll_path(directory, uid): roll}
    if private_key:
        files[_private_path(directory, uid)] = private_key.private_bytes_raw()
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_all(files)
    except OSError as error:
        raise KeyProblem(f"The key directory {directory} cannot be written: {error.strerror}.") from error
    return PublicPart(public_key, k, bool(trustees), fingerprint(public_key, k, mac_key, trustee=bool(trustees)))


def fingerprint(public_key: bytes, k: int, mac_key: bytes, *, trustee: bool) -> str:
    return hmac.new(mac_key, b"csculture public key, k %d, trustee %d " % (k, trustee) + public_key, hashlib.sha256).hexdigest()


def read_mac_key(directory: Path, uid: uuid.UUID, public: PublicPart) -> bytes:
    """The MAC key, if it is the one that vouches for this public key and this k."""
    path = _mac_path(directory, uid)
    mac_key = _read(path, MAC_KEY_LENGTH)
    if not hmac.compare_digest(_expected(public, mac_key), public.fingerprint):
        raise KeyProblem(f"The key in {path}, the public key and k are not those that this cycle was opened with.")
    return mac_key


def _expected(public: PublicPart, mac_key: bytes) -> str:
    return fingerprint(public.public_key, public.k, mac_key, trustee=public.trustee)


def read_roll(directory: Path, uid: uuid.UUID) -> bytes:
    """The record of who was invited, as `make_keys` was given it."""
    return _read(_roll_path(directory, uid))


def begin_count(directory: Path, uid: uuid.UUID, boxes: Iterable[bytes]) -> bool:
    """Note that these boxes (their hashes) are about to be counted; False if others were noted before.

    Figures may have been seen from the moment they are computed: a second count of other boxes would tell the difference.
    """
    path, noted = _counted_path(directory, uid), hashlib.sha256(b"".join(sorted(boxes))).digest()
    try:
        if path.exists() and path.stat().st_size != len(noted):
            path.unlink()  # killed while it was written, before anything was counted
        _write(path, noted)
    except FileExistsError:
        return hmac.compare_digest(_read(path), noted)
    except OSError as error:
        raise KeyProblem(f"The key directory {directory} cannot be written: {error.strerror}.") from error
    return True


def is_counted(directory: Path, uid: uuid.UUID) -> bool:
    """Whether a count has begun."""
    return _counted_path(directory, uid).exists()


def read_private_key(directory: Path, uid: uuid.UUID, public: PublicPart) -> X25519PrivateKey:
    """The private key, if it belongs to this public key."""
    path = _private_path(directory, uid)
    private_key = X25519PrivateKey.from_private_bytes(_read(path, 32))
    if private_key.public_key().public_bytes_raw() != public.public_key:
        raise KeyProblem(f"The key in {path} is not the one that this cycle was opened with.")
    return private_key


def parse_private_key(pem: str, public_key: bytes) -> X25519PrivateKey:
    """A trustee's private key as it stands in their file; KeyProblem, which never quotes it, when it is not this cycle's."""
    try:
        private_key = load_pem_private_key(_unindented(pem), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyProblem(_NO_KEY) from None
    if not isinstance(private_key, X25519PrivateKey):
        raise KeyProblem(_NO_KEY)
    if private_key.public_key().public_bytes_raw() != public_key:
        raise KeyProblem("This is a private key, but not the one that belongs to this poll.")
    return private_key


def parse_public_key(pem: str) -> bytes:
    """The 32 bytes of a trustee's public key; KeyProblem for anything else, a private key above all."""
    if "PRIVATE" in pem:
        raise KeyProblem("This is a private key. It must stay with the trustee: make a new pair, and bring only the public file.")
    try:
        public_key = load_pem_public_key(_unindented(pem))
    except (ValueError, UnsupportedAlgorithm):
        raise KeyProblem("This is not a public key as make_trustee_key writes it.") from None
    if not isinstance(public_key, X25519PublicKey):
        raise KeyProblem("This is a public key of another kind than make_trustee_key writes (X25519).")
    return public_key.public_bytes_raw()


def _unindented(pem: str) -> bytes:
    """Copying from a mail or a page adds blanks."""
    return "\n".join(line.strip() for line in pem.strip().splitlines()).encode()


def destroy_keys(directory: Path, uid: uuid.UUID) -> None:
    """Overwrite and remove all files; removing what is already gone is fine."""
    for path in (*key_files(directory, uid), _counted_path(directory, uid)):
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise KeyProblem(f"The key file {path} could not be removed: {error.strerror}.") from error


def key_files(directory: Path, uid: uuid.UUID) -> tuple[Path, Path, Path]:
    """Where the private key, the MAC key and the record of the invited are while a cycle is open."""
    return _private_path(directory, uid), _mac_path(directory, uid), _roll_path(directory, uid)


def _private_path(directory: Path, uid: uuid.UUID) -> Path:
    return directory / f"{uid}.private"


def _mac_path(directory: Path, uid: uuid.UUID) -> Path:
    return directory / f"{uid}.mac"


def _roll_path(directory: Path, uid: uuid.UUID) -> Path:
    return directory / f"{uid}.roll"


def _counted_path(directory: Path, uid: uuid.UUID) -> Path:
    return directory / f"{uid}.counted"


def _write_all(files: dict[Path, bytes]) -> None:
    """All or none."""
    written: list[Path] = []
    try:
        for path, content in files.items():
            _write(path, content)
            written.append(path)
    except OSError:
        for path in written:
            path.unlink()
        raise


def _write(path: Path, content: bytes) -> None:
    """Create with mode 0600 from the first moment, and make sure that it is on the disk before anything relies on it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise


def _read(path: Path, length: int | None = None) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyProblem(f"The key file {path} cannot be read: {error.strerror}.") from error
    if length is not None and len(content) != length:
        raise KeyProblem(f"The key file {path} is damaged: {len(content)} bytes instead of {length}.")
    return content
