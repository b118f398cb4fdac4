"""Alpha, omega and ICC worked by hand; degenerate answers; and what neither order nor the direction of a scale may change."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.analysis.reliability import (
    Anova,
    HeywoodCase,
    alpha_if_dropped,
    anova,
    anova_from_tally,
    at_least_zero,
    corrected_item_total_r,
    cronbach_alpha,
    feldt_interval,
    group_sums,
    icc1,
    icc1_mean_group_size,
    icc2,
    omega_total,
    omega_total_minres,
    team_reliability,
)
from assessments.analysis.scoring import tally

NAN = math.nan
# Variances 1 and 4, covariance (2 + 0 + 0) / 2 = 1, correlation 1 / 2; the sum has 1 + 4 + 2 = 7.
PAIR = [[1, 2], [2, 6], [3, 4]]
# Means 2 and 4, in all 14 / 5. Between 3 * 0.64 + 2 * 1.44 = 4.8, within 2 + 2 = 4.
VALUES, TEAMS = [1, 2, 3, 3, 5], ["a", "a", "a", "b", "b"]

Floats = npt.NDArray[np.float64]
answers_of_teams = st.lists(st.lists(st.integers(1, 5), max_size=6), min_size=2, max_size=8).filter(
    lambda teams: sum(map(bool, teams)) > 1 and any(len(team) > 1 for team in teams)
)


def people(teams: list[list[int]]) -> tuple[list[int], list[int]]:
    return [value for team in teams for value in team], [at for at, team in enumerate(teams) for _ in team]


def exactly(covariances: Floats, n: int = 60) -> Floats:
    """Rows whose covariances, with the divisor n, are the given ones."""
    rows = np.random.default_rng(3).normal(size=(n, len(covariances)))
    rows -= rows.mean(axis=0)
    own = np.linalg.cholesky(rows.T @ rows / n)
    return np.asarray(rows @ np.linalg.inv(own).T @ np.linalg.cholesky(covariances).T)


class TestAlpha:
    def test_it_is_the_share_of_the_sums_variance_that_practices_have_in_common(self) -> None:
        result = cronbach_alpha(PAIR)
        assert result.alpha == pytest.approx(2 * (1 - 5 / 7))
        assert result.standardised == pytest.approx(2 * 0.5 / 1.5)
        assert result.mean_inter_item_r == pytest.approx(0.5)
        assert (result.n, result.k) == (3, 2)

    def test_people_who_left_something_out_do_not_count(self) -> None:
        assert cronbach_alpha([*PAIR, [NAN, 5], [1, NAN]]) == cronbach_alpha(PAIR)

    def test_practices_against_each_other_make_it_negative(self) -> None:
        # Variances 1 and 4, covariance -2, sum 1: 2 (1 - 5 / 1). Standardised, the sum does not vary.
        result = cronbach_alpha([[1, 6], [2, 4], [3, 2]])
        assert result.alpha == pytest.approx(-8)
        assert result.standardised is None
        assert result.mean_inter_item_r == pytest.approx(-1)

    @pytest.mark.filterwarnings("error")
    def test_a_practice_everybody_answers_alike_adds_nothing_but_its_number(self) -> None:
        result = cronbach_alpha([[*row, 3.3] for row in PAIR])
        assert result.alpha == pytest.approx(3 / 2 * (1 - 5 / 7))
        assert (result.standardised, result.mean_inter_item_r) == (None, None)
        assert corrected_item_total_r([[*row, 3.3] for row in PAIR]) == pytest.approx((0.5, 0.5, None))

    def test_without_one_practice_it_is_that_of_the_others(self) -> None:
        rows = [[1, 2, 1], [2, 6, 5], [3, 4, 1], [5, 4, 4]]
        expected = [cronbach_alpha(np.delete(rows, item, axis=1)).alpha for item in range(3)]
        assert alpha_if_dropped(rows) == pytest.approx(expected)
        assert alpha_if_dropped([[1, 3, 3], [2, 3, 3], [3, 3, 3]])[0] is None
        with pytest.raises(ValueError, match="no alpha"):
            alpha_if_dropped(PAIR)

    def test_each_practice_is_compared_with_the_sum_of_the_others(self) -> None:
        rows = np.array([[1, 2, 1], [2, 6, 5], [3, 4, 1], [5, 4, 4]])
        expected = [np.corrcoef(rows[:, item], np.delete(rows, item, axis=1).sum(axis=1))[0, 1] for item in range(3)]
        assert corrected_item_total_r(rows) == pytest.approx(expected)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize(
        ("rows", "reason"),
        [
            ([[4, 4]], "two persons"),
            ([[4, NAN], [NAN, 3], [2, 2]], "two persons"),
            (np.empty((0, 3)), "two persons"),
            ([[1], [2], [3]], "two practices"),
            ([1, 2, 3], "two practices"),
            ([[3, 3], [3, 3]], "do not vary"),
            ([[3.3, 0.1], [3.3, 0.1], [3.3, 0.1]], "do not vary"),
            ([[1, 3], [2, 2], [3, 1]], "do not vary"),
            ([[1, math.inf], [2, 2]], "infinite"),
        ],
    )
    def test_what_has_no_alpha_is_refused_with_the_reason(self, rows: list[list[float]], reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            cronbach_alpha(rows)

    @settings(deadline=None)
    @given(st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=3, max_size=12), st.randoms())
    def test_neither_order_nor_the_direction_of_the_scale_matters(self, rows: list[tuple[int, ...]], chance: object) -> None:
        assume(len({sum(row) for row in rows}) > 1)
        alpha = cronbach_alpha(rows).alpha
        assert alpha <= 1 + 1e-12
        assert cronbach_alpha([[6 - answer for answer in row] for row in rows]).alpha == pytest.approx(alpha)
        chance.shuffle(rows)  # type: ignore[attr-defined]
        assert cronbach_alpha(rows).alpha == pytest.approx(alpha)


class TestFeldt:
    @settings(deadline=None)
    @given(st.floats(-0.9, 0.99), st.integers(10, 500), st.integers(2, 20))
    def test_it_contains_alpha_and_narrows_with_people_and_doubt(self, alpha: float, n: int, k: int) -> None:
        low, high = feldt_interval(alpha, n, k)
        assert low < alpha < high < 1
        more_low, more_high = feldt_interval(alpha, 4 * n, k)
        assert more_high - more_low < high - low
        less_sure_low, less_sure_high = feldt_interval(alpha, n, k, confidence=0.5)
        assert low < less_sure_low < less_sure_high < high

    def test_a_perfect_alpha_has_no_range(self) -> None:
        assert feldt_interval(1, 50, 4) == (1, 1)

    @pytest.mark.parametrize("given", [(1.1, 50, 4), (NAN, 50, 4), (-math.inf, 50, 4), (0.8, 1, 4), (0.8, 50, 1)])
    def test_what_cannot_be_is_refused(self, given: tuple[float, int, int]) -> None:
        with pytest.raises(ValueError, match="A range needs"):
            feldt_interval(*given)

    @pytest.mark.parametrize("confidence", [0, 1, 95, NAN])
    def test_confidence_is_a_share(self, confidence: float) -> None:
        with pytest.raises(ValueError, match="confidence"):
            feldt_interval(0.8, 50, 4, confidence)


class TestOmega:
    LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])

    def test_it_finds_the_factor_that_made_the_answers(self) -> None:
        unique = np.array([0.36, 0.51, 0.64, 0.75])
        result = omega_total(exactly(np.outer(self.LOADINGS, self.LOADINGS) + np.diag(unique)))
        assert result.loadings == pytest.approx(self.LOADINGS, abs=1e-5)
        assert result.residual_variances == pytest.approx(unique, abs=1e-5)
        # The loadings sum to 2.6, the residual variances to 2.26.
        assert result.omega == pytest.approx(6.76 / (6.76 + 2.26), abs=1e-6)

    def test_least_squares_finds_the_same_in_standardised_answers(self) -> None:
        rows = exactly(np.outer(self.LOADINGS, self.LOADINGS) + np.diag([0.36, 0.51, 0.64, 0.75]))
        assert omega_total_minres(rows) == pytest.approx(6.76 / 9.02, abs=1e-6)
        assert omega_total_minres(rows * [1, 10, 100, 1000]) == pytest.approx(6.76 / 9.02, abs=1e-6)

    def test_where_practices_measure_alike_alpha_is_the_same(self) -> None:
        rows = exactly(np.full((4, 4), 0.45) + np.diag([0.55] * 4))
        assert omega_total(rows).omega == pytest.approx(cronbach_alpha(rows).alpha, abs=1e-6)
        assert cronbach_alpha(rows).alpha == pytest.approx(4 * 0.45 / (1 + 3 * 0.45))  # Spearman-Brown: .77

    @pytest.mark.parametrize("method", [omega_total, omega_total_minres])
    def test_a_practice_explained_entirely_is_a_heywood_case(self, method: type) -> None:
        # The first loading squared were 0.9 * 0.9 / 0.65 = 1.25.
        rows = exactly(np.array([[1, 0.9, 0.9], [0.9, 1, 0.65], [0.9, 0.65, 1]]))
        with pytest.raises(HeywoodCase):
            method(rows)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("method", [omega_total, omega_total_minres])
    @pytest.mark.parametrize(
        "rows",
        [PAIR, [[1, 2, 3], [2, 6, 3], [3, 4, 3], [1, 1, 3]], [[1, 1, 2], [2, 2, 6], [3, 3, 4], [1, 1, 5]], [[1, 2, 3], [2, 6, 4]]],
        ids=["two practices", "a constant one", "one twice", "two persons"],
    )
    def test_what_has_no_factor_is_refused(self, method: type, rows: list[list[float]]) -> None:
        with pytest.raises(ValueError, match="three practices"):
            method(rows)


class TestAnova:
    def test_it_compares_teams_with_the_people_in_them(self) -> None:
        result = anova(VALUES, TEAMS)
        assert (result.groups, result.n, result.mean_group_size) == (2, 5, 2.5)
        assert result.ms_between == pytest.approx(4.8)
        assert result.ms_within == pytest.approx(4 / 3)
        assert result.n0 == pytest.approx(2.4)  # 5 - 13 / 5
        assert result.variance_between == pytest.approx(13 / 9)  # (4.8 - 4 / 3) / 2.4

    def test_icc_with_either_team_size(self) -> None:
        result = anova(VALUES, TEAMS)
        # In fifteenths: (72 - 20) / (72 + 1.4 * 20), (72 - 20) / (72 + 1.5 * 20), (72 - 20) / 72.
        assert icc1(result) == pytest.approx(0.52)
        assert icc1_mean_group_size(result) == pytest.approx(52 / 102)
        assert icc2(result) == pytest.approx(52 / 72)

    def test_teams_more_alike_than_chance_stay_negative_until_they_are_printed(self) -> None:
        # Means 2.5 and 3: between 0.25; within (4.5 + 2) / 2 = 3.25.
        result = anova([1, 4, 2, 4], [0, 0, 1, 1])
        assert icc1(result) == pytest.approx(-3 / 3.5)
        assert icc2(result) == pytest.approx(-12)
        assert result.variance_between == pytest.approx(-1.5)
        assert [at_least_zero(value) for value in (icc1(result), icc2(result), 0.2)] == [0, 0, 0.2]

    def test_equal_team_means_have_no_reliability(self) -> None:
        result = anova([1, 3, 1, 3], [0, 0, 1, 1])
        assert (icc1(result), icc2(result)) == (-1, 0)

    def test_a_missing_score_leaves_the_person_out(self) -> None:
        assert anova([*VALUES, NAN, NAN], [*TEAMS, "a", "c"]) == anova(VALUES, TEAMS)

    def test_empty_teams_do_not_count_and_single_answers_only_between(self) -> None:
        result = anova_from_tally([3, 0, 2, 1], [6, 0, 8, 4], [14, 0, 34, 16])
        # Within still 4, over 6 - 3; mean 3: between 3 * 1 + 2 * 1 + 1 * 1 = 6 over 2.
        assert result == Anova(pytest.approx(3), pytest.approx(4 / 3), 3, 6, pytest.approx((6 - 14 / 6) / 2))

    def test_tallies_of_the_closing_give_what_rows_give(self) -> None:
        chance = np.random.default_rng(11)
        unit, values = chance.integers(0, 8, 90), chance.integers(1, 6, (90, 2)).astype(float)
        values[chance.random((90, 2)) < 0.1] = NAN
        sums = tally(unit, values, 10)
        for column in range(2):
            result = anova_from_tally(sums.n[:, column], sums.total[:, column], sums.squares[:, column])
            rows = anova(values[:, column], unit)
            assert icc1(result) == pytest.approx(icc1(rows))
            assert (result.groups, result.n) == (rows.groups, rows.n)

    def test_far_from_zero_nothing_is_lost(self) -> None:
        far = anova([value + 1e8 for value in VALUES], TEAMS)
        assert icc1(far) == pytest.approx(0.52)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("value", [3, 10 / 3, 0.1, 1e9 / 7])
    def test_where_all_answer_alike_nothing_differs(self, value: float) -> None:
        n = np.array([3.0, 7.0, 4.0])
        for result in (anova([value] * 14, [0] * 3 + [1] * 7 + [2] * 4), anova_from_tally(n, n * value, n * value**2)):
            assert (result.ms_between, result.ms_within) == (0, 0)
            assert (icc1(result), icc1_mean_group_size(result), icc2(result)) == (0, 0, 0)

    def test_where_all_inside_each_team_answer_alike_everything_lies_between(self) -> None:
        result = anova([10 / 3] * 3 + [0.1] * 7, [0] * 3 + [1] * 7)
        assert result.ms_within == 0
        assert (icc1(result), icc2(result)) == (1, 1)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize(
        ("values", "groups", "reason"),
        [
            ([], [], "two teams"),
            ([NAN, NAN], [0, 1], "two teams"),
            ([1, 2, 3], [0, 0, 0], "two teams"),
            ([1, 2, 3], [0, 1, 2], "second answer"),
            ([1, 2, math.inf], [0, 0, 1], "infinite"),
            ([math.inf, math.inf, 1], [0, 0, 1], "infinite"),
            ([1, 2, 3], [0, 0], "one group"),
            ([1, 2, 3], [0, 0, NAN], "group is missing"),
        ],
    )
    def test_what_cannot_be_compared_is_refused_with_the_reason(
        self, values: list[float], groups: list[float], reason: str
    ) -> None:
        with pytest.raises(ValueError, match=reason):
            anova(values, groups)

    @pytest.mark.parametrize("bad", [[NAN, 2], [-1, 2], [2], [[2, 2]]])
    def test_a_tally_is_finite_and_of_one_length(self, bad: list[float]) -> None:
        with pytest.raises(ValueError, match="Counts"):
            anova_from_tally(bad, [4, 5], [8, 13])

    def test_sums_are_named_after_their_groups(self) -> None:
        names, n, total, squares = group_sums([3, 5, 1, NAN], ["b", "b", "a", "c"])
        assert (names, n.tolist(), total.tolist(), squares.tolist()) == (["a", "b"], [1, 2], [1, 8], [1, 34])

    @settings(deadline=None)
    @given(answers_of_teams, st.randoms())
    def test_neither_order_nor_the_direction_of_the_scale_matters(self, teams: list[list[int]], chance: object) -> None:
        values, groups = people(teams)
        first = anova(values, groups)
        assert math.isfinite(icc1(first))
        assert math.isfinite(icc2(first))
        assert icc1(first) <= 1
        assert icc2(first) <= 1
        pairs = list(zip(values, groups, strict=True))
        chance.shuffle(pairs)  # type: ignore[attr-defined]
        turned = anova([6 - value for value, _ in pairs], [group for _, group in pairs])
        for figure in (icc1, icc1_mean_group_size, icc2):
            assert figure(turned) == pytest.approx(figure(first), abs=1e-9)


class TestTeamReliability:
    @pytest.mark.parametrize(
        ("icc", "n", "expected"),
        [(0.10, 5, 0.36), (0.10, 8, 0.47), (0.10, 12, 0.57), (0.10, 20, 0.69), (0.10, 40, 0.82), (0.05, 5, 0.21), (0.05, 40, 0.68)],
    )
    def test_larger_teams_are_known_better(self, icc: float, n: int, expected: float) -> None:
        assert team_reliability(icc, n) == pytest.approx(expected, abs=0.005)

    def test_of_the_average_team_it_is_icc2(self) -> None:
        result = anova([1, 2, 4, 5, 2, 3], [0, 0, 1, 1, 2, 2])
        assert team_reliability(icc1(result), 2) == pytest.approx(icc2(result))

    def test_nothing_is_known_of_nobody_or_where_teams_do_not_differ(self) -> None:
        assert team_reliability(0.1, 0) == 0
        assert team_reliability(-0.2, 8) == 0
        assert team_reliability(1, 1) == 1

    @pytest.mark.parametrize(("icc", "n"), [(1.1, 5), (NAN, 5), (0.1, -1)])
    def test_what_cannot_be_is_refused(self, icc: float, n: int) -> None:
        with pytest.raises(ValueError, match="at most 1"):
            team_reliability(icc, n)
