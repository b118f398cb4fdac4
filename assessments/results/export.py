"""What somebody takes along of a closed cycle: all of it, a part of the organisation, or one dimension."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.analysis.values import Participation
from assessments.models import Cycle, CycleTeam, Organisation
from assessments.models import Participation as ParticipationRow
from assessments.results.cells import KINDS, Cell, GapCell, TrendCell, Unit, cells_in, gaps_in, trends_of, units_of
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, AskedDimension, asked_in, medians_of
from assessments.results.methods import MethodsPage, methods_page

UNITS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Export:
    """under: from this unit down; None for everything. dimension: of this one only; None for all. asked: what remains of both."""

    cycle: Cycle
    under: CycleTeam | None
    dimension: AskedDimension | None
    asked: tuple[AskedDimension, ...]

    @property
    def kinds(self) -> Sequence[str]:
        return (DIMENSION, PRACTICE) if self.dimension else KINDS

    def units(self, *kinds: str) -> Iterator[Unit]:
        return units_of(self.cycle, under=self.under, kinds=kinds)

    def cells(self) -> Iterator[Cell]:
        return cells_in(self.units(*self.kinds), self.asked, self.kinds)

    @property
    def size(self) -> int:
        """How many cells: of each unit the overall figure, dimensions and practices."""
        return self.cycle.teams.count() * (1 + len(self.asked) + sum(len(one.practices) for one in self.asked))

    def gaps(self) -> Iterator[GapCell]:
        return gaps_in(cells_in(self.units(DIMENSION, PRACTICE), self.asked, (DIMENSION, PRACTICE)))

    def trends(self) -> Iterator[TrendCell]:
        return trends_of(self.cycle, code=self.dimension.code if self.dimension else "", under=self.under)

    def methods(self) -> MethodsPage:
        return methods_page(self.cycle, [self.cycle], reads_everything=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """The first sheet: one unit's figures, who took part, how many units can be shown. Medians by kind and code."""

    unit: Unit
    cells: tuple[Cell, ...]
    medians: dict[tuple[str, str], Decimal]
    shown: int
    units: int
    target: int

    @property
    def participation(self) -> Participation | None:
        return self.unit.participation


class NotAsked(LookupError):
    """The cycle's questionnaire does not have this dimension."""


def export_of(cycle: Cycle, *, under: CycleTeam | None = None, dimension: str = "") -> Export:
    """Raises NotAsked for the code of a dimension that the cycle does not have."""
    asked = asked_in(cycle)
    chosen = next((one for one in asked if one.code == dimension), None)
    if dimension and chosen is None:
        raise NotAsked(dimension)
    return Export(cycle, under, chosen, (chosen,) if chosen else asked)


def summary_of(export: Export) -> Summary:
    """Of the unit that stands above all others in the export."""
    cycle = export.cycle
    top = export.under or cycle.teams.get(position=0)
    [unit] = units_of(cycle, teams=[top], kinds=(OVERALL, DIMENSION))
    shown = ParticipationRow.objects.filter(team__cycle=cycle, team__position__range=(top.position, top.last))
    return Summary(
        unit=unit,
        cells=tuple(cells_in([unit], export.asked, (OVERALL, DIMENSION))),
        medians=medians_of(cycle),
        shown=shown.count(),
        units=top.last - top.position + 1,
        target=Organisation.current().target,
    )


# --- page by page, for programs -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellsPage:
    """Cells of some neighbouring units."""

    cells: tuple[Cell, ...]
    page: int
    pages: int


def cells_page(cycle: Cycle, *, kinds: Sequence[str] = KINDS, unit: uuid.UUID | None = None, page: int = 1) -> CellsPage | None:
    """Of all units, or of one; None beyond the last page, and of a unit that there is not."""
    teams = cycle.teams.filter(uid=unit) if unit else cycle.teams.all()
    pages = -(-teams.count() // UNITS_A_PAGE)
    if not 1 <= page <= pages:
        return None
    chosen = list(teams[(page - 1) * UNITS_A_PAGE : page * UNITS_A_PAGE])
    units = units_of(cycle, kinds=kinds, teams=chosen)
    return CellsPage(tuple(cells_in(units, asked_in(cycle), kinds)), page, pages)
