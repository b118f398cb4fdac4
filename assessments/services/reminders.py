"""Remind of a running poll: a mail with a fresh code for those who have not answered, or for everybody who was invited by mail.

A copy of the database must never tell more of who answered, or when, than `answered` itself does at that moment. Had only those who
have not answered been marked, or been given a code, whoever answers afterwards could be told from who had answered before. So a
round passes all invitations alike, in an order drawn by lot: each gets the round's number and one code more, and only then it is
looked at whether a mail goes out; a code that goes into no mail is known to nobody. How many mails a round sent is counted nowhere:
beside the day's turnout that number would tell how many of a few people with code cards have answered.

Marks are written before the mail. So nobody gets two mails of a round, however often it is interrupted; a mail that fails, or is
under way in the moment of a power cut, is not sent again in that round. Where the mail server takes nothing, the round stops and
the next run goes on with the rest.
"""

import logging
import secrets
import uuid
from dataclasses import dataclass, field

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django_tasks import task

from assessments import mails
from assessments.ballotbox.keys import KeyProblem
from assessments.models import (
    Act,
    Address,
    Code,
    Cycle,
    CycleTeam,
    Invitation,
    ManagerReminder,
    Organisation,
    Person,
    Reminder,
    User,
)
from assessments.models.clock import now, today
from assessments.models.reminders import REST, missing_own_views
from assessments.services.codes import make_code
from assessments.services.faults import log_fault
from assessments.services.invitations import NotOpen
from assessments.services.keys import mac_key_of

logger = logging.getLogger(__name__)

FAILURES = 5  # in a row; then the fault is the mail server's rather than the addresses'


class TooSoon(Exception):
    """At most two reminders a week, none within 24 hours of the invitation or of another; or nobody has been invited yet."""


class ServerFails(Exception):
    """The mail server takes one mail after the other badly."""


@dataclass(slots=True)
class Outcome:
    """What became of a round. failed: mails that could not be sent, to people and to managers; told: of these, what may be told."""

    reminder: Reminder
    failed: int = 0
    told: int = 0
    finished: bool = False
    in_a_row: int = field(default=0, repr=False)

    def note(self, *, sent: bool, telling: bool) -> None:
        self.failed += not sent
        self.told += telling and not sent
        self.in_a_row = 0 if sent else self.in_a_row + 1
        if self.in_a_row == FAILURES:
            raise ServerFails

    @property
    def problem(self) -> str:
        """A sentence where somebody has to see to something, else empty."""
        if not self.finished:
            return _(
                "The mail server cannot be reached or takes no mails, so the reminder has not reached everybody. Run it again."
            )
        words = ngettext("One reminder could not be sent.", "%(number)d reminders could not be sent.", self.told)
        return words % {"number": self.told} if self.told else ""


def send_reminders(*, cycle: Cycle) -> Outcome:
    """Go on with the round that was interrupted, or begin the next. Raises NotOpen, TooSoon or KeyProblem."""
    mac_key = mac_key_of(cycle)
    outcome = Outcome(begin_round(cycle=cycle))
    connection = get_connection()
    try:
        connection.open()
        _remind_people(outcome, mac_key, connection)
        _remind_managers(outcome, connection)
        outcome.finished = True
    except (OSError, ServerFails) as error:
        logger.warning("A round of reminders was interrupted: %s", type(error).__name__)
    finally:
        connection.close()
        Reminder.objects.filter(pk=outcome.reminder.pk).update(mailed=now(), finished=outcome.finished)
    return outcome


@transaction.atomic
def begin_round(*, cycle: Cycle) -> Reminder:
    """The round that was interrupted, or a new one. Raises NotOpen or TooSoon."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if not cycle.takes_answers:
        raise NotOpen(_("“%(name)s” takes no answers at the moment, so nobody is reminded.") % {"name": cycle.name})
    _check_invited(cycle)
    waiting = cycle.reminders.filter(finished=False).first()
    # Somebody may have been invited after the round began.
    allowed = cycle.invited_at and cycle.invited_at + REST if waiting else Reminder.objects.allowed_from(cycle)
    if allowed and now() < allowed:
        moment = date_format(timezone.localtime(allowed, Organisation.current().tzinfo), "j F, H:i")
        raise TooSoon(
            _(
                "Nobody gets more than two reminders in a week, or one within 24 hours of another mail. "
                "The next can go out from %(moment)s."
            )
            % {"moment": moment}
        )
    if waiting:
        return waiting
    number, begun = cycle.reminders.count() + 1, now()
    return Reminder.objects.create(cycle=cycle, number=number, to=Organisation.current().remind, begun=begun, mailed=begun)


@transaction.atomic
def ask_for_reminder(*, cycle: Cycle, by: User) -> None:
    """Begin a round and let a worker send it; without one the next run_due does. Raises NotOpen or TooSoon."""
    begin_round(cycle=cycle)
    Act.objects.create(who=str(by), what=Act.What.REMIND, cycle=cycle)
    remind.enqueue(cycle.pk)


@task
def remind(cycle: int) -> str:
    """Send what a round still has to send; returns why it could not, or nothing. Nothing is raised: the queue keeps messages, and a
    database's may quote a row."""
    try:
        return send_reminders(cycle=Cycle.objects.get(pk=cycle)).problem
    except (NotOpen, TooSoon, KeyProblem) as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - raised, the queue would keep what it says
        return log_fault("Reminding", error)


def remind_of_poll() -> list[str]:
    """What the organisation's settings ask for today. Returns one sentence where somebody has to see to something."""
    cycle = Cycle.objects.running()
    day = Reminder.objects.next_day(cycle) if cycle and cycle.takes_answers else None
    if cycle is None or day is None or day > today():
        return []
    try:
        problem = send_reminders(cycle=cycle).problem
    except TooSoon:
        return []
    except (NotOpen, KeyProblem) as error:
        problem = str(error)
    return [f"{cycle.name}: {problem}"] if problem else []


def forget_managers() -> list[str]:
    """Which managers were reminded is of use while their cycle runs, and not longer."""
    ManagerReminder.objects.exclude(reminder__cycle__state=Cycle.State.OPEN).delete()
    return []


def _check_invited(cycle: Cycle) -> None:
    by_mail = Invitation.objects.filter(cycle=cycle, person__isnull=False)
    if by_mail.exists() and not by_mail.filter(codes__isnull=False).exists():
        raise TooSoon(_("No invitation has been sent yet, so there is nothing to remind of."))


def _remind_people(outcome: Outcome, mac_key: bytes, connection: BaseEmailBackend) -> None:
    reminder = outcome.reminder
    invited = Exists(Code.objects.filter(invitation=OuterRef("pk")))
    rows = Invitation.objects.filter(invited, cycle=reminder.cycle, person__isnull=False, reminded__lt=reminder.number)
    keys = list(rows.values_list("pk", flat=True))
    secrets.SystemRandom().shuffle(keys)
    minutes = reminder.cycle.questionnaire.minutes
    for key in keys:
        passed = _pass(key, reminder, mac_key)
        if passed and (email := _address(passed[0], reminder)):
            sent = _send(email, *passed, reminder.cycle, minutes, connection)
            # Where only those who have not answered get one, a failure would say so of whoever is known to have a bad address.
            outcome.note(sent=sent, telling=reminder.to == Organisation.Remind.EVERYBODY)


@sensitive_variables()
@transaction.atomic
def _pass(key: uuid.UUID, reminder: Reminder, mac_key: bytes) -> tuple[Invitation, str] | None:
    """Mark an invitation and give it a code, whether or not it has answered. None if another run has, or the cycle closes."""
    # Each condition stands on the row itself: one on a joined table would make PostgreSQL look at the row as it was before the
    # other run had marked it. Of somebody erased since the round began an answered invitation is left: a code would make it a card.
    running = Cycle.objects.filter(pk=reminder.cycle_id, state=Cycle.State.OPEN)
    here = Invitation.objects.filter(pk=key, person__isnull=False, reminded__lt=reminder.number, cycle__in=running)
    if not here.update(reminded=reminder.number):
        return None
    invitation = Invitation.objects.select_related("person", "team").get(pk=key)
    code, row = make_code(invitation=invitation, mac_key=mac_key)
    row.save(force_insert=True)
    return invitation, code


def _address(invitation: Invitation, reminder: Reminder) -> str:
    """Where the mail goes to, or nothing where none is meant."""
    if invitation.person is None or (reminder.to == Organisation.Remind.UNANSWERED and invitation.answered):
        return ""
    return invitation.person.email


@sensitive_variables()
def _send(email: str, invitation: Invitation, code: str, cycle: Cycle, minutes: int, connection: BaseEmailBackend) -> bool:
    told = Address.objects.told_before(invitation.team)
    try:
        mails.send_reminder(
            person_email=email,
            code=code,
            cycle=cycle,
            team_name=invitation.team.name,
            minutes=minutes,
            said=told.url if told else "",
            connection=connection,
        )
    except (OSError, ValueError) as error:
        # The address and the code stay out of the log.
        logger.warning("A reminder could not be sent: %s", type(error).__name__)
        return False
    return True


def _remind_managers(outcome: Outcome, connection: BaseEmailBackend) -> None:
    """One mail for each manager with an account, whatever the number of teams led."""
    led: dict[Person, list[CycleTeam]] = {}
    for unit, managers in missing_own_views(outcome.reminder.cycle):
        for manager in managers:
            if manager.user_id and manager.email:
                led.setdefault(manager, []).append(unit)
    for manager, units in led.items():
        _row, begun = ManagerReminder.objects.get_or_create(reminder=outcome.reminder, person=manager)
        if begun:
            outcome.note(sent=_send_to_manager(manager, units, outcome.reminder.cycle, connection), telling=True)


def _send_to_manager(manager: Person, units: list[CycleTeam], cycle: Cycle, connection: BaseEmailBackend) -> bool:
    try:
        mails.send_own_view_due(to=manager.email, name=manager.name, units=units, cycle=cycle, connection=connection)
    except (OSError, ValueError) as error:
        logger.warning("A reminder of an own view could not be sent: %s", type(error).__name__)
        return False
    return True
