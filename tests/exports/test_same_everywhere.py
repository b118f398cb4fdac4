"""XLSX, CSV, JSON and the API say the same of every cell; LibreOffice reads the workbook as it was meant."""

import csv
import datetime
import json
import re
import shutil
import subprocess
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from assessments.analysis.values import Hidden, Mean, Share, Shown
from assessments.exports import downloads
from assessments.exports.as_csv import BYTE_ORDER_MARK
from assessments.exports.table import Column, Value
from assessments.models import Cycle, User
from assessments.results.export import Export, export_of
from assessments.services.tokens import make_token
from tests.exports.reading import head_of, read_sheet

EACH = pytest.mark.parametrize("what", downloads.TABLES)
ENDS = {"=": "", ">=": " or more", "<=": " or less"}


def rows(what: str, export: Export) -> tuple[tuple[Column, ...], list[tuple[Value, ...]]]:
    table = downloads.TABLES[what](export)
    return table.columns, [row + (None,) * (len(table.columns) - len(row)) for row in table.rows]


def as_people_read(column: Column, value: Value) -> str:
    """Independently of the writers: what should stand in a cell."""
    if isinstance(value, bool):
        return "shown" if value else "hidden"
    if isinstance(value, Mean | Share):
        return f"{value.value}{ENDS[value.op]}"
    if isinstance(value, Shown):
        return f"{value.mean.value}{ENDS[value.mean.op]}"
    if isinstance(value, Hidden):
        return "hidden"
    return "" if value is None else str(column.words.get(str(value), value))


def normal(value: Any) -> str:
    """Of a spreadsheet's cell: 3 and 3.0 are one number, and a day has no time."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return f"{value:g}"
    return "" if value is None else str(value)


def plain(text: str) -> str:
    """The same of a text: "3.0" and "3", "3.0 or more" and "3 or more"."""
    number, blank, rest = text.partition(" or ")
    try:
        return f"{float(number):g}{blank}{rest}"
    except ValueError:
        return text


def from_json(value: Any) -> str:
    if isinstance(value, bool):
        return "shown" if value else "hidden"
    if isinstance(value, dict) and "shown" in value:
        return from_json(value["mean"]) if value["shown"] else "hidden"
    if isinstance(value, dict):
        return plain(f"{value['value']}{ENDS[value['op']]}")
    return normal(value)


@EACH
def test_every_cell_is_the_same_in_every_format(quarters: Cycle, what: str) -> None:
    export = export_of(quarters)
    columns, wanted = rows(what, export)
    assert wanted
    headings = [str(column.heading) for column in columns]
    assert len(set(headings)) == len(headings)
    texts = [[as_people_read(column, value) for column, value in zip(columns, row, strict=True)] for row in wanted]

    text = b"".join(downloads.pieces_of(what, export, "csv")).decode()
    assert text.startswith(BYTE_ORDER_MARK)
    assert list(csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK)))) == [headings, *texts]

    sheet = openpyxl.load_workbook(BytesIO(downloads.xlsx_of(what, export))).worksheets[0]
    found = [[plain(normal(row[heading])) for heading in headings] for row in read_sheet(sheet)]
    assert found == [[plain(cell) for cell in row] for row in texts]

    objects = json.loads(b"".join(downloads.pieces_of(what, export, "json")))
    in_json = [column for column in columns if not column.for_people]
    said = [[from_json(one.get(column.key)) for column in in_json] for one in objects]
    told = [[value for column, value in zip(columns, row, strict=True) if not column.for_people] for row in wanted]
    codes = [[as_people_read(Column("", ""), value) for value in row] for row in told]
    assert said == [[plain(cell) for cell in row] for row in codes]


def test_the_cells_have_all_that_a_figure_may_say(quarters: Cycle) -> None:
    """Otherwise the comparison above proves little."""
    columns, found = rows("figures", export_of(quarters))
    filled = {column.key for row in found for column, value in zip(columns, row, strict=True) if value is not None}
    assert filled >= {
        *("mean", "low", "high", "agree", "agree_low", "disagree", "neither", "strongly_disagree", "strongly_agree"),
        *("agreement", "change", "change_points", "change_low", "since", "manager", "level"),
    }
    shown = [value for row in found for value in row if isinstance(value, Mean)]
    assert {"=", ">="} <= {mean.op for mean in shown}
    assert any(row[4] is False for row in found)


@EACH
def test_a_hidden_row_carries_no_number_in_any_format(quarters: Cycle, what: str) -> None:
    export = export_of(quarters)
    text = b"".join(downloads.pieces_of(what, export, "csv")).decode().removeprefix(BYTE_ORDER_MARK)
    hidden = [row for row in csv.reader(StringIO(text)) if row[0] == "Sales / Night"]
    assert bool(hidden) == (what != "gaps")
    assert not [cell for row in hidden for cell in row if cell.replace(".", "").isdigit()]
    objects = json.loads(b"".join(downloads.pieces_of(what, export, "json")))
    for one in objects:
        if one["team"] == "Sales / Night":
            assert not [value for value in one.values() if isinstance(value, int | float) and not isinstance(value, bool)]
    sheet = openpyxl.load_workbook(BytesIO(downloads.xlsx_of(what, export))).worksheets[0]
    for row in read_sheet(sheet):
        if row["Team"] == "Sales / Night":
            assert not [value for value in row.values() if isinstance(value, int | float)]


def test_the_api_says_what_the_file_says(quarters: Cycle, client: Client, hr: User) -> None:
    token = make_token(user=hr, name="test", days=1)
    answer = client.get(reverse("api_figures", args=[quarters.slug]), headers={"authorization": f"Bearer {token}"}).json()
    units = {str(team.uid): team.path for team in quarters.teams.all()}
    from_api = [{key: value for key, value in one.items() if key != "unit"} for one in answer["figures"]]
    assert from_api == json.loads(b"".join(downloads.pieces_of("figures", export_of(quarters), "json")))
    assert [units[one["unit"]] for one in answer["figures"]] == [one["team"] for one in from_api]


def test_a_department_and_a_dimension_give_a_part_of_the_same_cells(quarters: Cycle) -> None:
    everything = {str(row) for row in rows("figures", export_of(quarters))[1]}
    sales = quarters.teams.get(path="Sales")
    part = rows("figures", export_of(quarters, under=sales, dimension="kindness"))[1]
    assert {str(row) for row in part} < everything
    assert {row[0] for row in part} == {"Sales", "Sales / North", "Sales / South", "Sales / Night"}
    assert {row[1] for row in part} == {"dimension", "practice"}


# --- the workbook ---------------------------------------------------------------------------------------------------


@pytest.fixture
def workbook(quarters: Cycle) -> bytes:
    return downloads.xlsx_of(downloads.WORKBOOK, export_of(quarters))


def test_each_sheet_is_ready_to_read_and_to_print(workbook: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook))
    assert book.sheetnames == ["Overview", "Heat map", "Practices", "Trends, overall", "How figures are made"]
    for sheet in book.worksheets:
        head = head_of(sheet)
        assert sheet.freeze_panes is not None
        assert sheet.freeze_panes.endswith(str(head + 1))
        assert sheet.print_title_rows == f"${head}:${head}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.column_dimensions["A"].width > 30


def test_colours_are_those_of_the_page(quarters: Cycle, workbook: bytes) -> None:
    tokens = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
    light = dict(reversed(re.findall(r"(--h\d(?:-ink)?): (#\w{6})", tokens)))  # the first of each name is the light one
    sheet = openpyxl.load_workbook(BytesIO(workbook))["Heat map"]
    overall = downloads.TABLES["heat-map"](export_of(quarters))
    figures = [row[3:] for row in overall.rows]
    for row, wanted in zip(sheet.iter_rows(min_row=head_of(sheet) + 1, min_col=4), figures, strict=True):
        for cell, figure in zip(row, wanted, strict=True):
            if isinstance(figure, Shown):
                band = figure.mean.band
                ground = cell.fill.bgColor if figure.unsure else cell.fill.fgColor
                assert f"#{ground.rgb[2:].lower()}" == light[f"--h{band}"]
                assert f"#{cell.font.color.rgb[2:].lower()}" == light[f"--h{band}-ink"]
                assert cell.number_format.startswith('"≈ "') == figure.unsure


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("what", [downloads.WORKBOOK, *downloads.TABLES])
def test_libreoffice_gives_back_the_same_cells(quarters: Cycle, what: str, tmp_path: Path) -> None:
    written = tmp_path / "written.xlsx"
    written.write_bytes(downloads.xlsx_of(what, export_of(quarters)))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{tmp_path}/read", str(written)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    assert not [line for line in (run.stdout + run.stderr).splitlines() if "warning" in line.lower() and "javaldx" not in line]
    ours, theirs = (openpyxl.load_workbook(path) for path in (written, tmp_path / "read" / "written.xlsx"))
    assert theirs.sheetnames == ours.sheetnames
    compared = 0
    for sheet in ours.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert normal(theirs[sheet.title][cell.coordinate].value) == normal(cell.value), f"{sheet.title} {cell.coordinate}"
                compared += cell.value is not None
    assert compared > 10
