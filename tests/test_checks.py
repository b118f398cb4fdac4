"""What `manage.py check` and the start of a server complain about."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks

from assessments import checks
from assessments.checks import check_at_start
from assessments.models import Cycle


def complaints() -> set[str]:
    return {message.id for message in run_checks() if message.id and message.id.startswith("assessments.")}


def test_an_ordinary_installation_is_fine(open_cycle: Cycle) -> None:
    assert complaints() == set()


@pytest.mark.parametrize("name", ["STATIC_ROOT", "MEDIA_ROOT"])
def test_keys_where_a_web_server_hands_out_files_are_an_error(db: None, settings: LazySettings, tmp_path: Path, name: str) -> None:
    setattr(settings, name, str(tmp_path))
    settings.BALLOT_KEY_DIR = tmp_path / "private" / ".." / "keys"
    assert complaints() == {"assessments.E001"}


def test_keys_in_the_static_folder_of_the_project_are_an_error(db: None, settings: LazySettings) -> None:
    settings.BALLOT_KEY_DIR = Path(settings.STATICFILES_DIRS[0]) / "keys"
    assert complaints() == {"assessments.E001"}


class TestDebug:
    @pytest.mark.parametrize("url", ["https://culture.example.org", "http://10.0.0.7:8000"])
    def test_with_an_open_cycle_on_a_public_host_it_is_an_error(self, open_cycle: Cycle, settings: LazySettings, url: str) -> None:
        settings.DEBUG, settings.BASE_URL = True, url
        assert complaints() == {"assessments.E002"}

    @pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"])
    def test_on_this_machine_it_is_fine(self, open_cycle: Cycle, settings: LazySettings, url: str) -> None:
        settings.DEBUG, settings.BASE_URL = True, url
        assert complaints() == set()

    def test_without_an_open_cycle_it_is_fine(self, closed_cycle: Cycle, settings: LazySettings) -> None:
        settings.DEBUG, settings.BASE_URL = True, "https://culture.example.org"
        assert complaints() == set()


class TestKeys:
    def test_a_lost_key_is_a_warning_that_stops_no_command(self, open_cycle: Cycle, settings: LazySettings) -> None:
        (settings.BALLOT_KEY_DIR / f"{open_cycle.uid}.private").unlink()
        found = [message for message in run_checks() if message.id == "assessments.W001"]
        assert [message.is_serious() for message in found] == [False]

    def test_a_server_that_starts_logs_it_and_puts_it_on_hrs_pages(
        self, open_cycle: Cycle, settings: LazySettings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checks.connections, "close_all", lambda: None)
        (settings.BALLOT_KEY_DIR / f"{open_cycle.uid}.mac").chmod(0o644)
        check_at_start()
        open_cycle.refresh_from_db()
        assert open_cycle.key_fault == Cycle.KeyFault.EXPOSED
        assert "can be read by other accounts" in caplog.text


def test_without_tables_it_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """`migrate` on a new database comes with the checks."""
    from django.db import OperationalError  # noqa: PLC0415

    def no_table(*args: object, **kwargs: object) -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(Cycle.objects, "filter", no_table)
    assert complaints() == set()
