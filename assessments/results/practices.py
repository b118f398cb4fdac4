"""One practice: what it asks and where it is from, what people and managers say, where it is high and low, what to do."""

from dataclasses import dataclass

from assessments.analysis.recommendations import Pattern, Step, pattern, step_for
from assessments.analysis.standing import Managers, Standing, managers_together, standing
from assessments.analysis.values import FigureValue, Hidden, Shown
from assessments.models import Item, Practice
from assessments.results.figures import PRACTICE
from assessments.results.quarters import Course, quarters_of
from assessments.results.reading import Place, Reading, listed, places_of, units_in, views_in


@dataclass(frozen=True, slots=True)
class PracticePage:
    """`item` is None where this cycle did not ask for it. `places`: the units below the one looked at, in the tree's order; of
    very many the departments."""

    reading: Reading
    practice: Practice
    articles: tuple[str, ...]
    item: Item | None
    figure: FigureValue
    managers: Managers | None
    places: tuple[Place, ...]
    only_departments: bool
    course: Course

    @property
    def team_statement(self) -> str:
        return self.item.team if self.item else self.practice.team

    @property
    def manager_statement(self) -> str:
        return self.item.manager if self.item else self.practice.manager

    @property
    def step(self) -> Step | None:
        """Which of the three steps fits the level."""
        return step_for(self.figure) if isinstance(self.figure, Shown) else None

    @property
    def above(self) -> tuple[Place, ...]:
        return self._standing(Standing.ABOVE)

    @property
    def alike(self) -> tuple[Place, ...]:
        return self._standing(Standing.ALIKE)

    @property
    def below(self) -> tuple[Place, ...]:
        return self._standing(Standing.BELOW)

    @property
    def hidden(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if isinstance(place.figure, Hidden))

    @property
    def blind_spots(self) -> int:
        """Units whose manager rates it clearly higher."""
        return self._in_pattern(Pattern.BLIND_SPOT)

    @property
    def hidden_strengths(self) -> int:
        return self._in_pattern(Pattern.HIDDEN_STRENGTH)

    def _standing(self, wanted: Standing) -> tuple[Place, ...]:
        if not isinstance(self.figure, Shown):
            return ()
        whole = self.figure.mean
        return tuple(place for place in self.places if isinstance(place.figure, Shown) and standing(place.figure, whole) is wanted)

    def _in_pattern(self, wanted: Pattern) -> int:
        return sum(pattern(place.figure, place.manager) is wanted for place in self.places)


def practice_page(reading: Reading, practice: Practice) -> PracticePage:
    """In a constant number of queries."""
    units = units_in(reading)
    places = places_of(reading, units, PRACTICE, practice.code, views_in(reading, units))
    named = {unit.pk for unit in listed(units)}
    item = Item.objects.filter(questionnaire=reading.cycle.questionnaire_id, practice=practice).first()
    return PracticePage(
        reading=reading,
        practice=practice,
        articles=tuple(article.title for article in practice.articles.all()),
        item=item,
        figure=places[0].figure,
        managers=managers_together(place.manager for place in places if place.manager is not None),
        places=tuple(place for place in places[1:] if place.team.pk in named),
        only_departments=len(named) < len(units),
        course=Course(quarters_of(reading.top, PRACTICE, practice.code)),
    )
