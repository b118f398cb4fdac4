"""How figures move from quarter to quarter, as far as it may be said. Pure values; what counts as clear is decided elsewhere."""

from dataclasses import dataclass

from assessments.analysis.values import Change, FigureValue

__all__ = ["Change", "TrendPoint"]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One quarter of a trend. `breaks_before`: what is asked or who belongs here changed, so nothing is compared across."""

    label: str
    figure: FigureValue
    breaks_before: bool = False
