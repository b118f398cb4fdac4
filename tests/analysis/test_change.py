"""Changes between quarters: the tests by hand, and what may be said of displayed means."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from assessments.analysis.change import (
    DIMENSION_FROM,
    PRACTICE_FROM,
    Point,
    benjamini_hochberg,
    changes,
    is_clear_change,
    smallest_visible_change,
    trend_slope,
    welch,
    welch_samples,
)
from assessments.analysis.values import Change, Mean

SAMPLE = st.lists(st.integers(1, 5), min_size=2, max_size=30)
PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def point(mean: str, n: int = 40, spread: float = 0.7) -> Point:
    value = Decimal(mean.strip("<>="))
    return Point(Mean(value, ">=" if ">" in mean else "<=" if "<" in mean else "="), n, spread)


def change(before: Point | None, now: Point | None, minimum: int = DIMENSION_FROM) -> Change:
    return changes([before], [now], minimum=minimum)[0]


class TestWelch:
    def test_two_small_samples(self) -> None:
        # Means 3 and 5, variances 1 and 4, 4 answers each: se² = .25 + 1 = 1.25; t = -2 / 1.118 = -1.7889;
        # df = 1.25² / (.25²/3 + 1/3) = 1.5625 / .354167 = 4.4118.
        found = welch(3, 1, 4, 5, 4, 4)
        assert (found.difference, found.t, found.df) == pytest.approx((-2, -1.78885, 4.41176), abs=1e-5)
        # f = 6: J = gamma(3) / (sqrt(3) gamma(2.5)) = 2 / (1.73205 * 1.32934) = .86863; s_pooled = sqrt(2.5).
        assert found.hedges_g == pytest.approx(-2 * 0.86863 / math.sqrt(2.5), abs=1e-5)

    def test_equal_spreads_and_sizes_are_the_t_test(self) -> None:
        # se = sqrt(2/5 + 2/5), 8 df, t(8) = 2.3060 for 95 %: exactly on the edge.
        edge = 2.306004135 * math.sqrt(0.8)
        found = welch(edge, 2, 5, 0, 2, 5)
        assert (found.df, found.p) == pytest.approx((8, 0.05))
        assert found.lower == pytest.approx(0, abs=1e-8)

    def test_from_answers_it_divides_by_one_less_than_n(self) -> None:
        assert welch_samples([1, 2, 3], [2, 4]) == welch(2, 1, 3, 3, 2, 2)

    def test_there_is_no_finite_population_correction(self) -> None:
        assert welch(3, 1, 100, 3, 1, 100).upper == pytest.approx(1.97202 * math.sqrt(0.02), abs=1e-5)

    @settings(deadline=None)
    @given(SAMPLE, SAMPLE)
    def test_it_holds_the_difference_and_never_gives_what_is_no_number(self, x: list[int], y: list[int]) -> None:
        found = welch_samples(x, y)
        assert 0 <= found.p <= 1
        if found.lower is None or found.upper is None:
            assert found.t is None
            assert found.df is None
            return
        assert found.lower <= found.difference <= found.upper
        assert all(math.isfinite(value) for value in (found.t, found.df, found.lower, found.upper, found.hedges_g))
        assert (found.p < 0.05) == (not found.lower <= 0 <= found.upper) or math.isclose(found.p, 0.05, rel_tol=1e-6)

    @settings(deadline=None)
    @given(SAMPLE, SAMPLE)
    def test_neither_order_nor_opposite_wording_matters(self, x: list[int], y: list[int]) -> None:
        found, back, mirrored = (
            welch_samples(x, y),
            welch_samples(y[::-1], x[::-1]),
            welch_samples(*([6 - v for v in z] for z in (x, y))),
        )
        assert (back.difference, back.p) == pytest.approx((-found.difference, found.p), abs=1e-9)
        assert (mirrored.difference, mirrored.p) == pytest.approx((-found.difference, found.p), abs=1e-9)

    def test_without_any_spread_only_eight_answers_each_tell_a_change(self) -> None:
        few, enough = welch_samples([4] * 7, [3] * 20), welch_samples([4] * 8, [3] * 8)
        assert (few.p, few.t, few.df, few.lower, few.hedges_g) == (1.0, None, None, None, None)
        assert (enough.p, enough.difference) == (0.0, 1.0)

    def test_equal_answers_in_both_quarters_are_no_change(self) -> None:
        found = welch_samples([4.1] * 12, [4.1] * 9)
        assert (found.p, found.difference, found.hedges_g) == (1.0, 0.0, 0.0)

    def test_one_quarter_without_spread_is_still_tested(self) -> None:
        found = welch_samples([4, 4, 4], [1, 3, 5])
        assert found.df == pytest.approx(2)

    @pytest.mark.parametrize("numbers", [(3, 1, 1, 3, 1, 5), (3, 1, 5, 3, 1, 0), (3, -1, 5, 3, 1, 5), (math.nan, 1, 5, 3, 1, 5)])
    def test_what_cannot_be_is_refused(self, numbers) -> None:
        with pytest.raises(ValueError, match=r"two values|never negative|not a number"):
            welch(*numbers)

    def test_single_answers_none_and_no_numbers_are_refused(self) -> None:
        for values in ([3], [], [3, math.nan]):
            with pytest.raises(ValueError, match=r"two values|not a number"):
                welch_samples(values, [1, 2, 3])


class TestBenjaminiHochberg:
    def test_by_hand(self) -> None:
        # Sorted .01 .02 .03 .04 .5 times 5/1, 5/2, 5/3, 5/4, 1: all .05 but the last.
        assert benjamini_hochberg([0.04, 0.5, 0.01, 0.03, 0.02]).tolist() == pytest.approx([0.05, 0.5, 0.05, 0.05, 0.05])

    def test_a_later_smaller_one_pulls_an_earlier_down(self) -> None:
        # 3 * .02 = .06, but 3/2 * .03 = .045.
        assert benjamini_hochberg([0.02, 0.03, 0.9]).tolist() == pytest.approx([0.045, 0.045, 0.9])

    @settings(deadline=None)
    @given(PROBABILITIES)
    def test_it_keeps_the_order_and_only_raises_up_to_one(self, p: list[float]) -> None:
        adjusted = benjamini_hochberg(p)
        assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()
        assert (adjusted >= np.array(p)).all()
        assert (adjusted <= 1).all()

    @settings(deadline=None)
    @given(PROBABILITIES)
    def test_it_is_what_scipy_says_in_any_order(self, p: list[float]) -> None:
        assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p))
        assert benjamini_hochberg(p[::-1])[::-1] == pytest.approx(benjamini_hochberg(p))

    def test_one_alone_stays_and_nothing_gives_nothing(self) -> None:
        assert benjamini_hochberg([0.03]).tolist() == [0.03]
        assert benjamini_hochberg([]).tolist() == []

    @pytest.mark.parametrize("p", [[1.1], [-0.1, 0.5], [math.nan, 0.5]])
    def test_what_is_no_probability_is_refused(self, p: list[float]) -> None:
        with pytest.raises(ValueError, match=r"between 0 and 1|not a number"):
            benjamini_hochberg(p)


class TestIsClearChange:
    def test_it_needs_both_size_and_sureness(self) -> None:
        assert is_clear_change(0.3, 0.049)
        assert is_clear_change(-0.3, 0.049)
        assert not is_clear_change(0.3, 0.05)
        assert not is_clear_change(0.19, 0.001)

    def test_two_tenths_are_enough_in_any_arithmetic(self) -> None:
        assert is_clear_change(3.4 - 3.2, 0.01)
        assert is_clear_change(Decimal("3.4") - Decimal("3.2"), 0.01)

    def test_what_is_not_a_number_is_refused(self) -> None:
        with pytest.raises(ValueError, match="not a number"):
            is_clear_change(math.nan, 0.01)


class TestSmallestVisibleChange:
    # R: power.t.test(n, sd = 0.7, power = 0.8)
    @pytest.mark.parametrize(("n", "points"), [(5, 1.42), (8, 1.05), (12, 0.84), (20, 0.64), (30, 0.51), (50, 0.40), (100, 0.28)])
    def test_the_table(self, n: int, points: float) -> None:
        assert smallest_visible_change(n, n, 0.7) == pytest.approx(points, abs=0.005)

    def test_a_change_of_that_size_is_seen_four_times_in_five(self) -> None:
        rng = np.random.default_rng(3)
        true = smallest_visible_change(12, 20, 0.7)
        before, now = rng.normal(0, 0.7, (2000, 12)), rng.normal(true, 0.7, (2000, 20))
        seen = np.mean([welch_samples(one, other).p < 0.05 for one, other in zip(now, before, strict=True)])
        assert seen == pytest.approx(0.8, abs=0.04)

    @settings(deadline=None)
    @given(st.integers(2, 60), st.integers(2, 60), st.floats(0.1, 2))
    def test_more_answers_show_smaller_changes(self, n1: int, n2: int, sd: float) -> None:
        assert 0 < smallest_visible_change(n1 + 1, n2, sd) < smallest_visible_change(n1, n2, sd)
        assert smallest_visible_change(n2, n1, sd) == smallest_visible_change(n1, n2, sd)

    def test_without_spread_every_change_would_show(self) -> None:
        assert smallest_visible_change(5, 5, 0) == 0

    @pytest.mark.parametrize(("n1", "n2", "sd"), [(1, 5, 0.7), (5, 0, 0.7), (5, 5, -1), (5, 5, math.nan)])
    def test_what_cannot_be_is_refused(self, n1: int, n2: int, sd: float) -> None:
        with pytest.raises(ValueError, match="two answers"):
            smallest_visible_change(n1, n2, sd)


class TestTrendSlope:
    def test_four_quarters_with_equal_errors(self) -> None:
        # x around 2.5: -1.5 -.5 .5 1.5, squares 5; sum of products 1.5 * .6 + .5 * 0 = .9 + 0; slope .18, se .1 / sqrt(5).
        found = trend_slope([1, 2, 3, 4], [3.0, 3.4, 3.4, 3.6], [0.1] * 4)
        assert found is not None
        assert (found.per_quarter, found.se) == pytest.approx((0.18, 0.1 / math.sqrt(5)))
        assert (found.lower, found.upper) == pytest.approx((0.18 - 1.95996 * found.se, 0.18 + 1.95996 * found.se), abs=1e-5)

    def test_an_unsure_quarter_counts_little(self) -> None:
        found = trend_slope([1, 2, 3, 4], [3.0, 3.0, 3.0, 5.0], [0.1, 0.1, 0.1, 1e6])
        assert found is not None
        assert found.per_quarter == pytest.approx(0, abs=1e-6)

    def test_a_gap_keeps_its_place(self) -> None:
        found = trend_slope([1, 2, 4, 6], [3.0, 3.1, 3.3, 3.5], [0.1, 0.2, 0.3, 0.1])
        assert found is not None
        assert found.per_quarter == pytest.approx(0.1)

    def test_below_four_quarters_there_is_none(self) -> None:
        assert trend_slope([1, 2, 3], [3, 3, 4], [0.1] * 3) is None

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.floats(1, 5), st.floats(0.05, 1)), min_size=4, max_size=12))
    def test_the_opposite_wording_turns_the_slope(self, quarters: list[tuple[float, float]]) -> None:
        at, means, errors = range(len(quarters)), [mean for mean, _ in quarters], [error for _, error in quarters]
        found, mirrored = trend_slope(list(at), means, errors), trend_slope(list(at), [6 - mean for mean in means], errors)
        assert found is not None
        assert mirrored is not None
        assert mirrored.per_quarter == pytest.approx(-found.per_quarter, abs=1e-9)
        assert found.lower < found.per_quarter < found.upper

    @pytest.mark.parametrize(
        ("at", "means", "errors"),
        [
            ([1, 2, 3, 3], [3] * 4, [0.1] * 4),
            ([1, 2, 3, 4], [3] * 3, [0.1] * 4),
            ([1, 2, 3, 4], [3] * 4, [0.1, 0.1, 0.1, 0]),
            ([1, 2, 3, 4], [3, 3, 3, math.nan], [0.1] * 4),
        ],
    )
    def test_what_cannot_be_is_refused(self, at: list[int], means: list[float], errors: list[float]) -> None:
        with pytest.raises(ValueError, match=r"quarter|not a number"):
            trend_slope(at, means, errors)


class TestChanges:
    def test_a_clear_change_has_points_a_range_and_both_numbers_of_answers(self) -> None:
        # se = .7 sqrt(1/40 + 1/50) = .1485; df about 84, t 1.989: .5 ± .2953.
        assert change(point("3.2", 40), point("3.7", 50)) == Change(
            "up", Decimal("0.5"), Decimal("0.2"), Decimal("0.8"), n_before=40, n_now=50
        )
        assert change(point("3.7", 50), point("3.2", 40)) == Change(
            "down", Decimal("-0.5"), Decimal("-0.8"), Decimal("-0.2"), n_before=50, n_now=40
        )

    def test_a_small_change_is_not_clear_however_sure(self) -> None:
        assert change(point("3.5", 5000), point("3.6", 5000)) == Change("none", n_before=5000, n_now=5000)
        assert change(point("3.4", 5000), point("3.6", 5000)).direction == "up"

    def test_a_large_change_of_a_small_team_is_not_clear(self) -> None:
        assert change(point("3.2", 8), point("3.8", 8)).direction == "none"

    @pytest.mark.parametrize(("minimum", "few"), [(DIMENSION_FROM, 4), (PRACTICE_FROM, 9)])
    def test_too_few_answers_in_either_quarter_are_not_compared(self, minimum: int, few: int) -> None:
        assert change(point("2.0", few), point("4.0", 60), minimum) == Change("too_few")
        assert change(point("2.0", 60), point("4.0", few), minimum) == Change("too_few")
        assert change(point("2.0", minimum), point("4.4", 60, 0.3), minimum) != Change("too_few")

    def test_a_hidden_quarter_looks_like_a_small_one(self) -> None:
        assert change(None, point("4.0")) == change(point("4.0"), None) == change(point("2.0", 4), point("4.0"))

    def test_a_clipped_mean_gives_only_a_word(self) -> None:
        assert change(point("3.2"), point(">=4.6")) == Change("up", n_before=40, n_now=40)
        assert change(point("<=1.4"), point("2.0")) == Change("up", n_before=40, n_now=40)
        assert change(point(">=4.6"), point("4.1")) == Change("down", n_before=40, n_now=40)
        assert change(point(">=4.6"), point(">=4.6")).direction == "none"

    def test_hidden_units_are_not_in_the_family(self) -> None:
        # Alone p is about .035; with four others that say nothing it becomes .17.
        before, now = point("3.2", 40), point("3.5", 60)
        still = point("3.5")
        alone = changes([before, None, None, None, None], [now, None, still, still, None], minimum=5)
        among = changes([before, still, still, still, still], [now, still, still, still, still], minimum=5)
        assert [alone[0].direction, among[0].direction] == ["up", "none"]
        assert [one.direction for one in alone[1:]] == ["too_few"] * 4

    def test_units_keep_their_places(self) -> None:
        up, still = (point("3.0", 200), point("3.6", 200)), (point("3.0", 200), point("3.0", 200))
        found = changes([still[0], None, up[0]], [still[1], up[1], up[1]], minimum=5)
        assert [one.direction for one in found] == ["none", "too_few", "up"]

    def test_without_any_spread_eight_answers_tell_a_change_that_has_no_range(self) -> None:
        assert change(point("3.0", 8, 0), point("3.5", 8, 0)) == Change("up", Decimal("0.5"), n_before=8, n_now=8)
        assert change(point("3.0", 7, 0), point("3.5", 8, 0)).direction == "none"

    def test_the_range_stays_within_what_is_possible(self) -> None:
        found = change(point("1.5", 5, 0.4), point("4.5", 5, 2.0))
        assert found.high is not None
        assert found.high <= 4

    def test_nobody_gives_nothing(self) -> None:
        assert changes([], [], minimum=5) == []

    def test_what_cannot_be_is_refused(self) -> None:
        with pytest.raises(ValueError, match="shorter"):
            changes([None, None], [None], minimum=5)
        for spread in (-0.1, math.nan):
            with pytest.raises(ValueError, match=r"never negative|not a number"):
                change(point("3.0"), point("3.5", 40, spread))

    def test_teams_that_did_not_change_hardly_ever_seem_to(self) -> None:
        rng = np.random.default_rng(11)
        found = []
        for _ in range(40):
            quarters = np.round(rng.normal(3.6, 0.7 / math.sqrt(12), (2, 30)), 1).clip(1.5, 4.5)
            before, now = ([point(f"{mean:.1f}", 12) for mean in quarter] for quarter in quarters)
            found += [one.direction for one in changes(before, now, minimum=5)]
        assert sum(direction != "none" for direction in found) < 0.05 * len(found)


class TestChangeValue:
    def test_what_is_not_clear_or_too_few_carries_no_number(self) -> None:
        for direction in ("none", "too_few"):
            with pytest.raises(ValueError, match="no number"):
                Change(direction, low=Decimal("0.1"))
        with pytest.raises(ValueError, match="not counted out"):
            Change("too_few", n_now=12)

    def test_a_word_has_no_range(self) -> None:
        with pytest.raises(ValueError, match="no range"):
            Change("up", low=Decimal("0.1"), high=Decimal("0.9"))
