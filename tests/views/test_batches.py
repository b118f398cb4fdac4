"""HR's page of all reports: the buttons, the worker behind them, and what stands there meanwhile."""

import datetime
import io
import zipfile
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessments.exports.pdf import PdfUnavailable
from assessments.models import Act, Cycle, ReportBatch, User
from assessments.services.reporting import start_batch
from assessments.views import batches
from tests import factories
from tests.services.test_counting import work
from tests.services.test_reporting import enqueue

PAGE = "report_batches"


@pytest.fixture(autouse=True)
def quick(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every report is one line, which tests of the PDF itself are not about."""
    settings.REPORTS_DIR = tmp_path / "reports"
    monkeypatch.setattr(batches, "report_pdf", lambda report: f"%PDF {report.team.path} {report.layout.query}".encode())


def press(client: Client, name: str, cycle: Cycle, **fields: object) -> str:
    answer = client.post(reverse(name, args=[cycle.slug]), fields, follow=True)
    assert answer.redirect_chain == [(f"{reverse(PAGE)}?cycle={cycle.slug}", 302)]
    return page_text(answer.content.decode())


def page_text(source: str) -> str:
    return " ".join(source.split())


def look(client: Client, cycle: Cycle) -> str:
    return page_text(client.get(reverse(PAGE), {"cycle": cycle.slug}).content.decode())


@pytest.mark.django_db(transaction=True)
def test_hr_has_them_made_downloads_and_sends_them(as_user, hr: User, closed_cycle: Cycle) -> None:
    client = as_user(hr)
    assert "The work is asked for" in press(client, "make_reports", closed_cycle, without=["meeting"], paper="letter")
    work()
    assert "Download all as a ZIP file" in look(client, closed_cycle)
    answer = client.get(reverse("reports_zip", args=[closed_cycle.slug]))
    assert answer["Content-Disposition"] == 'attachment; filename="reports-2026-q4.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.read("sales_north.pdf") == b"%PDF Sales / North ?without=meeting&paper=letter"
    assert "are being sent" not in press(client, "mail_reports", closed_cycle)
    work()
    assert len(mail.outbox) == 6
    assert "Everybody has the mail." in look(client, closed_cycle)
    assert "The files are deleted." in press(client, "delete_reports", closed_cycle)
    assert not ReportBatch.objects.exists()
    acts = [act.what for act in Act.objects.order_by("pk")]
    assert acts == [Act.What.MAKE_REPORTS, Act.What.MAIL_REPORTS, Act.What.DELETE_REPORTS]


@pytest.mark.django_db(transaction=True)
def test_stopped_before_it_began_it_goes_on_when_asked(as_user, hr: User, closed_cycle: Cycle) -> None:
    client = as_user(hr)
    press(client, "make_reports", closed_cycle)
    assert "Stopped. What is done stays done." in press(client, "stop_reports", closed_cycle)
    work()
    assert "Go on with what is missing" in look(client, closed_cycle)
    press(client, "resume_reports", closed_cycle)
    work()
    assert "Download all as a ZIP file" in look(client, closed_cycle)


@pytest.mark.django_db(transaction=True)
def test_a_server_without_the_library_says_so(as_user, hr: User, closed_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(report: object) -> bytes:
        raise PdfUnavailable

    monkeypatch.setattr(batches, "report_pdf", missing)
    client = as_user(hr)
    press(client, "make_reports", closed_cycle)
    work()
    assert "The server lacks the library that makes PDF files." in look(client, closed_cycle)


def running(batch: ReportBatch, seconds: int) -> None:
    """A worker has it and gave its last sign of life so long ago."""
    job = batches.write_reports.enqueue(batch.pk).id
    began = timezone.now() - datetime.timedelta(seconds=seconds)
    DBTaskResult.objects.filter(pk=job).update(status=TaskResultStatus.RUNNING, started_at=began)
    ReportBatch.objects.filter(pk=batch.pk).update(job=job, beat=began, work=ReportBatch.Work.MAKE)


def test_it_tells_how_far_it_is_and_when_the_worker_was_killed(as_user, hr: User, closed_cycle: Cycle) -> None:
    start_batch(cycle=closed_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)
    batch = ReportBatch.objects.get()
    first = batch.files.first()
    assert first
    type(first).objects.filter(pk=first.pk).update(made_at=timezone.now())
    ReportBatch.objects.update(seconds=2)
    running(batch, 10)
    total = batch.files.count()
    seen = look(as_user(hr), closed_cycle)
    assert f"1 of {total} are made. About {2 * (total - 1)} seconds are left." in seen
    assert "Go on with what is missing" not in seen
    running(batch, 200)
    seen = look(as_user(hr), closed_cycle)
    assert "The worker was stopped in the middle" in seen
    assert "Go on with what is missing" in seen


def test_after_a_text_was_destroyed_nothing_is_given_out(as_user, hr: User, closed_cycle: Cycle) -> None:
    start_batch(cycle=closed_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)
    ReportBatch.objects.get().files.update(made_at=timezone.now())
    Act.objects.create(who="HR", what=Act.What.HIDE_TEXT, cycle=closed_cycle)
    seen = look(as_user(hr), closed_cycle)
    assert "Please make the reports anew" in seen
    assert "Download all" not in seen
    answer = as_user(hr).get(reverse("reports_zip", args=[closed_cycle.slug]), follow=True)
    assert "There is no complete set of reports" in answer.content.decode()


def test_who_only_reads_sees_no_button(as_user, hr: User, closed_cycle: Cycle) -> None:
    viewer = factories.make_user(role="hr-viewer")
    assert "Somebody in HR can have them made" in look(as_user(viewer), closed_cycle)
    start_batch(cycle=closed_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)
    assert f'action="{reverse("stop_reports", args=[closed_cycle.slug])}"' not in look(as_user(viewer), closed_cycle)


def test_an_unknown_cycle_is_not_found_and_none_is_said_kindly(as_user, hr: User) -> None:
    assert as_user(hr).get(reverse(PAGE), {"cycle": "nothing"}).status_code == 404
    assert "As soon as a cycle is closed" in as_user(hr).get(reverse(PAGE)).content.decode()
