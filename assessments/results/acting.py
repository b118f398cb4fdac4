"""All units' actions of a cycle, for HR: how they stand, and who has none."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessments.models import Action, Cycle, CycleTeam, Participation
from assessments.results.plans import ActionLine, lines_of
from assessments.results.worked import Worked, what_worked

MOST_NAMED = 50  # late actions, and teams without one: a longer list is read by nobody


@dataclass(frozen=True, slots=True)
class Placed:
    """An action and the unit that it belongs to in the cycle looked at; None where that cycle has no such team any more."""

    line: ActionLine
    unit: CycleTeam | None


@dataclass(frozen=True, slots=True)
class Department:
    """A unit directly below the whole, with all below it. `counts`: actions in the order of the states."""

    unit: CycleTeam | None
    counts: tuple[int, ...]
    late: int
    teams: int
    without: int

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class RollUp:
    """`without`: teams that no action belongs to, whose figures are shown; `too_small`: the same of hidden ones."""

    cycle: Cycle
    cycles: tuple[Cycle, ...]
    states: tuple[tuple[str, int], ...]
    departments: tuple[Department, ...]
    late: tuple[Placed, ...]
    without: tuple[CycleTeam, ...]
    too_small: tuple[CycleTeam, ...]
    teams: int
    worked: Worked

    @property
    def total(self) -> int:
        return sum(count for _label, count in self.states)

    @property
    def with_action(self) -> int:
        return self.teams - len(self.without) - len(self.too_small)

    @property
    def latest(self) -> tuple[Placed, ...]:
        return self.late[:MOST_NAMED]

    @property
    def named(self) -> tuple[CycleTeam, ...]:
        return self.without[:MOST_NAMED]


def roll_up(cycle: Cycle, cycles: Sequence[Cycle]) -> RollUp:
    """In a constant number of queries."""
    units = list(cycle.teams.all())
    home = {_identity(unit): unit for unit in units}
    lines = lines_of(Action.objects.standing_in(cycle))
    placed = [Placed(line, home.get(_identity(line.unit))) for line in lines]
    active = {one.unit.pk for one in placed if one.unit and one.line.state != Action.State.DROPPED}
    teams = [unit for unit in units if not unit.has_teams_below]
    without = [unit for unit in teams if unit.pk not in active]
    shown = set(Participation.objects.filter(team__cycle=cycle).values_list("team_id", flat=True))
    counts = Counter(line.state for line in lines)
    return RollUp(
        cycle=cycle,
        cycles=tuple(cycles),
        states=tuple((str(label), counts[state]) for state, label in Action.State.choices),
        departments=tuple(_departments(units, placed, {unit.pk for unit in without})),
        late=tuple(sorted((one for one in placed if one.line.days_late), key=lambda one: -one.line.days_late)),
        without=tuple(unit for unit in without if unit.pk in shown),
        too_small=tuple(unit for unit in without if unit.pk not in shown),
        teams=len(teams),
        worked=what_worked(cycle, units, lines),
    )


def _identity(unit: CycleTeam) -> object:
    """What makes it the same unit in another cycle; one that HR has removed is like no other."""
    return unit.team_id or ("whole" if unit.parent_id is None else unit.uid)


def _departments(units: Sequence[CycleTeam], placed: Sequence[Placed], without: set[int]) -> Iterator[Department]:
    """The whole itself and teams that are gone have a row only where an action belongs to them."""
    whole = units[0]
    tops = [unit for unit in units if unit.depth == whole.depth + 1]
    for top in tops:
        teams = [unit for unit in units[top.position : top.last + 1] if not unit.has_teams_below]
        lines = [one.line for one in placed if one.unit and top.position <= one.unit.position <= top.last]
        yield _department(top, lines, len(teams), sum(team.pk in without for team in teams))
    for unit in (whole, None):
        if lines := [one.line for one in placed if one.unit == unit]:
            yield _department(unit, lines, 0, 0)


def _department(unit: CycleTeam | None, lines: Sequence[ActionLine], teams: int, without: int) -> Department:
    counts = Counter(line.state for line in lines)
    states = tuple(counts[state] for state in Action.State.values)
    return Department(unit, states, sum(line.days_late > 0 for line in lines), teams, without)
