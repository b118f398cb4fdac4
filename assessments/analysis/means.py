"""One sample's mean and its likely range. `summary` does the same for a whole tree with the formulas written here.

The ranges answer "what would all the invited have said" and so carry the finite population correction; tests of change never do.
They assume that the silent ones do not differ systematically. On a page, a range below 10 answers rests on the pooled spread alone
(see `summary`): what these functions make of fewer values would give the values away.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A mean, the variance its standard error rests on, degrees of freedom and likely range, in scale points."""

    n: int
    mean: float
    variance: float
    se: float
    df: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class StratifiedMean:
    """A head-count weighted mean; `left_out` names the strata without an answer, which count neither in it nor in N."""

    n: int
    mean: float
    se: float
    df: int
    lower: float
    upper: float
    left_out: tuple[Hashable, ...]


def finite(values: npt.ArrayLike) -> Floats:
    """The values as floats; ValueError where one is missing or not a number."""
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError("a value is missing or not a number")
    return array


def t_quantile(df: Any, confidence: float = 0.95) -> Any:
    """How many standard errors a two-sided range reaches to each side, elementwise (Student's t)."""
    from scipy.special import stdtrit  # noqa: PLC0415 - a heavy import that only closing needs

    if not 0 < confidence < 1:
        raise ValueError("confidence lies between 0 and 1")
    return stdtrit(df, (1 + confidence) / 2)


def squared_error(variance: Any, n: Any, population: Any) -> Any:
    """(1 - n/N) s²/n, elementwise: the variance of the mean of n out of N (Cochran 1977, ch. 2). 0 where all N answered."""
    return np.clip(1 - n / population, 0, None) * variance / n


def moderated_variance(variance: Any, n: Any, prior_variance: Any, prior_df: float) -> Any:
    """(d0 s0² + (n-1) s²) / (d0 + n - 1), elementwise: a spread drawn towards the pooled one (fixed-prior form of Smyth 2004)."""
    return (prior_df * prior_variance + (n - 1) * variance) / (prior_df + n - 1)


def mean_ci_fpc(values: npt.ArrayLike, population: int, confidence: float = 0.95) -> MeanInterval:
    """mean ± t(n-1) sqrt((1 - n/N) s²/n) with s² over n-1 (Cochran 1977, ch. 2). Not clipped to any scale.

    values: (n,). Minimum n: 2, or 1 where N is 1; where all N answered the range is the mean. ValueError for nothing, N < n, NaN.
    """
    sample = _sample(values, population)
    n, mean = len(sample), float(sample.mean())
    if n == 1 < population:
        raise ValueError("one value has no spread")
    variance = float(sample.var(ddof=1)) if n > 1 else 0.0
    se = math.sqrt(squared_error(variance, n, population))
    half = float(t_quantile(n - 1, confidence)) * se if se else 0.0
    return MeanInterval(n, mean, variance, se, n - 1, mean - half, mean + half)


def mean_ci_moderated(
    values: npt.ArrayLike,
    population: int,
    prior_variance: float,
    prior_df: float,
    scale_min: float = 1,
    scale_max: float = 5,
    confidence: float = 0.95,
) -> MeanInterval:
    """mean ± t(d0+n-1) sqrt((1 - n/N) s~²/n), s~² from `moderated_variance`, clipped to the scale (Smyth 2004, Cochran 1977).

    values: (n,). prior_variance: the pooled within-team variance s0², lent with prior_df = d0 degrees of freedom. Minimum n: 1,
    on a page 10. Equal values have a range too, unless all N answered or s0² is 0. ValueError for nothing, N < n, NaN, a value
    outside the scale, d0 of 0 or less, s0² below 0.
    """
    sample = _sample(values, population)
    if sample.min() < scale_min or sample.max() > scale_max:
        raise ValueError("a value lies outside the scale")
    if not (0 < prior_df < math.inf and 0 <= prior_variance < math.inf):
        raise ValueError("a prior needs a variance of 0 or more and degrees of freedom above 0")
    n, mean = len(sample), float(sample.mean())
    own = float(sample.var(ddof=1)) if n > 1 else 0.0
    variance, df = float(moderated_variance(own, n, prior_variance, prior_df)), prior_df + n - 1
    se = math.sqrt(squared_error(variance, n, population))
    half = float(t_quantile(df, confidence)) * se
    return MeanInterval(n, mean, variance, se, df, max(scale_min, mean - half), min(scale_max, mean + half))


def stratified_mean_fpc(
    values: npt.ArrayLike, strata: Sequence[Hashable], populations: Mapping[Any, int], confidence: float = 0.95
) -> StratifiedMean:
    """M = sum N_h m_h / N with variance sum (N_h/N)² (1 - n_h/N_h) s_h²/n_h and t with n - strata df (Cochran 1977, ch. 5).

    values, strata: (n,) and the stratum of each. populations: people in each stratum. A stratum of one value takes the variance
    pooled over the others. Minimum: one stratum with two values. ValueError for fewer, N_h < n_h, NaN, a stratum without
    population.
    """
    sample = finite(values)
    if len(strata) != len(sample):
        raise ValueError("each value needs a stratum")
    rows: dict[Hashable, list[float]] = {}
    for stratum, value in zip(strata, sample.tolist(), strict=True):
        rows.setdefault(stratum, []).append(value)
    if unknown := [stratum for stratum in rows if stratum not in populations]:
        raise ValueError(f"no population is given for stratum {unknown[0]}")
    df = len(sample) - len(rows)
    if df < 1:
        raise ValueError("no stratum has two values")
    parts = {stratum: _sample(part, populations[stratum]) for stratum, part in rows.items()}
    pooled = sum(float(((part - part.mean()) ** 2).sum()) for part in parts.values()) / df
    people = sum(populations[stratum] for stratum in parts)
    mean = sum(populations[stratum] * float(part.mean()) for stratum, part in parts.items()) / people
    squared = 0.0
    for stratum, part in parts.items():
        variance = float(part.var(ddof=1)) if len(part) > 1 else pooled
        squared += (populations[stratum] / people) ** 2 * float(squared_error(variance, len(part), populations[stratum]))
    half = float(t_quantile(df, confidence)) * math.sqrt(squared)
    left_out = tuple(stratum for stratum in populations if stratum not in rows)
    return StratifiedMean(len(sample), mean, math.sqrt(squared), df, mean - half, mean + half, left_out)


def _sample(values: npt.ArrayLike, population: float) -> Floats:
    sample = finite(values)
    if sample.ndim != 1 or not sample.size:
        raise ValueError("a mean needs at least one value")
    if not len(sample) <= population < math.inf:
        raise ValueError("more answered than were invited")
    return sample
