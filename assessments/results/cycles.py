"""HR's list of cycles: how each stands, how far a close that was asked for has come, and what is wrong with its keys."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessments.models import Act, Cycle
from assessments.results.participation import Turnout, turnout_of

PICKED_UP_WITHIN = datetime.timedelta(minutes=1)
COUNTED_WITHIN = datetime.timedelta(minutes=15)  # thousands of boxes take seconds; by then the worker was killed


class Progress(TextChoices):
    """Of a close; the page has a sentence for each."""

    NONE = "none"
    WAITING = "waiting"
    UNATTENDED = "unattended"
    COUNTING = "counting"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """One cycle. `problem`: why the last close was refused; `turnout`: of a running cycle; `abandoned`: who, when and why."""

    cycle: Cycle
    progress: Progress = Progress.NONE
    problem: str = ""
    turnout: Turnout | None = None
    abandoned: Act | None = None

    @property
    def can_be_closed(self) -> bool:
        return self.cycle.is_running and self.progress not in {Progress.WAITING, Progress.UNATTENDED, Progress.COUNTING}


@dataclass(frozen=True, slots=True)
class CyclesPage:
    """`running` is the cycle that is open or being closed; `others` the rest, newest first."""

    running: Row | None
    others: tuple[Row, ...]


def cycles_page() -> CyclesPage:
    """All cycles, in as many queries for two as for twenty."""
    cycles = list(Cycle.objects.select_related("questionnaire").order_by("-closes", "-pk"))
    abandoned = {act.cycle_id: act for act in Act.objects.filter(what=Act.What.ABANDON)}
    running = next((cycle for cycle in cycles if cycle.is_running), None)
    return CyclesPage(
        running=_running_row(running) if running else None,
        others=tuple(Row(cycle, abandoned=abandoned.get(cycle.pk)) for cycle in cycles if not cycle.is_running),
    )


def _running_row(cycle: Cycle) -> Row:
    progress, problem = _progress(cycle)
    return Row(cycle, progress, problem, turnout=turnout_of(cycle))


def _progress(cycle: Cycle) -> tuple[Progress, str]:
    job = _job(cycle.close_job)
    waited = timezone.now() - job.enqueued_at if job else datetime.timedelta()
    if job and job.status == TaskResultStatus.READY:
        return (Progress.WAITING if waited < PICKED_UP_WITHIN else Progress.UNATTENDED), ""
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
