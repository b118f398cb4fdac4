"""Quarterly rounds and the organisation frozen as it was when each was opened."""

import hashlib
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.clock import today
from assessments.models.fields import random_key
from assessments.models.organisation import Person, Team
from assessments.models.questionnaires import Questionnaire
from assessments.models.users import User


class CycleQuerySet(models.QuerySet["Cycle"]):
    def running(self) -> "Cycle | None":
        """The cycle that takes answers or is being closed."""
        return self.filter(state__in=[Cycle.State.OPEN, Cycle.State.CLOSING]).first()

    def opened(self) -> "CycleQuerySet":
        """Those that run and those that were closed; neither planned nor abandoned ones."""
        return self.filter(state__in=[Cycle.State.OPEN, Cycle.State.CLOSING, Cycle.State.CLOSED])

    def last_over(self) -> "Cycle | None":
        """The cycle that ended last, whether it was counted or abandoned."""
        return self.filter(state__in=[Cycle.State.CLOSED, Cycle.State.ABANDONED]).order_by("-closes", "-pk").first()

    def closed_before(self, cycle: "Cycle") -> "Cycle | None":
        """The one that others are compared with: the last closed before this one, by key where both ended on the same day."""
        earlier = Q(closes__lt=cycle.closes) | Q(closes=cycle.closes, pk__lt=cycle.pk)
        return self.closed().filter(earlier).first()

    def closed(self) -> "CycleQuerySet":
        """Newest first."""
        return self.filter(state=Cycle.State.CLOSED).order_by("-closes", "-pk")


class Cycle(models.Model):
    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        OPEN = "open", _("open")
        CLOSING = "closing", _("being closed")
        CLOSED = "closed", _("closed")
        ABANDONED = "abandoned", _("abandoned")

    class KeyFault(models.TextChoices):
        """What the last look at the key files found."""

        MISSING = "missing", _("a key file is missing or cannot be read")
        FOREIGN = "foreign", _("a key file is damaged or not the one that the cycle was opened with")
        EXPOSED = "exposed", _("a key file can be read by other accounts of the server")
        LEFT = "left", _("the cycle is over and its keys are not yet destroyed")

    name = models.CharField(max_length=50, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="cycles")
    opens = models.DateField(_("first day"))
    closes = models.DateField(_("last day"))
    k = models.PositiveSmallIntegerField(_("smallest group shown"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    trustee = models.BooleanField(_("private key kept by a trustee, away from this server"), default=False)
    public_key = models.BinaryField(default=b"", blank=True)
    key_fingerprint = models.CharField(max_length=64, blank=True)
    key_destroyed = models.BooleanField(default=False)
    texts_released = models.BooleanField(_("texts released to managers"), default=False)
    key_fault = models.CharField(max_length=10, choices=KeyFault.choices, blank=True, default="")
    turnout_day = models.DateField(_("day of the last count of how many have answered"), null=True, editable=False)
    invited_at = models.DateTimeField(_("when invitations were mailed last"), null=True, editable=False)
    open_job = models.UUIDField(_("the queue's key of the opening asked for last"), null=True, editable=False)
    invite_job = models.UUIDField(_("the queue's key of the invitations asked for last"), null=True, editable=False)
    close_job = models.UUIDField(_("the queue's key of the close asked for last"), null=True, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-opens", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gte=models.F("opens")), name="cycle_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(k__gte=4), name="cycle_k_at_least_4"),
            # One value for both running states: the database itself allows one running cycle at a time.
            models.UniqueConstraint(
                models.Case(models.When(state__in=["open", "closing"], then=models.Value(1)), default=None),
                name="cycle_one_running",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state in {self.State.OPEN, self.State.CLOSING}

    @property
    def takes_answers(self) -> bool:
        return self.state == self.State.OPEN and self.opens <= today() <= self.closes

    @property
    def is_over(self) -> bool:
        """Its last day is, whatever has become of it."""
        return today() > self.closes

    @property
    def short_sign(self) -> str:
        """Of the public key, for a trustee to compare with what make_trustee_key has printed."""
        digest = hashlib.sha256(bytes(self.public_key)).hexdigest()
        return " ".join(digest[start : start + 4] for start in range(0, 16, 4))

    @property
    def days_left(self) -> int:
        return max(0, (self.closes - today()).days)


DEEPEST_LEVEL = 4  # names further down are indented no more


class CycleTeamQuerySet(models.QuerySet["CycleTeam"]):
    def visible_to(self, user: User) -> "CycleTeamQuerySet":
        """All for HR; for a leader the teams led and those below them."""
        return self if user.reads_everything else self.led_or_below(user)

    def led_or_below(self, user: User) -> "CycleTeamQuerySet":
        led = CycleTeam.objects.led_by(user).filter(
            cycle=models.OuterRef("cycle"),
            position__lte=models.OuterRef("position"),
            last__gte=models.OuterRef("position"),
        )
        return self.filter(models.Exists(led))

    def led_by(self, user: User) -> "CycleTeamQuerySet":
        led = Team.objects.filter(memberships__person__user=user, memberships__person__active=True, memberships__role="leader")
        return self.filter(team__in=led)


class CycleTeam(models.Model):
    """A unit of the frozen tree. Units stand in preorder: those from `position` to `last` are this one and all below it."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="teams")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="frozen")
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    name = models.CharField(max_length=100)
    path = models.CharField(max_length=500)
    position = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    invited = models.PositiveIntegerField(_("invited here and below"))

    objects = CycleTeamQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["cycle", "position"], name="cycle_team_position_once")]

    def __str__(self) -> str:
        return self.path

    @property
    def has_teams_below(self) -> bool:
        return self.position != self.last

    @property
    def level(self) -> int:
        """How far the name is indented in a list of units."""
        return min(self.depth, DEEPEST_LEVEL)


class Turnout(models.Model):
    """How many invited directly in a unit had answered at the day's first look; of a running cycle only, and gone at its close."""

    id = random_key()
    team = models.OneToOneField(CycleTeam, on_delete=models.CASCADE, related_name="turnout")
    answered = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.team}: {self.answered} so far"


class CycleMemberQuerySet(models.QuerySet["CycleMember"]):
    def by_team(self) -> dict[int, set[object]]:
        """Members by the key of their unit. Somebody who was erased is like nobody else, so counts as come and as gone."""
        found: dict[int, set[object]] = {}
        for team, person, row in self.values_list("team", "person", "pk"):
            found.setdefault(team, set()).add(person or row)
        return found


class CycleMember(models.Model):
    """Who belonged where when the cycle opened; kept to compare memberships between cycles. It never knows who answered.

    Of somebody who was erased the row stays without a person: that one has come or gone must not be forgotten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="cycle_memberships")

    objects = CycleMemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="cycle_member_once")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"
