"""What the demo's teams took up after each closed cycle, and what became of it. Nothing is planted: acting has no effect here."""

import datetime

from django.db import transaction

from assessments.analysis.recommendations import step_for
from assessments.demo import organisation, texts
from assessments.models import Action, Cycle, CycleTeam, Figure, Membership, Practice, User
from assessments.models.clock import clock_set_to
from assessments.models.releases import Choice
from assessments.services.plans import Owner, change_action, take_action
from assessments.services.releases import tell_team

IDLE = 4  # every fourth team takes up nothing
WEEKS = (5, 8, 14)  # until an action is due; the longest only where it may be under way
State = Action.State
Fate = tuple[State, str]
OVER: tuple[Fate, ...] = ((State.DONE, texts.DONE), (State.DONE, texts.DONE_LATE), (State.DROPPED, texts.DROPPED))
UNDER_WAY: tuple[Fate, ...] = (
    (State.DONE, texts.DONE),
    (State.DOING, ""),
    (State.NOT_STARTED, ""),
    (State.DONE, texts.DONE_LATE),
    (State.HOLD, texts.WAITS),
)


@transaction.atomic
def plan_after(cycle: Cycle, *, newest: bool) -> None:
    """Most teams take one action on the practice that stands lowest; a second time changes nothing.

    newest: of the last closed cycle some actions are still under way; those of earlier ones are over.
    """
    if Action.objects.filter(unit__cycle=cycle).exists():
        return
    units = CycleTeam.objects.select_related("cycle").filter(cycle=cycle, figures__kind=Figure.Kind.OVERALL, depth__gt=1)
    quarter = Cycle.objects.closed().count()
    for number, unit in enumerate(units.order_by("position"), start=quarter):
        if number % IDLE or unit.name == organisation.BLIND_SPOT.name:
            fates = UNDER_WAY if newest else OVER
            weeks = WEEKS[number % (3 if newest else 2)]
            _act(unit, fates[number % len(fates)], unit.cycle.closes + datetime.timedelta(weeks=weeks))


@transaction.atomic
def tell_a_team(cycle: Cycle) -> None:
    """The manager with the blind spot has told the team what it said; a second time changes nothing."""
    unit = cycle.teams.filter(name=organisation.BLIND_SPOT.name, release=None).first()
    leader = unit and _leader_of(unit)
    if not unit or not leader:
        return
    shown = Figure.objects.filter(team=unit, kind=Figure.Kind.PRACTICE)
    high, low = shown.order_by("-mean", "code").first(), shown.order_by("mean", "code").first()
    practices = {one.code: part for one, part in ((high, "strength"), (low, "room")) if one}
    actions = dict.fromkeys(Action.objects.filter(unit=unit).values_list("uid", flat=True), "")
    with clock_set_to(cycle.closes + datetime.timedelta(days=12)):
        tell_team(unit=unit, choice=Choice(texts.TOLD, overall=True, practices=practices, actions=actions), by=leader[1])


def _leader_of(unit: CycleTeam) -> tuple[Owner, User] | None:
    leaders = Membership.objects.filter(team=unit.team_id, role=Membership.Role.LEADER)
    leader = leaders.select_related("person__user").first()
    if leader is None or leader.person.user is None:
        return None
    return Owner(leader.person.name, leader.person), leader.person.user


def _act(unit: CycleTeam, fate: Fate, due: datetime.date) -> None:
    lowest = Figure.objects.filter(team=unit, kind=Figure.Kind.PRACTICE).order_by("mean", "code").first()
    leader = _leader_of(unit)
    if lowest is None or leader is None:
        return
    practice, (owner, user) = Practice.objects.get(code=lowest.code), leader
    words = getattr(practice, step_for(lowest.value(unit.invited)))
    with clock_set_to(unit.cycle.closes + datetime.timedelta(days=3 + unit.position % 7)):
        action = take_action(unit=unit, practice=practice, words=words, owner=owner, due=due, by=user)
    _go_on(action, owner, user, fate)


def _go_on(action: Action, owner: Owner, by: User, fate: Fate) -> None:
    state, note = fate
    with clock_set_to(action.due - datetime.timedelta(days=action.unit.position % 5)):
        change_action(action=action, state=state, owner=owner, due=action.due, note=note, by=by)
