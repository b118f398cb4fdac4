"""What an audit says of one thing that it looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. A note is a limit that no figure can do away with: nothing is to be done."""

    verdict: Verdict
    words: str


def judged(wrong: object, good: str, bad: str, otherwise: Verdict = Verdict.WRONG) -> Finding:
    """`bad` with the verdict `otherwise` where something is wrong, else `good`."""
    return Finding(otherwise, bad) if wrong else Finding(Verdict.OK, good)
