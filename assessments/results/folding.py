"""Which rows of the tree a long table shows: what is in a department stands there while that department is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from assessments.models import CycleTeam

FEW_ROWS = 60  # so many are all shown without being asked for
ALL, DEPARTMENTS = "all", "departments"
Parameters: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Fold:
    """level: everything open (ALL), everything shut (DEPARTMENTS), or empty: by the number of rows.

    others: the units, by uid, that are the other way round.
    """

    level: str = ""
    others: frozenset[str] = frozenset()

    def settled(self, rows: int) -> "Fold":
        return self if self.level else replace(self, level=ALL if rows <= FEW_ROWS else DEPARTMENTS)

    def opens(self, team: CycleTeam) -> bool:
        return (self.level == ALL) != (str(team.uid) in self.others)

    def turned(self, team: CycleTeam) -> "Fold":
        return replace(self, others=self.others ^ {str(team.uid)})

    @property
    def parameters(self) -> Parameters:
        """As they stand in an address."""
        if not self.level:
            return []
        name = "shut" if self.level == ALL else "open"
        return [("level", self.level), *((name, uid) for uid in sorted(self.others))]


AS_IT_COMES = Fold()


def unfolded(teams: Sequence[CycleTeam], fold: Fold) -> list[CycleTeam]:
    """Of units in the tree's order those that can be seen; the first, which holds all others, is always open."""
    found: list[CycleTeam] = []
    last_shut = -1
    for team in teams:
        if team.position <= last_shut:
            continue
        if found and team.has_teams_below and not fold.opens(team):
            last_shut = team.last
        found.append(team)
    return found
