"""How far the people of one team agree, practice by practice.

answers: (n,) of one practice; rows: (n, J) of J practices, a row a person. NaN is "cannot say": every practice counts the answers
it has, and practices with fewer than two are left out. Variances have the divisor n - 1.

None where agreement has no meaning: fewer than two answers. ValueError for another shape or an infinite answer. Two answers make a
number, ten make one worth a word: below ten nothing of this may be shown of a team, for it would tell its answers.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis.values import AgreementWord

Floats: TypeAlias = npt.NDArray[np.float64]

CLOSE_TO = 0.60  # scale points
MIXED_TO = 0.83  # scale points: A / 6, the limit of practical agreement on five points (Burke & Dunlap 2002)


def uniform_variance(points: int) -> float:
    """Variance of answers spread evenly over a scale: (A^2 - 1) / 12, 2 for five points. ValueError below two points."""
    if points < 2:
        raise ValueError("A scale has at least two points.")
    return (points**2 - 1) / 12


def rwg(answers: npt.ArrayLike, null_variance: float = 2.0) -> float | None:
    """1 - s^2 / null variance, in [0, 1]: more spread than evenly spread answers counts as 0 (James, Demaree & Wolf 1984)."""
    ratio = _ratio([_given(answers)], null_variance)
    return None if ratio is None else 1 - min(ratio, 1.0)


def rwg_j(rows: npt.ArrayLike, null_variance: float = 2.0) -> float | None:
    """J (1 - r) / (J (1 - r) + r), r = mean item variance / null variance, at most 1; in [0, 1] (James, Demaree & Wolf 1984, 1993).

    Not the variance of the person's mean, which is smaller. Grows with J, the practices that have two answers or more.
    """
    practices = _practices(rows)
    ratio = _ratio(practices, null_variance)
    if ratio is None:
        return None
    disagreed = min(ratio, 1.0)
    agreed = len(practices) * (1 - disagreed)
    return agreed / (agreed + disagreed)


def rwg_star_j(rows: npt.ArrayLike, null_variance: float = 2.0) -> float | None:
    """1 - r, r as in rwg_j but not cut: below 0 where people are divided; does not grow with J (Lindell, Brandt & Whitney 1999)."""
    ratio = _ratio(_practices(rows), null_variance)
    return None if ratio is None else 1 - ratio


def a_wg(answers: npt.ArrayLike, low: float = 1.0, high: float = 5.0) -> float | None:
    """1 - 2 s^2 / (((H + L) M - M^2 - H L) n / (n - 1)), in [-1, 1] (Brown & Hauenstein 2005).

    The spread against the largest one that the mean M allows. 1 where all are at one end; None, too, where M is nearer to an end
    than (L (n - 1) + H) / n or (H (n - 1) + L) / n: there it cannot be interpreted. ValueError for an answer off the scale.
    """
    values = _given(answers)
    if len(values) and (values.min() < low or values.max() > high):
        raise ValueError(f"An answer is not between {low:g} and {high:g}.")
    n, total = len(values), float(values.sum())
    if n < 2:
        return None
    if values.min() == values.max() and values[0] in {low, high}:
        return 1.0
    # As sums, so that whole answers are compared without rounding.
    if not low * (n - 1) + high <= total <= high * (n - 1) + low:
        return None
    mean = total / n
    largest = (high - mean) * (mean - low) * n / (n - 1)
    return float(1 - 2 * values.var(ddof=1) / largest)


def a_wg_j(rows: npt.ArrayLike, low: float = 1.0, high: float = 5.0) -> float | None:
    """Mean a_wg of the practices where it can be interpreted; None where it can be in none (Brown & Hauenstein 2005)."""
    each = [a_wg(values, low, high) for values in _practices(rows)]
    return _mean([value for value in each if value is not None])


def average_deviation(answers: npt.ArrayLike) -> float | None:
    """AD: mean distance from the mean, in scale points, 0 to half the scale (Burke, Finkelstein & Dusig 1999)."""
    values = _given(answers)
    return float(np.abs(values - values.mean()).mean()) if len(values) > 1 else None


def average_deviation_j(rows: npt.ArrayLike) -> float | None:
    """AD_J: mean AD of the practices; does not grow with their number (Burke, Finkelstein & Dusig 1999)."""
    return _mean([ad for ad in map(average_deviation, _practices(rows)) if ad is not None])


def agreement_word(ad: float) -> AgreementWord:
    """The word for an average deviation: close together up to 0.60 points, mixed up to 0.83, far apart above.

    Shown from ten answers on. ValueError for a negative deviation or NaN.
    """
    if not ad >= 0:
        raise ValueError("An average deviation is 0 or more.")
    settled = round(ad, 9)  # the order of summation must not choose the word
    if settled <= CLOSE_TO:
        return AgreementWord.CLOSE
    return AgreementWord.MIXED if settled <= MIXED_TO else AgreementWord.FAR


def _given(answers: npt.ArrayLike) -> Floats:
    values = np.asarray(answers, dtype=float)
    if values.ndim != 1:
        raise ValueError("Answers of one practice are one row of numbers.")
    if np.isinf(values).any():
        raise ValueError("An answer is infinite.")
    there: Floats = values[~np.isnan(values)]
    return there


def _practices(rows: npt.ArrayLike) -> list[Floats]:
    """The answers of each practice that has two or more."""
    table = np.asarray(rows, dtype=float)
    if table.ndim != 2:
        raise ValueError("Rows are a table of persons and practices.")
    return [values for values in map(_given, table.T) if len(values) > 1]


def _ratio(practices: list[Floats], null_variance: float) -> float | None:
    """Mean variance of practices against the null variance."""
    if not 0 < null_variance < np.inf:
        raise ValueError("A null variance is positive.")
    variance = _mean([float(values.var(ddof=1)) for values in practices if len(values) > 1])
    return None if variance is None else variance / null_variance


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
