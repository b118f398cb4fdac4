"""A unit over the closed cycles, and what clearly changed. Nothing is compared here: closing has done that, once."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from assessments.analysis.trend import TrendPoint
from assessments.analysis.values import Change, FigureValue, Hidden, Participation, Shown
from assessments.models import Cycle, CycleTeam, Figure
from assessments.models.figures import ChangeRow, FigureRow, shown_from
from assessments.results.figures import OVERALL

LONGEST_TREND = 12  # cycles


def clear_change(figure: FigureValue) -> Change | None:
    """Up or down; None where no change is clear, where nothing is compared, and of a hidden figure."""
    change = figure.change if isinstance(figure, Shown) else None
    return change if change and change.direction in {"up", "down"} else None


def size_of(change: Change) -> Decimal:
    """For an order: one without a number, at the end of the scale, comes last."""
    return abs(change.points or Decimal(0))


@dataclass(frozen=True, slots=True)
class TrendDirection:
    """Where a figure is heading over so many comparable cycles: scale points a cycle, with their likely range."""

    cycles: int
    slope: Decimal
    low: Decimal
    high: Decimal

    @property
    def is_clear(self) -> bool:
        return not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Quarter:
    """A unit in one closed cycle: its overall figure, and how many took part."""

    cycle: Cycle
    participation: Participation | None
    point: TrendPoint
    trend: TrendDirection | None = None


def quarters_of(team: CycleTeam) -> tuple[Quarter, ...]:
    """In two queries, however many cycles there are."""
    cycle = team.cycle
    until = Q(cycle__closes__lt=cycle.closes) | Q(cycle__closes=cycle.closes, cycle_id__lte=cycle.pk)
    units = CycleTeam.objects.filter(until, _same_team(team), cycle__state=Cycle.State.CLOSED)
    units = units.select_related("cycle", "participation").order_by("-cycle__closes", "-cycle_id")[:LONGEST_TREND]
    newest_first = list(units)
    overall = _overall_figures(newest_first)
    earlier = [*newest_first[1:], None]
    found = [_quarter(unit, before, overall) for unit, before in zip(newest_first, earlier, strict=True)]
    return tuple(reversed(found))


def _same_team(team: CycleTeam) -> Q:
    """The organisation itself is no team; a team that HR has removed is like no other."""
    if team.team_id is None:
        return Q(team=None, parent=None) if team.parent_id is None else Q(pk=team.pk)
    return Q(team=team.team_id)


@dataclass(frozen=True, slots=True)
class _Overall:
    """`since`: the key of the cycle that the figure is compared with."""

    figure: Shown
    since: int | None
    trend: TrendDirection | None


def _overall_figures(units: list[CycleTeam]) -> dict[int, _Overall]:
    invited = {unit.pk: unit.invited for unit in units}
    trend = ("trend__cycles", "trend__slope", "trend__low", "trend__high")
    width = len(FigureRow._fields)
    rows = Figure.objects.filter(team__in=units, kind=OVERALL).values_list(
        "team_id", "change__since_id", *trend, *FigureRow._fields, *ChangeRow._fields
    )
    found = {}
    for key, since, *values in rows:
        direction = TrendDirection(*values[:4]) if values[0] else None
        figure = FigureRow(*values[4 : 4 + width])
        found[key] = _Overall(shown_from(figure, invited[key], ChangeRow(*values[4 + width :])), since, direction)
    return found


def _quarter(unit: CycleTeam, before: CycleTeam | None, overall: dict[int, _Overall]) -> Quarter:
    """Two shown figures of which the later was not compared with the earlier at its close are no line."""
    own, earlier = overall.get(unit.pk), overall.get(before.pk) if before else None
    breaks = bool(before and own and earlier and own.since != before.cycle_id)
    row = getattr(unit, "participation", None)
    return Quarter(
        cycle=unit.cycle,
        participation=Participation(row.answered, row.invited) if row else None,
        point=TrendPoint(unit.cycle.name, own.figure if own else Hidden(), breaks),
        trend=own.trend if own else None,
    )
