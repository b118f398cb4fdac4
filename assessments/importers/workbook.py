"""An XLSX workbook: its first sheet that holds something, formulas as their values. Sizes are checked before anything is read."""

import datetime
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.exceptions import InvalidFileException

from assessments.importers.files import MAX_COLUMNS, MAX_ROWS, OLE, Problem, Table, quote, refuse, table_of

MAX_UNPACKED = 128 * 1024**2  # bytes; 100,000 people take about 40 million
MAX_PARTS = 1_000
LAST_ROW = 1_048_576  # of any spreadsheet
LOOKED_AT = 200  # rows in which a header is looked for, and formulas without a value: a program that writes one writes many
BEGINNING = 1024**2  # bytes of a sheet: more than so many rows take
ERRORS = frozenset(ERROR_CODES)
# What the reader raises for files that are damaged or pretend to be workbooks.
DAMAGED = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError, NotImplementedError),
    *(OverflowError, RecursionError, zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException),
)


def read_workbook(content: bytes) -> Table:
    """Raises FileRefused when no row can be understood."""
    _check_parts(content)
    problems: list[Problem] = []
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        full = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and _first(sheet)]
        if not full:
            raise refuse(_("The workbook holds nothing. It needs a header and a row for each person and team."))
        records = list(_records(full[0], problems))
        problems += _formulas_without_value(content, full[0].title, records)
    except DAMAGED as error:
        raise refuse(_("The workbook is damaged. Open it in a spreadsheet program, save it anew and try again.")) from error
    if len(records) > MAX_ROWS:
        raise refuse(_("The file has more than %(most)s rows.") % {"most": f"{MAX_ROWS:,}"}, records[MAX_ROWS][0])
    return table_of(records, problems, _other_sheets([sheet.title for sheet in full]))


def _check_parts(content: bytes) -> None:
    if content.startswith(OLE):
        raise refuse(_("This is an old XLS workbook, or one with a password. Save it as XLSX without a password and try again."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error):
        raise refuse(_("The workbook is damaged. Open it in a spreadsheet program, save it anew and try again.")) from None
    names = {part.filename for part in parts}
    if "content.xml" in names:
        raise refuse(_("This is an OpenDocument file. Save it as XLSX or as “CSV UTF-8” and try again."))
    if "xl/workbook.xml" not in names:
        raise refuse(_("This is no XLSX workbook. Save the roster as XLSX or as “CSV UTF-8” and try again."))
    # A part is never read further than it says here, so what it says can be trusted.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        most = MAX_UNPACKED // 1024**2
        raise refuse(_("Unpacked, the workbook is larger than %(most)s MB. Save the roster alone as “CSV UTF-8”.") % {"most": most})


def _first(sheet: Any) -> tuple[int, tuple[str, ...]] | None:
    """The first row that holds anything: the header."""
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    rows = enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1)
    texts = ((number, tuple(map(_text, values))) for number, values in islice(rows, LOOKED_AT))
    return next(((number, cells) for number, cells in texts if any(cell.strip() for cell in cells)), None)


def _records(sheet: Any, problems: list[Problem]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """At most one row more than allowed. A cell beyond the header makes its row longer."""
    header = _first(sheet)
    if header is None:
        return
    width = max(at for at, text in enumerate(header[1], start=1) if text.strip())
    yield header[0], header[1][:width]
    zeros = _zeros(sheet, header[0], width)
    found = 1
    rows = sheet.iter_rows(min_row=header[0] + 1, max_row=LAST_ROW, max_col=min(width + 1, MAX_COLUMNS), values_only=True)
    for number, values in enumerate(rows, start=header[0] + 1):
        if not any(values) and all(value is None for value in values):
            continue
        texts = tuple(map(_text, values))
        if not any(map(str.strip, texts)):
            continue
        error = _("A cell holds the error %(code)s. Correct it.")
        problems.extend(Problem(number, error % {"code": code}) for code in ERRORS.intersection(texts))
        for at, digits in zeros.items():
            texts = (*texts[:at], texts[at].zfill(digits) if isinstance(values[at], int) else texts[at], *texts[at + 1 :])
        yield number, texts if len(texts) > width and texts[width].strip() else texts[:width] + ("",) * (width - len(texts))
        found += 1
        if found > MAX_ROWS:
            return


def _zeros(sheet: Any, header: int, width: int) -> dict[int, int]:
    """Columns that show 123 as 00123, by their first cell: their place, and with how many digits."""
    first = next(sheet.iter_rows(min_row=header + 1, max_row=header + 1, max_col=width), ())
    formats = {at: re.fullmatch("0+", str(cell.number_format)) for at, cell in enumerate(first) if isinstance(cell.value, int)}
    return {at: len(found[0]) for at, found in formats.items() if found}


def _text(value: object) -> str:
    """As the cell reads: 123.0 is 123."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _formulas_without_value(content: bytes, title: str, records: Sequence[tuple[int, Sequence[str]]]) -> list[Problem]:
    """A program that writes formulas without computing them leaves cells that look empty."""
    empty = {number for number, cells in records[: LOOKED_AT + 1] if not all(cells)}
    if not empty or not _has_formulas(content):
        return []
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)[title]
    sheet.reset_dimensions()
    texts = dict(records[: LOOKED_AT + 1])
    words = _("A formula here has no value yet. Open the workbook in a spreadsheet program, save it and try again.")
    return [
        Problem(number, words)
        for number, cells in enumerate(sheet.iter_rows(max_row=max(empty), max_col=MAX_COLUMNS), start=1)
        if number in empty and any(cell.data_type == "f" and not text for cell, text in zip(cells, texts[number], strict=False))
    ]


def _has_formulas(content: bytes) -> bool:
    """Whether it is worth while to read the workbook a second time."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    if re.search(rb"<(\w+:)?f[ />]", part.read(BEGINNING)):
                        return True
    return False


def _other_sheets(titles: Sequence[str]) -> list[Problem]:
    if len(titles) < 2:
        return []
    others = ", ".join(quote(title) for title in titles[1:])
    return [Problem(1, _("Only the sheet %(name)s was read, not %(others)s.") % {"name": quote(titles[0]), "others": others})]
