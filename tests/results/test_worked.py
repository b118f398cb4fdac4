"""What worked here: only teams that stood alike at the start, and never from fewer than five on a side."""

import datetime
from decimal import Decimal

import pytest

from assessments.models import Cycle, CycleMember
from assessments.models.clock import clock_set_to
from assessments.results.acting import roll_up
from assessments.results.worked import Worked
from assessments.services.closing import close_cycle
from tests import factories
from tests.plans import COURTESY, change, take

TEAMS = [f"Shops / Shop{number}" for number in range(12)]


def held(name: str, low: dict[str, int], days: int) -> Cycle:
    """Everybody says four, but for Everyday courtesy what `low` says of the team."""
    cycle = factories.make_cycle(name, days=days)
    for team, value in low.items():
        factories.answer(cycle, team, [factories.all_answers(cycle, 4, everyday_courtesy=value)] * 6)
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


def finished(cycle: Cycle, teams: list[str]) -> None:
    for team in teams:
        change(take(cycle, team), "done")


def worked(cycle: Cycle) -> Worked:
    return roll_up(cycle, [cycle]).worked


@pytest.fixture
def first(db: None) -> Cycle:
    """Twelve shops, in all of which courtesy is the lowest practice."""
    factories.make_organisation({"Shops": 0} | dict.fromkeys(TEAMS, 6))
    return held("2026 Q1", dict.fromkeys(TEAMS, 2), 14)


def risen(teams: list[str]) -> Cycle:
    return held("2026 Q2", {team: 4 if team in teams else 3 for team in TEAMS}, 28)


def test_in_the_first_cycle_there_is_nothing_to_compare(first: Cycle) -> None:
    finished(first, TEAMS[:5])
    assert worked(first) == Worked(None, 0, None, ())


@pytest.mark.parametrize("acted", [4, 8])
def test_below_five_on_a_side_it_counts_and_compares_nothing(first: Cycle, acted: int) -> None:
    finished(first, TEAMS[:acted])
    found = worked(risen(TEAMS[:acted]))
    assert (found.finished, found.together, found.practices) == (acted, None, ())


def test_it_sets_the_change_of_teams_that_acted_against_that_of_the_others(first: Cycle) -> None:
    finished(first, TEAMS[:5])
    found = worked(risen(TEAMS[:5]))
    assert found.together
    assert (found.together.acted, found.together.others, found.together.points) == (Decimal(2), Decimal(1), Decimal(1))
    assert (found.together.acted_teams, found.together.other_teams) == (5, 7)
    ((practice, alone),) = found.practices
    assert (practice.code, alone) == (COURTESY, found.together)


def test_whoever_took_it_up_and_did_not_finish_stands_on_neither_side(first: Cycle) -> None:
    finished(first, TEAMS[:5])
    take(first, TEAMS[5])
    change(take(first, TEAMS[6]), "dropped", "No")
    found = worked(risen(TEAMS[:5])).together
    assert found
    assert (found.acted_teams, found.other_teams) == (5, 5)


def test_what_was_finished_after_the_answers_counts_for_nothing(first: Cycle) -> None:
    finished(first, TEAMS[:4])
    late = take(first, TEAMS[4])
    second = risen(TEAMS[:5])
    with clock_set_to(second.closes + datetime.timedelta(days=1)):
        change(late, "done")
    assert worked(second).finished == 4


def test_a_practice_that_a_report_did_not_name_is_not_compared(first: Cycle) -> None:
    # All others stand at four and are told by the questionnaire's order: the last of them is no opportunity.
    code = first.questionnaire.items.order_by("-position")[0].practice.code
    for team in TEAMS[:5]:
        change(take(first, team, code), "done")
    found = worked(risen(TEAMS[:5]))
    assert (found.finished, found.together) == (5, None)


def test_teams_with_other_people_are_not_compared(first: Cycle) -> None:
    finished(first, TEAMS[:5])
    CycleMember.objects.filter(team__cycle=first, team__path=TEAMS[0]).delete()
    assert worked(risen(TEAMS[:5])).together is None
