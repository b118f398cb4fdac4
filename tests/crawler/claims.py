"""What a page may say in which words, and by which stored rows each is judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from assessments.models import Cycle, CycleTeam, Driver, Figure, FigureChange, Text
from assessments.models.reminders import missing_own_views
from assessments.results.acting import roll_up
from tests.crawler.derived import BLIND_SPOT, HIDDEN_STRENGTH, UNCLEAR
from tests.crawler.truth import Sayable, one_decimal

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

    @property
    def code(self) -> str:
        """Of one figure; several at once are no figure."""
        return next(iter(self.codes)) if len(self.codes) == 1 else "?"


Says: TypeAlias = Callable[["Reader", About, tuple[str, ...]], bool]


@dataclass(frozen=True)
class Claim:
    name: str
    pattern: re.Pattern[str]
    says: Says


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
    """How many answers are missing to the target: what the two printed numbers say anyway."""
    if about.unit is None or (about.unit.cycle.is_running and not reader.truth.may_tell_turnout(about.unit)):
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


def _acting(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """Teams that have an action, of all: written under names, no answers."""
    if about.cycle is None:
        return False
    page = roll_up(about.cycle, ())
    return tuple(map(int, values)) == (page.with_action, page.teams)


def _texts(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """HR is told how many texts of a cycle there are; they stand below for everybody to count."""
    texts = Text.objects.filter(team__cycle=about.cycle)
    return int(values[0]) in {texts.filter(hidden=hidden).count() for hidden in (True, False)}


def _days(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return values[0] in {str(cycle.days_left) for cycle in reader.truth.cycles.values() if cycle.is_running}


def _number(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    together = reader.together(about.code)[:1] if about.column == "Managers" else ()
    return "".join(values) in about.say.numbers.union(together)


def _before(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """The mean that a change is counted from: the same team's in the cycle before."""
    if about.unit is None or about.cycle is None:
        return False
    earlier = [one for one in reader.truth.cycles.values() if one.closes < about.cycle.closes and not one.is_running]
    last = max(earlier, key=lambda one: one.closes, default=None)
    unit = reader._same_team(about.unit, last) if last else None
    return unit is not None and "".join(values) in reader.truth.says(unit, about.codes).numbers


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


# --- what follows from shown figures ------------------------------------------------------------------------------


def _together(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """Managers as a group, of the unit that the page is about."""
    return reader.together(about.code) == values


def _gap_cell(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """The difference with its sign, the pattern, and the two values that both follow from."""
    if reader.derived is None or about.unit is None:
        return False
    manager = reader.truth.managers.get((about.unit.pk, about.code))
    if manager is None:
        return False
    number, pattern = reader.derived.gap_words(about.unit, about.code, Decimal(manager))
    expected = {" ".join([number, pattern, one_decimal(manager), mean]).strip() for mean in about.say.means}
    return " ".join(value.strip() for value in values) in expected


def _pattern(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """All people beside all managers, practice by practice."""
    if reader.derived is None or not (together := reader.derived.together(about.code)):
        return False
    number, pattern = reader.derived.gap_words(reader.derived.top, about.code, together[0])
    return (values[0].lower(), values[1]) == (pattern, number)


def _beside(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    if reader.derived is None or about.unit is None:
        return False
    return tuple(part for part in reader.derived.beside_words(about.unit, about.code) if part) == values


def _change_cell(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    sign = {"up": "+", "down": "−"}[values[1]]
    return values[0][0] == sign and f"{values[1]} {values[0][1:]}" in about.say.changes


def _change(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return " ".join(values).lower() in about.say.changes


def _in_pattern(pattern: str) -> Says:
    """In how many units below managers and team stand in this pattern, on the practice that the row or page is about."""

    def says(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
        if reader.derived is None:
            return False
        of_page = about.codes == reader.codes
        units = [unit for unit in reader.derived.rated if not (of_page and unit == reader.derived.top)]
        return int(values[0]) == reader.derived.count(pattern, about.codes, units)

    return says


def _all_in_pattern(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return reader.derived is not None and int(values[1]) == reader.derived.count(values[0].lower(), reader.gap_columns)


def _in_no_pattern(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return reader.derived is not None and int(values[0]) == reader.derived.count(UNCLEAR, reader.gap_columns)


def _rated(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return reader.derived is not None and values == (str(len(reader.derived.rated)), str(len(reader.gap_columns)))


def _not_rated(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    return reader.derived is not None and int(values[0]) == len(reader.derived.units) - len(reader.derived.rated)


def _hidden(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """As many as the heat map of the same practice shows by name; nothing about how many answers each has."""
    if reader.derived is None:
        return False
    below = [unit for unit in reader.derived.units if unit != reader.derived.top]
    return int(values[0]) == sum((unit.pk, code) not in reader.truth.figures for unit in below for code in reader.codes)


def _rows(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """How many units there are in all is told by their names."""
    return reader.derived is not None and len(reader.derived.units) - int(values[0]) in {0, 1}


def _rows_below(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    bodies = [body for table in reader.page.tree.find("table") if "cs-heat" in table.classes for body in table.find("tbody")]
    return int(values[0]) == sum(len(body.find("tr")) for body in bodies)


def _driver(reader: "Reader", about: About) -> Driver | None:
    return reader.truth.drivers.get((about.cycle.pk, about.code)) if about.cycle else None


def _places(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    driver = _driver(reader, about)
    return driver is not None and tuple(dict.fromkeys((str(driver.best), str(driver.worst)))) == values


def _per_cent(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    if about.column != "Part":
        return values[0] in per_cents(reader, about)
    driver = _driver(reader, about)
    return driver is not None and values == (str(driver.share),)


def _explained(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    model = reader.truth.explained.get(about.cycle.pk) if about.cycle else None
    return model is not None and values == (str(int(100 * (model.r2 or 0))), str(model.persons), str(model.teams))


def _cards(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """As many as people without a mail address, whoever has answered."""
    return about.unit is not None and int(values[0]) == reader.truth.cards.get(about.unit.pk)


def _invitations(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """Who is asked by mail and who by card was settled when the cycle opened, and tells nothing about answers."""
    cycles = [about.cycle] if about.cycle else [one for one in reader.truth.cycles.values() if one.is_running]
    return any(int(values[0]) in reader.truth.asked(cycle) for cycle in cycles)


def _ahead(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """Of how many shown practices the printed mean is higher or lower."""
    means = dict(Figure.objects.filter(team=about.unit, kind=Figure.Kind.PRACTICE).values_list("code", "mean"))
    (code,) = about.codes
    others = [mean < means[code] if values[0] == "Higher" else mean > means[code] for mean in means.values()]
    return (sum(others), len(means)) == tuple(map(int, values[1:]))


def _own_views(reader: "Reader", about: About, values: tuple[str, ...]) -> bool:
    """Named data: which managers have not handed in theirs is said below."""
    return about.cycle is not None and int(values[0]) == len(missing_own_views(about.cycle))


MEAN = re.compile(r"(\d\.\d)( or more| or less)?")
SIGNED = r"[+−]?\d\.\d"
PATTERNS = "blind spot|hidden strength|both high|both low|no clear pattern"
COLUMNS = {
    "Mean": "mean",
    "People": "mean",
    "Team": "mean",
    "Team’s mean": "mean",
    "Overall": "mean",
    "Manager": "manager",
    "Managers": "together",
    "Median": "median",
}
CLAIMS = tuple(
    Claim(name, re.compile(pattern), says)
    for name, pattern, says in (
        ("scale", r"\b(1) to (5)\b", _always),
        ("gap", rf"({SIGNED} )?({PATTERNS}), manager (\d\.\d), team (\d\.\d)( or more| or less)?", _gap_cell),
        ("pattern", rf"(?i)({PATTERNS}), ({SIGNED})", _pattern),
        ("beside", rf"({SIGNED}) (above|alike|below)(?=:)", _beside),
        ("change", r"([+−]\d\.\d) (up|down)\b", _change_cell),
        ("change", r"\b([Uu]p|[Dd]own) (\d\.\d)", _change),
        ("together", r"Managers together say (\d\.\d), the mean of (\d+) own views", _together),
        ("blind spots", r"(?i)\bblind spot in (\d+) units", _in_pattern(BLIND_SPOT)),
        ("blind spots", r"In (\d+) units the manager rates this clearly higher", _in_pattern(BLIND_SPOT)),
        ("hidden strengths", r"hidden strength in (\d+)", _in_pattern(HIDDEN_STRENGTH)),
        ("hidden strengths", r"In (\d+) units the team rates it clearly higher", _in_pattern(HIDDEN_STRENGTH)),
        ("patterns", r"^(Blind spot|Hidden strength|Both high|Both low) (\d+)", _all_in_pattern),
        ("patterns", r"(\d+) fit none of them", _in_no_pattern),
        ("rated", r"occurs in (\d+) units and (\d+) (?:practices|dimensions)", _rated),
        ("rated", r"In (\d+) units no own view", _not_rated),
        ("hidden units", r"(\d+) units are hidden", _hidden),
        ("rows", r"open all \((\d+) rows\)", _rows),
        ("rows", r"heat map now has (\d+) rows", _rows_below),
        ("places", r"likely (?:in|between) place (\d+)(?: and (\d+))?", _places),
        ("explained", r"R² (\d+) %; (\d+) people in (\d+) teams", _explained),
        ("cards", r"(\d+) cards, eight on a sheet", _cards),
        ("ahead of", r"(Higher|Lower) than (\d+) of (\d+) practices", _ahead),
        ("own views", r"(\d+) own views (?:are|is) not handed in", _own_views),
        ("invitations", r"(\d+) (?:people have no mail address|invitations by mail)", _invitations),
        ("mean", r"(\d\.\d)( or more| or less)? of 5\b", lambda reader, about, values: "".join(values) in about.say.means),
        ("drawn", r"(\d+) dimensions by part and level", _always),
        ("size", r"changes of about (\d\.\d) or more", lambda reader, about, values: values[0] in about.say.sizes),
        ("two views", r"([^\W\d][\w ]*) \((\d\.\d) and (\d\.\d)( or more| or less)?\)", _two_views),
        ("place in a list", r"^(\d)\. ", _always),
        ("before", r"(\d\.\d)( or more| or less)? before\b", _before),
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
        ("too small", r"(\d+) (?:cannot\b|teams cannot be shown alone)", _too_small),
        ("acting", r"(\d+) of (\d+) teams have an action", _acting),
        ("texts", r"(\d+) (?:texts|are hidden)", _texts),
        ("cycles", r"over (\d+) cycles", lambda reader, about, values: int(values[0]) <= len(reader.truth.cycles)),
        ("own view", r"(\d+) of (30) filled in", _always),
        ("answered", r"(\d+) of (\d+)", _answered),
        ("per cent", r"(\d+) %", _per_cent),
        ("rating", r"(?:chose|manager) (\d)\b(?!\.)", lambda reader, about, values: values[0] in about.say.managers),
        ("number", r"(\d\.\d\d)", _number),
        ("number", r"(\d\.\d)( or more| or less)?", _number),
    )
)
