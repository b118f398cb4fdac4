"""What goes together with good service: how much each dimension has to do with it, beside how high it stands."""

from dataclasses import dataclass

from assessments.analysis.values import Shown
from assessments.results.methods import GoesTogether, Together, methods_page
from assessments.results.reading import Reading


@dataclass(frozen=True, slots=True)
class DriversPage:
    reading: Reading
    together: Together

    @property
    def drawn(self) -> tuple[tuple[int, GoesTogether, Shown], ...]:
        """The rows of the table that have a place in the picture, under their number in it."""
        rows = enumerate(self.together.rows, start=1)
        return tuple((number, row, row.figure) for number, row in rows if isinstance(row.figure, Shown))


def drivers_page(reading: Reading) -> DriversPage:
    """Studied for the whole organisation only, and told once, in the words of the page on methods."""
    page = methods_page(reading.cycle, (), reads_everything=True)
    if page.together is None:
        raise ValueError("HR reads about the whole organisation.")
    return DriversPage(reading, page.together)
