"""A unit over the closed cycles, and what clearly changed. Nothing is compared here: closing has done that, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from assessments.analysis.trend import TrendPoint
from assessments.analysis.values import Change, FigureValue, Hidden, Participation, Shown
from assessments.models import Cycle, CycleTeam, Figure, Item
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
    """A unit in one closed cycle: one of its figures, and how many took part. asked: that cycle asked for the figure at all."""

    cycle: Cycle
    participation: Participation | None
    point: TrendPoint
    trend: TrendDirection | None = None
    asked: bool = True


def quarters_of(team: CycleTeam, kind: str = OVERALL, code: str = "") -> tuple[Quarter, ...]:
    """One figure of a unit in this cycle and those before it, oldest first: in at most four queries, however many there are."""
    cycle = team.cycle
    until = Q(cycle__closes__lt=cycle.closes) | Q(cycle__closes=cycle.closes, cycle_id__lte=cycle.pk)
    units = CycleTeam.objects.filter(until, _same_team(team), cycle__state=Cycle.State.CLOSED)
    units = units.select_related("cycle", "participation").order_by("-cycle__closes", "-cycle_id")[:LONGEST_TREND]
    oldest_first = list(reversed(units))
    figures, asking = _figures(oldest_first, kind, code), _asking(oldest_first, code)
    counted_in = _counted_in([unit for unit in oldest_first if unit.pk not in figures], kind, code)
    found, before = [], None
    for unit in oldest_first:
        asked = not code or unit.cycle.questionnaire_id in asking
        found.append(_quarter(unit, before, figures, asked=asked, counted_in=counted_in.get(unit.cycle_id, "")))
        before = unit if asked else before
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Course:
    """One figure over the quarters, the last of which is the one looked at."""

    quarters: tuple[Quarter, ...]

    @property
    def points(self) -> tuple[TrendPoint, ...]:
        """What a line is drawn through: nothing below two shown quarters, and no quarter that did not ask."""
        points = tuple(quarter.point for quarter in self.quarters if quarter.asked)
        return points if sum(isinstance(point.figure, Shown) for point in points) > 1 else ()

    @property
    def has_break(self) -> bool:
        return any(point.breaks_before for point in self.points)

    @property
    def figure(self) -> FigureValue:
        return self.quarters[-1].point.figure

    @property
    def trend(self) -> TrendDirection | None:
        return self.quarters[-1].trend

    @property
    def before(self) -> Quarter | None:
        """The last closed cycle before this one that holds the unit."""
        return self.quarters[-2] if len(self.quarters) > 1 else None


def _same_team(team: CycleTeam) -> Q:
    """The organisation itself is no team; a team that HR has removed is like no other."""
    if team.team_id is None:
        return Q(team=None, parent=None) if team.parent_id is None else Q(pk=team.pk)
    return Q(team=team.team_id)


def _asking(units: Sequence[CycleTeam], code: str) -> set[int]:
    """Questionnaires that hold the practice, or a practice of the dimension."""
    if not code:
        return set()
    items = Item.objects.filter(Q(practice__code=code) | Q(practice__dimension__code=code))
    return set(
        items.filter(questionnaire__in={unit.cycle.questionnaire_id for unit in units}).values_list("questionnaire", flat=True)
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    """`since`: the key of the cycle that the figure is compared with."""

    figure: Shown
    since: int | None
    trend: TrendDirection | None


def _figures(units: Sequence[CycleTeam], kind: str, code: str) -> dict[int, _Stored]:
    invited = {unit.pk: unit.invited for unit in units}
    trend = ("trend__cycles", "trend__slope", "trend__low", "trend__high")
    width = len(FigureRow._fields)
    rows = Figure.objects.filter(team__in=units, kind=kind, code=code).values_list(
        "team_id", "change__since_id", *trend, *FigureRow._fields, *ChangeRow._fields
    )
    found = {}
    for key, since, *values in rows:
        direction = TrendDirection(*values[:4]) if values[0] else None
        figure = FigureRow(*values[4 : 4 + width])
        found[key] = _Stored(shown_from(figure, invited[key], ChangeRow(*values[4 + width :])), since, direction)
    return found


def _counted_in(hidden: Sequence[CycleTeam], kind: str, code: str) -> dict[int, str]:
    """By cycle, the name of the next unit above in whose figure the answers count."""
    if not hidden:
        return {}
    above = Q()
    for unit in hidden:
        above |= Q(cycle=unit.cycle_id, position__lt=unit.position, last__gte=unit.position)
    shown = CycleTeam.objects.filter(above, figures__kind=kind, figures__code=code)
    return dict(shown.order_by("depth").values_list("cycle_id", "name"))  # the innermost comes last and stays


def _quarter(unit: CycleTeam, before: CycleTeam | None, figures: dict[int, _Stored], *, asked: bool, counted_in: str) -> Quarter:
    """Two shown figures of which the later was not compared with the earlier at its close are no line."""
    own, earlier = figures.get(unit.pk), figures.get(before.pk) if before else None
    breaks = bool(before and own and earlier and own.since != before.cycle_id)
    row = getattr(unit, "participation", None)
    return Quarter(
        cycle=unit.cycle,
        participation=Participation(row.answered, row.invited) if row else None,
        point=TrendPoint(unit.cycle.name, own.figure if own else Hidden(counted_in=counted_in), breaks),
        trend=own.trend if own else None,
        asked=asked,
    )
