"""A unit after close: the leader's four steps, and the improvement report. Both read the same figures."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from assessments.analysis.recommendations import Candidate, Pattern, Pick, largest_gap, opportunities, pattern, strengths
from assessments.analysis.values import FigureValue, Gap, Participation, Shown
from assessments.models import Cycle, CycleTeam, Practice
from assessments.results.figures import (
    DIMENSION,
    OVERALL,
    PRACTICE,
    Asked,
    AskedDimension,
    Book,
    asked_in,
    medians_of,
    read_book,
    with_units_above,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with the leader's value and the median team's on the same scale."""

    code: str
    title: str
    figure: FigureValue
    manager: Decimal | int | None
    median: Decimal | None
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The practice on which leader and team differ most."""

    practice: Asked
    figure: Shown
    gap: Gap


@dataclass(frozen=True, slots=True)
class Advice:
    """What a report says about one practice."""

    why: str
    idea: str
    start: str
    build: str
    keep: str
    talk: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A strength or an opportunity: the figures behind the choice and what to do."""

    practice: Asked
    pick: Pick
    advice: Advice


@dataclass(frozen=True, slots=True)
class DimensionLines:
    line: Line
    practices: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """A unit directly below, with its overall figure."""

    team: CycleTeam
    overall: FigureValue


@dataclass(frozen=True, slots=True)
class TeamResult:
    """`is_first`: no earlier closed cycle holds this team. `counted_in`: the next larger shown unit of a hidden one."""

    cycle: Cycle
    team: CycleTeam
    is_first: bool
    above: tuple[CycleTeam, ...]
    below: tuple[Below, ...]
    participation: Participation | None
    overall: Line
    dimensions: tuple[DimensionLines, ...]
    strengths: tuple[Chosen, ...]
    opportunities: tuple[Chosen, ...]
    difference: Difference | None
    counted_in: CycleTeam | None

    @property
    def is_hidden(self) -> bool:
        return self.participation is None

    @property
    def has_median(self) -> bool:
        return self.overall.median is not None

    @property
    def has_manager_view(self) -> bool:
        return self.overall.manager is not None

    @property
    def highest(self) -> Line | None:
        return self._extreme(1)

    @property
    def lowest(self) -> Line | None:
        return self._extreme(-1)

    def _extreme(self, sign: int) -> Line | None:
        """The dimension with the highest (1) or lowest (-1) mean; None where several share it."""
        shown = [
            (sign * lines.line.figure.mean.value, lines.line) for lines in self.dimensions if isinstance(lines.line.figure, Shown)
        ]
        best = max((value for value, _ in shown), default=None)
        found = [line for value, line in shown if value == best]
        return found[0] if len(found) == 1 else None

    def in_pattern(self, kind: Pattern) -> tuple[Line, ...]:
        return tuple(lines.line for lines in self.dimensions if lines.line.pattern is kind)

    @property
    def both_high(self) -> tuple[Line, ...]:
        return self.in_pattern(Pattern.BOTH_HIGH)

    @property
    def both_low(self) -> tuple[Line, ...]:
        return self.in_pattern(Pattern.BOTH_LOW)

    @property
    def blind_spots(self) -> tuple[Line, ...]:
        return self.in_pattern(Pattern.BLIND_SPOT)

    @property
    def hidden_strengths(self) -> tuple[Line, ...]:
        return self.in_pattern(Pattern.HIDDEN_STRENGTH)

    @property
    def no_pattern(self) -> tuple[Line, ...]:
        return self.in_pattern(Pattern.UNCLEAR)


def team_result(team: CycleTeam) -> TeamResult:
    """Everything about one unit of a closed cycle, in a constant number of queries."""
    cycle = team.cycle
    path = with_units_above(team)
    book = read_book(cycle, path)
    medians = medians_of(cycle)
    asked = asked_in(cycle)
    practices = {practice.code: practice for dimension in asked for practice in dimension.practices}
    candidates = _candidates(book, team, asked, medians)
    picked = (strengths(candidates), opportunities(candidates))
    advice = _advice([pick.code for picks in picked for pick in picks])
    chosen = [tuple(Chosen(practices[pick.code], pick, advice[pick.code]) for pick in picks) for picks in picked]
    shown_above = [unit for unit in path if unit.pk != team.pk and book.participation(unit)]
    return TeamResult(
        cycle=cycle,
        team=team,
        is_first=not _was_asked_before(team),
        above=tuple(path[:-1]),
        below=_below(team, path),
        participation=book.participation(team),
        overall=Line("", "", book.figure(team), book.manager(team).overall, medians.get((OVERALL, ""))),
        dimensions=tuple(_lines(book, team, dimension, medians) for dimension in asked),
        strengths=chosen[0],
        opportunities=chosen[1],
        difference=_difference(candidates, practices),
        counted_in=shown_above[-1] if shown_above and not book.participation(team) else None,
    )


def _below(team: CycleTeam, path: list[CycleTeam]) -> tuple[Below, ...]:
    children = list(CycleTeam.objects.filter(parent=team))
    book = read_book(team.cycle, [*path, *children], kinds=(OVERALL,))
    return tuple(Below(child, book.figure(child)) for child in children)


def _was_asked_before(team: CycleTeam) -> bool:
    cycle = team.cycle
    earlier = Cycle.objects.closed().filter(Q(closes__lt=cycle.closes) | Q(closes=cycle.closes, pk__lt=cycle.pk))
    # A team that HR has removed has no key; it must not be taken for another removed one.
    return CycleTeam.objects.filter(team=team.team_id, team__isnull=False, cycle__in=earlier).exists()


def _candidates(
    book: Book, team: CycleTeam, asked: tuple[AskedDimension, ...], medians: dict[tuple[str, str], Decimal]
) -> list[Candidate]:
    ratings = book.manager(team).practices
    return [
        Candidate(
            code=practice.code,
            dimension=dimension.code,
            figure=book.figure(team, PRACTICE, practice.code),
            manager=ratings.get(practice.code),
            median=medians.get((PRACTICE, practice.code)),
        )
        for dimension in asked
        for practice in dimension.practices
    ]


def _lines(book: Book, team: CycleTeam, dimension: AskedDimension, medians: dict[tuple[str, str], Decimal]) -> DimensionLines:
    view = book.manager(team)
    figure, own = book.figure(team, DIMENSION, dimension.code), view.dimensions.get(dimension.code)
    median = medians.get((DIMENSION, dimension.code))
    return DimensionLines(
        line=Line(dimension.code, dimension.title, figure, own, median, pattern(figure, own)),
        practices=tuple(
            Line(
                practice.code,
                practice.title,
                book.figure(team, PRACTICE, practice.code),
                view.practices.get(practice.code),
                medians.get((PRACTICE, practice.code)),
            )
            for practice in dimension.practices
        ),
    )


def _advice(codes: list[str]) -> dict[str, Advice]:
    practices = Practice.objects.filter(code__in=codes).prefetch_related("articles")
    return {practice.code: _advice_of(practice) for practice in practices}


def _advice_of(practice: Practice) -> Advice:
    titles = tuple(article.title for article in practice.articles.all())
    return Advice(practice.why, practice.idea, practice.start, practice.build, practice.keep, practice.talk, titles)


def _difference(candidates: list[Candidate], practices: dict[str, Asked]) -> Difference | None:
    found = largest_gap(candidates)
    if found is None:
        return None
    candidate, gap = found
    if not isinstance(candidate.figure, Shown):
        return None
    return Difference(practices[candidate.code], candidate.figure, gap)
