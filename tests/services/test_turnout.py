"""How many have answered is counted once a day, by the first who looks."""

import datetime

import pytest

from assessments.models import Cycle, Turnout
from assessments.models.clock import clock_set_to, today
from assessments.results.participation import participation_page, turnout_of
from assessments.services.closing import abandon_cycle, close_cycle
from assessments.services.due import run_due
from assessments.services.turnout import note_turnout
from tests import factories

pytestmark = pytest.mark.django_db
NORTH = "Sales / North"


def told(cycle: Cycle) -> int:
    participation = turnout_of(cycle).participation
    assert participation is not None
    return participation.answered


def test_it_stays_the_same_for_the_rest_of_the_day(open_cycle: Cycle) -> None:
    factories.answer(open_cycle, NORTH, [4, 4])
    note_turnout()
    factories.answer(open_cycle, "Sales / South", [4, 4, 4])
    note_turnout()
    assert told(open_cycle) == 2
    with clock_set_to(today() + datetime.timedelta(days=1)):
        note_turnout()
        assert told(open_cycle) == 5


def test_all_pages_tell_the_same(open_cycle: Cycle) -> None:
    factories.answer(open_cycle, NORTH, [4, 4])
    note_turnout()
    factories.answer(open_cycle, "Sales / South", [4])
    page = participation_page(open_cycle)
    rows = {row.team.path: row.participation for row in page.rows}
    assert page.turnout.participation.answered == told(open_cycle) == 2
    assert (rows[NORTH].answered, rows[NORTH].invited) == (2, 8)


def test_the_daily_run_counts_too(open_cycle: Cycle) -> None:
    factories.answer(open_cycle, NORTH, [4])
    run_due()
    assert told(open_cycle) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["close", "abandon"])
def test_nothing_of_it_is_left_at_the_end(open_cycle: Cycle, end: str) -> None:
    """It holds small teams too, which no page tells."""
    factories.answer(open_cycle, NORTH, [4] * 8)
    note_turnout()
    assert Turnout.objects.exists()
    if end == "close":
        close_cycle(cycle=open_cycle, now=True)
    else:
        abandon_cycle(cycle=open_cycle, by="HR", why="wrong questionnaire")
    assert not Turnout.objects.exists()


def test_without_a_running_cycle_there_is_nothing_to_count(db: None) -> None:
    note_turnout()
    assert not Turnout.objects.exists()
