"""HR's first screen: how service culture stands, where it is strongest and weakest, where leaders and teams differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Subquery
from django.db.models.functions import Coalesce

from assessments.analysis.perception import gap
from assessments.analysis.recommendations import Pattern, pattern
from assessments.analysis.values import Change, FigureValue, Gap, Shown
from assessments.models import Action, Cycle, CycleTeam, Organisation, SelfAssessment, WidestGap
from assessments.results.figures import PRACTICE, Asked, AskedDimension, Book, asked_in
from assessments.results.folding import AS_IT_COMES, DEPARTMENTS, FEW_ROWS, Fold, unfolded
from assessments.results.heatmap import Choice, Column, Row, book_of, cells_of, columns_of, participation_of, units_of
from assessments.results.participation import ParticipationPage, Turnout, answers_short, participation_page, turnout_of
from assessments.results.quarters import clear_change, size_of

MOST_MOVED = 5  # teams that HR's first screen names
MOST_SMALL = 12  # teams too small to show that it names
MOST_GAPS = 3


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
class SmallTeam:
    """A unit that is not shown; `counted_in` names the one in whose figures its answers are."""

    team: CycleTeam
    counted_in: str


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
class ActingTeams:
    """Of so many teams, those that an action belongs to which nobody has dropped: of this cycle or carried into it."""

    teams: int
    active: int


@dataclass(frozen=True, slots=True)
class Overview:
    """rows: of the heat map, departments only where there are many teams. units, shown_units: teams and departments.

    moved_teams: those that moved most, of `moved` in all. has_views: a manager submitted an own view. before: the cycle before.
    """

    cycle: Cycle
    before: Cycle | None
    dimensions: tuple[AskedDimension, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    units: int
    shown_units: int
    small: tuple[SmallTeam, ...]
    strongest: tuple[Ranked, ...]
    weakest: tuple[Ranked, ...]
    gaps: tuple[TeamGap, ...]
    has_views: bool
    moved_teams: tuple[MovedTeam, ...]
    moved: int
    target: int
    acting: ActingTeams

    @property
    def whole(self) -> Row | None:
        return self.rows[0] if self.rows else None

    @property
    def is_published(self) -> bool:
        """The whole is shown as soon as any unit in it is."""
        return self.whole is not None and not self.whole.is_hidden

    @property
    def is_folded(self) -> bool:
        return len(self.rows) <= self.units

    @property
    def overall(self) -> Shown | None:
        return self.whole.overall if self.whole and isinstance(self.whole.overall, Shown) else None

    @property
    def answers_short(self) -> int:
        return answers_short(self.whole.participation if self.whole else None, self.target)

    @property
    def smallest(self) -> tuple[SmallTeam, ...]:
        """The first of those too small to show."""
        return self.small[:MOST_SMALL]

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
        figures = (figure for row in self.rows for figure in row.cells)
        return bool(self.moved_teams) or any(isinstance(figure, Shown) and figure.change for figure in figures)

    @property
    def moved_dimensions(self) -> tuple[MovedDimension, ...]:
        found = [
            MovedDimension(dimension, figure, change)
            for dimension, figure in self._of_whole()
            if isinstance(figure, Shown) and (change := clear_change(figure))
        ]
        return tuple(sorted(found, key=lambda moved: size_of(moved.change), reverse=True))

    def _of_whole(self) -> tuple[tuple[AskedDimension, FigureValue], ...]:
        return tuple(zip(self.dimensions, self.whole.cells[1:], strict=True)) if self.whole else ()

    def _means(self) -> tuple[tuple[AskedDimension, Decimal], ...]:
        return tuple((dimension, figure.mean.value) for dimension, figure in self._of_whole() if isinstance(figure, Shown))

    def _at(self, *, highest: bool) -> tuple[AskedDimension, ...]:
        """The dimensions with the highest or lowest mean of the whole; nothing where all are alike."""
        means = self._means()
        if len(means) < 2 or self.all_alike:
            return ()
        end = (max if highest else min)(mean for _, mean in means)
        return tuple(dimension for dimension, mean in means if mean == end)


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """`overview` is None while no cycle has been closed; then `participation` tells how the first one stands."""

    cycles: tuple[Cycle, ...]
    overview: Overview | None
    running: Turnout | None
    participation: ParticipationPage | None = None


def overview_page(cycle: Cycle | None, closed: Sequence[Cycle], running: Cycle | None) -> OverviewPage:
    """HR's first screen for one of the closed cycles, and how the running one stands."""
    if cycle is None:
        page = participation_page(running) if running else None
        return OverviewPage(tuple(closed), None, page.turnout if page else None, page)
    return OverviewPage(tuple(closed), overview_of(cycle, closed), turnout_of(running) if running else None)


def overview_of(cycle: Cycle, closed: Sequence[Cycle] = ()) -> Overview:
    """Everything on the first screen for a closed cycle. Of a thousand teams it reads only what it shows.

    closed: all closed cycles, newest first, where they are at hand.
    """
    dimensions, teams = asked_in(cycle), _units_told(cycle)
    whole = teams[0]
    below = whole.last or 1
    columns, fold = columns_of(dimensions), AS_IT_COMES.settled(whole.last + 1)
    visible, moved, small = unfolded(teams, fold), _moved(teams), _small(teams)
    book = book_of(cycle, teams, visible + moved[:MOST_MOVED], columns, also=Q(team=whole, kind=PRACTICE))
    strongest, weakest = _extremes(_practices_of(book, whole, dimensions))
    before = _before(cycle, list(closed or Cycle.objects.closed()))
    gaps, active = _gaps(cycle, before, dimensions)
    return Overview(
        cycle=cycle,
        before=before,
        dimensions=dimensions,
        columns=columns,
        rows=tuple(_row(book, team, columns, fold) for team in visible),
        units=below,
        shown_units=below - sum(found.team != whole or not whole.last for found in small),
        small=small,
        strongest=strongest,
        weakest=weakest,
        gaps=gaps,
        has_views=bool(gaps) or SelfAssessment.objects.filter(team__cycle=cycle, submitted_at__isnull=False).exists(),
        moved_teams=_moved_teams(book, moved[:MOST_MOVED]),
        moved=len(moved),
        target=Organisation.current().target,
        acting=ActingTeams(teams=whole.last + 1 - sum(team.has_teams_below for team in teams), active=active),
    )


def _units_told(cycle: Cycle) -> list[CycleTeam]:
    """Those of which the first screen tells something, in the tree's order: departments, what is hidden or has clearly moved, and
    the first ones, so that of a few all are there."""
    told = Q(last__gt=F("position")) | Q(answered=None) | Q(direction__in=["up", "down"]) | Q(position__lt=FEW_ROWS)
    return list(units_of(cycle).filter(told))


def _before(cycle: Cycle, newest_first: list[Cycle]) -> Cycle | None:
    return next(iter(newest_first[newest_first.index(cycle) + 1 :]), None)


def _row(book: Book, team: CycleTeam, columns: tuple[Column, ...], fold: Fold) -> Row:
    """A shut department opens on the page of the heat map."""
    shut = team.has_teams_below and team.parent_id and fold.level == DEPARTMENTS
    query = Choice(team.cycle.slug, fold=fold.turned(team)).query if shut else ""
    return Row(team, participation_of(team), cells_of(book, team, columns), query=query)


def _moved(teams: Sequence[CycleTeam]) -> list[CycleTeam]:
    """Below the whole those with a clear change, most first; one without a number, at the end of the scale, comes last."""
    found = [team for team in teams[1:] if team.direction in {"up", "down"}]  # type: ignore[attr-defined]  # annotated
    return sorted(found, key=lambda team: abs(team.points or Decimal(0)), reverse=True)  # type: ignore[attr-defined]  # annotated


def _moved_teams(book: Book, teams: Sequence[CycleTeam]) -> tuple[MovedTeam, ...]:
    figures = ((team, book.figure(team)) for team in teams)
    return tuple(
        MovedTeam(team, figure, change)
        for team, figure in figures
        if isinstance(figure, Shown) and (change := clear_change(figure))
    )


def _small(teams: Sequence[CycleTeam]) -> tuple[SmallTeam, ...]:
    """In the tree's order."""
    counted: dict[int, str] = {}
    for team in teams:
        shown = team.overall is not None  # type: ignore[attr-defined]  # annotated
        counted[team.pk] = team.name if shown else counted.get(team.parent_id or 0, "")
    return tuple(SmallTeam(team, counted[team.pk]) for team in teams if participation_of(team) is None)


def _practices_of(book: Book, whole: CycleTeam, dimensions: tuple[AskedDimension, ...]) -> list[Ranked]:
    """The organisation's shown practices in the questionnaire's order."""
    practices = [practice for dimension in dimensions for practice in dimension.practices]
    figures = ((practice, book.figure(whole, PRACTICE, practice.code)) for practice in practices)
    return [Ranked(practice, figure) for practice, figure in figures if isinstance(figure, Shown)]


def _extremes(practices: list[Ranked]) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    """The three strongest and the three weakest; none stands in both lists, and neither exists where all are alike."""
    ordered = sorted(practices, key=_mean, reverse=True)
    strongest = [ranked for ranked in ordered if _mean(ranked) > _mean(ordered[-1])][:3]
    weakest = [ranked for ranked in sorted(practices, key=_mean) if _mean(ranked) < _mean(ordered[0]) and ranked not in strongest]
    return tuple(strongest), tuple(weakest[:3])


def _mean(ranked: Ranked) -> Decimal:
    return ranked.figure.mean.value


def _gaps(cycle: Cycle, before: Cycle | None, dimensions: tuple[AskedDimension, ...]) -> tuple[tuple[TeamGap, ...], int]:
    """The three largest clear differences, at most one per team, as closing has found them; and how many teams act."""
    standing = Action.objects.standing_after(cycle, before).exclude(state=Action.State.DROPPED)
    teams = CycleTeam.objects.filter(cycle=cycle, last=F("position")).order_by()
    active = teams.filter(Q(pk__in=standing.values("unit")) | Q(team__in=standing.values("unit__team")))
    number = Coalesce(Subquery(active.values("cycle").annotate(number=Count("pk")).values("number")), 0)
    # It rides along: a statement less.
    widest = WidestGap.objects.filter(cycle=cycle).select_related("figure__team").annotate(active=number)
    found = list(widest.order_by("-size", "figure__team__position")[:MOST_GAPS])
    acting = found[0].active if found else active.count()
    return tuple(_gap(one, dimensions) for one in found), acting


def _gap(found: WidestGap, dimensions: tuple[AskedDimension, ...]) -> TeamGap:
    team = found.figure.team
    figure = found.figure.value(team.invited)
    (dimension,) = (one for one in dimensions if one.code == found.figure.code)
    kind = pattern(figure, found.manager) or Pattern.UNCLEAR
    return TeamGap(team, dimension, figure, gap(found.manager, figure.mean, figure.interval), kind)
