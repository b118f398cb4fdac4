"""What each of HR's reading pages starts from: a closed cycle, and the part of the organisation looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import urlencode

from django.db.models import F

from assessments.analysis.standing import Managers, managers_together
from assessments.analysis.values import FigureValue, Hidden, Shown
from assessments.models import Cycle, CycleTeam, Figure, Participation
from assessments.models.figures import ChangeRow, FigureRow, shown_from
from assessments.results.figures import DIMENSION, PRACTICE, Book, ManagerView, read_book, with_units_above

NO_VIEWS: Mapping[int, ManagerView] = MappingProxyType({})
MOST_UNITS = 200  # where there are more, a page lists departments; their teams are one choice further


@dataclass(frozen=True, slots=True)
class Reading:
    """A closed cycle and what was chosen in it. top: the whole, or the unit chosen. published: anything of the cycle is shown."""

    cycle: Cycle
    cycles: tuple[Cycle, ...]
    published: bool
    departments: tuple[CycleTeam, ...]
    top: CycleTeam

    @property
    def under(self) -> CycleTeam | None:
        """None for the whole."""
        return self.top if self.top.parent_id else None

    @property
    def query(self) -> str:
        """What links to other reading pages carry on."""
        chosen = {"cycle": self.cycle.slug} | ({"under": str(self.under.uid)} if self.under else {})
        return f"?{urlencode(chosen)}"


def reading_of(cycle: Cycle, cycles: Sequence[Cycle], under: CycleTeam | None = None) -> Reading:
    """The whole is shown as soon as any unit in it is. It is no choice among its departments."""
    whole = cycle.teams.select_related("cycle").get(position=0)
    published = Participation.objects.filter(team=whole).exists()
    return Reading(cycle, tuple(cycles), published, tuple(_departments(cycle)), under or whole)


def _departments(cycle: Cycle) -> Iterable[CycleTeam]:
    return cycle.teams.filter(last__gt=F("position"), position__gt=0)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with one figure, and what its leaders submitted for the same."""

    team: CycleTeam
    figure: FigureValue
    manager: Decimal | None


def book_of_the_top(reading: Reading, kinds: Iterable[str]) -> Book:
    """The figures of the whole or the department looked at, and of those above it to say where hidden ones count."""
    return read_book(reading.cycle, with_units_above(reading.top), kinds=kinds)


def units_in(reading: Reading) -> list[CycleTeam]:
    """The whole or the department looked at, and all units below it, in the tree's order."""
    return list(reading.cycle.teams.filter(position__range=(reading.top.position, reading.top.last)))


def listed(units: list[CycleTeam]) -> list[CycleTeam]:
    """Those that a page names: all, or of very many the departments."""
    departments = [unit for unit in units if unit.has_teams_below]
    return departments if len(units) > MOST_UNITS and len(departments) > 1 else units


def views_in(reading: Reading, units: Iterable[CycleTeam]) -> dict[int, ManagerView]:
    """What the leaders of these units submitted, by unit."""
    views = read_book(reading.cycle, units, kinds=()).managers
    wanted = {unit.pk for unit in units}
    return {unit: view for unit, view in views.items() if unit in wanted}


def rating(view: ManagerView | None, kind: str, code: str) -> Decimal | None:
    """What was submitted for a practice, a dimension or over all."""
    if view is None:
        return None
    if kind == PRACTICE:
        return Decimal(view.practices[code]) if code in view.practices else None
    return view.dimensions.get(code) if kind == DIMENSION else view.overall


def managers_of(views: Iterable[ManagerView], kind: str, code: str) -> Managers | None:
    """As a group."""
    found = (rating(view, kind, code) for view in views)
    return managers_together(value for value in found if value is not None)


def places_of(
    reading: Reading, units: Sequence[CycleTeam], kind: str, code: str, views: Mapping[int, ManagerView] = NO_VIEWS
) -> tuple[Place, ...]:
    """One figure of each of these units, which stand in the tree's order."""
    # Where a department is looked at, its hidden answers may count in a unit above it.
    outside = [unit for unit in with_units_above(reading.top) if unit.pk != reading.top.pk]
    shown = _figures_of([*outside, *units], reading, kind, code)
    counted: dict[int, str] = {}
    places = []
    for unit in [*outside, *units]:
        above = counted.get(unit.parent_id or 0, "")
        counted[unit.pk] = unit.name if unit.pk in shown else above
        places.append(Place(unit, shown.get(unit.pk) or Hidden(above), rating(views.get(unit.pk), kind, code)))
    return tuple(places[len(outside) :])


def _figures_of(units: Sequence[CycleTeam], reading: Reading, kind: str, code: str) -> dict[int, Shown]:
    """One figure, so that a page about a practice does not read the others of a thousand teams."""
    invited = {unit.pk: unit.invited for unit in units}
    width = 1 + len(FigureRow._fields)
    rows = Figure.objects.filter(team__cycle=reading.cycle, kind=kind, code=code)
    return {
        row[0]: shown_from(FigureRow(*row[1:width]), invited[row[0]], ChangeRow(*row[width:]))
        for row in rows.values_list("team_id", *FigureRow._fields, *ChangeRow._fields)
        if row[0] in invited
    }
