"""The one kind of code: 16 characters of an unambiguous alphabet, 80 random bits, written in groups of four."""

import re
import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, 1, I, O
LENGTH = 16


def draw_code() -> str:
    """A fresh code as XXXX-XXXX-XXXX-XXXX; it is stored nowhere, only its digest is."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(LENGTH // 4))


def read_code(typed: str) -> str | None:
    """What somebody typed in its written form; spaces, hyphens and small letters do not matter. None if it cannot be a code."""
    bare = re.sub(r"[\s\-–—#]", "", typed).upper()
    if len(bare) != LENGTH or not set(bare) <= set(ALPHABET):
        return None
    return "-".join(bare[start : start + 4] for start in range(0, LENGTH, 4))


def code_digest(code: str) -> str:
    """HMAC-SHA256 under the server's key: a copy of the database alone does not tell which codes exist."""
    return salted_hmac("assessments.code", code, algorithm="sha256").hexdigest()
