"""Shrinking and bands worked by hand; when teams are not compared; and what neither order nor chance may change."""

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis.comparison import (
    Band,
    Obstacle,
    ShrunkenGroups,
    bands,
    james_stein,
    obstacle,
    shrink_groups,
    shrink_groups_reml,
    shrink_known_se,
)
from assessments.analysis.reliability import anova_from_tally, icc2

NAN = math.nan
Floats = npt.NDArray[np.float64]
Sums = tuple[Floats, Floats, Floats]

answers_of_teams = st.lists(st.lists(st.integers(1, 5), max_size=7), min_size=2, max_size=9).filter(
    lambda teams: sum(map(bool, teams)) > 1 and any(len(team) > 1 for team in teams)
)


def sums(*teams: list[float]) -> Sums:
    n, total, squares = ([sum(value**power for value in team) for team in teams] for power in (0, 1, 2))
    return np.array(n, dtype=float), np.array(total, dtype=float), np.array(squares, dtype=float)


def invented(teams: int, size: int, between: float, seed: int = 5) -> Sums:
    """Teams of people with variance 1 around team means with the given variance."""
    chance = np.random.default_rng(seed)
    return sums(*(chance.normal(3 + math.sqrt(between) * chance.normal(), 1, size).tolist() for _ in range(teams)))


# Means 2 and 4; MSB 4.8, MSW 4 / 3, n0 2.4: see test_reliability.
TWO = sums([1, 2, 3], [3, 5])


class TestShrinkGroups:
    def test_small_teams_move_further_towards_the_common_mean(self) -> None:
        result = shrink_groups(*TWO)
        assert result.sigma2 == pytest.approx(4 / 3)
        assert result.tau2 == pytest.approx(13 / 9)
        # Variances of the means 4 / 9 and 6 / 9; weights 9 / 17 and 9 / 19: mu = (2 * 19 + 4 * 17) / 36.
        assert result.mu == pytest.approx(53 / 18)
        assert result.mu_se == pytest.approx(math.sqrt(323 / 324))
        assert result.weight == pytest.approx([13 / 17, 13 / 19])
        # 53 / 18 - 13 / 17 * 17 / 18 and 53 / 18 + 13 / 19 * 19 / 18.
        assert result.mean == pytest.approx([40 / 18, 66 / 18])
        assert result.sd[0] == pytest.approx(math.sqrt(13 / 17 * 4 / 9 + (4 / 17) ** 2 * 323 / 324))

    @pytest.mark.parametrize("method", [shrink_groups, shrink_groups_reml])
    def test_a_unit_without_answers_changes_nothing_and_gets_the_common_mean(self, method: type) -> None:
        full, gap = method(*TWO), method(*sums([1, 2, 3], [], [3, 5]))
        assert (gap.mu, gap.tau2) == (full.mu, full.tau2)
        assert gap.mean == pytest.approx([full.mean[0], full.mu, full.mean[1]])
        assert gap.weight[1] == 0
        assert gap.sd[1] == pytest.approx(math.sqrt(full.tau2 + full.mu_se**2))

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("method", [shrink_groups, shrink_groups_reml])
    def test_where_teams_differ_less_than_chance_all_get_one_mean(self, method: type) -> None:
        result = method(*sums([1, 4], [2, 4], [3, 1, 4]))
        assert result.tau2 == 0  # never below
        assert result.mu == pytest.approx(19 / 7)
        assert result.mean == pytest.approx([19 / 7] * 3)
        assert result.sd == pytest.approx([result.mu_se] * 3)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("method", [shrink_groups, shrink_groups_reml])
    def test_where_everybody_answers_alike_nothing_is_unsure(self, method: type) -> None:
        result = method(*sums([3, 3], [3, 3, 3], [3]))
        assert (result.mu, result.mu_se, result.tau2, result.sigma2) == (3, 0, 0, 0)
        assert (result.mean.tolist(), result.sd.tolist()) == ([3] * 3, [0] * 3)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("method", [shrink_groups, shrink_groups_reml])
    def test_where_nobody_differs_inside_a_team_means_stay_where_they_are(self, method: type) -> None:
        result = method(*sums([2, 2], [3, 3, 3], [4]))
        assert result.sigma2 == 0
        assert result.tau2 > 0
        assert result.mean == pytest.approx([2, 3, 4])
        assert result.sd == pytest.approx([0, 0, 0])

    @pytest.mark.parametrize("method", [shrink_groups, shrink_groups_reml])
    def test_one_team_or_single_answers_cannot_be_compared(self, method: type) -> None:
        for teams, reason in (
            ([[1, 2, 3]], "two teams"),
            ([[1], [2], [3]], "second answer"),
            ([], "two teams"),
            ([[], [3]], "two"),
        ):
            with pytest.raises(ValueError, match=reason):
                method(*sums(*teams))
        with pytest.raises(ValueError, match="finite"):
            method([2, 2], [4, NAN], [8, 13])

    @settings(max_examples=60, deadline=None)
    @given(answers_of_teams, st.randoms())
    def test_a_shrunken_mean_lies_between_the_teams_and_the_common_one(self, teams: list[list[float]], chance: object) -> None:
        shuffled = list(enumerate(teams))
        chance.shuffle(shuffled)  # type: ignore[attr-defined]
        n, total, _ = sums(*teams)
        for method in (shrink_groups, shrink_groups_reml):
            result: ShrunkenGroups = method(*sums(*teams))
            raw = np.where(n > 0, total / np.maximum(n, 1), result.mu)
            assert ((result.mean >= np.minimum(raw, result.mu) - 1e-9) & (result.mean <= np.maximum(raw, result.mu) + 1e-9)).all()
            assert np.isfinite(result.sd).all()
            assert ((result.weight >= 0) & (result.weight <= 1)).all()
            again = method(*sums(*[team for _, team in shuffled]))
            assert again.mean == pytest.approx(result.mean[[at for at, _ in shuffled]], abs=1e-5)

    @settings(deadline=None)
    @given(answers_of_teams)
    def test_the_direction_of_the_scale_does_not_matter(self, teams: list[list[float]]) -> None:
        turned = shrink_groups(*sums(*[[6 - answer for answer in team] for team in teams]))
        assert 6 - turned.mean == pytest.approx(shrink_groups(*sums(*teams)).mean, abs=1e-9)


class TestReml:
    @staticmethod
    def deviance(teams: list[list[float]], sigma2: float, tau2: float) -> float:
        """-2 log of the restricted likelihood, from the whole covariance matrix of the persons."""
        y = np.array([value for team in teams for value in team])
        at = np.array([place for place, team in enumerate(teams) for _ in team])
        v = sigma2 * np.eye(len(y)) + tau2 * (at[:, None] == at)
        inverse = np.linalg.inv(v)
        ones = inverse.sum()
        rest = y - (inverse @ y).sum() / ones
        return float(np.linalg.slogdet(v)[1] + np.log(ones) + rest @ inverse @ rest)

    def test_no_neighbour_is_likelier_with_unequal_teams(self) -> None:
        chance = np.random.default_rng(2)
        teams = [(chance.normal() + chance.normal(size=size)).tolist() for size in (1, 2, 3, 5, 5, 8, 13, 21)]  # variances 1 and 1
        result = shrink_groups_reml(*sums(*teams))
        best = self.deviance(teams, result.sigma2, result.tau2)
        assert result.tau2 > 0
        assert result.tau2 != pytest.approx(shrink_groups(*sums(*teams)).tau2, rel=1e-3)
        for step in (0.99, 1.01):
            assert self.deviance(teams, result.sigma2 * step, result.tau2) > best
            assert self.deviance(teams, result.sigma2, result.tau2 * step) > best

    def test_with_equal_teams_it_is_what_moments_give(self) -> None:
        equal = invented(12, 6, between=0.4)
        moments, reml = shrink_groups(*equal), shrink_groups_reml(*equal)
        assert moments.tau2 > 0
        assert (reml.tau2, reml.sigma2) == pytest.approx((moments.tau2, moments.sigma2), rel=1e-6)
        assert reml.mean == pytest.approx(moments.mean, rel=1e-6)


class TestKnownErrors:
    @pytest.mark.parametrize("method", ["DL", "REML"])
    def test_two_estimates_with_equal_errors(self, method: str) -> None:
        result = shrink_known_se([0, 2], [1, 1], method)
        # Q = 1 + 1 = 2; DL (2 - 1) / (2 - 2 / 2); REML: variance 2 less 1. Then weights 1 / 2 each.
        assert result.q == pytest.approx(2)
        assert result.tau2 == pytest.approx(1, abs=1e-6)
        assert (result.mu, result.mu_se) == pytest.approx((1, 1), abs=1e-6)
        assert result.mean == pytest.approx([0.5, 1.5], abs=1e-6)
        assert result.sd == pytest.approx([math.sqrt(0.5 + 0.25)] * 2, abs=1e-6)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("method", ["DL", "REML"])
    @pytest.mark.parametrize("y", [[3, 3, 3], [3, 3.1, 2.9]])
    def test_estimates_no_further_apart_than_their_errors_are_one(self, method: str, y: list[float]) -> None:
        result = shrink_known_se(y, [0.5, 0.5, 0.5], method)
        assert result.tau2 == 0
        assert result.mean == pytest.approx([3, 3, 3])

    @pytest.mark.parametrize("method", ["DL", "REML"])
    def test_estimates_far_apart_stay_where_they_are(self, method: str) -> None:
        y = [-1000.0, 0.0, 500.0]
        result = shrink_known_se(y, [0.01, 0.02, 0.01], method)
        assert result.mean == pytest.approx(y, abs=1e-3)
        # REML tends to the variance of the estimates; DL weighs by the errors alone, here 4, 1 and 4:
        # mean -2000 / 9, squares 4 * 604,938 + 49,383 + 4 * 521,605 = 4,555,556 over 9 - 33 / 9.
        assert result.tau2 == pytest.approx(583_333 if method == "REML" else 854_167, rel=1e-5)

    @pytest.mark.parametrize(
        ("y", "se"),
        [([1], [1]), ([], []), ([1, 2], [1]), ([1, 2], [1, 0]), ([1, 2], [1, -1]), ([1, NAN], [1, 1]), ([1, 2], [1, NAN])],
    )
    def test_what_has_no_answer_is_refused(self, y: list[float], se: list[float]) -> None:
        with pytest.raises(ValueError, match="stimates"):
            shrink_known_se(y, se)

    def test_there_are_two_methods(self) -> None:
        with pytest.raises(ValueError, match="DL or REML"):
            shrink_known_se([1, 2], [1, 1], "ML")  # type: ignore[arg-type]


class TestJamesStein:
    def test_it_keeps_what_the_variance_leaves(self) -> None:
        result = james_stein([0, 0, 2, 2], 0.5)
        # 1 - (4 - 3) * 0.5 / 4 = 0.875.
        assert (result.grand_mean, result.shrink_factor) == (1, 0.875)
        assert result.shrunken == pytest.approx([0.125, 0.125, 1.875, 1.875])

    def test_it_never_turns_a_difference_round(self) -> None:
        assert james_stein([0, 0, 2, 2], 8).shrunken == pytest.approx([1] * 4)

    @pytest.mark.filterwarnings("error")
    def test_equal_values_stay(self) -> None:
        result = james_stein([3, 3, 3, 3], 1)
        assert (result.shrink_factor, result.shrunken.tolist()) == (0, [3] * 4)

    @pytest.mark.parametrize(("values", "variance"), [([1, 2, 3], 1), ([1, 2, 3, NAN], 1), ([1, 2, 3, 4], 0), ([1, 2, 3, 4], NAN)])
    def test_what_has_no_answer_is_refused(self, values: list[float], variance: float) -> None:
        with pytest.raises(ValueError, match="Four finite values"):
            james_stein(values, variance)


class TestObstacle:
    def test_teams_that_differ_may_be_compared(self) -> None:
        assert obstacle(*invented(10, 8, between=0.5)) is None

    def test_ten_teams_with_answers_are_needed(self) -> None:
        n, total, squares = invented(9, 30, between=0.5)
        assert obstacle(n, total, squares) is Obstacle.TOO_FEW_TEAMS
        with_empty = [np.append(array, [0, 0]) for array in (n, total, squares)]
        assert obstacle(*with_empty) is Obstacle.TOO_FEW_TEAMS

    def test_fifty_persons_are_needed(self) -> None:
        wide = [[1.0, 1, 1, 1, 2], [5.0, 5, 5, 5, 4]] * 5
        assert obstacle(*sums(*wide)) is None
        assert obstacle(*sums(*wide[:-1], wide[-1][:-1])) is Obstacle.TOO_FEW_PERSONS

    def test_half_of_what_means_differ_by_must_be_more_than_chance(self) -> None:
        alike = invented(30, 8, between=0)
        assert icc2(anova_from_tally(*alike)) < 0.5
        assert obstacle(*alike) is Obstacle.TOO_ALIKE

    @pytest.mark.filterwarnings("error")
    def test_nothing_at_all_is_too_little_or_too_alike(self) -> None:
        assert obstacle([], [], []) is Obstacle.TOO_FEW_TEAMS
        assert obstacle([0] * 20, [0] * 20, [0] * 20) is Obstacle.TOO_FEW_TEAMS
        assert obstacle(*sums(*[[3.0] * 8] * 12)) is Obstacle.TOO_ALIKE
        assert obstacle(*sums(*[[1.0], [5.0]] * 30)) is Obstacle.TOO_ALIKE  # one answer a team: nothing tells teams from persons


class TestBands:
    NINE = [2, 2.1, 2.2, 3, 3, 3, 3.8, 3.9, 4]

    def test_teams_that_are_clearly_apart_stand_in_three_bands(self) -> None:
        standings = bands(self.NINE, [40] * 9, 0.5, 0.5, 3)
        assert [standing.band for standing in standings] == [Band.LOWER] * 3 + [Band.MIDDLE] * 3 + [Band.UPPER] * 3
        assert standings[0].lower > 0.99
        assert standings[8].upper > 0.99

    def test_the_same_means_of_few_people_say_nothing(self) -> None:
        standings = bands([3 + (mean - 3) / 10 for mean in self.NINE], [5] * 9, 0.5, 0.02, 3)
        assert {standing.band for standing in standings} == {Band.MIDDLE}

    def test_an_end_is_said_from_four_in_five_draws_on(self) -> None:
        for mean in np.linspace(3, 4, 21):
            standing = bands([2.5, 2.8, 3, 3.1, 3.2, mean], [10] * 6, 0.5, 0.2, 3)[-1]
            assert (standing.band is Band.UPPER) == (standing.upper >= 0.8)

    @pytest.mark.parametrize("sigma2", [0.0, 0.5])
    def test_without_reliable_differences_all_stand_in_the_middle(self, sigma2: float) -> None:
        standings = bands(self.NINE, [5, 50] * 4 + [8], sigma2, 0.0, 3)
        assert {standing.band for standing in standings} == {Band.MIDDLE}
        assert len(set(standings)) == 1

    @pytest.mark.parametrize("teams", [0, 1, 2])
    def test_fewer_than_three_teams_have_no_thirds(self, teams: int) -> None:
        standings = bands([1, 5][:teams], [40] * teams, 0.1, 4, 3)
        assert [standing.band for standing in standings] == [Band.MIDDLE] * teams

    def test_known_means_are_ranked_exactly_and_a_tie_at_the_edge_counts_for_nobody(self) -> None:
        standings = bands([1, 2, 2, 3, 4, 5], [1] * 6, 0.0, 1.0, 3)
        # A third is two teams: 1 and one of the two 2s.
        lower, middle, upper = Band.LOWER, Band.MIDDLE, Band.UPPER
        assert [standing.band for standing in standings] == [lower, middle, middle, middle, upper, upper]

    def test_the_same_figures_give_the_same_bands_again(self) -> None:
        assert bands(self.NINE, [8] * 9, 0.5, 0.3, 3) == bands(self.NINE, [8] * 9, 0.5, 0.3, 3)
        assert bands(self.NINE, [8] * 9, 0.5, 0.3, 3) != bands(self.NINE, [8] * 9, 0.5, 0.3, 3, seed=1)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(10, 50), st.integers(1, 40)), min_size=3, max_size=12), st.randoms())
    def test_neither_order_nor_chance_tells_equal_teams_apart(self, teams: list[tuple[int, int]], chance: object) -> None:
        def standings(ordered: list[tuple[int, int]]) -> dict[tuple[int, int], set[object]]:
            result = bands([mean / 10 for mean, _ in ordered], [n for _, n in ordered], 0.5, 0.2, 3, draws=200)
            assert sum(standing.upper for standing in result) <= len(ordered) // 3 + 1e-9
            assert sum(standing.lower for standing in result) <= len(ordered) // 3 + 1e-9
            found: dict[tuple[int, int], set[object]] = {}
            for team, standing in zip(ordered, result, strict=True):
                found.setdefault(team, set()).add(standing)
            return found

        first = standings(teams)
        assert all(len(same) == 1 for same in first.values())
        shuffled = list(teams)
        chance.shuffle(shuffled)  # type: ignore[attr-defined]
        assert standings(shuffled) == first

    def test_of_equally_sized_teams_a_higher_mean_is_never_less_likely_in_the_upper_third(self) -> None:
        standings = bands(self.NINE, [12] * 9, 0.5, 0.3, 3)
        for one, next_one in pairwise(standings):
            assert next_one.upper >= one.upper - 0.05
            assert next_one.lower <= one.lower + 0.05

    @pytest.mark.parametrize(
        ("means", "n", "sigma2", "tau2", "mu"),
        [
            ([3, NAN], [5, 5], 1, 1, 3),
            ([3, 4], [5], 1, 1, 3),
            ([3, 4], [5, 0], 1, 1, 3),
            ([3, 4], [5, 5], -1, 1, 3),
            ([3, 4], [5, 5], 1, -1, 3),
            ([3, 4], [5, 5], NAN, 1, 3),
            ([3, 4], [5, 5], 1, 1, NAN),
        ],
    )
    def test_what_has_no_answer_is_refused(self, means: list[float], n: list[float], sigma2: float, tau2: float, mu: float) -> None:
        with pytest.raises(ValueError, match="answers"):
            bands(means, n, sigma2, tau2, mu)
