"""Change between two quarters of unlinked answers: tests, what counts as clear, and what is printed of it.

The two quarters count as independent samples. Members mostly overlap, which makes the test conservative, not wrong. A change is
about the process, not about who happened to answer: nowhere here a finite population correction.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt

from assessments.analysis.means import Floats, finite, t_quantile
from assessments.analysis.values import Change, Direction, Mean

DIMENSION_FROM = 5  # answers in both quarters; for the overall figure too
PRACTICE_FROM = 10
CLEAR_BELOW = 0.05  # adjusted p
CLEAR_FROM = 0.20  # scale points
WITHOUT_SPREAD_FROM = 8  # answers in both quarters: from here on two different unanimous quarters differ clearly
TREND_FROM = 4  # quarters
TENTH = Decimal("0.1")
WIDEST = Decimal(4)  # the longest way on a scale from 1 to 5


@dataclass(frozen=True, slots=True)
class Welch:
    """The first mean minus the second. t, df, lower and upper are None where neither sample has any spread: there is no test then.

    hedges_g: None where the means differ and nothing spreads.
    """

    difference: float
    t: float | None
    df: float | None
    p: float
    lower: float | None
    upper: float | None
    hedges_g: float | None


@dataclass(frozen=True, slots=True)
class Slope:
    """Scale points per quarter with standard error and likely range."""

    per_quarter: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Point:
    """What a quarter shows of one unit: displayed mean, answers, and the standard deviation its test may use.

    spread: the unit's own from 10 answers on, else the organisation's pooled one. Of a clipped mean always the pooled one: whether
    the word "up" appears would otherwise tell of the spread that the missing range hides.
    """

    mean: Mean
    n: int
    spread: float


def welch(mean1: float, variance1: float, n1: int, mean2: float, variance2: float, n2: int, confidence: float = 0.95) -> Welch:
    """Welch 1947: t = (m1 - m2) / sqrt(s1²/n1 + s2²/n2) with Satterthwaite's df; Hedges' g with the exact gamma correction.

    Variances over n-1. Minimum n: 2 each. With both variances 0 there is no test: p is 0 where the means differ and n is 8 or more
    each, else 1. ValueError for fewer than 2, a negative variance, NaN.
    """
    finite([mean1, variance1, mean2, variance2])
    if n1 < 2 or n2 < 2:
        raise ValueError("each sample needs at least two values")
    if variance1 < 0 or variance2 < 0:
        raise ValueError("a variance is never negative")
    difference = mean1 - mean2
    g = _hedges_g(difference, variance1, n1, variance2, n2)
    part1, part2 = variance1 / n1, variance2 / n2
    squared = part1 + part2
    if squared == 0:
        p = 0.0 if difference != 0 and min(n1, n2) >= WITHOUT_SPREAD_FROM else 1.0
        return Welch(difference, None, None, p, None, None, g)
    from scipy.special import stdtr  # noqa: PLC0415 - a heavy import that only closing needs

    t = difference / math.sqrt(squared)
    # As shares of the whole, so that tiny variances do not vanish when squared.
    df = 1 / ((part1 / squared) ** 2 / (n1 - 1) + (part2 / squared) ** 2 / (n2 - 1))
    half = float(t_quantile(df, confidence)) * math.sqrt(squared)
    return Welch(difference, t, df, 2 * float(stdtr(df, -abs(t))), difference - half, difference + half, g)


def welch_samples(x: npt.ArrayLike, y: npt.ArrayLike, confidence: float = 0.95) -> Welch:
    """`welch` from the values themselves, mean of x minus mean of y. x: (n1,), y: (n2,). Minimum n: 2 each. Raises as `welch`."""
    first, second = finite(x), finite(y)
    if first.size < 2 or second.size < 2:
        raise ValueError("each sample needs at least two values")
    return welch(*_mean_and_variance(first), first.size, *_mean_and_variance(second), second.size, confidence)


def _mean_and_variance(values: Floats) -> tuple[float, float]:
    """Of equal values exactly the value and 0: the last binary digit of a sum would otherwise invent a spread and a difference."""
    if np.ptp(values) == 0:
        return float(values[0]), 0.0
    return float(values.mean()), float(values.var(ddof=1))


def _hedges_g(difference: float, variance1: float, n1: int, variance2: float, n2: int) -> float | None:
    """J (m1 - m2) / s_pooled with J = gamma(f/2) / (sqrt(f/2) gamma((f-1)/2)), f = n1 + n2 - 2 (Hedges 1981)."""
    freedom = n1 + n2 - 2
    pooled = math.sqrt(((n1 - 1) * variance1 + (n2 - 1) * variance2) / freedom)
    if pooled == 0:
        return 0.0 if difference == 0 else None
    correction = math.exp(math.lgamma(freedom / 2) - math.lgamma((freedom - 1) / 2)) / math.sqrt(freedom / 2)
    return correction * difference / pooled


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """(m,) adjusted p in the order given: min over j >= i of m p_(j)/j (Benjamini & Hochberg 1995).

    Never above 1, since the largest stays as it is. The family is what is shown: hidden units must not be in it. Nothing gives
    nothing. ValueError outside 0 to 1 and for NaN.
    """
    values = finite(p)
    if values.ndim != 1 or ((values < 0) | (values > 1)).any():
        raise ValueError("p lies between 0 and 1")
    order = np.argsort(values)[::-1]
    ranks = np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum.accumulate(values[order] * (len(values) / ranks))
    return adjusted


def is_clear_change(difference: float | Decimal, adjusted_p: float) -> bool:
    """Adjusted p below .05 and at least 0.20 points. ValueError for NaN."""
    finite([float(difference), adjusted_p])
    # The small subtrahend undoes binary representation: 3.4 - 3.2 is a little less than 0.2.
    return adjusted_p < CLEAR_BELOW and abs(float(difference)) >= CLEAR_FROM - 1e-9


def smallest_visible_change(n1: int, n2: int, sd: float) -> float:
    """The true change in scale points that two quarters of n1 and n2 answers show with 80 % power, two-sided 5 %.

    sd: of one person's score. From the noncentral t, n1 + n2 - 2 df, equal spreads; the far tail is neglected. Minimum n: 2 each.
    ValueError for fewer, a negative sd, NaN.
    """
    from scipy.special import nctdtrinc  # noqa: PLC0415 - a heavy import that only closing needs

    if n1 < 2 or n2 < 2 or not 0 <= sd < math.inf:
        raise ValueError("each quarter needs at least two answers, and a spread is never negative")
    freedom = n1 + n2 - 2
    noncentrality = float(nctdtrinc(freedom, 1 - 0.80, t_quantile(freedom)))
    return noncentrality * sd * math.sqrt(1 / n1 + 1 / n2)


def trend_slope(at: npt.ArrayLike, means: npt.ArrayLike, errors: npt.ArrayLike, confidence: float = 0.95) -> Slope | None:
    """Weighted least squares with known standard errors: weights 1/se², slope ± z / sqrt(sum w (x - x_w)²).

    at, means, errors: (quarters,) number of the quarter (gaps are fine), mean, its standard error without finite population
    correction. None below 4 quarters. ValueError for unequal lengths, two means at one quarter, an error of 0 or less, NaN.
    """
    from scipy.special import ndtri  # noqa: PLC0415 - a heavy import that only closing needs

    x, y, se = finite(at), finite(means), finite(errors)
    if not x.ndim == y.ndim == se.ndim == 1 or not len(x) == len(y) == len(se):
        raise ValueError("each quarter needs a mean and an error")
    if len(np.unique(x)) < len(x) or (se <= 0).any() or not 0 < confidence < 1:
        raise ValueError("quarters differ, errors are above 0 and confidence lies between 0 and 1")
    if len(x) < TREND_FROM:
        return None
    weights = 1 / se**2
    away = x - (weights * x).sum() / weights.sum()
    spread = float((weights * away**2).sum())
    slope, error = float((weights * away * y).sum()) / spread, 1 / math.sqrt(spread)
    half = float(ndtri((1 + confidence) / 2)) * error
    return Slope(slope, error, slope - half, slope + half)


def changes(before: Sequence[Point | None], now: Sequence[Point | None], *, minimum: int) -> list[Change]:
    """What may be said of each unit's change; the units given are one family. Differences of displayed means, `welch`, then BH.

    before, now: one entry per unit, None where a quarter is hidden or not comparable. minimum: answers needed in both quarters,
    DIMENSION_FROM or PRACTICE_FROM. Units with fewer are "too_few" and stay outside the family. A clipped mean counts as its
    end, so a change away from that end is at least what is tested; it gives a word only. ValueError for unequal lengths.
    """
    pairs = [_comparable(old, new, minimum) for old, new in zip(before, now, strict=True)]
    tests = [None if pair is None else _test(*pair) for pair in pairs]
    adjusted = iter(benjamini_hochberg([test.p for test in tests if test]).tolist())
    return [
        Change("too_few") if pair is None or test is None else _change(*pair, test, next(adjusted))
        for pair, test in zip(pairs, tests, strict=True)
    ]


def _comparable(before: Point | None, now: Point | None, minimum: int) -> tuple[Point, Point] | None:
    if before is None or now is None or min(before.n, now.n) < minimum:
        return None
    return before, now


def _test(before: Point, now: Point) -> Welch:
    if min(before.spread, now.spread) < 0:
        raise ValueError("a spread is never negative")
    return welch(float(now.mean.value), now.spread**2, now.n, float(before.mean.value), before.spread**2, before.n)


def _change(before: Point, now: Point, test: Welch, adjusted_p: float) -> Change:
    points = now.mean.value - before.mean.value
    if not is_clear_change(points, adjusted_p):
        return Change("none", n_before=before.n, n_now=now.n)
    direction: Direction = "up" if points > 0 else "down"
    if before.mean.clipped or now.mean.clipped:
        return Change(direction, n_before=before.n, n_now=now.n)
    return Change(direction, points, _tenth(test.lower), _tenth(test.upper), n_before=before.n, n_now=now.n)


def _tenth(value: float | None) -> Decimal | None:
    if value is None:
        return None
    return max(-WIDEST, min(WIDEST, Decimal(value))).quantize(TENTH, ROUND_HALF_UP)
