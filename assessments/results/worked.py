"""Whether practices moved more where teams finished an action on them: printed changes, teams alike at the start."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from assessments.analysis.acting import ACTING_FROM, Acting, acting
from assessments.analysis.recommendations import opportunities
from assessments.models import Action, Cycle, CycleTeam, Figure, Item, Practice
from assessments.results.figures import PRACTICE, asked_in, candidates_of, medians_of, read_book, sure_drivers
from assessments.results.plans import ActionLine

Pair: TypeAlias = tuple[int, str]  # team and practice code
Changes: TypeAlias = dict[Pair, Decimal]


@dataclass(frozen=True, slots=True)
class Worked:
    """Since the cycle `before`. `finished`: teams that finished an action in time.

    together: each team once, with the mean of its practices; practices: one by one, where enough teams stand on either side.
    """

    before: Cycle | None
    finished: int
    together: Acting | None
    practices: tuple[tuple[Practice, Acting], ...]


def what_worked(cycle: Cycle, units: Sequence[CycleTeam], lines: Sequence[ActionLine]) -> Worked:
    """Compares practices that the earlier report named as an opportunity, with and without a finished action.

    Any other comparison would praise chance: teams act where they stand low, and low figures rise by themselves.
    """
    before = Cycle.objects.closed_before(cycle)
    earlier = [line for line in lines if line.unit.cycle_id != cycle.pk]
    done = {_pair(line): line.practice for line in earlier if line.state == Action.State.DONE and _in_time(line, cycle)}
    teams = {unit.team_id: unit for unit in units if unit.team_id and not unit.has_teams_below}
    finished = {pair: practice for pair, practice in done.items() if pair[0] in teams}
    acting_teams = {team for team, _code in finished}
    if before is None or len(acting_teams) < ACTING_FROM:
        return Worked(before, len(acting_teams), None, ())
    practices = {practice.code: practice for practice in finished.values()}
    changes = _changes(cycle, before, teams, practices.keys())
    touched = _touched(earlier, units)
    acted = {pair: change for pair, change in changes.items() if pair in finished}
    others = {pair: change for pair, change in changes.items() if pair not in touched}
    each = ((practice, acting(_of(acted, code), _of(others, code))) for code, practice in practices.items())
    # A team that acted on one practice is no example of not acting because it left another alone.
    idle = {pair: change for pair, change in others.items() if pair[0] not in acting_teams}
    return Worked(
        before=before,
        finished=len(acting_teams),
        together=acting(_by_team(acted), _by_team(idle)),
        practices=tuple((practice, found) for practice, found in each if found),
    )


def _pair(line: ActionLine) -> Pair:
    return line.unit.team_id or 0, line.practice.code


def _in_time(line: ActionLine, cycle: Cycle) -> bool:
    """Finished by the last day of the cycle, whose answers could then tell of it."""
    return line.finished is not None and line.finished <= cycle.closes


def _touched(lines: Iterable[ActionLine], units: Sequence[CycleTeam]) -> AbstractSet[Pair]:
    """Teams in or above which somebody took the practice up, whether it was finished or not."""
    by_team = {unit.team_id or 0: unit for unit in units}
    found = set()
    for line in lines:
        if unit := by_team.get(line.unit.team_id or 0):
            found |= {(below.team_id or 0, line.practice.code) for below in units[unit.position : unit.last + 1]}
    return found


def _changes(cycle: Cycle, before: Cycle, teams: Mapping[int, CycleTeam], codes: AbstractSet[str]) -> Changes:
    """Differences of printed means, of teams and statements that closing compared. A clipped mean has no difference.

    From any number of answers: what would say nothing of one team still counts in a mean over teams.
    """
    compared = set(Figure.objects.filter(team__cycle=cycle, change__since=before).values_list("team__team", flat=True))
    alike = {code for code, _statement in _statements(cycle, codes) & _statements(before, codes)}
    named = _opportunities(before, teams.keys() & compared)
    now, then = _means(cycle, alike), _means(before, alike)
    return {pair: now[pair] - then[pair] for pair in named if pair in now and pair in then}


def _statements(cycle: Cycle, codes: Iterable[str]) -> set[tuple[str, str]]:
    items = Item.objects.filter(questionnaire=cycle.questionnaire_id, practice__code__in=codes)
    return set(items.values_list("practice__code", "team"))


def _means(cycle: Cycle, codes: Iterable[str]) -> Changes:
    rows = Figure.objects.filter(team__cycle=cycle, team__team__isnull=False, kind=PRACTICE, code__in=codes, op=Figure.Op.IS)
    return {(team or 0, code): mean for team, code, mean in rows.values_list("team__team", "code", "mean")}


def _opportunities(cycle: Cycle, teams: Iterable[int]) -> set[Pair]:
    """What the reports of these teams named."""
    units = list(CycleTeam.objects.filter(cycle=cycle, team__in=teams))
    book, medians = read_book(cycle, units, kinds=(PRACTICE,)), medians_of(cycle)
    asked, drivers = asked_in(cycle), sure_drivers(cycle)
    return {
        (unit.team_id or 0, pick.code)
        for unit in units
        for pick in opportunities(candidates_of(book, unit, asked, medians, drivers))
    }


def _of(changes: Changes, code: str) -> list[Decimal]:
    return [change for (_team, practice), change in changes.items() if practice == code]


def _by_team(changes: Changes) -> list[Decimal]:
    """Each team once, with the mean of its practices."""
    found: dict[int, list[Decimal]] = {}
    for (team, _code), change in changes.items():
        found.setdefault(team, []).append(change)
    return [sum(values, Decimal(0)) / len(values) for values in found.values()]
