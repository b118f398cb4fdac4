"""Which units may be shown, and how a mean is printed. The rule and its proof: README, "How figures are protected".

A tree is given as `parent`: a tuple of indexes in preorder, -1 for a root, so that a unit always stands after its parent.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from assessments.analysis.values import Mean

LOWEST = Decimal("1.4")
HIGHEST = Decimal("4.6")


class DisclosureBreach(Exception):
    """Units would be shown whose difference isolates fewer than k people. Nothing may be published."""


def tree_rule(parent: Sequence[int], counts: Sequence[int], k: int, allowed: Sequence[bool] | None = None) -> list[bool]:
    """Which units may be shown: every remainder (a shown unit minus the shown units in it) has 0 or at least k answers.

    parent: (units,) preorder indexes. counts: (units,) answers given directly in each unit. allowed: (units,) units that may be
    shown at all; the answers of the others count in the unit above. Returns (units,) booleans. ValueError for k below 1 or a
    parent that stands after its child. Visits units bottom-up; where a remainder is too small, the smallest shown unit inside
    gives up its label until the remainder is large enough.
    """
    if k < 1:
        raise ValueError("k must be at least 1")
    units = range(len(parent))
    shown = [False] * len(parent)
    total = [0] * len(parent)  # answers in the subtree of a shown unit
    own: list[int] = [0] * len(parent)  # its remainder
    inside: list[list[int]] = [[] for _ in units]  # the shown units directly inside it
    waiting = list(counts)  # answers at or under a unit that no shown unit holds yet
    tops: list[list[int]] = [[] for _ in units]  # shown units at or under a unit without a shown ancestor yet
    for unit in reversed(units):
        remainder, labelled = waiting[unit], tops[unit]
        if allowed is None or allowed[unit]:
            while 0 < remainder < k and labelled:
                smallest = min(labelled, key=lambda top: (total[top], top))
                labelled.remove(smallest)
                shown[smallest] = False
                remainder += own[smallest]
                labelled += inside[smallest]
            answers = remainder + sum(total[top] for top in labelled)
            if answers >= k and (remainder == 0 or remainder >= k):
                shown[unit], total[unit], own[unit], inside[unit] = True, answers, remainder, labelled
                remainder, labelled = 0, [unit]
        if parent[unit] >= unit:
            raise ValueError("a unit must stand after its parent")
        if parent[unit] >= 0:
            waiting[parent[unit]] += remainder
            tops[parent[unit]] += labelled
    return shown


def blocks(parent: Sequence[int], shown: Sequence[bool]) -> list[int]:
    """For each unit the nearest shown unit at or above it, -1 where there is none: the place where its answers count."""
    block: list[int] = []
    for unit, above in enumerate(parent):
        block.append(unit if shown[unit] else block[above] if above >= 0 else -1)
    return block


def check_remainders(parent: Sequence[int], counts: Sequence[int], shown: Sequence[bool], k: int) -> None:
    """Recount from scratch what `tree_rule` promises; DisclosureBreach names the first unit that breaks it."""
    remainder = [0] * len(parent)
    for unit, block in enumerate(blocks(parent, shown)):
        if block >= 0:
            remainder[block] += counts[unit]
    total = list(counts)
    for unit in reversed(range(len(parent))):
        if parent[unit] >= 0:
            total[parent[unit]] += total[unit]
    for unit, is_shown in enumerate(shown):
        if is_shown and (0 < remainder[unit] < k or total[unit] < k):
            raise DisclosureBreach(f"unit {unit}: {remainder[unit]} answers remain, {total[unit]} in all, k is {k}")


def place_texts(parent: Sequence[int], writers: Sequence[int], shown: Sequence[bool], minimum: int) -> list[int]:
    """For each unit the unit on which its texts stand, -1 where they are destroyed.

    writers: (units,) people directly in the unit who wrote one. Texts wait until a shown unit holds those of at least `minimum`
    people whose texts stand nowhere below it; what still waits at the top is destroyed.
    """
    waiting = list(writers)
    holds = [False] * len(parent)
    for unit in reversed(range(len(parent))):
        if shown[unit] and waiting[unit] >= minimum:
            holds[unit] = True
        elif parent[unit] >= 0:
            waiting[parent[unit]] += waiting[unit]
    return blocks(parent, holds)


def printable(mean: float) -> Mean:
    """A mean rounded half up to 0.1 and clipped: "1.4 or less", "4.6 or more". Always, whether or not everybody agreed."""
    # The small addend undoes binary representation: 67 / 20 is 3.35 and must become 3.4.
    return _printed(math.floor(mean * 10 + 0.5 + 1e-9))


@lru_cache(maxsize=64)
def _printed(tenths: int) -> Mean:
    rounded = Decimal(tenths).scaleb(-1)
    if rounded >= HIGHEST:
        return Mean(HIGHEST, ">=")
    if rounded <= LOWEST:
        return Mean(LOWEST, "<=")
    return Mean(rounded)
