"""The record of the opening: which units there were and which invitations each had, kept where the keys are.

Somebody who can write to the database can add invitations, turn named ones into cards and move teams. Nothing of that counts:
cards are drawn, and boxes accepted at close, by this record.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from assessments.ballotbox.bonds import spent_mark
from assessments.ballotbox.box import Ballot
from assessments.ballotbox.keys import read_roll
from assessments.models import Cycle, CycleTeam, Invitation
from assessments.models.invitations import bearer_of


@dataclass(frozen=True, slots=True)
class Entries:
    """Of one unit: the unit above, and the keys of the invitations by name and of those by card."""

    above: str
    named: tuple[str, ...]
    cards: tuple[str, ...]


def write_roll(*, cycle: Cycle) -> bytes:
    """The record of a cycle that is being opened."""
    units: dict[str, tuple[str, list[str], list[str]]] = {}
    for team in cycle.teams.select_related("parent").order_by("position"):
        units[str(team.uid)] = (str(team.parent.uid) if team.parent else "", [], [])
    for invitation in Invitation.objects.filter(cycle=cycle).select_related("team").order_by("pk"):
        _above, named, cards = units[str(invitation.team.uid)]
        (named if invitation.person_id else cards).append(str(invitation.pk))
    return json.dumps(units, separators=(",", ":")).encode()


def roll_of(*, cycle: Cycle) -> dict[str, Entries]:
    """Unit to what was recorded of it. Raises KeyProblem."""
    found = json.loads(read_roll(settings.BALLOT_KEY_DIR, cycle.uid))
    return {unit: Entries(above, tuple(named), tuple(cards)) for unit, (above, named, cards) in found.items()}


def same_tree(roll: Mapping[str, Entries], teams: list[CycleTeam]) -> bool:
    """Whether the units stand as they did at the opening. teams: with their parents, in the order of their positions."""
    uid_of = {team.pk: str(team.uid) for team in teams}
    now = {str(team.uid): uid_of[team.parent_id] if team.parent_id else "" for team in teams}
    return now == {unit: entries.above for unit, entries in roll.items()}


def beyond_roll(roll: Mapping[str, Entries], ballots: list[Ballot], mac_key: bytes) -> bool:
    """Whether a ballot comes from an invitation that the record does not have, or a unit has more of cards than it had cards."""
    named = {
        spent_mark(bearer=bearer_of(invitation, unit), mac_key=mac_key): unit
        for unit, entries in roll.items()
        for invitation in entries.named
    }
    if any(named.get(ballot.mark, ballot.unit) != ballot.unit for ballot in ballots):
        return True
    by_card = Counter(ballot.unit for ballot in ballots if ballot.mark not in named)
    return any(count > len(roll[unit].cards) for unit, count in by_card.items())
