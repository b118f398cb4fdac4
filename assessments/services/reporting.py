"""All reports of a closed cycle: asked for, made one by one, stopped, deleted. Rows say what is done, so any worker can go on."""

import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import TaskResult, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessments.models import Act, Cycle, CycleTeam, Membership, Participation, ReportBatch, ReportFile, User

logger = logging.getLogger(__name__)

OF_BATCH = re.compile("[0-9a-f]{32}")  # names of our folders; no other is ever removed
NAME_LENGTH = 120  # characters; more trouble some systems when a ZIP is unpacked deep in folders

Write = Callable[[CycleTeam, ReportBatch], bytes]
Enqueue = Callable[[int], "TaskResult[None]"]


class CannotReport(Exception):
    """The work cannot be begun or go on; the message says why."""


def units_with_report(cycle: Cycle) -> QuerySet[CycleTeam]:
    """Units that are shown or that somebody leads; of any other there is nothing to read and nobody to read it."""
    shown = Participation.objects.filter(team=OuterRef("pk"))
    led = Membership.objects.filter(team=OuterRef("team"), role=Membership.Role.LEADER, person__active=True)
    return cycle.teams.filter(Q(Exists(shown)) | Q(Exists(led))).select_related("cycle", "team")


def names_of(units: Iterable[CycleTeam]) -> dict[int, str]:
    """By key a file name made from the unit's path, safe everywhere and given once: "sales_north_store-12.pdf"."""
    names: dict[int, str] = {}
    given: set[str] = set()
    for unit in units:
        stem = "_".join(filter(None, map(slugify, unit.path.split(" / "))))[:NAME_LENGTH] or "team"
        name, number = stem, 1
        while name in given:
            number += 1
            name = f"{stem}-{number}"
        given.add(name)
        names[unit.pk] = f"{name}.pdf"
    return names


@transaction.atomic
def start_batch(*, cycle: Cycle, without: Iterable[str], paper: str, by: User, enqueue: Enqueue) -> None:
    """A new batch in place of the one before, whose files go, and the work on it into the queue."""
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.state != Cycle.State.CLOSED:
        raise CannotReport(_("“%(name)s” is %(state)s.") % {"name": cycle.name, "state": cycle.get_state_display()})
    ReportBatch.objects.filter(cycle=cycle).delete()
    batch = ReportBatch.objects.create(cycle=cycle, without=",".join(without), paper=paper)
    names = names_of(units_with_report(cycle))
    ReportFile.objects.bulk_create(ReportFile(batch=batch, unit_id=unit, name=name) for unit, name in names.items())
    Act.objects.create(who=str(by), what=Act.What.MAKE_REPORTS, cycle=cycle)
    ask_for(batch=batch, work=ReportBatch.Work.MAKE, enqueue=enqueue)
    transaction.on_commit(sweep)


@transaction.atomic
def ask_for(*, batch: ReportBatch, work: str, enqueue: Enqueue) -> None:
    """Put work into the queue, unless it waits there already. A worker still at it gives up at its next step."""
    batch = ReportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.job and batch.work == work and DBTaskResult.objects.filter(pk=batch.job, status=TaskResultStatus.READY).exists():
        return
    job = enqueue(batch.pk)
    ReportBatch.objects.filter(pk=batch.pk).update(job=job.id, work=work, beat=None, problem="")


@transaction.atomic
def stop_work(*, batch: ReportBatch, by: User) -> None:
    """The worker notices before its next report or mail. What is made or sent stays so."""
    if ReportBatch.objects.filter(pk=batch.pk).exclude(job=None).update(job=None):
        Act.objects.create(who=str(by), what=Act.What.STOP_REPORTS, cycle=batch.cycle)


@transaction.atomic
def delete_batch(*, batch: ReportBatch, by: User) -> None:
    ReportBatch.objects.filter(pk=batch.pk).delete()
    Act.objects.create(who=str(by), what=Act.What.DELETE_REPORTS, cycle=batch.cycle)
    transaction.on_commit(sweep)


def is_outdated(batch: ReportBatch) -> bool:
    """A text was destroyed since the work began: a file may still hold it, and nobody may get it."""
    return Act.objects.filter(cycle=batch.cycle_id, what=Act.What.HIDE_TEXT, at__gte=batch.asked_at).exists()


def sweep() -> None:
    """Remove the folders of batches that are gone, also those that an interrupted run left behind."""
    root = Path(settings.REPORTS_DIR)
    folders = [path for path in root.iterdir() if OF_BATCH.fullmatch(path.name)] if root.is_dir() else []
    # Asked after looking: a folder that comes up meanwhile is a new batch's.
    kept = {uid.hex for uid in ReportBatch.objects.values_list("uid", flat=True)}
    for folder in folders:
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def make_files(*, batch: int, job: str, write: Write) -> None:
    """In a worker: every report that is not made yet, until somebody stops it or a later job takes over."""
    found = ReportBatch.objects.filter(pk=batch).select_related("cycle").first()
    if found is None:
        return
    failed = 0
    for file in found.files.filter(made_at=None).select_related("batch", "unit__cycle", "unit__team"):
        if not beats(batch, job):
            break
        try:
            failed += not _make(file, found, write)
        except CannotReport as refusal:
            ReportBatch.objects.filter(pk=batch, job=job).update(problem=str(refusal))
            return
    sweep()
    if failed:
        words = ngettext("One report could not be made.", "%(number)d reports could not be made.", failed)
        ReportBatch.objects.filter(pk=batch, job=job).update(problem=words % {"number": failed})


def beats(batch: int, job: str) -> bool:
    """A sign of life of the worker; False when its work is no longer wanted."""
    return bool(ReportBatch.objects.filter(pk=batch, job=job).update(beat=timezone.now()))


def _make(file: ReportFile, batch: ReportBatch, write: Write) -> bool:
    began = time.monotonic()
    try:
        content = write(file.unit, batch)
    except CannotReport:
        raise
    except Exception as error:  # noqa: BLE001 - one report must not keep the others waiting, and its fault may quote it
        logger.error("The report of a unit could not be made: %s", type(error).__name__)
        return False
    store(file.path, content)
    if ReportFile.objects.filter(pk=file.pk).update(made_at=timezone.now()):
        ReportBatch.objects.filter(pk=batch.pk).update(seconds=F("seconds") + time.monotonic() - began)
    else:
        file.path.unlink()  # the batch was deleted meanwhile
    return True


def store(path: Path, content: bytes) -> None:
    """Whole or not at all, and for this account alone."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
    part.replace(path)
