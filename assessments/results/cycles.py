"""HR's list of cycles: how each stands, how far invitations and a close that was asked for have come."""

import datetime
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessments.models import Act, Code, Cycle, Invitation
from assessments.results.participation import Turnout, turnout_of

PICKED_UP_WITHIN = datetime.timedelta(minutes=1)
SENT_WITHIN = datetime.timedelta(minutes=15)  # then HR may ask again; nobody gets two mails even if the first worker still sends
COUNTED_WITHIN = datetime.timedelta(minutes=15)  # thousands of boxes take seconds; by then the worker was killed
OPENED_WITHIN = datetime.timedelta(minutes=15)  # 100,000 people take a minute


class Progress(TextChoices):
    """Of an opening, a close, or of sending invitations; the page has a sentence for each."""

    NONE = "none"
    WAITING = "waiting"
    UNATTENDED = "unattended"
    OPENING = "opening"
    COUNTING = "counting"
    SENDING = "sending"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Invited:
    """How far the invitations of an open cycle have come. by_mail: people with an address; sent: those who have their mail."""

    by_mail: int
    sent: int
    by_card: int
    progress: Progress = Progress.NONE
    problem: str = ""

    @property
    def missing(self) -> int:
        return self.by_mail - self.sent

    @property
    def is_at_work(self) -> bool:
        return self.progress in {Progress.WAITING, Progress.UNATTENDED, Progress.SENDING}

    @property
    def has_failed(self) -> bool:
        """The work has come to its end and some still have no mail."""
        return bool(self.missing) and self.progress == Progress.ENDED

    @property
    def reaches_nobody(self) -> bool:
        """The server writes mails to its console or throws them away, as one that is tried out does."""
        return settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in {"console", "dummy"}


@dataclass(frozen=True, slots=True)
class Row:
    """One cycle. problem: why the last close was refused; turnout, invited: of a running cycle; abandoned: who, when and why."""

    cycle: Cycle
    progress: Progress = Progress.NONE
    problem: str = ""
    turnout: Turnout | None = None
    invited: Invited | None = None
    abandoned: Act | None = None

    @property
    def can_be_closed(self) -> bool:
        return self.cycle.is_running and self.progress not in {Progress.WAITING, Progress.UNATTENDED, Progress.COUNTING}


@dataclass(frozen=True, slots=True)
class Planned:
    """One that is to come, and how far an opening that was asked for has come. problem: why the last one was refused."""

    cycle: Cycle
    progress: Progress = Progress.NONE
    problem: str = ""

    @property
    def is_at_work(self) -> bool:
        return self.progress in {Progress.WAITING, Progress.UNATTENDED, Progress.OPENING}


@dataclass(frozen=True, slots=True)
class CyclesPage:
    """`running` is the cycle that is open or being closed; `planned` are those to come, the next first; `others` are over."""

    running: Row | None
    planned: tuple[Planned, ...]
    others: tuple[Row, ...]

    @property
    def has_any(self) -> bool:
        return bool(self.running or self.planned or self.others)


def cycles_page() -> CyclesPage:
    """All cycles, in as many queries for two as for twenty."""
    cycles = list(Cycle.objects.select_related("questionnaire").order_by("-closes", "-pk"))
    abandoned = {act.cycle_id: act for act in Act.objects.filter(what=Act.What.ABANDON)}
    running = next((cycle for cycle in cycles if cycle.is_running), None)
    over = [cycle for cycle in cycles if cycle.state in {Cycle.State.CLOSED, Cycle.State.ABANDONED}]
    planned = [cycle for cycle in reversed(cycles) if cycle.state == Cycle.State.PLANNED]
    jobs = DBTaskResult.objects.in_bulk([cycle.open_job for cycle in planned if cycle.open_job])
    return CyclesPage(
        running=_running_row(running) if running else None,
        planned=tuple(_planned(cycle, jobs.get(cycle.open_job)) for cycle in planned),
        others=tuple(Row(cycle, abandoned=abandoned.get(cycle.pk)) for cycle in over),
    )


def opening_of(cycle: Cycle) -> Planned:
    return _planned(cycle, _job(cycle.open_job))


def _planned(cycle: Cycle, job: "DBTaskResult[..., str] | None") -> Planned:
    if job is None:
        return Planned(cycle)
    if job.status == TaskResultStatus.READY:
        return Planned(cycle, _waiting(job))
    if job.status == TaskResultStatus.RUNNING and timezone.now() - (job.started_at or job.enqueued_at) < OPENED_WITHIN:
        return Planned(cycle, Progress.OPENING)
    said = job.return_value if job.status == TaskResultStatus.SUCCESSFUL else _("The worker was stopped in the middle.")
    return Planned(cycle, Progress.REFUSED, said) if said else Planned(cycle)


def invited_to(cycle: Cycle) -> Invited:
    """Nothing in it depends on who has answered."""
    by_mail = Invitation.objects.filter(cycle=cycle, person__isnull=False).exclude(person__email="")
    coded = Exists(Code.objects.filter(invitation=OuterRef("pk")))
    counts = by_mail.aggregate(all=Count("pk"), sent=Count("pk", filter=Q(coded)))
    progress, problem = _sending(_job(cycle.invite_job))
    by_card = Invitation.objects.by_card().filter(cycle=cycle).count()
    return Invited(counts["all"], counts["sent"], by_card, progress, problem)


def _sending(job: "DBTaskResult[..., str] | None") -> tuple[Progress, str]:
    if job is None:
        return Progress.NONE, ""
    if job.status == TaskResultStatus.READY:
        return _waiting(job), ""
    if job.status == TaskResultStatus.RUNNING:
        begun = timezone.now() - (job.started_at or job.enqueued_at) < SENT_WITHIN
        return (Progress.SENDING if begun else Progress.ENDED), ""
    return Progress.ENDED, job.return_value or "" if job.status == TaskResultStatus.SUCCESSFUL else ""


def _waiting(job: "DBTaskResult[..., str]") -> Progress:
    return Progress.WAITING if timezone.now() - job.enqueued_at < PICKED_UP_WITHIN else Progress.UNATTENDED


def _running_row(cycle: Cycle) -> Row:
    progress, problem = _progress(cycle)
    invited = invited_to(cycle) if cycle.takes_answers else None
    return Row(cycle, progress, problem, turnout=turnout_of(cycle), invited=invited)


def _progress(cycle: Cycle) -> tuple[Progress, str]:
    job = _job(cycle.close_job)
    if job and job.status == TaskResultStatus.READY:
        return _waiting(job), ""
    if job and job.status == TaskResultStatus.RUNNING and timezone.now() - (job.started_at or job.enqueued_at) < COUNTED_WITHIN:
        return Progress.COUNTING, ""
    if cycle.state == Cycle.State.CLOSING:
        return Progress.INTERRUPTED, ""
    if job and job.status == TaskResultStatus.SUCCESSFUL and job.return_value:
        return Progress.REFUSED, job.return_value
    if job:
        return Progress.REFUSED, _("The worker was stopped in the middle.")
    return Progress.NONE, ""


def _job(key: uuid.UUID | None) -> "DBTaskResult[..., str] | None":
    return DBTaskResult.objects.filter(pk=key).first() if key else None
