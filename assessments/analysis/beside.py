"""A unit's figure beside that of the whole: small arithmetic on printed values."""

from dataclasses import dataclass
from decimal import Decimal

from assessments.analysis.standing import Standing, standing
from assessments.analysis.values import FigureValue, Shown


@dataclass(frozen=True, slots=True)
class Beside:
    """points: the unit's printed mean minus the whole's; None where one of them is clipped, which leaves the word."""

    standing: Standing
    points: Decimal | None


def beside(figure: FigureValue, whole: FigureValue) -> Beside | None:
    """None where one of the two is hidden."""
    if not isinstance(figure, Shown) or not isinstance(whole, Shown):
        return None
    clipped = figure.mean.clipped or whole.mean.clipped
    return Beside(standing(figure, whole.mean), None if clipped else figure.mean.value - whole.mean.value)
