"""One sample's mean and range, worked by hand; the same formulas carry the whole tree in `summary`."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis.means import (
    finite,
    mean_ci_fpc,
    mean_ci_moderated,
    moderated_variance,
    squared_error,
    stratified_mean_fpc,
    t_quantile,
)
from assessments.analysis.scoring import tally
from assessments.analysis.summary import PRIOR_WEIGHT, aggregate

ANSWERS = st.lists(st.floats(1, 5), min_size=2, max_size=30)
MISSING = [math.nan, math.inf]


def moderated(values: list[float], population: int, prior_variance: float = 0.5) -> tuple[float, float, float]:
    found = mean_ci_moderated(values, population, prior_variance, 4)
    return found.lower, found.mean, found.upper


class TestMeanOfSome:
    def test_five_of_ten(self) -> None:
        # Mean 3, squares 10, s² = 10/4 = 2.5; se = sqrt(.5 * 2.5 / 5) = .5; t(4) = 2.7764.
        found = mean_ci_fpc([1, 2, 3, 4, 5], 10)
        assert (found.n, found.mean, found.variance, found.se, found.df) == pytest.approx((5, 3, 2.5, 0.5, 4))
        assert (found.lower, found.upper) == pytest.approx((3 - 1.3882, 3 + 1.3882), abs=1e-4)

    def test_the_divisor_is_one_less_than_n(self) -> None:
        assert mean_ci_fpc([2, 4], 100).variance == 2.0

    def test_if_everyone_answered_there_is_no_range(self) -> None:
        found = mean_ci_fpc([2, 3, 5], 3)
        assert found.lower == found.mean == found.upper
        assert mean_ci_fpc([4], 1).upper == 4

    def test_equal_answers_have_no_range_here_which_is_why_pages_use_the_moderated_one(self) -> None:
        plain = mean_ci_fpc([4] * 10, 20)
        assert plain.lower == plain.upper == 4
        assert moderated([4] * 10, 20)[0] < 4

    def test_one_of_several_has_no_spread(self) -> None:
        with pytest.raises(ValueError, match="no spread"):
            mean_ci_fpc([4], 5)

    @settings(deadline=None)
    @given(ANSWERS, st.integers(0, 40))
    def test_it_holds_the_mean_whatever_the_order(self, values: list[float], silent: int) -> None:
        found, turned = mean_ci_fpc(values, len(values) + silent), mean_ci_fpc(values[::-1], len(values) + silent)
        assert found.lower <= found.mean <= found.upper
        assert (turned.lower, turned.upper) == pytest.approx((found.lower, found.upper))

    @settings(deadline=None)
    @given(ANSWERS, st.integers(1, 40))
    def test_the_silent_ones_widen_it(self, values: list[float], silent: int) -> None:
        some, all_of_them = mean_ci_fpc(values, len(values) + silent), mean_ci_fpc(values, len(values))
        more = mean_ci_fpc(values, len(values) + silent + 1)
        assert all_of_them.se == 0
        assert some.se <= more.se


class TestModeratedMean:
    def test_five_equal_answers_of_seven(self) -> None:
        # s~² = 4 * .5 / 8 = .25; se = sqrt(2/7 * .25 / 5) = .1195; t(8) = 2.3060.
        found = mean_ci_moderated([4] * 5, 7, 0.5, 4)
        assert (found.variance, found.df, found.se) == pytest.approx((0.25, 8, 0.11952), abs=1e-5)
        assert (found.lower, found.upper) == pytest.approx((4 - 0.27562, 4 + 0.27562), abs=1e-5)

    def test_one_answer_borrows_all_its_spread(self) -> None:
        # s~² = .5 with 4 degrees of freedom; se = sqrt(.75 * .5) = .6124; t(4) = 2.7764: 1.7002.
        assert moderated([3], 4) == pytest.approx((1.2998, 3, 4.7002), abs=1e-4)

    def test_it_ends_where_the_scale_ends(self) -> None:
        # s~² = .25; se = sqrt(.9 * .25 / 5) = .2121; t(8) = 2.3060: .4892 downwards, nothing upwards.
        assert moderated([5] * 5, 50) == pytest.approx((4.5108, 5, 5), abs=1e-4)
        assert moderated([1, 1], 50)[0] == 1

    def test_without_anything_to_borrow_equal_answers_have_no_range(self) -> None:
        assert moderated([4] * 5, 10, 0.0) == (4, 4, 4)

    @settings(deadline=None)
    @given(ANSWERS, st.integers(0, 40), st.floats(0, 4))
    def test_it_lies_in_the_scale_around_the_mean(self, values: list[float], silent: int, prior: float) -> None:
        lower, mean, upper = moderated(values, len(values) + silent, prior)
        assert 1 <= lower <= mean <= upper <= 5
        assert silent or lower == upper

    @settings(deadline=None)
    @given(ANSWERS, st.integers(0, 40))
    def test_the_opposite_wording_gives_the_mirrored_range(self, values: list[float], silent: int) -> None:
        lower, mean, upper = moderated(values, len(values) + silent)
        mirrored = moderated([6 - value for value in values], len(values) + silent)
        assert mirrored == pytest.approx((6 - upper, 6 - mean, 6 - lower))

    @settings(deadline=None)
    @given(st.integers(1, 12), st.integers(1, 12))
    def test_it_narrows_as_more_of_the_same_answer(self, pairs: int, more: int) -> None:
        few, many = (mean_ci_moderated([2.0, 4.0] * count, 100, 1.0, 4) for count in (pairs, pairs + more))
        assert many.upper - many.lower < few.upper - few.lower

    @pytest.mark.parametrize(("variance", "df"), [(-0.1, 4), (math.nan, 4), (0.5, 0), (0.5, math.nan)])
    def test_an_impossible_prior_is_refused(self, variance: float, df: float) -> None:
        with pytest.raises(ValueError, match="prior"):
            mean_ci_moderated([3, 4], 5, variance, df)

    def test_an_answer_outside_the_scale_is_refused(self) -> None:
        with pytest.raises(ValueError, match="scale"):
            mean_ci_moderated([3, 6], 5, 0.5, 4)


class TestBoth:
    @pytest.mark.parametrize("function", [mean_ci_fpc, lambda values, population: mean_ci_moderated(values, population, 0.5, 4)])
    def test_nothing_more_than_all_and_no_number_are_refused(self, function) -> None:
        with pytest.raises(ValueError, match="at least one value"):
            function([], 5)
        with pytest.raises(ValueError, match="more answered"):
            function([3, 4, 5], 2)
        for missing in MISSING:
            with pytest.raises(ValueError, match="not a number"):
                function([3, missing], 5)

    def test_a_confidence_is_a_share(self) -> None:
        with pytest.raises(ValueError, match="confidence"):
            t_quantile(5, 95)

    def test_finite_gives_floats(self) -> None:
        assert finite([1, 2]).dtype == np.float64


class TestStratifiedMean:
    def test_two_teams_weigh_by_their_people(self) -> None:
        # Means 3 and 5, people 6 and 2: (18 + 10) / 8 = 3.5. Spreads 2 and 0:
        # (6/8)² (1 - 2/6) 2/2 = .375; the second team adds nothing. t(2) = 4.3027.
        found = stratified_mean_fpc([2, 4, 5, 5], ["a", "a", "b", "b"], {"a": 6, "b": 2})
        assert (found.n, found.mean, found.se, found.df) == pytest.approx((4, 3.5, math.sqrt(0.375), 2))
        assert found.upper - found.mean == pytest.approx(4.3027 * math.sqrt(0.375), abs=1e-4)

    def test_a_team_with_one_answer_takes_the_pooled_spread(self) -> None:
        # (1/2)² (1 - 2/4) 2/2 + (1/2)² (1 - 1/4) 2/1 = .125 + .375
        found = stratified_mean_fpc([2, 4, 3], ["a", "a", "b"], {"a": 4, "b": 4})
        assert found.se == pytest.approx(math.sqrt(0.5))

    def test_a_team_without_answers_is_left_out_and_named(self) -> None:
        populations = {"a": 6, "silent": 90}
        found = stratified_mean_fpc([2, 4], ["a", "a"], populations)
        assert found.left_out == ("silent",)
        assert found.mean == 3

    def test_one_stratum_is_the_plain_mean(self) -> None:
        whole, plain = stratified_mean_fpc([1, 2, 5], "aaa", {"a": 7}), mean_ci_fpc([1, 2, 5], 7)
        assert (whole.mean, whole.se, whole.lower, whole.upper) == pytest.approx((plain.mean, plain.se, plain.lower, plain.upper))

    def test_if_everyone_answered_there_is_no_range(self) -> None:
        found = stratified_mean_fpc([2, 4, 1, 5], "aabb", {"a": 2, "b": 2})
        assert found.lower == found.mean == found.upper == 3

    @pytest.mark.parametrize(
        ("values", "strata", "populations", "why"),
        [
            ([], "", {}, "two values"),
            ([1, 2], "ab", {"a": 3, "b": 3}, "two values"),
            ([1, 2], "a", {"a": 3}, "needs a stratum"),
            ([1, 2], "aa", {"b": 3}, "no population"),
            ([1, 2], "aa", {"a": 1}, "more answered"),
            ([1, math.nan], "aa", {"a": 3}, "not a number"),
        ],
    )
    def test_what_cannot_be_is_refused(self, values: list[float], strata: str, populations: dict[str, int], why: str) -> None:
        with pytest.raises(ValueError, match=why):
            stratified_mean_fpc(values, strata, populations)

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(1, 5)), min_size=3, max_size=30), st.randoms())
    def test_the_order_of_rows_does_not_matter(self, rows: list[tuple[str, float]], random) -> None:
        populations = {"a": 40, "b": 60}
        found = stratified_mean_fpc([value for _, value in rows], [name for name, _ in rows], populations)
        random.shuffle(rows)
        again = stratified_mean_fpc([value for _, value in rows], [name for name, _ in rows], populations)
        assert (again.mean, again.se) == pytest.approx((found.mean, found.se), abs=1e-9)
        assert found.lower <= found.mean <= found.upper


class TestSharedFormulas:
    def test_the_tree_gives_a_single_unit_the_range_of_its_sample(self) -> None:
        answers = [2.0] * 4 + [3.0] * 3 + [5.0] * 5
        sums = tally(np.zeros(12, dtype=np.int64), np.array(answers)[:, None], 1)
        tree = aggregate([-1], [20], sums, np.ones((1, 1), dtype=bool), fallback=1.0, own_from=10)
        sample = mean_ci_moderated(answers, 20, 1.0, PRIOR_WEIGHT, -math.inf, math.inf)
        assert tree.half_width[0, 0] == pytest.approx(sample.upper - sample.mean)

    def test_they_work_on_arrays(self) -> None:
        n = np.array([5.0, 10.0])
        assert squared_error(2.0, n, np.array([10.0, 10.0])).tolist() == [0.2, 0.0]
        # (4 * 1 + 4 * 3) / 8 and (4 * 1 + 9 * 3) / 13
        assert moderated_variance(3.0, n, 1.0, 4).tolist() == pytest.approx([2.0, 31 / 13])

    def test_a_unit_that_lost_people_has_no_negative_error(self) -> None:
        assert squared_error(2.0, 5, 4) == 0
