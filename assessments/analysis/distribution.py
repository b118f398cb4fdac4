"""How the answers of each unit lie on the scale: who agrees, and how far people agree with each other. From ten answers on.

Shapes: U units in preorder, B ballots, P practices; five answers, 1 to 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.analysis import shares, summary
from assessments.analysis.agreement import agreement_word
from assessments.analysis.summary import Booleans, Floats
from assessments.analysis.values import AgreementWord, Classes, Share

VALUES = np.arange(1, 6)
MIDDLE_OF_CLIPPED = {"=": None, ">=": 95, "<=": 5}  # per cent: what a clipped share counts as in an index


@dataclass(frozen=True, slots=True)
class Distribution:
    """deviation: in scale points; disagree, agree: shares in steps of 5 %, not clipped yet; three: whether all three
    classes may be printed; lowest, highest: the shares of 1 and of 5, 0 where a side is not told in two; low, high: the range of
    the share of those who agree, in per cent.

    shown: where anything may be printed; elsewhere the entries mean nothing. Each (U, P), as lists, since they are read one by one.
    """

    shown: list[list[bool]]
    deviation: list[list[float]]
    disagree: list[list[int]]
    agree: list[list[int]]
    three: list[list[bool]]
    lowest: list[list[int]]
    highest: list[list[int]]
    low: list[list[int]]
    high: list[list[int]]


def count_answers(unit: npt.NDArray[np.int64], answers: npt.NDArray[np.int8], units: int) -> Floats:
    """(U, P, 5) how many people directly in each unit gave each answer. unit: (B,), answers: (B, P), 0 for "cannot say"."""
    first = unit * 6
    columns = [np.bincount(first + column, minlength=units * 6) for column in np.ascontiguousarray(answers.T)]
    return np.array(columns, dtype=float).reshape(-1, units, 6).transpose(1, 0, 2)[:, :, 1:]


def distribution(parent: Sequence[int], invited: Sequence[int], counts: Floats, shown: Booleans, in_two: Booleans) -> Distribution:
    """counts: (U, P, 5) from `count_answers`. shown, in_two: (U, P) by the tree rule with ten, and with twenty, answers in every
    remainder: shares of a unit and of the units in it could otherwise be subtracted. Shares go upwards by heads, like means."""
    answered = np.repeat(counts.sum(axis=2), len(VALUES), axis=1)
    flat = counts.reshape(len(counts), -1)
    parts = summary.weighted(parent, invited, answered, flat, np.repeat(shown, len(VALUES), axis=1)).reshape(counts.shape)
    below = summary.upwards(parent, counts)
    n = below.sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (below * VALUES).sum(axis=2) / n
        deviation = (below * np.abs(VALUES - mean[:, :, None])).sum(axis=2) / n
        disagree, agree, three = shares.rounded_classes(parts * n[:, :, None])
        rounded_sides = shares.rounded_sides(parts * n[:, :, None])
        low, high = shares.range_of(agree, n, summary.upwards(parent, np.array(invited, dtype=float))[:, None])
    disagrees, agrees, lows, highs = (_percents(part, shown) for part in (disagree, agree, low, high))
    lowest, highest = (_percents(part, in_two) for part in rounded_sides)
    return Distribution(shown.tolist(), deviation.tolist(), disagrees, agrees, three.tolist(), lowest, highest, lows, highs)


def _percents(part: Floats, shown: Booleans) -> list[list[int]]:
    found: list[list[int]] = np.where(shown, part, 0).astype(int).tolist()
    return found


def share_of(found: Distribution, unit: int, practice: int) -> tuple[Share | None, Classes | None]:
    """What may be printed of one practice: the share of those who agree with its range, and the classes."""
    if not found.shown[unit][practice]:
        return None, None
    agree = found.agree[unit][practice]
    share = shares.clipped(agree)
    if share.clipped:
        return share, None
    classes = None
    if found.three[unit][practice]:
        sides = (found.lowest[unit][practice] or None, found.highest[unit][practice] or None)
        classes = shares.three_classes(found.disagree[unit][practice], agree, *sides)
    return Share(agree, "=", found.low[unit][practice], found.high[unit][practice]), classes


def share_index(of: Sequence[Share | None], n: int, invited: int) -> Share | None:
    """The mean of printed shares, printed; None unless every one of them is there, so that it says nothing that they do not."""
    there = [share for share in of if share is not None]
    if not there or len(there) < len(of):
        return None
    values = [MIDDLE_OF_CLIPPED[share.op] or share.value for share in there]
    share = shares.printable_share(sum(values) / len(values) / 100)
    if share.clipped:
        return share
    interval = shares.wilson(share.value / 100 * n, n, population=max(n, invited))
    return Share(share.value, low=round(100 * interval.lower), high=round(100 * interval.upper))


def agreement_of(found: Distribution, unit: int, practices: Sequence[int]) -> AgreementWord | None:
    """The word for a dimension, from the mean deviation of its practices; None where one of them has fewer than ten answers."""
    shown, deviation = found.shown[unit], found.deviation[unit]
    if not practices or not all(shown[practice] for practice in practices):
        return None
    return agreement_word(sum(deviation[practice] for practice in practices) / len(practices))
