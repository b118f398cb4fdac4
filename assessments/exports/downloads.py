"""What can be taken along, by name: one table each, and the workbook that holds them together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.exports import tables
from assessments.exports.as_csv import csv_of
from assessments.exports.as_json import json_of
from assessments.exports.as_xlsx import write_workbook
from assessments.exports.table import Table, Text
from assessments.results.export import Export, Summary, summary_of
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE

WORKBOOK, FIGURES = "workbook", "figures"


def _heat_map(export: Export) -> Table:
    kinds = (DIMENSION, PRACTICE) if export.dimension else (OVERALL, DIMENSION)
    return tables.heat_map(export.units(*kinds), export.asked, export.dimension.code if export.dimension else "")


def _trends(export: Export) -> Table:
    title = _("Trends, overall")
    if export.dimension:
        title = _("Trend of %(dimension)s") % {"dimension": export.dimension.title}
    return tables.trends(export.trends(), title)


TABLES: dict[str, Callable[[Export], Table]] = {
    FIGURES: lambda export: tables.figures(export.cells()),
    "heat-map": _heat_map,
    "practices": lambda export: tables.practices(export.units(PRACTICE), export.asked),
    "gaps": lambda export: tables.gaps(export.gaps()),
    "trends": _trends,
    "participation": lambda export: tables.participation(export.units()),
}


def kinds_of(what: str) -> tuple[str, ...]:
    """File formats; none for something that there is not."""
    if what == WORKBOOK:
        return ("xlsx",)
    return ("xlsx", "csv", "json") if what in TABLES else ()


def pieces_of(what: str, export: Export, kind: str) -> Iterator[bytes]:
    """CSV or JSON, piece by piece, so that memory stays small however many rows there are."""
    return (piece.encode() for piece in (csv_of if kind == "csv" else json_of)(TABLES[what](export)))


def xlsx_of(what: str, export: Export) -> bytes:
    out = BytesIO()
    sheets = _workbook(export) if what == WORKBOOK else [TABLES[what](export)]
    write_workbook(sheets, out, title=title_of(export))
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class File:
    """One row of the page that says what there is."""

    what: str
    title: str
    about: str
    kinds: tuple[str, ...]


def about() -> tuple[File, ...]:
    return tuple(File(what, title, words, kinds_of(what)) for what, title, words in _files())


def _files() -> tuple[tuple[str, str, str], ...]:
    return (
        (
            WORKBOOK,
            _("Workbook"),
            _("Overview, heat map in its colours, practices, trends, methods: one sheet each, to print."),
        ),
        (FIGURES, _("All figures"), _("A row for each team and figure, with range, answers, shares, change and manager’s view.")),
        ("heat-map", _("Heat map"), _("Teams in rows, overall and dimensions in columns.")),
        ("practices", _("Practices"), _("Teams in rows, practices in columns.")),
        ("gaps", _("Managers and teams"), _("Both views side by side, with the difference, its range and the pattern.")),
        ("trends", _("Trends"), _("The overall figure of each team in this cycle and in those before it.")),
        ("participation", _("Taking part"), _("How many of the invited answered, team by team.")),
    )


def file_name(what: str, export: Export, kind: str) -> str:
    """Plain ASCII: a cycle's slug is."""
    return f"csculture-{export.cycle.slug}-{what}.{kind}"


def title_of(export: Export) -> str:
    parts = [export.cycle.name, export.under.path if export.under else "", export.dimension.title if export.dimension else ""]
    return " · ".join(["csculture", *(part for part in parts if part)])


def _workbook(export: Export) -> Iterator[Table]:
    """Sheet by sheet, each read when it is written."""
    summary = summary_of(export)
    yield tables.overview(summary.cells, _overview_notes(export, summary), summary.medians)
    yield _heat_map(export)
    yield TABLES["practices"](export)
    yield _trends(export)
    yield tables.methods(export.methods().measured, _method_notes(export))


def _overview_notes(export: Export, summary: Summary) -> tuple[Text, ...]:
    cycle, told = export.cycle, summary.participation
    days = {"first": date_format(cycle.opens, "j F Y"), "last": date_format(cycle.closes, "j F Y")}
    notes = [
        f"{cycle.name}, {summary.unit.team.path}",
        _("Open from %(first)s to %(last)s.") % days,
    ]
    if told:
        numbers = {"answered": told.answered, "invited": told.invited, "percent": told.percent, "target": summary.target}
        notes.append(_("%(answered)s of %(invited)s answered: %(percent)s %%; the target is %(target)s %%.") % numbers)
    notes.append(_("%(shown)s of %(units)s units can be shown.") % {"shown": summary.shown, "units": summary.units})
    return tuple(notes)


def _method_notes(export: Export) -> tuple[Text, ...]:
    limits = export.methods().limits
    now = timezone.localtime()
    written = {"day": date_format(now, "j F Y"), "time": date_format(now, "H:i"), "zone": timezone.get_current_timezone_name()}
    return (
        _("Means are on a scale from 1, strongly disagree, to 5, strongly agree. They are rounded to 0.1."),
        _("A mean of 4.6 or more, or of 1.4 or less, is not told more exactly and has no range."),
        _("The likely range says where the mean would lie had everybody answered."),
        _("Hidden: fewer than %(k)s answers could be told apart. They are not lost: they count in a unit above.") % {"k": limits.k},
        _("Shares and how alike the answers are: from %(least)s answers on, in steps of 5 %%.") % {"least": limits.shares_from},
        _("A change is told in a word, and in points where it is clear and no mean lies at an end of the scale."),
        _("“In the upper third” and the like are said of teams only where the figures of this cycle can carry it."),
        _("Alpha says how well the questions of a dimension hold together; ICC and rwg(j) how far the people of a team agree."),
        _("All of it, with formulas and sources, stands on the page “How figures are made”."),
        _("Written on %(day)s at %(time)s, %(zone)s.") % written,
    )
