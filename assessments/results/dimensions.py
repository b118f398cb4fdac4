"""One dimension in the whole or a department: its figure, its practices beside the managers' view, and where teams stand."""

from dataclasses import dataclass

from assessments.analysis.standing import Managers
from assessments.analysis.values import FigureValue, Shown
from assessments.models import Dimension
from assessments.results.bands import Bands, bands_of
from assessments.results.figures import DIMENSION, PRACTICE, Asked, asked_in
from assessments.results.reading import Reading, book_of_the_top, managers_of, units_in, views_in


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """managers: as a group; None where too few of them submitted their own view."""

    practice: Asked
    figure: FigureValue
    managers: Managers | None


@dataclass(frozen=True, slots=True)
class DimensionPage:
    """`lines` is empty where this cycle's questionnaire holds no practice of the dimension."""

    reading: Reading
    dimension: Dimension
    figure: FigureValue
    managers: Managers | None
    lines: tuple[PracticeLine, ...]
    bands: Bands

    @property
    def is_compared(self) -> bool:
        return any(isinstance(line.figure, Shown) and line.figure.change for line in self.lines)

    @property
    def has_answers(self) -> bool:
        """How the answers lie may be drawn somewhere."""
        return any(isinstance(line.figure, Shown) and line.figure.classes for line in self.lines)


def dimension_page(reading: Reading, dimension: Dimension) -> DimensionPage:
    """In a constant number of queries."""
    asked = asked_in(reading.cycle)
    practices = [practice for one in asked if one.code == dimension.code for practice in one.practices]
    book = book_of_the_top(reading, (DIMENSION, PRACTICE))
    views = views_in(reading, units_in(reading)).values()
    [bands] = bands_of(reading.cycle, [dimension.code], asked, reading.under)
    return DimensionPage(
        reading=reading,
        dimension=dimension,
        figure=book.figure(reading.top, DIMENSION, dimension.code),
        managers=managers_of(views, DIMENSION, dimension.code),
        lines=tuple(
            PracticeLine(one, book.figure(reading.top, PRACTICE, one.code), managers_of(views, PRACTICE, one.code))
            for one in practices
        ),
        bands=bands,
    )
