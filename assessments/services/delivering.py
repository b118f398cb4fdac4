"""Each manager's reports by mail: one mail each, safe to run twice."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import mails
from assessments.models import Act, Membership, Person, ReportBatch, ReportFile, ReportMail, User
from assessments.services.reporting import CannotReport, Enqueue, ask_for, beats, is_outdated

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Recipient:
    """Somebody who leads units of the batch and has an address."""

    person: Person
    files: list[ReportFile] = field(default_factory=list)


def recipients_of(batch: ReportBatch) -> list[Recipient]:
    """By today's roles, as on the pages: whoever no longer leads a unit gets nothing about it."""
    by_team: dict[int, ReportFile] = {}
    for file in batch.files.exclude(made_at=None).exclude(unit__team=None).select_related("unit__cycle", "batch"):
        by_team[file.unit.team_id or 0] = file
    found: dict[int, Recipient] = {}
    leading = Membership.objects.filter(role=Membership.Role.LEADER, person__active=True, team__in=by_team)
    for membership in leading.exclude(person__email="").select_related("person").order_by("person", "team__path"):
        one = found.setdefault(membership.person_id, Recipient(membership.person))
        one.files.append(by_team[membership.team_id])
    return list(found.values())


@transaction.atomic
def ask_to_mail(*, batch: ReportBatch, by: User, enqueue: Enqueue, unsure: bool = False) -> None:
    """Into the queue. unsure: also to those for whom the worker was killed while sending, who may get the mail twice."""
    _check(batch)
    if unsure:
        ReportMail.objects.filter(batch=batch, state=ReportMail.State.BEGUN).update(state=ReportMail.State.FAILED)
    ask_for(batch=batch, work=ReportBatch.Work.MAIL, enqueue=enqueue)
    Act.objects.create(who=str(by), what=Act.What.MAIL_REPORTS, cycle=batch.cycle)


def _check(batch: ReportBatch) -> None:
    if batch.files.filter(made_at=None).exists():
        raise CannotReport(_("Not all reports are made yet, so none was sent."))
    if is_outdated(batch):
        raise CannotReport(_("A text was destroyed after these reports were asked for, so none was sent. Please make them anew."))


def send_mails(*, batch: int, job: str) -> None:
    """In a worker: one mail after the other, until somebody stops it. What fails is tried again when it is asked for again."""
    found = ReportBatch.objects.filter(pk=batch).select_related("cycle").first()
    if found is None:
        return
    connection = get_connection()
    try:
        connection.open()
        for recipient in recipients_of(found):
            if not beats(batch, job):
                return
            _check(found)
            _send_once(found, recipient, connection)
    except CannotReport as refusal:
        ReportBatch.objects.filter(pk=batch, job=job).update(problem=str(refusal))
    except OSError as error:
        # Without a mail server each mail would wait for it in vain.
        logger.warning("Reports could not be sent: %s", type(error).__name__)
        words = _("The mail server cannot be reached. Please try again when it works.")
        ReportBatch.objects.filter(pk=batch, job=job).update(problem=words)
    finally:
        connection.close()


def _send_once(batch: ReportBatch, recipient: Recipient, connection: BaseEmailBackend) -> None:
    """The row comes before the mail: a worker killed in between leaves a mark, and nobody is written to twice unasked."""
    state = ReportMail.State
    row, made = ReportMail.objects.get_or_create(batch=batch, person=recipient.person)
    if not made and not ReportMail.objects.filter(pk=row.pk, state=state.FAILED).update(state=state.BEGUN):
        return
    sent = _send(recipient, connection)
    ReportMail.objects.filter(pk=row.pk).update(state=state.SENT if sent else state.FAILED)


def _send(recipient: Recipient, connection: BaseEmailBackend) -> bool:
    attached: list[tuple[str, Path]] = [(file.name, file.path) for file in recipient.files]
    try:
        mails.send_reports_ready(
            person=recipient.person, units=[file.unit for file in recipient.files], files=attached, connection=connection
        )
    except (OSError, ValueError) as error:
        # The address stays out of the log.
        logger.warning("The reports of a manager could not be sent: %s", type(error).__name__)
        return False
    return True
