"""How many answered: while a cycle is open once a day and where that singles nobody out, after close for shown units."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum

from assessments.analysis.disclosure import tree_rule
from assessments.analysis.values import Participation
from assessments.models import Code, Cycle, CycleTeam, Invitation, Organisation
from assessments.models import Participation as ParticipationRow
from assessments.models import Turnout as TurnoutRow
from assessments.results.folding import ALL, AS_IT_COMES, DEPARTMENTS, Fold, unfolded

RUNNING = {Cycle.State.OPEN, Cycle.State.CLOSING}


SLOW_NAMED = 10  # slow teams that stand apart, before the table


@dataclass(frozen=True, slots=True)
class Row:
    """A unit; `participation` is None where it may not be told. short: answers that the target takes. query: opens or shuts it.

    slow: while the cycle runs, a team below the target and behind the whole.
    """

    team: CycleTeam
    participation: Participation | None
    short: int = 0
    slow: bool = False
    query: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """How the invited of a running cycle are asked: by mail, sent or not yet, or by a code card. Never who answered."""

    by_mail: int
    sent: int
    by_card: int

    @property
    def waiting(self) -> int:
        return self.by_mail - self.sent


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
    """cycles: those that can be chosen. rows: what can be seen, by the fold. slow: the slowest first. asked: while it runs."""

    cycles: tuple[Cycle, ...]
    rows: tuple[Row, ...]
    turnout: Turnout
    untold: int
    slow: tuple[Row, ...] = ()
    asked: Asked | None = None
    units: int = 0
    fold: Fold = AS_IT_COMES

    @property
    def slowest(self) -> tuple[Row, ...]:
        return self.slow[:SLOW_NAMED]

    @property
    def has_departments(self) -> bool:
        return any(row.query for row in self.rows)

    @property
    def all_query(self) -> str:
        return _query(self.turnout.cycle, Fold(ALL))

    @property
    def departments_query(self) -> str:
        return _query(self.turnout.cycle, Fold(DEPARTMENTS))


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
    return Turnout(cycle, told, Organisation.current().target)


def participation_page(cycle: Cycle, cycles: Sequence[Cycle] = (), fold: Fold = AS_IT_COMES) -> ParticipationPage:
    """Units in the tree's order, and those that are slow; what is asked by mail and card while the cycle runs."""
    teams = list(cycle.teams.all())
    running = cycle.state in RUNNING
    told = participation_now(cycle, teams) if running else _after_close(cycle)
    turnout = Turnout(cycle, told.get(teams[0].pk) if teams else None, Organisation.current().target)
    fold = fold.settled(len(teams))
    rows = {team.pk: _row(team, told.get(team.pk), turnout, fold) for team in teams}
    slow = sorted((row for row in rows.values() if row.slow), key=lambda row: (-row.short, row.team.position))
    return ParticipationPage(
        cycles=tuple(cycles),
        rows=tuple(rows[team.pk] for team in unfolded(teams, fold)),
        turnout=turnout,
        untold=len(teams) - len(told),
        slow=tuple(slow),
        asked=_asked(cycle) if running else None,
        units=len(teams),
        fold=fold,
    )


def _row(team: CycleTeam, participation: Participation | None, turnout: Turnout, fold: Fold) -> Row:
    short = answers_short(participation, turnout.target)
    return Row(
        team=team,
        participation=participation,
        short=short,
        slow=bool(short and turnout.is_running and not team.has_teams_below and _is_behind(participation, turnout.participation)),
        query=_query(turnout.cycle, fold.turned(team)) if team.has_teams_below and team.parent_id else "",
        is_open=fold.opens(team),
    )


def _is_behind(team: Participation | None, whole: Participation | None) -> bool:
    """A smaller share than the whole's, in whole numbers, so that a rounded share decides nothing."""
    return bool(team and whole and team.answered * whole.invited < whole.answered * team.invited)


def _query(cycle: Cycle, fold: Fold) -> str:
    return "?" + urlencode([("cycle", cycle.slug), *fold.parameters])


def _asked(cycle: Cycle) -> Asked:
    """Who has a mail address is asked by mail; an invitation without a person is a card's."""
    invitations = Invitation.objects.filter(cycle=cycle).annotate(has_code=Exists(Code.objects.filter(invitation=OuterRef("pk"))))
    mail = Q(person__isnull=False)
    counted = invitations.aggregate(mail=Count("pk", filter=mail), sent=Count("pk", filter=mail & Q(has_code=True)))
    by_card = Invitation.objects.by_card().filter(cycle=cycle).count()
    return Asked(by_mail=counted["mail"], sent=counted["sent"], by_card=by_card)


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
