"""An invented organisation of any size: a root, departments of some thirty teams, everybody's answers, and the quarter before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessments.analysis.change import Point
from assessments.analysis.scoring import Ballots, Units, score
from assessments.demo.generator import Design, TeamPlan, simulate

TEAMS_OF_A_DEPARTMENT = 30
RESPONSE = 0.7
K, OWN_SPREAD_FROM = 5, 10


@dataclass(frozen=True, slots=True, eq=False)
class Organisation:
    """dimension_of: (P,) index of each practice's dimension; ends: the units without units below them."""

    units: Units
    ballots: Ballots
    dimension_of: tuple[int, ...]

    @property
    def ends(self) -> list[int]:
        return sorted(set(range(len(self.units.parent))) - set(self.units.parent))


def organisation(*, ballots: int, teams: int, practices: int, dimensions: int, seed: int) -> Organisation:
    """Teams of unequal sizes with as many ballots as asked for in all; at least one person in each."""
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(0, 0.45, teams)
    sizes = 1 + rng.multinomial(ballots - teams, weights / weights.sum())
    dimension_of = tuple(int(at) for at in np.arange(practices) * dimensions // practices)
    plans = tuple(TeamPlan(at // TEAMS_OF_A_DEPARTMENT, int(size), response=1.0) for at, size in enumerate(sizes))
    survey = simulate(design=Design(dimension_of=dimension_of, quarters=1), teams=plans, seed=seed)
    parent, position = _tree(teams)
    invited = np.zeros(len(parent), dtype=np.int64)
    invited[position] = np.ceil(sizes / RESPONSE)
    answers = Ballots(np.array(position)[survey.team], survey.answers[0])
    return Organisation(Units(tuple(parent), tuple(invited.tolist())), answers, dimension_of)


def _tree(teams: int) -> tuple[list[int], list[int]]:
    """Parents in preorder, and where in it each team stands."""
    parent, position, department = [-1], [], 0
    for team in range(teams):
        if team % TEAMS_OF_A_DEPARTMENT == 0:
            department = len(parent)
            parent.append(0)
        position.append(len(parent))
        parent.append(department)
    return parent, position


def families(now: Organisation, before: Organisation) -> list[tuple[Sequence[Point | None], Sequence[Point | None]]]:
    """For each figure of a unit both quarters of all teams: what a test of change is given at close."""
    points = [_points(one) for one in (before, now)]
    figures = sorted({place[1:] for place in [*points[0], *points[1]]})
    return [
        ([points[0].get((unit, *figure)) for unit in now.ends], [points[1].get((unit, *figure)) for unit in now.ends])
        for figure in figures
    ]


def _points(one: Organisation) -> dict[tuple[int, str, int], Point]:
    scores = score(one.units, one.ballots, one.dimension_of, k=K, own_spread_from=OWN_SPREAD_FROM)
    figures = [((unit, "practice", at), figure) for (unit, at), figure in scores.practice.items()]
    figures += [((unit, "dimension", at), figure) for (unit, at), figure in scores.dimension.items()]
    figures += [((unit, "overall", 0), figure) for unit, figure in scores.overall.items()]
    return {place: Point(figure.mean, figure.n, float(scores.spread[place])) for place, figure in figures}  # type: ignore[index]
