"""What every file has in common, whatever it holds: numbered rows of texts, and problems that name their row."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # begins an old XLS workbook, or any with a password
MAX_BYTES = 32 * 1024**2  # of an upload; 100,000 people take about 8 million
MAX_ROWS = 200_000
MAX_COLUMNS = 100


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
class Table:
    """The cells as they stand in the file. `rows` carry the numbers by which a spreadsheet knows them; empty ones are left out."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def packed(self) -> bytes:
        kinds = [[(problem.row, problem.text) for problem in kind] for kind in (self.problems, self.warnings)]
        text = json.dumps([self.header, self.rows, *kinds], ensure_ascii=False, separators=(",", ":"))
        return zlib.compress(text.encode(), level=1)

    @classmethod
    def unpacked(cls, packed: bytes) -> "Table":
        header, rows, *kinds = json.loads(zlib.decompress(packed))
        problems, warnings = (tuple(Problem(*problem) for problem in kind) for kind in kinds)
        return cls(tuple(header), tuple((number, tuple(cells)) for number, cells in rows), problems, warnings)


def table_of(records: Sequence[tuple[int, Sequence[str]]], problems: Sequence[Problem], warnings: Sequence[Problem]) -> Table:
    """The first row is the header. Columns without a heading that hold nothing are left out. Raises FileRefused for no row."""
    if not records:
        raise FileRefused(problems or [Problem(1, _("The file is empty. It needs a header and a row for each person and team."))])
    header, rows = records[0][1], records[1:]
    if not rows and not problems:
        raise FileRefused([Problem(2, _("There is no row below the header. The file must hold the whole roster."))])
    width = len(header)
    while width and not header[width - 1].strip() and not any(any(map(str.strip, cells[width - 1 :])) for _number, cells in rows):
        width -= 1
    if width < len(header):
        rows = [(number, cells[:width]) for number, cells in rows]
    kept = tuple((number, tuple(cells)) for number, cells in rows)
    return Table(tuple(header[:width]), kept, tuple(problems), tuple(warnings))


def quote(value: str) -> str:
    """Somebody's text inside a message: short, and harmless to a terminal."""
    short = value if len(value) <= 60 else f"{value[:59]}…"
    return "“" + "".join(letter if letter.isprintable() else "�" for letter in short) + "”"


def refuse(text: str, row: int = 1) -> FileRefused:
    """The whole file for one reason."""
    return FileRefused([Problem(row, text)])
