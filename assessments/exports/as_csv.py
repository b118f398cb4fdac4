"""A table as CSV: UTF-8 with a mark by which spreadsheets know it, commas, dots; the words of the organisation's language."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from django.utils.translation import gettext as _

from assessments.analysis.values import Hidden, Mean, Share, Shown
from assessments.exports.table import Table, Value

BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_A_TIME = 500
# A spreadsheet takes a text that begins with one of these for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(table: Table) -> Iterator[str]:
    """Pieces of some hundred lines."""
    # Words are looked up once: a million look-ups take seconds, and a stream may outlive the language of its request.
    out, words = StringIO(), [{code: str(word) for code, word in column.words.items()} for column in table.columns]
    writer, ends = csv.writer(out), _ends()
    out.write(BYTE_ORDER_MARK)
    writer.writerow([harmless(str(column.heading)) for column in table.columns])
    for number, row in enumerate(table.rows, start=1):
        cells = [_text(value, known, ends) for value, known in zip(row, words, strict=False)]
        writer.writerow(cells + [""] * (len(words) - len(cells)))
        if number % ROWS_AT_A_TIME == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def harmless(text: str) -> str:
    """What somebody typed stays a text: an apostrophe before it keeps a spreadsheet from computing."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _ends() -> dict[str, str]:
    return {"=": "%s", ">=": _("%s or more"), "<=": _("%s or less"), "shown": _("shown"), "hidden": _("hidden")}


def _text(value: Value, words: Mapping[str, str], ends: Mapping[str, str]) -> str:
    match value:
        case bool() | Hidden():
            text = ends["shown" if value is True else "hidden"]
        case str():
            text = words.get(value) or harmless(value)
        case Mean() | Share():
            text = ends[value.op] % value.value
        case Shown():
            text = ends[value.mean.op] % value.mean.value
        case None:
            text = ""
        case _:  # a number, or a day as ISO 8601 has it
            text = str(value)
    return text
