"""Whether practices measure one thing (alpha), and whether teams can be told apart (ICC).

rows: (n, k) answers, a row a person; values and groups: (n,) scores of persons and their teams. NaN is missing: alpha and omega
take complete rows only, the analysis of variance leaves the person out. Variances have the divisor n - 1. Nothing returns NaN: what
cannot be computed raises ValueError with the reason, or is None where that is said.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

NOISE = 1e-12  # share of a sum of squares that rounding may leave behind
LEAST_UNIQUE = 0.005  # share of a practice's variance that a factor must leave to it, as in R's factanal


@dataclass(frozen=True, slots=True)
class Alpha:
    """Internal consistency. standardised and mean_inter_item_r are None where a practice got the same answer from everybody."""

    alpha: float
    standardised: float | None
    mean_inter_item_r: float | None
    n: int
    k: int


@dataclass(frozen=True, slots=True)
class Omega:
    """One common factor. loadings and residual_variances: (k,) in the units of the practices, variances with divisor n."""

    omega: float
    loadings: tuple[float, ...]
    residual_variances: tuple[float, ...]


class HeywoodCase(ValueError):
    """One practice would be explained entirely by the common factor: the model does not fit, and omega would mean nothing."""


@dataclass(frozen=True, slots=True)
class Anova:
    """One-way analysis of variance over teams with answers. n: persons; n0: the team size that unequal teams amount to."""

    ms_between: float
    ms_within: float
    groups: int
    n: int
    n0: float

    @property
    def mean_group_size(self) -> float:
        return self.n / self.groups

    @property
    def variance_between(self) -> float:
        """(MSB - MSW) / n0: negative where team means differ less than chance would make them."""
        return (self.ms_between - self.ms_within) / self.n0


def complete_rows(rows: npt.ArrayLike) -> Floats:
    """The rows without a missing answer. ValueError below two such rows or two practices, or with an infinite answer."""
    table = np.asarray(rows, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError("Reliability needs a table of persons and at least two practices.")
    if np.isinf(table).any():
        raise ValueError("An answer is infinite.")
    complete: Floats = table[~np.isnan(table).any(axis=1)]
    if len(complete) < 2:
        raise ValueError("Reliability needs at least two persons who answered everything.")
    return complete


def cronbach_alpha(rows: npt.ArrayLike) -> Alpha:
    """k / (k - 1) (1 - sum of item variances / variance of the sum), at most 1, negative where practices contradict each other.

    Print it from 50 persons on, pooled over all teams, never of a team; judge a practice from 100 on. ValueError, too, where the
    sum of the practices is the same for everybody. (Cronbach 1951)
    """
    complete = complete_rows(rows)
    n, k = complete.shape
    alpha = _alpha(_covariances(complete))
    if alpha is None:
        raise ValueError("The answers do not vary between persons.")
    correlations = _correlations(complete)
    if correlations is None:
        return Alpha(alpha, None, None, n, k)
    mean_r = float((correlations.sum() - k) / (k * (k - 1)))
    return Alpha(alpha, _alpha(correlations), mean_r, n, k)


def alpha_if_dropped(rows: npt.ArrayLike) -> tuple[float | None, ...]:
    """Alpha of the other practices, for each; None where those do not vary. ValueError, too, with fewer than three practices."""
    covariances = _covariances(complete_rows(rows))
    if len(covariances) < 3:
        raise ValueError("Without one of two practices there is no alpha.")
    return tuple(_alpha(_without(covariances, item)) for item in range(len(covariances)))


def corrected_item_total_r(rows: npt.ArrayLike) -> tuple[float | None, ...]:
    """Correlation of each practice with the sum of the others; None where one of the two does not vary."""
    covariances = _covariances(complete_rows(rows))
    correlations: list[float | None] = []
    for item, own in enumerate(np.diag(covariances)):
        others = _without(covariances, item)
        rest = float(others.sum())
        varies = own > 0 and rest > NOISE * np.trace(others)
        correlations.append(float((covariances[item].sum() - own) / np.sqrt(own * rest)) if varies else None)
    return tuple(correlations)


def feldt_interval(alpha: float, n: int, k: int, confidence: float = 0.95) -> tuple[float, float]:
    """The likely range of alpha: 1 - (1 - alpha) F, F the quantiles with n - 1 and (n - 1)(k - 1) degrees of freedom.

    ValueError for alpha above 1, fewer than two persons or practices, or a confidence that is not between 0 and 1.
    (Feldt 1965; Feldt, Woodruff & Salih 1987)
    """
    if not -np.inf < alpha <= 1 or n < 2 or k < 2 or not 0 < confidence < 1:
        raise ValueError("A range needs alpha of at most 1, two persons, two practices and a confidence between 0 and 1.")
    from scipy.special import fdtri  # noqa: PLC0415 - a heavy import that only closing needs

    tail = (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * fdtri(n - 1, (n - 1) * (k - 1), quantile) for quantile in (1 - tail, tail))
    return float(low), float(high)


def omega_total(rows: npt.ArrayLike) -> Omega:
    """(sum l)^2 / ((sum l)^2 + sum of residual variances), one factor by maximum likelihood. On no page: a cross-check of alpha.

    HeywoodCase where a practice keeps no variance of its own. ValueError with fewer than three practices, for a practice that does
    not vary or follows from the others, or where no best fit is found. (McDonald 1999; Jöreskog 1967)
    """
    complete = complete_rows(rows)
    correlations = _factorable(complete)
    unique, loadings = _likeliest_factor(correlations)
    spread = complete.std(axis=0)
    weights, residuals = loadings * spread, unique * spread**2
    common = float(weights.sum() ** 2)
    return Omega(common / (common + float(residuals.sum())), tuple(weights.tolist()), tuple(residuals.tolist()))


def omega_total_minres(rows: npt.ArrayLike) -> float:
    """1 - sum of uniquenesses / sum of correlations, one factor by least squares of the correlations (as R's psych::omega).

    Of standardised practices; raises as omega_total. On no page.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415 - a heavy import that only cross-checks need

    correlations = _factorable(complete_rows(rows))
    above = np.triu_indices(len(correlations), 1)
    values, vectors = np.linalg.eigh(correlations)
    fit = least_squares(lambda loadings: (correlations - np.outer(loadings, loadings))[above], vectors[:, -1] * np.sqrt(values[-1]))
    unique = 1 - fit.x**2
    _require_fit(unique, found=bool(fit.success))
    return float(1 - unique.sum() / correlations.sum())


def group_sums(values: npt.ArrayLike, groups: npt.ArrayLike) -> tuple[list[str], Floats, Floats, Floats]:
    """Names of the groups in order, and each one's count, sum and sum of squares; a group without a value has none.

    ValueError for an infinite value, a group that is NaN, or another number of values than groups.
    """
    scores, names = np.asarray(values, dtype=float), np.asarray(groups)
    if scores.ndim != 1 or scores.shape != names.shape:
        raise ValueError("There is one group for each value.")
    if np.isinf(scores).any() or (names.dtype.kind == "f" and np.isnan(names).any()):
        raise ValueError("A value is infinite, or a group is missing.")
    given = ~np.isnan(scores)
    labels, at = np.unique(names[given], return_inverse=True)
    n, total, squares = (
        np.bincount(at, weights=weights, minlength=len(labels)).astype(float)
        for weights in (np.ones(int(given.sum())), scores[given], scores[given] ** 2)
    )
    return [str(label) for label in labels], n, total, squares


def anova(values: npt.ArrayLike, groups: npt.ArrayLike) -> Anova:
    """One-way analysis of variance from persons; see anova_from_tally."""
    scores = np.asarray(values, dtype=float)
    # Moved near 0, where sums of squares lose nothing; equal values become exactly 0.
    finite = scores[np.isfinite(scores)]
    middle = np.median(finite) if len(finite) else 0.0
    _, n, total, squares = group_sums(scores - middle, groups)
    return anova_from_tally(n, total, squares)


def anova_from_tally(n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> Anova:
    """MSB = sum n_t (m_t - m)^2 / (J - 1), MSW = sum (y - m_t)^2 / (N - J), n0 = (N - sum n_t^2 / N) / (J - 1).

    n, total, squares: (U,) count, sum and sum of squares of each team. Teams without answers do not count; one with a single answer
    counts between teams only. Worth printing from 10 teams and 50 persons on. ValueError below two teams, where no team has two
    answers, or for arrays that are not finite or not of one length. (Bliese 2000)
    """
    counts, sums, powers = checked_tally(n, total, squares)
    people, teams = counts.sum(), len(counts)
    if teams < 2:
        raise ValueError("Teams can be compared from two teams with answers on.")
    if people <= teams:
        raise ValueError("Without a second answer in any team, differences inside teams are unknown.")
    means = sums / counts
    inside = powers - sums**2 / counts
    within = np.where(inside > NOISE * powers, inside, 0.0).sum()
    between = (counts * (means - sums.sum() / people) ** 2).sum()
    return Anova(
        ms_between=float(between / (teams - 1)) if between > NOISE * powers.sum() else 0.0,
        ms_within=float(within / (people - teams)),
        groups=teams,
        n=int(people),
        n0=float((people - (counts**2).sum() / people) / (teams - 1)),
    )


def checked_tally(n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Count, sum and sum of squares of the teams that have answers; ValueError where they are not finite or not of one length."""
    arrays = [np.asarray(array, dtype=float) for array in (n, total, squares)]
    counts = arrays[0]
    if counts.ndim != 1 or any(array.shape != counts.shape for array in arrays):
        raise ValueError("Counts, sums and sums of squares have one entry for each team.")
    if not all(np.isfinite(array).all() for array in arrays) or (counts < 0).any():
        raise ValueError("Counts, sums and sums of squares are finite, and no count is negative.")
    counts, sums, powers = (array[counts > 0] for array in arrays)
    return counts, sums, powers


def icc1(result: Anova) -> float:
    """(MSB - MSW) / (MSB + (n0 - 1) MSW): share of the differences between persons that lies between teams.

    The raw estimate: may be negative; print at_least_zero of it. 0 where nothing differs. (Bliese 2000; n0 for unequal teams)
    """
    return _icc1(result, result.n0)


def icc1_mean_group_size(result: Anova) -> float:
    """ICC(1) with the mean team size N / J in place of n0, as R's multilevel prints it; may be negative."""
    return _icc1(result, result.mean_group_size)


def icc2(result: Anova) -> float:
    """(MSB - MSW) / MSB: reliability of the average team mean. 0 where team means do not differ; may be negative. (Bliese 2000)"""
    return (result.ms_between - result.ms_within) / result.ms_between if result.ms_between > 0 else 0.0


def at_least_zero(estimate: float) -> float:
    """What a page prints: a share or a variance below 0 says "none" and is reported as 0."""
    return max(0.0, estimate)


def team_reliability(icc: float, n: int) -> float:
    """lambda_t = n ICC(1) / (1 + (n - 1) ICC(1)): reliability of the mean of n answers, in [0, 1].

    0 where ICC(1) is negative or n is 0. ValueError for ICC(1) above 1 or NaN, or a negative n. (Spearman-Brown; Bliese 2000)
    """
    if not icc <= 1 or n < 0:
        raise ValueError("ICC(1) is at most 1, and n is 0 or more.")
    share = at_least_zero(icc)
    return n * share / (1 + (n - 1) * share) if n else 0.0


def _icc1(result: Anova, size: float) -> float:
    spread = result.ms_between + (size - 1) * result.ms_within
    return (result.ms_between - result.ms_within) / spread if spread > 0 else 0.0


def _covariances(complete: Floats) -> Floats:
    """(k, k), exactly 0 for a practice that does not vary."""
    varies = np.ptp(complete, axis=0) > 0
    return np.where(varies[:, None] & varies, np.cov(complete, rowvar=False), 0.0)


def _correlations(complete: Floats) -> Floats | None:
    """(k, k); None where a practice does not vary."""
    if not (np.ptp(complete, axis=0) > 0).all():
        return None
    return np.array(np.corrcoef(complete, rowvar=False))


def _alpha(covariances: Floats) -> float | None:
    """From covariances or correlations; None where the sum does not vary."""
    k, total, items = len(covariances), float(covariances.sum()), float(np.trace(covariances))
    return k / (k - 1) * (1 - items / total) if total > NOISE * items else None


def _without(matrix: Floats, item: int) -> Floats:
    return np.delete(np.delete(matrix, item, axis=0), item, axis=1)


def _factorable(complete: Floats) -> Floats:
    """The correlations, if one factor can be fitted to them."""
    correlations = _correlations(complete)
    if len(complete[0]) < 3 or correlations is None or np.linalg.eigvalsh(correlations)[0] < 1e-9:
        raise ValueError("A factor needs three practices or more that vary and do not follow from each other.")
    return correlations


def _likeliest_factor(correlations: Floats) -> tuple[Floats, Floats]:
    """Uniquenesses and loadings that minimise log|S| + tr(R S^-1), S = l l' + diag(u), searched over u alone."""
    from scipy.optimize import minimize  # noqa: PLC0415 - a heavy import that only cross-checks need

    def misfit(unique: Floats) -> tuple[float, Floats]:
        values, loadings = _factor(correlations, unique)
        others = values[:-1]
        slope = np.diag(np.outer(loadings, loadings) + np.diag(unique) - correlations) / unique**2
        return float((others - np.log(others)).sum()), slope

    start = ((1 - 0.5 / len(correlations)) / np.diag(np.linalg.inv(correlations))).clip(LEAST_UNIQUE, 1)
    limits = [(LEAST_UNIQUE, 1.0)] * len(start)
    fit = minimize(
        misfit, start, jac=True, method="L-BFGS-B", bounds=limits, options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000}
    )
    inside = (fit.x > LEAST_UNIQUE) & (fit.x < 1)
    _require_fit(fit.x, found=bool((np.abs(fit.jac[inside]) < 1e-4).all()))
    return fit.x, _factor(correlations, fit.x)[1]


def _factor(correlations: Floats, unique: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues of the correlations scaled by the uniquenesses, ascending, and the loadings of the largest."""
    scale = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlations / np.outer(scale, scale))
    loadings = scale * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
    return values, loadings * (1 if loadings.sum() >= 0 else -1)


def _require_fit(unique: Floats, *, found: bool) -> None:
    if unique.min() <= LEAST_UNIQUE:
        raise HeywoodCase("The common factor would explain a practice entirely.")
    if not found:
        raise ValueError("No best fit of one factor was found.")
