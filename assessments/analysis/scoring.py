"""From opened ballots to figures: tallies per unit, means upwards, indexes from what is shown.

Sources: statistics as in README, "How figures are made". Shapes: U units in preorder, B ballots, P practices, C columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis import summary
from assessments.analysis.disclosure import check_remainders, printable, tree_rule
from assessments.analysis.values import Mean, Participation, Shown

Floats: TypeAlias = npt.NDArray[np.float64]
Booleans: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Units:
    """The frozen tree. parent: (U,) preorder indexes, -1 for the root; invited: (U,) people invited directly in each unit."""

    parent: tuple[int, ...]
    invited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ballots:
    """unit: (B,) index of the unit; answers: (B, P) values 1-5, 0 for "cannot say"."""

    unit: npt.NDArray[np.int64]
    answers: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Scores:
    """Shown figures only. practice and dimension: (unit, index) to figure; overall and participation: unit to figure."""

    participation: dict[int, Participation]
    practice: dict[tuple[int, int], Shown]
    dimension: dict[tuple[int, int], Shown]
    overall: dict[int, Shown]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts, sums and sums of squares of the answers given directly in each unit, each (U, C)."""

    n: Floats
    total: Floats
    squares: Floats


def score(units: Units, ballots: Ballots, dimension_of: Sequence[int], *, k: int, own_spread_from: int) -> Scores:
    """Every figure that may be shown of one cycle. dimension_of: (P,) index of each practice's dimension.

    The tree rule decides on the number of answers, then on each practice's own number inside the units already shown.
    Dimensions are means of shown practice means, the overall figure of shown dimension means, both as printed, so that
    nothing can be computed from them that the practices do not say. DisclosureBreach when a check of the result fails.
    """
    size = len(units.parent)
    answered = np.bincount(ballots.unit, minlength=size)
    shown = tree_rule(units.parent, answered.tolist(), k)
    check_remainders(units.parent, answered.tolist(), shown, k)
    asked = np.array(dimension_of, dtype=np.int64)
    by_dimension = person_scores(ballots.answers, asked)
    answers = tally(ballots.unit, np.where(ballots.answers > 0, ballots.answers, np.nan), size)
    shown_practices = _shown_practices(units.parent, answers.n, shown, k)
    practices = summary.aggregate(units.parent, units.invited, answers, shown_practices, fallback=1.0, own_from=own_spread_from)
    indexes = np.column_stack([by_dimension, _mean_of_half(by_dimension)])
    mask = np.repeat(np.array(shown)[:, None], indexes.shape[1], axis=1)
    spread = summary.aggregate(
        units.parent, units.invited, tally(ballots.unit, indexes, size), mask, fallback=0.5, own_from=own_spread_from
    )
    return _collect(units, answered, shown, shown_practices, practices, spread, asked)


def person_scores(answers: npt.NDArray[np.int8], dimension_of: npt.NDArray[np.int64]) -> Floats:
    """(B, D) each person's mean of the answered practices of a dimension, NaN where fewer than half are answered."""
    columns = [
        _mean_of_half(np.where(answers > 0, answers, np.nan)[:, dimension_of == index])
        for index in range(int(dimension_of.max(initial=-1)) + 1)
    ]
    return np.column_stack(columns) if columns else np.empty((len(answers), 0))


def _mean_of_half(values: Floats) -> Floats:
    """(B,) row means where at least half of the columns are there, else NaN."""
    there = (~np.isnan(values)).sum(axis=1)
    enough = (there > 0) & (2 * there >= values.shape[1])
    sums = np.nansum(values, axis=1)
    return np.where(enough, sums / np.maximum(there, 1), np.nan)


def tally(unit: npt.NDArray[np.int64], values: Floats, size: int) -> Tally:
    """Add up (B, C) values, NaN for missing, by the unit of each row; results are (size, C)."""
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)
    columns = range(values.shape[1])

    def add(weights: Floats) -> Floats:
        sums = [np.bincount(unit, weights=weights[:, column], minlength=size) for column in columns]
        # numpy counts nothing in whole numbers, whatever the weights.
        return np.column_stack(sums).astype(float) if sums else np.zeros((size, 0))

    return Tally(add(there.astype(float)), add(filled), add(filled**2))


def _shown_practices(parent: tuple[int, ...], n: Floats, shown: list[bool], k: int) -> Booleans:
    """(U, P) the tree rule once more for each practice, on its own number of answers, inside the units already shown."""
    columns = []
    for counts in n.T.astype(int).tolist():
        column = tree_rule(parent, counts, k, allowed=shown)
        check_remainders(parent, counts, column, k)
        columns.append(column)
    return np.array(columns, dtype=bool).T.reshape(n.shape)


def _collect(
    units: Units,
    answered: npt.NDArray[np.int64],
    shown: list[bool],
    shown_practices: Booleans,
    practices: "summary.Aggregate",
    spread: "summary.Aggregate",
    dimension_of: npt.NDArray[np.int64],
) -> Scores:
    answered_in = summary.upwards(units.parent, answered)
    invited_in = summary.upwards(units.parent, np.array(units.invited))
    scores = Scores({}, {}, {}, {})
    for unit in np.flatnonzero(shown).tolist():
        n, invited = int(answered_in[unit]), int(invited_in[unit])
        scores.participation[unit] = Participation(answered=n, invited=invited)
        here: dict[int, list[Shown]] = {}
        for practice in np.flatnonzero(shown_practices[unit]).tolist():
            figure = _figure(printable(float(practices.mean[unit, practice])), practices, unit, practice, invited)
            scores.practice[unit, practice] = figure
            here.setdefault(int(dimension_of[practice]), []).append(figure)
        means = []
        for dimension, figures in here.items():
            if 2 * len(figures) >= int((dimension_of == dimension).sum()):
                mean = index_of([figure.mean for figure in figures])
                means.append(mean)
                fewest = min(figure.n for figure in figures)
                scores.dimension[unit, dimension] = _figure(mean, spread, unit, dimension, invited, n=fewest)
        if means and 2 * len(means) >= len(np.unique(dimension_of)):
            scores.overall[unit] = _figure(index_of(means), spread, unit, -1, invited, n=n)
    return scores


def index_of(means: Sequence[Mean]) -> Mean:
    """The mean of printed means. A clipped one counts as the middle of what it stands for (4.8 or 1.2): nothing more leaks."""
    middle = {"=": None, ">=": 4.8, "<=": 1.2}
    values = [middle[mean.op] or float(mean.value) for mean in means]
    return printable(sum(values) / len(values))


def _figure(mean: Mean, spread: "summary.Aggregate", unit: int, column: int, invited: int, n: int | None = None) -> Shown:
    n = int(spread.n[unit, column]) if n is None else n
    # An index prints the fewest answers of its practices; where those are few, its range tells nothing of the unit's own spread.
    widths = spread.half_width if n >= spread.own_from else spread.pooled_half_width
    return Shown(mean=mean, n=n, invited=invited, interval=summary.likely_range(mean, float(widths[unit, column])))
