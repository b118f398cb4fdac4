"""Who would be asked where in the next cycle, and what a change of teams or places would do to that: made, looked at, undone."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.db import transaction

from assessments.models import Cycle, CycleMember, Membership, Organisation, Person, Team
from assessments.services.freezing import WHOLE, answering_place
from assessments.services.teams import keys_above, keys_below

BEGINS, GOES_ON, BREAKS, ENDS = "begins", "goes-on", "breaks", "ends"


@dataclass(frozen=True, slots=True)
class Part:
    """A team with those below it after a change. asked: people next time; then: in the cycle before, None if it was not there."""

    path: str
    asked: int
    then: int | None
    both: int
    k: int

    @property
    def course(self) -> str:
        """What becomes of its trend, by the rule that comparing cycles follows: at least half of the people in both."""
        if not self.asked:
            return ENDS
        if self.then is None:
            return BEGINS
        return GOES_ON if 2 * self.both >= max(self.asked, self.then) else BREAKS

    @property
    def too_few(self) -> bool:
        return 0 < self.asked < self.k

    @property
    def nearly_same(self) -> bool:
        """Large enough for shares, and some, but fewer than k, come or go: two cycles could be subtracted."""
        return self.asked >= settings.OWN_SPREAD_FROM and self._few_change

    @property
    def strictly_hidden(self) -> bool:
        """Where the server is set to hide small units of which few come or go."""
        return settings.STRICT_MEMBERSHIP and not self.too_few and self._few_change

    @property
    def _few_change(self) -> bool:
        return self.asked > 0 and self.then is not None and 1 <= self.asked + self.then - 2 * self.both < self.k


@dataclass(frozen=True, slots=True)
class Effects:
    """before: the cycle that the next one is compared with. new_top: the organisation as a whole is another unit than it was."""

    parts: tuple[Part, ...]
    before: Cycle | None
    running: Cycle | None
    new_top: bool
    k: int

    @property
    def sign(self) -> str:
        """Changes with anything that is told."""
        told = (self.parts, self.before and self.before.pk, self.running and self.running.pk, self.new_top, self.k)
        return hashlib.sha256(repr(told).encode()).hexdigest()


def effects_of(change: Callable[[], Team], *teams: Team) -> Effects:
    """What a change would do to these teams, to the one that it returns and to those above that gain or lose somebody.

    Raises what the change raises. Nothing of it stays.
    """
    running = Cycle.objects.running()
    before = running or Cycle.objects.closed().first()
    with transaction.atomic():
        tree = _tree()
        top, lines = _top(tree), {team.pk: keys_above(tree, team.pk) for team in teams}
        result = change()
        tree = _tree()
        touched = {result.pk, *lines}
        for key, line in lines.items():
            # Where the team goes into another, that one's line takes its place.
            now = keys_above(tree, key if result.pk in lines else result.pk)
            touched |= set(line) ^ set(now)
        parts = _parts(tree, touched, before)
        new_top = bool(top and before) and top != _top(tree)
        transaction.set_rollback(True)
    return Effects(parts, before, running, new_top, Organisation.current().k)


def asked_where(person: Person) -> str:
    """The path of the team that the person would answer for, the organisation's name, or nothing where they are not asked."""
    tree = _tree()
    rows = list(person.memberships.order_by("position"))
    key = answering_place(tree, rows, _top(tree)) if person.active else None
    if key is None:
        return ""
    return tree[key].path if key in tree else Organisation.current().name


def _tree() -> dict[int, Team]:
    return {team.pk: team for team in Team.objects.all()}


def _top(tree: Mapping[int, Team]) -> set[int]:
    """The only top team that has people, or the organisation itself above several."""
    used = set(Membership.objects.filter(person__active=True).order_by().values_list("team", flat=True).distinct())
    tops = {keys_above(tree, key)[-1] for key in used}
    return tops if len(tops) <= 1 else {WHOLE}


def _parts(tree: dict[int, Team], keys: Iterable[int], before: Cycle | None) -> tuple[Part, ...]:
    k, asked = Organisation.current().k, _asked(tree, set(keys))
    former = _former(before, asked)
    found = []
    for key in sorted(asked, key=lambda key: tree[key].path):
        then = former.get(key)
        if asked[key] or then is not None:
            both = len(asked[key] & then) if then is not None else 0
            found.append(Part(tree[key].path, len(asked[key]), None if then is None else len(then), both, k))
    return tuple(found)


def _asked(tree: dict[int, Team], keys: set[int]) -> dict[int, set[int]]:
    """People who would answer in or below each of these teams."""
    people: dict[int, set[int]] = {key: set() for key in keys}
    inside = {below for key in keys for below in keys_below(tree, key)}
    near = Membership.objects.filter(team__in=inside, person__active=True).values("person")
    rows = Membership.objects.filter(person__in=near).order_by("person", "position").only("person", "team", "role")
    top = _top(tree)
    for person, own in groupby(rows, key=lambda row: row.person_id):
        place = answering_place(tree, list(own), top)
        if place in tree:
            for key in keys.intersection(keys_above(tree, place)):
                people[key].add(person)
    return people


def _former(before: Cycle | None, keys: Iterable[int]) -> dict[int, set[object]]:
    """People who were invited in or below each team of the cycle before, where it was in it."""
    units = before.teams.filter(team__in=list(keys)) if before else ()
    found: dict[int, set[object]] = {}
    for unit in units:
        inside = CycleMember.objects.filter(
            team__cycle=unit.cycle_id, team__position__gte=unit.position, team__position__lte=unit.last
        )
        found[unit.team_id or 0] = set().union(*inside.by_team().values())
    return found
