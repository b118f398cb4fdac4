"""How figures move from quarter to quarter, as far as it may be said. Pure values; what counts as clear is decided elsewhere."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from assessments.analysis.values import FigureValue

Direction: TypeAlias = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Change:
    """A change against an earlier quarter. `points` is None where a mean is clipped: then only a word.

    "none" says that no change is clear, not that nothing changed; it never carries a number.
    """

    direction: Direction
    points: Decimal | None = None

    def __post_init__(self) -> None:
        if self.direction == "none" and self.points is not None:
            raise ValueError("A change that is not clear has no number.")


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One quarter of a trend. `breaks_before`: what is asked or who belongs here changed, so nothing is compared across."""

    label: str
    figure: FigureValue
    breaks_before: bool = False
