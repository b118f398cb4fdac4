"""HR's first screen: how service culture stands, where it is strongest and weakest, where leaders and teams differ."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from assessments.analysis.perception import gap
from assessments.analysis.recommendations import Pattern, pattern
from assessments.analysis.values import FigureValue, Gap, Participation, Shown
from assessments.models import Cycle, CycleTeam
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, Asked, AskedDimension, Book, asked_in, read_book


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the heat map. `hidden` holds the one wide cell of a unit that is not shown at all."""

    team: CycleTeam
    participation: Participation | None
    overall: FigureValue
    cells: tuple[FigureValue, ...]

    @property
    def is_hidden(self) -> bool:
        return self.participation is None

    @property
    def is_unit(self) -> bool:
        return self.team.position != self.team.last


@dataclass(frozen=True, slots=True)
class Ranked:
    practice: Asked
    figure: Shown


@dataclass(frozen=True, slots=True)
class TeamGap:
    """Where a team's leader and the team differ most, over all dimensions."""

    team: CycleTeam
    dimension: AskedDimension
    figure: Shown
    gap: Gap
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Overview:
    cycle: Cycle
    dimensions: tuple[AskedDimension, ...]
    rows: tuple[Row, ...]
    strongest: tuple[Ranked, ...]
    weakest: tuple[Ranked, ...]
    gaps: tuple[TeamGap, ...]
    target: int

    @property
    def whole(self) -> Row | None:
        return self.rows[0] if self.rows else None

    @property
    def hidden_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_hidden)

    @property
    def highest(self) -> AskedDimension | None:
        return self._extreme(1)

    @property
    def lowest(self) -> AskedDimension | None:
        return self._extreme(-1)

    def _extreme(self, sign: int) -> AskedDimension | None:
        """The dimension with the highest (1) or lowest (-1) mean of the whole organisation; None if all are alike."""
        if self.whole is None:
            return None
        shown = [(figure.mean.value, at) for at, figure in enumerate(self.whole.cells) if isinstance(figure, Shown)]
        if len({value for value, _ in shown}) < 2:
            return None
        return self.dimensions[max(shown, key=lambda pair: (sign * pair[0], -pair[1]))[1]]


def overview_of(cycle: Cycle) -> Overview:
    """Everything on the first screen for a closed cycle."""
    dimensions = asked_in(cycle)
    teams = list(cycle.teams.all())
    book = read_book(cycle, teams, kinds=(OVERALL, DIMENSION))
    ranked = _ranked(cycle, dimensions, teams[:1])
    return Overview(
        cycle=cycle,
        dimensions=dimensions,
        rows=tuple(_row(book, team, dimensions) for team in teams),
        strongest=ranked[:3],
        weakest=tuple(reversed(ranked[3:][-3:])),
        gaps=_gaps(book, teams, dimensions),
        target=settings.PARTICIPATION_TARGET,
    )


def _row(book: Book, team: CycleTeam, dimensions: tuple[AskedDimension, ...]) -> Row:
    cells = tuple(book.figure(team, DIMENSION, dimension.code) for dimension in dimensions)
    return Row(team, book.participation(team), book.figure(team), cells)


def _ranked(cycle: Cycle, dimensions: tuple[AskedDimension, ...], whole: list[CycleTeam]) -> tuple[Ranked, ...]:
    """The organisation's practices, highest first."""
    book = read_book(cycle, whole, kinds=(PRACTICE,))
    practices = [practice for dimension in dimensions for practice in dimension.practices]
    pairs = [(practice, book.figure(team, PRACTICE, practice.code)) for team in whole for practice in practices]
    shown = [Ranked(practice, figure) for practice, figure in pairs if isinstance(figure, Shown)]
    return tuple(sorted(shown, key=lambda ranked: -ranked.figure.mean.value))


def _gaps(book: Book, teams: list[CycleTeam], dimensions: tuple[AskedDimension, ...]) -> tuple[TeamGap, ...]:
    """The three largest clear differences, one per team."""
    found = []
    for team in teams:
        views = book.manager(team).dimensions
        here = [
            TeamGap(team, dimension, figure, gap(views[dimension.code], figure.mean), kind)
            for dimension in dimensions
            if dimension.code in views
            and isinstance(figure := book.figure(team, DIMENSION, dimension.code), Shown)
            and (kind := pattern(figure, views[dimension.code])) in {Pattern.BLIND_SPOT, Pattern.HIDDEN_STRENGTH}
        ]
        if here:
            found.append(max(here, key=_size))
    return tuple(sorted(found, key=_size, reverse=True)[:3])


def _size(found: TeamGap) -> Decimal:
    return abs(found.gap.points) if found.gap.points is not None else abs(found.gap.manager - found.figure.mean.value)
