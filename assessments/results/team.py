"""A unit after close: the leader's four steps, and the improvement report. Both read the same figures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments.analysis.recommendations import Candidate, Pattern, Pick, largest_gap, opportunities, pattern, strengths
from assessments.analysis.trend import TrendPoint
from assessments.analysis.values import AgreementWord, Change, FigureValue, Gap, Participation, Shown
from assessments.models import Cycle, CycleTeam, Practice
from assessments.results.figures import (
    DIMENSION,
    OVERALL,
    PRACTICE,
    Asked,
    AskedDimension,
    Book,
    asked_in,
    candidates_of,
    medians_of,
    read_book,
    read_figures,
    sure_drivers,
    with_units_above,
)
from assessments.results.quarters import Quarter, TrendDirection, clear_change, quarters_of, size_of
from assessments.results.texts import TextsOf, texts_of

TURNOUT_JUMP = 20  # per cent of the invited


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with the leader's value and the median team's on the same scale."""

    code: str
    title: str
    figure: FigureValue
    manager: Decimal | int | None
    median: Decimal | None
    pattern: Pattern | None = None

    @property
    def change(self) -> Change | None:
        return self.figure.change if isinstance(self.figure, Shown) else None


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
    """`quarters`: this cycle and those before it that hold the team, oldest first. `counted_in`: the next larger shown unit."""

    cycle: Cycle
    team: CycleTeam
    quarters: tuple[Quarter, ...]
    above: tuple[CycleTeam, ...]
    below: tuple[Below, ...]
    participation: Participation | None
    overall: Line
    dimensions: tuple[DimensionLines, ...]
    strengths: tuple[Chosen, ...]
    opportunities: tuple[Chosen, ...]
    difference: Difference | None
    counted_in: CycleTeam | None
    texts: TextsOf

    @property
    def is_hidden(self) -> bool:
        return self.participation is None

    @property
    def before(self) -> Quarter | None:
        """The last closed cycle before this one that holds the team."""
        return self.quarters[-2] if len(self.quarters) > 1 else None

    @property
    def is_first(self) -> bool:
        return self.before is None

    @property
    def points(self) -> tuple[TrendPoint, ...]:
        """The overall figure over the cycles, from two shown ones on."""
        points = tuple(quarter.point for quarter in self.quarters)
        return points if sum(isinstance(point.figure, Shown) for point in points) > 1 else ()

    @property
    def has_break(self) -> bool:
        return any(point.breaks_before for point in self.points)

    @property
    def trend(self) -> TrendDirection | None:
        return self.quarters[-1].trend

    @property
    def turnout_jumped(self) -> bool:
        """So many more or fewer answered than before that a change may come from who did."""
        before = self.before.participation if self.before else None
        return bool(before and self.participation and abs(before.percent - self.participation.percent) > TURNOUT_JUMP)

    @property
    def is_compared(self) -> bool:
        """Any of its figures is."""
        return any(line.change for line in self._lines())

    @property
    def moved(self) -> tuple[Line, ...]:
        """Dimensions that clearly changed, most first."""
        return _moved(lines.line for lines in self.dimensions)

    @property
    def moved_practices(self) -> tuple[Line, ...]:
        return _moved(line for lines in self.dimensions for line in lines.practices)

    @property
    def far_apart(self) -> tuple[Line, ...]:
        """Dimensions on which opinions differ a lot."""
        lines = (lines.line for lines in self.dimensions)
        return tuple(line for line in lines if isinstance(line.figure, Shown) and line.figure.agreement is AgreementWord.FAR)

    @property
    def has_answers(self) -> bool:
        """How the answers lie may be drawn somewhere."""
        return any(isinstance(line.figure, Shown) and line.figure.classes for line in self._lines())

    def _lines(self) -> Iterator[Line]:
        yield self.overall
        for lines in self.dimensions:
            yield from (lines.line, *lines.practices)

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
    candidates = candidates_of(book, team, asked, medians, sure_drivers(cycle))
    picked = (strengths(candidates), opportunities(candidates))
    advice = _advice([pick.code for picks in picked for pick in picks])
    chosen = [tuple(Chosen(practices[pick.code], pick, advice[pick.code]) for pick in picks) for picks in picked]
    shown_above = [unit for unit in path if unit.pk != team.pk and book.participation(unit)]
    return TeamResult(
        cycle=cycle,
        team=team,
        quarters=quarters_of(team),
        above=tuple(path[:-1]),
        below=_below(team, path),
        participation=book.participation(team),
        overall=Line("", "", book.figure(team), book.manager(team).overall, medians.get((OVERALL, ""))),
        dimensions=tuple(_lines(book, team, dimension, medians) for dimension in asked),
        strengths=chosen[0],
        opportunities=chosen[1],
        difference=_difference(candidates, practices),
        counted_in=shown_above[-1] if shown_above and not book.participation(team) else None,
        texts=texts_of(team),
    )


def _below(team: CycleTeam, path: list[CycleTeam]) -> tuple[Below, ...]:
    if not team.has_teams_below:
        return ()
    children = list(CycleTeam.objects.filter(parent=team))
    book = read_figures([*path, *children], OVERALL)
    return tuple(Below(child, book.figure(child)) for child in children)


def _moved(lines: Iterable[Line]) -> tuple[Line, ...]:
    found = [(change, line) for line in lines if (change := clear_change(line.figure))]
    return tuple(line for _change, line in sorted(found, key=lambda pair: size_of(pair[0]), reverse=True))


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
