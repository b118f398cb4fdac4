"""Take an answer: find the invitation by its code, seal the ballot, mark the invitation and store the box, exactly once."""

import logging
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.views.decorators.debug import sensitive_variables

from assessments.ballotbox.box import Ballot, BallotTooLong, seal
from assessments.ballotbox.keys import KeyProblem
from assessments.models import Box, Code, Cycle, CycleTeam, Invitation
from assessments.services.cards import spend_card
from assessments.services.codes import code_digest, read_code, spend
from assessments.services.keys import mac_key_of

logger = logging.getLogger(__name__)

ON_THE_SCALE = frozenset(range(6))


class CodeRefused(Exception):
    """This code opens no form."""


class UnknownCode(CodeRefused):
    """Malformed, never given out, or of a cycle that is over."""


class UsedCode(CodeRefused):
    """The invitation has answered, by this code or another of its own."""


class PollOver(CodeRefused):
    """The cycle no longer takes answers, or none is open."""


class NotStored(Exception):
    """Something on the server failed; nothing was stored, or the same code will say that it was."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a valid code opens: the unit that the answers count for, and its cycle."""

    code: Code
    team: CycleTeam
    cycle: Cycle


@sensitive_variables()
def find_entry(*, code: str) -> Entry:
    """The entry of a code as typed. Reads only. Raises UnknownCode, UsedCode or PollOver."""
    written = read_code(code)
    found = Code.objects.filter(digest=code_digest(written)).select_related("invitation__team__cycle").first() if written else None
    if found is None:
        # After close all codes are gone; with no poll open a well-formed code is late rather than wrong.
        if written and not any(cycle.takes_answers for cycle in Cycle.objects.filter(state=Cycle.State.OPEN)):
            raise PollOver
        raise UnknownCode
    team = found.invitation.team
    if not team.cycle.takes_answers:
        raise PollOver
    if found.invitation.answered:
        raise UsedCode
    return Entry(found, team, team.cycle)


@sensitive_variables()
def submit_ballot(*, entry: Entry, answers: dict[str, int], helps: str = "", hinders: str = "") -> None:
    """Seal and store one ballot. answers: practice code to 1-5, 0 for "cannot say". Raises UsedCode, PollOver or NotStored.

    Mark and box are written in one transaction: exactly one box per answered invitation. That they share a transaction tells
    nothing, since nobody can open a box before all are opened together.
    """
    cycle = entry.cycle
    if not set(answers.values()) <= ON_THE_SCALE:
        raise ValueError("an answer is a whole number from 0 to 5")
    try:
        mac_key = mac_key_of(cycle)
        spent = spend(code=entry.code, mac_key=mac_key)
        if spent is None:
            logger.error("A code hangs on an invitation that it was not made for: somebody has changed the database.")
            raise NotStored
        ballot = Ballot(unit=str(entry.team.uid), answers=answers, helps=helps, hinders=hinders, mark=spent.mark)
        sealed = seal(ballot, cycle=cycle.uid, public_key=bytes(cycle.public_key), mac_key=mac_key)
        with transaction.atomic():
            hold_open(cycle)
            if not _mark(entry, by_card=spent.by_card):
                raise UsedCode
            Box.objects.create(cycle=cycle, sealed=sealed)
    except (KeyProblem, BallotTooLong, DatabaseError) as error:
        # Neither the error's text nor its traceback may carry values into a log.
        logger.error("A ballot could not be stored: %s", type(error).__name__)
        raise NotStored from None


def _mark(entry: Entry, *, by_card: bool) -> bool:
    """Mark the invitation as answered; False if it is already."""
    if by_card:
        return spend_card(digest=entry.code.digest, team=entry.team)
    return bool(Invitation.objects.filter(pk=entry.code.invitation_id, answered=False).update(answered=True))


def hold_open(cycle: Cycle) -> None:
    """Make sure that the cycle is open and stays so until this transaction ends."""
    # Django has no shared row lock; an exclusive one would let people of one organisation answer only one after the other.
    share = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state FROM assessments_cycle WHERE id = %s{share}", [cycle.pk])  # noqa: S608 - a constant
        row = cursor.fetchone()
    if row is None or row[0] != Cycle.State.OPEN:
        raise PollOver
