"""Code cards for people without a mail address: drawn per unit, handed out by hand, so that no list says whose is whose.

An invitation without a person stands for one card. A unit has as many of them as people without an address, and takes no more card
ballots than that. A sheet has always that many cards and the spare ones asked for, whoever has answered, so that drawing one tells
HR nothing.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from assessments.ballotbox.keys import KeyProblem
from assessments.models import Code, Cycle, CycleTeam, Invitation
from assessments.services.codes import make_code
from assessments.services.invitations import NotOpen
from assessments.services.keys import mac_key_of
from assessments.services.roll import roll_of


class NobodyNeedsCard(Exception):
    """Everybody in this unit has a mail address."""


class CannotDraw(Exception):
    """The cycle's keys are missing, or the database has other cards for this unit than were recorded when the cycle opened."""


class DrawnMeanwhile(Exception):
    """Another sheet has been drawn since the page was read: the same page posted again, or a colleague."""


@sensitive_variables()
@transaction.atomic
def draw_cards(*, team: CycleTeam, after: str, spare: int = 0) -> list[str]:
    """Fresh codes, one per person without an address, and spare ones that stand for the same; unused cards drawn before stop
    working. `after` is the mark of the sheet known to the page (`Code.objects.sheets`), so that loading a printed sheet again does
    not make its cards worthless. Raises NotOpen, DrawnMeanwhile, NobodyNeedsCard or CannotDraw."""
    # Alone with the cycle's row, which every ballot holds: no card is spent and no close begins meanwhile.
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=team.cycle_id)
    if not cycle.takes_answers:
        raise NotOpen(_("“%(name)s” takes no answers at the moment, so no cards can be drawn.") % {"name": cycle.name})
    if Code.objects.filter(invitation__team=team).sheets().get(team.pk, "") != after:
        raise DrawnMeanwhile
    try:
        recorded, mac_key = roll_of(cycle=cycle)[str(team.uid)].cards, mac_key_of(cycle)
    except KeyProblem as error:
        raise CannotDraw from error
    if not recorded:
        raise NobodyNeedsCard
    cards = list(Invitation.objects.filter(team=team, pk__in=recorded).select_related("team"))
    if len(cards) != len(recorded):
        raise CannotDraw
    Code.objects.filter(invitation__in=[card for card in cards if not card.answered]).delete()
    # Where some have answered, the rest stand for two cards; spending one passes the other on.
    standing = [card for card in cards if not card.answered] or cards
    count = len(cards) + spare
    drawn = [make_code(invitation=standing[at % len(standing)], mac_key=mac_key, card=True) for at in range(count)]
    Code.objects.bulk_create(row for _code, row in drawn)
    return [code for code, _row in drawn]


def spend_card(*, digest: str, team: CycleTeam) -> bool:
    """Mark the invitation that a card stands for; False if it has answered, or the card was withdrawn. Within a transaction.

    Other cards of the invitation then stand for one that has not answered, so that every card works until the unit's are all used.
    """
    CycleTeam.objects.select_for_update(no_key=True).get(pk=team.pk)
    spent = Invitation.objects.filter(codes=digest, answered=False).first()
    if spent is None:
        return False
    Invitation.objects.filter(pk=spent.pk).update(answered=True)
    if other := Invitation.objects.filter(team=team, person=None, answered=False).first():
        Code.objects.filter(invitation=spent).exclude(pk=digest).update(invitation=other)
    return True
