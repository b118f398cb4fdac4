"""From bytes to numbered lines: what can be wrong with a CSV file whatever it holds."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a row and what to do; row 1 is the header."""

    row: int
    text: str

    def __str__(self) -> str:
        return _("Row %(row)s: %(text)s") % {"row": self.row, "text": self.text}


class FileRefused(Exception):
    """Nothing of the file was taken; `problems` are all that were found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file by column name, without surrounding spaces."""

    number: int
    values: dict[str, str]


def quote(value: str) -> str:
    """Somebody's text inside a message: short, and harmless to a terminal."""
    short = value if len(value) <= 60 else f"{value[:59]}…"
    return "“" + "".join(letter if letter.isprintable() else "�" for letter in short) + "”"


def read_lines(content: bytes, columns: Sequence[str], problems: list[Problem]) -> list[Line]:
    """The rows that have all columns; the rest is told in `problems`. Raises FileRefused when no row can be understood."""
    records = list(_records(_decode(content), problems))
    if not records:
        raise FileRefused(problems or [Problem(1, _("The file is empty. It needs a header and a row for each person and team."))])
    names = [name.strip().casefold() for name in records[0][1]]
    if wrong := _check_header(names, columns):
        raise FileRefused([*problems, *wrong])
    lines = [line for number, record in records[1:] if (line := _line(number, record, names, problems))]
    if len(records) == 1 and not problems:
        raise FileRefused([Problem(2, _("There is no row below the header. The file must hold the whole roster."))])
    return lines


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        text = _("Byte %(byte)s of the file is not UTF-8. Save the file as “CSV UTF-8” and try again.")
        raise FileRefused([Problem(row, text % {"byte": error.start + 1})]) from None


def _records(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows as a spreadsheet counts them: a quoted line break starts no new row, an empty row counts but holds nothing."""
    number = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if any(value.strip() for value in record):
                yield number, record
    except csv.Error:
        message = _("From here on the file cannot be read. A quotation mark is probably opened and never closed, or not doubled.")
        problems.append(Problem(number + 1, message))


def _check_header(names: Sequence[str], columns: Sequence[str]) -> list[Problem]:
    problems = []
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        return [Problem(1, _("The columns must be separated by commas. Save the file as CSV with commas."))]
    for name in columns:
        if name not in names:
            problems.append(Problem(1, _("The column %(name)s is missing. Add it to the header.") % {"name": quote(name)}))
        elif names.count(name) > 1:
            problems.append(Problem(1, _("The column %(name)s stands there twice. Delete one.") % {"name": quote(name)}))
    for name in dict.fromkeys(names):
        if name not in columns:
            values = {"name": quote(name), "columns": ", ".join(columns)}
            problems.append(Problem(1, _("There is no column %(name)s. Delete it; the columns are %(columns)s.") % values))
    return problems


def _line(number: int, record: Sequence[str], names: Sequence[str], problems: list[Problem]) -> Line | None:
    if len(record) != len(names):
        text = ngettext(
            "This row has %(count)s field instead of %(wanted)s. Put quotation marks around a field that holds a comma.",
            "This row has %(count)s fields instead of %(wanted)s. Put quotation marks around a field that holds a comma.",
            len(record),
        )
        problems.append(Problem(number, text % {"count": len(record), "wanted": len(names)}))
        return None
    # One form for letters with accents: what looks the same must be the same.
    values = {name: unicodedata.normalize("NFC", value).strip() for name, value in zip(names, record, strict=True)}
    for name, value in values.items():
        if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in value):
            text = _("The %(name)s holds a line break or another control character. Type it again.")
            problems.append(Problem(number, text % {"name": name}))
            return None
    return Line(number, values)
