"""Reminders of a running cycle: sent, due, and which managers' own views are missing. Never how many mails there were."""

import datetime
from dataclasses import dataclass

from assessments.models import Cycle, Organisation, Person, Reminder
from assessments.models.clock import day_of, now, today
from assessments.models.reminders import missing_own_views


@dataclass(frozen=True, slots=True)
class SentReminder:
    day: datetime.date
    to_everybody: bool
    finished: bool


@dataclass(frozen=True, slots=True)
class MissingOwnView:
    team: str
    managers: str


@dataclass(frozen=True, slots=True)
class Reminders:
    """due: day of the next by the settings, None where no more are planned. allowed: the first moment, None where that is now."""

    cycle: Cycle
    sent: tuple[SentReminder, ...]
    due: datetime.date | None
    allowed: datetime.datetime | None
    planned: int
    missing: tuple[MissingOwnView, ...]

    @property
    def under_way(self) -> bool:
        return bool(self.sent) and not self.sent[-1].finished

    @property
    def may_go_out(self) -> bool:
        """By hand, now."""
        return self.allowed is None and not self.under_way

    @property
    def due_today(self) -> bool:
        return self.due == today()


def reminders_of(cycle: Cycle) -> Reminders:
    allowed = Reminder.objects.allowed_from(cycle)
    return Reminders(
        cycle=cycle,
        sent=tuple(_sent(reminder) for reminder in cycle.reminders.all()),
        due=Reminder.objects.next_day(cycle),
        allowed=allowed if allowed and allowed > now() else None,
        planned=Organisation.current().reminders,
        missing=tuple(MissingOwnView(unit.name, _names(managers)) for unit, managers in missing_own_views(cycle)),
    )


def _sent(reminder: Reminder) -> SentReminder:
    return SentReminder(day_of(reminder.begun), reminder.to == Organisation.Remind.EVERYBODY, reminder.finished)


def _names(managers: list[Person]) -> str:
    return ", ".join(manager.name for manager in managers)
