"""`report` and `reports`: files that the page would give, and a second run that goes on."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.management.commands import report as module
from assessments.models import Cycle


def test_one_report_is_written(closed_cycle: Cycle, tmp_path: Path) -> None:
    out = tmp_path / "night.pdf"
    call_command("report", "Support / Night", closed_cycle.name, out=out)
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("team", "cycle", "words"), [("North", "2026 Q4", "no team “North”"), ("North", "2020 Q1", "no cycle")])
def test_an_unknown_name_is_said_clearly(closed_cycle: Cycle, tmp_path: Path, team: str, cycle: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("report", team, cycle, out=tmp_path / "x.pdf")


def test_an_open_cycle_has_none(open_cycle: Cycle, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not closed"):
        call_command("reports", open_cycle.name, out=tmp_path)


def test_a_second_run_makes_only_what_is_missing(
    closed_cycle: Cycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written: list[str] = []

    def write(report: object) -> bytes:
        written.append(report.team.path)  # type: ignore[attr-defined]
        return b"%PDF"

    monkeypatch.setattr(module, "report_pdf", write)
    call_command("reports", closed_cycle.name, out=tmp_path)
    assert len(written) == len(list(tmp_path.iterdir()))
    (tmp_path / "sales_north.pdf").unlink()
    written.clear()
    call_command("reports", closed_cycle.name, out=tmp_path)
    assert written == ["Sales / North"]
    call_command("reports", closed_cycle.name, out=tmp_path, again=True)
    assert len(written) == 1 + len(list(tmp_path.iterdir()))
    assert "1 reports made" in capsys.readouterr().out
