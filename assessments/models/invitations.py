"""Who may still answer. Exists only while a cycle runs; nothing here leads to a ballot, and no row carries a time."""

import hashlib
from itertools import groupby

from django.db import models

from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.fields import random_key
from assessments.models.organisation import Person


def bearer_of(invitation: object, team: object) -> str:
    """By the keys of both, so that neither can be exchanged."""
    return f"invitation {invitation} {team}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def by_card(self) -> "InvitationQuerySet":
        """Those that stand for cards. Of somebody who was erased after answering there is a mark without person and without code; a
        card that was used keeps its code. Counted as a card it would tell HR that the person had answered."""
        return self.filter(person=None).exclude(answered=True, codes=None)


class Invitation(models.Model):
    id = random_key()
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="invitations")
    team = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="invitations")
    answered = models.BooleanField(default=False)
    # The last round of reminders that has passed here, whether or not a mail went out: it says nothing about answering.
    reminded = models.PositiveSmallIntegerField(default=0)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "person"], name="invitation_once")]

    def __str__(self) -> str:
        return f"Invitation to {self.team}"

    @property
    def bearer(self) -> str:
        """For whom the codes in its mails are."""
        return bearer_of(self.pk, self.team.uid)

    @property
    def card_bearer(self) -> str:
        """For whom its cards are: anybody in the team without a mail address, since no list says whose is whose."""
        return f"card {self.team.uid}"


class CodeQuerySet(models.QuerySet["Code"]):
    def sheets(self) -> dict[int, str]:
        """By unit: a mark of the sheet of cards drawn last. It changes with each drawing and tells nothing else."""
        rows = self.filter(invitation__person=None).order_by("invitation__team", "digest")
        cards = rows.values_list("invitation__team", "digest")
        return {
            team: hashlib.sha256("".join(digest for _, digest in group).encode()).hexdigest()
            for team, group in groupby(cards, key=lambda card: card[0])
        }


class Code(models.Model):
    """A code's keyed hash, and what ties it to its bearer. All codes of an invitation work until one is used."""

    digest = models.CharField(primary_key=True, max_length=64)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="codes")

    bond = models.CharField(max_length=64)

    objects = CodeQuerySet.as_manager()

    def __str__(self) -> str:
        return "a code"
