"""The values that leave the analysis. The *type* says what may be printed: `Hidden` has no number."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

Op: TypeAlias = Literal["=", "<=", ">="]

BAND_TOPS = (Decimal("2.4"), Decimal("2.9"), Decimal("3.4"), Decimal("3.9"), Decimal("4.4"))


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean on the scale 1 to 5 as it may be printed: rounded to 0.1; `op` tells whether it was clipped at an end."""

    value: Decimal
    op: Op = "="

    @property
    def clipped(self) -> bool:
        return self.op != "="

    @property
    def band(self) -> int:
        """1 (2.4 or less) to 6 (4.5 or more), half a point each."""
        return 1 + sum(self.value > top for top in BAND_TOPS)


@dataclass(frozen=True, slots=True)
class Interval:
    """The likely range of a mean: where the mean of all the invited would lie."""

    low: Decimal
    high: Decimal

    @property
    def wide(self) -> bool:
        """Wider than one band of half a point."""
        return self.high - self.low > Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure that may be printed. A clipped mean carries no interval."""

    mean: Mean
    n: int
    invited: int
    interval: Interval | None

    @property
    def unsure(self) -> bool:
        return self.interval is not None and self.interval.wide


@dataclass(frozen=True, slots=True)
class Hidden:
    """A figure that may not be printed, whatever the reason. `counted_in` names the unit whose figures contain its answers."""

    counted_in: str = ""


FigureValue: TypeAlias = Shown | Hidden


@dataclass(frozen=True, slots=True)
class Participation:
    """How many of the invited answered, where that may be said exactly."""

    answered: int
    invited: int

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.invited) if self.invited else 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Leader's value minus the displayed team mean. `points` is None where the team's mean is clipped: then only a word."""

    manager: Decimal
    points: Decimal | None

    @property
    def size(self) -> Decimal:
        """Without its sign; 0 where it has no number."""
        return abs(self.points or Decimal(0))

    @property
    def clear(self) -> bool:
        return self.size >= Decimal("0.5")
