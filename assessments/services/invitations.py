"""Send each invited person a mail with a code of their own; the code is stored only as a digest."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments import mails
from assessments.models import Address, Cycle, Invitation, Person
from assessments.models.clock import now
from assessments.services.codes import make_code
from assessments.services.keys import mac_key_of

logger = logging.getLogger(__name__)


class NotOpen(Exception):
    """Invitations go out only while the cycle takes answers."""


class NotAskedByMail(Exception):
    """This person gets no mail in this cycle: not invited, on a code card, or without an address."""


class NotSent(Exception):
    """The mail server did not take the mail; no code was added."""


@dataclass(frozen=True, slots=True)
class Sent:
    sent: int
    failed: int
    without_address: int


def send_invitations(*, cycle: Cycle) -> Sent:
    """Mail everybody who has not been sent a code yet; run again, it sends only what is missing or failed.

    Raises NotOpen or KeyProblem.
    """
    _check_open(cycle)
    mac_key = mac_key_of(cycle)
    invitations = Invitation.objects.filter(cycle=cycle)
    # Somebody may have lost the address since the cycle was opened.
    without_address = Q(person=None) | Q(person__email="")
    waiting = invitations.filter(codes=None).exclude(without_address).select_related("person", "team")
    # The key is random, so the order of sending says nothing about the roster.
    rows = list(waiting.order_by("pk"))
    sent = _send_first(cycle, rows, mac_key) if rows else 0
    if sent:
        # One moment for all; none stands beside a person.
        Cycle.objects.filter(pk=cycle.pk).update(invited_at=now())
    return Sent(sent, len(rows) - sent, invitations.by_card().count() + invitations.filter(person__email="").count())


def _send_first(cycle: Cycle, rows: Sequence[Invitation], mac_key: bytes) -> int:
    """How many of these have their first mail now."""
    minutes, sent = cycle.questionnaire.minutes, 0
    try:
        with get_connection() as connection:
            for invitation in rows:
                with transaction.atomic():
                    # Another worker, or the command, may be sending the same.
                    missing = _hold(invitation) and not invitation.codes.exists()
                    sent += not missing or _send(cycle, invitation, connection, minutes, mac_key)
    except OSError as error:
        logger.warning("The mail server cannot be reached: %s", type(error).__name__)
    return sent


def send_again(*, cycle: Cycle, person: Person) -> None:
    """One more mail with a fresh code. Whether the person has answered makes no difference to anything HR sees or the mail says;
    earlier codes go on working until one is used, and the code of an answered invitation is used already.
    Raises NotOpen, NotAskedByMail, NotSent or KeyProblem."""
    _check_open(cycle)
    mac_key = mac_key_of(cycle)
    invitation = Invitation.objects.filter(cycle=cycle, person=person).select_related("person", "team").first()
    if invitation is None:
        raise NotAskedByMail(
            _("%(name)s is not asked by mail in “%(cycle)s”: not invited, or on a code card.")
            % {"name": person.name, "cycle": cycle.name}
        )
    if not person.email:
        raise NotAskedByMail(_("%(name)s has no mail address.") % {"name": person.name})
    try:
        with get_connection() as connection, transaction.atomic():
            sent = _hold(invitation) and _send(cycle, invitation, connection, cycle.questionnaire.minutes, mac_key)
    except OSError as error:
        logger.warning("The mail server cannot be reached: %s", type(error).__name__)
        sent = False
    if not sent:
        raise NotSent(_("The mail could not be sent. Please try again when the mail server works."))


def _hold(invitation: Invitation) -> bool:
    """Alone with the row until the transaction ends. False after a close, or where the person has been erased since it was read: a
    code would then make a card of an answered invitation, and tell that it was answered."""
    return Invitation.objects.select_for_update(no_key=True).filter(pk=invitation.pk, person__isnull=False).exists()


def _check_open(cycle: Cycle) -> None:
    if not cycle.takes_answers:
        raise NotOpen(_("“%(name)s” takes no answers at the moment, so nobody is invited.") % {"name": cycle.name})


def _send(cycle: Cycle, invitation: Invitation, connection: BaseEmailBackend, minutes: int, mac_key: bytes) -> bool:
    """A mail that cannot be sent takes its code with it and is tried again at the next run."""
    if invitation.person is None:
        return False
    try:
        with transaction.atomic():
            code, row = make_code(invitation=invitation, mac_key=mac_key)
            row.save(force_insert=True)
            told = Address.objects.told_before(invitation.team)
            mails.send_invitation(
                person_email=invitation.person.email,
                code=code,
                cycle=cycle,
                unit=invitation.team,
                minutes=minutes,
                said=told.url if told else "",
                connection=connection,
            )
    except (OSError, ValueError) as error:
        # ValueError: no mail can be made for this address, which must not keep the others waiting.
        # The address and the code stay out of the log.
        logger.warning("An invitation could not be sent: %s", type(error).__name__)
        return False
    return True
