"""Whom a cycle would ask if it opened now, for HR to look at; and the button that opens it.

The page waits where a few thousand people are asked; 100,000 take half a minute, so a worker opens. Where a trustee keeps the key
the page always waits: a public key that lay in the queue could be changed there.
"""

from dataclasses import dataclass

from django.db import transaction
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from assessments.models import Cycle, Membership, Person, Team, User
from assessments.models.cycles import DEEPEST_LEVEL
from assessments.services.cycles import CycleRefused, open_planned, ready_to_open
from assessments.services.faults import log_fault
from assessments.services.freezing import Unit, arrange
from assessments.services.invitations import NotOpen
from assessments.services.inviting import ask_for_invitations

AT_ONCE = 5000  # people; some two seconds


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """A unit with those who would answer in it. total: there and in the units below."""

    name: str
    path: str
    level: int
    by_mail: int
    by_card: int
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """small: units too small to be shown. without_team, managers: people in no team, and managers with nowhere to answer."""

    units: tuple[UnitAsked, ...]
    small: tuple[UnitAsked, ...]
    without_team: tuple[Person, ...]
    managers: tuple[Person, ...]

    @property
    def by_mail(self) -> int:
        return sum(unit.by_mail for unit in self.units)

    @property
    def by_card(self) -> int:
        return sum(unit.by_card for unit in self.units)

    @property
    def people(self) -> int:
        return self.by_mail + self.by_card


def who_would_be_asked(*, k: int) -> Asked:
    units = arrange({team.pk: team for team in Team.objects.all()})
    rows = tuple(_row(unit, units[at : unit.last + 1]) for at, unit in enumerate(units))
    asked = {person.pk for unit in units for person in unit.people}
    others = [person for person in Person.objects.filter(active=True) if person.pk not in asked]
    placed = set(Membership.objects.filter(person__active=True).values_list("person", flat=True)) if others else set()
    return Asked(
        units=rows,
        small=tuple(row for row in rows if row.total < k),
        without_team=tuple(person for person in others if person.pk not in placed),
        managers=tuple(person for person in others if person.pk in placed),
    )


def _row(unit: Unit, branch: list[Unit]) -> UnitAsked:
    """branch: the unit and those below it."""
    by_mail = sum(bool(person.email) for person in unit.people)
    total = sum(len(one.people) for one in branch)
    return UnitAsked(unit.name, unit.path, min(unit.depth, DEEPEST_LEVEL), by_mail, len(unit.people) - by_mail, total)


def opens_at_once(cycle: Cycle) -> bool:
    return cycle.trustee or Person.objects.filter(active=True).count() <= AT_ONCE


@transaction.atomic
def ask_for_opening(*, cycle: Cycle, by: User, invite: bool) -> None:
    """Put the opening into the queue, unless it waits there already. invite: mail as soon as it is open. Raises CycleRefused."""
    planned = ready_to_open(cycle)
    if planned.open_job and DBTaskResult.objects.filter(pk=planned.open_job, status=TaskResultStatus.READY).exists():
        return
    job = open_up.enqueue(planned.pk, by=by.pk, invite=invite)
    Cycle.objects.filter(pk=planned.pk).update(open_job=job.id)


@task(takes_context=True)
def open_up(context: TaskContext, cycle: int, *, by: int, invite: bool) -> str:
    """Open a cycle in a worker; returns why it could not, or nothing. Nothing is raised: the queue keeps messages, which may name
    people. A plan that was changed or deleted since it was asked for stays as it is."""
    planned = Cycle.objects.filter(pk=cycle, open_job=context.task_result.id).first()
    if planned is None:
        return ""
    try:
        user = User.objects.get(pk=by)
        opened = open_planned(cycle=planned, by=str(user))
        if invite:
            ask_for_invitations(cycle=opened, by=user)
    except (CycleRefused, NotOpen) as refusal:
        return str(refusal)
    except Exception as error:  # noqa: BLE001 - raised, the queue would keep what it says
        return log_fault("The opening", error)
    return ""
