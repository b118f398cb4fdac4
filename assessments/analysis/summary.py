"""Means upwards, and how sure they are.

Below `own_from` answers a likely range rests on the organisation's pooled within-team spread, on n and on N alone: a range from
five people's own spread would give their answers away. From there on on the unit's own spread, moderated towards the pooled one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis.values import Interval, Mean

if TYPE_CHECKING:
    from assessments.analysis.scoring import Tally

Floats: TypeAlias = npt.NDArray[np.float64]
Booleans: TypeAlias = npt.NDArray[np.bool_]

PRIOR_WEIGHT = 4  # degrees of freedom lent to the pooled spread: the fixed-prior form of Smyth 2004
TEAMS_TO_POOL = 5  # teams of two or more answers; with fewer the pooled spread is the fallback
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Per unit and column, each (U, C): mean, answers in the subtree, half the width of the likely range of 95 %.

    pooled_half_width: the same from n, N and the pooled spread alone, for figures that print fewer answers than stand here.
    """

    mean: Floats
    n: Floats
    half_width: Floats
    pooled_half_width: Floats
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
    n, total, squares, people = _remainders(parent, invited, answers, shown)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(n > 0, total / n, 0.0)
        own = np.where(n > 1, (squares - total**2 / n) / (n - 1), 0.0).clip(min=0)
        moderated = (PRIOR_WEIGHT * pooled + (n - 1) * own) / (PRIOR_WEIGHT + n - 1)
        uses_own = n >= own_from
        variance = np.where(uses_own, moderated, pooled)
        df = np.where(uses_own, PRIOR_WEIGHT + n - 1, pooled_df)
        error = np.where(n > 0, people**2 * (1 - n / people).clip(min=0) * variance / n, 0.0)
    weight = np.where(n > 0, people, 0.0)
    weights, weighted, errors = (upwards(parent, part) for part in (weight, weight * mean, error))
    satterthwaite = upwards(parent, error**2 / df)
    answered = upwards(parent, answers.n)
    few = answered < own_from
    everyone = upwards(parent, np.array(invited, dtype=float))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = (1 - answered / everyone).clip(min=0) * pooled / answered
        squared = np.where(few, plain, errors / weights**2)
        pooled_half_width = _quantile(pooled_df) * np.sqrt(plain)
        freedom = np.where(few, pooled_df, np.where(satterthwaite > 0, errors**2 / satterthwaite, pooled_df))
        means = np.where(weights > 0, weighted / weights, np.nan)
    return Aggregate(means, answered, _quantile(freedom) * np.sqrt(squared), pooled_half_width, own_from)


def _remainders(parent: Sequence[int], invited: Sequence[int], answers: "Tally", shown: Booleans) -> tuple[Floats, ...]:
    """n, total, squares and invited (each (U, C)) of every shown unit without the shown units in it; 0 for hidden units."""
    people = np.repeat(np.array(invited, dtype=float)[:, None], answers.n.shape[1], axis=1)
    parts = [answers.n.copy(), answers.total.copy(), answers.squares.copy(), people]
    for unit in reversed(range(len(parent))):
        for part in parts:
            if parent[unit] >= 0:
                part[parent[unit]] += np.where(shown[unit], 0.0, part[unit])
            part[unit] = np.where(shown[unit], part[unit], 0.0)
    return tuple(parts)


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
    for unit in reversed(range(len(parent))):
        if parent[unit] >= 0:
            sums[parent[unit]] += sums[unit]
    return sums


def _quantile(freedom: Floats) -> Floats:
    from scipy.special import stdtrit  # noqa: PLC0415 - a heavy import that only closing needs

    quantile: Floats = stdtrit(freedom, 0.975)
    return quantile


def likely_range(mean: Mean, half_width: float) -> Interval | None:
    """The printed range around the printed mean, inside the scale; None where the mean is clipped or nothing is known."""
    if mean.clipped or not math.isfinite(half_width):
        return None
    half = Decimal(half_width).quantize(TENTH, ROUND_HALF_UP)
    return Interval(max(Decimal(1), mean.value - half).quantize(TENTH), min(Decimal(5), mean.value + half).quantize(TENTH))
