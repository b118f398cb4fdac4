"""A box: one ballot, sealed by HPKE (RFC 9180) to the cycle's public key, always 4096 bytes long.

Inside, in this order: HMAC-SHA256 over everything that follows and the cycle, the lengths of two compressed parts (two bytes each),
the answers, the texts, zeros.
The MAC key is no part of the database, so somebody who can write rows there still cannot make a box that opens.
"""

import hashlib
import hmac
import json
import struct
import uuid
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

BOX_LENGTH = 4096
_OVERHEAD = 32 + 16  # the encapsulated key and the authentication tag
_ROOM = BOX_LENGTH - _OVERHEAD
_MAC_LENGTH = 32
_LENGTHS = struct.Struct(">HH")
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class ForgedBox(Exception):
    """A box that this cycle's own pages cannot have made."""


class BallotTooLong(Exception):
    """Answers and texts do not fit into one box."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one person said. `answers`: practice code to 1-5, 0 for "cannot say"; `mark`: bonds.spent_mark of its code."""

    unit: str
    answers: dict[str, int]
    helps: str = ""
    hinders: str = ""
    mark: str = ""


def seal(ballot: Ballot, *, cycle: uuid.UUID, public_key: bytes, mac_key: bytes) -> bytes:
    """The ballot as 4096 bytes that only the cycle's private key opens."""
    content = {
        "m": ballot.mark,
        "u": ballot.unit,
        "a": ballot.answers,
        "+": len(ballot.helps),
    }
    # Compressed apart and at three bytes a character, two texts of 500 fit whatever they say; padded, the length says nothing.
    parts = [
        zlib.compress(part, 9)
        for part in (json.dumps(content, separators=(",", ":")).encode(), _three_bytes(ballot.helps + ballot.hinders))
    ]
    body = b"".join(parts)
    if len(body) > _ROOM - _MAC_LENGTH - _LENGTHS.size:
        raise BallotTooLong
    padded = (_LENGTHS.pack(*map(len, parts)) + body).ljust(_ROOM - _MAC_LENGTH, b"\0")
    plain = _mac(mac_key, cycle, padded) + padded
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public_key), _info(cycle))


def unseal(sealed: bytes, *, cycle: uuid.UUID, private_key: X25519PrivateKey, mac_key: bytes) -> Ballot:
    """The ballot in a box; ForgedBox when it was not made for this cycle by somebody who holds the MAC key."""
    if len(sealed) != BOX_LENGTH:
        raise ForgedBox("wrong length")
    try:
        plain = _SUITE.decrypt(sealed, private_key, _info(cycle))
    except (InvalidTag, ValueError) as error:
        raise ForgedBox("cannot be opened") from error
    mac, padded = plain[:_MAC_LENGTH], plain[_MAC_LENGTH:]
    if not hmac.compare_digest(mac, _mac(mac_key, cycle, padded)):
        raise ForgedBox("wrong MAC")
    first, second = _LENGTHS.unpack_from(padded)
    start, middle = _LENGTHS.size, _LENGTHS.size + first
    content = json.loads(zlib.decompress(padded[start:middle]))
    texts = _characters(zlib.decompress(padded[middle : middle + second]))
    helps, hinders = texts[: content["+"]], texts[content["+"] :]
    return Ballot(unit=content["u"], answers=content["a"], helps=helps, hinders=hinders, mark=content["m"])


def _three_bytes(text: str) -> bytes:
    return b"".join(ord(character).to_bytes(3, "big") for character in text)


def _characters(packed: bytes) -> str:
    return "".join(chr(int.from_bytes(packed[at : at + 3], "big")) for at in range(0, len(packed), 3))


def _info(cycle: uuid.UUID) -> bytes:
    """Binds a box to its cycle: moved to another one it does not open."""
    return b"csculture ballot " + cycle.bytes


def _mac(key: bytes, cycle: uuid.UUID, padded: bytes) -> bytes:
    return hmac.new(key, _info(cycle) + padded, hashlib.sha256).digest()
