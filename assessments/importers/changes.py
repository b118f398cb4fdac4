"""The change that a roster would make, person by person and team by team; reads and writes nothing else."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assessments.importers.files import quote
from assessments.models import Membership, Person, Team
from assessments.services.organisation import RosterRow, all_paths, many_leave

NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonChange:
    """before and after: the name, the address or the teams, whichever the list is about."""

    employee_id: str
    name: str
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class TeamChange:
    """People of a team, managers included: how many there are now, and how many come and go."""

    path: str
    now: int = 0
    new: int = 0
    moved_in: int = 0
    moved_out: int = 0
    leaving: int = 0

    @property
    def then(self) -> int:
        return self.now + self.new + self.moved_in - self.moved_out - self.leaving

    @property
    def changes(self) -> bool:
        return any((self.new, self.moved_in, self.moved_out, self.leaving))


@dataclass(slots=True)
class Changes:
    """Each person stands in the list of everything that happens to them; `untouched` counts the others."""

    active: int
    new: list[PersonChange] = field(default_factory=list)
    returning: list[PersonChange] = field(default_factory=list)
    leaving: list[PersonChange] = field(default_factory=list)
    renamed: list[PersonChange] = field(default_factory=list)
    readdressed: list[PersonChange] = field(default_factory=list)
    moved: list[PersonChange] = field(default_factory=list)
    roles: list[PersonChange] = field(default_factory=list)
    untouched: int = 0
    new_teams: list[str] = field(default_factory=list)
    emptied_teams: list[str] = field(default_factory=list)
    teams: list[TeamChange] = field(default_factory=list)
    reordered: bool = False
    hints: list[str] = field(default_factory=list)

    @property
    def many_leave(self) -> bool:
        return many_leave(len(self.leaving), self.active)

    @property
    def nothing(self) -> bool:
        return not (self._any or self.reordered)

    @property
    def only_order(self) -> bool:
        return self.reordered and not self._any

    @property
    def _any(self) -> bool:
        lists = (self.new, self.returning, self.leaving, self.renamed, self.readdressed, self.moved, self.roles, self.new_teams)
        return any(lists)


@dataclass(slots=True)
class _Places:
    """Where everybody is and whom they lead, by employee id."""

    teams: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    led: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, employee_id: str, team: str, role: str) -> None:
        self.teams[employee_id].add(team)
        if role == Membership.Role.LEADER:
            self.led[employee_id].add(team)


def changes_of(rows: Sequence[RosterRow]) -> Changes:
    """What applying the rows would change."""
    known = Person.objects.values_list("employee_id", "name", "email", "active")
    people = {key: (name, email, active) for key, name, email, active in known}
    stored, wanted = _Places(), _Places()
    order = list(Membership.objects.order_by("position").values_list("person__employee_id", "team__path", "role", "position"))
    for employee_id, team, role, _position in order:
        stored.add(employee_id, team, role)
    for row in rows:
        wanted.add(*row.place)
    changes = Changes(active=sum(active for _name, _email, active in people.values()))
    named = {row.employee_id: row for row in rows}
    for key, row in named.items():
        _meet(changes, row, people.get(key), stored, wanted)
    for key, (name, _email, active) in people.items():
        if active and key not in named:
            changes.leaving.append(PersonChange(key, name, before=_teams(stored.teams.get(key, NOWHERE))))
    changes.reordered = order != [(*row.place, position) for position, row in enumerate(rows, start=1)]
    changes.new_teams = sorted(all_paths(rows) - set(Team.objects.values_list("path", flat=True)))
    changes.teams = _per_team(people.keys() & named.keys(), {key for key, values in people.items() if values[2]}, stored, wanted)
    changes.emptied_teams = [team.path for team in changes.teams if team.now and not team.then]
    changes.hints = [*_renamed_teams(changes, stored, wanted), *_lost_zeros(changes)]
    return changes


def _meet(changes: Changes, row: RosterRow, known: tuple[str, str, bool] | None, stored: _Places, wanted: _Places) -> None:
    """What happens to one person whom the roster names."""
    key, name = row.employee_id, row.name
    to = _teams(wanted.teams[key])
    if known is None:
        changes.new.append(PersonChange(key, name, after=to))
        return
    old_name, old_email, active = known
    if not active:
        changes.returning.append(PersonChange(key, name, after=to))
        return
    before, led, leads = stored.teams.get(key, set()), stored.led.get(key, set()), wanted.led.get(key, set())
    untouched = True
    for differs, told, old, new in (
        (old_name != name, changes.renamed, old_name, name),
        (old_email != row.email, changes.readdressed, old_email, row.email),
        (before != wanted.teams[key], changes.moved, _teams(before), to),
        (led != leads, changes.roles, _teams(led), _teams(leads)),
    ):
        if differs:
            told.append(PersonChange(key, name, old, new))
            untouched = False
    changes.untouched += untouched


def _teams(paths: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(paths))


def _per_team(staying: set[str], active: set[str], stored: _Places, wanted: _Places) -> list[TeamChange]:
    """All teams with people now or then, by path."""
    teams: dict[str, TeamChange] = {}
    for key, paths in stored.teams.items():
        for path in paths:
            team = teams.setdefault(path, TeamChange(path))
            team.now += 1
            if key not in staying:
                team.leaving += 1
            elif path not in wanted.teams[key]:
                team.moved_out += 1
    for key, paths in wanted.teams.items():
        for path in paths - stored.teams.get(key, set()):
            team = teams.setdefault(path, TeamChange(path))
            if key in staying and key in active:
                team.moved_in += 1
            else:
                team.new += 1
    return [teams[path] for path in sorted(teams)]


def _renamed_teams(changes: Changes, stored: _Places, wanted: _Places) -> list[str]:
    """A new team that takes over most of an emptied one is the same team to people, and another one to every trend."""
    emptied, new = set(changes.emptied_teams), set(changes.new_teams)
    pairs = Counter(
        (old, path)
        for change in changes.moved
        for old in stored.teams[change.employee_id] & emptied
        for path in wanted.teams[change.employee_id] & new
    )
    size = {team.path: team.now for team in changes.teams}
    words = _(
        "Most people of %(old)s go to the new team %(new)s. If this is the same team under a new name, its trends would end: "
        "cancel, rename the team in csculture first, then upload this file again."
    )
    return [words % {"old": quote(old), "new": quote(path)} for (old, path), count in pairs.items() if 2 * count > size[old]]


def _lost_zeros(changes: Changes) -> list[str]:
    """Spreadsheets turn 00123 into 123, and everybody would leave and be new."""
    leaving: Mapping[str, str] = {change.employee_id.lstrip("0"): change.employee_id for change in changes.leaving}
    pairs = [(leaving[key], new) for new in (change.employee_id for change in changes.new) if (key := new.lstrip("0")) in leaving]
    if not pairs:
        return []
    words = _("The id %(old)s leaves and %(new)s is new: a spreadsheet has probably dropped the zeros. Format the column as text.")
    return [words % {"old": quote(pairs[0][0]), "new": quote(pairs[0][1])}]
