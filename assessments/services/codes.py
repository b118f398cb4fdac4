"""The one kind of code: 16 characters of an unambiguous alphabet, 80 random bits, in groups of four; bound to its bearer."""

import re
import secrets

from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from assessments.ballotbox.bonds import bond, holds, spent_mark
from assessments.models import Code, Invitation

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


@sensitive_variables()
def make_code(*, invitation: Invitation, mac_key: bytes) -> tuple[str, Code]:
    """A fresh code in the clear, and the row to be saved for it."""
    code = draw_code()
    digest = code_digest(code)
    return code, Code(digest=digest, invitation=invitation, bond=bond(digest=digest, bearer=invitation.bearer, mac_key=mac_key))


def mark_of(*, code: Code, mac_key: bytes) -> str | None:
    """What goes into the box of whoever spends this code; None if it was not made for the invitation on which it hangs.

    One mark for all codes of a named invitation, one for each card: closing takes one box for each.
    """
    bearer = code.invitation.bearer
    if not holds(code.bond, digest=code.digest, bearer=bearer, mac_key=mac_key):
        return None
    return spent_mark(bearer=bearer if code.invitation.person_id else f"{bearer} {code.digest}", mac_key=mac_key)
