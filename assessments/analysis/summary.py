"""Means upwards, and how sure they are.

Below `own_from` answers a likely range rests on the organisation's pooled within-team spread, on n and on N alone: a range from
five people's own spread would give their answers away. From there on on the unit's own spread, moderated towards the pooled one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis.means import moderated_variance, squared_error, t_quantile
from assessments.analysis.values import Interval, Mean

if TYPE_CHECKING:
    from assessments.analysis.scoring import Tally

Floats: TypeAlias = npt.NDArray[np.float64]
Booleans: TypeAlias = npt.NDArray[np.bool_]
Integers: TypeAlias = npt.NDArray[np.int64]

PRIOR_WEIGHT = 4  # degrees of freedom lent to the pooled spread: the fixed-prior form of Smyth 2004
TEAMS_TO_POOL = 5  # teams of two or more answers; with fewer the pooled spread is the fallback
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Per unit and column, each (U, C): mean, answers in the subtree, half the width of the likely range of 95 %.

    pooled_t: (C,) the quantile that belongs to the pooled spread; see `pooled_half_width`.
    spread: the standard deviation that n answers would need for the standard error of this mean, without finite population
    correction: for tests of change. pooled_spread: (C,) the organisation's.
    """

    mean: Floats
    n: Floats
    half_width: Floats
    pooled_t: Floats
    spread: Floats
    pooled_spread: Floats
    own_from: int


def aggregate(
    parent: Sequence[int], invited: Sequence[int], answers: "Tally", shown: Booleans, *, fallback: float, own_from: int
) -> Aggregate:
    """Head-count weighted means of shown units (Cochran 1977, ch. 5) with their ranges.

    The strata of a unit are the remainders of the shown units in it (each of at least k answers), not its teams: a team with one
    answer and twenty invited would otherwise weigh twenty times, and its answer could be read from the department's mean.
    shown: (U, C). Hidden entries of the result mean nothing.
    """
    pooled, pooled_df = pooled_variance(answers, fallback)
    n, total, squares, people = strata(invited, shown, parent, answers.n, answers.total, answers.squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(n > 0, total / n, 0.0)
        own = np.where(n > 1, (squares - total**2 / n) / (n - 1), 0.0).clip(min=0)
        moderated = moderated_variance(own, n, pooled, PRIOR_WEIGHT)
        uses_own = n >= own_from
        variance = np.where(uses_own, moderated, pooled)
        df = np.where(uses_own, PRIOR_WEIGHT + n - 1, pooled_df)
        error = np.where(n > 0, people**2 * squared_error(variance, n, people), 0.0)
        process = np.where(n > 0, people**2 * variance / n, 0.0)
    weight = np.where(n > 0, people, 0.0)
    weights, weighted, errors, processes = (upwards(parent, part) for part in (weight, weight * mean, error, process))
    satterthwaite = upwards(parent, error**2 / df)
    answered = upwards(parent, answers.n)
    few = answered < own_from
    everyone = upwards(parent, np.array(invited, dtype=float))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = squared_error(pooled, answered, everyone)
        squared = np.where(few, plain, errors / weights**2)
        freedom = np.where(few, pooled_df, np.where(satterthwaite > 0, errors**2 / satterthwaite, pooled_df))
        means = np.where(weights > 0, weighted / weights, np.nan)
        spread = np.sqrt(np.where(few, pooled, answered * processes / weights**2))
    half_width = t_quantile(freedom) * np.sqrt(squared)
    return Aggregate(means, answered, half_width, t_quantile(pooled_df), spread, np.sqrt(pooled), own_from)


def pooled_half_width(of: Aggregate, column: int, n: int, invited: int) -> float:
    """Half the width of a range from n, N and the pooled spread alone: alike wherever n and N as printed are."""
    error = squared_error(of.pooled_spread[column] ** 2, np.array(float(n)), np.array(float(invited)))
    return float(of.pooled_t[column] * np.sqrt(error))


def weighted(parent: Sequence[int], invited: Sequence[int], n: Floats, total: Floats, shown: Booleans) -> Floats:
    """(U, C) head-count weighted means of shown units, strata as in `aggregate`. n, total: (U, C) counts and sums of each unit."""
    count, sums, people = strata(invited, shown, parent, n, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(count > 0, people * sums / count, 0.0)
        found: Floats = upwards(parent, parts) / upwards(parent, np.where(count > 0, people, 0.0))
    return found


def strata(invited: Sequence[int], shown: Booleans, parent: Sequence[int], *counts: Floats) -> tuple[Floats, ...]:
    """Counts and, last, the invited (each (U, C)) of every shown unit without the shown units in it; 0 for hidden units."""
    people = np.repeat(np.array(invited, dtype=float)[:, None], shown.shape[1], axis=1)
    parts = [*(count.copy() for count in counts), people]
    for units, above in _levels(parent):
        for part in parts:
            np.add.at(part, above, np.where(shown[units], 0.0, part[units]))
    return tuple(np.where(shown, part, 0.0) for part in parts)


def pooled_variance(answers: "Tally", fallback: float) -> tuple[Floats, Floats]:
    """(C,) within-team variance and its degrees of freedom over all teams with two or more answers; the fallback below five."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(answers.n > 1, answers.squares - answers.total**2 / answers.n, 0.0).clip(min=0)
    freedom = np.where(answers.n > 1, answers.n - 1, 0.0).sum(axis=0)
    enough = (answers.n > 1).sum(axis=0) >= TEAMS_TO_POOL
    variance = np.where(enough, inside.sum(axis=0) / np.maximum(freedom, 1), fallback)
    return variance, np.where(enough, freedom, PRIOR_WEIGHT)


def upwards(parent: Sequence[int], values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Add each unit's row to all units above it."""
    sums = values.copy()
    for units, above in _levels(parent):
        np.add.at(sums, above, sums[units])
    return sums


def _levels(parent: Sequence[int]) -> list[tuple[Integers, Integers]]:
    """Units and the units above them, level by level from the deepest up; the roots, with nothing above them, are left out."""
    depth = [0] * len(parent)
    for unit, above in enumerate(parent):
        depth[unit] = depth[above] + 1 if above >= 0 else 0
    levels = [np.flatnonzero(np.array(depth) == level)[::-1] for level in range(max(depth, default=0), 0, -1)]
    return [(units, np.array(parent)[units]) for units in levels]


@lru_cache(maxsize=256)
def tenth(rounded: float) -> Decimal:
    """Of a number that is already rounded to 0.1."""
    return Decimal(rounded).quantize(TENTH)


def likely_range(mean: Mean, half_width: float) -> Interval | None:
    """The printed range around the printed mean, inside the scale; None where the mean is clipped or nothing is known."""
    if mean.clipped or not math.isfinite(half_width):
        return None
    # Rounded up: half a tenth lost at each end would hold the mean less often than 95 % says.
    return _around(mean.value, math.ceil(half_width * 10 - 1e-9) / 10)


@lru_cache(maxsize=2048)
def _around(middle: Decimal, half_width: float) -> Interval:
    half = tenth(half_width)
    return Interval(max(Decimal(1), middle - half).quantize(TENTH), min(Decimal(5), middle + half).quantize(TENTH))
