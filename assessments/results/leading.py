"""The leader's first page: what is to do by when, and what can be read."""

import datetime
import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assessments.models import Answer, Cycle, CycleTeam, Invitation, Item, User


@dataclass(frozen=True, slots=True)
class OwnView:
    """How far a team's self-assessment is."""

    rated: int
    of: int
    submitted_at: datetime.datetime | None
    submitted_by: str

    @property
    def state(self) -> str:
        if self.submitted_at:
            return "submitted"
        return "begun" if self.rated else "not begun"


@dataclass(frozen=True, slots=True)
class Answered:
    answered: int
    invited: int


@dataclass(frozen=True, slots=True)
class LedTeam:
    """A led team in the running cycle; `answered` is None where counting would tell about fewer than k people."""

    uid: uuid.UUID
    name: str
    path: str
    own_view: OwnView
    answered: Answered | None


@dataclass(frozen=True, slots=True)
class Running:
    name: str
    opens: datetime.date
    closes: datetime.date
    days_left: int
    takes_answers: bool
    being_closed: bool
    k: int
    teams: tuple[LedTeam, ...]


@dataclass(frozen=True, slots=True)
class PastTeam:
    uid: uuid.UUID
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Past:
    name: str
    closed: datetime.date
    teams: tuple[PastTeam, ...]


@dataclass(frozen=True, slots=True)
class Home:
    running: Running | None
    past: tuple[Past, ...]


def my_home(user: User) -> Home:
    cycle = Cycle.objects.running()
    return Home(running=_running(cycle, user) if cycle else None, past=_past(user))


def _running(cycle: Cycle, user: User) -> Running:
    of = Item.objects.filter(questionnaire=cycle.questionnaire_id).count()
    units = list(_units(cycle, user))
    counted = _counted(units, cycle.k)
    return Running(
        name=cycle.name,
        opens=cycle.opens,
        closes=cycle.closes,
        days_left=cycle.days_left,
        takes_answers=cycle.takes_answers,
        being_closed=cycle.state == Cycle.State.CLOSING,
        k=cycle.k,
        teams=tuple(_led_team(unit, of, counted) for unit in units),
    )


def _units(cycle: Cycle, user: User) -> QuerySet[Any]:
    """The led units with their counts `asked`, `answered` and `rated`, in one query."""
    here_and_below = Invitation.objects.filter(
        cycle=cycle, team__position__gte=OuterRef("position"), team__position__lte=OuterRef("last")
    )
    rated = Answer.objects.filter(assessment__team=OuterRef("pk")).exclude(value=None)
    return (
        CycleTeam.objects.led_by(user)
        .filter(cycle=cycle)
        .select_related("self_assessment__submitted_by")
        .annotate(
            asked=_count(here_and_below, "cycle"),
            answered=_count(here_and_below.filter(answered=True), "cycle"),
            rated=_count(rated, "assessment"),
        )
        .order_by("position")
    )


def _count(rows: QuerySet[Any], group: str) -> Coalesce:
    """How many rows of a correlated query, 0 for none."""
    counts = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _counted(units: list[Any], k: int) -> set[int]:
    """The units whose count may be said: at least k invited, and no fewer than k left when counted units below are subtracted."""
    counted: set[int] = set()
    largest: list[Any] = []
    for unit in sorted(units, key=lambda unit: -unit.position):
        below = [other for other in largest if other.position <= unit.last]
        rest = unit.asked - sum(other.asked for other in below)
        if unit.asked >= k and (rest == 0 or rest >= k):
            counted.add(unit.pk)
            largest = [other for other in largest if other not in below] + [unit]
    return counted


def _led_team(unit: Any, of: int, counted: set[int]) -> LedTeam:
    assessment = getattr(unit, "self_assessment", None)
    submitted_by = assessment and assessment.submitted_by
    return LedTeam(
        uid=unit.uid,
        name=unit.name,
        path=unit.path,
        own_view=OwnView(
            rated=unit.rated,
            of=of,
            submitted_at=assessment.submitted_at if assessment else None,
            submitted_by=str(submitted_by) if submitted_by else "",
        ),
        answered=Answered(unit.answered, unit.asked) if unit.pk in counted else None,
    )


def _past(user: User) -> tuple[Past, ...]:
    """Newest first."""
    units = CycleTeam.objects.led_by(user).filter(cycle__state=Cycle.State.CLOSED).select_related("cycle")
    by_cycle = groupby(units.order_by("-cycle__closes", "-cycle_id", "position"), key=lambda unit: unit.cycle)
    return tuple(
        Past(cycle.name, cycle.closes, tuple(PastTeam(unit.uid, unit.name, unit.path) for unit in units))
        for cycle, units in by_cycle
    )
