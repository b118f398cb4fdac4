"""Invented answers of people in teams, with truths planted in them: one module for the demo, tests and benchmarks.

A latent answer is normal and cut into five categories:
z = mu(item) + department + team + team x dimension + trend + halo + person x dimension + error.
The variance shares are those of published climate surveys (ICC(1) of a dimension about .09, alpha of four items about .79).
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Booleans: TypeAlias = npt.NDArray[np.bool_]
Categories: TypeAlias = npt.NDArray[np.int8]

CUTS = (-1.85, -1.05, -0.25, 0.95)  # at mean 0 and spread 1: 3, 12, 25, 43 and 17 % in the five categories
SMALLEST_TEAM, LARGEST_TEAM = 5, 45
LEAST_RESPONSE, MOST_RESPONSE = 0.40, 0.97


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team and what is planted in it; None leaves a thing to chance. Latent points, about one category each.

    level is added all the time, rise from quarter `Design.rise_from` on; split is added for one half of the seats and taken off
    the other. renewed_in: the quarter in which two of three seats get somebody new. unsure: how many times more often than others
    people here "cannot say" what is hard to say (`Design.harder_items`).
    """

    department: int
    size: int
    response: float | None = None
    manager_bias: float | None = None
    level: float = 0.0
    rise: float = 0.0
    split: float = 0.0
    renewed_in: int | None = None
    unsure: float = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A dimension that follows from others. loadings: (dimension, weight) pairs; what is left of 1 is the team's common level."""

    dimension: int
    loadings: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Design:
    """The questionnaire and every parameter of the model. dimension_of: (J,) index of each item's dimension; `_sd` a spread."""

    dimension_of: tuple[int, ...]
    quarters: int = 6
    item_means: tuple[float, ...] | None = None  # otherwise spread evenly over lowest_mean to highest_mean
    lowest_mean: float = 3.2
    highest_mean: float = 4.1
    outcome: Outcome | None = None
    department_variance: float = 0.015
    team_variance: float = 0.045
    team_common: float = 0.6  # share of the team variance that all dimensions have in common
    slope: float = 0.01  # per quarter
    slope_sd: float = 0.03
    drift: float = 0.8
    drift_sd: float = 0.05
    rise_from: int = 3  # the fourth quarter
    halo_variance: float = 0.30
    person_variance: float = 0.20  # of person x dimension
    stable: float = 0.70  # correlation of a person's halo and dimension parts between two quarters
    turnover: float = 0.03  # share of people replaced per quarter
    straight_lining: float = 0.03
    response: tuple[float, float] = (28.0, 12.0)  # of a Beta distribution over teams
    response_link: float = 0.15  # better teams answer more
    missing: float = 0.015
    harder_items: tuple[tuple[int, float], ...] = ()  # (item, share of "cannot say")
    manager_bias: float = 0.38
    manager_bias_sd: float = 0.35
    manager_dimension_sd: float = 0.35
    manager_item_sd: float = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What was said in Q quarters on S seats of T teams. A seat is one person's place; after `joined` it is somebody else's.

    team: (S,) team of each seat. joined: (Q, S) somebody new since this quarter. answered: (Q, S). answers: (Q, S, J) 1-5, 0 for
    "cannot say", also where nobody answered. managers: (Q, T, J) 1-5. level: (Q, T, D) the latent truth about the team.
    """

    team: Integers
    joined: Booleans
    answered: Booleans
    answers: Categories
    managers: Categories
    level: Floats


def usual_teams(*, teams: int, departments: int, seed: int) -> tuple[TeamPlan, ...]:
    """Teams of usual sizes (median 10) with nothing planted, dealt out to the departments in turn."""
    drawn = np.random.default_rng(seed).lognormal(2.3, 0.45, teams)
    sizes = drawn.round().astype(int).clip(SMALLEST_TEAM, LARGEST_TEAM)
    return tuple(TeamPlan(department=number % departments, size=int(size)) for number, size in enumerate(sizes))


def simulate(*, design: Design, teams: tuple[TeamPlan, ...], seed: int) -> Survey:
    """All quarters at once; the same arguments give the same answers."""
    rng = np.random.default_rng(seed)
    sizes = np.array([plan.size for plan in teams])
    team = np.repeat(np.arange(len(teams)), sizes)
    dimension_of = np.array(design.dimension_of)
    mu = _item_levels(design, rng)
    common, level = _team_levels(design, teams, rng)
    place = np.concatenate([np.arange(size) for size in sizes])
    joined = _joined(design, teams, team, place, rng)
    persons = _person_parts(design, joined, rng)
    split = np.where(place % 2, -1.0, 1.0) * np.array([plan.split for plan in teams])[team]
    latent = mu + (level[:, team, :] + persons + split[:, None])[:, :, dimension_of]
    error_variance = 1.0 - design.halo_variance - design.person_variance
    latent += np.sqrt(error_variance) * rng.standard_normal(latent.shape)
    answers = _straighten(design, _categories(latent), joined, rng)
    return Survey(
        team=team,
        joined=joined,
        answered=rng.random(joined.shape) < _response_rates(design, teams, common, rng)[team],
        answers=_leave_out(design, answers, np.array([plan.unsure for plan in teams])[team], rng),
        managers=_categories(mu + _manager_levels(design, teams, level, rng)[:, :, dimension_of] + _item_noise(design, teams, rng)),
        level=level,
    )


def _item_levels(design: Design, rng: np.random.Generator) -> Floats:
    """(J,) latent means that give the wanted means in categories, found by interpolation."""
    items = len(design.dimension_of)
    wanted = design.item_means or tuple(rng.permutation(np.linspace(design.lowest_mean, design.highest_mean, items)))
    grid = np.linspace(-4, 4, 801)
    normal = NormalDist(sigma=float(np.sqrt(1 + design.department_variance + design.team_variance)))
    means = [1 + sum(normal.cdf(point - cut) for cut in CUTS) for point in grid.tolist()]
    return np.interp(wanted, means, grid)


def _team_levels(design: Design, teams: tuple[TeamPlan, ...], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(T,) what department and team share in all quarters, and (Q, T, D) the whole latent level of a team."""
    quarters, dimensions = design.quarters, max(design.dimension_of) + 1
    department = np.array([plan.department for plan in teams])
    departments = rng.normal(0, np.sqrt(design.department_variance), department.max() + 1)
    planned = np.array([plan.level for plan in teams])
    common = planned + departments[department] + rng.normal(0, np.sqrt(design.team_variance * design.team_common), len(teams))
    own = rng.normal(0, np.sqrt(design.team_variance * (1 - design.team_common)), (len(teams), dimensions))
    slope = rng.normal(design.slope, design.slope_sd, len(teams))
    trend = np.zeros((quarters, len(teams)))
    drift = np.zeros(len(teams))
    rise = np.array([plan.rise for plan in teams])
    for quarter in range(1, quarters):
        drift = design.drift * drift + rng.normal(0, design.drift_sd, len(teams))
        trend[quarter] = slope * quarter + drift + (rise if quarter >= design.rise_from else 0.0)
    level = (common[:, None] + own)[None] + trend[:, :, None]
    if design.outcome:
        level[:, :, design.outcome.dimension] = _follow(design.outcome, level, level.mean(axis=2))
    return common, level


def _joined(design: Design, teams: tuple[TeamPlan, ...], team: Integers, place: Integers, rng: np.random.Generator) -> Booleans:
    """(Q, S) here and there somebody new, in no team in the first quarter. place: (S,) a seat's number in its team."""
    joined = rng.random((design.quarters, len(team))) < design.turnover
    joined[0] = False
    for number, plan in enumerate(teams):
        if plan.renewed_in is not None:
            joined[plan.renewed_in : plan.renewed_in + 1] |= (team == number) & (place % 3 > 0)
    return joined


def _follow(outcome: Outcome, parts: Floats, rest: Floats) -> Floats:
    """The outcome's part as the weighted sum of other dimensions' parts, and `rest` for what the weights leave of 1."""
    weights = sum(weight for _, weight in outcome.loadings)
    return sum((weight * parts[:, :, dimension] for dimension, weight in outcome.loadings), (1 - weights) * rest)


def _person_parts(design: Design, joined: Booleans, rng: np.random.Generator) -> Floats:
    """(Q, S, D) halo and person x dimension; who joins brings new ones."""
    quarters, seats = joined.shape
    dimensions = max(design.dimension_of) + 1
    halo = np.sqrt(design.halo_variance) * _lasting(design, rng.standard_normal((2, quarters, seats, 1)), joined)
    own = np.sqrt(design.person_variance) * _lasting(design, rng.standard_normal((2, quarters, seats, dimensions)), joined)
    if design.outcome:
        # The weighted parts and a remainder of its own add up to the variance of any other dimension.
        left = 1 - sum(weight**2 for _, weight in design.outcome.loadings)
        at = design.outcome.dimension
        own[:, :, at] *= np.sqrt(left)
        own[:, :, at] += _follow(design.outcome, own, np.zeros(joined.shape))
    return halo + own


def _lasting(design: Design, draws: Floats, joined: Booleans) -> Floats:
    """From two sets of draws (2, Q, S, ...): a person's lasting part, drawn on joining, and the quarter's own."""
    lasting, fresh = draws
    return np.sqrt(design.stable) * lasting[_since(joined), np.arange(joined.shape[1])] + np.sqrt(1 - design.stable) * fresh


def _since(joined: Booleans) -> Integers:
    """(Q, S) the quarter in which the person on each seat joined."""
    quarter = np.arange(len(joined))[:, None]
    return np.maximum.accumulate(np.where(joined, quarter, 0), axis=0)


def _categories(latent: Floats) -> Categories:
    return (1 + np.searchsorted(CUTS, latent)).astype(np.int8)


def _straighten(design: Design, answers: Categories, joined: Booleans, rng: np.random.Generator) -> Categories:
    """A few people give one value to everything, as long as they stay."""
    at = _since(joined), np.arange(joined.shape[1])
    lazy = (rng.random(joined.shape) < design.straight_lining)[at]
    value = rng.integers(3, 6, joined.shape)[at]
    return np.where(lazy[:, :, None], value[:, :, None], answers).astype(np.int8)


def _leave_out(design: Design, answers: Categories, unsure: Floats, rng: np.random.Generator) -> Categories:
    """unsure: (S,) as in `TeamPlan`."""
    share = np.full(answers.shape[1:], design.missing)
    for item, harder in design.harder_items:
        share[:, item] = harder * unsure
    return np.where(rng.random(answers.shape) < share, 0, answers).astype(np.int8)


def _response_rates(design: Design, teams: tuple[TeamPlan, ...], common: Floats, rng: np.random.Generator) -> Floats:
    """(T,) chance that a member answers."""
    drawn = rng.beta(*design.response, len(teams)).clip(LEAST_RESPONSE, MOST_RESPONSE) + design.response_link * common
    planned = np.array([np.nan if plan.response is None else plan.response for plan in teams])
    return np.where(np.isnan(planned), drawn, planned).clip(0, 1)


def _manager_levels(design: Design, teams: tuple[TeamPlan, ...], level: Floats, rng: np.random.Generator) -> Floats:
    """(Q, T, D) how managers see their teams: the truth, an error per dimension, and a bias, mostly upwards."""
    bias = rng.normal(design.manager_bias, design.manager_bias_sd, level.shape[:2])
    for number, plan in enumerate(teams):
        if plan.manager_bias is not None:
            bias[:, number] = plan.manager_bias
    return level + bias[:, :, None] + rng.normal(0, design.manager_dimension_sd, level.shape)


def _item_noise(design: Design, teams: tuple[TeamPlan, ...], rng: np.random.Generator) -> Floats:
    return rng.normal(0, design.manager_item_sd, (design.quarters, len(teams), len(design.dimension_of)))
