"""Where leaders and people of one unit differ most, of all the figures that both of them have."""

from collections.abc import Mapping
from decimal import Decimal

from assessments.analysis.recommendations import Pattern, pattern
from assessments.analysis.values import Shown

APART = {Pattern.BLIND_SPOT, Pattern.HIDDEN_STRENGTH}


def widest_gap(figures: Mapping[str, Shown], managers: Mapping[str, Decimal]) -> str | None:
    """Code of the largest clear difference |manager - mean| of printed means; None where none is clear.

    Clear: from 0.5 outside the likely range, see `pattern`. Of differences alike the first in the order of `figures`.
    """
    clear = [code for code, figure in figures.items() if pattern(figure, managers.get(code)) in APART]
    return max(clear, key=lambda code: abs(managers[code] - figures[code].mean.value), default=None)
