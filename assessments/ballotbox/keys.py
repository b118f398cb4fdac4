"""One key pair and one MAC key per cycle, as files outside the database; the public key goes into the cycle."""

import hashlib
import hmac
import os
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

MAC_KEY_LENGTH = 32


class KeyProblem(Exception):
    """A key file cannot be written, is missing, or is not the one that this cycle was opened with."""


@dataclass(frozen=True, slots=True)
class PublicPart:
    """What the database may know of a cycle's keys.

    The fingerprint is made with the MAC key: whoever can write to the database but not to the key directory cannot put a public
    key of their own there, collect what is sealed to it and seal it again for the cycle.
    """

    public_key: bytes
    fingerprint: str


def make_keys(directory: Path, uid: uuid.UUID) -> PublicPart:
    """Write a fresh private key and MAC key for a cycle, mode 0600; the private key never leaves its file again until close."""
    private_key = X25519PrivateKey.generate()
    public_key = private_key.public_key().public_bytes_raw()
    mac_key = secrets.token_bytes(MAC_KEY_LENGTH)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(_private_path(directory, uid), private_key.private_bytes_raw())
        try:
            _write(_mac_path(directory, uid), mac_key)
        except OSError:
            _private_path(directory, uid).unlink()
            raise
    except OSError as error:
        raise KeyProblem(f"The key directory {directory} cannot be written: {error.strerror}.") from error
    return PublicPart(public_key, fingerprint(public_key, mac_key))


def fingerprint(public_key: bytes, mac_key: bytes) -> str:
    return hmac.new(mac_key, b"csculture public key " + public_key, hashlib.sha256).hexdigest()


def read_mac_key(directory: Path, uid: uuid.UUID, public: PublicPart) -> bytes:
    """The MAC key, if it is the one that vouches for this public key."""
    path = _mac_path(directory, uid)
    mac_key = _read(path, MAC_KEY_LENGTH)
    if not hmac.compare_digest(fingerprint(public.public_key, mac_key), public.fingerprint):
        raise KeyProblem(f"The key in {path} and the public key are not those that this cycle was opened with.")
    return mac_key


def read_private_key(directory: Path, uid: uuid.UUID, public: PublicPart) -> X25519PrivateKey:
    """The private key, if it belongs to this public key."""
    path = _private_path(directory, uid)
    private_key = X25519PrivateKey.from_private_bytes(_read(path, 32))
    if private_key.public_key().public_bytes_raw() != public.public_key:
        raise KeyProblem(f"The key in {path} is not the one that this cycle was opened with.")
    return private_key


def destroy_keys(directory: Path, uid: uuid.UUID) -> None:
    """Overwrite and remove both files; removing what is already gone is fine."""
    for path in key_files(directory, uid):
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


def key_files(directory: Path, uid: uuid.UUID) -> tuple[Path, Path]:
    """Where the private key and the MAC key of a cycle are while it is open."""
    return _private_path(directory, uid), _mac_path(directory, uid)


def _private_path(directory: Path, uid: uuid.UUID) -> Path:
    return directory / f"{uid}.private"


def _mac_path(directory: Path, uid: uuid.UUID) -> Path:
    return directory / f"{uid}.mac"


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


def _read(path: Path, length: int) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyProblem(f"The key file {path} cannot be read: {error.strerror}.") from error
    if len(content) != length:
        raise KeyProblem(f"The key file {path} is damaged: {len(content)} bytes instead of {length}.")
    return content
