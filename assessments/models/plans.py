"""What a unit takes up after a closed cycle: its focus practices, its actions, and what became of them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.catalogue import Practice
from assessments.models.clock import today
from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.organisation import Membership, Person
from assessments.models.users import User

WORDS = 500  # characters of an action, and of a note


def planned_by(user: User) -> models.QuerySet[CycleTeam]:
    """Units whose plan the user writes: those led and those below them; for HR also the whole organisation, if nobody leads it."""
    whole = Q(team=None, parent=None) if user.role == User.Role.HR else Q(pk=None)
    return CycleTeam.objects.filter(whole) | CycleTeam.objects.led_or_below(user)


def people_near(unit: CycleTeam) -> models.QuerySet[Person]:
    """Who comes to mind as an owner: people directly in the team, and whoever leads it or a team below it."""
    leads = Q(memberships__role=Membership.Role.LEADER)
    if unit.team is None:
        return Person.objects.filter(leads, active=True).distinct()
    below = leads & Q(memberships__team__path__startswith=f"{unit.team.path} / ")
    return Person.objects.filter(Q(memberships__team=unit.team) | below, active=True).distinct()


class Focus(models.Model):
    """A practice that a unit chose to work on after a cycle."""

    unit = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="focuses")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "practice"], name="focus_once")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.practice}"


class ActionQuerySet(models.QuerySet["Action"]):
    def unfinished(self) -> "ActionQuerySet":
        """Neither done nor dropped."""
        return self.filter(finished=None)

    def of_same_team(self, unit: CycleTeam) -> "ActionQuerySet":
        """Of all cycles. The organisation itself is no team; a team that HR has removed is like no other."""
        if unit.team_id is not None:
            return self.filter(unit__team=unit.team_id)
        return self.filter(unit=unit) if unit.parent_id else self.filter(unit__team=None, unit__parent=None)

    def carried_into(self, cycle: Cycle) -> "ActionQuerySet":
        return self.filter(_carried_from(Cycle.objects.closed_before(cycle)))

    def standing_in(self, cycle: Cycle) -> "ActionQuerySet":
        """Taken up after this cycle, or carried into it."""
        return self.standing_after(cycle, Cycle.objects.closed_before(cycle))

    def standing_after(self, cycle: Cycle, before: Cycle | None) -> "ActionQuerySet":
        """The same where the closed cycle before is at hand."""
        return self.filter(Q(unit__cycle=cycle) | _carried_from(before))

    def visible_to(self, user: User) -> "ActionQuerySet":
        """All for HR; for leaders those of units they may read about, in the action's own cycle or a later one."""
        return self if user.reads_everything else self._of_units(CycleTeam.objects.visible_to(user))

    def written_by(self, user: User) -> "ActionQuerySet":
        return self._of_units(planned_by(user))

    def _of_units(self, units: models.QuerySet[CycleTeam]) -> "ActionQuerySet":
        # Never by an earlier cycle: the head of a department that the team has left reads no action taken up since.
        same_team = Q(team=OuterRef("unit__team"), cycle__closes__gte=OuterRef("unit__cycle__closes"))
        return self.filter(Exists(units.filter(Q(pk=OuterRef("unit")) | same_team)))


def _carried_from(before: Cycle | None) -> Q:
    """All of the closed cycle before, and of older ones what was still open when that one ended."""
    if before is None:
        return Q(pk=None)
    older = Q(unit__cycle__closes__lt=before.closes) | Q(unit__cycle__closes=before.closes, unit__cycle__lt=before.pk)
    lasting = Q(finished=None) | Q(finished__gte=before.closes)
    return Q(unit__cycle=before) | (older & lasting)


class Action(models.Model):
    """One thing that a unit does about a practice. It stays with the team behind the unit until it is done or dropped."""

    class State(models.TextChoices):
        NOT_STARTED = "unstarted", _("not started")
        DOING = "doing", _("in progress")
        HOLD = "hold", _("on hold")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    OVER = (State.DONE, State.DROPPED)

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="actions")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("what is done"), max_length=WORDS)
    # The name is kept beside the person, and is all there is of somebody who is not on the roster.
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="actions")
    owner_name = models.CharField(_("who sees to it"), max_length=200)
    due = models.DateField(_("until"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.NOT_STARTED)
    reason = models.CharField(_("why it was dropped"), max_length=WORDS, blank=True)
    made = models.DateTimeField(editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    finished = models.DateField(_("day on which it was done or dropped"), null=True, editable=False)
    reminded = models.DateField(_("day of the last reminder"), null=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="action_has_words"),
            models.CheckConstraint(condition=~Q(owner_name=""), name="action_has_an_owner"),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(reason=""), name="action_dropped_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["done", "dropped"], finished__isnull=False)
                | Q(state__in=["unstarted", "doing", "hold"], finished__isnull=True),
                name="action_over_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER

    @property
    def days_late(self) -> int:
        return 0 if self.is_over else max(0, (today() - self.due).days)


class ActionNote(models.Model):
    """One entry of an action's history: what changed, and what was said. `by` is text, so that it outlives the account."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    state_from = models.CharField(max_length=10, choices=Action.State.choices, blank=True)
    state_to = models.CharField(max_length=10, choices=Action.State.choices, blank=True)
    owner_to = models.CharField(max_length=200, blank=True)
    due_from = models.DateField(null=True)
    due_to = models.DateField(null=True)
    note = models.CharField(max_length=WORDS, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}, {self.by}"
