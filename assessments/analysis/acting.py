"""Whether practices moved more where teams acted on them. A comparison of teams that chose for themselves: never a proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

ACTING_FROM = 5  # teams on either side
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Acting:
    """Mean change in scale points of teams that acted and of the others, and the difference with its likely range.

    low and high are None where neither side spreads. acted_teams, other_teams: how many stand on either side.
    """

    acted: Decimal
    others: Decimal
    points: Decimal
    low: Decimal | None
    high: Decimal | None
    acted_teams: int
    other_teams: int

    @property
    def clear(self) -> bool:
        """The range leaves out zero."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def acting(acted: Sequence[Decimal], others: Sequence[Decimal]) -> Acting | None:
    """Difference of the two means as printed; range by Welch (1947) on the changes, ends rounded outward to 0.1.

    acted, others: one printed change per team, in scale points. Minimum n: 5 each, else None. Raises as `change.welch`.
    """
    if min(len(acted), len(others)) < ACTING_FROM:
        return None
    from assessments.analysis.change import welch_samples  # noqa: PLC0415 - brings numpy, which only this comparison needs

    found = welch_samples([float(change) for change in acted], [float(change) for change in others])
    means = _mean(acted), _mean(others)
    return Acting(
        acted=means[0],
        others=means[1],
        points=means[0] - means[1],
        low=_tenth(found.lower, ROUND_FLOOR),
        high=_tenth(found.upper, ROUND_CEILING),
        acted_teams=len(acted),
        other_teams=len(others),
    )


def _mean(changes: Sequence[Decimal]) -> Decimal:
    return (sum(changes, Decimal(0)) / len(changes)).quantize(TENTH, ROUND_HALF_UP)


def _tenth(value: float | None, rounding: str) -> Decimal | None:
    # To 1e-9 first, so that 0.3 computed as 0.30000000000000004 stays 0.3.
    return None if value is None else Decimal(value).quantize(Decimal("1e-9")).quantize(TENTH, rounding)
