"""A unit beside the whole, and managers as a group beside all people: small arithmetic on printed values."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from assessments.analysis.values import Mean, Shown

TENTH = Decimal("0.1")
FEWEST_MANAGERS = 5  # below, a mean "of the managers" would be the view of one or two
APART = Decimal("0.2")  # points, as for a clear change
APART_AT_AN_END = Decimal("0.5")  # a clipped mean has no range to lie outside of


class Standing(StrEnum):
    """Where a unit stands beside the whole."""

    ABOVE = "clearly above"
    ALIKE = "about the same"
    BELOW = "clearly below"


@dataclass(frozen=True, slots=True)
class Managers:
    """Managers as a group: the mean of what they submitted, to 0.1, over so many units."""

    mean: Decimal
    units: int


def standing(figure: Shown, whole: Mean) -> Standing:
    """Clearly above or below: at least 0.2 away with the whole's printed mean outside the unit's likely range.

    A clipped mean of the unit needs 0.5, since it has no range. Both means clipped at one end are about the same.
    """
    difference = figure.mean.value - whole.value
    if figure.interval is None:
        apart = abs(difference) >= APART_AT_AN_END
    else:
        apart = abs(difference) >= APART and not figure.interval.low <= whole.value <= figure.interval.high
    if not apart:
        return Standing.ALIKE
    return Standing.ABOVE if difference > 0 else Standing.BELOW


def managers_together(values: Iterable[Decimal | int]) -> Managers | None:
    """The plain mean of submitted ratings, or of means of a dimension, one of each unit; None below five units."""
    found = [Decimal(value) for value in values]
    if len(found) < FEWEST_MANAGERS:
        return None
    return Managers((sum(found, Decimal(0)) / len(found)).quantize(TENTH, ROUND_HALF_UP), len(found))
