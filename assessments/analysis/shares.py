"""Shares: how sure they are, and how they may be printed.

What an attacker can do with n, a printed mean and printed shares: up to 20 answers a step of 5 % rounds nothing away (one answer
is 5 % or more), and of 10 answers a mean to 0.1 is the exact sum. With three classes d, m, a of 10 the sum leaves only how many
chose 2 or 5, `sum - d - 3m - 4a`; where that is 0 or d + a, all ten answers are known. So what protects is not the rounding but
that a class is printed only if two or more stand in it: what hardly anybody or nearly everybody said stays unsaid. Hence: from 10
answers on, clipped always, and no distribution at all where one class is clipped, since the others would add up to it.

Measured over all sets of 10 answers to one practice, weighted by shares of 3, 10, 23, 41 and 22 %: whoever reads n, mean,
favourable share and classes knows the whole set for certain in 0.3 %, and guesses it right in 54 % (from the mean alone in 19 %).
A likely range from the unit's own spread beside them raises this to 38 and 83 %; of 20 answers it is 0.2 and 28 %. Shares of
fewer than 20 answers should therefore not stand beside such a range, but beside one from the pooled spread.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis.values import Classes, Share

Floats: TypeAlias = npt.NDArray[np.float64]

STEP = 5  # per cent
LOWEST, HIGHEST = 10, 90  # per cent: printed as "10 % or less", "90 % or more"
SHARES_FROM = 10  # answers
FIVE_CLASSES_FROM = 20  # answers
TINY = 1e-9  # head-count weighted counts are fractions; ten of them must not become 9.999


@dataclass(frozen=True, slots=True)
class ShareInterval:
    """A share with its likely range, all between 0 and 1."""

    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """The difference of two shares with its likely range, all between -1 and 1."""

    difference: float
    lower: float
    upper: float


def wilson(successes: float, n: int, *, population: int | None = None, confidence: float = 0.95) -> ShareInterval:
    """Score interval of a share (Wilson 1927): (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    n: persons, never persons times practices. successes: 0 to n; a fraction for the pooled share of a dimension. population: the
    N invited; then n_eff = n(N-1)/(N-n) stands for n, and where all N answered the range is the share itself. Minimum n: 1, on a
    page 10 (`range_of`). ValueError for n below 1, N below n, a share outside 0 to 1, NaN.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError("a share needs at least one answer and between 0 and n successes")
    if population is not None and population < n:
        raise ValueError("more answered than were invited")
    z = _normal_quantile(confidence)
    share = successes / n
    if population == n:
        return ShareInterval(share, share, share)
    size = n if population is None else n * (population - 1) / (population - n)
    lower, upper = _wilson_ends(share, size, z)
    # At 0 and 1 the ends agree with the share only up to rounding of binary fractions.
    return ShareInterval(share, max(0.0, min(share, lower)), min(1.0, max(share, upper)))


def _wilson_ends(share: Any, size: Any, z: float) -> tuple[Any, Any]:
    """Elementwise. size: n_eff, infinite where all answered."""
    middle = share + z**2 / (2 * size)
    half = z * (share * (1 - share) / size + z**2 / (4 * size**2)) ** 0.5
    scale = 1 + z**2 / size
    return (middle - half) / scale, (middle + half) / scale


def range_of(rounded: Floats, n: Floats, invited: Floats) -> tuple[Floats, Floats]:
    """`wilson` around shares as printed (per cent, not clipped), elementwise and in whole per cent: ends computed from the exact
    share would give that one away."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(invited > n, n * (invited - 1) / (invited - n), np.inf)
        lower, upper = _wilson_ends(rounded / 100, size, _normal_quantile(0.95))
    return np.rint(100 * lower), np.rint(100 * upper)


def newcombe_difference(k1: float, n1: int, k2: float, n2: int, confidence: float = 0.95) -> ShareDifference:
    """Difference of two independent shares, first minus second: method 10 of Newcombe 1998, from the two Wilson intervals.

    Minimum n: 1 each; on a page 10. No finite population correction: a difference is about the process. Raises as `wilson`.
    """
    one, other = wilson(k1, n1, confidence=confidence), wilson(k2, n2, confidence=confidence)
    difference = one.share - other.share
    down = math.hypot(one.share - one.lower, other.upper - other.share)
    up = math.hypot(one.upper - one.share, other.share - other.lower)
    return ShareDifference(difference, max(-1.0, difference - down), min(1.0, difference + up))


def printable_share(share: float) -> Share:
    """A share (0 to 1) rounded half up to 5 % and clipped: "10 % or less", "90 % or more". Always, whether or not all agreed.

    Whether there are answers enough to print one is asked in `favourable` and `classes`. ValueError outside 0 to 1 and for NaN.
    """
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return clipped(int(steps(share)))


def steps(share: Any) -> Any:
    """Per cent, rounded half up to steps of 5 and not clipped yet, elementwise."""
    # The tiny addend undoes binary representation, as for means.
    return STEP * np.floor(share * 100 / STEP + 0.5 + TINY)


@lru_cache
def clipped(rounded: int) -> Share:
    """A share in steps of 5 %, never printed beyond 10 and 90 %."""
    if rounded >= HIGHEST:
        return Share(HIGHEST, ">=")
    if rounded <= LOWEST:
        return Share(LOWEST, "<=")
    return Share(rounded)


def favourable(counts: Sequence[float]) -> Share | None:
    """The share of 4 and 5. counts: answers 1 to 5, as people or head-count weighted.

    None below 10 answers. ValueError unless there are five counts of 0 or more.
    """
    if _total(counts) < SHARES_FROM - TINY:
        return None
    _, agree, _ = rounded_classes(np.array(counts, dtype=float))
    return clipped(int(agree))


def classes(counts: Sequence[float]) -> Classes | None:
    """Three classes in steps of 5 %; from 20 answers on a side in two, where `rounded_sides` lets it be. counts and what raises
    as `favourable`.

    Both ends are rounded as `printable_share` rounds them, so that a share and its bar never differ; the middle takes the rest.
    None below 10 answers, and where any class would be clipped.
    """
    n = _total(counts)
    if n < SHARES_FROM - TINY:
        return None
    disagree, agree, told = rounded_classes(np.array(counts, dtype=float))
    if not told:
        return None
    if n < FIVE_CLASSES_FROM - TINY:
        return three_classes(int(disagree), int(agree))
    lowest, highest = rounded_sides(np.array(counts, dtype=float))
    return three_classes(int(disagree), int(agree), int(lowest) or None, int(highest) or None)


@lru_cache
def three_classes(disagree: int, agree: int, lowest: int | None = None, highest: int | None = None) -> Classes:
    """The middle takes what both ends leave."""
    return Classes(disagree, 100 - disagree - agree, agree, lowest, highest)


def rounded_classes(counts: Floats) -> tuple[Any, Any, Any]:
    """`favourable` and `classes` of many sets (..., 5) at once: who disagrees, who agrees, whether all three classes are printed.

    In steps of 5 %, not clipped yet. Nothing here asks whether there are answers enough.
    """
    n = counts.sum(axis=-1)
    disagree, agree = steps((counts[..., 0] + counts[..., 1]) / n), steps((counts[..., 3] + counts[..., 4]) / n)
    told = _inside(disagree) & _inside(agree) & _inside(100 - disagree - agree) & _inside(steps(counts[..., 2] / n))
    return disagree, agree, told


def rounded_sides(counts: Floats) -> tuple[Any, Any]:
    """Of many sets (..., 5) at once: who chose 1, and who chose 5, in steps of 5 %; 0 where the side is not told in two.

    A side is, where neither its parts as printed nor the answers behind them stand at an end. All five classes at once would ask
    that of both sides: of 20 ordinary answers they could be told in 0.3 %, one side in 34 %.
    """
    n = counts.sum(axis=-1)
    disagree, agree, _ = rounded_classes(counts)
    return _side(disagree, counts[..., 0] / n, counts[..., 1] / n), _side(agree, counts[..., 4] / n, counts[..., 3] / n)


def _side(whole: Any, end: Any, inner: Any) -> Any:
    told = _inside(steps(end)) & _inside(whole - steps(end)) & _inside(steps(inner))
    return np.where(told, steps(end), 0)


def _total(counts: Sequence[float]) -> float:
    if len(counts) != 5 or any(not count >= 0 for count in counts):
        raise ValueError("five counts of 0 or more are needed")
    return sum(counts)


def _inside(rounded: Any) -> Any:
    """Between the ends, elementwise."""
    return (rounded > LOWEST) & (rounded < HIGHEST)


@lru_cache
def _normal_quantile(confidence: float) -> float:
    from scipy.special import ndtri  # noqa: PLC0415 - a heavy import that only closing needs

    if not 0 < confidence < 1:
        raise ValueError("confidence lies between 0 and 1")
    return float(ndtri((1 + confidence) / 2))
