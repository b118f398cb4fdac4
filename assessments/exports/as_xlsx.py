"""Tables as sheets of a workbook: titles, notes, the page's colours, headings that stay in sight, ready to print."""

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, partial
from typing import Any, BinaryIO, TypeAlias

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from assessments.analysis.values import Hidden, Mean, Share, Shown
from assessments.exports.table import Column, Kind, Table, Text, Value
from assessments.results.words import LEVELS

# As in static/css/tokens.css, which a spreadsheet cannot read: ground and ink of the six colours, low to very good.
COLOURS = (
    *(("#fdebbd", "#1b2426"), ("#edd291", "#1b2426"), ("#b7caa4", "#1b2426")),
    *(("#82b3aa", "#1b2426"), ("#2a7883", "#ffffff"), ("#0a4550", "#ffffff")),
)
INK, SECOND_INK, RULE, SUNK, HATCH = "#1b2426", "#4c585b", "#dcd7cc", "#f1eee7", "#8f9a98"
FONT = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "vcenter"}
LIGHT_UP = 14  # Excel's number of the pattern of thin diagonal lines
NUMBER_FORMATS = {
    Kind.WHOLE: "0",
    Kind.MEAN: "0.0",
    Kind.SHARE: "0",
    Kind.TENTH: "0.0",
    Kind.HEAT: "0.0",
    Kind.SIGNED: "+0.0;−0.0;0.0",
    Kind.SIGNED_FINE: "+0.00;−0.00;0.00",
    Kind.FINE: "0.00",
    Kind.DAY: "yyyy-mm-dd",
}
A3, A4 = 8, 9  # Excel's numbers of paper sizes
MOST_ON_A4, MOST_ON_A3 = 14, 26  # columns
Write: TypeAlias = Callable[[int, int, Value], object]


def write_workbook(tables: Iterable[Table], out: BinaryIO, *, title: str) -> None:
    """One sheet a table. Texts stay texts, whatever they begin with; rows leave memory as they are written."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as book:
        book.set_properties({"title": title, "comments": _("Shown figures only, as on the pages of csculture.")})
        look = Look(book)
        for table in tables:
            sheet = book.add_worksheet(sheet_name(table.title))
            sheet.set_header(f"&L{title.replace('&', '&&')}")
            _Sheet(sheet, table, look).write()


class Look:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.make = cache(lambda *details: book.add_format(FONT | dict(details)))
        self.text = self.make(("align", "left"), ("indent", 1))
        self.first = self.make(("align", "left"))
        self.small = self.make(("font_color", SECOND_INK), ("font_size", 9), ("align", "center"))
        self.title = self.make(("bold", True), ("font_size", 16))
        self.note = self.make(("font_color", SECOND_INK))
        self.hidden = self.make(("font_color", SECOND_INK), ("italic", True), ("bg_color", SUNK), ("align", "center"))
        self.quiet = self.make(("font_color", SECOND_INK), ("italic", True), ("indent", 1))

    def heading(self, kind: Kind, at: int) -> Any:
        """Over its column as the column stands: numbers to the right, colours in the middle."""
        align = {Kind.TEXT: "left", Kind.SHOWN: "left", Kind.HEAT: "center"}.get(kind, "right")
        look = (("bold", True), ("text_wrap", True), ("valign", "bottom"), ("align", align))
        indent = (("indent", 1),) if align == "left" and at else ()
        return self.make(*look, *indent, ("bg_color", SUNK), ("bottom", 1), ("border_color", RULE))

    def number(self, pattern: str) -> Any:
        return self.make(("num_format", pattern), ("align", "right"))

    def heat(self, level: int, pattern: str, *, unsure: bool = False) -> Any:
        """The page's colour; hatched where it is uncertain, which not every program draws, and so with a sign too."""
        ground, ink = COLOURS[level - 1]
        look = (("font_color", ink), ("bold", True), ("align", "center"), ("border", 1), ("border_color", "#ffffff"))
        fill = (("pattern", LIGHT_UP), ("fg_color", HATCH)) if unsure else (("pattern", 1),)
        return self.make(*look, *fill, ("bg_color", ground), ("num_format", f'"≈ "{pattern}' if unsure else pattern))


class _Sheet:
    """Writes from top to bottom, as a workbook in constant memory wants it."""

    def __init__(self, sheet: Worksheet, table: Table, look: Look) -> None:
        self.sheet, self.table, self.look = sheet, table, look
        self.at = 0
        self.ends = {"=": "%s", ">=": f'%s" {_("or more")}"', "<=": f'%s" {_("or less")}"'}

    def write(self) -> None:
        columns, last = self.table.columns, len(self.table.columns) - 1
        for at, column in enumerate(columns):
            self.sheet.set_column(at, at, column.width)
        self._lines()
        head = self.at
        self.sheet.set_row(head, 48)
        for at, column in enumerate(columns):
            self.sheet.write_string(head, at, str(column.heading), self.look.heading(column.kind, at))
        writers = [self._writer(column) for column in columns]
        for row in self.table.rows:
            self.at += 1
            for at, (write, value) in enumerate(zip(writers, row, strict=False)):
                if value is not None:
                    write(self.at, at, value)
        self.sheet.autofilter(head, 0, max(self.at, head + 1), last)
        self.sheet.freeze_panes(head + 1, self.table.frozen)
        self._for_print(head, len(columns))

    def _lines(self) -> None:
        """Title, notes and legend; the headings of the columns follow after an empty line."""
        self.sheet.set_row(0, 24)
        self.sheet.write_string(0, 0, str(self.table.title), self.look.title)
        for note in self.table.notes:
            self.at += 1
            self.sheet.write_string(self.at, 0, str(note), self.look.note)
        if self.table.legend:
            self.at += 1
            self._legend()
        self.at += 2

    def _legend(self) -> None:
        """Word on its colour, and below it which means; row by row, since a finished row has left memory."""
        self.sheet.write_string(self.at, 0, _("What the colours mean"), self.look.note)
        for level, (_code, word, _means) in enumerate(LEVELS, start=1):
            self.sheet.write_string(self.at, level, str(word), self.look.heat(level, "@"))
        self.sheet.write_string(self.at, len(LEVELS) + 1, _("hidden"), self.look.hidden)
        self.at += 1
        for level, (_code, _word, means) in enumerate(LEVELS, start=1):
            self.sheet.write_string(self.at, level, str(means), self.look.small)

    def _for_print(self, head: int, columns: int) -> None:
        """As many pages wide as can be read; teams and headings on each of them."""
        self.sheet.set_paper(A3 if columns > MOST_ON_A4 else A4)
        self.sheet.set_landscape()
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(-(-columns // MOST_ON_A3), 0)
        self.sheet.repeat_columns(0)
        self.sheet.repeat_rows(head)
        self.sheet.set_footer("&L&A&R&P / &N")

    # --- one writer a column, chosen once ---

    def _writer(self, column: Column) -> Write:
        if column.kind is Kind.HEAT:
            return self._heat
        if column.kind in {Kind.TEXT, Kind.SHOWN}:
            return partial(self._text, {code: str(words) for code, words in column.words.items()})
        pattern = NUMBER_FORMATS[column.kind]
        if column.kind is Kind.DAY:
            return partial(self._day, self.look.number(pattern))
        return partial(self._number, pattern, self.look.number(pattern))

    def _text(self, words: dict[str, str], row: int, at: int, value: Value) -> None:
        if isinstance(value, bool):
            self.sheet.write_string(row, at, _("shown") if value else _("hidden"), self.look.text if value else self.look.quiet)
        else:
            self.sheet.write_string(row, at, words.get(str(value), str(value)), self.look.text if at else self.look.first)

    def _number(self, pattern: str, plain: Any, row: int, at: int, value: Value) -> None:
        """A clipped one is still a number, to sort by; its words are part of how it is written."""
        if isinstance(value, Mean | Share):
            look = plain if value.op == "=" else self.look.number(self.ends[value.op] % pattern)
            self.sheet.write_number(row, at, float(value.value), look)
        elif isinstance(value, int | Decimal):
            self.sheet.write_number(row, at, float(value), plain)

    def _day(self, look: Any, row: int, at: int, value: Value) -> None:
        if isinstance(value, datetime.date):
            self.sheet.write_datetime(row, at, value, look)

    def _heat(self, row: int, at: int, value: Value) -> None:
        if isinstance(value, Shown):
            pattern = self.ends[value.mean.op] % "0.0"
            self.sheet.write_number(row, at, float(value.mean.value), self.look.heat(value.mean.band, pattern, unsure=value.unsure))
        elif isinstance(value, Hidden):
            self.sheet.write_string(row, at, _("hidden"), self.look.hidden)


def sheet_name(title: Text) -> str:
    return str(title)[:31]
