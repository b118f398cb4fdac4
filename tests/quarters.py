"""Closed cycles one after the other on the same organisation: North (12) and South (6) in Sales, and what they answered."""

from collections.abc import Mapping, Sequence

from assessments.models import Cycle, Questionnaire
from assessments.services.closing import close_cycle
from tests import factories

NORTH, SOUTH = "Sales / North", "Sales / South"
LOW, HIGH, STEADY = [2, 3] * 6, [3, 4] * 6, [3, 4] * 3


def make_sales() -> None:
    factories.make_organisation({"Sales": 0, NORTH: 12, SOUTH: 6})


def closed_quarter(
    number: int, north: Sequence[int | Mapping[str, int]], south: Sequence[int] = STEADY, questionnaire: str = "quarterly-check"
) -> Cycle:
    """The n-th quarter, "2026 Q1" for 1, ends two weeks after the one before."""
    factories.quarterly_check()
    asked = Questionnaire.objects.newest(questionnaire)
    cycle = factories.make_cycle(f"2026 Q{number}", questionnaire=asked, days=14 * number)
    factories.answer(cycle, NORTH, north)
    factories.answer(cycle, SOUTH, south)
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


def risen() -> Cycle:
    """North went up by a whole point, South stayed."""
    make_sales()
    closed_quarter(1, LOW)
    return closed_quarter(2, HIGH)
