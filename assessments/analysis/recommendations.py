"""What to keep, what to work on first and why: a stated rule, the same input always gives the same answer.

Each practice gets a weight in points of the scale: its level, and up to four things beside it, each of which moves it by less
than level alone can. The rule stands as a table in the README. Everything here works on printed figures, so that advice tells
nothing more than they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Literal, TypeAlias

from assessments.analysis.perception import gap
from assessments.analysis.values import FigureValue, Gap, Shown

Step: TypeAlias = Literal["start", "build", "keep"]

MOST = 3
LOW_BELOW = Decimal("3.0")  # below: begin small
HIGH_FROM = Decimal("4.0")  # from here on: make it normal
STRONG_FROM = Decimal("3.5")  # "fairly good": a strength is at least this
VERY_GOOD_FROM = Decimal("4.5")  # nothing from here on is called an opportunity
MOST_DISTANCE = Decimal("0.5")  # points from the median team that count
MOVED = Decimal("0.3")  # for a clear change since the last cycle
APART = Decimal("0.3")  # where leader and team clearly differ
TOP, NOTHING = Decimal(5), Decimal(0)


class Pattern(Enum):
    """Leader's and team's view of the same thing, side by side."""

    BOTH_HIGH = "both high"
    BOTH_LOW = "both low"
    BLIND_SPOT = "blind spot"  # the leader rates it clearly higher
    HIDDEN_STRENGTH = "hidden strength"  # the team rates it clearly higher
    UNCLEAR = "no clear pattern"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A practice with the team's figure, the leader's rating (1-5) and the median team's mean.

    driver: share of what goes together with the outcome that its dimension has (0 to 1), where that is sure; else 0.
    """

    code: str
    dimension: str
    figure: FigureValue
    manager: int | None = None
    median: Decimal | None = None
    driver: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen practice. rank: 1 is the lowest (opportunity) or highest (strength) of `of` shown practices; `tied` shares it.

    beyond: how many lie on its other side, higher (opportunity) or lower (strength).
    first_in_dimension: no shown practice of its own dimension is lower (opportunity) or higher (strength).
    weight: in points of the scale, by which it was chosen.
    """

    code: str
    figure: Shown
    rank: int
    tied: bool
    of: int
    beyond: int
    first_in_dimension: bool
    gap: Gap | None
    median: Decimal | None
    step: Step
    weight: Decimal
    driver: Decimal


def strengths(candidates: Sequence[Candidate]) -> tuple[Pick, ...]:
    """At most three practices of 3.5 or more by `keeping`, from different dimensions while there are any."""
    shown = _shown(candidates)
    ordered = sorted(shown, key=lambda pair: keeping(*pair), reverse=True)
    good = [pair for pair in ordered if pair[1].mean.value >= STRONG_FROM]
    return tuple(_pick(candidate, figure, shown, highest=True) for candidate, figure in _spread(good))


def opportunities(candidates: Sequence[Candidate]) -> tuple[Pick, ...]:
    """At most three practices by `urgency`, none of them a strength, from different dimensions while there are any.

    What weighs alike stands in the questionnaire's order.
    """
    shown = _shown(candidates)
    strong = {pick.code for pick in strengths(candidates)}
    rest = [pair for pair in shown if pair[0].code not in strong and pair[1].mean.value < VERY_GOOD_FROM]
    ordered = sorted(rest, key=lambda pair: urgency(*pair), reverse=True)
    return tuple(_pick(candidate, figure, shown, highest=False) for candidate, figure in _spread(ordered))


def urgency(candidate: Candidate, figure: Shown) -> Decimal:
    """5 - mean + up to 0.5 below the median team + 0.3 fallen (- 0.3 risen) + 0.3 blind spot + its dimension's driver share."""
    apart = APART if _seen(candidate, figure) is Pattern.BLIND_SPOT else NOTHING
    return TOP - figure.mean.value + _distance(candidate, figure, -1) - _moved(figure) + apart + candidate.driver


def keeping(candidate: Candidate, figure: Shown) -> Decimal:
    """mean + up to 0.5 above the median team + 0.3 risen (- 0.3 fallen) + 0.3 hidden strength + its dimension's driver share."""
    apart = APART if _seen(candidate, figure) is Pattern.HIDDEN_STRENGTH else NOTHING
    return figure.mean.value + _distance(candidate, figure, 1) + _moved(figure) + apart + candidate.driver


def step_for(figure: Shown) -> Step:
    """The step that fits the level: start below 3.0, build below 4.0, keep from there on."""
    if figure.mean.value < LOW_BELOW:
        return "start"
    return "build" if figure.mean.value < HIGH_FROM else "keep"


def pattern(figure: FigureValue, manager: Decimal | None) -> Pattern | None:
    """The pattern of two views; None where one of them is missing. A difference counts from 0.5 outside the likely range."""
    if not isinstance(figure, Shown) or manager is None:
        return None
    mean, interval = figure.mean, figure.interval
    difference = manager - mean.value
    # A clipped mean lies at its end or beyond, so the true difference away from that end is at least this large.
    inside = interval is not None and interval.low <= manager <= interval.high
    if abs(difference) >= Decimal("0.5") and not inside:
        return Pattern.BLIND_SPOT if difference > 0 else Pattern.HIDDEN_STRENGTH
    if mean.value >= STRONG_FROM and manager >= STRONG_FROM:
        return Pattern.BOTH_HIGH
    if mean.value < STRONG_FROM and manager < STRONG_FROM:
        return Pattern.BOTH_LOW
    return Pattern.UNCLEAR


def largest_gap(candidates: Sequence[Candidate]) -> tuple[Candidate, Gap] | None:
    """The practice on which leader and team differ most by a number, from half a point on; first in the questionnaire wins."""
    found: tuple[Candidate, Gap] | None = None
    for candidate, figure in _shown(candidates):
        here = _gap(candidate, figure)
        if here and here.clear and (found is None or here.size > found[1].size):
            found = candidate, here
    return found


def _shown(candidates: Sequence[Candidate]) -> list[tuple[Candidate, Shown]]:
    return [(candidate, candidate.figure) for candidate in candidates if isinstance(candidate.figure, Shown)]


def _spread(ordered: list[tuple[Candidate, Shown]]) -> list[tuple[Candidate, Shown]]:
    """The first three, one of each dimension; a second of the same only when nothing else is left."""
    first: list[tuple[Candidate, Shown]] = []
    for pair in ordered:
        if len(first) < MOST and pair[0].dimension not in {taken.dimension for taken, _ in first}:
            first.append(pair)
    others = [pair for pair in ordered if pair not in first]
    chosen = first + others[: MOST - len(first)]
    return [pair for pair in ordered if pair in chosen]


def _gap(candidate: Candidate, figure: Shown) -> Gap | None:
    return None if candidate.manager is None else gap(Decimal(candidate.manager), figure.mean, figure.interval)


def _seen(candidate: Candidate, figure: Shown) -> Pattern | None:
    return pattern(figure, None if candidate.manager is None else Decimal(candidate.manager))


def _distance(candidate: Candidate, figure: Shown, sign: int) -> Decimal:
    """How far above (1) or below (-1) the median team, at most half a point; 0 on its other side or without one."""
    if candidate.median is None:
        return NOTHING
    return min(MOST_DISTANCE, max(NOTHING, sign * (figure.mean.value - candidate.median)))


def _moved(figure: Shown) -> Decimal:
    """Up or down only where the change is clear."""
    return {"up": MOVED, "down": -MOVED}.get(figure.change.direction, NOTHING) if figure.change else NOTHING


def _pick(candidate: Candidate, figure: Shown, shown: list[tuple[Candidate, Shown]], *, highest: bool) -> Pick:
    value, sign = figure.mean.value, 1 if highest else -1
    ahead = [other for other, theirs in shown if sign * theirs.mean.value > sign * value]
    return Pick(
        code=candidate.code,
        figure=figure,
        rank=1 + len(ahead),
        tied=sum(other.mean == figure.mean for _, other in shown) > 1,
        of=len(shown),
        beyond=sum(sign * theirs.mean.value < sign * value for _, theirs in shown),
        first_in_dimension=candidate.dimension not in {other.dimension for other in ahead},
        gap=_gap(candidate, figure),
        median=candidate.median,
        step=step_for(figure),
        weight=(keeping if highest else urgency)(candidate, figure),
        driver=candidate.driver,
    )
