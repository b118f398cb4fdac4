"""Shares: their ranges against hand and literature, and what may be printed of them."""

import math
from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis.disclosure import printable
from assessments.analysis.shares import (
    classes,
    favourable,
    newcombe_difference,
    printable_share,
    wilson,
)
from assessments.analysis.values import Classes, Share

COUNTS = st.lists(st.integers(0, 40), min_size=5, max_size=5)


class TestWilson:
    def test_six_of_eight(self) -> None:
        # z² = 3.8415: (.75 + .2401 ± 1.96 sqrt(.1875/8 + 3.8415/256)) / (1 + .4802) = (.9901 ± .3843) / 1.4802
        found = wilson(6, 8)
        assert (found.share, found.lower, found.upper) == pytest.approx((0.75, 0.4093, 0.9285), abs=1e-4)

    def test_of_a_small_group_it_is_narrower_as_if_more_had_answered(self) -> None:
        # n_eff = 8 * 11 / (12 - 8) = 22: (.75 + .0873 ± 1.96 sqrt(.1875/22 + 3.8415/1936)) / 1.1746 = (.8373 ± .2009) / 1.1746
        found = wilson(6, 8, population=12)
        assert (found.lower, found.upper) == pytest.approx((0.5418, 0.8839), abs=1e-4)

    def test_if_everyone_answered_there_is_no_range(self) -> None:
        found = wilson(6, 8, population=8)
        assert found.lower == found.upper == found.share == 0.75
        alone = wilson(1, 1, population=1)
        assert alone.lower == alone.upper == 1.0

    def test_nobody_or_all_agreeing_still_leaves_doubt(self) -> None:
        # z² / (n + z²) = 3.8415 / 13.8415
        assert (wilson(0, 10).lower, wilson(0, 10).upper) == pytest.approx((0.0, 0.2775), abs=1e-4)
        assert (wilson(10, 10).lower, wilson(10, 10).upper) == pytest.approx((0.7225, 1.0), abs=1e-4)

    def test_answers_counted_as_persons_would_give_a_false_narrow_range(self) -> None:
        persons, answers = wilson(6, 8), wilson(24, 32)
        assert persons.upper - persons.lower > 1.7 * (answers.upper - answers.lower)

    @pytest.mark.parametrize(("successes", "n", "population"), [(0, 0, None), (1, 0, None), (5, 4, None), (-1, 4, None), (2, 4, 3)])
    def test_impossible_counts_are_refused(self, successes: int, n: int, population: int | None) -> None:
        with pytest.raises(ValueError, match="answer"):
            wilson(successes, n, population=population)

    @pytest.mark.parametrize("confidence", [0, 1, math.nan])
    def test_what_is_not_a_number_is_refused(self, confidence: float) -> None:
        with pytest.raises(ValueError, match="confidence"):
            wilson(1, 2, confidence=confidence)
        with pytest.raises(ValueError, match="successes"):
            wilson(math.nan, 2)

    @settings(deadline=None)
    @given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 3 * n))))
    def test_it_holds_the_share_and_stays_within_0_and_1(self, counts: tuple[int, int, int]) -> None:
        k, n, population = counts
        free, small = wilson(k, n), wilson(k, n, population=population)
        assert 0 <= free.lower <= small.lower <= k / n <= small.upper <= free.upper <= 1

    @settings(deadline=None)
    @given(st.integers(0, 20), st.integers(1, 20), st.integers(2, 9))
    def test_it_narrows_with_more_answers(self, agree: int, others: int, times: int) -> None:
        few, many = wilson(agree, agree + others), wilson(times * agree, times * (agree + others))
        assert many.upper - many.lower < few.upper - few.lower

    @settings(deadline=None)
    @given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_those_who_do_not_agree_have_the_mirrored_range(self, counts: tuple[int, int]) -> None:
        k, n = counts
        agree, others = wilson(k, n), wilson(n - k, n)
        assert (others.lower, others.upper) == pytest.approx((1 - agree.upper, 1 - agree.lower), abs=1e-12)


class TestNewcombeDifference:
    def test_it_is_built_from_both_ranges(self) -> None:
        # 6/8: .4093 to .9285; 2/8 mirrored: .0715 to .5907. Both distances inwards .3407, outwards .1785.
        found = newcombe_difference(6, 8, 2, 8)
        reach = math.hypot(0.3407, 0.3407), math.hypot(0.1785, 0.1785)
        assert (found.difference, found.lower, found.upper) == pytest.approx((0.5, 0.5 - reach[0], 0.5 + reach[1]), abs=2e-4)

    def test_swapped_quarters_give_the_mirrored_range(self) -> None:
        there, back = newcombe_difference(9, 10, 3, 10), newcombe_difference(3, 10, 9, 10)
        assert (back.difference, back.lower, back.upper) == pytest.approx((-there.difference, -there.upper, -there.lower))

    @settings(deadline=None)
    @given(*[st.integers(1, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))] * 2)
    def test_it_holds_the_difference_within_the_possible(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        found = newcombe_difference(*one, *other)
        assert -1 <= found.lower <= found.difference <= found.upper <= 1

    def test_a_quarter_without_answers_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one answer"):
            newcombe_difference(1, 2, 0, 0)


class TestPrintableShare:
    @pytest.mark.parametrize(
        ("share", "printed"), [(0.5, 50), (1 / 3, 35), (0.125, 15), (0.874, 85), (0.475, 50), (0.474, 45), (0.725, 75)]
    )
    def test_it_rounds_half_up_to_steps_of_five(self, share: float, printed: int) -> None:
        assert printable_share(share) == Share(printed)

    @pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.124])
    def test_a_small_share_is_10_or_less_whatever_it_is(self, share: float) -> None:
        assert printable_share(share) == Share(10, "<=")

    @pytest.mark.parametrize("share", [0.875, 0.9, 0.99, 1.0])
    def test_a_large_share_is_90_or_more_whatever_it_is(self, share: float) -> None:
        assert printable_share(share) == Share(90, ">=")

    def test_it_tells_whether_it_was_clipped(self) -> None:
        assert printable_share(1).clipped
        assert not printable_share(0.5).clipped

    @pytest.mark.parametrize("share", [-0.01, 1.01, math.nan])
    def test_what_is_no_share_is_refused(self, share: float) -> None:
        with pytest.raises(ValueError, match="between 0 and 1"):
            printable_share(share)


class TestFavourable:
    def test_it_counts_fours_and_fives(self) -> None:
        assert favourable([1, 2, 1, 4, 2]) == Share(60)

    def test_below_ten_answers_there_is_none(self) -> None:
        assert favourable([0, 2, 1, 4, 2]) is None
        assert favourable([0, 0, 0, 0, 0]) is None


class TestClasses:
    def test_those_who_disagree_stand_between_and_agree(self) -> None:
        assert classes([1, 2, 2, 4, 1]) == Classes(30, 20, 50)

    def test_the_middle_takes_what_rounding_leaves(self) -> None:
        # 4, 4, 4 of 12 are a third each: 35 + 35 leave 30.
        assert classes([2, 2, 4, 2, 2]) == Classes(35, 30, 35)

    def test_below_ten_answers_there_are_none(self) -> None:
        assert classes([1, 2, 3, 2, 1]) is None

    @pytest.mark.parametrize(
        "counts", [[0, 1, 4, 3, 2], [0, 0, 0, 5, 5], [3, 2, 1, 2, 2], [2, 3, 0, 3, 2], [0, 1, 9, 0, 0], [9, 0, 1, 0, 0]]
    )
    def test_nothing_is_said_where_one_class_would_be_clipped(self, counts: list[int]) -> None:
        assert classes(counts) is None

    def test_a_class_too_small_to_print_is_not_rounded_into_sight(self) -> None:
        # 19, 5 and 17 of 41 are 46, 12 and 41 %: the ends become 45 and 40, and 15 would be left for a middle of "10 % or less".
        assert classes([9, 10, 5, 10, 7]) is None

    def test_weighted_counts_are_fractions_that_still_add_up_to_ten(self) -> None:
        counts = [part * 10 for part in (0.1, 0.2, 0.3, 0.3, 0.1)]
        assert classes([1.1, 1.9, 3.1, 2.9, 1.0]) == classes(counts) == Classes(30, 30, 40)
        assert favourable([0.3, 0.7, 0.6, 8.1, 0.3 - 1e-13]) == Share(85)  # a sum of 9.9999999999999

    @pytest.mark.parametrize("counts", [[1, 2, 3, 4], [1] * 6, [-1, 5, 5, 5, 5], [math.nan, 5, 5, 5, 5]])
    def test_counts_that_are_none_are_refused(self, counts: list[int]) -> None:
        for function in (classes, favourable):
            with pytest.raises(ValueError, match="five counts"):
                function(counts)

    @settings(deadline=None)
    @given(COUNTS)
    def test_they_sum_to_100_in_steps_and_agree_with_the_share_beside_them(self, counts: list[int]) -> None:
        found, n = classes(counts), sum(counts)
        if found is None:
            small = [sum(counts[:2]), counts[2], sum(counts[3:])]
            # Rounding both ends up takes at most one step from the middle.
            assert n < 10 or min(small) < 0.175 * n
            return
        parts = (found.disagree, found.middle, found.agree)
        assert sum(parts) == 100
        assert all(part % 5 == 0 and 10 < part < 90 for part in parts)
        assert favourable(counts) == Share(found.agree)
        assert abs(found.middle - 100 * counts[2] / n) <= 5 + 1e-9

    @settings(deadline=None)
    @given(COUNTS)
    def test_each_printed_class_holds_two_people_or_more(self, counts: list[int]) -> None:
        if classes(counts):
            assert min(sum(counts[:2]), counts[2], sum(counts[3:])) >= 2

    @settings(deadline=None)
    @given(COUNTS)
    def test_reversed_answers_reverse_the_classes(self, counts: list[int]) -> None:
        there, back = classes(counts), classes(counts[::-1])
        if back is None:
            assert there is None
        else:
            assert there == Classes(back.agree, back.middle, back.disagree, back.strongly_agree, back.strongly_disagree)


class TestFiveClasses:
    def test_from_twenty_answers_each_side_is_told_in_two(self) -> None:
        assert classes([4, 4, 4, 5, 3]) == Classes(40, 20, 40, strongly_disagree=20, strongly_agree=15)

    def test_below_twenty_answers_neither_is(self) -> None:
        assert classes([4, 4, 4, 4, 3]) == Classes(40, 25, 35)

    def test_a_side_with_a_part_too_small_to_print_stays_whole(self) -> None:
        assert classes([2, 5, 4, 5, 4]) == Classes(35, 20, 45, strongly_agree=20)
        assert classes([4, 5, 4, 2, 5]) == Classes(45, 20, 35, strongly_disagree=20)
        assert classes([1, 2, 5, 6, 6]) == Classes(15, 25, 60, strongly_agree=30)

    def test_a_part_too_small_to_print_is_not_rounded_into_sight(self) -> None:
        # Of 41, 5 are 12.2 %: a side printed as 40 less an end of 25 would leave 15 for a part of "10 % or less".
        assert classes([8, 7, 9, 5, 12]).strongly_agree is None

    @settings(deadline=None)
    @given(COUNTS)
    def test_every_part_is_a_step_between_the_ends_and_holds_two_people_or_more(self, counts: list[int]) -> None:
        found = classes(counts)
        if found is None:
            return
        for end, whole, people in (
            (found.strongly_disagree, found.disagree, counts[:2]),
            (found.strongly_agree, found.agree, counts[3:]),
        ):
            if end is not None:
                assert sum(counts) >= 20
                assert all(part % 5 == 0 and 10 < part < 90 for part in (end, whole - end))
                assert min(people) >= 2


class TestAttack:
    """What the docstring says of ten answers: the numbers are counted here once more, over all 1,001 possible sets."""

    SHARES = (0.03, 0.10, 0.23, 0.41, 0.22)

    @classmethod
    def chance(cls, counts: tuple[int, ...]) -> float:
        total = sum(cls.SHARES)
        ways = math.factorial(sum(counts)) / math.prod(map(math.factorial, counts))
        return ways * math.prod((share / total) ** count for share, count in zip(cls.SHARES, counts, strict=True))

    def test_mean_and_shares_of_ten_hardly_ever_tell_all_answers(self) -> None:
        seen = defaultdict(list)
        for counts in product(range(11), repeat=5):
            if sum(counts) == 10:
                mean = printable(sum(value * count for value, count in enumerate(counts, 1)) / 10)
                seen[mean, favourable(counts), classes(counts)].append(self.chance(counts))
        assert sum(map(len, seen.values())) == 1001
        assert sum(chances[0] for chances in seen.values() if len(chances) == 1) == pytest.approx(0.003, abs=0.0005)
        assert sum(max(chances) for chances in seen.values()) == pytest.approx(0.54, abs=0.005)

    def test_a_unanimous_group_looks_like_one_that_is_not(self) -> None:
        unanimous, nearly = [0, 0, 0, 0, 12], [0, 0, 0, 1, 11]
        assert favourable(unanimous) == favourable(nearly)
        assert classes(unanimous) == classes(nearly)
