"""From opened ballots to figures: tallies per unit, means upwards, indexes from what is shown.

Sources: statistics as in README, "How figures are made". Shapes: U units in preorder, B ballots, P practices, C columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis import summary
from assessments.analysis.disclosure import DisclosureBreach, check_remainders, printable, tree_rule
from assessments.analysis.distribution import (
    VALUES,
    Distribution,
    agreement_of,
    count_answers,
    distribution,
    share_index,
    share_of,
)
from assessments.analysis.shares import FIVE_CLASSES_FROM, SHARES_FROM
from assessments.analysis.unanimity import eased_counts, eased_means
from assessments.analysis.values import AgreementWord, Interval, Mean, Participation, Shown

Floats: TypeAlias = npt.NDArray[np.float64]
Booleans: TypeAlias = npt.NDArray[np.bool_]
Kind: TypeAlias = Literal["practice", "dimension", "overall"]
HUNDREDTH = Decimal("0.01")
SHARES_FROM_IF_NEARLY_SAME = 20  # answers: shares of fewer, seen twice, tell of a joiner
Place: TypeAlias = tuple[int, Kind, int]  # unit, kind, index


@dataclass(frozen=True, slots=True)
class Units:
    """The frozen tree. parent: (U,) preorder indexes, -1 for the root; invited: (U,) people invited directly in each unit.

    nearly_same: units in or below which 1 to k-1 people came or went since the cycle before. Where the others repeat themselves,
    a joiner's answer can be guessed from two quarters.
    """

    parent: tuple[int, ...]
    invited: tuple[int, ...]
    nearly_same: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Ballots:
    """unit: (B,) index of the unit; answers: (B, P) values 1-5, 0 for "cannot say"."""

    unit: npt.NDArray[np.int64]
    answers: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Scores:
    """Shown figures only. practice and dimension: (unit, index) to figure; overall and participation: unit to figure.

    spread: figure's place to the standard deviation that a later test of change may use; see `Place`.
    """

    participation: dict[int, Participation]
    practice: dict[tuple[int, int], Shown]
    dimension: dict[tuple[int, int], Shown]
    overall: dict[int, Shown]
    spread: dict[Place, Decimal] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts, sums and sums of squares of the answers given directly in each unit, each (U, C)."""

    n: Floats
    total: Floats
    squares: Floats


def score(
    units: Units, ballots: Ballots, dimension_of: Sequence[int], *, k: int, own_spread_from: int, strict_below: int = 0
) -> Scores:
    """Every figure that may be shown of one cycle. dimension_of: (P,) index of each practice's dimension. strict_below: answers
    that a unit with nearly the same people as before needs to be shown at all; 0 where the two quarters may stand side by side.

    The tree rule decides on the number of answers, then on each practice's own number inside the units already shown.
    Dimensions are means of shown practice means, the overall figure of shown dimension means, both as printed, so that
    nothing can be computed from them that the practices do not say. DisclosureBreach when a check of the result fails.
    """
    size = len(units.parent)
    answered = np.bincount(ballots.unit, minlength=size)
    shown = tree_rule(units.parent, answered.tolist(), k, allowed=_allowed(units, answered, strict_below).tolist())
    check_remainders(units.parent, answered.tolist(), shown, k)
    asked = np.array(dimension_of, dtype=np.int64)
    counts = count_answers(ballots.unit, ballots.answers, size)
    answers = Tally(counts.sum(axis=2), counts @ VALUES, counts @ VALUES**2)
    mask = np.repeat(np.array(shown)[:, None], answers.n.shape[1], axis=1)
    shown_practices = _shown_practices(units.parent, answers.n, mask, k)
    practices = summary.aggregate(units.parent, units.invited, answers, shown_practices, fallback=1.0, own_from=own_spread_from)
    practices = eased_means(units.parent, units.invited, answers, shown_practices, practices, k)
    _persons, indexes = person_tally(ballots, asked, size)
    mask = np.repeat(np.array(shown)[:, None], indexes.n.shape[1], axis=1)
    spread = summary.aggregate(units.parent, units.invited, indexes, mask, fallback=0.5, own_from=own_spread_from)
    open_to_shares = shown_practices & _allowed(units, answers.n, SHARES_FROM_IF_NEARLY_SAME)
    told = _shown_practices(units.parent, answers.n, open_to_shares, max(k, SHARES_FROM))
    in_two = _shown_practices(units.parent, answers.n, told, max(k, FIVE_CLASSES_FROM))
    eased = eased_counts(units.parent, units.invited, counts, told, k)
    opinions = distribution(units.parent, units.invited, eased, told, in_two)
    by_dimension = [np.flatnonzero(asked == at).tolist() for at in range(indexes.n.shape[1] - 1)]
    return _Collector(units, answered, shown_practices, practices, spread, opinions, by_dimension).collect(shown)


def _allowed(units: Units, n: npt.NDArray[Any], minimum: int) -> Booleans:
    """(U,) or (U, P): all but units with nearly the same people as before and fewer answers. n: given directly in each unit."""
    allowed = np.ones(n.shape, dtype=bool)
    if units.nearly_same:
        at = sorted(units.nearly_same)
        allowed[at] = summary.upwards(units.parent, n)[at] >= minimum
    return allowed


def person_tally(ballots: Ballots, dimension_of: npt.NDArray[np.int64], units: int) -> tuple[Floats, Tally]:
    """(B, D) person scores, and their tally by unit with the mean over dimensions as the last column."""
    by_dimension = person_scores(ballots.answers, dimension_of)
    return by_dimension, tally(ballots.unit, np.column_stack([by_dimension, _mean_of_half(by_dimension)]), units)


def person_scores(answers: npt.NDArray[np.int8], dimension_of: npt.NDArray[np.int64]) -> Floats:
    """(B, D) each person's mean of the answered practices of a dimension, NaN where fewer than half are answered."""
    columns = np.ascontiguousarray(answers.T)
    found = np.empty((len(answers), int(dimension_of.max(initial=-1)) + 1))
    for dimension in range(found.shape[1]):
        rows = columns[dimension_of == dimension]
        found[:, dimension] = _half_answered(rows.sum(axis=0, dtype=float), (rows > 0).sum(axis=0, dtype=np.int16), len(rows))
    return found


def _mean_of_half(values: Floats) -> Floats:
    """(B,) row means where at least half of the columns are there, else NaN."""
    there = ~np.isnan(values)
    return _half_answered(np.where(there, values, 0.0).sum(axis=1), there.sum(axis=1), values.shape[1])


def _half_answered(sums: Floats, there: npt.NDArray[Any], asked: int) -> Floats:
    """Means where at least half of what was asked is there, else NaN."""
    return np.where((there > 0) & (2 * there >= asked), sums / np.maximum(there, 1), np.nan)


def tally(unit: npt.NDArray[np.int64], values: Floats, size: int) -> Tally:
    """Add up (B, C) values, NaN for missing, by the unit of each row; results are (size, C)."""
    columns = np.ascontiguousarray(values.T)
    there = ~np.isnan(columns)
    filled = np.where(there, columns, 0.0)

    def add(weights: Floats) -> Floats:
        sums = [np.bincount(unit, weights=column, minlength=size) for column in weights]
        # numpy counts nothing in whole numbers, whatever the weights.
        return np.column_stack(sums).astype(float) if sums else np.zeros((size, 0))

    return Tally(add(there.astype(float)), add(filled), add(filled**2))


def _shown_practices(parent: tuple[int, ...], n: Floats, shown: Booleans, k: int) -> Booleans:
    """(U, P) the tree rule once more for each practice, on its own number of answers, inside what is already shown."""
    columns = []
    for counts, allowed in zip(n.T.astype(int).tolist(), shown.T.tolist(), strict=True):
        try:
            # Where all of them keep the promise, the rule has nothing to take back: checking that is faster than the rule.
            check_remainders(parent, counts, allowed, k)
            columns.append(allowed)
        except DisclosureBreach:
            columns.append(tree_rule(parent, counts, k, allowed=allowed))
            check_remainders(parent, counts, columns[-1], k)
    return np.array(columns, dtype=bool).T.reshape(n.shape)


@dataclass(frozen=True, slots=True)
class _Collector:
    """Turns arrays into figures, from the practices up."""

    units: Units
    answered: npt.NDArray[np.int64]
    shown_practices: Booleans
    practices: "summary.Aggregate"
    indexes: "summary.Aggregate"
    opinions: Distribution
    asked: list[list[int]]  # the practices of each dimension

    def collect(self, shown: list[bool]) -> Scores:
        answered_in = summary.upwards(self.units.parent, self.answered)
        invited_in = summary.upwards(self.units.parent, np.array(self.units.invited))
        scores = Scores({}, {}, {}, {})
        for unit in np.flatnonzero(shown).tolist():
            participation = Participation(answered=int(answered_in[unit]), invited=int(invited_in[unit]))
            scores.participation[unit] = participation
            for practice in np.flatnonzero(self.shown_practices[unit]).tolist():
                scores.practice[unit, practice] = self._practice(unit, practice, participation.invited)
            dimensions = [self._dimension(scores, unit, at, participation.invited) for at in range(self.indexes.n.shape[1] - 1)]
            self._overall(scores, unit, [figure for figure in dimensions if figure], participation)
        self._note_spreads(scores)
        return scores

    def _practice(self, unit: int, practice: int, invited: int) -> Shown:
        mean = printable(float(self.practices.mean[unit, practice]))
        share, classes = share_of(self.opinions, unit, practice)
        n = int(self.practices.n[unit, practice])
        return Shown(mean, n, invited, _interval(mean, self.practices, unit, practice, n, invited), share=share, classes=classes)

    def _dimension(self, scores: Scores, unit: int, dimension: int, invited: int) -> Shown | None:
        """An index needs half of its practices and prints the fewest answers of them."""
        asked = self.asked[dimension]
        practices = [practice for practice in asked if (unit, practice) in scores.practice]
        if not practices or 2 * len(practices) < len(asked):
            return None
        figures = [scores.practice[unit, practice] for practice in practices]
        n = min(figure.n for figure in figures)
        agreement = agreement_of(self.opinions, unit, practices)
        figure = self._index(unit, dimension, figures, n, invited, agreement)
        scores.dimension[unit, dimension] = figure
        return figure

    def _overall(self, scores: Scores, unit: int, dimensions: list[Shown], participation: Participation) -> None:
        if dimensions and 2 * len(dimensions) >= sum(map(bool, self.asked)):
            scores.overall[unit] = self._index(unit, -1, dimensions, participation.answered, participation.invited)

    def _index(
        self, unit: int, column: int, of: list[Shown], n: int, invited: int, agreement: AgreementWord | None = None
    ) -> Shown:
        mean = index_of([figure.mean for figure in of])
        share = share_index([figure.share for figure in of], n, invited)
        return Shown(mean, n, invited, _interval(mean, self.indexes, unit, column, n, invited), share=share, agreement=agreement)

    def _note_spreads(self, scores: Scores) -> None:
        for (unit, at), figure in scores.practice.items():
            scores.spread[unit, "practice", at] = _spread(figure, self.practices, unit, at)
        for (unit, at), figure in scores.dimension.items():
            scores.spread[unit, "dimension", at] = _spread(figure, self.indexes, unit, at)
        for unit, figure in scores.overall.items():
            scores.spread[unit, "overall", 0] = _spread(figure, self.indexes, unit, -1)


def index_of(means: Sequence[Mean]) -> Mean:
    """The mean of printed means, printed."""
    return printable(sum(mean.middle for mean in means) / len(means))


def _interval(mean: Mean, spread: "summary.Aggregate", unit: int, column: int, n: int, invited: int) -> Interval | None:
    # An index prints the fewest answers of its practices; where those are few, its range comes from that number as well.
    if n >= spread.own_from:
        return summary.likely_range(mean, float(spread.half_width[unit, column]))
    return summary.likely_range(mean, summary.pooled_half_width(spread, column, n, invited))


def _spread(figure: Shown, aggregate: "summary.Aggregate", unit: int, column: int) -> Decimal:
    """The unit's own to 0.1 where its range shows it anyway, else the organisation's."""
    if figure.n < aggregate.own_from or figure.mean.clipped:
        return Decimal(float(aggregate.pooled_spread[column])).quantize(HUNDREDTH)
    return summary.tenth(round(float(aggregate.spread[unit, column]), 1))
