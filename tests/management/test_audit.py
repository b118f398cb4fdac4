"""The command prints a line for each thing it looked at and fails when one is wrong."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Box, Cycle
from assessments.services.closing import close_cycle
from tests import factories

pytestmark = pytest.mark.django_db


def run(cycle: Cycle, *options: str) -> str:
    out = StringIO()
    call_command("audit", cycle.name, *options, stdout=out)
    return out.getvalue()


def test_it_says_what_it_looked_at(open_cycle: Cycle) -> None:
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    lines = run(open_cycle).splitlines()
    assert lines[0] == f"{open_cycle.name} is open."
    assert "ok       All 8 boxes are 4096 bytes long." in lines
    assert f"{len(lines) - 2} things looked at: nothing is wrong" in lines[-1]


def test_it_changes_nothing(open_cycle: Cycle) -> None:
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    before = sorted(Box.objects.values_list("pk", "cycle__state"))
    assert run(open_cycle) == run(open_cycle)
    assert sorted(Box.objects.values_list("pk", "cycle__state")) == before


def test_it_fails_when_something_is_wrong(open_cycle: Cycle) -> None:
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    Box.objects.all()[0].delete()
    with pytest.raises(CommandError, match=r"\d+ things looked at: 1 wrong, \d+ to be thought about") as error:
        run(open_cycle)
    assert error.value.returncode == 1


def test_it_looks_at_the_cycle_before_when_asked(transactional_db: None) -> None:
    factories.make_organisation({"Sales": 6})
    cycle = factories.make_cycle()
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    line = "ok       No cycle was closed before this one: there is nothing to compare with."
    assert line in run(cycle, "--across-cycles").splitlines()
    assert line not in run(cycle).splitlines()
