"""The roster: one row per person, team and role; the file is the whole organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from assessments.importers.files import FileRefused, Problem, Table, quote
from assessments.importers.headings import Line, known_meanings, lines_of, wrong_names
from assessments.importers.tables import read_table
from assessments.models import Membership, Person, Team
from assessments.services.organisation import SEPARATOR, RosterRow

REQUIRED = ("employee_id", "name", "team")
LENGTHS = {
    "employee_id": Person._meta.get_field("employee_id").max_length or 0,
    "name": Person._meta.get_field("name").max_length or 0,
    "email": Person._meta.get_field("email").max_length or 0,
}
TEAM_LENGTH = Team._meta.get_field("name").max_length or 0
PATH_LENGTH = Team._meta.get_field("path").max_length or 0


@dataclass(frozen=True, slots=True)
class Roster:
    """A file without a fault; `warnings` are worth reading and stop nothing."""

    rows: tuple[RosterRow, ...]
    warnings: tuple[Problem, ...]

    @property
    def people(self) -> int:
        return len({row.employee_id for row in self.rows})

    @property
    def teams(self) -> int:
        return len({row.team for row in self.rows})


def read_roster(content: bytes) -> Roster:
    """The rows of a roster file whose columns are known; raises FileRefused with everything that is wrong in it."""
    table = read_table(content)
    meanings = known_meanings(table.header)
    if meanings is None:
        raise FileRefused([*table.problems, *wrong_names(table.header)])
    return check_roster(table, meanings)


def check_roster(table: Table, meanings: Sequence[str]) -> Roster:
    """The table as a roster; raises FileRefused with everything that is wrong in it."""
    problems = list(table.problems)
    kept = {} if "email" in meanings else dict(Person.objects.values_list("employee_id", "email"))
    rows = [_row(line, kept, problems) for line in lines_of(table, meanings, problems)]
    _check_twice(rows, problems)
    _check_people(rows, problems)
    _check_addresses(rows, problems)
    _check_spelling(rows, problems)
    if problems:
        raise FileRefused(problems)
    return Roster(tuple(rows), (*table.warnings, *_warn(rows)))


def _row(line: Line, kept: Mapping[str, str], problems: list[Problem]) -> RosterRow:
    """The line as a row; what is wrong with it alone is told in `problems`. A file without addresses leaves them as they are."""
    values = {"role": Membership.Role.MEMBER, "email": kept.get(line.values["employee_id"], ""), "team": ""} | line.values
    empty = _("The %(name)s is empty. Fill it in.")
    problems.extend(Problem(line.number, empty % {"name": name}) for name in REQUIRED if not values[name])
    for name, longest in LENGTHS.items():
        if len(values[name]) > longest:
            text = _("The %(name)s is longer than %(longest)s characters. Shorten it.")
            problems.append(Problem(line.number, text % {"name": name, "longest": longest}))
    role = values["role"].casefold()
    if role not in Membership.Role.values:
        text = _("The role %(role)s is unknown. Write member or leader.")
        problems.append(Problem(line.number, text % {"role": quote(values["role"])}))
    email = values["email"].lower()
    if email and len(email) <= LENGTHS["email"]:
        try:
            validate_email(email)
        except ValidationError:
            text = _("%(email)s is not an email address. Correct it or leave the field empty.")
            problems.append(Problem(line.number, text % {"email": quote(email)}))
    return RosterRow(line.number, values["employee_id"], values["name"], email, _path(values["team"], line, problems), role)


def _path(written: str, line: Line, problems: list[Problem]) -> str:
    """The team's path with one space around each slash; empty when there is none to speak of."""
    if not written:
        return ""
    parts = [part.strip() for part in written.split("/")]
    path = SEPARATOR.join(parts)
    if not all(parts):
        text = _("The team %(team)s has an empty part. Write each team above it between slashes, as in “Sales / North”.")
        problems.append(Problem(line.number, text % {"team": quote(path)}))
        return ""
    if any(len(part) > TEAM_LENGTH for part in parts):
        text = _("A team’s name is longer than %(longest)s characters. Shorten it.")
        problems.append(Problem(line.number, text % {"longest": TEAM_LENGTH}))
    elif len(path) > PATH_LENGTH:
        text = _("The team with all teams above it is longer than %(longest)s characters. Shorten the names.")
        problems.append(Problem(line.number, text % {"longest": PATH_LENGTH}))
    return path


def _check_twice(rows: Sequence[RosterRow], problems: list[Problem]) -> None:
    first: dict[tuple[str, str, str], RosterRow] = {}
    for row in rows:
        earlier = first.setdefault(row.place, row)
        if earlier is not row and all(row.place):
            text = _("The same person, team and role stand in row %(earlier)s already. Delete one of the two.")
            problems.append(Problem(row.number, text % {"earlier": earlier.number}))


def _check_people(rows: Sequence[RosterRow], problems: list[Problem]) -> None:
    """A person in several rows has one name and one address."""
    first: dict[str, RosterRow] = {}
    for row in rows:
        earlier = first.setdefault(row.employee_id, row)
        if not row.employee_id or earlier is row:
            continue
        if row.name and earlier.name and row.name != earlier.name:
            text = _(
                "The employee_id %(id)s has the name %(name)s here and %(other)s in row %(earlier)s. "
                "Write one name, or give each person an id of their own."
            )
            values = {"name": quote(row.name), "other": quote(earlier.name)}
            problems.append(Problem(row.number, text % {**values, "id": quote(row.employee_id), "earlier": earlier.number}))
        if row.email != earlier.email:
            text = _(
                "The employee_id %(id)s has the address %(email)s here and %(other)s in row %(earlier)s. Write the same in both."
            )
            values = {"email": _or_none(row.email), "other": _or_none(earlier.email)}
            problems.append(Problem(row.number, text % {**values, "id": quote(row.employee_id), "earlier": earlier.number}))


def _or_none(email: str) -> str:
    return quote(email) if email else _("none")


def _check_addresses(rows: Sequence[RosterRow], problems: list[Problem]) -> None:
    """An address belongs to one person: a mail with a code must reach nobody else."""
    first: dict[str, RosterRow] = {}
    told: set[tuple[str, str]] = set()
    for row in rows:
        if not row.email or not row.employee_id:
            continue
        earlier = first.setdefault(row.email, row)
        if earlier.employee_id != row.employee_id and (row.email, row.employee_id) not in told:
            told.add((row.email, row.employee_id))
            text = _(
                "The address %(email)s belongs to employee_id %(id)s in row %(earlier)s. "
                "Each person needs an address of their own, or none."
            )
            values = {"email": quote(row.email), "id": quote(earlier.employee_id), "earlier": earlier.number}
            problems.append(Problem(row.number, text % values))


def _check_spelling(rows: Sequence[RosterRow], problems: list[Problem]) -> None:
    """Every team, and every team above it, is spelt in one way: as in csculture, or as in the first row that names it."""
    spellings = {_sound(path): (path, 0) for path in Team.objects.values_list("path", flat=True)}
    for row in rows:
        parts = row.team.split(SEPARATOR) if row.team else []
        for depth in range(1, len(parts) + 1):
            path = SEPARATOR.join(parts[:depth])
            spelling, number = spellings.setdefault(_sound(path), (path, row.number))
            if spelling == path:
                continue
            where = _("in row %(row)s") % {"row": number} if number else _("in csculture already")
            text = _("The team %(team)s is spelt %(spelling)s %(where)s. Write it in the same way.")
            problems.append(Problem(row.number, text % {"team": quote(path), "spelling": quote(spelling), "where": where}))
            break


def _sound(path: str) -> str:
    """The path without capitals and inner spacing."""
    return SEPARATOR.join("".join(part.split()).casefold() for part in path.split(SEPARATOR))


def _warn(rows: Sequence[RosterRow]) -> list[Problem]:
    text = _("%(name)s leads %(team)s and has no address, so they cannot sign in. Add one when there is one.")
    return [
        Problem(row.number, text % {"name": quote(row.name), "team": quote(row.team)})
        for row in rows
        if row.leads and not row.email
    ]
