"""Every cell of closed cycles, shown or hidden, for everything that is written out. Units come one by one: memory stays small."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from django.db.models import Q

from assessments.analysis.perception import gap
from assessments.analysis.recommendations import Pattern, pattern
from assessments.analysis.values import FigureValue, Gap, Hidden, Participation, Shown
from assessments.models import Cycle, CycleTeam, Figure
from assessments.models.figures import ChangeRow, FigureRow, shown_from
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, AskedDimension, ManagerView, read_book
from assessments.results.quarters import TrendDirection

KINDS = (OVERALL, DIMENSION, PRACTICE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its figures by kind and code. What is not in it is hidden, and why is not told apart."""

    team: CycleTeam
    participation: Participation | None
    figures: Mapping[tuple[str, str], Shown]
    manager: ManagerView

    def figure(self, kind: str, code: str = "") -> FigureValue:
        return self.figures.get((kind, code), Hidden())

    def managers_value(self, kind: str, code: str = "") -> Decimal | int | None:
        """As the unit's leaders submitted it."""
        if kind == OVERALL:
            return self.manager.overall
        return self.manager.dimensions.get(code) if kind == DIMENSION else self.manager.practices.get(code)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one unit. `kind` is overall, dimension or practice; `code` and `title` are empty for the first."""

    team: CycleTeam
    kind: str
    code: str
    title: str
    figure: FigureValue
    manager: Decimal | int | None


@dataclass(frozen=True, slots=True)
class GapCell:
    """A manager's value beside the team's: only where both are there to be compared."""

    cell: Cell
    figure: Shown
    gap: Gap
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class TrendCell:
    """A unit's figure in one closed cycle."""

    cycle: Cycle
    team: CycleTeam
    figure: FigureValue
    trend: TrendDirection | None


def units_of(
    cycle: Cycle, *, under: CycleTeam | None = None, kinds: Sequence[str] = KINDS, teams: Sequence[CycleTeam] | None = None
) -> Iterator[Unit]:
    """Units in the tree's order, those from `under` down or the neighbours in `teams`; in four queries, however many they are."""
    if teams is None:
        teams = list(cycle.teams.filter(position__range=(under.position, under.last)) if under else cycle.teams.all())
    if not teams:
        return
    book = read_book(cycle, teams, kinds=())
    rows = Figure.objects.filter(
        team__cycle=cycle, team__position__range=(teams[0].position, teams[-1].position), kind__in=list(kinds)
    )
    fields = ("team_id", "kind", "code", *FigureRow._fields, *ChangeRow._fields)
    found = groupby(rows.order_by("team__position").values_list(*fields).iterator(), key=itemgetter(0))
    key, group = next(found, (None, None))
    for team in teams:
        figures = {}
        if key == team.pk and group is not None:
            figures = {(row[1], row[2]): _shown(row[3:], team) for row in group}
            key, group = next(found, (None, None))
        yield Unit(team, book.participation(team), figures, book.manager(team))


def _shown(row: Sequence[object], team: CycleTeam) -> Shown:
    width = len(FigureRow._fields)
    return shown_from(FigureRow(*row[:width]), team.invited, ChangeRow(*row[width:]))  # type: ignore[arg-type]  # as selected


def cells_in(units: Iterable[Unit], asked: Sequence[AskedDimension], kinds: Sequence[str] = KINDS) -> Iterator[Cell]:
    """Unit after unit, each with overall, dimensions, practices in the questionnaire's order."""
    places = [place for place in _places(asked) if place[0] in kinds]
    for unit in units:
        for kind, code, title in places:
            yield Cell(unit.team, kind, code, title, unit.figure(kind, code), unit.managers_value(kind, code))


def _places(asked: Sequence[AskedDimension]) -> list[tuple[str, str, str]]:
    return [
        (OVERALL, "", ""),
        *((DIMENSION, dimension.code, dimension.title) for dimension in asked),
        *((PRACTICE, practice.code, practice.title) for dimension in asked for practice in dimension.practices),
    ]


def gaps_in(cells: Iterable[Cell]) -> Iterator[GapCell]:
    """Where the unit's leaders submitted their own view and the team's is shown."""
    for cell in cells:
        if isinstance(cell.figure, Shown) and cell.manager is not None:
            manager = Decimal(cell.manager)
            kind = pattern(cell.figure, manager) or Pattern.UNCLEAR
            yield GapCell(cell, cell.figure, gap(manager, cell.figure.mean, cell.figure.interval), kind)


def trends_of(cycle: Cycle, *, code: str = "", under: CycleTeam | None = None) -> Iterator[TrendCell]:
    """The overall figure, or a dimension's, in this cycle and all closed before it: unit after unit, oldest cycle first."""
    until = Q(closes__lt=cycle.closes) | Q(closes=cycle.closes, pk__lte=cycle.pk)
    cycles = {one.pk: one for one in Cycle.objects.closed().filter(until)}
    units = _units_over(cycle, list(cycles), under)
    fields = (
        "team_id",
        *(f"trend__{name}" for name in TrendDirection.__dataclass_fields__),
        *FigureRow._fields,
        *ChangeRow._fields,
    )
    rows = Figure.objects.filter(team__cycle__in=cycles, kind=DIMENSION if code else OVERALL, code=code).values_list(*fields)
    figures = {row[0]: row for row in rows}
    for team in units:
        row = figures.get(team.pk)
        trend = TrendDirection(*row[1:5]) if row and row[1] else None
        yield TrendCell(cycles[team.cycle_id], team, _shown(row[5:], team) if row else Hidden(), trend)


def _units_over(cycle: Cycle, cycles: Sequence[int], under: CycleTeam | None) -> list[CycleTeam]:
    """In the order of the newest cycle that has the unit; `cycles` are newest first. The organisation itself has no team."""
    age = {key: at for at, key in enumerate(cycles)}
    found = sorted(CycleTeam.objects.filter(cycle__in=cycles), key=lambda team: (age[team.cycle_id], team.position))
    place: dict[object, int] = {}
    for at, team in enumerate(found):
        place.setdefault(_identity(team), at)
    if under:
        wanted = {_identity(team) for team in found if team.cycle_id == cycle.pk and under.position <= team.position <= under.last}
        found = [team for team in found if _identity(team) in wanted]
    return sorted(found, key=lambda team: (place[_identity(team)], -age[team.cycle_id]))


def _identity(team: CycleTeam) -> object:
    """What makes it the same unit in another cycle; one that HR has removed is like no other."""
    return team.team_id or ("whole" if team.parent_id is None else team.uid)
