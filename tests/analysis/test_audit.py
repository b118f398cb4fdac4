"""Remainders recounted from stored totals."""

import random

import pytest

from assessments.analysis.audit import small_remainders
from assessments.analysis.disclosure import tree_rule

TREE = (-1, 0, 1, 1, 0)  # root; a department with two teams; a team of its own


@pytest.mark.parametrize(
    ("totals", "small"),
    [
        ({}, []),
        ({0: 20, 1: 12, 2: 6, 3: 6, 4: 8}, []),
        ({0: 20, 2: 6, 3: 6}, []),  # the hidden department's own people count in the root
        ({0: 14, 2: 6, 3: 6}, [0]),  # two people are left between the root and the teams
        ({0: 20, 1: 12, 2: 9}, [1]),
        ({4: 4}, [4]),
        ({0: 10, 1: 12}, [0]),  # more inside than in the whole
    ],
)
def test_a_remainder_is_nobody_or_k(totals: dict[int, int], small: list[int]) -> None:
    assert small_remainders(TREE, totals, 5) == small


def test_what_the_tree_rule_shows_is_never_small() -> None:
    chance = random.Random(4)
    for _ in range(200):
        size = chance.randint(1, 12)
        parent = [-1] + [chance.randint(0, unit - 1) for unit in range(1, size)]
        counts = [chance.randint(0, 9) for _ in parent]
        total = list(counts)
        for unit in reversed(range(1, size)):
            total[parent[unit]] += total[unit]
        shown = tree_rule(parent, counts, 5)
        assert small_remainders(parent, {unit: total[unit] for unit in range(size) if shown[unit]}, 5) == []
