"""What stored figures still show of the rules they were published by, recounted from the figures alone."""

from collections.abc import Mapping, Sequence


def small_remainders(parent: Sequence[int], totals: Mapping[int, int], k: int) -> list[int]:
    """The shown units whose own remainder (answers less those of the shown units inside) is neither 0 nor at least k.

    parent: (units,) preorder indexes, -1 for the root. totals: answers of the shown units. Units with fewer than k answers in all
    are named too. The tree rule promises an empty list.
    """
    remainder = dict(totals)
    for unit in totals:
        above = parent[unit]
        while above >= 0 and above not in totals:
            above = parent[above]
        if above >= 0:
            remainder[above] -= totals[unit]
    return sorted(unit for unit, left in remainder.items() if totals[unit] < k or (left != 0 and left < k))
