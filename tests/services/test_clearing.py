"""What a close leaves in the database's files, and what happens when they cannot be cleared or are full."""

import sqlite3
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from assessments.models import Box, Code, Cycle, Figure, Invitation
from assessments.services import clearing, closing, publishing
from assessments.services.closing import CannotClose, close_cycle
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif("sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="about SQLite's files")
on_postgresql = pytest.mark.skipif("postgresql" not in settings.DATABASES["default"]["ENGINE"], reason="about PostgreSQL")


@pytest.fixture
def answered(organisation: None) -> Cycle:
    cycle = factories.make_cycle()
    factories.answer(cycle, "Sales / North", [4, 4, 4, 3, 3, 3, 5, 5])
    return cycle


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "PAUSE", 0.2)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 20")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def database_file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def keys(cycle: Cycle) -> int:
    return len(list(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*")))


@on_sqlite
class TestSqlite:
    def test_no_box_and_no_invitation_is_left_in_any_file(self, answered: Cycle, caplog: pytest.LogCaptureFixture) -> None:
        sealed = [bytes(box.sealed)[:64] for box in Box.objects.all()]
        marks = [invitation.pk.hex.encode() for invitation in Invitation.objects.all()]
        files = [database_file(), Path(f"{database_file()}-wal")]
        before = b"".join(file.read_bytes() for file in files if file.exists())
        assert any(mark in before for mark in sealed)
        assert any(mark in before for mark in marks)
        close_cycle(cycle=answered, now=True)
        after = b"".join(file.read_bytes() for file in files if file.exists())
        assert not [mark for mark in sealed + marks if mark in after]
        assert warnings(caplog) == []

    @pytest.mark.usefixtures("impatient")
    def test_a_reader_who_stays_delays_it_and_is_warned_of(self, answered: Cycle, caplog: pytest.LogCaptureFixture) -> None:
        reader = sqlite3.connect(database_file(), isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM assessments_box").fetchone()
        close_cycle(cycle=answered, now=True)
        reader.close()
        answered.refresh_from_db()
        assert answered.state == Cycle.State.CLOSED
        assert any("truncate_log did not succeed" in message for message in warnings(caplog))
        close_cycle(cycle=answered)  # as the warning says
        wal = Path(f"{database_file()}-wal")
        assert not wal.exists() or b"assessments_box" not in wal.read_bytes()

    @pytest.mark.usefixtures("impatient")
    def test_a_reader_who_leaves_in_time_does_no_harm(
        self, answered: Cycle, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reader = sqlite3.connect(database_file(), isolation_level=None, check_same_thread=False)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM assessments_box").fetchone()
        monkeypatch.setattr("time.sleep", lambda seconds: reader.close())
        close_cycle(cycle=answered, now=True)
        assert warnings(caplog) == []

    def test_a_full_disk_leaves_the_cycle_as_it_was_and_says_so(self, answered: Cycle) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            with pytest.raises(CannotClose, match="could not do it: database or disk is full"):
                close_cycle(cycle=answered, now=True)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count = 1000000")
        answered.refresh_from_db()
        # Counted once, it takes no more answers: a second count of other boxes would tell the difference.
        assert answered.state == Cycle.State.CLOSING
        assert (Box.objects.count(), keys(answered)) == (8, 4)
        assert not Figure.objects.exists()
        close_cycle(cycle=answered, now=True)
        assert Figure.objects.exists()

    def test_deleted_rows_are_overwritten_and_commits_reach_the_disk(self) -> None:
        with connection.cursor() as cursor:
            for pragma, wanted in (("secure_delete", 1), ("synchronous", 2)):
                cursor.execute(f"PRAGMA {pragma}")
                assert cursor.fetchone()[0] == wanted


@on_postgresql
class TestPostgresql:
    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_relation_size('assessments_box') + pg_relation_size('assessments_invitation')")
            return cursor.fetchone()[0]

    def test_the_tables_have_no_page_left(self, answered: Cycle, caplog: pytest.LogCaptureFixture) -> None:
        assert self.size() > 0
        close_cycle(cycle=answered, now=True)
        assert self.size() == 0
        assert warnings(caplog) == []

    def test_the_indexes_keep_nothing_of_codes_and_invitations(self, answered: Cycle) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            kept = {digest.encode() for digest in Code.objects.values_list("digest", flat=True)}
            kept |= {invitation.bytes for invitation in Invitation.objects.values_list("pk", flat=True)}
            # That they were there to be found: otherwise the search says nothing.
            assert self.found_in_files(cursor, kept) == kept
            close_cycle(cycle=answered, now=True)
            assert self.found_in_files(cursor, kept) == set()

    def found_in_files(self, cursor: CursorWrapper, wanted: set[bytes]) -> set[bytes]:
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(indexrelid)) FROM pg_index "
            "WHERE indrelid IN ('assessments_code'::regclass, 'assessments_invitation'::regclass)"
        )
        pages = [bytes(row[0]) for row in cursor.fetchall()]
        return {value for value in wanted if any(value in page for page in pages)}

    @pytest.mark.usefixtures("impatient")
    def test_an_open_transaction_is_warned_of(self, answered: Cycle, caplog: pytest.LogCaptureFixture) -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("SELECT count(*) FROM assessments_cycle")
                close_cycle(cycle=answered, now=True)
        finally:
            other.close()
        assert any("vacuum_postgresql did not succeed" in message for message in warnings(caplog))
        close_cycle(cycle=answered)
        assert self.size() == 0

    def test_a_second_close_is_refused_while_one_runs(self, answered: Cycle) -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [closing.CLOSE_LOCK])
                with pytest.raises(CannotClose, match="Another close is under way"):
                    close_cycle(cycle=answered, now=True)
        finally:
            other.close()
        answered.refresh_from_db()
        assert answered.state == Cycle.State.OPEN
        close_cycle(cycle=answered, now=True)

    def test_a_connection_that_is_cut_leaves_the_cycle_as_it_was(self, answered: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = publishing._store_figures

        def cut(*args: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            whole(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(publishing, "_store_figures", cut)
        with pytest.raises(CannotClose, match="could not do it"):
            close_cycle(cycle=answered, now=True)
        answered.refresh_from_db()
        assert answered.state == Cycle.State.CLOSING
        assert (Box.objects.count(), keys(answered)) == (8, 4)
        monkeypatch.undo()
        close_cycle(cycle=answered, now=True)
        assert keys(answered) == 0


def test_two_closes_at_once_end_with_one_result(answered: Cycle) -> None:
    start, outcomes = threading.Barrier(2), []

    def close() -> None:
        start.wait()
        try:
            close_cycle(cycle=answered, now=True)
            outcomes.append("closed")
        except CannotClose:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answered.refresh_from_db()
    assert "closed" in outcomes
    assert (answered.state, answered.key_destroyed, keys(answered)) == (Cycle.State.CLOSED, True, 0)
    assert Figure.objects.filter(team__path="Sales / North", kind="overall").count() == 1
