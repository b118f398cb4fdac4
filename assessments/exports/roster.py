"""Files that go with a roster: a sample to begin with, everything that is wrong in one, everything that one would change."""

from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from assessments.exports.table import Column, Kind, Table

SAMPLE = (
    ("employee_id", "name", "email", "team", "role"),
    ("00101", "Ada Berg", "ada.berg@example.org", "Sales", "leader"),
    ("00102", "Ben Costa", "ben.costa@example.org", "Sales / North", "leader"),
    ("00103", "Chloé Dubois", "chloe.dubois@example.org", "Sales / North", "member"),
    ("00104", "Dan Evans", "", "Sales / North", "member"),
    ("00105", "Eve Fischer", "eve.fischer@example.org", "Sales / South", "member"),
    ("00105", "Eve Fischer", "eve.fischer@example.org", "Support", "leader"),
    ("00106", "Finn Grüner", "finn.gruener@example.org", "Support", "member"),
)


def sample_table() -> Table:
    """For CSV."""
    header, *rows = SAMPLE
    return Table("roster-sample", _("Roster"), tuple(Column(name, name) for name in header), rows)


def sample_workbook() -> bytes:
    """Cells of text, so that a spreadsheet keeps the zeros in front of a number."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, text, head = book.add_worksheet("Roster"), book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        sheet.set_column(0, 4, 26, text)
        for row, cells in enumerate(SAMPLE):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell, text if row else head)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def problems_table(problems: Iterable[tuple[int, str]]) -> Table:
    columns = (Column("row", _("Row"), Kind.WHOLE), Column("problem", _("What is wrong and what to do"), width=90))
    return Table("roster-problems", _("Problems"), columns, problems)


def changes_table(rows: Iterable[tuple[str, str, str, str, str]]) -> Table:
    """rows: what happens, employee id, name, before, after."""
    columns = (
        Column("change", _("Change"), width=22),
        Column("employee_id", _("Employee id"), width=14),
        Column("name", _("Name"), width=28),
        Column("before", _("Before"), width=40),
        Column("after", _("After"), width=40),
    )
    return Table("roster-changes", _("Changes"), columns, rows)
