"""How well a dimension measures, and in which band each team stands: what a cycle's opened ballots say of the whole organisation.

Sources: `reliability`, `agreement` and `comparison`, where the formulas stand. Nothing here is about one team alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.analysis.agreement import uniform_variance
from assessments.analysis.comparison import PERSONS_TO_COMPARE, TEAMS_TO_COMPARE, Obstacle, bands, obstacle, shrink_groups
from assessments.analysis.reliability import (
    anova_from_tally,
    at_least_zero,
    cronbach_alpha,
    feldt_interval,
    icc1,
    icc2,
)
from assessments.analysis.scoring import Floats, Tally, tally
from assessments.analysis.values import Band, Shown

ALPHA_FROM = 50  # persons who answered everything
RATERS_FROM = 5  # answers of a team whose agreement counts in the median


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one dimension. persons: with a score; teams: with a person. None below the minimum: 50 persons, for teams 10 of them."""

    persons: int
    teams: int
    alpha: float | None = None
    alpha_range: tuple[float, float] | None = None
    icc1: float | None = None
    icc2: float | None = None
    rwg: float | None = None
    no_bands: Obstacle | None = None


def quality_of(rows: Floats, unit: npt.NDArray[np.int64], scores: Tally, column: int) -> Quality:
    """rows: (B, k) answers to the dimension's practices, NaN for "cannot say", none for the overall figure; unit: (B,);
    scores: tally of person scores by unit, of which `column` is this dimension's."""
    n, total, squares = scores.n[:, column], scores.total[:, column], scores.squares[:, column]
    persons, teams = int(n.sum()), int((n > 0).sum())
    alpha, alpha_range = _alpha(rows)
    told = persons >= PERSONS_TO_COMPARE and teams >= TEAMS_TO_COMPARE and persons > teams
    found = anova_from_tally(n, total, squares) if told else None
    return Quality(
        persons=persons,
        teams=teams,
        alpha=alpha,
        alpha_range=alpha_range,
        icc1=at_least_zero(icc1(found)) if found else None,
        icc2=at_least_zero(icc2(found)) if found else None,
        rwg=_median_rwg(rows, unit) if told else None,
        no_bands=obstacle(n, total, squares),
    )


def bands_of(figures: Mapping[int, Shown], scores: Tally, column: int) -> dict[int, Band]:
    """The band of each unit given, from printed means and their n; empty where teams are not to be compared.

    figures: shown figures of units without units below, by index. A clipped mean counts as the middle of what it stands for.
    """
    n, total, squares = scores.n[:, column], scores.total[:, column], scores.squares[:, column]
    if not figures or obstacle(n, total, squares):
        return {}
    shrunken = shrink_groups(n, total, squares)
    means = [figure.mean.middle for figure in figures.values()]
    counts = [figure.n for figure in figures.values()]
    standings = bands(means, counts, shrunken.sigma2, shrunken.tau2, shrunken.mu)
    return {unit: standing.band for unit, standing in zip(figures, standings, strict=True)}


def _alpha(rows: Floats) -> tuple[float | None, tuple[float, float] | None]:
    sums = rows.sum(axis=1)  # NaN where one answer is
    complete = rows[~np.isnan(sums)]
    if rows.shape[1] < 2 or len(complete) < ALPHA_FROM or not np.nanmax(sums) > np.nanmin(sums):
        return None, None
    found = cronbach_alpha(complete)
    return found.alpha, feldt_interval(found.alpha, found.n, found.k)


def _median_rwg(rows: Floats, unit: npt.NDArray[np.int64]) -> float | None:
    teams = int(unit.max(initial=-1)) + 1
    found = rwg_of_teams(tally(unit, rows, teams))[np.bincount(unit, minlength=teams) >= RATERS_FROM]
    there = found[~np.isnan(found)]
    return float(np.median(there)) if len(there) >= TEAMS_TO_COMPARE else None


def rwg_of_teams(answers: Tally) -> Floats:
    """(U,) `agreement.rwg_j` of all teams at once; NaN where no practice has two answers. answers: (U, J) tally of practices."""
    n = answers.n
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(n > 1, (answers.squares - answers.total**2 / n) / (n - 1), 0.0)
        practices = (n > 1).sum(axis=1)
        disagreed = (variance.sum(axis=1) / practices / uniform_variance(5)).clip(0, 1)
    agreed = practices * (1 - disagreed)
    found: Floats = agreed / (agreed + disagreed)
    return found
