"""Hints on how a statement is worded."""

import pytest

from assessments.content.catalogue import read_catalogue
from assessments.content.wording import Fault, Hint, faults_of, hints_on, hints_on_both


@pytest.mark.parametrize(
    ("statement", "hints"),
    [
        ("People here are kind to each other.", ()),
        ("Our tools are fast and my manager listens.", (Hint.TWO,)),
        ("My manager is fair or friendly.", (Hint.TWO,)),
        ("I never have to wait for an answer.", (Hint.NEGATIVE,)),
        ("People don’t interrupt customers.", (Hint.NEGATIVE,)),
        ("When I do not know the answer, I know whom to ask.", ()),
        ("We say “please and thank you”.", ()),
        ("Good service earns something, such as time off or a gift.", ()),
        ("Nobody waits and nobody is sent away.", (Hint.TWO, Hint.NEGATIVE)),
        (" ".join(["word"] * 21), (Hint.LONG,)),
        ("x" * 121, (Hint.LONG,)),
        (" ".join(["word"] * 20), ()),
        ("I understand my customers’ notes.", ()),
    ],
)
def test_a_hint_says_what_to_think_about(statement: str, hints: tuple[Hint, ...]) -> None:
    assert hints_on(statement) == hints


def test_two_statements_about_different_things_are_pointed_out() -> None:
    assert hints_on_both("We answer mails within a day.", "I praise people who serve well.") == (Hint.APART,)
    assert hints_on_both("We answer mails within a day.", "My team answers mails within a day.") == ()
    assert hints_on_both("", "I praise people.") == ()


def test_what_csculture_ships_hardly_ever_gets_one() -> None:
    practices = read_catalogue().practices
    assert sum(bool(hints_on(practice.team)) for practice in practices) <= 4
    assert not [practice.code for practice in practices if hints_on_both(practice.team, practice.manager)]


def test_faults_are_empty_too_long_and_twice() -> None:
    statements = {"a": "We help.", "b": " we HELP ", "c": " ", "d": "x" * 201, "e": "…"}
    assert faults_of(statements) == {"b": Fault.TWICE, "c": Fault.EMPTY, "d": Fault.TOO_LONG, "e": Fault.EMPTY}
