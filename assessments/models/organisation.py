"""The organisation as HR keeps it: a tree of teams, people, who belongs where and who leads."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """The one organisation of this installation."""

    name = models.CharField(max_length=100, default="Whole organisation")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Organisation":
        return cls.objects.order_by("pk").first() or cls()


class Team(models.Model):
    """A team; a department is a team with teams below it. `path` is its name from the top, joined by " / "."""

    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=500, unique=True)

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
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["person", "team", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.role} of {self.team}"
