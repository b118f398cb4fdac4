"""A unit chooses what to work on after a cycle, takes up actions and writes down what becomes of them."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Action, ActionNote, Cycle, CycleTeam, Focus, Person, Practice, User
from assessments.models.clock import now, today
from assessments.models.plans import planned_by

MOST_FOCUSES = 2


class CannotPlan(Exception):
    """Not written down; the message says why."""


class NotYoursToPlan(PermissionDenied):
    """Only leaders of a unit, and those above, write its plan."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody on the roster, or just a name."""

    name: str
    person: Person | None = None


@transaction.atomic
def choose_focus(*, unit: CycleTeam, practice: Practice, by: User) -> None:
    """One or two a unit; again is harmless."""
    _lock(unit, by)
    chosen = Focus.objects.filter(unit=unit)
    if chosen.filter(practice=practice).exists():
        return
    if chosen.count() >= MOST_FOCUSES:
        raise CannotPlan(
            _("Two practices are chosen already, and that is as much as a team can change in a quarter. Leave one to take another.")
        )
    Focus.objects.create(unit=unit, practice=practice)


@transaction.atomic
def leave_focus(*, unit: CycleTeam, practice: Practice, by: User) -> None:
    """Actions already taken up stay."""
    _lock(unit, by)
    Focus.objects.filter(unit=unit, practice=practice).delete()


@transaction.atomic
def take_action(*, unit: CycleTeam, practice: Practice, words: str, owner: Owner, due: datetime.date, by: User) -> Action:
    """An action on a practice, which becomes a focus by it."""
    choose_focus(unit=unit, practice=practice, by=by)
    return Action.objects.create(
        unit=unit,
        practice=practice,
        words=words,
        owner=owner.person,
        owner_name=owner.name,
        due=due,
        made=now(),
        made_by=by,
    )


@transaction.atomic
def change_action(*, action: Action, state: str, owner: Owner, due: datetime.date, note: str, by: User) -> Action:
    """Bring an action up to date; each change is an entry in its history. To drop it needs a note, which becomes the reason."""
    action = Action.objects.select_for_update(of=["self"]).get(pk=action.pk)
    if not Action.objects.written_by(by).filter(pk=action.pk).exists():
        raise NotYoursToPlan
    entry = ActionNote(action=action, at=now(), by=str(by), note=note)
    if state != action.state:
        if state == Action.State.DROPPED and not note:
            raise CannotPlan(_("Please say why it is dropped."))
        entry.state_from, entry.state_to = action.state, state
        action.state = state
        action.reason = note if state == Action.State.DROPPED else ""
        action.finished = today() if action.is_over else None
    if due != action.due:
        entry.due_from, entry.due_to = action.due, due
        action.due = due
    if (owner.name, owner.person) != (action.owner_name, action.owner):
        entry.owner_to = owner.name
        action.owner_name, action.owner = owner.name, owner.person
    if note or entry.state_to or entry.due_to or entry.owner_to:
        action.save()
        entry.save()
    return action


def _lock(unit: CycleTeam, by: User) -> None:
    """Two at work at once must not end with three focus practices."""
    if not planned_by(by).filter(pk=unit.pk).exists():
        raise NotYoursToPlan
    locked = CycleTeam.objects.select_for_update(of=["self"], no_key=True).select_related("cycle").get(pk=unit.pk)
    if locked.cycle.state != Cycle.State.CLOSED:
        raise CannotPlan(_("A plan begins with figures: please wait until “%(name)s” is closed.") % {"name": locked.cycle.name})
    newest = Cycle.objects.closed().first()
    if newest != locked.cycle:
        raise CannotPlan(_("This plan is over: the one after “%(name)s” has taken its place.") % {"name": newest})
