"""From invented answers to what the product would say of them: a root, departments, teams; ten dimensions of four practices."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.analysis.change import DIMENSION_FROM, Point, changes
from assessments.analysis.scoring import Ballots, Scores, Units, score
from assessments.analysis.values import Change
from assessments.demo.generator import Survey, TeamPlan

PRACTICES, DIMENSIONS = 4, 10  # practices of a dimension
DIMENSION_OF = tuple(at // PRACTICES for at in range(PRACTICES * DIMENSIONS))
K, OWN_SPREAD_FROM = 5, 10
OVERALL = -1
FIGURES = (OVERALL, *range(DIMENSIONS))


@dataclass(frozen=True, slots=True)
class Quarter:
    """What one quarter shows. ends: the unit of each team, in the order of the plans."""

    scores: Scores
    ends: tuple[int, ...]

    def points(self, figure: int) -> list[Point | None]:
        """Of all teams, as a test of change is given them. figure: a dimension or OVERALL."""
        return [self._point(unit, figure) for unit in self.ends]

    def _point(self, unit: int, figure: int) -> Point | None:
        found = self.scores.overall.get(unit) if figure == OVERALL else self.scores.dimension.get((unit, figure))
        if found is None:
            return None
        spread = self.scores.spread[unit, "overall", 0] if figure == OVERALL else self.scores.spread[unit, "dimension", figure]
        return Point(found.mean, found.n, float(spread))


def quarters(survey: Survey, teams: Sequence[TeamPlan], which: Iterable[int]) -> list[Quarter]:
    """The quarters asked for, each scored as at close."""
    departments = sorted({plan.department for plan in teams})
    order = sorted(range(len(teams)), key=lambda at: teams[at].department)
    parent, position, invited = [-1], {}, [0]
    for department in departments:
        above = len(parent)
        parent.append(0)
        invited.append(0)
        for at in (at for at in order if teams[at].department == department):
            position[at] = len(parent)
            parent.append(above)
            invited.append(teams[at].size)
    ends = tuple(position[at] for at in range(len(teams)))
    units, unit = Units(tuple(parent), tuple(invited)), np.array(ends)[survey.team]
    return [Quarter(_score(units, unit, survey, quarter), ends) for quarter in which]


def _score(units: Units, unit: np.ndarray, survey: Survey, quarter: int) -> Scores:
    who = survey.answered[quarter]
    ballots = Ballots(unit[who], survey.answers[quarter][who])
    return score(units, ballots, DIMENSION_OF, k=K, own_spread_from=OWN_SPREAD_FROM)


def changes_of(before: Quarter, now: Quarter, figure: int) -> list[Change]:
    """What each team is told of one figure: all teams are one family."""
    return changes(before.points(figure), now.points(figure), minimum=DIMENSION_FROM)


def tell(what: str, **measured: float) -> None:
    """What was measured, for whoever runs the tests with -s."""
    sys.stdout.write(f"{what}: " + ", ".join(f"{name} {value:.3f}" for name, value in measured.items()) + "\n")
