"""HR's page of all reports of a cycle: how far making and sending have come, and what can be done next."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Max, Q, TextChoices
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessments.models import Act, Cycle, Membership, ReportBatch, ReportMail

PICKED_UP_WITHIN = datetime.timedelta(minutes=1)
NEXT_WITHIN = datetime.timedelta(minutes=2)  # a report takes a second, a slow mail server seconds; by then the worker was killed


class Progress(TextChoices):
    """Of the work asked for last; the page has a sentence for each."""

    IDLE = "idle"
    WAITING = "waiting"
    UNATTENDED = "unattended"
    WORKING = "working"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Mailing:
    """managers: who lead a unit of the batch and have an address. unsure: names for whom the worker was killed while sending."""

    managers: int
    without_address: int
    sent: int
    failed: int
    unsure: tuple[str, ...]

    @property
    def left(self) -> int:
        return max(0, self.managers - self.sent - len(self.unsure))


@dataclass(frozen=True, slots=True)
class BatchPage:
    """`cycle` is None while no cycle has been closed, `batch` while nobody has asked for its reports.

    outdated: a text was destroyed since. released: texts were released since, so the files have none.
    """

    cycle: Cycle | None
    cycles: tuple[Cycle, ...]
    batch: ReportBatch | None = None
    progress: Progress = Progress.IDLE
    total: int = 0
    made: int = 0
    mailing: Mailing | None = None
    outdated: bool = False
    released: bool = False

    @property
    def is_complete(self) -> bool:
        return self.made == self.total

    @property
    def is_at_work(self) -> bool:
        return self.progress in {Progress.WAITING, Progress.UNATTENDED, Progress.WORKING}

    @property
    def makes(self) -> bool:
        """The work asked for last is making the files, not sending them."""
        return self.batch is not None and self.batch.work == ReportBatch.Work.MAKE

    @property
    def percent(self) -> int:
        return 100 * self.made // self.total if self.total else 100

    @property
    def seconds(self) -> int:
        return round(self.batch.seconds) if self.batch else 0

    @property
    def seconds_left(self) -> int | None:
        """At the pace so far; None before the first is made."""
        return round(self.batch.seconds / self.made * (self.total - self.made)) if self.batch and self.made else None


def batch_page(slug: str = "") -> BatchPage | None:
    """Of the newest closed cycle or the one named; None where there is none of that name."""
    cycles = tuple(Cycle.objects.closed())
    cycle = next((cycle for cycle in cycles if not slug or cycle.slug == slug), None)
    if cycle is None:
        return None if slug else BatchPage(None, cycles)
    batch = ReportBatch.objects.filter(cycle=cycle).first()
    if batch is None:
        return BatchPage(cycle, cycles)
    counts = batch.files.aggregate(total=Count("pk"), made=Count("made_at"), last=Max("made_at"))
    since = Act.objects.filter(cycle=cycle, at__gte=batch.asked_at)
    return BatchPage(
        cycle=cycle,
        cycles=cycles,
        batch=batch,
        progress=_progress(batch),
        total=counts["total"],
        made=counts["made"],
        mailing=_mailing(batch),
        outdated=since.filter(what=Act.What.HIDE_TEXT).exists(),
        released=since.filter(what=Act.What.RELEASE_TEXTS).exists(),
    )


def _progress(batch: ReportBatch) -> Progress:
    job = DBTaskResult.objects.filter(pk=batch.job).first() if batch.job else None
    if job is None:
        return Progress.IDLE
    now = timezone.now()
    if job.status == TaskResultStatus.READY:
        return Progress.WAITING if now - job.enqueued_at < PICKED_UP_WITHIN else Progress.UNATTENDED
    if job.status == TaskResultStatus.RUNNING:
        alive = now - (batch.beat or job.started_at or job.enqueued_at) < NEXT_WITHIN
        return Progress.WORKING if alive else Progress.INTERRUPTED
    return Progress.IDLE if job.status == TaskResultStatus.SUCCESSFUL else Progress.INTERRUPTED


def _mailing(batch: ReportBatch) -> Mailing:
    leading = Membership.objects.filter(
        role=Membership.Role.LEADER, person__active=True, team__in=batch.files.values("unit__team")
    ).aggregate(
        managers=Count("person", distinct=True, filter=~Q(person__email="")),
        without_address=Count("person", distinct=True, filter=Q(person__email="")),
    )
    mails = list(ReportMail.objects.filter(batch=batch).select_related("person"))
    state = ReportMail.State
    return Mailing(
        managers=leading["managers"],
        without_address=leading["without_address"],
        sent=sum(mail.state == state.SENT for mail in mails),
        failed=sum(mail.state == state.FAILED for mail in mails),
        unsure=tuple(mail.person.name for mail in mails if mail.state == state.BEGUN),
    )
