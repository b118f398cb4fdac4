"""What is wrong with a statement, and what may be. Faults are refused; hints never stop anybody, and know English only."""

import re
from collections.abc import Mapping
from enum import StrEnum

MOST = 200  # characters of a statement
LONG = 120
LONG_WORDS = 20
ALIKE = 0.34  # of the rarer words that a team's and a manager's statement share; the shipped ones share half or more


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too long"
    TWICE = "twice"


class Hint(StrEnum):
    LONG = "long"
    TWO = "two questions"
    NEGATIVE = "negative"
    APART = "apart"


_TWO = re.compile(r"\b(and|or|as well as)\b|;", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(not|never|no|nobody|no one|none|nothing|neither|nor|cannot|\w+n[’']t)\b", re.IGNORECASE)
# What somebody says, and examples, are no question of their own.
_ASIDE = re.compile(r"“[^”]*”|\"[^\"]*\"|\b(such as|for example|like)\b.*", re.IGNORECASE)
# "When I do not know the answer, ..." tells the situation; what is asked comes after it.
_SITUATION = re.compile(r"^(in my team, )?(when|if|where) [^,]*,", re.IGNORECASE)
_ENDING = re.compile(r"(ies|es|s|ed|ing)$")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a about an and are as at be been by can could do does for from had has have here how i if in is it its "
        "me my of on or our people so team that the their them there these they this to us was we were what when where which "
        "who will with would you your",
    )
)


def faults_of(statements: Mapping[str, str]) -> dict[str, Fault]:
    """Statements of one kind by practice: those that cannot stand so."""
    faults: dict[str, Fault] = {}
    seen: set[str] = set()
    for code, text in statements.items():
        mark = re.sub(r"\W+", " ", text).strip().casefold()
        if not mark:
            faults[code] = Fault.EMPTY
        elif len(text) > MOST:
            faults[code] = Fault.TOO_LONG
        elif mark in seen:
            faults[code] = Fault.TWICE
        seen.add(mark)
    return faults


def hints_on(statement: str) -> tuple[Hint, ...]:
    """What one statement alone gives to think about."""
    plain = _ASIDE.sub("", statement)
    found = {
        Hint.LONG: len(statement) > LONG or len(statement.split()) > LONG_WORDS,
        Hint.TWO: _TWO.search(plain),
        Hint.NEGATIVE: _NEGATIVE.search(_SITUATION.sub("", plain)),
    }
    return tuple(hint for hint, is_there in found.items() if is_there)


def hints_on_both(team: str, manager: str) -> tuple[Hint, ...]:
    """Whether the two seem to ask about different things; figures stand side by side later."""
    one, other = _words(team), _words(manager)
    if not one or not other:
        return ()
    return (Hint.APART,) if len(one & other) / min(len(one), len(other)) < ALIKE else ()


def _words(text: str) -> set[str]:
    return {_ENDING.sub("", word) for word in re.findall(r"\w+", text.casefold()) if word not in _COMMON}
