"""Who may still answer. Exists only while a cycle runs; nothing here leads to a ballot, and no row carries a time."""

from django.db import models

from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.fields import random_key
from assessments.models.organisation import Person


class Invitation(models.Model):
    id = random_key()
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="invitations")
    team = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="invitations")
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "person"], name="invitation_once")]

    def __str__(self) -> str:
        return f"Invitation to {self.team}"


class Code(models.Model):
    """A code's keyed hash. All codes of an invitation work until one is used."""

    digest = models.CharField(primary_key=True, max_length=64)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="codes")

    def __str__(self) -> str:
        return "a code"
