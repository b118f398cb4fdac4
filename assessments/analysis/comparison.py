"""Teams beside each other, fairly: means of small teams move towards the common mean, and bands say only what the data can carry.

U units, each with n answers; a unit without answers (a department, an empty team) carries no weight and gets the common mean.
Give only what is shown: anonymity decides first. Nothing returns NaN: ValueError names what cannot be computed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis.reliability import anova_from_tally, at_least_zero, checked_tally, icc2
from assessments.analysis.values import Band

Floats: TypeAlias = npt.NDArray[np.float64]

TEAMS_TO_COMPARE = 10
PERSONS_TO_COMPARE = 50
RELIABLE_FROM = 0.50  # ICC(2): at least half of what team means differ by is not chance
SURE_FROM = 0.80  # probability of a third from which a band is said
DRAWS = 2000
BATCH = 20  # draws at once: few enough to stay in the processor's cache
SEED = 1986  # any fixed number: the same figures always give the same bands


@dataclass(frozen=True, slots=True)
class Shrunken:
    """mean, weight, sd: (U,) shrunken means, what each keeps of its own (0 to 1), how sure they are. mu: the common mean."""

    mu: float
    mu_se: float
    tau2: float
    mean: Floats
    weight: Floats
    sd: Floats


@dataclass(frozen=True, slots=True)
class ShrunkenGroups(Shrunken):
    """sigma2: the variance within groups."""

    sigma2: float


@dataclass(frozen=True, slots=True)
class ShrunkenEstimates(Shrunken):
    """q: Cochran's heterogeneity, (U - 1) on average when all estimates are of one value."""

    q: float


@dataclass(frozen=True, slots=True)
class JamesStein:
    """shrunken: (U,) means; shrink_factor: what each keeps of its difference from the grand mean."""

    grand_mean: float
    shrink_factor: float
    shrunken: Floats


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a team stands among the others: its band, and the probabilities of the upper and the lower third."""

    band: Band
    upper: float
    lower: float


class Obstacle(StrEnum):
    """Why teams are not compared."""

    TOO_FEW_TEAMS = "too few teams"
    TOO_FEW_PERSONS = "too few persons"
    TOO_ALIKE = "too alike"


def obstacle(n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> Obstacle | None:
    """The first condition that fails: 10 teams with answers, 50 answers, ICC(2) of .50; None where teams may be compared.

    n, total, squares: (U,) count, sum and sum of squares of each team; ValueError where they are not finite or not of one length.
    """
    counts, _, _ = checked_tally(n, total, squares)
    if len(counts) < TEAMS_TO_COMPARE:
        return Obstacle.TOO_FEW_TEAMS
    if counts.sum() < PERSONS_TO_COMPARE:
        return Obstacle.TOO_FEW_PERSONS
    # With one answer a team, nothing tells teams from persons.
    if counts.max() < 2 or icc2(anova_from_tally(n, total, squares)) < RELIABLE_FROM:
        return Obstacle.TOO_ALIKE
    return None


def shrink_groups(n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> ShrunkenGroups:
    """Team means moved towards the common mean, the smaller the team the further: empirical Bayes by moments.

    sigma^2 = MSW, tau^2 = max(0, (MSB - MSW) / n0), w_t = 1 / (tau^2 + sigma^2 / n_t), mu = sum w_t m_t / sum w_t,
    B_t = tau^2 / (tau^2 + sigma^2 / n_t), shrunken mean = mu + B_t (m_t - mu),
    its variance = B_t sigma^2 / n_t + (1 - B_t)^2 / sum w_t.

    n, total, squares: (U,) tallies, raising as anova_from_tally; worth showing where obstacle() is None. tau^2 = 0 gives one mean
    for all: no reliable differences. (Efron & Morris 1975; Morris 1983)
    """
    result = anova_from_tally(n, total, squares)
    return _shrink(n, total, result.ms_within, at_least_zero(result.variance_between))


def shrink_groups_reml(n: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> ShrunkenGroups:
    """The same with sigma^2 and tau^2 by restricted maximum likelihood, as R's lme4; a cross-check of shrink_groups.

    Profiled over lambda = tau^2 / sigma^2: with c_t = lambda + 1 / n_t, minimise (N - 1) log(SSW + sum (m_t - mu)^2 / c_t)
    + sum log(n_t c_t) + log sum 1 / c_t. Where nobody differs inside a team, tau^2 is the variance of the team means.
    """
    result = anova_from_tally(n, total, squares)
    counts, sums, _ = checked_tally(n, total, squares)
    means = sums / counts
    if result.ms_within == 0:
        return _shrink(n, total, 0.0, float(means.var(ddof=1)) if result.ms_between > 0 else 0.0)
    inside = result.ms_within * (result.n - result.groups)

    def residual(ratio: float) -> tuple[Floats, float]:
        spread = ratio + 1 / counts
        return spread, inside + _distance(means, 1 / spread)

    def deviance(ratio: float) -> float:
        spread, rest = residual(ratio)
        return float((result.n - 1) * np.log(rest) + np.log(counts * spread).sum() + np.log((1 / spread).sum()))

    ratio = _lowest(deviance)
    sigma2 = residual(ratio)[1] / (result.n - 1)
    return _shrink(n, total, sigma2, ratio * sigma2)


def shrink_known_se(y: npt.ArrayLike, se: npt.ArrayLike, method: Literal["DL", "REML"] = "DL") -> ShrunkenEstimates:
    """Estimates y with known standard errors: tau^2 by DerSimonian & Laird 1986 or by restricted maximum likelihood.

    DL: w = 1 / se^2, Q = sum w (y - m_w)^2, tau^2 = max(0, (Q - (U - 1)) / (sum w - sum w^2 / sum w)). Then as shrink_groups.
    ValueError below two estimates, for an error that is not positive, or anything not finite. (Viechtbauer 2010)
    """
    estimates, errors = np.asarray(y, dtype=float), np.asarray(se, dtype=float)
    if estimates.ndim != 1 or estimates.shape != errors.shape or len(estimates) < 2:
        raise ValueError("There are two estimates or more, each with its standard error.")
    if not (np.isfinite(estimates).all() and np.isfinite(errors).all() and (errors > 0).all()):
        raise ValueError("Estimates are finite, and standard errors positive.")
    variances = errors**2
    precision = 1 / variances
    q = _distance(estimates, precision)
    if method == "DL":
        excess = q - (len(estimates) - 1)
        tau2 = at_least_zero(float(excess / (precision.sum() - (precision**2).sum() / precision.sum())))
    elif method == "REML":
        tau2 = _reml_tau2(estimates, variances)
    else:
        raise ValueError(f"The method is DL or REML, not {method}.")
    weights = 1 / (tau2 + variances)
    mu = float((weights * estimates).sum() / weights.sum())
    return ShrunkenEstimates(mu, _error_of_mu(variances, tau2), tau2, *_towards(mu, estimates, variances, tau2), q)


def james_stein(values: npt.ArrayLike, variance: float) -> JamesStein:
    """Towards the grand mean by c = 1 - (U - 3) variance / sum (y - mean)^2, at least 0: one known sampling variance for all.

    Equal values stay where they are. ValueError below four values (then it does no good), for a variance that is not positive, or
    anything not finite. (Efron & Morris 1975, 1977)
    """
    raw = np.asarray(values, dtype=float)
    if raw.ndim != 1 or len(raw) < 4 or not np.isfinite(raw).all() or not 0 < variance < np.inf:
        raise ValueError("Four finite values or more, and a positive variance.")
    mean = float(raw.mean())
    apart = float(((raw - mean) ** 2).sum())
    factor = at_least_zero(1 - (len(raw) - 3) * variance / apart) if apart > 0 else 0.0
    return JamesStein(mean, factor, mean + factor * (raw - mean))


def bands(
    means: npt.ArrayLike, n: npt.ArrayLike, sigma2: float, tau2: float, mu: float, *, draws: int = DRAWS, seed: int = SEED
) -> tuple[Standing, ...]:
    """Upper, middle or lower third of the teams, from draws of N(shrunken mean, sd): an end is said only from P = .80 on.

    means, n: (U,) of teams with answers; with means as printed a band tells nothing that the mean does not. A third is U // 3
    teams, so below three teams, and where tau^2 is 0, all stand in the middle; a tie at the edge counts for nobody. Neither order
    nor chance tells equal teams apart. Show bands only where obstacle() is None. ValueError for a team without answers, a negative
    variance, no draws, or anything not finite. (cf. Goldstein & Spiegelhalter 1996)
    """
    raw, counts = np.asarray(means, dtype=float), np.asarray(n, dtype=float)
    if raw.ndim != 1 or raw.shape != counts.shape or not np.isfinite([*raw, *counts, sigma2, tau2, mu]).all():
        raise ValueError("Each team has a mean and a number of answers, all finite.")
    if (counts < 1).any() or sigma2 < 0 or tau2 < 0 or draws < 1:
        raise ValueError("Teams have answers, variances are 0 or more, and there is a draw.")
    if len(raw) == 0:
        return ()
    mean, _, sd = _towards(mu, raw, sigma2 / counts, tau2)
    at = np.unique(np.column_stack([mean, sd]), axis=0, return_inverse=True)[1].reshape(-1)
    # Drawn in the order of the figures; teams with the same figures share what they drew.
    order = np.argsort(at, kind="stable")
    upper, lower = (
        (np.bincount(at[order], share) / np.bincount(at))[at] for share in _shares_of_thirds(mean[order], sd[order], draws, seed)
    )
    return tuple(_standing(*pair) for pair in zip(upper.tolist(), lower.tolist(), strict=True))


def _shares_of_thirds(mean: Floats, sd: Floats, draws: int, seed: int) -> tuple[Floats, Floats]:
    """(U,) how often each was drawn into the upper and the lower third."""
    third = len(mean) // 3
    chance = np.random.default_rng(seed)
    upper, lower = np.zeros(len(mean)), np.zeros(len(mean))
    low, high = third, len(mean) - third - 1
    for done in range(0, draws if third else 0, BATCH):
        drawn = mean + sd * chance.standard_normal((min(BATCH, draws - done), len(mean)))
        edges = np.sort(drawn, axis=1)  # faster here than a partition
        upper += (drawn > edges[:, high, None]).sum(axis=0)
        lower += (drawn < edges[:, low, None]).sum(axis=0)
    return upper / draws, lower / draws


def _standing(upper: float, lower: float) -> Standing:
    if upper >= SURE_FROM:
        return Standing(Band.UPPER, upper, lower)
    return Standing(Band.LOWER if lower >= SURE_FROM else Band.MIDDLE, upper, lower)


def _shrink(n: npt.ArrayLike, total: npt.ArrayLike, sigma2: float, tau2: float) -> ShrunkenGroups:
    counts = np.asarray(n, dtype=float)
    means = np.asarray(total, dtype=float) / np.maximum(counts, 1)
    # A unit without answers has an error without end, so that it weighs nothing.
    variances = np.where(counts > 0, sigma2 / np.maximum(counts, 1), np.inf)
    weights = 1 / (tau2 + variances) if tau2 > 0 else counts
    mu = float((weights * means).sum() / weights.sum())
    return ShrunkenGroups(mu, _error_of_mu(variances, tau2), tau2, *_towards(mu, means, variances, tau2), sigma2)


def _towards(mu: float, means: Floats, variances: Floats, tau2: float) -> tuple[Floats, Floats, Floats]:
    """(U,) shrunken means, weights B and standard deviations."""
    weight = tau2 / (tau2 + variances) if tau2 > 0 else np.zeros(len(means))
    # (1 - B) tau^2 is B sigma^2 / n, and holds for a unit without answers too.
    squared = (1 - weight) * tau2 + (1 - weight) ** 2 * _error_of_mu(variances, tau2) ** 2
    return mu + weight * (means - mu), weight, np.sqrt(squared)


def _error_of_mu(variances: Floats, tau2: float) -> float:
    """1 / sqrt(sum of 1 / (tau^2 + variance)); 0 where a mean is known exactly."""
    spread = tau2 + variances
    return 0.0 if (spread == 0).any() else float(1 / np.sqrt((1 / spread).sum()))


def _distance(values: Floats, weights: Floats) -> float:
    """Weighted sum of squared distances from the weighted mean."""
    return float((weights * (values - (weights * values).sum() / weights.sum()) ** 2).sum())


def _reml_tau2(estimates: Floats, variances: Floats) -> float:
    typical = float(np.median(variances))

    def deviance(ratio: float) -> float:
        spread = ratio * typical + variances
        return float(np.log(spread).sum() + np.log((1 / spread).sum()) + _distance(estimates, 1 / spread))

    return typical * _lowest(deviance)


def _lowest(deviance: Callable[[float], float]) -> float:
    """The ratio of variances where the deviance is lowest: a coarse look over its logarithm, then a fine one; 0 below 1e-7."""
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - a heavy import that only closing needs

    def of_log(log: float) -> float:
        return deviance(math.exp(log))

    logs = np.linspace(-16, 48, 161).tolist()
    best = min(range(len(logs)), key=lambda at: of_log(logs[at]))
    if best == 0:
        return 0.0
    around = (logs[best - 1], logs[min(best + 1, len(logs) - 1)])
    found = math.exp(minimize_scalar(of_log, bounds=around, method="bounded", options={"xatol": 1e-10}).x)
    return found if deviance(found) < deviance(0.0) else 0.0
