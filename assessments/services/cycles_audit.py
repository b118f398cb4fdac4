"""Audit two closed cycles in a row: what a unit whose people hardly changed tells about those who came or left.

Reads only. Who belonged where is known; who answered is not, and nothing here finds it out.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Cycle, CycleMember, CycleTeam, Figure, Participation
from assessments.services.findings import Finding, Verdict, judged

SHARES_AFTER_CHANGE_FROM = 20  # answers: rule 10 of the design
HALF_A_STEP = 0.05  # of a printed mean


@dataclass(frozen=True, slots=True)
class _Changed:
    """A unit whose members changed by 1 to k-1 people, and itself in the cycle before."""

    unit: CycleTeam
    before: CycleTeam


def audit_across(*, cycle: Cycle) -> list[Finding]:
    """What a closed cycle and the closed one before it tell together."""
    before = Cycle.objects.closed_before(cycle)
    if before is None:
        return [Finding(Verdict.OK, _("No cycle was closed before this one: there is nothing to compare with."))]
    changed = _changed(cycle, before)
    numbers = {"before": before.name, "units": len(changed), "k": cycle.k, "least": SHARES_AFTER_CHANGE_FROM}
    told = Figure.objects.filter(team__in=[one.unit for one in changed], n__lt=SHARES_AFTER_CHANGE_FROM)
    early = told.filter(Q(share__isnull=False) | Q(middle__isnull=False)).count()
    finding = judged(
        early,
        _(
            "Since %(before)s, fewer than %(k)s people came or left in %(units)s units; none of them shows shares or classes of "
            "fewer than %(least)s answers."
        )
        % numbers,
        _(
            "Since %(before)s, fewer than %(k)s people came or left in %(units)s units, but %(early)s figures there show shares of "
            "fewer than %(least)s answers: with those of %(before)s they tell more about these people than means do."
        )
        % (numbers | {"early": early}),
    )
    return [finding, *_told_by_means(before, changed)]


def _told_by_means(before: Cycle, changed: list[_Changed]) -> list[Finding]:
    """A limit and no breach: printed means of two cycles can always be subtracted."""
    answered = dict(
        Participation.objects.filter(team__cycle__in=[before.pk, *{one.unit.cycle_id for one in changed}]).values_list(
            "team", "answered"
        )
    )
    both = [
        (answered[one.unit.pk], answered[one.before.pk]) for one in changed if one.unit.pk in answered and one.before.pk in answered
    ]
    if not both:
        return []
    now, then = min(both, key=sum)
    words = ngettext(
        "One of these units shows means in both cycles.", "%(units)s of these units show means in both cycles.", len(both)
    )
    words += " " + _(
        "If everybody else answered exactly as before, those means tell the sum of the answers of the people who came or left up "
        "to rounding: in the smallest unit (%(then)s answers, then %(now)s) within %(points)s points either way. Few people repeat "
        "all their answers; where they do, that is close to an answer."
    )
    points = f"{HALF_A_STEP * (now + then):.2f}"
    return [Finding(Verdict.NOTE, words % {"units": len(both), "then": then, "now": now, "points": points})]


def _changed(cycle: Cycle, before: Cycle) -> list[_Changed]:
    """Counted anew and not asked of what publishing uses: who came and who left, together fewer than k."""
    members, former = _members(cycle), _members(before)
    earlier = {_identity(unit): unit for unit in former}
    pairs = [_Changed(unit, earlier[_identity(unit)]) for unit in members if _identity(unit) in earlier]
    return [pair for pair in pairs if 1 <= len(members[pair.unit] ^ former[pair.before]) < cycle.k]


def _identity(unit: CycleTeam) -> tuple[int | None, int]:
    """The organisation itself is no team; a team that HR has removed is like no other."""
    return (None, unit.pk) if unit.team_id is None and unit.parent_id is not None else (unit.team_id, 0)


def _members(cycle: Cycle) -> dict[CycleTeam, set[object]]:
    """People in each unit and below, in the tree's order."""
    units = list(cycle.teams.order_by("position"))
    direct = CycleMember.objects.filter(team__cycle=cycle).by_team()
    return {unit: set().union(*(direct.get(one.pk, set()) for one in units[unit.position : unit.last + 1])) for unit in units}
