"""What each column of a file stands for: by our own names, as HR said once before, or as the heading suggests."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.importers.files import Problem, Table, quote
from assessments.models import RosterColumn
from assessments.services.organisation import SEPARATOR

COLUMNS = ("employee_id", "name", "email", "team", "role")  # a file with these needs no matching
LANGUAGE = "language"  # may stand beside them; not read yet
LEVELS = tuple(f"level_{depth}" for depth in range(1, 7))
IGNORED = "ignored"
MEANINGS: Mapping[str, Promise | str] = {
    "employee_id": gettext_lazy("Employee id"),
    "name": gettext_lazy("Full name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "email": gettext_lazy("Mail address"),
    "team": gettext_lazy("Team, with those above it: Sales / North"),
    "level_1": gettext_lazy("Level 1: the part at the top"),
    "level_2": gettext_lazy("Level 2: below level 1"),
    "level_3": gettext_lazy("Level 3"),
    "level_4": gettext_lazy("Level 4"),
    "level_5": gettext_lazy("Level 5"),
    "level_6": gettext_lazy("Level 6"),
    "role": gettext_lazy("Role: member or leader"),
    "leads": gettext_lazy("Manages the team: yes or no"),
    LANGUAGE: gettext_lazy("Language (not read yet)"),
    IGNORED: gettext_lazy("Leave this column out"),
}
COMMON = {
    "employee_id": "employeeid employeenumber employeeno personnelnumber personnelno personnelid staffid staffnumber personid id",
    "name": "name fullname employeename displayname employee",
    "first_name": "firstname givenname forename",
    "last_name": "lastname surname familyname",
    "email": "email emailaddress mail mailaddress workemail",
    "team": "team department unit teampath orgunit organisationalunit organizationalunit division",
    "role": "role",
    "leads": "manager leader leads ismanager isleader teamleader teamlead managesteam",
    LANGUAGE: "language preferredlanguage",
    **{
        level: " ".join(f"{word}{depth}" for word in ("level", "team", "teamlevel", "orglevel", "departmentlevel"))
        for depth, level in enumerate(LEVELS, start=1)
    },
}
GUESSES = {heading: meaning for meaning, headings in COMMON.items() for heading in headings.split()}
YES, NO = {"yes", "y", "x", "true", "1"}, {"no", "n", "false", "0", ""}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file by our names of its columns, without surrounding spaces."""

    number: int
    values: dict[str, str]


def known_meanings(header: Sequence[str]) -> list[str] | None:
    """What the columns stand for, if nothing is left to ask: they carry our own names, or HR has said it of each before."""
    names = [clean(heading) for heading in header]
    if not wrong_names(header):
        return names
    said = dict(RosterColumn.objects.filter(heading__in=names).values_list("heading", "meaning"))
    meanings = [said.get(name, "") for name in names]
    return meanings if all(meanings) and not wrong_meanings(meanings) else None


def guess_meanings(header: Sequence[str]) -> list[str]:
    """What HR said the last time, else what the heading suggests; empty where nothing comes to mind."""
    names = [clean(heading) for heading in header]
    said = dict(RosterColumn.objects.filter(heading__in=names).values_list("heading", "meaning"))
    guesses: list[str] = []
    for name in names:
        guess = said.get(name) or GUESSES.get(re.sub(r"\W|_", "", name), "")
        guesses.append("" if guess in guesses and guess != IGNORED else guess)
    if "name" in guesses and {"first_name", "last_name"} <= set(guesses):
        guesses[guesses.index("name")] = ""
    return guesses


def clean(heading: str) -> str:
    """A heading as it is compared and remembered."""
    return unicodedata.normalize("NFC", heading).strip().casefold()[:200]


def wrong_names(header: Sequence[str]) -> list[Problem]:
    """What keeps a header from being ours, each problem with what to do."""
    problems, names = [], [clean(heading) for heading in header]
    for name in COLUMNS:
        if name not in names:
            problems.append(Problem(1, _("The column %(name)s is missing. Add it to the header.") % {"name": quote(name)}))
        elif names.count(name) > 1:
            problems.append(Problem(1, _("The column %(name)s stands there twice. Delete one.") % {"name": quote(name)}))
    for name in dict.fromkeys(names):
        if name not in {*COLUMNS, LANGUAGE}:
            values = {"name": quote(name), "columns": ", ".join(COLUMNS)}
            problems.append(Problem(1, _("There is no column %(name)s. Delete it; the columns are %(columns)s.") % values))
    return problems


def wrong_meanings(meanings: Sequence[str]) -> list[str]:
    """What keeps a roster from being read by these meanings, in words for HR."""
    have = set(meanings)
    levels = [level for level in LEVELS if level in have]
    faults = {
        _("Say of each column what it holds, or leave it out."): not have <= MEANINGS.keys(),
        _("Say which column holds the employee id: people are known by it from one roster to the next."): "employee_id" not in have,
        _("Say which column holds the name, or which hold the first and the last name."): not have & {"name", "last_name"},
        _("Say which column holds the team, or which hold the levels from the top down."): not (levels or "team" in have),
        _("The levels must begin with level 1 and leave none out."): levels != list(LEVELS[: len(levels)]),
    }
    alike = [("team", level) for level in levels[:1]] + [("role", "leads"), ("name", "last_name"), ("name", "first_name")]
    same = _("“%(one)s” and “%(other)s” say the same. Leave one of the columns out.")
    twice = _("“%(meaning)s” is chosen for two columns. Leave one of them out.")
    return [
        *(fault for fault, holds in faults.items() if holds),
        *(same % {"one": MEANINGS[one], "other": MEANINGS[other]} for one, other in alike if {one, other} <= have),
        *(
            twice % {"meaning": MEANINGS[meaning]}
            for meaning, times in Counter(meanings).items()
            if times > 1 and meaning in MEANINGS.keys() - {IGNORED, LANGUAGE}
        ),
    ]


def lines_of(table: Table, meanings: Sequence[str], problems: list[Problem]) -> Iterator[Line]:
    """The rows that have all columns; the rest is told in `problems`."""
    places = {meaning: at for at, meaning in enumerate(meanings) if meaning not in {IGNORED, LANGUAGE}}
    for number, record in table.rows:
        if len(record) != len(meanings):
            text = ngettext(
                "This row has %(count)s field instead of %(wanted)s. Put quotation marks around a field that holds a comma.",
                "This row has %(count)s fields instead of %(wanted)s. Put quotation marks around a field that holds a comma.",
                len(record),
            )
            problems.append(Problem(number, text % {"count": len(record), "wanted": len(meanings)}))
            continue
        # One form for letters with accents: what looks the same must be the same.
        cells = {meaning: unicodedata.normalize("NFC", record[at]).strip() for meaning, at in places.items()}
        if faulty := next((meaning for meaning, text in cells.items() if not _is_plain(text)), None):
            text = _("The %(name)s holds a line break or another control character. Type it again.")
            problems.append(Problem(number, text % {"name": faulty}))
            continue
        if problem := _join(number, cells):
            problems.append(problem)
        yield Line(number, cells)


def _is_plain(text: str) -> bool:
    # Most texts hold nothing else; the categories of each letter are looked up only for the others.
    return text.isprintable() or not any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in text)


def _join(number: int, cells: dict[str, str]) -> Problem | None:
    """Our own columns out of those that only other files have."""
    if "leads" in cells:
        said = cells["leads"].casefold()
        if said not in YES | NO:
            words = _("Whether the person manages the team is %(said)s here. Write yes or no.")
            return Problem(number, words % {"said": quote(cells["leads"])})
        cells["role"] = "leader" if said in YES else "member"
    if "last_name" in cells:
        cells["name"] = f"{cells.get('first_name', '')} {cells['last_name']}".strip()
    if "level_1" in cells:
        parts = [cells[level].replace("/", "-") for level in LEVELS if level in cells]
        path = [part for part in parts if part]
        if parts[: len(path)] != path:
            return Problem(number, _("A level of the team is empty and one below it is not. Fill it in."))
        cells["team"] = SEPARATOR.join(path)
    return None
