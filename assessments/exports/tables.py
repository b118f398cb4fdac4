"""The tables there are: what each column says of a cell. Every figure comes from `results`; nothing is computed here."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from assessments.analysis.values import Participation, Shown
from assessments.exports.table import Column, Kind, Row, Table, Text, Value
from assessments.results.cells import Cell, GapCell, TrendCell, Unit
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, AskedDimension
from assessments.results.methods import Measured
from assessments.results.words import AGREEMENT_WORDS, BAND_WORDS, CHANGE_WORDS, KIND_WORDS, LEVEL_WORDS, PATTERN_WORDS, level_of

TEAM = Column("team", _("Team"), width=38)
SHOWN = Column("shown", _("Shown"), Kind.SHOWN, width=9)
WHAT = (
    Column("kind", _("Kind"), width=11, words=KIND_WORDS),
    Column("code", _("Code"), width=24),
    Column("title", _("Dimension or practice"), width=34, for_people=True),
)
MEAN = (
    Column("n", _("Answered"), Kind.WHOLE),
    Column("invited", _("Invited"), Kind.WHOLE),
    Column("mean", _("Mean"), Kind.MEAN, width=12),
    Column("low", _("Likely from"), Kind.TENTH),
    Column("high", _("Likely to"), Kind.TENTH),
    Column("level", _("In a word"), width=12, words=LEVEL_WORDS),
)
ANSWERS = (
    Column("agree", _("Agree, %"), Kind.SHARE, width=12),
    Column("agree_low", _("Agree, likely from %"), Kind.WHOLE),
    Column("agree_high", _("Agree, likely to %"), Kind.WHOLE),
    Column("strongly_disagree", _("Of these strongly disagree, %"), Kind.WHOLE, width=12),
    Column("disagree", _("Disagree, %"), Kind.WHOLE),
    Column("neither", _("Neither, %"), Kind.WHOLE),
    Column("strongly_agree", _("Of these strongly agree, %"), Kind.WHOLE, width=12),
    Column("agreement", _("How alike the answers are"), width=36, words=AGREEMENT_WORDS),
)
CHANGE = (
    Column("change", _("Change"), width=16, words=CHANGE_WORDS),
    Column("change_points", _("Change, points"), Kind.SIGNED),
    Column("change_low", _("Change, likely from"), Kind.SIGNED),
    Column("change_high", _("Change, likely to"), Kind.SIGNED),
    Column("since", _("Since"), width=12),
)
STANDING = (
    Column("band", _("Among the teams"), width=30, words=BAND_WORDS),
    Column("manager", _("Manager's own view"), Kind.TENTH, width=12),
)
FIGURE = (*MEAN, *ANSWERS, *CHANGE, *STANDING)
FIGURES = (TEAM, *WHAT, SHOWN, *FIGURE)
PARTICIPATION = (TEAM, SHOWN, MEAN[0], MEAN[1], Column("percent", _("Took part, %"), Kind.WHOLE))


# --- rows ---------------------------------------------------------------------------------------------------------


def row_of(cell: Cell) -> Row:
    """A hidden cell ends where its numbers would begin."""
    about = (cell.team.path, str(cell.kind), cell.code or OVERALL.value, cell.title)
    if not isinstance(cell.figure, Shown):
        return (*about, False)
    return (*about, True, *_figure(cell.figure), cell.manager)


def _figure(figure: Shown) -> Row:
    return (*_mean(figure), *_answers(figure), *_change(figure), figure.band.value if figure.band else None)


def _mean(figure: Shown) -> Row:
    low, high = (figure.interval.low, figure.interval.high) if figure.interval else (None, None)
    return (figure.n, figure.invited, figure.mean, low, high, level_of(figure.mean))


def _answers(figure: Shown) -> Row:
    share, classes = figure.share, figure.classes
    likely = (share.low, share.high) if share else (None, None)
    parts: Row = (None, None, None, None)
    if classes:
        parts = (classes.strongly_disagree, classes.disagree, classes.middle, classes.strongly_agree)
    return (share, *likely, *parts, figure.agreement.value if figure.agreement else None)


def _change(figure: Shown) -> Row:
    change = figure.change
    return (change.direction, change.points, change.low, change.high, change.since) if change else (None,) * 5


def participation_row(path: str, told: Participation | None) -> Row:
    return (path, True, told.answered, told.invited, told.percent) if told else (path, False)


# --- tables -------------------------------------------------------------------------------------------------------


def figures(cells: Iterable[Cell], name: str = "figures", title: Text = "", notes: tuple[Text, ...] = ()) -> Table:
    """One row a figure, with all that is said of it."""
    return Table(name, title or _("All figures"), FIGURES, (row_of(cell) for cell in cells), notes, frozen=4)


def overview(cells: Iterable[Cell], notes: tuple[Text, ...], medians: dict[tuple[str, str], Decimal]) -> Table:
    """Of one unit: overall and dimensions, with manager and median team."""
    columns = (
        *(Column("title", _("Dimension"), width=38), Column("mean", _("Mean"), Kind.HEAT, width=13), MEAN[3], MEAN[4]),
        *(MEAN[0], MEAN[1], ANSWERS[0], ANSWERS[-1], CHANGE[0], CHANGE[1], CHANGE[4], STANDING[1]),
        Column("median", _("Median team"), Kind.TENTH),
    )
    return Table("overview", _("Overview"), columns, (_overview_row(cell, medians) for cell in cells), notes, legend=True)


def _overview_row(cell: Cell, medians: dict[tuple[str, str], Decimal]) -> Row:
    title, figure = cell.title or str(_("Overall")), cell.figure
    if not isinstance(figure, Shown):
        return (title, figure)
    _n, _invited, _mean_itself, low, high, _word = _mean(figure)
    direction, points, _from, _to, since = _change(figure)
    said = (figure.n, figure.invited, figure.share, _answers(figure)[-1], direction, points, since)
    return (title, figure, low, high, *said, cell.manager, medians.get((cell.kind, cell.code)))


def heat_map(units: Iterable[Unit], asked: Sequence[AskedDimension], dimension: str = "") -> Table:
    """Units x dimensions, or x the practices of one of them."""
    places: list[tuple[str, str, Text]] = [(OVERALL, "", _("Overall"))]
    if dimension:
        places = [(DIMENSION, one.code, one.title) for one in asked if one.code == dimension]
        places += [(PRACTICE, one.code, one.title) for part in asked if part.code == dimension for one in part.practices]
    else:
        places += [(DIMENSION, one.code, one.title) for one in asked]
    return _matrix("heat-map", _("Heat map"), units, places)


def practices(units: Iterable[Unit], asked: Sequence[AskedDimension]) -> Table:
    """Units x practices."""
    places: list[tuple[str, str, Text]] = [(PRACTICE, one.code, one.title) for dimension in asked for one in dimension.practices]
    return _matrix("practices", _("Practices"), units, places)


def _matrix(name: str, title: Text, units: Iterable[Unit], places: Sequence[tuple[str, str, Text]]) -> Table:
    """What is asked first, overall or a dimension, stands first; n and invited are those of taking part."""
    columns = tuple(Column(code or OVERALL.value, words, Kind.HEAT, width=14) for _kind, code, words in places)
    rows = (
        (unit.team.path, *_told(unit.participation), *(unit.figure(kind, code) for kind, code, _words in places)) for unit in units
    )
    return Table(name, title, (TEAM, MEAN[0], MEAN[1], *columns), rows, MATRIX_NOTES, legend=True)


def _told(participation: Participation | None) -> Row:
    return (participation.answered, participation.invited) if participation else (None, None)


def gaps(cells: Iterable[GapCell]) -> Table:
    columns = (
        *(TEAM, *WHAT),
        *(STANDING[1], Column("gap", _("Manager minus team"), Kind.SIGNED, width=12)),
        *(
            Column("gap_low", _("Difference, likely from"), Kind.SIGNED),
            Column("gap_high", _("Difference, likely to"), Kind.SIGNED),
        ),
        *(Column("pattern", _("Pattern"), width=18, words=PATTERN_WORDS), *MEAN),
    )
    return Table("gaps", _("Managers and teams"), columns, (_gap_row(cell) for cell in cells), frozen=4)


def _gap_row(one: GapCell) -> Row:
    about = row_of(one.cell)[:4]
    return (*about, one.cell.manager, one.gap.points, one.gap.low, one.gap.high, one.pattern.value, *_mean(one.figure))


def trends(cells: Iterable[TrendCell], title: Text) -> Table:
    """A row for each unit and cycle, the cycles of a unit one below the other."""
    columns = (
        *(TEAM, Column("cycle", _("Cycle"), width=12), Column("closed", _("Last day"), Kind.DAY, width=12), SHOWN),
        *(*MEAN, *CHANGE, Column("slope", _("Trend, points a cycle"), Kind.SIGNED_FINE)),
        *(
            Column("slope_low", _("Trend, likely from"), Kind.SIGNED_FINE),
            Column("slope_high", _("Trend, likely to"), Kind.SIGNED_FINE),
        ),
        Column("slope_cycles", _("Trend over cycles"), Kind.WHOLE),
    )
    return Table("trends", title, columns, (_trend_row(cell) for cell in cells), TREND_NOTES, frozen=2)


def _trend_row(one: TrendCell) -> Row:
    about = (one.team.path, one.cycle.name, one.cycle.closes)
    if not isinstance(one.figure, Shown):
        return (*about, False)
    trend = one.trend
    slope: Row = (trend.slope, trend.low, trend.high, trend.cycles) if trend else (None,) * 4
    return (*about, True, *_mean(one.figure), *_change(one.figure), *slope)


def participation(units: Iterable[Unit]) -> Table:
    rows = (participation_row(unit.team.path, unit.participation) for unit in units)
    return Table("participation", _("Taking part"), PARTICIPATION, rows)


def methods(measured: Iterable[Measured], notes: tuple[Text, ...]) -> Table:
    columns = (
        Column("title", _("Dimension"), width=38),
        Column("practices", _("Practices"), Kind.WHOLE),
        Column("persons", _("People"), Kind.WHOLE),
        *(Column(key, heading, Kind.FINE) for key, heading in QUALITY),
        Column("compared", _("Teams are compared"), width=30),
    )
    return Table("methods", _("How figures are made"), columns, (_measured_row(one) for one in measured), notes)


def _measured_row(one: Measured) -> Row:
    numbers: tuple[Value, ...] = (one.alpha, one.alpha_low, one.alpha_high, one.icc1, one.icc2, one.rwg)
    return (one.title, one.practices or None, one.persons, *numbers, str(one.not_compared or _("yes")))


QUALITY = (
    ("alpha", _("Alpha")),
    ("alpha_low", _("Alpha, likely from")),
    ("alpha_high", _("Alpha, likely to")),
    ("icc1", _("ICC(1)")),
    ("icc2", _("ICC(2)")),
    ("rwg", _("Median rwg(j)")),
)
MATRIX_NOTES: tuple[Text, ...] = (
    _("Means on the scale from 1 to 5. With ≈ and hatched: the likely range is wider than one colour."),
    _("The likely range, the number of answers and all else that is said of a cell stand in the file “All figures”."),
)
TREND_NOTES: tuple[Text, ...] = (
    _("No word under “Change”: this cycle could not be compared with the one before, for example after a reorganisation."),
    _("The trend is told from four cycles on that can be compared."),
)
