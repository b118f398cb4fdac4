"""Key files are watched: what is wrong is told in the log and on HR's pages, and what it costs."""

from pathlib import Path

import pytest
from django.conf import settings

from assessments.models import Cycle, User
from assessments.services.closing import close_cycle
from assessments.services.keys import find_key_fault, watch_keys
from tests import factories

Fault = Cycle.KeyFault


def key(cycle: Cycle, suffix: str) -> Path:
    return settings.BALLOT_KEY_DIR / f"{cycle.uid}.{suffix}"


def fault(cycle: Cycle, *, thorough: bool = True) -> str | None:
    return find_key_fault(cycle=cycle, thorough=thorough)


class TestFaults:
    def test_fresh_keys_are_well(self, open_cycle: Cycle) -> None:
        assert fault(open_cycle) is None

    @pytest.mark.parametrize("suffix", ["private", "mac"])
    def test_a_missing_file_is_found(self, open_cycle: Cycle, suffix: str) -> None:
        key(open_cycle, suffix).unlink()
        assert fault(open_cycle, thorough=False) == Fault.MISSING

    @pytest.mark.parametrize("suffix", ["private", "mac"])
    @pytest.mark.parametrize("content", [b"x" * 32, b"short", b""])
    def test_a_file_with_another_content_is_found(self, open_cycle: Cycle, suffix: str, content: bytes) -> None:
        key(open_cycle, suffix).write_bytes(content)
        assert fault(open_cycle) == Fault.FOREIGN

    @pytest.mark.parametrize("column", ["public_key", "key_fingerprint"])
    def test_another_key_in_the_database_is_found(self, open_cycle: Cycle, column: str) -> None:
        Cycle.objects.update(**{column: b"y" * 32 if column == "public_key" else "0" * 64})
        open_cycle.refresh_from_db()
        assert fault(open_cycle, thorough=False) == Fault.FOREIGN

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
    def test_a_file_that_others_can_read_is_found(self, open_cycle: Cycle, mode: int) -> None:
        key(open_cycle, "private").chmod(mode)
        assert fault(open_cycle, thorough=False) == Fault.EXPOSED

    def test_only_a_thorough_look_opens_the_private_key(self, open_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = []
        read = Path.read_bytes
        monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path.suffix) or read(path))
        fault(open_cycle, thorough=False)
        assert opened == [".mac"]
        fault(open_cycle)
        assert opened == [".mac", ".mac", ".private"]

    def test_keys_of_a_cycle_that_is_over_are_found(self, open_cycle: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSED)
        open_cycle.refresh_from_db()
        assert fault(open_cycle) == Fault.LEFT


class TestWatch:
    def test_it_notes_what_is_wrong_and_logs_it(self, open_cycle: Cycle, caplog: pytest.LogCaptureFixture) -> None:
        key(open_cycle, "mac").unlink()
        assert watch_keys(thorough=True) == [open_cycle]
        open_cycle.refresh_from_db()
        assert open_cycle.key_fault == Fault.MISSING
        assert [record.levelname for record in caplog.records] == ["ERROR"]

    def test_it_withdraws_the_alarm_when_the_key_is_back(self, open_cycle: Cycle) -> None:
        Cycle.objects.update(key_fault=Fault.MISSING)
        assert watch_keys(thorough=True) == []
        open_cycle.refresh_from_db()
        assert open_cycle.key_fault == ""

    def test_a_look_that_does_not_open_the_private_key_withdraws_nothing(self, open_cycle: Cycle) -> None:
        Cycle.objects.update(key_fault=Fault.FOREIGN)
        watch_keys(thorough=False)
        open_cycle.refresh_from_db()
        assert open_cycle.key_fault == Fault.FOREIGN

    @pytest.mark.django_db(transaction=True)
    def test_a_close_ends_the_alarm(self, organisation: None) -> None:
        cycle = factories.make_cycle()
        key(cycle, "mac").chmod(0o644)
        watch_keys(thorough=True)
        close_cycle(cycle=cycle, now=True)
        cycle.refresh_from_db()
        assert cycle.key_fault == ""
        assert watch_keys(thorough=True) == []


class TestAlarm:
    @pytest.mark.parametrize("page", ["/hr/", "/hr/participation/", "/hr/cycles/"])
    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            (Fault.MISSING, "A key of 2026 Q4 is missing"),
            (Fault.FOREIGN, "A key of 2026 Q4 does not fit"),
            (Fault.EXPOSED, "No answer is lost"),
            (Fault.LEFT, "could not be destroyed"),
        ],
    )
    def test_it_stands_on_hrs_pages(self, open_cycle: Cycle, hr: User, as_user, page: str, kind: str, words: str) -> None:
        Cycle.objects.update(key_fault=kind)
        html = as_user(hr).get(page).content.decode()
        assert words in html
        assert "cs-alert--error" in html
        Cycle.objects.update(key_fault="")
        assert words not in as_user(hr).get(page).content.decode()

    def test_it_says_what_a_lost_key_costs(self, open_cycle: Cycle, hr: User, as_user) -> None:
        Cycle.objects.update(key_fault=Fault.MISSING)
        html = " ".join(as_user(hr).get("/hr/cycles/").content.decode().split())
        assert "nobody can open the answers given in this cycle so far" in html
        assert "Cycles closed earlier are not touched" in html
