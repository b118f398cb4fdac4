"""The heat map: means of units by dimension or practice, in the tree's order or sorted, folded, and beside something else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import F, FilteredRelation, Q, QuerySet

from assessments.analysis.beside import Beside, beside
from assessments.analysis.values import FigureValue, Participation
from assessments.models import Cycle, CycleTeam, Figure
from assessments.models.figures import MEANS, ChangeRow, FigureRow, shown_from
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, AskedDimension, Book, asked_in
from assessments.results.folding import ALL, AS_IT_COMES, DEPARTMENTS, Fold, Parameters, unfolded
from assessments.results.reading import Reading

BEFORE, WHOLE = "before", "whole"
NAME = "name"
PAGE = 100  # rows of a sorted list
FIGURES = (OVERALL, DIMENSION)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for. beside: BEFORE, WHOLE or empty. sort: NAME, a column's code or empty; down: highest first."""

    cycle: str = ""
    under: str = ""
    dimension: str = ""
    beside: str = ""
    sort: str = ""
    down: bool = False
    fold: Fold = AS_IT_COMES
    page: int = 1

    @property
    def parameters(self) -> Parameters:
        pairs = [("cycle", self.cycle), ("under", self.under), ("dimension", self.dimension), ("with", self.beside)]
        pairs += [("sort", self.sort), ("order", "down" if self.sort and self.down else "")]
        pairs += [*self.fold.parameters, ("page", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in pairs if value]

    @property
    def query(self) -> str:
        return "?" + urlencode(self.parameters)


@dataclass(frozen=True, slots=True)
class Column:
    """code: "overall", or of a dimension or practice. query: sorts by it. sorted: "ascending", "descending" or empty."""

    kind: str
    code: str
    title: str
    query: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A unit. The first cell sums up the others; a unit that is not shown at all is one wide cell with the reason that it carries.

    beside: for each cell how it stands beside the whole, if asked for. query: opens or shuts a department.
    department: what it is in, where rows do not follow the tree.
    """

    team: CycleTeam
    participation: Participation | None
    cells: tuple[FigureValue, ...]
    beside: tuple[Beside | None, ...] = ()
    query: str = ""
    is_open: bool = False
    department: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.participation is None

    @property
    def overall(self) -> FigureValue:
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """rows: the first is the whole, or the department that was chosen. units: all that are in it; listed: those on all pages."""

    reading: Reading
    choice: Choice
    before: Cycle | None
    dimensions: tuple[AskedDimension, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    units: int
    listed: int

    @property
    def dimension(self) -> AskedDimension | None:
        return next((one for one in self.dimensions if one.code == self.choice.dimension), None)

    @property
    def sorted_by(self) -> Column | None:
        return next((column for column in self.columns if column.code == self.choice.sort), None)

    @property
    def is_sorted(self) -> bool:
        return bool(self.choice.sort)

    @property
    def is_folded(self) -> bool:
        return self.choice.fold.level == DEPARTMENTS

    @property
    def name_query(self) -> str:
        return turned(self.choice, NAME).query

    @property
    def tree_query(self) -> str:
        return replace(self.choice, sort="", down=False, page=1).query

    @property
    def all_query(self) -> str:
        return replace(self.choice, fold=Fold(ALL), page=1).query

    @property
    def departments_query(self) -> str:
        return replace(self.choice, fold=Fold(DEPARTMENTS), page=1).query

    @property
    def kept(self) -> Parameters:
        """What the form hands on unchanged: everything that it has no field for."""
        return [pair for pair in replace(self.choice, page=1).parameters if pair[0] in {"sort", "order", "open", "shut"}]

    @property
    def from_row(self) -> int:
        return (self.choice.page - 1) * PAGE + 1

    @property
    def to_row(self) -> int:
        return min(self.choice.page * PAGE, self.listed)

    @property
    def next_query(self) -> str:
        return replace(self.choice, page=self.choice.page + 1).query if self.to_row < self.listed else ""

    @property
    def previous_query(self) -> str:
        return replace(self.choice, page=self.choice.page - 1).query if self.choice.page > 1 else ""


def heat_map_of(reading: Reading, asked: Choice) -> HeatMap:
    """In a constant number of queries, however many teams there are."""
    cycle, teams, dimensions = reading.cycle, list(units_of(reading.cycle)), asked_in(reading.cycle)
    root = next((team for team in teams if reading.under and team.pk == reading.under.pk), teams[0])
    inside = teams[root.position : root.last + 1]
    choice = replace(asked, cycle=cycle.slug, under=str(root.uid) if root.parent_id else "", fold=asked.fold.settled(len(inside)))
    before = Cycle.objects.closed_before(cycle)
    if choice.beside == BEFORE and before is None:
        choice = replace(choice, beside="")
    if choice.dimension not in {one.code for one in dimensions}:
        choice = replace(choice, dimension="")
    columns = _columns(dimensions, choice)
    if choice.sort not in {NAME, *(column.code for column in columns)}:
        choice = replace(choice, sort="", down=False)
    listed = _sorted(cycle, inside, columns, choice) if choice.sort else unfolded(inside, choice.fold)[1:]
    choice = replace(choice, page=max(1, min(choice.page, -(-len(listed) // PAGE))) if choice.sort else 1)
    page = listed[(choice.page - 1) * PAGE : choice.page * PAGE] if choice.sort else listed
    book = book_of(cycle, teams, [root, *page], columns)
    rows = tuple(_row(book, teams, team, columns, choice) for team in [root, *page])
    return HeatMap(reading, choice, before, dimensions, columns, rows, len(inside) - 1, len(listed))


def units_of(cycle: Cycle) -> QuerySet[CycleTeam]:
    """All units in the tree's order, in one query: with how many `answered`, the `overall` mean and its change."""
    # With the code, though it is always empty here: together they are a whole key, and no other figure of the unit is looked at.
    relation = FilteredRelation("figures", condition=Q(figures__kind=OVERALL, figures__code=""))
    units = cycle.teams.annotate(
        sum=relation,
        answered=F("participation__answered"),
        overall=F("sum__mean"),
        direction=F("sum__change__direction"),
        points=F("sum__change__points"),
    )
    return units.order_by("position")


def participation_of(team: CycleTeam) -> Participation | None:
    """Of a unit from `units_of`."""
    answered: int | None = team.answered  # type: ignore[attr-defined]  # annotated
    return None if answered is None else Participation(answered, team.invited)


def columns_of(dimensions: Iterable[AskedDimension]) -> tuple[Column, ...]:
    return (Column(OVERALL, "overall", ""), *(Column(DIMENSION, one.code, one.title) for one in dimensions))


def _columns(dimensions: tuple[AskedDimension, ...], choice: Choice) -> tuple[Column, ...]:
    """Overall and the dimensions, or one dimension and its practices."""
    columns = columns_of(dimensions)
    for one in dimensions:
        if one.code == choice.dimension:
            practices = (Column(PRACTICE, practice.code, practice.title) for practice in one.practices)
            columns = (Column(DIMENSION, one.code, one.title), *practices)
    return tuple(
        replace(
            column,
            query=turned(choice, column.code).query,
            sorted=("descending" if choice.down else "ascending") if choice.sort == column.code else "",
        )
        for column in columns
    )


def turned(choice: Choice, sort: str) -> Choice:
    """Sorted by a column; lowest first, and the other way round when asked again."""
    return replace(choice, sort=sort, down=choice.sort == sort and not choice.down, page=1)


def _sorted(cycle: Cycle, inside: Sequence[CycleTeam], columns: Sequence[Column], choice: Choice) -> list[CycleTeam]:
    """The teams, or what is directly in the root; those without a figure come last, whichever way round."""
    root, *others = inside
    if choice.fold.level == DEPARTMENTS:
        others = [team for team in others if team.parent_id == root.pk]
    else:
        others = [team for team in others if not team.has_teams_below]
    if choice.sort == NAME:
        return sorted(others, key=lambda team: team.name.casefold(), reverse=choice.down)
    (column,) = (column for column in columns if column.code == choice.sort)
    value_of = _values(cycle, column, by_change=choice.beside == BEFORE)
    having = [team for team in others if team.pk in value_of]
    having.sort(key=lambda team: value_of[team.pk], reverse=choice.down)
    return having + [team for team in others if team.pk not in value_of]


def _values(cycle: Cycle, column: Column, *, by_change: bool) -> dict[int, Decimal]:
    """By unit what a column is sorted by: the printed mean, or the clear change, where no clear one counts as none."""
    code = "" if column.kind == OVERALL else column.code
    figures = Figure.objects.filter(team__cycle=cycle, kind=column.kind, code=code)
    if not by_change:
        return dict(figures.values_list("team_id", "mean"))
    found = figures.filter(change__isnull=False).exclude(change__direction="too_few")
    at_an_end = {"up": Decimal("0.1"), "down": Decimal("-0.1")}
    rows = found.values_list("team_id", "change__direction", "change__points")
    return {team: points if points is not None else at_an_end.get(direction, Decimal(0)) for team, direction, points in rows}


def book_of(
    cycle: Cycle, teams: Sequence[CycleTeam], rows: Sequence[CycleTeam], columns: Sequence[Column], also: Q | None = None
) -> Book:
    """The means and changes of some units and of those above them, in one query; `also` are further ones to read.

    teams: the whole first; of the others at least `rows` and all that have units below them.
    """
    by_key = {team.pk: team for team in teams}
    wanted = {teams[0].pk}
    for team in rows:
        key: int | None = team.pk
        while key and key not in wanted:
            wanted.add(key)
            key = by_key[key].parent_id
    asked = Q(kind__in={column.kind for column in columns})
    if any(column.kind == PRACTICE for column in columns):
        asked &= Q(code__in=[column.code for column in columns])
    # Nearly all units are asked for by the cycle: thousands of keys in one statement help nobody.
    chosen = asked & (Q(team__in=wanted) if len(wanted) <= teams[0].last / 2 else Q(team__cycle=cycle))
    figures = Figure.objects.filter(chosen | also if also else chosen)
    width = 3 + len(MEANS)
    values = figures.values_list("team_id", "kind", "code", *MEANS, *ChangeRow._fields)
    found: Mapping[tuple[int, str, str], FigureValue] = {
        row[:3]: shown_from(FigureRow(*row[3:width]), by_key[row[0]].invited, ChangeRow(*row[width:]))
        for row in values
        if row[0] in by_key
    }
    return Book(teams=by_key, figures=found, participations={}, managers={})


def cells_of(book: Book, team: CycleTeam, columns: Sequence[Column]) -> tuple[FigureValue, ...]:
    return tuple(book.figure(team, column.kind, "" if column.kind == OVERALL else column.code) for column in columns)


def _row(book: Book, teams: Sequence[CycleTeam], team: CycleTeam, columns: Sequence[Column], choice: Choice) -> Row:
    cells = cells_of(book, team, columns)
    compared: tuple[Beside | None, ...] = ()
    if choice.beside == WHOLE and team.parent_id:
        compared = tuple(map(beside, cells, cells_of(book, teams[0], columns)))
    above = book.teams.get(team.parent_id or 0)
    foldable = not choice.sort and team.has_teams_below and team.parent_id and str(team.uid) != choice.under
    return Row(
        team=team,
        participation=participation_of(team),
        cells=cells,
        beside=compared,
        query=replace(choice, fold=choice.fold.turned(team)).query if foldable else "",
        is_open=choice.fold.opens(team),
        department=above.name if above and choice.sort else "",
    )
