"""Every cell of a closed cycle, shown or hidden, for everything that is written out."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments.analysis.values import FigureValue
from assessments.models import Cycle, CycleTeam
from assessments.results.figures import DIMENSION, OVERALL, PRACTICE, AskedDimension, Book, asked_in, read_book


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one unit. `kind` is overall, dimension or practice; `code` is "overall" for the first."""

    team: CycleTeam
    kind: str
    code: str
    figure: FigureValue
    manager: Decimal | int | None


def cells_of(cycle: Cycle) -> Iterator[Cell]:
    """Units in the tree's order, each with overall, dimensions, practices in the questionnaire's order."""
    teams = list(cycle.teams.all())
    book = read_book(cycle, teams)
    asked = asked_in(cycle)
    for team in teams:
        yield from _of_unit(book, team, asked)


def _of_unit(book: Book, team: CycleTeam, asked: tuple[AskedDimension, ...]) -> Iterator[Cell]:
    view = book.manager(team)
    yield Cell(team, OVERALL, "overall", book.figure(team), view.overall)
    for dimension in asked:
        yield Cell(
            team, DIMENSION, dimension.code, book.figure(team, DIMENSION, dimension.code), view.dimensions.get(dimension.code)
        )
    for dimension in asked:
        for practice in dimension.practices:
            figure = book.figure(team, PRACTICE, practice.code)
            yield Cell(team, PRACTICE, practice.code, figure, view.practices.get(practice.code))
