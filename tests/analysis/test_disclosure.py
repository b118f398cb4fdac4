"""The tree rule: what it promises on any tree, and what a plain minimum would give away."""

import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.analysis.disclosure import DisclosureBreach, blocks, check_remainders, place_texts, printable, tree_rule
from assessments.analysis.values import Mean

Rule = Callable[[Sequence[int], Sequence[int], int], list[bool]]


def plain_minimum(parent: Sequence[int], counts: Sequence[int], k: int) -> list[bool]:
    """What many products do: show whatever has at least k answers."""
    return [sum(counts[unit] for unit in members) >= k for members in subtrees(parent)]


def subtrees(parent: Sequence[int]) -> list[set[int]]:
    members: list[set[int]] = [{unit} for unit in range(len(parent))]
    for unit in reversed(range(len(parent))):
        if parent[unit] >= 0:
            members[parent[unit]] |= members[unit]
    return members


def remainders(parent: Sequence[int], shown: Sequence[bool]) -> Iterator[tuple[int, set[int]]]:
    """Counted from the definition: each shown unit with its people in no shown unit below it."""
    members = subtrees(parent)
    for unit in range(len(parent)):
        if shown[unit]:
            inside = [members[below] for below in members[unit] - {unit} if shown[below]]
            yield unit, members[unit].difference(*inside)


@st.composite
def preorder_trees(draw: st.DrawFn, largest: int = 25) -> tuple[int, ...]:
    """Each new unit hangs below the last one or one of those above it: preorder, as the frozen tree is."""
    parent = [-1]
    for unit in range(1, draw(st.integers(1, largest))):
        line = [unit - 1]
        while parent[line[-1]] >= 0:
            line.append(parent[line[-1]])
        parent.append(draw(st.sampled_from(line)))
    return tuple(parent)


@st.composite
def organisations(draw: st.DrawFn) -> tuple[tuple[int, ...], list[int], list[bool], int]:
    parent = draw(preorder_trees())
    size = len(parent)
    counts = draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))
    allowed = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return parent, counts, allowed, draw(st.integers(1, 10))


class TestTreeRule:
    @given(organisations(), st.booleans())
    def test_every_remainder_is_empty_or_has_k_answers(self, organisation, restricted: bool) -> None:
        parent, counts, allowed, k = organisation
        shown = tree_rule(parent, counts, k, allowed=allowed if restricted else None)
        members = subtrees(parent)
        for unit, rest in remainders(parent, shown):
            assert sum(counts[member] for member in members[unit]) >= k
            answers = sum(counts[member] for member in rest)
            assert answers == 0 or answers >= k
            assert allowed[unit] or not restricted
        check_remainders(parent, counts, shown, k)

    @given(organisations())
    def test_the_whole_is_shown_from_k_answers_on(self, organisation) -> None:
        parent, counts, _allowed, k = organisation
        assert tree_rule(parent, counts, k)[0] == (sum(counts) >= k)

    def test_a_team_with_exactly_k_answers_is_shown_and_one_below_is_not(self) -> None:
        assert tree_rule((-1, 0, 0), (0, 5, 5), 5) == [True, True, True]
        assert tree_rule((-1, 0, 0), (6, 5, 4), 5) == [True, True, False]

    def test_a_small_team_takes_the_label_of_the_smallest_beside_it(self) -> None:
        assert tree_rule((-1, 0, 0, 0), (0, 6, 3, 8), 5) == [True, False, False, True]

    def test_a_head_alone_in_a_department_is_not_singled_out(self) -> None:
        # One head answers in the department itself: with both teams shown, their sum and the department's give the head away.
        assert tree_rule((-1, 0, 0), (1, 5, 7), 5) == [True, False, True]

    def test_a_label_may_have_to_go_two_levels_below(self) -> None:
        # The department B (10) holds the teams of 5; the root's own single answer takes B's label, whose remainder is 0.
        assert tree_rule((-1, 0, 1, 1), (1, 0, 5, 5), 5) == [True, False, False, True]

    def test_of_two_equal_teams_the_first_gives_way_every_time(self) -> None:
        assert tree_rule((-1, 0, 0, 0), (0, 2, 7, 7), 5) == [True, False, False, True]
        assert tree_rule((-1, 0, 0, 0), (0, 7, 7, 2), 5) == [True, False, True, False]

    def test_nobody_answered(self) -> None:
        assert tree_rule((-1, 0), (0, 0), 5) == [False, False]
        assert tree_rule((), (), 5) == []

    def test_answers_of_a_unit_that_may_not_be_shown_count_above(self) -> None:
        shown = tree_rule((-1, 0, 1, 1), (0, 0, 9, 9), 5, allowed=[True, False, True, False])
        assert shown == [True, False, True, False]
        assert blocks((-1, 0, 1, 1), shown) == [0, 0, 2, 0]

    def test_it_refuses_k_below_1_and_a_unit_before_its_parent(self) -> None:
        with pytest.raises(ValueError, match="k must be"):
            tree_rule((-1,), (5,), 0)
        with pytest.raises(ValueError, match="after its parent"):
            tree_rule((1, -1), (5, 5), 5)


class TestCheckRemainders:
    @given(organisations(), st.data())
    def test_it_raises_for_a_label_added_by_hand_when_a_group_comes_out(self, organisation, data: st.DataObject) -> None:
        parent, counts, _allowed, k = organisation
        shown = tree_rule(parent, counts, k)
        shown[data.draw(st.integers(0, len(parent) - 1))] = True
        members = subtrees(parent)
        breach = any(
            0 < sum(counts[member] for member in rest) < k or sum(counts[member] for member in members[unit]) < k
            for unit, rest in remainders(parent, shown)
        )
        if breach:
            with pytest.raises(DisclosureBreach):
                check_remainders(parent, counts, shown, k)
        else:
            check_remainders(parent, counts, shown, k)

    def test_it_names_the_unit_and_the_numbers(self) -> None:
        with pytest.raises(DisclosureBreach, match="unit 0: 3 answers remain, 9 in all, k is 5"):
            check_remainders((-1, 0, 0), (0, 6, 3), [True, True, False], 5)
        with pytest.raises(DisclosureBreach, match="unit 2: 3 answers remain, 3 in all"):
            check_remainders((-1, 0, 0), (5, 6, 3), [True, True, True], 5)


def random_organisation(chance: random.Random) -> tuple[list[int], list[int]]:
    """Two or three departments with up to three teams each, some heads, teams of 0 to 9 answers."""
    parent, counts = [-1], [chance.choice([0, 0, 1, 3])]
    for _ in range(chance.randint(2, 3)):
        department = len(parent)
        parent.append(0)
        counts.append(chance.choice([0, 0, 0, 1, 2, 6]))
        for _ in range(chance.randint(1, 3)):
            parent.append(department)
            counts.append(chance.randint(0, 9))
    return parent, counts


def solvable(rows: list[list[int]], target: list[int]) -> bool:
    """Whether some combination of the rows gives the target, by exact elimination."""
    basis: dict[int, list[Fraction]] = {}

    def reduce(row: Sequence[int]) -> list[Fraction]:
        rest = [Fraction(value) for value in row]
        for pivot, known in sorted(basis.items()):
            if rest[pivot]:
                rest = [value - rest[pivot] * part for value, part in zip(rest, known, strict=True)]
        return rest

    for row in rows:
        rest = reduce(row)
        pivot = next((at for at, value in enumerate(rest) if value), None)
        if pivot is not None:
            basis[pivot] = [value / rest[pivot] for value in rest]
    return not any(reduce(target))


def members_of_shown(parent: Sequence[int], shown: Sequence[bool]) -> list[set[int]]:
    return [members for members, is_shown in zip(subtrees(parent), shown, strict=True) if is_shown]


def isolated_group(parent: list[int], counts: list[int], k: int, rule: Rule) -> bool:
    """Whether published sums give away the sum of some 1 to k-1 people. People of one unit stand in the same sums: units do."""
    shown = rule(parent, counts, k)
    rows = [[int(unit in members) for unit in range(len(parent))] for members in members_of_shown(parent, shown)]
    # Who answered nothing adds nothing: such columns are free.
    answering = [unit for unit, count in enumerate(counts) if count]
    rows = [[row[unit] for unit in answering] for row in rows]
    small = [unit for unit in answering if counts[unit] < k]
    for size in range(1, k):
        for group in combinations(small, size):
            if sum(counts[unit] for unit in group) < k and solvable(rows, [int(unit in group) for unit in answering]):
                return True
    return False


class TestAttack:
    def organisations(self) -> list[tuple[list[int], list[int]]]:
        chance = random.Random(20261122)
        return [random_organisation(chance) for _ in range(300)]

    def test_no_combination_of_shown_sums_isolates_fewer_than_k_answers(self) -> None:
        assert not [case for case in self.organisations() if isolated_group(*case, 5, tree_rule)]

    def test_a_plain_minimum_does_leak(self) -> None:
        """The positive control: the same attack finds groups where the rule is "five or more"."""
        leaks = [case for case in self.organisations() if isolated_group(*case, 5, plain_minimum)]
        assert len(leaks) > 150


class TestPlaceTexts:
    def test_texts_of_ten_people_stand_on_their_team(self) -> None:
        assert place_texts((-1, 0, 0), (0, 10, 12), [True, True, True], 10) == [-1, 1, 2]

    def test_nine_move_up_and_stand_with_others_that_stand_nowhere_below(self) -> None:
        assert place_texts((-1, 0, 0, 0), (0, 9, 1, 12), [True, True, True, True], 10) == [0, 0, 0, 3]

    def test_texts_that_stand_below_do_not_count_above(self) -> None:
        assert place_texts((-1, 0, 0), (0, 12, 9), [True, True, True], 10) == [-1, 1, -1]

    def test_a_hidden_unit_holds_no_texts(self) -> None:
        assert place_texts((-1, 0, 0), (0, 12, 0), [True, False, True], 10) == [0, 0, 0]
        assert place_texts((-1,), (12,), [False], 10) == [-1]

    @given(organisations())
    def test_at_least_the_minimum_stand_together_and_none_stands_twice(self, organisation) -> None:
        parent, writers, shown, _k = organisation
        place = place_texts(parent, writers, shown, 10)
        members = subtrees(parent)
        standing: dict[int, int] = {}
        for unit, here in enumerate(place):
            if here >= 0:
                standing[here] = standing.get(here, 0) + writers[unit]
                assert unit in members[here]
                assert shown[here]
        assert all(people >= 10 for people in standing.values())


class TestPrintable:
    @pytest.mark.parametrize(
        ("mean", "value", "op"),
        [
            (67 / 20, "3.4", "="),
            (Fraction(349, 100), "3.5", "="),
            (3.449, "3.4", "="),
            (2.25, "2.3", "="),
            (1.0, "1.4", "<="),
            (1.449, "1.4", "<="),
            (1.45, "1.5", "="),
            (4.549, "4.5", "="),
            (4.55, "4.6", ">="),
            (5.0, "4.6", ">="),
        ],
    )
    def test_it_rounds_half_up_and_clips_both_ends(self, mean: float, value: str, op: str) -> None:
        assert printable(float(mean)) == Mean(Decimal(value), op)  # type: ignore[arg-type]

    @given(st.integers(1, 60).flatmap(lambda n: st.lists(st.integers(1, 5), min_size=n, max_size=n)))
    def test_it_rounds_means_of_answers_as_exact_arithmetic_does(self, answers: list[int]) -> None:
        tenths = (Fraction(sum(answers), len(answers)) * 10 + Fraction(1, 2)).__floor__()
        expected = min(max(Decimal(tenths) / 10, Decimal("1.4")), Decimal("4.6"))
        assert printable(sum(answers) / len(answers)).value == expected

    def test_unanimous_answers_look_like_nearly_unanimous_ones(self) -> None:
        assert printable(5.0) == printable(4.6)
        assert printable(1.0) == printable(1.4)
