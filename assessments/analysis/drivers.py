"""Which dimensions go together with the outcome: shares of explained variance, for the whole organisation only.

Rows are persons, centred at their team's mean, so that differences between teams and their habits of answering do not mix in.
Everything was asked of the same people at the same moment: "goes together with", never "causes".
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from assessments.analysis.means import Floats, finite

Ints = npt.NDArray[np.int64]

PERSONS_FROM = 100
PERSONS_PER_PREDICTOR = 15
TEAMS_TO_DRAW = 20  # from here on whole teams are drawn, below persons within their teams
CLEAR_R2 = 0.10
SURE = 0.90  # of the draws in the upper half, to be named as a driver
USABLE = 0.90  # of the draws without collinear or constant dimensions, to be believed
CONDITION = 1e8  # condition number of the predictors' correlations from which on they count as collinear
MOST_PREDICTORS = 15  # 2^15 subsets
BATCH = 50  # draws solved at once; progress is told after each batch


class CollinearPredictors(ValueError):
    """One predictor follows from the others, so no share can be told apart: drop or merge one."""


class Withheld(StrEnum):
    """Why no drivers are shown."""

    TOO_FEW_PERSONS = "too few persons"
    TOO_FEW_PER_PREDICTOR = "too few persons for so many dimensions"
    NO_SPREAD = "no spread"
    COLLINEAR = "collinear"
    NO_CLEAR_DRIVERS = "no clear drivers"


@dataclass(frozen=True, slots=True)
class Driver:
    """One dimension's part. share: of R², 0 to 1. rank: 1 is the largest; best and worst: its range over 95 % of the draws.

    sure: in the upper half in at least 90 % of the draws; only then may it be named as one.
    """

    share: float
    rank: int
    best: int
    worst: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Drivers:
    """All dimensions in the order given, with what they rest on. persons and teams: complete rows in teams of two or more."""

    drivers: tuple[Driver, ...]
    r2: float
    persons: int
    teams: int
    draws: int


@dataclass(frozen=True, slots=True)
class Importance:
    """raw: (p,) parts of R², which they add up to; share: (p,) of R², 0 where R² is 0."""

    raw: Floats
    r2: float

    @property
    def share(self) -> Floats:
        return self.raw / self.r2 if self.r2 > 0 else np.zeros_like(self.raw)


def lmg(x: npt.ArrayLike, y: npt.ArrayLike) -> Importance:
    """Average over all orders of the increase in R² (Lindeman, Merenda & Gold 1980; Groemping 2006), exact.

    x: (n, p) predictors, y: (n,) outcome, in any units. Minimum n: p + 2. ValueError for fewer, a constant column, NaN, more
    than 15 predictors; CollinearPredictors where one follows from the others.
    """
    return lmg_from_correlation(correlation(x, y))


def lmg_from_correlation(matrix: npt.ArrayLike) -> Importance:
    """`lmg` from the (p+1, p+1) correlations, outcome last: sum over S without j of |S|!(p-|S|-1)!/p! (R²(S+j) - R²(S))."""
    r = finite(matrix)
    _check_predictors(r)
    raw = _lmg(r[None])[0]
    return Importance(raw, float(raw.sum()))


def relative_weights(x: npt.ArrayLike, y: npt.ArrayLike) -> Importance:
    """Johnson 2000: R = Q D Q', L = Q D^(1/2) Q', raw = L² (L^-1 r)². An approximation of `lmg`, on no page: a cross-check.

    Shapes, minimum n and what raises as `lmg`.
    """
    r = correlation(x, y)
    _check_predictors(r)
    values, vectors = np.linalg.eigh(r[:-1, :-1])
    root = vectors * np.sqrt(values) @ vectors.T
    raw: Floats = root**2 @ np.linalg.solve(root, r[:-1, -1]) ** 2
    return Importance(raw, float(raw.sum()))


def correlation(x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """(p+1, p+1) Pearson correlations, outcome last. Shapes, minimum n and what raises as `lmg`, collinear predictors aside."""
    predictors, outcome = finite(x), finite(y)
    if predictors.ndim != 2 or outcome.shape != (len(predictors),) or not predictors.shape[1]:
        raise ValueError("predictors are (n, p), the outcome is (n,)")
    if len(outcome) < predictors.shape[1] + 2:
        raise ValueError("too few rows for so many predictors")
    rows = np.column_stack([predictors, outcome])
    if (np.ptp(rows, axis=0) == 0).any():
        raise ValueError("a column is constant")
    rows = (rows - rows.mean(axis=0)) / np.ptp(rows, axis=0)
    matrix: Floats = _standardised((rows.T @ rows)[None])[0]
    return matrix


def cross_products(rows: npt.ArrayLike, team: npt.ArrayLike) -> Floats:
    """(T, q, q) sums of squares and products of each team around its own mean; teams in sorted order. One person's are 0.

    rows: (n, q), team: (n,) labels. Their sum is what centring all rows at team means gives. ValueError for NaN.
    """
    values, (_, index) = finite(rows), np.unique(np.asarray(team), return_inverse=True)
    centred = values - _team_means(values, index)[index]
    products = np.zeros((int(index.max(initial=-1)) + 1, values.shape[1], values.shape[1]))
    np.add.at(products, index, centred[:, :, None] * centred[:, None, :])
    return products


def find_drivers(
    scores: npt.ArrayLike,
    outcome: npt.ArrayLike,
    team: npt.ArrayLike,
    *,
    seed: int,
    draws: int = 1000,
    progress: Callable[[int, int], None] | None = None,
) -> Drivers | Withheld:
    """Shares of the dimensions with rank ranges from a bootstrap of teams (20 or more) or of persons within teams.

    scores: (n, p) dimension scores, outcome: (n,), team: (n,) labels; NaN is a missing score, and only complete rows in teams of at
    least two count, since a person alone in a team says nothing once centred. Minimum: 100 such persons and 15 per dimension, R² of
    .10. The same seed gives the same result whatever the order of rows. progress: told (draws done, draws). ValueError for shapes
    that do not fit, draws below 1, infinite values.
    """
    rows, labels = _complete(scores, outcome, team)
    predictors = rows.shape[1] - 1
    if draws < 1 or predictors < 1:
        raise ValueError("at least one draw and one dimension are needed")
    if few := _too_few(len(rows), predictors):
        return few
    products = cross_products(rows, labels)
    whole = _observed(products.sum(axis=0), rows)
    if isinstance(whole, Withheld):
        return whole
    ranks = _drawn_ranks(rows, labels, products, seed=seed, draws=draws, progress=progress)
    if len(ranks) < USABLE * draws:
        return Withheld.COLLINEAR
    return Drivers(_describe(whole.share, ranks), whole.r2, len(rows), len(products), len(ranks))


def _too_few(persons: int, predictors: int) -> Withheld | None:
    if persons < PERSONS_FROM:
        return Withheld.TOO_FEW_PERSONS
    return Withheld.TOO_FEW_PER_PREDICTOR if persons < PERSONS_PER_PREDICTOR * predictors else None


def _observed(products: Floats, rows: Floats) -> Importance | Withheld:
    """What the organisation as it answered says, before any draw."""
    if _flat(products[None], rows)[0]:
        return Withheld.NO_SPREAD
    try:
        found = lmg_from_correlation(_standardised(products[None])[0])
    except CollinearPredictors:
        return Withheld.COLLINEAR
    return Withheld.NO_CLEAR_DRIVERS if found.r2 < CLEAR_R2 else found


def _complete(scores: npt.ArrayLike, outcome: npt.ArrayLike, team: npt.ArrayLike) -> tuple[Floats, Ints]:
    """(n, p+1) complete rows and the (n,) number of each one's team, sorted by both, without people alone in a team."""
    predictors, dependent = np.asarray(scores, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    labels = np.asarray(team)
    if predictors.ndim != 2 or not dependent.shape == labels.shape == (len(predictors),):
        raise ValueError("scores are (n, p), outcome and team are (n,)")
    rows = np.column_stack([predictors, dependent])
    whole = ~np.isnan(rows).any(axis=1)
    rows, labels = finite(rows[whole]), labels[whole]
    _, index, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    kept = sizes[index] > 1
    _, index = np.unique(labels[kept], return_inverse=True)
    order = np.lexsort((*rows[kept].T, index))
    return rows[kept][order], index[order]


def _drawn_ranks(
    rows: Floats, team: Ints, products: Floats, *, seed: int, draws: int, progress: Callable[[int, int], None] | None
) -> Ints:
    """(usable draws, p) ranks, 1 the largest; draws with a constant or collinear dimension are left out."""
    rng = np.random.default_rng(seed)
    whole_teams = len(products) >= TEAMS_TO_DRAW
    found: list[Ints] = []
    for done in range(0, draws, BATCH):
        size = min(BATCH, draws - done)
        drawn = _draw_teams(products, size, rng) if whole_teams else _draw_persons(rows, team, size, rng)
        drawn = drawn[~_flat(drawn, rows)]
        r = _standardised(drawn)
        r = r[~_collinear(r)]
        found.append(_ranks(_lmg(r)))
        if progress is not None:
            progress(done + size, draws)
    return np.concatenate(found)


def _draw_teams(products: Floats, size: int, rng: np.random.Generator) -> Floats:
    """(size, q, q) summed cross-products of as many teams as there are, drawn with replacement."""
    teams = len(products)
    times = rng.multinomial(teams, np.full(teams, 1 / teams), size=size)
    drawn: Floats = np.tensordot(times.astype(np.float64), products, axes=1)
    return drawn


def _draw_persons(rows: Floats, team: Ints, size: int, rng: np.random.Generator) -> Floats:
    """(size, q, q) cross-products of as many persons of each team as it has, drawn with replacement and centred anew."""
    sizes = np.bincount(team)
    first = (np.cumsum(sizes) - sizes)[team]  # rows are sorted by team
    drawn = np.empty((size, rows.shape[1], rows.shape[1]))
    for at in range(size):
        picked = rows[first + (rng.random(len(team)) * sizes[team]).astype(np.int64)]
        centred = picked - _team_means(picked, team)[team]
        drawn[at] = centred.T @ centred
    return drawn


def _team_means(values: Floats, index: Ints) -> Floats:
    sizes = np.bincount(index)
    return np.column_stack([np.bincount(index, weights=column) / sizes for column in values.T])


def _describe(share: Floats, ranks: Ints) -> tuple[Driver, ...]:
    upper_half = max(1, len(share) // 2)
    best, worst = np.quantile(ranks, [0.025, 0.975], axis=0, method="inverted_cdf").astype(np.int64)
    sure = (ranks <= upper_half).mean(axis=0) >= SURE
    parts = zip(share, _ranks(share[None])[0], best, worst, sure, strict=True)
    return tuple(Driver(float(a), int(b), int(c), int(d), bool(e)) for a, b, c, d, e in parts)


def _ranks(raw: Floats) -> Ints:
    """(draws, p) 1 for the largest; equal values in the order given."""
    return np.argsort(np.argsort(-raw, axis=1, kind="stable"), axis=1, kind="stable") + 1


def _flat(products: Floats, rows: Floats) -> npt.NDArray[np.bool_]:
    """(draws,) whether a column has no spread within teams, beyond what binary fractions leave of equal values."""
    spread = np.diagonal(products, axis1=1, axis2=2)
    rounding = 1e-20 * len(rows) * np.abs(rows).max(axis=0) ** 2
    flat: npt.NDArray[np.bool_] = (spread <= rounding).any(axis=1)
    return flat


def _standardised(products: Floats) -> Floats:
    """(draws, q, q) correlations from cross-products."""
    scale = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
    return products / scale[:, :, None] / scale[:, None, :]


def _collinear(r: Floats) -> npt.NDArray[np.bool_]:
    """(draws,) whether the predictors' correlations are beyond a trustworthy solve."""
    values = np.linalg.eigvalsh(r[:, :-1, :-1])
    collinear: npt.NDArray[np.bool_] = values[:, 0] * CONDITION <= values[:, -1]
    return collinear


def _check_predictors(r: Floats) -> None:
    if r.ndim != 2 or r.shape[0] != r.shape[1] or len(r) < 2:
        raise ValueError("correlations are (p+1, p+1), outcome last")
    if len(r) - 1 > MOST_PREDICTORS:
        raise ValueError(f"more than {MOST_PREDICTORS} predictors")
    if not (np.allclose(np.diagonal(r), 1) and np.allclose(r, r.T) and np.linalg.eigvalsh(r)[0] > -1e-8):
        raise ValueError("these are no correlations")
    if _collinear(r[None])[0]:
        raise CollinearPredictors("a predictor follows from the others: drop or merge one")


def _lmg(r: Floats) -> Floats:
    """(draws, p) from (draws, p+1, p+1): R² of every subset, one batch of solves per size, then the weighted increases."""
    predictors = r.shape[1] - 1
    r2 = np.zeros((len(r), 2**predictors))
    for members, masks in _subsets(predictors):
        inside = r[:, members[:, :, None], members[:, None, :]]
        with_outcome = r[:, members, -1]
        r2[:, masks] = (np.linalg.solve(inside, with_outcome[..., None])[..., 0] * with_outcome).sum(axis=-1)
    raw = np.empty((len(r), predictors))
    masks = np.arange(2**predictors)
    weights = _weights(predictors)
    for j in range(predictors):
        without = masks[masks & 1 << j == 0]
        raw[:, j] = (r2[:, without | 1 << j] - r2[:, without]) @ weights[without]
    return raw.clip(min=0)  # R² never falls by adding a predictor; only the last binary digits can


def _subsets(predictors: int) -> Iterator[tuple[Ints, Ints]]:
    """For each size from 1: (subsets, size) members and (subsets,) bit masks."""
    for size in range(1, predictors + 1):
        members = np.array(list(combinations(range(predictors), size)))
        yield members, (1 << members).sum(axis=1)


@lru_cache
def _weights(predictors: int) -> Floats:
    """(2^p,) |S|!(p-|S|-1)!/p! by bit mask; 0 for the full set, which nothing can join."""
    sizes = [mask.bit_count() for mask in range(2**predictors)]
    return np.array(
        [
            0.0 if size == predictors else math.factorial(size) * math.factorial(predictors - size - 1) / math.factorial(predictors)
            for size in sizes
        ]
    )
