"""The organisation follows its roster: teams, people and who belongs where."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Membership, Person, Team, User
from assessments.services.users import Accounts, follow_roster

SEPARATOR = " / "
MANY = 0.2  # of all people: who lets more of them leave at once is asked first
CHUNK = 500  # rows per query: below the number of parameters that any database takes


class EmptyRoster(ValueError):
    """A roster without people would empty the organisation."""


class ManyLeave(Exception):
    """More people would leave than anybody means without saying so."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person's place in a team, checked: `team` is the path joined by " / ", `email` is in small letters or empty."""

    number: int
    employee_id: str
    name: str
    email: str
    team: str
    role: str

    @property
    def place(self) -> tuple[str, str, str]:
        return self.employee_id, self.team, self.role

    @property
    def leads(self) -> bool:
        return self.role == Membership.Role.LEADER


@dataclass(frozen=True, slots=True)
class RosterChanges:
    """How many of what an import would change, or has changed."""

    new_people: int
    changed_people: int
    returning_people: int
    leaving_people: int
    new_teams: int
    memberships_added: int
    memberships_removed: int
    new_accounts: int


@dataclass(frozen=True, slots=True)
class Applied:
    changes: RosterChanges
    accounts: Accounts


def compare_roster(*, rows: Sequence[RosterRow]) -> RosterChanges:
    """What applying the rows would change; writes nothing."""
    wanted = {row.employee_id: row for row in rows}
    known = {person.employee_id: person for person in Person.objects.all()}
    stored = set(Membership.objects.values_list("person__employee_id", "team__path", "role"))
    places = {row.place for row in rows}
    met = [(known[key], row) for key, row in wanted.items() if key in known]
    return RosterChanges(
        new_people=len(wanted.keys() - known.keys()),
        changed_people=sum(person.active and _differs(person, row) for person, row in met),
        returning_people=sum(not person.active for person, _row in met),
        leaving_people=sum(person.active and key not in wanted for key, person in known.items()),
        new_teams=len(all_paths(rows) - set(Team.objects.values_list("path", flat=True))),
        memberships_added=len(places - stored),
        memberships_removed=len(stored - places),
        new_accounts=_count_new_accounts(rows, known),
    )


def many_leave(leaving: int, active: int) -> bool:
    """Whether so many of the people in csculture leave that a file of one department was probably taken for the whole."""
    return leaving > MANY * active


@transaction.atomic
def apply_roster(*, rows: Sequence[RosterRow], ask_first: bool = False, may_wait: bool = False) -> Applied:
    """Make the organisation what the rows say; who is no longer named becomes inactive. New leaders get a mail on commit.

    ask_first: raise ManyLeave rather than let more than a fifth of the people leave. may_wait: see `follow_roster`.
    """
    if not rows:
        raise EmptyRoster(_("The roster names nobody, so nothing was changed."))
    Team.objects.locked()
    changes = compare_roster(rows=rows)
    active = Person.objects.filter(active=True).count()
    if ask_first and many_leave(changes.leaving_people, active):
        words = _("%(leaving)s of %(active)s people would leave, which is more than a fifth.")
        raise ManyLeave(words % {"leaving": changes.leaving_people, "active": active})
    known = {person.employee_id: person for person in Person.objects.select_for_update()}
    wanted = {row.employee_id: row for row in rows}
    left = [person for key, person in known.items() if person.active and key not in wanted]
    returned = [person for key, person in known.items() if not person.active and key in wanted]
    _update(left, active=False)
    _update(returned, active=True)
    people = _write_people(wanted, known)
    _write_places(rows, people, _write_teams(rows))
    leaders = {row.employee_id: people[row.employee_id] for row in rows if row.leads}
    accounts = follow_roster(people=people.values(), leaders=leaders.values(), left=left, returned=returned, may_wait=may_wait)
    return Applied(changes, accounts)


def all_paths(rows: Sequence[RosterRow]) -> set[str]:
    """Every team that the rows name, with all teams above it."""
    paths: set[str] = set()
    for path in {row.team for row in rows}:
        parts = path.split(SEPARATOR)
        paths.update(SEPARATOR.join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return paths


def _differs(person: Person, row: RosterRow) -> bool:
    return (person.name, person.email) != (row.name, row.email)


def _count_new_accounts(rows: Sequence[RosterRow], known: dict[str, Person]) -> int:
    """Leaders with an address, without an account, whose address no account is waiting for."""
    have = {key for key, person in known.items() if person.user_id}
    unlinked = User.objects.filter(person=None, is_active=True)
    waiting = {email.lower() for email in unlinked.values_list("email", flat=True)}
    return len({row.employee_id for row in rows if row.leads and row.email and row.email not in waiting} - have)


def _write_people(wanted: dict[str, RosterRow], known: dict[str, Person]) -> dict[str, Person]:
    """All people that the roster names, by employee id."""
    addresses = {row.email for row in wanted.values()}
    renamed: list[Person] = []
    moved: list[Person] = []
    for key, person in known.items():
        row = wanted.get(key)
        person.active = row is not None
        if row and person.name != row.name:
            person.name = row.name
            renamed.append(person)
        # Somebody who left keeps an address only as long as nobody else has it.
        email = row.email if row else "" if person.email.lower() in addresses else person.email
        if person.email != email:
            person.email = email
            moved.append(person)
    # All old addresses go first: one of them may be somebody else's from now on.
    _update(moved, email="")
    Person.objects.bulk_update([person for person in moved if person.email], ["email"], batch_size=CHUNK)
    Person.objects.bulk_update(renamed, ["name"], batch_size=CHUNK)
    new = [Person(employee_id=key, name=row.name, email=row.email) for key, row in wanted.items() if key not in known]
    Person.objects.bulk_create(new, batch_size=CHUNK)
    return {person.employee_id: person for person in [*known.values(), *new] if person.active}


def _update(people: Sequence[Person], **values: str | bool) -> None:
    for start in range(0, len(people), CHUNK):
        Person.objects.filter(pk__in=[person.pk for person in people[start : start + CHUNK]]).update(**values)


def _write_teams(rows: Sequence[RosterRow]) -> dict[str, Team]:
    """All teams by path. Those that nobody names any more stay, since closed cycles tell of them; archived ones come back."""
    teams = {team.path: team for team in Team.objects.all()}
    missing: dict[int, list[str]] = {}
    for path in sorted(all_paths(rows) - teams.keys()):
        missing.setdefault(path.count(SEPARATOR), []).append(path)
    for depth in sorted(missing):
        level = []
        for path in missing[depth]:
            above, _separator, name = path.rpartition(SEPARATOR)
            level.append(Team(name=name, path=path, parent=teams.get(above)))
        teams.update((team.path, team) for team in Team.objects.bulk_create(level, batch_size=CHUNK))
    back = [teams[path].pk for path in all_paths(rows) if teams[path].archived]
    for start in range(0, len(back), CHUNK):
        Team.objects.filter(pk__in=back[start : start + CHUNK]).update(archived=False)
    return teams


def _write_places(rows: Sequence[RosterRow], people: dict[str, Person], teams: dict[str, Team]) -> None:
    """Memberships that stay in their place are not touched; one that moves in the order is written anew. Deputies stay deputies."""
    wanted = {(people[row.employee_id].pk, teams[row.team].pk, row.role, position) for position, row in enumerate(rows, start=1)}
    stored = {tuple(place): pk for pk, *place in Membership.objects.values_list("pk", "person", "team", "role", "position")}
    deputies = set(Membership.objects.filter(deputy=True).values_list("person", "team", "role"))
    stale = [pk for place, pk in stored.items() if place not in wanted]
    for start in range(0, len(stale), CHUNK):
        Membership.objects.filter(pk__in=stale[start : start + CHUNK]).delete()
    new = sorted(wanted - stored.keys(), key=lambda place: place[-1])
    places = [
        Membership(person_id=person, team_id=team, role=role, position=position, deputy=(person, team, role) in deputies)
        for person, team, role, position in new
    ]
    Membership.objects.bulk_create(places, batch_size=CHUNK)
