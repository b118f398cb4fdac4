"""A unit with an action, for tests about plans."""

import datetime

from assessments.models import Action, Cycle, CycleTeam, Person, Practice, User
from assessments.models.clock import today
from assessments.services.plans import Owner, change_action, take_action

COURTESY = "everyday-courtesy"


def practice(code: str = COURTESY) -> Practice:
    return Practice.objects.get(code=code)


def leader_of(path: str) -> User:
    return User.objects.get(email=f"{path.rsplit(' / ', 1)[-1].lower()}@example.org")


def take(
    cycle: Cycle, path: str = "Sales / North", code: str = COURTESY, *, words: str = "Say good morning", days: int = 28, **kwargs
) -> Action:
    """Taken up by the unit's leader, who sees to it unless somebody else does."""
    unit, by = CycleTeam.objects.get(cycle=cycle, path=path), leader_of(path)
    owner = kwargs.get("owner") or Owner(by.name, Person.objects.get(user=by))
    due = today() + datetime.timedelta(days=days)
    return take_action(unit=unit, practice=practice(code), words=words, owner=owner, due=due, by=by)


def change(action: Action, state: str, note: str = "", *, by: User | None = None) -> Action:
    owner = Owner(action.owner_name, action.owner)
    return change_action(action=action, state=state, owner=owner, due=action.due, note=note, by=by or leader_of(action.unit.path))
