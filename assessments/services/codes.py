"""The one kind of code: 16 characters of an unambiguous alphabet, 80 random bits, in groups of four; bound to its bearer."""

import re
import secrets
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Spent:
    """What a code stands for when it is used: the mark for its box, and whether it is a card's."""

    mark: str
    by_card: bool


@sensitive_variables()
def make_code(*, invitation: Invitation, mac_key: bytes, card: bool = False) -> tuple[str, Code]:
    """A fresh code in the clear, and the row to be saved for it."""
    code = draw_code()
    digest, bearer = code_digest(code), invitation.card_bearer if card else invitation.bearer
    return code, Code(digest=digest, invitation=invitation, bond=bond(digest=digest, bearer=bearer, mac_key=mac_key))


def spend(*, code: Code, mac_key: bytes) -> Spent | None:
    """None if the code was made neither for the invitation on which it hangs nor for a card of its team.

    One mark for all codes of a named invitation, one for each card: closing takes one box for each.
    """
    named, card = code.invitation.bearer, code.invitation.card_bearer
    if holds(code.bond, digest=code.digest, bearer=named, mac_key=mac_key):
        return Spent(spent_mark(bearer=named, mac_key=mac_key), by_card=False)
    if holds(code.bond, digest=code.digest, bearer=card, mac_key=mac_key):
        return Spent(spent_mark(bearer=f"{card} {code.digest}", mac_key=mac_key), by_card=True)
    return None
