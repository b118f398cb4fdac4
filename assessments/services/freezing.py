"""Copy the organisation into a cycle as it is on the day of opening: units, members, invitations.

Who answers where: a member answers in the first team of the roster that is neither led by the same person nor below such a team;
a leader without one answers as a member of the unit above. The topmost leader is not polled.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from assessments.models import Cycle, CycleMember, CycleTeam, Invitation, Membership, Organisation, Person, Team

WHOLE = 0  # stands for the organisation itself, above all top teams; no team has this key


@dataclass(slots=True)
class Unit:
    """A unit on its way to becoming a CycleTeam."""

    key: int
    name: str
    path: str
    depth: int
    parent: "Unit | None"
    last: int = 0
    people: list[Person] = field(default_factory=list)


def freeze_organisation(*, cycle: Cycle) -> int:
    """Write units, members and invitations of a cycle; returns the number of the invited."""
    teams = Team.objects.locked()  # a roster on its way would bring places in teams that were not read
    units = arrange(teams)
    frozen = _write_units(cycle, units, teams)
    _write_people(cycle, units, frozen)
    return sum(len(unit.people) for unit in units)


def arrange(teams: dict[int, Team]) -> list[Unit]:
    """The units in preorder, each with the people who would answer in it if a cycle opened now."""
    memberships = list(Membership.objects.filter(person__active=True).select_related("person").order_by("position"))
    units = _units(teams, {membership.team_id for membership in memberships})
    by_key = {unit.key: unit for unit in units}
    for person, place in _answering_places(teams, memberships, top={unit.key for unit in units if unit.parent is None}):
        by_key[place].people.append(person)
    return units


def _units(teams: dict[int, Team], used: set[int]) -> list[Unit]:
    """The teams with people in or below them in preorder, under one root: their only top team, or the organisation itself."""
    wanted: set[int] = set()
    for start in used:
        key: int | None = start
        while key is not None and key not in wanted:
            wanted.add(key)
            key = teams[key].parent_id
    children: dict[int | None, list[Team]] = defaultdict(list)
    for team in sorted((teams[key] for key in wanted), key=lambda team: team.name.casefold()):
        children[team.parent_id].append(team)
    units: list[Unit] = []

    def visit(team: Team, parent: Unit | None) -> None:
        unit = Unit(team.pk, team.name, team.path, parent.depth + 1 if parent else 0, parent)
        units.append(unit)
        for child in children[team.pk]:
            visit(child, unit)
        unit.last = len(units) - 1

    if len(children[None]) == 1:
        visit(children[None][0], None)
    else:
        name = Organisation.current().name
        whole = Unit(WHOLE, name, name, 0, None)
        units.append(whole)
        for team in children[None]:
            visit(team, whole)
        whole.last = len(units) - 1
    return units


def _answering_places(teams: dict[int, Team], memberships: list[Membership], top: set[int]) -> list[tuple[Person, int]]:
    """(person, team key) for everybody who is polled, in the order of the roster."""
    rows: dict[int, list[Membership]] = defaultdict(list)
    for membership in memberships:
        rows[membership.person_id].append(membership)
    places = [(own[0].person, answering_place(teams, own, top)) for own in rows.values()]
    return [(person, place) for person, place in places if place is not None]


def answering_place(teams: dict[int, Team], rows: list[Membership], top: set[int]) -> int | None:
    led = {row.team_id for row in rows if row.role == Membership.Role.LEADER}
    for row in rows:
        if row.role == Membership.Role.MEMBER and not led.intersection(_with_ancestors(teams, row.team_id)):
            return row.team_id
    for row in rows:
        if row.role == Membership.Role.LEADER:
            above = [key for key in _with_ancestors(teams, row.team_id)[1:] if not led.intersection(_with_ancestors(teams, key))]
            if above:
                return above[0]
            return WHOLE if WHOLE in top else None
    return None


def _with_ancestors(teams: dict[int, Team], key: int | None) -> list[int]:
    """A team and those above it, from the inside out."""
    keys = []
    while key is not None:
        keys.append(key)
        key = teams[key].parent_id
    return keys


def _write_units(cycle: Cycle, units: list[Unit], teams: dict[int, Team]) -> list[CycleTeam]:
    invited = [len(unit.people) for unit in units]
    frozen = [
        CycleTeam(
            cycle=cycle,
            team=teams.get(unit.key),
            name=unit.name,
            path=unit.path,
            position=position,
            last=unit.last,
            depth=unit.depth,
            invited=sum(invited[position : unit.last + 1]),
        )
        for position, unit in enumerate(units)
    ]
    position_of = {unit.key: position for position, unit in enumerate(units)}
    for depth in range(max((unit.depth for unit in units), default=-1) + 1):
        level = [team for team in frozen if team.depth == depth]
        for team in level:
            parent = units[team.position].parent
            team.parent = frozen[position_of[parent.key]] if parent else None
        CycleTeam.objects.bulk_create(level)
    return frozen


def _write_people(cycle: Cycle, units: list[Unit], frozen: list[CycleTeam]) -> None:
    """Members for comparing cycles; invitations by name only for people with an address, the others get a card without a name."""
    polled = [(frozen[position], person) for position, unit in enumerate(units) for person in unit.people]
    CycleMember.objects.bulk_create((CycleMember(team=team, person=person) for team, person in polled), batch_size=1000)
    Invitation.objects.bulk_create(
        (Invitation(cycle=cycle, team=team, person=person if person.email else None) for team, person in polled), batch_size=1000
    )
