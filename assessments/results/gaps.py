"""Managers beside teams: unit by unit and practice by practice, with the four patterns."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assessments.analysis.perception import gap
from assessments.analysis.recommendations import Pattern, pattern
from assessments.analysis.standing import Managers
from assessments.analysis.values import FigureValue, Gap, Shown
from assessments.models import CycleTeam
from assessments.results.figures import DIMENSION, PRACTICE, Asked, AskedDimension, Book, ManagerView, read_book, with_units_above
from assessments.results.reading import Reading, listed, managers_of, rating, units_in, views_in


@dataclass(frozen=True, slots=True)
class View:
    """A unit's figure beside its managers' value; gap and pattern are None where one of the two is missing."""

    figure: FigureValue
    manager: Decimal | None
    gap: Gap | None
    pattern: Pattern | None


@dataclass(frozen=True, slots=True)
class UnitViews:
    """A unit with one view for each column; none where its managers submitted nothing, and it stands here for the teams below."""

    team: CycleTeam
    overall: FigureValue
    views: tuple[View, ...]

    @property
    def handed_in(self) -> bool:
        return bool(self.views)

    @property
    def is_hidden(self) -> bool:
        return not any(isinstance(view.figure, Shown) for view in self.views)


@dataclass(frozen=True, slots=True)
class Together:
    """A practice: people in all, managers as a group, and in how many units the two views part."""

    practice: Asked
    managers: Managers | None
    view: View
    blind_spots: int
    hidden_strengths: int


@dataclass(frozen=True, slots=True)
class GapsPage:
    """`dimension`: the one chosen, whose practices are then the columns; None for all, and the columns are dimensions.

    `rated`, `missing`: units whose managers submitted their own view, and those whose managers submitted nothing.
    `only_departments`: there are too many teams to list.
    """

    reading: Reading
    asked: tuple[AskedDimension, ...]
    dimension: AskedDimension | None
    units: tuple[UnitViews, ...]
    together: tuple[tuple[AskedDimension, tuple[Together, ...]], ...]
    rated: int
    missing: int
    only_departments: bool

    @property
    def columns(self) -> tuple[AskedDimension | Asked, ...]:
        return self.dimension.practices if self.dimension else self.asked

    @property
    def counts(self) -> dict[Pattern, int]:
        """How often each pattern occurs among the units and columns."""
        found = [view.pattern for unit in self.units for view in unit.views]
        return {kind: found.count(kind) for kind in Pattern}

    @property
    def blind_spots(self) -> int:
        return self.counts[Pattern.BLIND_SPOT]

    @property
    def hidden_strengths(self) -> int:
        return self.counts[Pattern.HIDDEN_STRENGTH]

    @property
    def both_high(self) -> int:
        return self.counts[Pattern.BOTH_HIGH]

    @property
    def both_low(self) -> int:
        return self.counts[Pattern.BOTH_LOW]

    @property
    def unclear(self) -> int:
        return self.counts[Pattern.UNCLEAR]


def gaps_page(reading: Reading, dimension: AskedDimension | None, asked: tuple[AskedDimension, ...]) -> GapsPage:
    """In a constant number of queries."""
    everything = units_in(reading)
    units, views = listed(everything), views_in(reading, everything)
    above = [unit for unit in with_units_above(reading.top) if unit.pk != reading.top.pk]
    book = read_book(reading.cycle, [*above, *units])
    rated = [unit for unit in units if unit.pk in book.managers]
    kind, columns = (PRACTICE, dimension.practices) if dimension else (DIMENSION, asked)
    return GapsPage(
        reading=reading,
        asked=asked,
        dimension=dimension,
        units=tuple(
            UnitViews(unit, book.figure(unit), _views(book, unit, kind, columns))
            for unit in units
            if unit.pk in book.managers or unit.has_teams_below
        ),
        together=tuple(
            (one, _together(book, reading.top, rated, views.values(), one)) for one in asked if dimension in {None, one}
        ),
        rated=len(rated),
        missing=len(units) - len(rated),
        only_departments=len(units) < len(everything),
    )


def _views(book: Book, unit: CycleTeam, kind: str, columns: Iterable[AskedDimension | Asked]) -> tuple[View, ...]:
    return tuple(_view(book, unit, kind, column.code) for column in columns) if unit.pk in book.managers else ()


def _view(book: Book, unit: CycleTeam, kind: str, code: str) -> View:
    return _beside(book.figure(unit, kind, code), rating(book.manager(unit), kind, code))


def _beside(figure: FigureValue, manager: Decimal | None) -> View:
    if manager is None or not isinstance(figure, Shown):
        return View(figure, manager, None, None)
    return View(figure, manager, gap(manager, figure.mean, figure.interval), pattern(figure, manager))


def _together(
    book: Book, top: CycleTeam, rated: Iterable[CycleTeam], views: Iterable[ManagerView], dimension: AskedDimension
) -> tuple[Together, ...]:
    found = []
    for practice in dimension.practices:
        managers = managers_of(views, PRACTICE, practice.code)
        patterns = [_view(book, unit, PRACTICE, practice.code).pattern for unit in rated]
        found.append(
            Together(
                practice=practice,
                managers=managers,
                view=_beside(book.figure(top, PRACTICE, practice.code), managers.mean if managers else None),
                blind_spots=patterns.count(Pattern.BLIND_SPOT),
                hidden_strengths=patterns.count(Pattern.HIDDEN_STRENGTH),
            )
        )
    return tuple(found)
