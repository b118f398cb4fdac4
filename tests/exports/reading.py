"""Reads a sheet of a workbook back: rows by their headings, numbers with the words that their format adds."""

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet


def head_of(sheet: Worksheet) -> int:
    """The row of the headings: where the filter is."""
    return int(re.findall(r"\d+", str(sheet.auto_filter.ref))[0])


def read_sheet(sheet: Worksheet) -> Iterator[dict[str, Any]]:
    head = head_of(sheet)
    names = [cell.value for cell in sheet[head]]
    for row in sheet.iter_rows(min_row=head + 1):
        if any(cell.value is not None for cell in row):
            yield {name: as_read(cell) for name, cell in zip(names, row, strict=True)}


def as_read(cell: Cell) -> Any:
    """A clipped number as somebody reads it: "4.6 or more"."""
    words = re.findall(r'"( or (?:more|less))"', cell.number_format)
    if cell.data_type == "n" and words:
        return f"{cell.value}{words[0]}"
    return cell.value
