"""Where printed figures together would tell what a clip leaves open, the group behind it counts as a little less unanimous.

A team's "4.6 or more" may be narrowed by the printed mean of the department above it, until everybody's answer is known. Hiding
that mean would announce the very same, and so would moving it alone where no answers fit the figures any more. Instead the
group's sum is coded (top and bottom coding, Hundepool et al. 2012) as the nearest that leaves k-1 people open, and all means above
follow: what is printed is what an organisation of such answers would print, so nobody can see whether anything was coded.
Of 7,988 figures of random organisations 11 could be narrowed without it.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from assessments.analysis.attack import HIGH_CLIP, LOW_CLIP, Cell, narrowed
from assessments.analysis.disclosure import blocks, printable
from assessments.analysis.shares import printable_share
from assessments.analysis.summary import Aggregate, Booleans, Floats, strata, upwards, weighted

if TYPE_CHECKING:
    from assessments.analysis.scoring import Tally

ANY = printable(3.0)  # the mean of a cell whose share alone is looked at


def eased_means(
    parent: Sequence[int], invited: Sequence[int], answers: "Tally", shown: Booleans, practices: Aggregate, k: int
) -> Aggregate:
    """practices with the means that may be printed. answers: those given directly in each unit; shown: (U, P).

    Only practices are looked at in which the answers of some remainder really lie together at an end: an attacker's enclosure
    holds the true mean, so it leaves no less room than there is.
    """
    n, total, people = strata(invited, shown, parent, answers.n, answers.total)
    mean = practices.mean.copy()
    for practice in _columns((n > 0) & (np.minimum(5 * n - total, total - n) < k - 1)):
        at = shown[:, practice]
        while found := narrowed(parent, invited, _cells(practices.n, mean, practice, at), k):
            for one in found:
                total[one.unit, practice] = _coded(int(n[one.unit, practice]), total[one.unit, practice], k)
            mean[:, practice] = _upwards(parent, n[:, practice], total[:, practice], people[:, practice])
    return replace(practices, mean=mean)


def eased_counts(parent: Sequence[int], invited: Sequence[int], counts: Floats, told: Booleans, k: int) -> Floats:
    """(U, P, 5) the answers that shares are made of. counts: (U, P, 5); told: (U, P) where shares may be printed.

    Where it could be told that all of a remainder agree, or that nobody does, one of them counts as standing between.
    """
    agree = counts[:, :, 3:].sum(axis=2)
    n, agreeing, _people = strata(invited, told, parent, counts.sum(axis=2), agree)
    eased = counts
    for practice in _columns((n > 0) & (np.minimum(agreeing, n - agreeing) < 1)):
        at = told[:, practice][:, None]
        column, block_of = counts[:, practice].copy(), blocks(parent, at[:, 0].tolist())
        while found := narrowed(parent, invited, _share_cells(parent, invited, column, at), k, shares=True):
            for one in found:
                _stand_between(column, [unit for unit, block in enumerate(block_of) if block == one.unit])
        if eased is counts:
            eased = counts.copy()
        eased[:, practice] = column
    return eased


def _columns(close: Booleans) -> list[int]:
    found: list[int] = np.flatnonzero(close.any(axis=0)).tolist()
    return found


def _cells(n: Floats, mean: Floats, practice: int, at: Booleans) -> dict[int, Cell]:
    return {unit: Cell(int(n[unit, practice]), printable(float(mean[unit, practice]))) for unit in np.flatnonzero(at).tolist()}


def _coded(n: int, total: float, k: int) -> float:
    """The sum of n answers that leaves k-1 people open, or says no more than the clip does; towards the middle, never away."""
    if total > 3 * n:
        return min(total, max(math.ceil(n * HIGH_CLIP), 5 * n - (k - 1)))
    return max(total, min(math.floor(n * LOW_CLIP), n + (k - 1)))


def _upwards(parent: Sequence[int], n: Floats, total: Floats, people: Floats) -> Floats:
    """(U,) head-count weighted means of remainders, as `summary.aggregate` makes them."""
    there = n > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(there, people * total / n, 0.0)
        found: Floats = upwards(parent, parts) / upwards(parent, np.where(there, people, 0.0))
    return found


def _share_cells(parent: Sequence[int], invited: Sequence[int], column: Floats, at: Booleans) -> dict[int, Cell]:
    """column: (U, 5) the answers to one practice; at: (U, 1)."""
    n = column.sum(axis=1, keepdims=True)
    share = weighted(parent, invited, n, column[:, 3:].sum(axis=1, keepdims=True), at)[:, 0]
    answered = upwards(parent, n)[:, 0]
    return {
        unit: Cell(int(answered[unit]), ANY, printable_share(min(1.0, float(share[unit])))) for unit in np.flatnonzero(at).tolist()
    }


def _stand_between(column: Floats, units: list[int]) -> None:
    """Move one answer of these units: where all agree, one to the middle; where nobody does, one from there up."""
    agree = column[units, 3:].sum() > 0
    order = ((3, 2), (4, 2)) if agree else ((2, 3), (1, 3), (0, 3))
    for taken, given in order:
        if holders := [unit for unit in units if column[unit, taken] > 0]:
            column[holders[0], taken] -= 1
            column[holders[0], given] += 1
            return
