"""How many answered: while a cycle is open where that singles nobody out, after close for shown units."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from assessments.analysis.disclosure import tree_rule
from assessments.analysis.values import Participation
from assessments.models import Cycle, CycleTeam, Invitation
from assessments.models import Participation as ParticipationRow

RUNNING = {Cycle.State.OPEN, Cycle.State.CLOSING}


@dataclass(frozen=True, slots=True)
class Row:
    """A unit; `participation` is None where it may not be told."""

    team: CycleTeam
    participation: Participation | None


@dataclass(frozen=True, slots=True)
class Turnout:
    """A cycle's turnout in all; `participation` is None where it may not be told."""

    cycle: Cycle
    participation: Participation | None
    target: int

    @property
    def answers_short(self) -> int:
        return answers_short(self.participation, self.target)

    @property
    def is_running(self) -> bool:
        return self.cycle.state in RUNNING

    @property
    def being_counted(self) -> bool:
        return self.cycle.state == Cycle.State.CLOSING


@dataclass(frozen=True, slots=True)
class ParticipationPage:
    """`cycles` are those that can be chosen."""

    cycles: tuple[Cycle, ...]
    rows: tuple[Row, ...]
    turnout: Turnout

    @property
    def untold(self) -> int:
        return sum(row.participation is None for row in self.rows)


def answers_short(participation: Participation | None, target: int) -> int:
    """How many more answers the target (in percent of the invited) takes."""
    if participation is None:
        return 0
    wanted = -(-participation.invited * target // 100)
    return max(0, wanted - participation.answered)


def turnout_of(cycle: Cycle) -> Turnout:
    """Of a running cycle, in one query."""
    counts = Invitation.objects.filter(cycle=cycle).aggregate(invited=Count("pk"), answered=Count("pk", filter=Q(answered=True)))
    told = Participation(**counts) if counts["invited"] >= cycle.k else None
    return Turnout(cycle, told, settings.PARTICIPATION_TARGET)


def participation_page(cycle: Cycle, cycles: Sequence[Cycle] = ()) -> ParticipationPage:
    """All units in the tree's order."""
    teams = list(cycle.teams.all())
    told = participation_now(cycle, teams) if cycle.state in RUNNING else _after_close(cycle)
    rows = tuple(Row(team, told.get(team.pk)) for team in teams)
    turnout = Turnout(cycle, rows[0].participation if rows else None, settings.PARTICIPATION_TARGET)
    return ParticipationPage(tuple(cycles), rows, turnout)


def participation_now(cycle: Cycle, teams: list[CycleTeam]) -> dict[int, Participation]:
    """By unit key, for all units of a running cycle: told where the unit, and what remains of it beside the units told
    inside it, has at least k invited, so that no subtraction gives the turnout of a handful."""
    position_of = {team.pk: team.position for team in teams}
    parent = [position_of[team.parent_id] if team.parent_id else -1 for team in teams]
    invited, answered = [0] * len(teams), [0] * len(teams)
    by_team = Invitation.objects.filter(cycle=cycle).order_by("team").values_list("team")
    for team, all_here, answered_here in by_team.annotate(all=Count("pk"), answered_here=Count("pk", filter=Q(answered=True))):
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
