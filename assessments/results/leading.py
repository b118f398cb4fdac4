"""The leader's first page: what is to do by when, and what can be read."""

import datetime
import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet

from assessments.analysis.values import Participation
from assessments.models import Cycle, CycleTeam, Item, User
from assessments.results.participation import participation_now


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
class LedTeam:
    """A led team in the running cycle; `answered` is None where it may not be told."""

    uid: uuid.UUID
    name: str
    path: str
    own_view: OwnView
    answered: Participation | None


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
    told = participation_now(cycle, list(cycle.teams.all()))
    return Running(
        name=cycle.name,
        opens=cycle.opens,
        closes=cycle.closes,
        days_left=cycle.days_left,
        takes_answers=cycle.takes_answers,
        being_closed=cycle.state == Cycle.State.CLOSING,
        k=cycle.k,
        teams=tuple(_led_team(unit, of, told.get(unit.pk)) for unit in _units(cycle, user)),
    )


def _units(cycle: Cycle, user: User) -> QuerySet[Any]:
    """The led units, each with `rated`: how many statements of its self-assessment have a rating."""
    rated = Count("self_assessment__answers", filter=Q(self_assessment__answers__value__isnull=False))
    units = CycleTeam.objects.led_by(user).filter(cycle=cycle).select_related("self_assessment__submitted_by")
    return units.annotate(rated=rated).order_by("position")


def _led_team(unit: Any, of: int, answered: Participation | None) -> LedTeam:
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
        answered=answered,
    )


def _past(user: User) -> tuple[Past, ...]:
    """Newest first."""
    units = CycleTeam.objects.led_by(user).filter(cycle__state=Cycle.State.CLOSED).select_related("cycle")
    by_cycle = groupby(units.order_by("-cycle__closes", "-cycle_id", "position"), key=lambda unit: unit.cycle)
    return tuple(
        Past(cycle.name, cycle.closes, tuple(PastTeam(unit.uid, unit.name, unit.path) for unit in units))
        for cycle, units in by_cycle
    )
