"""A workbook reads as its cells look."""

import datetime
import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest

from assessments.exports.as_csv import csv_of
from assessments.exports.roster import SAMPLE, sample_table, sample_workbook
from assessments.importers import workbook
from assessments.importers.files import FileRefused, Table
from assessments.importers.roster import read_roster
from assessments.importers.tables import read_table

pytestmark = pytest.mark.django_db

HEADER = ("employee_id", "name", "email", "team", "role")


def book(*sheets: Sequence[Sequence[object]], hidden: int | None = None, formats: dict[str, str] | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for at, rows in enumerate(sheets):
        sheet = made.create_sheet(f"Sheet {at + 1}")
        for row in rows:
            sheet.append(list(row))
        for cell, pattern in (formats or {}).items():
            sheet[cell].number_format = pattern
        if at == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def ids(content: bytes) -> list[str]:
    return [row.employee_id for row in read_roster(content).rows]


def test_numbers_are_read_as_they_look() -> None:
    people = [(number, f"P{at}", None, "Sales", "member") for at, number in enumerate(["00123", 124.0, 125, 12.5])]
    assert ids(book([HEADER, *people])) == ["00123", "124", "125", "12.5"]


def test_a_column_that_shows_zeros_before_its_numbers_keeps_them() -> None:
    people = [(number, f"P{number}", None, "Sales", "member") for number in (126, 7)]
    assert ids(book([HEADER, *people], formats={"A2": "00000", "A3": "00000"})) == ["00126", "00007"]


def test_days_and_truths_are_read_as_text() -> None:
    day, moment = (datetime.datetime.fromisoformat(text) for text in ("2026-01-02", "2026-01-02T03:04"))
    table = read_table(book([("a", "b", "c"), (day, True, moment)]))
    assert table.rows == ((2, ("2026-01-02", "TRUE", "2026-01-02T03:04:00")),)


def test_rows_keep_the_numbers_of_the_sheet() -> None:
    table = read_table(book([(), ("a", "b"), (), (1, 2), (None, " "), (3,)]))
    assert table.header == ("a", "b")
    assert table.rows == ((4, ("1", "2")), (6, ("3", "")))


def test_the_first_visible_sheet_with_cells_is_read_and_the_others_are_told() -> None:
    table = read_table(book([("hidden",), (1,)], [], [("a",), (2,)], [("b",), (3,)], hidden=0))
    assert table.rows == ((2, ("2",)),)
    assert [str(warning) for warning in table.warnings] == ["Row 1: Only the sheet “Sheet 3” was read, not “Sheet 4”."]


def test_a_table_comes_back_from_its_packed_form_as_it_was() -> None:
    table = read_table('a;b\n1;„ü“\n2;\x00\n"3;4\n'.encode())
    assert table.problems
    assert Table.unpacked(table.packed()) == table


def test_a_sheet_that_lies_about_its_size_is_read_to_its_end() -> None:
    content = book([HEADER, ("1", "Ann", None, "Sales", "member"), ("2", "Ben", None, "Sales", "member")])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace(b'ref="A1:E3"', b'ref="A1:A1"'))
    assert ids(out.getvalue()) == ["1", "2"]


def test_more_rows_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    content = book([("a",), (1,), (2,), (3,)])
    with pytest.raises(FileRefused, match="Row 3: The file has more than 2 rows"):
        read_table(content)


def test_a_row_far_down_takes_no_time() -> None:
    content = book([("a",), (1,)])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace(b'r="2"', b'r="9999999999"').replace(b'"A2"', b'"A9999999999"'))
    with pytest.raises(FileRefused, match="Row 2: There is no row below the header"):
        read_table(out.getvalue())


@pytest.mark.parametrize("content", [sample_workbook(), "".join(csv_of(sample_table())).encode()], ids=["xlsx", "csv"])
def test_the_sample_can_be_imported(content: bytes) -> None:
    roster = read_roster(content)
    assert [(row.employee_id, row.name, row.email, row.team, row.role) for row in roster.rows] == list(SAMPLE[1:])
    assert roster.warnings == ()
