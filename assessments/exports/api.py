"""What programs may ask for: one description of each answer, from which the answer itself and the OpenAPI document are made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.exports.as_json import as_object
from assessments.exports.table import Column, Kind, Row, Text
from assessments.exports.tables import FIGURES, PARTICIPATION, QUALITY, SHOWN, TEAM, participation_row, row_of
from assessments.results.cells import KINDS, Cell, Unit
from assessments.results.figures import AskedDimension
from assessments.results.methods import Measured, MethodsPage

VERSION = "1"
UNIT = Column("unit", _("Key of the unit in this cycle"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """Of the address's query. form: its JSON schema."""

    name: str
    about: Text
    form: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """name: of the list in the answer, and the last word of the address. more: what stands beside the list, by JSON schema."""

    name: str
    about: Text
    columns: tuple[Column, ...]
    of_cycle: bool = True
    parameters: tuple[Parameter, ...] = ()
    more: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    def answer(self, rows: Iterable[Row], **more: Any) -> dict[str, Any]:
        return more | {self.name: [as_object(self.columns, row) for row in rows]}


INTEGER, NUMBERS = {"type": "integer"}, {"type": "object", "additionalProperties": {"type": "number"}}
PAGES = (("page", INTEGER), ("pages", INTEGER), ("next", {"type": ["string", "null"]}))

CYCLES = Resource(
    "cycles",
    _("The closed cycles, newest first."),
    (
        Column("cycle", _("Key of the cycle, for the addresses below")),
        Column("name", _("Name")),
        Column("opens", _("First day"), Kind.DAY),
        Column("closes", _("Last day"), Kind.DAY),
        Column("k", _("Smallest group shown"), Kind.WHOLE),
        Column("questionnaire", _("Code of the questionnaire")),
        Column("version", _("Version of the questionnaire"), Kind.WHOLE),
    ),
    of_cycle=False,
)
UNITS = Resource(
    "units",
    _("The organisation as it was in the cycle, each unit after the one that it belongs to."),
    (
        *(UNIT, TEAM, Column("name", _("Name")), Column("parent", _("Key of the unit above; empty for the whole"))),
        *(Column("depth", _("How many units stand above"), Kind.WHOLE), SHOWN),
    ),
)
QUESTIONNAIRE = Resource(
    "questionnaire",
    _("What was asked, practice by practice, in its order."),
    (
        *(Column("dimension", _("Code of the dimension")), Column("dimension_title", _("Dimension"))),
        Column("outcome", _("Whether it is what good service should lead to"), Kind.SHOWN),
        *(Column("code", _("Code of the practice")), Column("title", _("Practice"))),
        *(Column("statement_team", _("Statement for the team")), Column("statement_manager", _("Statement for the manager"))),
    ),
)
FIGURES_OF = Resource(
    "figures",
    _("Figures, shown or hidden, some units at a time. What is hidden carries no number."),
    (UNIT, *FIGURES),
    parameters=(
        Parameter("kind", _("Only figures of this kind"), {"enum": [str(kind) for kind in KINDS]}),
        Parameter("unit", _("Only figures of this unit, by its key"), {"type": "string", "format": "uuid"}),
        Parameter("page", _("Which page, from 1 on"), {"type": "integer", "minimum": 1, "default": 1}),
    ),
    more=PAGES,
)
PARTICIPATION_OF = Resource(
    "participation",
    _("How many of the invited answered, for the units that are shown."),
    (UNIT, *PARTICIPATION),
    more=(("target", INTEGER),),
)
METHODS = Resource(
    "methods",
    _("What the rules turn on, and how well each dimension measured; the last row is the overall figure."),
    (
        *(Column("title", _("Dimension")), Column("practices", _("Practices"), Kind.WHOLE)),
        *(Column("persons", _("People"), Kind.WHOLE), *(Column(key, heading, Kind.FINE) for key, heading in QUALITY)),
        Column("obstacle", _("Why teams are not compared; empty where they are")),
    ),
    more=(("limits", NUMBERS),),
)
RESOURCES = (CYCLES, UNITS, QUESTIONNAIRE, FIGURES_OF, PARTICIPATION_OF, METHODS)


def cycle_row(cycle: Any) -> Row:
    asked = cycle.questionnaire
    return (cycle.slug, cycle.name, cycle.opens, cycle.closes, cycle.k, asked.code, asked.version)


def unit_rows(units: Iterable[Unit]) -> Iterator[Row]:
    keys: dict[int | None, str] = {}
    for unit in units:
        team = unit.team
        keys[team.pk] = str(team.uid)
        yield (keys[team.pk], team.path, team.name, keys.get(team.parent_id), team.depth, unit.participation is not None)


def practice_rows(asked: Iterable[AskedDimension]) -> Iterator[Row]:
    for dimension in asked:
        for one in dimension.practices:
            yield (dimension.code, dimension.title, dimension.outcome, one.code, one.title, one.team, one.manager)


def figure_row(cell: Cell) -> Row:
    return (str(cell.team.uid), *row_of(cell))


def turnout_row(unit: Unit) -> Row:
    return (str(unit.team.uid), *participation_row(unit.team.path, unit.participation))


def methods_answer(page: MethodsPage) -> dict[str, Any]:
    limits = {name: float(value) if isinstance(value, Decimal) else value for name, value in asdict(page.limits).items()}
    return METHODS.answer((_measured_row(one) for one in page.measured), limits=limits)


def _measured_row(one: Measured) -> Row:
    numbers = (one.alpha, one.alpha_low, one.alpha_high, one.icc1, one.icc2, one.rwg)
    return (one.title, one.practices or None, one.persons, *numbers, one.obstacle or None)
