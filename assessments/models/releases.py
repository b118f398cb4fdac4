"""What a unit told its team after a closed cycle, and the address at which anybody who has it may read that."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models.catalogue import Practice
from assessments.models.clock import today
from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.plans import WORDS, Action, planned_by
from assessments.models.users import User

RANDOM_BYTES = 18  # 144 bits: nobody comes upon an address by trying


@dataclass(frozen=True, slots=True)
class Choice:
    """What a team is to read. practices: code to what it was chosen as; actions: uid to the name that may be read, or none."""

    words: str = ""
    overall: bool = False
    practices: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[UUID, str] = field(default_factory=dict)


def withdrawn_by(user: User) -> models.QuerySet[CycleTeam]:
    """Units whose release the user may take back: who writes the plan, and HR wherever something should not hang on a wall."""
    return CycleTeam.objects.all() if user.role == User.Role.HR else planned_by(user)


class Release(models.Model):
    """A choice of figures and actions, and a word to the team. Figures stay where closing has stored them, actions go on living."""

    unit = models.OneToOneField(CycleTeam, on_delete=models.CASCADE, related_name="release")
    words = models.CharField(_("a word to the team"), max_length=WORDS, blank=True)
    overall = models.BooleanField(_("says how things stand overall"), default=False)
    released = models.DateField(_("day of the release"), default=today)

    def __str__(self) -> str:
        return f"{self.unit}, {self.unit.cycle}"

    @property
    def choice(self) -> Choice:
        return Choice(
            words=self.words,
            overall=self.overall,
            practices=dict(self.practices.values_list("practice__code", "part")),
            actions=dict(self.actions.values_list("action__uid", "named")),
        )


class ReleasedPractice(models.Model):
    """A practice whose figure is told, and as what it was chosen: rules may change, what a team was told does not."""

    class Part(models.TextChoices):
        STRENGTH = "strength", _("what goes well")
        OPPORTUNITY = "room", _("where there is room")
        FOCUS = "focus", _("what we chose to work on")

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="practices")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "practice"], name="released_practice_once")]

    def __str__(self) -> str:
        return f"{self.release}: {self.practice}"


class ReleasedAction(models.Model):
    """An action that is told. `named`: the name that may be read with it; somebody who takes it over later was not asked."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="actions")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="+")
    named = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "action"], name="released_action_once")]

    def __str__(self) -> str:
        return f"{self.release}: {self.action}"


class AddressQuerySet(models.QuerySet["Address"]):
    def standing(self) -> "AddressQuerySet":
        """An address ends with its team: nobody leads a team that HR has removed, so nobody could withdraw it."""
        return self.filter(Q(release__unit__team__isnull=False) | Q(release__unit__parent=None)).filter(
            release__unit__cycle__state=Cycle.State.CLOSED
        )

    def told_before(self, unit: CycleTeam) -> "Address | None":
        """Of the last closed cycle before the unit's own: its team's, or the next larger unit's that has one. One query."""
        before = Cycle.objects.closed().filter(closes__lte=unit.cycle.closes).exclude(pk=unit.cycle_id)
        above = CycleTeam.objects.filter(cycle=unit.cycle_id, position__lte=unit.position, last__gte=unit.position)
        same_team = Q(team=OuterRef("release__unit__team"))
        same_whole = Q(parent=None, depth=OuterRef("release__unit__depth"))
        nearest = above.filter(same_team | same_whole).order_by("-position").values("position")[:1]
        told = self.standing().filter(release__unit__cycle=Subquery(before.values("pk")[:1]))
        return told.annotate(near=Subquery(nearest)).exclude(near=None).order_by("-near").first()


def draw_token() -> str:
    return secrets.token_urlsafe(RANDOM_BYTES)


class Address(models.Model):
    """Where a release can be read. Withdrawn, the row is gone, and the address is like one that never was.

    The token is stored as it is and not as a digest: a poster must be printable again, and it opens nothing that does not hang on a
    wall. It stands in a table of its own, so that whoever reads releases does not come by addresses.
    """

    release = models.OneToOneField(Release, on_delete=models.CASCADE, related_name="address")
    token = models.CharField(max_length=43, unique=True, default=draw_token, editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return str(self.release)

    def get_absolute_url(self) -> str:
        return reverse("you_said_we_did", args=[self.token])

    @property
    def url(self) -> str:
        return f"{settings.BASE_URL}{self.get_absolute_url()}"
