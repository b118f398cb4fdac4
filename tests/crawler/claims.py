"""What a page may say in which words, and by which stored rows each is judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Cycle, CycleTeam, FigureChange, Text
from tests.crawler.truth import Sayable

if TYPE_CHECKING:
    from tests.crawler.reading import Reader


@dataclass(frozen=True)
class About:
    """What a passage speaks of."""

    unit: CycleTeam | None
    codes: frozenset[str]
    cycle: Cycle | None
    say: Sayable
    column: str


@dataclass(frozen=True)
class Claim:
    name: str
    pattern: re.Pattern[str]
    says: Callable[["Reader", About, tuple[str, ...]], bool]


def per_cents(reader: "Reader", about: About) -> set[str]:
    if about.unit is None or about.cycle is None:
        return set()
    if about.cycle.is_running:
        answered, invited = reader.truth.turnout[about.unit.pk]
        return {str(round(100 * int(answered) / int(invited)))} if int(invited) else set()
    return reader.truth.percents(about.unit) if not reader.truth.is_hidden(about.unit) else set()


def _answered(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    pair = (values[0], values[1])
    if about.unit is None or about.cycle is None:
        return False
    if about.cycle.is_running:
        return pair == reader.truth.turnout[about.unit.pk]
    counted = reader.truth.counted(about.cycle)
    units = {(str(counted[0]), str(counted[1]))} if reader.page.path == "/hr/" and not about.unit.parent_id else set()
    return pair in about.say.answered | reader.truth.took_part(about.unit) | units


def _short(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """How many answers are missing to the target; of the whole only."""
    if about.unit is None or about.unit.parent_id:
        return False
    pairs = {reader.truth.turnout[about.unit.pk]} if about.unit.cycle.is_running else reader.truth.took_part(about.unit)
    return values[0] in {str(max(0, -(-int(invited) * reader.truth.target // 100) - int(answered))) for answered, invited in pairs}


def _k(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return values[0] in {str(cycle.k) for cycle in reader.truth.cycles.values()}


def _moved(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    moved = FigureChange.objects.filter(direction__in=["up", "down"], figure__team__cycle=about.cycle)
    per_kind = [moved.filter(figure__team=about.unit, figure__kind=kind).count() for kind in ("dimension", "practice")]
    return int(values[0]) in {*per_kind, moved.filter(figure__kind="overall", figure__team__parent__isnull=False).count()}


def _too_small(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    if about.cycle is None:
        return False
    shown, units = reader.truth.counted(about.cycle)
    return int(values[0]) == units - shown


def _texts(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """HR is told how many texts of a cycle there are; they stand below for everybody to count."""
    texts = Text.objects.filter(team__cycle=about.cycle)
    return int(values[0]) in {texts.filter(hidden=hidden).count() for hidden in (True, False)}


def _days(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return values[0] in {str(cycle.days_left) for cycle in reader.truth.cycles.values() if cycle.is_running}


def _number(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return "".join(values) in about.say.numbers


def _between(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return (values[0], values[1]) in about.say.ranges | about.say.sizes_between


def _share(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    between = {(values[1], values[2])} if len(values) == 3 else set()
    return values[0] in about.say.shares and between <= about.say.shares_between


def _classes(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return values[0] in about.say.classes


def _two_views(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """A list of dimensions, each with the manager's value and the team's."""
    codes = [code for title, code in reader.truth.dimensions.items() if values[0].endswith(title)]
    say = reader.truth.says(about.unit, codes) if about.unit else Sayable()
    return values[1] in say.managers and "".join(values[2:]) in say.means


def _always(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return True


MEAN = re.compile(r"(\d\.\d)( or more| or less)?")
COLUMNS = {"Team": "mean", "Team’s mean": "mean", "Overall": "mean", "Manager": "manager", "Median": "median"}
CLAIMS = tuple(
    Claim(name, re.compile(pattern), says)
    for name, pattern, says in (
        ("scale", r"\b(1) to (5)\b", _always),
        ("mean", r"(\d\.\d)( or more| or less)? of 5\b", lambda reader, about, values: "".join(values) in about.say.means),
        ("page", r"\b([123]) of 3$", _always),
        ("size", r"changes of about (\d\.\d) or more", lambda reader, about, values: values[0] in about.say.sizes),
        ("two views", r"([^\W\d][\w ]*) \((\d\.\d) and (\d\.\d)( or more| or less)?\)", _two_views),
        ("place in a list", r"^(\d)\. ", _always),
        ("classes", r"((?:\S+ percent [a-z ]+, )+\S+ percent (?:strongly )?agree)", _classes),
        ("share", r"(\d+ %(?: or more| or fewer)?) agree(?:, likely between (\d+) and (\d+) %)?", _share),
        ("range", r"between (\d\.\d+) and (\d\.\d+)", _between),
        ("range", r"(\d\.\d) to (\d\.\d)", lambda reader, about, values: values in about.say.ranges),
        ("k", r"(?:[Ff]ewer than|[Aa]t least) (\d+)", lambda *said: _k(*said) or said[2] == ("10",)),
        ("target", r"[Tt]arget (?:of )?(\d+) %", lambda reader, about, values: values[0] == str(reader.truth.target)),
        ("answers short", r"(\d+) (?:more )?answers? (?:short|reach)", _short),
        ("answers short", r"missed by (\d+) answers", _short),
        (
            "practices",
            r"of (\d+) practices",
            lambda reader, about, values: about.unit is not None and int(values[0]) == reader.truth.shown_practices[about.unit.pk],
        ),
        ("dimensions", r"(\d+) dimensions", lambda reader, about, values: int(values[0]) <= len(reader.truth.dimensions)),
        ("moved", r"moved most, of (\d+)", _moved),
        ("days", r"(\d+) days", _days),
        ("too small", r"(\d+) (?:are|teams) too small", _too_small),
        ("texts", r"(\d+) (?:texts|are hidden)", _texts),
        ("cycles", r"over (\d+) cycles", lambda reader, about, values: int(values[0]) <= len(reader.truth.cycles)),
        ("own view", r"(\d+) of (30) filled in", _always),
        ("answered", r"(\d+) of (\d+)", _answered),
        ("per cent", r"(\d+) %", lambda reader, about, values: values[0] in per_cents(reader, about)),
        ("rating", r"(?:chose|manager) (\d)\b(?!\.)", lambda reader, about, values: values[0] in about.say.managers),
        ("number", r"(\d\.\d\d)", _number),
        ("number", r"(\d\.\d)( or more| or less)?", _number),
    )
)
