"""Send each invited person a mail with a code of their own; the code is stored only as a digest."""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import mails
from assessments.models import Code, Cycle, Invitation
from assessments.services.codes import code_digest, draw_code

logger = logging.getLogger(__name__)


class NotOpen(Exception):
    """Invitations go out only while the cycle takes answers."""


@dataclass(frozen=True, slots=True)
class Sent:
    sent: int
    failed: int
    without_address: int


def send_invitations(*, cycle: Cycle) -> Sent:
    """Mail everybody who has not been sent a code yet; run again, it sends only what is missing or failed."""
    if not cycle.takes_answers:
        raise NotOpen(_("“%(name)s” takes no answers at the moment, so nobody is invited.") % {"name": cycle.name})
    waiting = Invitation.objects.filter(cycle=cycle, person__isnull=False, codes__isnull=True).select_related(
        "person", "team", "team__parent"
    )
    sent = failed = 0
    # The key is random, so the order of sending says nothing about the roster.
    for invitation in waiting.order_by("pk"):
        if _send(cycle, invitation):
            sent += 1
        else:
            failed += 1
    return Sent(sent, failed, Invitation.objects.filter(cycle=cycle, person__isnull=True).count())


def _send(cycle: Cycle, invitation: Invitation) -> bool:
    """A mail that cannot be sent takes its code with it and is tried again at the next run."""
    if invitation.person is None:
        return False
    try:
        with transaction.atomic():
            code = draw_code()
            Code.objects.create(digest=code_digest(code), invitation=invitation)
            mails.send_invitation(
                person_email=invitation.person.email,
                code=code,
                cycle=cycle,
                team_name=invitation.team.name,
                invited=invitation.team.invited,
            )
    except OSError as error:
        # The address and the code stay out of the log.
        logger.warning("An invitation could not be sent: %s", type(error).__name__)
        return False
    return True
