"""What a unit works on, what became of what it did before, and how all units stand."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import QuerySet

from assessments.analysis.recommendations import Step, step_for
from assessments.analysis.values import Change, FigureValue, Hidden, Mean, Shown
from assessments.models import Action, ActionNote, Cycle, CycleTeam, Figure, Focus, Item, Practice, User
from assessments.models.plans import planned_by
from assessments.results.figures import PRACTICE, read_figures, with_units_above
from assessments.results.team import Chosen, TeamResult, team_result

Unit: TypeAlias = CycleTeam


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action as lists show it. `label`: its state in a word."""

    uid: uuid.UUID
    words: str
    practice: Practice
    unit: CycleTeam
    owner: str
    due: datetime.date
    state: str
    label: str
    days_late: int
    finished: datetime.date | None
    reason: str

    @property
    def is_over(self) -> bool:
        return self.finished is not None


def lines_of(actions: QuerySet[Action]) -> tuple[ActionLine, ...]:
    """In one query."""
    return tuple(line_of(action) for action in actions.select_related("practice", "unit__cycle"))


def line_of(action: Action) -> ActionLine:
    return ActionLine(
        uid=action.uid,
        words=action.words,
        practice=action.practice,
        unit=action.unit,
        owner=action.owner_name,
        due=action.due,
        state=action.state,
        label=action.get_state_display(),
        days_late=action.days_late,
        finished=action.finished,
        reason=action.reason,
    )


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What changed in an action; empty or None what did not. Each change holds what was and what is."""

    at: datetime.datetime
    by: str
    state: tuple[str, str] | None
    due: tuple[datetime.date, datetime.date] | None
    owner: str
    note: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    """`changes` newest first; `made_by` is empty where the account is gone."""

    line: ActionLine
    made: datetime.datetime
    made_by: str
    changes: tuple[HistoryEntry, ...]
    writes: bool


def action_page(action: Action, user: User) -> ActionPage:
    return ActionPage(
        line=line_of(action),
        made=action.made,
        made_by=str(action.made_by or ""),
        changes=tuple(_entry(note) for note in action.notes.all()),
        writes=Action.objects.written_by(user).filter(pk=action.pk).exists(),
    )


def _entry(note: ActionNote) -> HistoryEntry:
    states = (note.get_state_from_display(), note.get_state_to_display()) if note.state_to else None
    days = (note.due_from, note.due_to) if note.due_from and note.due_to else None
    return HistoryEntry(note.at, note.by, states, days, note.owner_to, note.note)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """uid: the same for ever, so that a calendar replaces the event. changes: how often it was changed, at which moment last."""

    uid: str
    day: datetime.date
    title: str
    about: str
    url: str
    changed_at: datetime.datetime
    changes: int
    cancelled: bool


def calendar_entry(action: Action, url: str) -> CalendarEntry:
    """An action as a day in somebody's calendar; a dropped one asks the calendar to strike it out."""
    moments = list(action.notes.values_list("at", flat=True))
    return CalendarEntry(
        uid=f"action-{action.uid}@csculture",
        day=action.due,
        title=action.words,
        about=f"{action.practice.title}, {action.unit.name}",
        url=url,
        changed_at=max(moments, default=action.made),
        changes=len(moments),
        cancelled=action.state == Action.State.DROPPED,
    )


@dataclass(frozen=True, slots=True)
class FocusPart:
    """A focus practice with the unit's figure and what it does about it."""

    practice: Practice
    figure: FigureValue
    actions: tuple[ActionLine, ...]

    @property
    def step(self) -> Step:
        """Which of the three steps fits the level; without a figure the smallest."""
        return step_for(self.figure) if isinstance(self.figure, Shown) else "start"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a unit chose after a cycle, and its actions: of this cycle, and those carried here from earlier ones.

    writes: the reader may choose and take up; only after the newest closed cycle. Single actions go on being brought up to date.
    """

    unit: CycleTeam
    focuses: tuple[Practice, ...]
    actions: tuple[ActionLine, ...]
    carried: tuple[ActionLine, ...]
    writes: bool

    @property
    def is_full(self) -> bool:
        return len(self.focuses) > 1

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(practice.code for practice in self.focuses)

    @property
    def under_way(self) -> tuple[ActionLine, ...]:
        return tuple(action for action in (*self.actions, *self.carried) if not action.is_over)


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`others`: actions for practices that are no focus any more. `choices`: what else can be chosen, by dimension."""

    plan: Plan
    result: TeamResult
    parts: tuple[FocusPart, ...]
    suggestions: tuple[Chosen, ...]
    others: tuple[ActionLine, ...]
    choices: tuple[tuple[str, tuple[Practice, ...]], ...]


def plan_of(unit: CycleTeam, user: User) -> Plan:
    focuses = Focus.objects.filter(unit=unit).select_related("practice")
    newest_first = list(Cycle.objects.closed())
    before = next((one for one in newest_first if (one.closes, one.pk) < (unit.cycle.closes, unit.cycle.pk)), None)
    lines = lines_of(Action.objects.of_same_team(unit).standing_after(unit.cycle, before))
    may_write = (user.leads or unit.parent_id is None) and newest_first[:1] == [unit.cycle]
    return Plan(
        unit=unit,
        focuses=tuple(focus.practice for focus in focuses),
        actions=tuple(line for line in lines if line.unit == unit),
        carried=tuple(line for line in lines if line.unit != unit),
        writes=may_write and planned_by(user).filter(pk=unit.pk).exists(),
    )


def plan_page(unit: CycleTeam, user: User, also: Practice | None = None) -> PlanPage:
    """In a constant number of queries. also: a practice that somebody was about to act on, whether it is a focus or not."""
    plan, result = plan_of(unit, user), team_result(unit)
    practices = (*plan.focuses, *([also] if also and also not in plan.focuses else []))
    figures = {line.code: line.figure for lines in result.dimensions for line in lines.practices}
    return PlanPage(
        plan=plan,
        result=result,
        parts=tuple(
            FocusPart(practice, figures.get(practice.code, Hidden()), tuple(a for a in plan.actions if a.practice == practice))
            for practice in practices
        ),
        suggestions=tuple(one for one in result.opportunities if one.practice.code not in plan.codes),
        others=tuple(action for action in plan.actions if action.practice not in practices),
        choices=_choices(plan.codes),
    )


def _choices(taken: frozenset[str]) -> tuple[tuple[str, tuple[Practice, ...]], ...]:
    found: dict[str, list[Practice]] = {}
    for practice in Practice.objects.select_related("dimension").exclude(code__in=taken):
        found.setdefault(practice.dimension.title, []).append(practice)
    return tuple((title, tuple(practices)) for title, practices in found.items())


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """An action of an earlier cycle and its practice in this one. `before`: the mean that the change is counted from."""

    action: ActionLine
    cycle: Cycle
    asked: bool
    figure: FigureValue
    before: Mean | None

    @property
    def change(self) -> Change | None:
        return self.figure.change if isinstance(self.figure, Shown) else None


def follow_up(unit: CycleTeam) -> tuple[FollowedUp, ...]:
    """What a unit took up before this cycle, and how the practices moved since. Nothing is compared here: closing has done that."""
    actions = lines_of(Action.objects.of_same_team(unit).carried_into(unit.cycle))
    if not actions:
        return ()
    cycle, codes = unit.cycle, {action.practice.code for action in actions}
    book = read_figures(with_units_above(unit), PRACTICE)
    asked = set(Item.objects.filter(questionnaire=cycle.questionnaire_id).values_list("practice__code", flat=True))
    before = _means_before(unit, codes)
    return tuple(
        FollowedUp(
            action=action,
            cycle=cycle,
            asked=action.practice.code in asked,
            figure=book.figure(unit, PRACTICE, action.practice.code),
            before=before.get(action.practice.code),
        )
        for action in actions
    )


def _means_before(unit: CycleTeam, codes: Iterable[str]) -> dict[str, Mean]:
    """The means of the cycle that this one is compared with, of the same team."""
    cycle = Cycle.objects.closed_before(unit.cycle)
    whole = {"team__parent": None} if unit.parent_id is None else {"pk": None}
    same = {"team__team": unit.team_id} if unit.team_id else whole
    rows = Figure.objects.filter(team__cycle=cycle, kind=PRACTICE, code__in=codes, **same)
    return {code: Mean(mean, op) for code, mean, op in rows.values_list("code", "mean", "op")}  # type: ignore[arg-type]  # a Figure.Op


def actions_of_leader(user: User) -> tuple[ActionLine, ...]:
    """Open actions of the teams that the user leads, next due first."""
    led = CycleTeam.objects.led_by(user)
    return lines_of(Action.objects.unfinished().filter(unit__in=led))
