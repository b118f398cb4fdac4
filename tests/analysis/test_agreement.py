"""Agreement worked by hand; where it means nothing; and what neither order nor the direction of a scale may change."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis.agreement import (
    AgreementWord,
    a_wg,
    a_wg_j,
    agreement_word,
    average_deviation,
    average_deviation_j,
    rwg,
    rwg_j,
    rwg_star_j,
    uniform_variance,
)

NAN = math.nan
CALM = [4, 4, 5, 3]  # mean 4, squares 0 + 0 + 1 + 1, variance 2 / 3
SAME = [3, 3, 3, 3]
SPLIT = [1, 1, 5, 5]  # mean 3, squares 4 * 4, variance 16 / 3

Rows = list[list[int]]
teams = st.integers(1, 4).flatmap(
    lambda practices: st.lists(st.lists(st.integers(1, 5), min_size=practices, max_size=practices), min_size=2, max_size=12)
)


def rows_of(*practices: list[float]) -> list[list[float]]:
    return [list(row) for row in zip(*practices, strict=True)]


class TestRwg:
    def test_an_even_spread_over_five_points_has_a_variance_of_two(self) -> None:
        assert (uniform_variance(5), uniform_variance(7)) == (2, 4)
        with pytest.raises(ValueError, match="two points"):
            uniform_variance(1)

    def test_it_compares_the_variance_with_that_of_an_even_spread(self) -> None:
        # 1 - (2 / 3) / 2; with the divisor n it were 1 - 0.5 / 2 = 0.75.
        assert rwg(CALM) == pytest.approx(2 / 3)
        assert rwg(CALM, uniform_variance(7)) == pytest.approx(1 - 2 / 3 / 4)

    def test_more_spread_than_an_even_one_counts_as_none_agreeing(self) -> None:
        assert rwg(SPLIT) == 0
        assert rwg_j(rows_of(SPLIT, SPLIT)) == 0

    def test_over_practices_it_takes_the_mean_of_their_variances(self) -> None:
        rows = rows_of(CALM, SAME)
        # r = (2 / 3 + 0) / 2 / 2 = 1 / 6; 2 * 5 / 6 against 2 * 5 / 6 + 1 / 6.
        assert rwg_j(rows) == pytest.approx(10 / 11)
        assert rwg_star_j(rows) == pytest.approx(5 / 6)
        # Not the variance of the persons' means 3.5, 3.5, 4, 3 (1 / 6), which would give 22 / 23.
        assert rwg_j(rows) != pytest.approx(22 / 23, abs=1e-3)

    def test_of_one_practice_all_three_say_the_same(self) -> None:
        rows = rows_of(CALM)
        assert rwg_j(rows) == pytest.approx(rwg(CALM))
        assert rwg_star_j(rows) == pytest.approx(rwg(CALM))

    def test_only_the_starred_one_does_not_grow_with_the_number_of_practices(self) -> None:
        one, four = rows_of(CALM), rows_of(CALM, CALM, CALM, CALM)
        assert rwg_star_j(four) == pytest.approx(rwg_star_j(one))
        assert rwg_j(four) == pytest.approx(4 * 2 / 3 / (4 * 2 / 3 + 1 / 3))  # 8 / 9, where one gives 2 / 3

    def test_the_starred_one_falls_below_zero_where_people_are_divided(self) -> None:
        assert rwg_star_j(rows_of(SPLIT)) == pytest.approx(1 - 16 / 3 / 2)

    def test_a_practice_counts_the_answers_it_has(self) -> None:
        rows = rows_of([*CALM, NAN], [NAN, *SAME], [NAN, NAN, 2, NAN, NAN])
        # The third practice has one answer: J is 2.
        assert rwg_j(rows) == pytest.approx(10 / 11)
        assert average_deviation_j(rows) == pytest.approx((0.5 + 0) / 2)

    @pytest.mark.parametrize("impossible", [0.0, -1.0, NAN, math.inf])
    def test_a_null_variance_is_positive(self, impossible: float) -> None:
        with pytest.raises(ValueError, match="null variance"):
            rwg(CALM, impossible)


class TestAwg:
    def test_it_compares_the_variance_with_the_largest_one_at_that_mean(self) -> None:
        # (5 - 4) (4 - 1) 4 / 3 = 4; 1 - 2 (2 / 3) / 4. The mean 4 = (5 * 3 + 1) / 4 is just not too near to the end.
        assert a_wg(CALM) == pytest.approx(2 / 3)
        assert a_wg(SPLIT) == pytest.approx(-1)  # the largest spread there is
        assert a_wg(SAME) == 1

    def test_a_mean_too_near_to_an_end_cannot_be_interpreted(self) -> None:
        assert a_wg([5, 5, 5, 4]) is None  # 4.75 above 4
        assert a_wg([1, 1, 1, 2]) is None
        assert a_wg([3, 4]) is None  # of two people only a mean of 3 can be

    @pytest.mark.parametrize("end", [1, 5])
    def test_all_at_one_end_agree_entirely(self, end: int) -> None:
        assert a_wg([end] * 4) == 1

    def test_over_practices_it_is_the_mean_where_it_can_be_interpreted(self) -> None:
        assert a_wg_j(rows_of(CALM, SPLIT, [5, 5, 5, 4])) == pytest.approx((2 / 3 - 1) / 2)
        assert a_wg_j(rows_of([5, 5, 5, 4])) is None
        # Half of the largest spread, 8 / 3 of 16 / 3, is 0, and counts.
        assert a_wg_j(rows_of([1, 3, 3, 5], SAME)) == pytest.approx((0 + 1) / 2)

    def test_another_scale_has_other_ends(self) -> None:
        assert a_wg([answer - 1 for answer in CALM], low=0, high=4) == pytest.approx(2 / 3)

    @pytest.mark.parametrize("off", [0, 6])
    def test_an_answer_off_the_scale_is_refused(self, off: int) -> None:
        with pytest.raises(ValueError, match="between 1 and 5"):
            a_wg([3, 3, off])


class TestAverageDeviation:
    def test_it_is_the_mean_distance_from_the_mean(self) -> None:
        assert average_deviation(CALM) == pytest.approx(0.5)
        assert average_deviation(SPLIT) == pytest.approx(2)
        assert average_deviation_j(rows_of(CALM, SPLIT, SAME)) == pytest.approx(2.5 / 3)

    @pytest.mark.parametrize(
        ("ad", "word"),
        [
            (0, AgreementWord.CLOSE),
            (0.60, AgreementWord.CLOSE),
            (0.61, AgreementWord.MIXED),
            (0.83, AgreementWord.MIXED),
            (0.84, AgreementWord.FAR),
            (2, AgreementWord.FAR),
        ],
    )
    def test_the_word_follows_from_it(self, ad: float, word: AgreementWord) -> None:
        assert agreement_word(ad) is word

    def test_rounding_does_not_choose_the_word(self) -> None:
        assert agreement_word(0.1 + 0.2 + 0.3) is AgreementWord.CLOSE  # 0.6000000000000001

    @pytest.mark.parametrize("impossible", [-0.1, NAN])
    def test_there_is_no_word_for_what_cannot_be(self, impossible: float) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            agreement_word(impossible)


OF_ONE = [rwg, a_wg, average_deviation]
OF_MANY = [rwg_j, rwg_star_j, a_wg_j, average_deviation_j]


@pytest.mark.filterwarnings("error")
class TestDegenerate:
    @pytest.mark.parametrize("measure", OF_ONE)
    @pytest.mark.parametrize("answers", [[], [4], [5], [NAN, NAN, 3], [NAN] * 3])
    def test_fewer_than_two_answers_have_no_agreement(self, measure: Callable[..., float | None], answers: list[float]) -> None:
        assert measure(answers) is None

    @pytest.mark.parametrize("measure", OF_MANY)
    @pytest.mark.parametrize("rows", [np.empty((0, 3)), [[4, 5]], [[NAN, 4], [3, NAN]], np.empty((5, 0))])
    def test_nor_have_rows_without_a_practice_of_two_answers(self, measure: Callable[..., float | None], rows: Rows) -> None:
        assert measure(rows) is None

    @pytest.mark.parametrize("measure", OF_ONE)
    def test_one_practice_is_no_table(self, measure: Callable[..., float | None]) -> None:
        with pytest.raises(ValueError, match="one row of numbers"):
            measure([[4, 5], [3, 3]])
        with pytest.raises(ValueError, match="infinite"):
            measure([3, math.inf, 4])

    @pytest.mark.parametrize("measure", OF_MANY)
    def test_a_table_is_not_one_practice(self, measure: Callable[..., float | None]) -> None:
        with pytest.raises(ValueError, match="table"):
            measure([4, 5])
        with pytest.raises(ValueError, match="infinite"):
            measure([[3, math.inf], [3, 4]])


class TestRules:
    @settings(deadline=None)
    @given(teams)
    def test_every_measure_stays_inside_its_limits(self, rows: Rows) -> None:
        j, star, own, ad = rwg_j(rows), rwg_star_j(rows), a_wg_j(rows), average_deviation_j(rows)
        assert j is not None
        assert star is not None
        assert ad is not None
        assert 0 <= j <= 1
        assert -3 <= star <= j + 1e-12
        assert 0 <= ad <= 2
        assert own is None or -1 - 1e-12 <= own <= 1
        assert 0 <= (rwg([row[0] for row in rows]) or 0) <= 1

    @settings(deadline=None)
    @given(teams)
    def test_counting_the_scale_from_the_other_end_changes_nothing(self, rows: Rows) -> None:
        turned = [[6 - answer for answer in row] for row in rows]
        for measure in OF_MANY:
            assert measure(turned) == pytest.approx(measure(rows), abs=1e-12)

    @settings(deadline=None)
    @given(teams, st.randoms())
    def test_the_order_of_people_changes_nothing(self, rows: Rows, chance: object) -> None:
        shuffled = list(rows)
        chance.shuffle(shuffled)  # type: ignore[attr-defined]
        for measure in OF_MANY:
            assert measure(shuffled) == pytest.approx(measure(rows), abs=1e-12)
        assert agreement_word(average_deviation_j(shuffled) or 0) is agreement_word(average_deviation_j(rows) or 0)
