"""HR's first screen: how service culture stands, where it is strongest and weakest, where leaders and teams differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from assessments.analysis.perception import gap
from assessments.analysis.recommendations import Pattern, pattern
from assessments.analysis.values import Change, FigureValue, Gap, Participation, Shown
from assessments.models import Cycle, CycleTeam, Figure
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, Asked, AskedDimension, Book, asked_in, read_book
from assessments.results.participation import Turnout, answers_short, turnout_of
from assessments.results.quarters import clear_change, size_of

MOST_MOVED = 5  # teams that HR's first screen names


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the heat map; a unit that is not shown at all is one wide cell with the reason that `overall` carries."""

    team: CycleTeam
    participation: Participation | None
    overall: FigureValue
    cells: tuple[FigureValue, ...]

    @property
    def is_hidden(self) -> bool:
        return self.participation is None


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

    @property
    def manager_higher(self) -> bool:
        return self.pattern is Pattern.BLIND_SPOT


@dataclass(frozen=True, slots=True)
class MovedTeam:
    """A team or department whose overall figure clearly changed."""

    team: CycleTeam
    figure: Shown
    change: Change


@dataclass(frozen=True, slots=True)
class MovedDimension:
    """A dimension that clearly changed in the whole."""

    dimension: AskedDimension
    figure: Shown
    change: Change


@dataclass(frozen=True, slots=True)
class Overview:
    """`own_views` counts the units whose leaders submitted their own view. `before`: the closed cycle before this one."""

    cycle: Cycle
    before: Cycle | None
    dimensions: tuple[AskedDimension, ...]
    rows: tuple[Row, ...]
    strongest: tuple[Ranked, ...]
    weakest: tuple[Ranked, ...]
    gaps: tuple[TeamGap, ...]
    own_views: int
    target: int

    @property
    def whole(self) -> Row | None:
        return self.rows[0] if self.rows else None

    @property
    def is_published(self) -> bool:
        """The whole is shown as soon as any unit in it is."""
        return self.whole is not None and not self.whole.is_hidden

    @property
    def overall(self) -> Shown | None:
        return self.whole.overall if self.whole and isinstance(self.whole.overall, Shown) else None

    @property
    def answers_short(self) -> int:
        return answers_short(self.whole.participation if self.whole else None, self.target)

    @property
    def units(self) -> tuple[Row, ...]:
        """Teams and departments: every row but the whole, unless that is the only one."""
        return self.rows[1:] or self.rows

    @property
    def span(self) -> int:
        """Columns of the heat map that carry a figure."""
        return 1 + len(self.dimensions)

    @property
    def shown_units(self) -> int:
        return sum(not row.is_hidden for row in self.units)

    @property
    def hidden_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_hidden)

    @property
    def highest(self) -> tuple[AskedDimension, ...]:
        return self._at(highest=True)

    @property
    def lowest(self) -> tuple[AskedDimension, ...]:
        return self._at(highest=False)

    @property
    def all_alike(self) -> bool:
        """Every dimension of the whole that is shown has the same mean."""
        means = self._means()
        return len(means) > 1 and len({mean for _, mean in means}) == 1

    @property
    def is_compared(self) -> bool:
        """Any figure on the page is, with that of the cycle before."""
        figures = (figure for row in self.rows for figure in (row.overall, *row.cells))
        return any(isinstance(figure, Shown) and figure.change for figure in figures)

    @property
    def moved_dimensions(self) -> tuple[MovedDimension, ...]:
        if self.whole is None:
            return ()
        found = [
            MovedDimension(dimension, figure, change)
            for dimension, figure in zip(self.dimensions, self.whole.cells, strict=True)
            if isinstance(figure, Shown) and (change := clear_change(figure))
        ]
        return tuple(sorted(found, key=lambda moved: size_of(moved.change), reverse=True))

    @property
    def moved_teams(self) -> tuple[MovedTeam, ...]:
        """Below the whole, most first."""
        found = [
            MovedTeam(row.team, row.overall, change)
            for row in self.rows[1:]
            if isinstance(row.overall, Shown) and (change := clear_change(row.overall))
        ]
        return tuple(sorted(found, key=lambda moved: size_of(moved.change), reverse=True))

    @property
    def most_moved_teams(self) -> tuple[MovedTeam, ...]:
        return self.moved_teams[:MOST_MOVED]

    def _means(self) -> tuple[tuple[AskedDimension, Decimal], ...]:
        if self.whole is None:
            return ()
        pairs = zip(self.dimensions, self.whole.cells, strict=True)
        return tuple((dimension, figure.mean.value) for dimension, figure in pairs if isinstance(figure, Shown))

    def _at(self, *, highest: bool) -> tuple[AskedDimension, ...]:
        """The dimensions with the highest or lowest mean of the whole; nothing where all are alike."""
        means = self._means()
        if len(means) < 2 or self.all_alike:
            return ()
        end = (max if highest else min)(mean for _, mean in means)
        return tuple(dimension for dimension, mean in means if mean == end)


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """`overview` is None while no cycle has been closed."""

    cycles: tuple[Cycle, ...]
    overview: Overview | None
    running: Turnout | None


def overview_page(cycle: Cycle | None, cycles: Sequence[Cycle]) -> OverviewPage:
    """HR's first screen for one of the closed cycles, and how the running one stands."""
    running = Cycle.objects.running()
    return OverviewPage(
        cycles=tuple(cycles),
        overview=overview_of(cycle) if cycle else None,
        running=turnout_of(running) if running else None,
    )


def overview_of(cycle: Cycle) -> Overview:
    """Everything on the first screen for a closed cycle."""
    dimensions = asked_in(cycle)
    teams = list(cycle.teams.all())
    book = read_book(cycle, teams, kinds=(OVERALL, DIMENSION))
    strongest, weakest = _extremes(_practices_of(teams[0], dimensions) if teams else [])
    return Overview(
        cycle=cycle,
        before=Cycle.objects.closed_before(cycle),
        dimensions=dimensions,
        rows=tuple(_row(book, team, dimensions) for team in teams),
        strongest=strongest,
        weakest=weakest,
        gaps=_gaps(book, teams, dimensions),
        own_views=len(book.managers),
        target=settings.PARTICIPATION_TARGET,
    )


def _row(book: Book, team: CycleTeam, dimensions: tuple[AskedDimension, ...]) -> Row:
    cells = tuple(book.figure(team, DIMENSION, dimension.code) for dimension in dimensions)
    return Row(team, book.participation(team), book.figure(team), cells)


def _practices_of(whole: CycleTeam, dimensions: tuple[AskedDimension, ...]) -> list[Ranked]:
    """The organisation's shown practices in the questionnaire's order."""
    figures = {row.code: row.value(whole.invited) for row in Figure.objects.filter(team=whole, kind=PRACTICE)}
    practices = [practice for dimension in dimensions for practice in dimension.practices]
    return [Ranked(practice, figures[practice.code]) for practice in practices if practice.code in figures]


def _extremes(practices: list[Ranked]) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    """The three strongest and the three weakest; none stands in both lists, and neither exists where all are alike."""
    ordered = sorted(practices, key=_mean, reverse=True)
    strongest = [ranked for ranked in ordered if _mean(ranked) > _mean(ordered[-1])][:3]
    weakest = [ranked for ranked in sorted(practices, key=_mean) if _mean(ranked) < _mean(ordered[0]) and ranked not in strongest]
    return tuple(strongest), tuple(weakest[:3])


def _mean(ranked: Ranked) -> Decimal:
    return ranked.figure.mean.value


def _gaps(book: Book, teams: list[CycleTeam], dimensions: tuple[AskedDimension, ...]) -> tuple[TeamGap, ...]:
    """The three largest clear differences, one per team."""
    found = []
    for team in teams:
        views = book.manager(team).dimensions
        here = [
            TeamGap(team, dimension, figure, gap(views[dimension.code], figure.mean, figure.interval), kind)
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
