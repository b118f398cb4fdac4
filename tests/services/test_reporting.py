"""All reports of a cycle: who gets one, and that stopped or killed work goes on without doing anything twice."""

from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import LazySettings

from assessments.models import Act, Cycle, CycleTeam, ReportBatch, ReportFile, User
from assessments.services.reporting import (
    CannotReport,
    ask_for,
    delete_batch,
    is_outdated,
    make_files,
    names_of,
    start_batch,
    stop_work,
    sweep,
)


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.REPORTS_DIR = tmp_path / "reports"
    return tmp_path / "reports"


def enqueue(batch: int) -> SimpleNamespace:
    return SimpleNamespace(id=str(uuid4()))


@pytest.fixture
def batch(closed_cycle: Cycle, hr: User) -> ReportBatch:
    start_batch(cycle=closed_cycle, without=["comments"], paper="a4", by=hr, enqueue=enqueue)
    return ReportBatch.objects.get()


class Writer:
    """Writes a line instead of a PDF, remembers for whom, and does something before one of them."""

    def __init__(self, at: int = 0, then: object = None) -> None:
        self.written: list[str] = []
        self.at, self.then = at, then

    def __call__(self, unit: CycleTeam, batch: ReportBatch) -> bytes:
        if self.then and len(self.written) == self.at:
            self.then()  # type: ignore[operator]
        self.written.append(unit.path)
        return f"%PDF {unit.path}".encode()


def job_of(batch: ReportBatch) -> str:
    batch.refresh_from_db()
    return str(batch.job)


def made() -> list[str]:
    return [file.unit.path for file in ReportFile.objects.exclude(made_at=None).select_related("unit")]


def test_every_unit_that_is_shown_or_led_has_a_file(batch: ReportBatch) -> None:
    names = list(batch.files.values_list("name", flat=True))
    assert "support_night.pdf" in names  # too small to show, but led: a talk guide
    assert {"whole-organisation.pdf", "sales_north.pdf", "sales_south.pdf", "support_desk.pdf"} <= set(names)
    assert Act.objects.values_list("who", "what").get() == ("Hannah of HR", Act.What.MAKE_REPORTS)


def test_names_are_safe_everywhere_and_given_once() -> None:
    units = [CycleTeam(pk=number, path=path) for number, path in enumerate(["A / ../b", "A / B", "東京", "a / b", "x" * 300, "?"])]
    names = list(names_of(units).values())
    assert names[:4] == ["a_b.pdf", "a_b-2.pdf", "team.pdf", "a_b-3.pdf"]
    assert len(names[4]) == 124
    assert names[5] == "team-2.pdf"


def test_it_makes_every_file_for_this_account_alone(batch: ReportBatch, folder: Path) -> None:
    writer = Writer()
    make_files(batch=batch.pk, job=job_of(batch), write=writer)
    assert len(made()) == len(writer.written) == batch.files.count()
    assert folder.stat().st_mode & 0o777 == batch.folder.stat().st_mode & 0o777 == 0o700
    for file in batch.files.select_related("batch", "unit"):
        assert file.path.read_bytes() == f"%PDF {file.unit.path}".encode()
        assert file.path.stat().st_mode & 0o777 == 0o600


def test_stopped_it_goes_on_with_what_is_missing(batch: ReportBatch, hr: User) -> None:
    first = Writer(at=2, then=lambda: stop_work(batch=batch, by=hr))
    make_files(batch=batch.pk, job=job_of(batch), write=first)
    assert len(first.written) == 3  # the one under way is finished
    make_files(batch=batch.pk, job="00000000-0000-0000-0000-000000000000", write=Writer(at=0, then=pytest.fail))
    ask_for(batch=batch, work=ReportBatch.Work.MAKE, enqueue=enqueue)
    second = Writer()
    make_files(batch=batch.pk, job=job_of(batch), write=second)
    assert not set(first.written) & set(second.written)
    assert len(first.written) + len(second.written) == batch.files.count() == len(made())
    assert Act.objects.first().what == Act.What.STOP_REPORTS  # type: ignore[union-attr]


def test_killed_it_goes_on_with_what_is_missing(batch: ReportBatch) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    first, second = Writer(at=2, then=die), Writer()
    with pytest.raises(KeyboardInterrupt):
        make_files(batch=batch.pk, job=job_of(batch), write=first)
    assert made() == first.written
    ask_for(batch=batch, work=ReportBatch.Work.MAKE, enqueue=enqueue)
    make_files(batch=batch.pk, job=job_of(batch), write=second)
    assert sorted(first.written + second.written) == sorted(made())


def test_a_worker_gives_up_when_another_takes_over(batch: ReportBatch) -> None:
    writer = Writer(at=1, then=lambda: ask_for(batch=batch, work=ReportBatch.Work.MAKE, enqueue=enqueue))
    make_files(batch=batch.pk, job=job_of(batch), write=writer)
    assert len(writer.written) == 2


def test_one_report_that_fails_does_not_keep_the_others_waiting(batch: ReportBatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        writer.then = None
        raise ValueError("what somebody wrote")

    writer = Writer(at=1, then=fail)
    make_files(batch=batch.pk, job=job_of(batch), write=writer)
    batch.refresh_from_db()
    assert batch.problem == "One report could not be made."
    assert len(made()) == batch.files.count() - 1
    assert "what somebody wrote" not in caplog.text


def test_what_no_report_can_do_without_ends_the_work_in_words(batch: ReportBatch) -> None:
    def refuse() -> None:
        raise CannotReport("The server lacks the library.")

    make_files(batch=batch.pk, job=job_of(batch), write=Writer(then=refuse))
    batch.refresh_from_db()
    assert batch.problem == "The server lacks the library."
    assert not made()


def test_a_new_batch_takes_the_place_of_the_old_one_and_its_files(
    batch: ReportBatch, hr: User, folder: Path, django_capture_on_commit_callbacks
) -> None:
    make_files(batch=batch.pk, job=job_of(batch), write=Writer())
    (folder / "something else").mkdir()
    with django_capture_on_commit_callbacks(execute=True):
        start_batch(cycle=batch.cycle, without=[], paper="letter", by=hr, enqueue=enqueue)
    assert not made()
    assert [path.name for path in folder.iterdir()] == ["something else"]


def test_deleted_while_it_works_nothing_is_left(batch: ReportBatch, hr: User, folder: Path) -> None:
    make_files(batch=batch.pk, job=job_of(batch), write=Writer(at=2, then=lambda: delete_batch(batch=batch, by=hr)))
    sweep()
    assert list(folder.iterdir()) == []
    assert Act.objects.first().what == Act.What.DELETE_REPORTS  # type: ignore[union-attr]


def test_asked_twice_it_waits_once(batch: ReportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(batch)
    waiting = SimpleNamespace(filter=lambda **_: SimpleNamespace(exists=lambda: True))
    monkeypatch.setattr("assessments.services.reporting.DBTaskResult", SimpleNamespace(objects=waiting))
    ask_for(batch=batch, work=ReportBatch.Work.MAKE, enqueue=pytest.fail)
    assert job_of(batch) == job


def test_only_a_closed_cycle_has_reports(open_cycle: Cycle, hr: User) -> None:
    with pytest.raises(CannotReport, match="is open"):
        start_batch(cycle=open_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)


def test_files_are_outdated_once_a_text_was_destroyed(batch: ReportBatch) -> None:
    assert not is_outdated(batch)
    Act.objects.create(who="HR", what=Act.What.HIDE_TEXT, cycle=batch.cycle)
    assert is_outdated(batch)
