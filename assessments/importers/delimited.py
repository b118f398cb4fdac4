"""Text with commas, semicolons or tabs between the cells, in the encodings that spreadsheets write."""

import codecs
import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessments.importers.files import MAX_ROWS, Problem, Table, quote, refuse, table_of

DELIMITERS = ",;\t"


def read_delimited(content: bytes) -> Table:
    """Raises FileRefused when no row can be understood; a fault further down is one of the table's problems."""
    problems: list[Problem] = []
    text, warnings = _decode(content)
    if text.count("\0") > len(text) // 10:
        raise refuse(_("This is no plain text, or UTF-16 without its mark. Save the file as “CSV UTF-8” and try again."))
    records = list(_records(text, problems))
    if len(records) > MAX_ROWS:
        raise refuse(_("The file has more than %(most)s rows.") % {"most": f"{MAX_ROWS:,}"}, records[MAX_ROWS][0])
    return table_of(records, problems, warnings)


def _decode(content: bytes) -> tuple[str, list[Problem]]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError:
            raise refuse(_("The file begins like UTF-16 and is damaged. Save it as “CSV UTF-8” and try again.")) from None
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        fault = error
    row = content[: fault.start].count(b"\n") + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        words = _("Byte %(byte)s of the file is not UTF-8. Save the file as “CSV UTF-8” and try again.")
        raise refuse(words % {"byte": fault.start + 1}, row) from None
    # Any byte means a letter in this encoding, also where another was meant: somebody has to look.
    line = text.splitlines()[row - 1] if row <= len(text.splitlines()) else ""
    words = _("The file is not UTF-8 and was read as Windows-1252. Look whether this is right: %(line)s.")
    return text, [Problem(row, words % {"line": quote(line)})]


def _records(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows as a spreadsheet counts them: a quoted line break starts no new row, an empty row counts but holds nothing."""
    number = 0
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        for number, record in enumerate(rows, start=1):
            if any(value.strip() for value in record):
                yield number, record
    except csv.Error:
        message = _("From here on the file cannot be read. A quotation mark is probably opened and never closed, or not doubled.")
        problems.append(Problem(number + 1, message))


def _delimiter(text: str) -> str:
    """The mark that stands most often in the header."""
    header = next((line for line in text.splitlines() if line.strip(DELIMITERS + " ")), "")
    bare = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=bare.count)
