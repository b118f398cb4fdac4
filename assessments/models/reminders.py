"""Rounds of reminders, and when the next may go out.

A round belongs to a cycle and names nobody, but for managers whose own view is missing: that form carries their name.
"""

import datetime

from django.db import models

from assessments.models.clock import day_of, today
from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.organisation import Membership, Organisation, Person

REST = datetime.timedelta(hours=24)  # after the invitation, and after each reminder
WEEK = datetime.timedelta(days=7)  # in which nobody gets more than two reminders


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def allowed_from(self, cycle: Cycle) -> datetime.datetime | None:
        """The moment from which another round may begin; None: it may at once. Rounds of an earlier cycle count as well."""
        moments = [cycle.invited_at + REST] if cycle.invited_at else []
        mailed = list(self.order_by("-mailed").values_list("mailed", flat=True)[:2])
        if mailed:
            moments.append(mailed[0] + REST)
        if len(mailed) > 1:
            moments.append(mailed[1] + WEEK)
        return max(moments, default=None)

    def next_day(self, cycle: Cycle) -> datetime.date | None:
        """The day on which the next round is due by the organisation's settings, not before today; None: no more in this cycle."""
        organisation, rounds = Organisation.current(), list(self.filter(cycle=cycle))
        if rounds and not rounds[-1].finished:
            return today()
        if len(rounds) >= organisation.reminders:
            return None
        invited = max(cycle.opens, day_of(cycle.invited_at)) if cycle.invited_at else cycle.opens
        rest = datetime.timedelta(days=organisation.remind_after)
        days = [today(), invited + rest * (len(rounds) + 1), *(day_of(each.mailed) + rest for each in rounds)]
        if moment := self.allowed_from(cycle):
            days.append(day_of(moment))
        day = max(days)
        return day if day <= cycle.closes else None


class Reminder(models.Model):
    """One round. `mailed`: when it went on last; with `finished` False it was interrupted, or is under way."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=10, choices=Organisation.Remind.choices)
    begun = models.DateTimeField()
    mailed = models.DateTimeField()
    finished = models.BooleanField(default=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "number"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="reminder_once")]

    def __str__(self) -> str:
        return f"Reminder {self.number} of {self.cycle}"


class ManagerReminder(models.Model):
    """A manager whose own view was missing in a round; gone when the cycle no longer runs."""

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="managers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reminder", "person"], name="manager_reminded_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.reminder}"


def missing_own_views(cycle: Cycle) -> list[tuple[CycleTeam, list[Person]]]:
    """Led units whose own view has not been handed in, each with its managers, in the tree's order."""
    leading = Membership.objects.filter(role=Membership.Role.LEADER, person__active=True).select_related("person")
    units = cycle.teams.filter(self_assessment__submitted_at=None, team__in=leading.values("team"))
    managers: dict[int, list[Person]] = {}
    for membership in leading:
        managers.setdefault(membership.team_id, []).append(membership.person)
    return [(unit, managers[unit.team_id]) for unit in units if unit.team_id in managers]
