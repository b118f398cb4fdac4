"""`export_results` writes every cell in each format."""

import csv
import json
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from assessments.models import Cycle
from tests.exports.reading import read_sheet


def run(cycle: Cycle, out: Path, kind: str) -> str:
    said = StringIO()
    call_command("export_results", cycle.name, format=kind, out=out, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_each_format_has_every_cell(closed_cycle: Cycle, tmp_path: Path, kind: str) -> None:
    out, cells = tmp_path / f"results.{kind}", 41 * closed_cycle.teams.count()
    assert run(closed_cycle, out, kind) == f"{cells} cells written to {out}.\n"
    if kind == "xlsx":
        found = [row["Team"] for row in read_sheet(openpyxl.load_workbook(out).worksheets[0])]
    elif kind == "csv":
        found = [row["Team"] for row in csv.DictReader(out.open(encoding="utf-8-sig"))]
    else:
        found = [cell["team"] for cell in json.loads(out.read_text(encoding="utf-8"))]
    assert found == [team.path for team in closed_cycle.teams.all() for _ in range(41)]
