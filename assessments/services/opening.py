"""Whom a cycle would ask if it opened now: for HR to look at before it does."""

from dataclasses import dataclass

from assessments.models import Membership, Person, Team
from assessments.models.cycles import DEEPEST_LEVEL
from assessments.services.freezing import Unit, arrange


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """A unit with those who would answer in it. total: there and in the units below."""

    name: str
    path: str
    level: int
    by_mail: int
    by_card: int
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """small: units too small to be shown. without_team, managers: people in no team, and managers with nowhere to answer."""

    units: tuple[UnitAsked, ...]
    small: tuple[UnitAsked, ...]
    without_team: tuple[Person, ...]
    managers: tuple[Person, ...]

    @property
    def by_mail(self) -> int:
        return sum(unit.by_mail for unit in self.units)

    @property
    def by_card(self) -> int:
        return sum(unit.by_card for unit in self.units)

    @property
    def people(self) -> int:
        return self.by_mail + self.by_card


def who_would_be_asked(*, k: int) -> Asked:
    units = arrange({team.pk: team for team in Team.objects.all()})
    rows = tuple(_row(unit, units[at : unit.last + 1]) for at, unit in enumerate(units))
    asked = {person.pk for unit in units for person in unit.people}
    others = [person for person in Person.objects.filter(active=True) if person.pk not in asked]
    placed = set(Membership.objects.filter(person__active=True).values_list("person", flat=True)) if others else set()
    return Asked(
        units=rows,
        small=tuple(row for row in rows if row.total < k),
        without_team=tuple(person for person in others if person.pk not in placed),
        managers=tuple(person for person in others if person.pk in placed),
    )


def _row(unit: Unit, branch: list[Unit]) -> UnitAsked:
    """branch: the unit and those below it."""
    by_mail = sum(bool(person.email) for person in unit.people)
    total = sum(len(one.people) for one in branch)
    return UnitAsked(unit.name, unit.path, min(unit.depth, DEEPEST_LEVEL), by_mail, len(unit.people) - by_mail, total)
