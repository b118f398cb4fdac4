"""The values that leave the analysis. The *type* says what may be printed: `Hidden` has no number."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

Op: TypeAlias = Literal["=", "<=", ">="]
Direction: TypeAlias = Literal["up", "down", "none", "too_few"]

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
    def middle(self) -> float:
        """What it counts as in an index: a clipped one as the middle of what it stands for, so that nothing more leaks."""
        return {"=": float(self.value), ">=": 4.8, "<=": 1.2}[self.op]

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
class Share:
    """A share in per cent as it may be printed: in steps of 5; `op` tells whether it was clipped. low, high: its range."""

    value: int
    op: Op = "="
    low: int | None = None
    high: int | None = None

    @property
    def clipped(self) -> bool:
        return self.op != "="


@dataclass(frozen=True, slots=True)
class Classes:
    """Who disagrees (1-2), stands between (3) and agrees (4-5), in per cent; always sums to 100.

    strongly_disagree, strongly_agree: the part of a side that chose 1, or 5; from twenty answers on, where both parts of the side
    are large enough to be said.
    """

    disagree: int
    middle: int
    agree: int
    strongly_disagree: int | None = None
    strongly_agree: int | None = None


class AgreementWord(StrEnum):
    """What is said of a team's agreement; the printed words live in templates."""

    CLOSE = "close together"
    MIXED = "mixed"
    FAR = "far apart"


class Band(StrEnum):
    """Where a team stands among the teams of the organisation, once chance is taken into account."""

    UPPER = "upper"
    MIDDLE = "middle"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Change:
    """A change against an earlier quarter, from displayed means. `points` is None where a mean is clipped: then only a word.

    low and high: where the change likely lies, to 0.1. n_before and n_now: answers of both quarters. since: that quarter's name.
    visible: the smallest change that so many answers would probably show.
    "none" says that no change is clear, not that nothing changed; it carries no points and no range. "too_few" carries nothing at
    all, so that a hidden quarter and a small one look the same.
    """

    direction: Direction
    points: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    n_before: int | None = None
    n_now: int | None = None
    since: str = ""
    visible: Decimal | None = None

    def __post_init__(self) -> None:
        says_how_much = (self.points, self.low, self.high) != (None, None, None)
        if says_how_much and self.direction in {"none", "too_few"}:
            raise ValueError("A change that is not clear has no number.")
        if self.direction == "too_few" and (self.n_before, self.n_now) != (None, None):
            raise ValueError("Too few answers are not counted out.")
        if says_how_much and self.points is None:
            raise ValueError("A change in words has no range.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure that may be printed. A clipped mean carries no interval.

    share: of those who agree, classes, agreement: from ten answers on. change: against the quarter before, where comparable.
    band: where the teams of the organisation can be told apart.
    """

    mean: Mean
    n: int
    invited: int
    interval: Interval | None
    share: Share | None = None
    classes: Classes | None = None
    agreement: AgreementWord | None = None
    change: Change | None = None
    band: Band | None = None

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
    """Leader's value minus the displayed team mean. `points` is None where the team's mean is clipped: then only a word.

    low and high: where the gap likely lies, from the range of the team's mean; the leader is one person and has no range.
    """

    manager: Decimal
    points: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def size(self) -> Decimal:
        """Without its sign; 0 where it has no number."""
        return abs(self.points or Decimal(0))

    @property
    def clear(self) -> bool:
        """At least half a point, and the leader's value outside the team's likely range."""
        outside = self.low is None or self.high is None or not self.low <= 0 <= self.high
        return self.size >= Decimal("0.5") and outside
