"""The organisation as HR keeps it: a tree of teams, people, who belongs where and who leads."""

import zoneinfo
from email.utils import formataddr, parseaddr
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from assessments.models.fields import minimum_group, participation_target


class Organisation(models.Model):
    """The one organisation of this installation, and what HR has set for it. Empty texts stand for what the server is set to."""

    class Remind(models.TextChoices):
        UNANSWERED = "unanswered", _("only those who have not answered")
        EVERYBODY = "everybody", _("everybody who was invited by mail")

    name = models.CharField(max_length=100, default="Whole organisation")
    logo = models.BinaryField(default=b"", blank=True)  # a PNG that this server has drawn itself
    logo_digest = models.CharField(max_length=64, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    languages = models.JSONField(default=list, blank=True)  # none named: all that there are
    language = models.CharField(max_length=10, blank=True)
    k = models.PositiveSmallIntegerField(_("smallest group shown in coming cycles"), default=minimum_group)
    target = models.PositiveSmallIntegerField(_("part of the invited that should answer, in percent"), default=participation_target)
    keep_years = models.PositiveSmallIntegerField(_("years after which names in old cycles are deleted"), null=True, blank=True)
    mail_name = models.CharField(max_length=100, blank=True)
    mail_address = models.EmailField(blank=True)
    remind = models.CharField(max_length=10, choices=Remind.choices, default=Remind.UNANSWERED)
    reminders = models.PositiveSmallIntegerField(_("reminders in a cycle"), default=2)
    remind_after = models.PositiveSmallIntegerField(_("days before the first reminder and between two"), default=5)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(k__gte=4), name="organisation_k_at_least_4"),
            models.CheckConstraint(condition=models.Q(target__range=(1, 100)), name="organisation_target_is_a_share"),
            models.CheckConstraint(condition=models.Q(reminders__lte=2), name="organisation_two_reminders_at_most"),
            models.CheckConstraint(condition=models.Q(remind_after__gte=1), name="organisation_reminds_after_a_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        know(None)
        # Between this and the commit another thread may have read the row as it was before.
        transaction.on_commit(lambda: know(None))

    @classmethod
    def current(cls) -> "Organisation":
        """To read, without the logo. Each process keeps it for some seconds, so that an answer in the poll costs no query more."""
        kept = _kept.get("row")
        if kept and monotonic() - kept[0] < settings.ORGANISATION_KEPT:
            return kept[1]
        row = cls.objects.defer("logo").order_by("pk").first() or cls()
        know(row)
        return row

    @property
    def tzinfo(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.zone or settings.TIME_ZONE)

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address that mails come from."""
        name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        return self.mail_name or name, self.mail_address or address

    @property
    def from_line(self) -> str:
        return formataddr(self.sender)


_kept: dict[str, tuple[float, Organisation]] = {}


def know(row: Organisation | None) -> None:
    """Keep this row from now on; None: look again at the next use."""
    if row is None:
        _kept.clear()
    else:
        _kept["row"] = (monotonic(), row)


class TeamQuerySet(models.QuerySet["Team"]):
    def locked(self) -> "dict[int, Team]":
        """All by key. Whoever changes the tree is alone with it until the transaction ends: the oldest team's row is the gate."""
        list(self.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])
        # Read only then: a query that has waited does not see the teams that were added meanwhile.
        return {team.pk: team for team in self.order_by("pk")}


class Team(models.Model):
    """A team; a department is a team with teams below it. `path` is its name from the top, joined by " / "."""

    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=500, unique=True)
    # Put away by HR, kept for closed cycles. People whom a roster brings back into it bring it back too.
    archived = models.BooleanField(default=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(Lower("path"), name="team_path_whatever_case")]

    def __str__(self) -> str:
        return self.path


class Person(models.Model):
    employee_id = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)  # of mails; empty: the organisation's
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="person")

    class Meta:
        ordering = ["name", "employee_id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="person_email_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a team. `position` is the order of the roster's rows: the first team asked is the one polled in."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        LEADER = "leader", _("leader")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    # A leader in all that a leader does and may; only called otherwise.
    deputy = models.BooleanField(default=False)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["person", "team", "role"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(deputy=False) | models.Q(role="leader"), name="membership_deputy_leads"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role} of {self.team}"
