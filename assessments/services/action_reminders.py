"""Mails about actions that are due or overdue: at most one a week each, and none for ever."""

import datetime
import logging

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import mails
from assessments.models import Action, Membership, Person, Team
from assessments.models.clock import today
from assessments.models.plans import ActionQuerySet

logger = logging.getLogger(__name__)

AGAIN_AFTER = datetime.timedelta(days=7)
LONGEST = datetime.timedelta(days=90)  # after the due day; a mail that nobody acts on for so long is noise


def remind_of_actions() -> list[str]:
    """One mail for each action that is due; safe to run twice. Returns one sentence where mails could not be sent."""
    due = list(_due().select_related("unit__team", "practice", "owner", "made_by"))
    if not due:
        return []
    failed = 0
    connection = get_connection()
    try:
        connection.open()
        for action in due:
            failed += not _remind(action, connection)
    except OSError as error:
        # Without a mail server each mail would wait for it in vain.
        logger.warning("Reminders of actions could not be sent: %s", type(error).__name__)
        return [_("The mail server cannot be reached, so nobody was reminded of actions that are due.")]
    finally:
        connection.close()
    if not failed:
        return []
    words = ngettext(
        "One reminder of an action could not be sent; the next run tries again.",
        "%(number)d reminders of actions could not be sent; the next run tries again.",
        failed,
    )
    return [words % {"number": failed}]


def _due() -> ActionQuerySet:
    rested = Q(reminded=None) | Q(reminded__lte=today() - AGAIN_AFTER)
    return Action.objects.unfinished().filter(rested, due__range=(today() - LONGEST, today()))


def _remind(action: Action, connection: BaseEmailBackend) -> bool:
    """False where a mail was meant to go out and none did."""
    recipients = _recipients(action)
    if not recipients:
        return True
    with transaction.atomic():
        # The day is written first: a second run at the same time finds it and leaves the action alone.
        if not _due().filter(pk=action.pk).update(reminded=today()):
            return True
        sent = sum(_send(action, email, name, connection, may_open=may_open) for email, name, may_open in recipients)
        if not sent:
            transaction.set_rollback(True)
    return bool(sent)


def _recipients(action: Action) -> list[tuple[str, str, bool]]:
    """(address, name, may open the action): the owner, else the unit's leaders, else whoever wrote the action down."""
    owner, maker = action.owner, action.made_by
    if owner and owner.active and owner.email:
        return [_addressed(owner, action)]
    if leaders := _leaders(action.unit.team):
        return [_addressed(leader, action) for leader in leaders]
    return [(maker.email, maker.name, True)] if maker and maker.is_active else []


def _addressed(person: Person, action: Action) -> tuple[str, str, bool]:
    user = person.user
    may_open = user is not None and Action.objects.visible_to(user).filter(pk=action.pk).exists()
    return person.email, person.name, may_open


def _leaders(team: Team | None) -> list[Person]:
    leading = Q(memberships__team=team, memberships__role=Membership.Role.LEADER)
    return list(Person.objects.filter(leading, active=True).exclude(email="")) if team else []


def _send(action: Action, email: str, name: str, connection: BaseEmailBackend, *, may_open: bool) -> bool:
    try:
        mails.send_action_due(to=email, name=name, action=action, may_open=may_open, connection=connection)
    except (OSError, ValueError) as error:
        # The address stays out of the log.
        logger.warning("A reminder of an action could not be sent: %s", type(error).__name__)
        return False
    return True
