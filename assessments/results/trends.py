"""Any figure of a unit over the closed cycles, and what clearly moved there since the one before."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.analysis.values import Change, FigureValue, Shown
from assessments.models import CycleTeam
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, AskedDimension
from assessments.results.quarters import Course, clear_change, quarters_of, size_of
from assessments.results.reading import Reading, book_of_the_top, places_of, units_in


@dataclass(frozen=True, slots=True)
class Measure:
    """What is followed: overall (empty code and title), a dimension or a practice."""

    kind: str
    code: str
    title: str

    @property
    def name(self) -> str:
        """In the page's address."""
        return self.code or OVERALL


WHOLE_CULTURE = Measure(OVERALL, "", "")


@dataclass(frozen=True, slots=True)
class Moved:
    """A clear change: of a measure in the unit looked at, or of the measure looked at in a unit below."""

    measure: Measure
    team: CycleTeam
    figure: Shown
    change: Change


@dataclass(frozen=True, slots=True)
class TrendsPage:
    """`choices`: the units that can be looked at next. `units`: below the one looked at, where the measure clearly changed."""

    reading: Reading
    asked: tuple[AskedDimension, ...]
    measure: Measure
    choices: tuple[CycleTeam, ...]
    course: Course
    dimensions: tuple[Moved, ...]
    practices: tuple[Moved, ...]
    units: tuple[Moved, ...]

    @property
    def nothing_moved(self) -> bool:
        return not (self.dimensions or self.practices or self.units)


def measure_in(asked: Iterable[AskedDimension], name: str) -> Measure | None:
    """The overall figure, a dimension or a practice that the cycle asked for, by its name in the page's address."""
    dimensions = tuple(asked)
    found = {OVERALL.value: WHOLE_CULTURE}
    found |= {practice.code: Measure(PRACTICE, practice.code, practice.title) for one in dimensions for practice in one.practices}
    found |= {one.code: Measure(DIMENSION, one.code, one.title) for one in dimensions}
    return found.get(name)


def trends_page(reading: Reading, asked: tuple[AskedDimension, ...], measure: Measure) -> TrendsPage:
    """In a constant number of queries."""
    book = book_of_the_top(reading, (OVERALL, DIMENSION, PRACTICE))
    dimensions = [Measure(DIMENSION, one.code, one.title) for one in asked]
    practices = [Measure(PRACTICE, practice.code, practice.title) for one in asked for practice in one.practices]
    top = reading.top
    below = places_of(reading, units_in(reading), measure.kind, measure.code)[1:]
    return TrendsPage(
        reading=reading,
        asked=asked,
        measure=measure,
        choices=_choices(reading),
        course=Course(quarters_of(top, measure.kind, measure.code)),
        dimensions=_moved((one, top, book.figure(top, one.kind, one.code)) for one in dimensions),
        practices=_moved((one, top, book.figure(top, one.kind, one.code)) for one in practices),
        units=_moved((measure, place.team, place.figure) for place in below),
    )


def _moved(figures: Iterable[tuple[Measure, CycleTeam, FigureValue]]) -> tuple[Moved, ...]:
    """Most first."""
    found = [
        Moved(measure, team, figure, change)
        for measure, team, figure in figures
        if isinstance(figure, Shown) and (change := clear_change(figure))
    ]
    return tuple(sorted(found, key=lambda moved: size_of(moved.change), reverse=True))


def _choices(reading: Reading) -> tuple[CycleTeam, ...]:
    """The whole, all departments, and the teams beside and directly below: never a list of a thousand."""
    top = reading.top
    near = {top.pk, top.parent_id}
    units = reading.cycle.teams.all()
    return tuple(unit for unit in units if unit.has_teams_below or unit.pk in near or unit.parent_id in near)
