"""How many answered: while a cycle is open where that singles nobody out, after close for shown units."""

from dataclasses import dataclass

from django.db.models import Count, Q

from assessments.analysis.disclosure import tree_rule
from assessments.analysis.values import Participation
from assessments.models import Cycle, CycleTeam, Invitation
from assessments.models import Participation as ParticipationRow


@dataclass(frozen=True, slots=True)
class Row:
    """A unit; `participation` is None where it may not be told."""

    team: CycleTeam
    participation: Participation | None


@dataclass(frozen=True, slots=True)
class ParticipationPage:
    cycle: Cycle
    rows: tuple[Row, ...]

    @property
    def whole(self) -> Row | None:
        return self.rows[0] if self.rows else None


def participation_page(cycle: Cycle) -> ParticipationPage:
    """All units in the tree's order."""
    teams = list(cycle.teams.all())
    told = participation_now(cycle, teams) if cycle.state in {Cycle.State.OPEN, Cycle.State.CLOSING} else _after_close(cycle)
    return ParticipationPage(cycle, tuple(Row(team, told.get(team.pk)) for team in teams))


def participation_now(cycle: Cycle, teams: list[CycleTeam]) -> dict[int, Participation]:
    """By unit key, for all units of a running cycle: told where the unit, and what remains of it beside the units told
    inside it, has at least k invited, so that no subtraction gives the turnout of a handful."""
    position_of = {team.pk: team.position for team in teams}
    parent = [position_of[team.parent_id] if team.parent_id else -1 for team in teams]
    invited, answered = [0] * len(teams), [0] * len(teams)
    rows = Invitation.objects.filter(cycle=cycle).values_list("team").annotate(Count("pk"), Count("pk", filter=Q(answered=True)))
    for team, all_here, answered_here in rows:
        invited[position_of[team]], answered[position_of[team]] = all_here, answered_here
    told = tree_rule(parent, invited, cycle.k)
    return {
        team.pk: Participation(
            invited=sum(invited[team.position : team.last + 1]), answered=sum(answered[team.position : team.last + 1])
        )
        for team in teams
        if told[team.position]
    }


def _after_close(cycle: Cycle) -> dict[int, Participation]:
    rows = ParticipationRow.objects.filter(team__cycle=cycle)
    return {row.team_id: Participation(answered=row.answered, invited=row.invited) for row in rows}
