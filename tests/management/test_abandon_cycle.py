"""`close_cycle --abandon`: asks twice, says what it did."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Act, Box, Cycle
from tests import factories

NAME = "2026 Q4"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("close_cycle", NAME, "--abandon", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def cycle(open_cycle: Cycle) -> Cycle:
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    return open_cycle


def test_it_asks_for_the_name_and_goes_on(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda question: NAME)
    assert "2026 Q4 is abandoned." in run("--why", "a box is gone")
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.ABANDONED
    assert Act.objects.get().who.endswith("at the command line")


@pytest.mark.parametrize("typed", ["", "yes", "2026 Q3"])
def test_another_name_stops_it(cycle: Cycle, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr("builtins.input", lambda question: typed)
    with pytest.raises(CommandError, match=r"not the cycle's name\. Nothing was changed\."):
        run("--why", "a box is gone")
    assert Box.objects.count() == 8


def test_with_nobody_to_ask_it_stops(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="Nobody is there to ask"):
        run("--why", "a box is gone")


def test_without_a_reason_it_stops(cycle: Cycle) -> None:
    with pytest.raises(CommandError, match=r"Say why.* Nothing was changed\."):
        run("--yes")
    assert Box.objects.count() == 8


def test_with_yes_it_does_not_ask(cycle: Cycle) -> None:
    assert "nothing is published" in run("--yes", "--why", "a box is gone")
