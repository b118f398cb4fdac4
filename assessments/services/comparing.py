"""Compare a cycle's figures with those of earlier ones, as far as the same people were asked the same. From displayed figures only.

The ballots of earlier cycles are gone: what a test of change needs of them are the stored mean, number of answers and spread.
"""

import math
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from assessments.analysis.change import (
    CLEAR_FROM,
    DIMENSION_FROM,
    PRACTICE_FROM,
    Point,
    Slope,
    changes,
    smallest_visible_change,
    trend_slope,
)
from assessments.analysis.values import Change, Mean
from assessments.models import Cycle, CycleMember, CycleTeam, Figure, FigureChange, Trend

Key: TypeAlias = tuple[str, str]  # kind and code
Chains: TypeAlias = dict[Figure, list[Figure]]  # a figure to itself and those before it, newest first
Ends: TypeAlias = dict[uuid.UUID, Figure]  # key of a chain's oldest figure to its newest
TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
LONGEST = 12  # cycles of one trend


def store_changes(*, cycle: Cycle, figures: list[Figure]) -> None:
    """Changes against the last closed cycle, and trends over the comparable ones before it. figures: all of this cycle."""
    before = Cycle.objects.closed_before(cycle)
    if before is None:
        return
    partner = comparable_units(cycle, before)
    same = _asked_alike(cycle, before)
    old = {(figure.team_id, figure.kind, figure.code): figure for figure in Figure.objects.filter(team__cycle=before)}
    pairs = [
        (figure, old[partner[figure.team_id], figure.kind, figure.code])
        for figure in figures
        if (figure.kind, figure.code) in same and (partner.get(figure.team_id), figure.kind, figure.code) in old
    ]
    found = list(_changes(pairs))
    rows = [_row(figure, earlier, change, before) for figure, earlier, change in found]
    FigureChange.objects.bulk_create(rows, batch_size=1000)
    _store_trends([(figure, earlier) for figure, earlier, _change in found])


def comparable_units(cycle: Cycle, before: Cycle) -> dict[int, int]:
    """Key of a unit to that of the same unit in the earlier cycle: the same team, with at least half of its people in both."""
    now, then = (list(one.teams.order_by("position")) for one in (cycle, before))
    members, former = _members(cycle, now), _members(before, then)
    earlier = {_identity(unit): unit.pk for unit in then}
    found = {unit.pk: earlier[_identity(unit)] for unit in now if _identity(unit) in earlier}
    return {
        unit: other
        for unit, other in found.items()
        if 2 * len(members[unit] & former[other]) >= max(len(members[unit]), len(former[other]))
    }


def nearly_same_units(cycle: Cycle, before: Cycle | None) -> frozenset[int]:
    """Positions of units in or below which at least one and fewer than k people have come or gone since the earlier cycle."""
    if before is None:
        return frozenset()
    now, then = (list(one.teams.order_by("position")) for one in (cycle, before))
    members, former = _members(cycle, now), _members(before, then)
    earlier = {_identity(unit): unit.pk for unit in then}
    changed = {
        unit.position: len(members[unit.pk] ^ former[earlier[_identity(unit)]]) for unit in now if _identity(unit) in earlier
    }
    return frozenset(position for position, people in changed.items() if 1 <= people < cycle.k)


def _identity(unit: CycleTeam) -> tuple[int | None, int]:
    """The organisation itself is no team; a team that HR has removed is like no other."""
    if unit.team_id is None and unit.parent_id is not None:
        return None, unit.pk
    return unit.team_id, 0


def _members(cycle: Cycle, units: list[CycleTeam]) -> dict[int, set[object]]:
    """People in each unit and below."""
    direct = CycleMember.objects.filter(team__cycle=cycle).by_team()
    people = {unit.pk: direct.get(unit.pk, set()) for unit in units}
    for unit in reversed(units):
        if unit.parent_id:
            people[unit.parent_id] |= people[unit.pk]
    return people


def _asked_alike(cycle: Cycle, before: Cycle) -> set[Key]:
    """The figures that stand on the same statements in both cycles."""
    now, then = _asked(cycle), _asked(before)
    practices = {code for code, (_dimension, statement) in now.items() if code in then and then[code][1] == statement}
    members, former = _by_dimension(now), _by_dimension(then)
    dimensions = {code for code, asked in members.items() if asked == former.get(code) and asked <= practices}
    same = {(str(Figure.Kind.PRACTICE), code) for code in practices} | {(str(Figure.Kind.DIMENSION), code) for code in dimensions}
    return same | {(str(Figure.Kind.OVERALL), "")} if dimensions == set(members) == set(former) else same


def _asked(cycle: Cycle) -> dict[str, tuple[str, str]]:
    """Practice code to the dimension's code and the statement."""
    items = cycle.questionnaire.items.values_list("practice__code", "practice__dimension__code", "team")
    return {code: (dimension, statement) for code, dimension, statement in items}


def _by_dimension(asked: Mapping[str, tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, (dimension, _statement) in asked.items():
        found[dimension].add(code)
    return found


def _changes(pairs: list[tuple[Figure, Figure]]) -> Iterator[tuple[Figure, Figure, Change]]:
    """Family by family: one figure over all teams without teams below, and over all units above them."""
    families: dict[tuple[str, str, bool], list[tuple[Figure, Figure]]] = defaultdict(list)
    for figure, earlier in pairs:
        families[figure.kind, figure.code, figure.team.has_teams_below].append((figure, earlier))
    for (kind, _code, _above), family in families.items():
        minimum = PRACTICE_FROM if kind == Figure.Kind.PRACTICE else DIMENSION_FROM
        found = changes([_point(earlier) for _, earlier in family], [_point(figure) for figure, _ in family], minimum=minimum)
        for (figure, earlier), change in zip(family, found, strict=True):
            if change.direction != "too_few":
                yield figure, earlier, change


def _point(figure: Figure) -> Point:
    return Point(Mean(figure.mean, figure.op), figure.n, float(figure.spread))  # type: ignore[arg-type]  # a choice of Figure.Op


def _row(figure: Figure, earlier: Figure, change: Change, since: Cycle) -> FigureChange:
    spread = math.sqrt((float(figure.spread) ** 2 + float(earlier.spread) ** 2) / 2)
    visible = Decimal(smallest_visible_change(earlier.n, figure.n, spread)).quantize(TENTH)
    return FigureChange(
        figure=figure,
        since=since,
        direction=change.direction,
        points=change.points,
        low=change.low,
        high=change.high,
        n_before=earlier.n,
        # Below it no change is called clear, however sure it is.
        visible=min(Decimal(4), max(Decimal(str(CLEAR_FROM)), visible)),
    )


def _store_trends(pairs: list[tuple[Figure, Figure]]) -> None:
    """Of dimensions and overall figures: as far back as each cycle could be compared with the one before it."""
    chains = {figure: [figure, earlier] for figure, earlier in pairs if figure.kind != Figure.Kind.PRACTICE}
    ends = {earlier.pk: figure for figure, earlier in pairs if figure in chains}
    for _step in range(LONGEST):
        links = {link.figure_id: link.since_id for link in FigureChange.objects.filter(figure__in=ends)} if ends else {}
        if not links:
            break
        ends = _further(chains, ends, links)
    rows = [_trend(figure, chain, slope) for figure, chain in chains.items() if (slope := _slope(chain))]
    Trend.objects.bulk_create(rows, batch_size=1000)


def _further(
    chains: dict[Figure, list[Figure]], ends: dict[uuid.UUID, Figure], links: dict[uuid.UUID, int]
) -> dict[uuid.UUID, Figure]:
    """One cycle further back: the figure of the same team, kind and code in the cycle that the last one was compared with."""
    older = Figure.objects.filter(team__cycle__in=set(links.values()), kind__in={figure.kind for figure in chains})
    at = {(_identity(figure.team), figure.kind, figure.code): figure for figure in older.select_related("team")}
    found: Ends = {}
    for key, newest in ends.items():
        earlier = at.get((_identity(newest.team), newest.kind, newest.code)) if key in links else None
        if earlier:
            chains[newest].append(earlier)
            found[earlier.pk] = newest
    return found


def _slope(chain: list[Figure]) -> Slope | None:
    """None below four cycles, and where a mean is clipped or nothing spreads."""
    if any(figure.op != Figure.Op.IS or not figure.spread for figure in chain):
        return None
    means = [float(figure.mean) for figure in reversed(chain)]
    errors = [float(figure.spread) / math.sqrt(figure.n) for figure in reversed(chain)]
    return trend_slope(range(len(chain)), means, errors)


def _trend(figure: Figure, chain: list[Figure], slope: Slope) -> Trend:
    values = (Decimal(value).quantize(HUNDREDTH) for value in (slope.per_quarter, slope.lower, slope.upper))
    per_cycle, low, high = values
    return Trend(figure=figure, cycles=len(chain), slope=per_cycle, low=low, high=high)
