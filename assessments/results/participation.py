"""How many answered: while a cycle is open once a day and where that singles nobody out, after close for shown units."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, Subquery, Sum

from assessments.analysis.disclosure import tree_rule
from assessments.analysis.values import Participation
from assessments.models import Cycle, CycleTeam
from assessments.models import Participation as ParticipationRow
from assessments.models import Turnout as TurnoutRow

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
    """Of a running cycle at the day's first look, in one query."""
    counted = TurnoutRow.objects.filter(team__cycle=OuterRef("cycle")).values("team__cycle").annotate(all=Sum("answered"))
    whole = cycle.teams.filter(parent=None).annotate(so_far=Subquery(counted.values("all"))).first()
    told = Participation(whole.so_far or 0, whole.invited) if whole and whole.invited >= cycle.k else None
    return Turnout(cycle, told, settings.PARTICIPATION_TARGET)


def participation_page(cycle: Cycle, cycles: Sequence[Cycle] = ()) -> ParticipationPage:
    """All units in the tree's order."""
    teams = list(cycle.teams.all())
    told = participation_now(cycle, teams) if cycle.state in RUNNING else _after_close(cycle)
    rows = tuple(Row(team, told.get(team.pk)) for team in teams)
    turnout = Turnout(cycle, rows[0].participation if rows else None, settings.PARTICIPATION_TARGET)
    return ParticipationPage(tuple(cycles), rows, turnout)


def participation_now(cycle: Cycle, teams: list[CycleTeam]) -> dict[int, Participation]:
    """By unit key, for all units of a running cycle at the day's first look. Told where the unit, and what remains of it beside the
    units told inside it, has at least k invited, so that no subtraction gives the turnout of a handful."""
    position_of = {team.pk: team.position for team in teams}
    parent = [position_of[team.parent_id] if team.parent_id else -1 for team in teams]
    invited, answered = [team.invited for team in teams], [0] * len(teams)
    for team in teams:
        if team.parent_id:
            invited[position_of[team.parent_id]] -= team.invited
    for unit, count in TurnoutRow.objects.filter(team__cycle=cycle).values_list("team", "answered"):
        answered[position_of[unit or 0]] = count
    told = tree_rule(parent, invited, cycle.k)
    return {
        team.pk: Participation(invited=team.invited, answered=sum(answered[team.position : team.last + 1]))
        for team in teams
        if told[team.position]
    }


def _after_close(cycle: Cycle) -> dict[int, Participation]:
    rows = ParticipationRow.objects.filter(team__cycle=cycle)
    return {row.team_id: Participation(answered=row.answered, invited=row.invited) for row in rows}
