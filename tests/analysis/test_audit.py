"""Remainders recounted from stored totals, and exact elimination on cells of any shape."""

import random
import time
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.analysis.audit import Group, eliminate, isolated, small_remainders, subtrees
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


def groups(cells: list[set[int]], answers: list[int], k: int = 5) -> list[tuple[set[int], int]]:
    solved = isolated(eliminate([frozenset(cell) for cell in cells]), answers, k)
    assert solved.complete
    return [(set(group.units), group.answers) for group in solved.groups]


class TestElimination:
    def test_a_head_comes_out_of_a_department_and_its_teams(self) -> None:
        solved = isolated(eliminate([frozenset({0, 1, 2}), frozenset({1}), frozenset({2})]), [13, 5, 7], 5)
        one = Fraction(1)
        assert solved.groups == (Group(frozenset({0}), 1, ((0, one), (1, -one), (2, -one))),)

    def test_units_that_always_stand_together_are_not_told_apart(self) -> None:
        assert groups([{0, 1, 2}, {2}], [9, 6]) == [({0, 1}, 3)]

    def test_crossed_cells_give_away_what_no_two_of_them_do(self) -> None:
        # Teams by site: the sums of two of three teams each; half of all three, less one of them, is a team.
        cells = [{0, 1}, {1, 2}, {0, 2}]
        assert groups(cells, [9, 12, 11]) == [({0}, 4)]
        solved = isolated(eliminate([frozenset(cell) for cell in cells]), [9, 12, 11], 5)
        half = Fraction(1, 2)
        assert dict(solved.groups[0].cells) == {0: half, 1: -half, 2: half}

    def test_a_union_of_pieces_is_found_though_no_piece_is(self) -> None:
        # {0,1,2,3} less {0,1} is {2,3}: three answers, of which neither unit comes out alone.
        assert groups([{0, 1, 2, 3}, {0, 1}, {0, 2}, {1, 3}], [11, 8, 5, 6]) == [({2, 3}, 3)]

    def test_a_cell_added_by_hand_to_a_safe_tree_leaks(self) -> None:
        below = subtrees((-1, 0, 0, 0))
        safe = [below[0], below[3]]
        assert isolated(eliminate(safe), [16, 8], 5).groups == ()
        assert [group.units for group in isolated(eliminate([*safe, below[1]]), [16, 8, 6], 5).groups] == [frozenset({0, 2})]
        assert [group.units for group in isolated(eliminate([*safe, frozenset({1, 3})]), [16, 8, 10], 5).groups] == [
            frozenset({1}),
        ]

    def test_of_groups_in_each_other_only_the_smallest_are_named(self) -> None:
        # The third cell ties both pairs together; their union has four answers too.
        assert groups([{0, 1}, {2, 3}, {4, 1, 3}], [2, 2, 9]) == [({0, 1}, 2), ({2, 3}, 2)]

    def test_a_cell_shown_twice_adds_nothing(self) -> None:
        assert groups([{0, 1}, {0, 1}, {1}], [12, 12, 6]) == []

    def test_units_without_answers_are_left_out_for_who_knows_them(self) -> None:
        cells = [frozenset({0, 1}), frozenset({1, 2})]
        assert isolated(eliminate(cells), [7, 4], 4).groups == ()
        assert [group.units for group in isolated(eliminate(cells, direct=[4, 3, 1]), [7, 4], 4).groups] == []
        assert [group.units for group in isolated(eliminate(cells, direct=[4, 3, 0]), [7, 3], 4).groups] == [frozenset({1})]

    def test_a_search_without_end_says_so(self) -> None:
        # Every pair of one unit with each of many: hardly anything can be ruled out on the way.
        cells = [frozenset({0, unit}) for unit in range(1, 25)]
        assert not isolated(eliminate(cells), [9] * len(cells), 5).complete

    @given(
        st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=6),
        st.lists(st.integers(1, 6), min_size=6, max_size=6),
    )
    def test_it_finds_what_trying_every_group_finds(self, cells: list[set[int]], direct: list[int]) -> None:
        answers = [sum(direct[unit] for unit in cell) for cell in cells]
        found = {frozenset(units) for units, _size in groups(cells, answers)}
        every = [set(group) for size in range(1, 7) for group in combinations(range(6), size)]
        small = [group for group in every if 0 < sum(direct[unit] for unit in group) < 5 and spans(cells, group)]
        assert found == {frozenset(group) for group in small if not any(other < group for other in small)}

    @given(st.lists(st.sets(st.integers(0, 7), min_size=1), min_size=1, max_size=7))
    def test_each_row_is_what_its_cells_add_up_to(self, cells: list[set[int]]) -> None:
        found = eliminate([frozenset(cell) for cell in cells])
        for atoms, parts in (row for tangle in found.tangles for row in tangle):
            for unit in range(8):
                there = sum(factor for cell, factor in parts.items() if unit in cells[cell])
                assert there == sum(factor for atom, factor in atoms.items() if unit in found.atoms[atom])

    def test_a_thousand_units_take_less_than_a_few_seconds(self) -> None:
        parent = [-1]
        for _department in range(111):
            parent += [0] + [len(parent)] * 8
        began = time.perf_counter()
        solved = isolated(eliminate(subtrees(parent)), [6 * len(cell) for cell in subtrees(parent)], 5)
        assert solved.groups == ()
        assert time.perf_counter() - began < 5


def spans(cells: list[set[int]], group: set[int]) -> bool:
    """Whether the group is a combination of cells: by rank, with another method and other arithmetic."""
    import numpy as np  # noqa: PLC0415 - the referee only

    rows = np.array([[float(unit in cell) for unit in range(6)] for cell in cells])
    target = np.array([[float(unit in group) for unit in range(6)]])
    return bool(np.linalg.matrix_rank(np.vstack([rows, target])) == np.linalg.matrix_rank(rows))
