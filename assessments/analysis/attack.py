"""What rounding and clipping leave open, and what other cycles add: intervals instead of exact solutions.

A unit's printed mean is the mean of its remainders' means, each weighted by the people invited in it, rounded and clipped. Together
the printed means of a tree enclose the mean of each remainder: a mean printed as "4.6 or more" may be narrowed down by the
printed mean of the department above it. Up and down the tree once, interval arithmetic gives the narrowest enclosure there
is, since each unit takes part in one equation with those above it and one with those below (tested against linear programs).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from assessments.analysis.audit import remainders, shown_above
from assessments.analysis.values import Mean, Share

Span: TypeAlias = tuple[float, float]
Part: TypeAlias = tuple[int, bool]  # a shown unit, or (True) its remainder
SCALE: Span = (1.0, 5.0)
SHARES: Span = (0.0, 100.0)
LOW_CLIP, HIGH_CLIP = 1.45, 4.55  # means beyond are printed as "1.4 or less", "4.6 or more"
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed figure of a unit as everybody reads it. classes, sides: whether they are told; see `values.Classes`."""

    n: int
    mean: Mean
    share: Share | None = None
    classes: bool = False
    sides: bool = False


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A remainder of which more can be told than a printed figure may say: it lies beyond the clip. unit: the shown unit whose
    remainder it is; alike: everybody must have answered the same end of the scale."""

    unit: int
    low: float
    high: float
    alike: bool


def span_of_mean(mean: Mean) -> Span:
    """The means that are printed so."""
    value = float(mean.value)
    return {"=": (value - 0.05, value + 0.05), ">=": (value - 0.05, 5.0), "<=": (1.0, value + 0.05)}[mean.op]


def span_of_share(share: Share) -> Span:
    """The shares in per cent that are printed so."""
    return {"=": (share.value - 2.5, share.value + 2.5), ">=": (share.value - 2.5, 100.0), "<=": (0.0, share.value + 2.5)}[share.op]


def enclosures(
    parent: Sequence[int], invited: Sequence[int], totals: Mapping[int, int], printed: Mapping[int, Span], scale: Span
) -> dict[int, Span]:
    """The narrowest span of the mean (or share) of each remainder that has answers.

    parent, invited: (units,) preorder indexes and people invited directly. totals, printed: of the shown units their answers and
    the span of their printed figure. Raises ValueError where no answers fit the printed figures.
    """
    own = {unit for unit, answers in remainders(parent, totals).items() if answers > 0}
    parts = _parts(parent, totals, own)
    weight: dict[Part, float] = defaultdict(float)
    for unit, people in enumerate(invited):
        block = unit if unit in totals else shown_above(parent, totals, unit)
        if block in own:
            weight[block, True] += people
    span: dict[Part, Span] = {(unit, True): scale for unit in own} | {(unit, False): printed[unit] for unit in totals}
    for unit in sorted(totals, reverse=True):
        # From below: a unit lies where its parts lie.
        weight[unit, False] = everybody = sum(weight[part] for part in parts[unit])
        if everybody:
            low, high = (sum(weight[part] * span[part][end] for part in parts[unit]) / everybody for end in (0, 1))
            span[unit, False] = _within(span[unit, False], (low, high))
    for unit in sorted(totals):
        # From above: a part lies where the whole leaves it room beside the other parts.
        span |= _downwards(span, weight, (unit, False), parts[unit])
    return {unit: span[unit, True] for unit in own}


def _parts(parent: Sequence[int], totals: Mapping[int, int], own: set[int]) -> dict[int, list[Part]]:
    """What each shown unit is made of: its remainder (True) and the shown units directly inside it (False)."""
    parts: dict[int, list[Part]] = {unit: [(unit, True)] if unit in own else [] for unit in totals}
    for unit in totals:
        if (above := shown_above(parent, totals, unit)) >= 0:
            parts[above].append((unit, False))
    return parts


def _downwards(span: Mapping[Part, Span], weight: Mapping[Part, float], whole: Part, parts: Sequence[Part]) -> dict[Part, Span]:
    low, high = (sum(weight[part] * span[part][end] for part in parts) for end in (0, 1))
    least, most = (weight[whole] * end for end in span[whole])
    found: dict[Part, Span] = {}
    for part in parts:
        if weight[part]:
            others_low, others_high = (total - weight[part] * end for total, end in zip((low, high), span[part], strict=True))
            found[part] = _within(span[part], ((least - others_high) / weight[part], (most - others_low) / weight[part]))
    return found


def _within(span: Span, other: Span) -> Span:
    low, high = max(span[0], other[0]), min(span[1], other[1])
    if low > high + 1e-6:
        raise ValueError("no answers fit these printed figures")
    return low, max(low, high)


def narrowed(
    parent: Sequence[int], invited: Sequence[int], cells: Mapping[int, Cell], k: int, *, shares: bool = False
) -> list[Narrowed]:
    """The remainders of which subtraction tells more than a clipped figure says, so that k-1 of its people are pinned down to
    less than one point an answer. shares: look at the shares of those who agree; then where it is sure that all or none do.

    Of k-1 answers among n whose sum is at least s, the sum lies between s - 5(n-k+1) and 5(k-1): it is pinned where 5n - s is
    below k-1. A mean at an end of the scale says as much of 5 answers by itself; what counts is what goes beyond that.
    """
    told = {unit: cell for unit, cell in cells.items() if cell.share is not None or not shares}
    totals = {unit: cell.n for unit, cell in told.items()}
    scale, clip = (SHARES, (12.5, 87.5)) if shares else (SCALE, (LOW_CLIP, HIGH_CLIP))
    printed = {unit: span_of_share(cell.share) if shares and cell.share else span_of_mean(cell.mean) for unit, cell in told.items()}
    own = remainders(parent, totals)
    found = []
    for unit, (low, high) in sorted(enclosures(parent, invited, totals, printed, scale).items()):
        n = own[unit]
        points = n / 100 if shares else n  # a share counts people, a mean points of the scale
        room = min(_room(scale[1], low, clip[1], points), _room(-scale[0], -high, -clip[0], points))
        if room == 0 or (not shares and room < k - 1):
            found.append(Narrowed(unit, low, high, alike=room == 0))
    return found


def _room(end: float, reached: float, clip: float, points: float) -> float:
    """Whole points between the end of the scale and what is certain; infinite unless that is more than the clip says."""
    least = math.ceil(points * reached - TINY)
    return math.floor(points * end + TINY) - least if least > math.ceil(points * clip - TINY) else math.inf
