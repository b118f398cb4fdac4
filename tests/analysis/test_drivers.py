"""Drivers: shares of explained variance by hand, by brute force, and a planted one found again."""

import math
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis.drivers import (
    CollinearPredictors,
    Drivers,
    Withheld,
    correlation,
    cross_products,
    find_drivers,
    lmg,
    lmg_from_correlation,
    relative_weights,
)

Floats = npt.NDArray[np.float64]
SEEDS = st.integers(0, 10_000)


def people(seed: int, n: int = 60, p: int = 4) -> tuple[Floats, Floats]:
    """Scores with a common halo, and an outcome that goes with the first two."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 1)) * 0.7 + rng.normal(size=(n, p))
    return x, x[:, 0] + 0.5 * x[:, 1 % p] + rng.normal(size=n)


def organisation(seed: int = 1, teams: int = 30, size: int = 8, p: int = 4) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Teams that differ: within each, only the third dimension goes with the outcome; between them, the first."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(teams), size)
    level = rng.normal(size=teams)[team]
    x = rng.normal(size=(len(team), p))
    y = x[:, 2] + 3 * level + 0.8 * rng.normal(size=len(team))
    x[:, 0] += 5 * level
    return x, y, team


def rivals(teams: int) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """About 120 people and eight dimensions of which three go with the outcome: draws disagree about the ranks."""
    x, y, team = organisation(seed=4, teams=teams, size=120 // teams, p=8)
    return x, y + 0.4 * x[:, 5] + 0.4 * x[:, 6], team


def r_squared(x: Floats, y: Floats) -> float:
    design = np.column_stack([np.ones(len(y)), x])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - float(left @ left) / float(((y - y.mean()) ** 2).sum())


class TestLmg:
    def test_two_related_predictors_share_by_hand(self) -> None:
        # r1 = .6, r2 = .5, r12 = .5: R² = (.36 + .25 - 2 * .6 * .5 * .5) / .75 = .41333.
        # First: half of .36 and of .41333 - .25; second: half of .25 and of .41333 - .36.
        found = lmg_from_correlation([[1, 0.5, 0.6], [0.5, 1, 0.5], [0.6, 0.5, 1]])
        assert found.r2 == pytest.approx(0.31 / 0.75)
        assert found.raw.tolist() == pytest.approx([(0.36 + 0.31 / 0.75 - 0.25) / 2, (0.25 + 0.31 / 0.75 - 0.36) / 2])

    def test_unrelated_predictors_have_their_own_squared_correlation(self) -> None:
        found = lmg_from_correlation([[1, 0, 0, 0.5], [0, 1, 0, 0.3], [0, 0, 1, 0], [0.5, 0.3, 0, 1]])
        assert found.raw.tolist() == pytest.approx([0.25, 0.09, 0.0])
        assert found.share.tolist() == pytest.approx([0.25 / 0.34, 0.09 / 0.34, 0.0])

    def test_it_is_the_average_over_all_orders(self) -> None:
        x, y = people(5)
        parts = np.zeros(4)
        orders = list(permutations(range(4)))
        for order in orders:
            for place, predictor in enumerate(order):
                before = r_squared(x[:, order[:place]], y) if place else 0.0
                parts[predictor] += (r_squared(x[:, order[: place + 1]], y) - before) / len(orders)
        assert lmg(x, y).raw.tolist() == pytest.approx(parts.tolist())

    @settings(deadline=None)
    @given(SEEDS, st.integers(1, 6))
    def test_parts_are_never_negative_and_sum_to_r_squared(self, seed: int, p: int) -> None:
        x, y = people(seed, p=p)
        found = lmg(x, y)
        assert (found.raw >= 0).all()
        assert found.raw.sum() == pytest.approx(found.r2) == pytest.approx(r_squared(x, y))
        assert found.share.sum() == pytest.approx(1)

    @settings(deadline=None)
    @given(SEEDS, st.floats(0.01, 100), st.floats(-50, 50))
    def test_units_rows_and_wording_do_not_matter(self, seed: int, scale: float, shift: float) -> None:
        x, y = people(seed)
        order = np.random.default_rng(seed).permutation(len(y))
        plain = lmg(x, y).raw.tolist()
        assert lmg(x * scale + shift, 3 * y - 1).raw.tolist() == pytest.approx(plain)
        assert lmg(x[order], y[order]).raw.tolist() == pytest.approx(plain)
        assert lmg(np.column_stack([6 - x[:, 0], x[:, 1:]]), 6 - y).raw.tolist() == pytest.approx(plain)

    def test_predictors_that_say_nothing_have_no_share(self) -> None:
        found = lmg_from_correlation(np.eye(3))
        assert (found.r2, found.share.tolist()) == (0.0, [0.0, 0.0])

    def test_an_outcome_that_follows_exactly_is_explained_in_full(self) -> None:
        x, _ = people(3, p=2)
        assert lmg(x, x @ [1.0, 2.0]).r2 == pytest.approx(1)

    def test_a_predictor_that_follows_from_others_is_refused_by_name(self) -> None:
        x, y = people(3, p=2)
        for function in (lmg, relative_weights):
            with pytest.raises(CollinearPredictors, match="drop or merge"):
                function(np.column_stack([x, x.sum(axis=1)]), y)

    @pytest.mark.parametrize("function", [lmg, relative_weights, correlation])
    def test_what_cannot_be_is_refused(self, function) -> None:
        x, y = people(3)
        with pytest.raises(ValueError, match="constant"):
            function(np.column_stack([x, np.ones(len(y))]), y)
        with pytest.raises(ValueError, match="constant"):
            function(x, np.full(len(y), 4.1))
        with pytest.raises(ValueError, match="too few rows"):
            function(x[:5], y[:5])
        with pytest.raises(ValueError, match="too few rows"):
            function(x[:1], y[:1])
        with pytest.raises(ValueError, match="not a number"):
            function(np.where(x == x[0, 0], math.nan, x), y)
        with pytest.raises(ValueError, match="predictors are"):
            function(x[:-1], y)

    @pytest.mark.parametrize("matrix", [[[1.0]], [[1, 2], [2, 1]], [[1, 0.5], [0.4, 1]], [[2, 0], [0, 1]], np.eye(18)])
    def test_a_matrix_that_holds_no_correlations_is_refused(self, matrix) -> None:
        with pytest.raises(ValueError, match=r"correlations|predictors"):
            lmg_from_correlation(matrix)


class TestRelativeWeights:
    def test_two_predictors_share_by_hand(self) -> None:
        # Correlation .6 has the root a = (sqrt(1.6) + sqrt(.4)) / 2 = .94868, b = (sqrt(1.6) - sqrt(.4)) / 2 = .31623.
        # With outcome correlations .5 and 0 its inverse gives .94868 * .5 / .8 = .59293 and -.19764: raw = root² times squares.
        halo, outcome = np.array([[1, 0.6], [0.6, 1]]), np.array([0.5, 0.0])
        matrix = np.block([[halo, outcome[:, None]], [outcome[None], np.ones((1, 1))]])
        # Rows with exactly these correlations.
        rows = np.linalg.qr(np.column_stack([np.ones(50), np.random.default_rng(1).normal(size=(50, 3))]))[0][:, 1:]
        rows = rows @ np.linalg.cholesky(matrix).T
        found = relative_weights(rows[:, :2], rows[:, 2])
        first, second = 0.59293**2, 0.19764**2
        expected = [0.9 * first + 0.1 * second, 0.1 * first + 0.9 * second]
        assert found.raw.tolist() == pytest.approx(expected, abs=1e-4)

    @settings(deadline=None)
    @given(SEEDS)
    def test_they_sum_to_the_same_r_squared_and_lie_near_lmg(self, seed: int) -> None:
        x, y = people(seed)
        weights, shares = relative_weights(x, y), lmg(x, y)
        assert weights.raw.sum() == pytest.approx(shares.r2)
        assert weights.raw.tolist() == pytest.approx(shares.raw.tolist(), abs=0.05)


class TestCrossProducts:
    def test_each_team_stands_around_its_own_mean(self) -> None:
        # Team a: (1, 2) and (3, 6) around (2, 4): squares 2 and 8, product 4. Team b has one person.
        found = cross_products([[1, 2], [9, 9], [3, 6]], ["a", "b", "a"])
        assert found.tolist() == [[[2, 4], [4, 8]], [[0, 0], [0, 0]]]

    def test_their_sum_is_what_centred_rows_give(self) -> None:
        x, y, team = organisation()
        rows = np.column_stack([x, y])
        centred = rows - np.array([rows[team == at].mean(axis=0) for at in team])
        assert cross_products(rows, team).sum(axis=0) == pytest.approx(centred.T @ centred)


class TestFindDrivers:
    @pytest.mark.parametrize("teams", [30, 12])  # whole teams are drawn from 20 on
    def test_it_finds_the_planted_one_within_teams(self, teams: int) -> None:
        found = find_drivers(*organisation(teams=teams, size=240 // teams), seed=7, draws=500)
        assert isinstance(found, Drivers)
        planted, others = found.drivers[2], [found.drivers[at] for at in (0, 1, 3)]
        assert (planted.rank, planted.best, planted.worst, planted.sure) == (1, 1, 1, True)
        assert planted.share > 0.9
        assert not any(other.sure for other in others)
        assert all(other.best > 1 for other in others)
        assert (found.persons, found.teams, found.draws) == (240, teams, 500)
        # Within teams the outcome is the third score plus noise of .8: 1 / 1.64.
        assert found.r2 == pytest.approx(1 / 1.64, abs=0.08)

    def test_differences_between_teams_would_have_named_another(self) -> None:
        x, y, _ = organisation()
        assert int(np.argmax(lmg(x, y).raw)) == 0

    @pytest.mark.parametrize("teams", [30, 12])
    def test_a_seed_repeats_the_result_whatever_the_order_of_rows(self, teams: int) -> None:
        x, y, team = rivals(teams)
        order = np.random.default_rng(2).permutation(len(y))
        first = find_drivers(x, y, team, seed=5, draws=60)
        again = find_drivers(x[order], y[order], team[order], seed=5, draws=60)
        assert isinstance(first, Drivers)
        assert isinstance(again, Drivers)
        assert [(d.rank, d.best, d.worst, d.sure) for d in first.drivers] == [
            (d.rank, d.best, d.worst, d.sure) for d in again.drivers
        ]
        assert [d.share for d in first.drivers] == pytest.approx([d.share for d in again.drivers])

    def test_another_seed_draws_anew(self) -> None:
        ranges = set()
        for seed in range(6):
            found = find_drivers(*rivals(15), seed=seed, draws=60)
            assert isinstance(found, Drivers)
            ranges.add(tuple((driver.best, driver.worst) for driver in found.drivers))
        assert len(ranges) > 1

    @pytest.mark.parametrize(("teams", "worst"), [(19, 1), (20, 2)])
    def test_from_twenty_teams_on_one_team_alone_makes_no_sure_driver(self, teams: int, worst: int) -> None:
        # The first dimension varies and matters in one team only, but there much.
        # About a third of the draws of whole teams leave that team out.
        rng = np.random.default_rng(6)
        team = np.repeat(np.arange(teams), 8)
        x = rng.normal(size=(len(team), 2))
        x[team == 0, 0] *= 20
        y = 0.5 * x[:, 1] + 0.5 * rng.normal(size=len(team)) + np.where(team == 0, x[:, 0], 0)
        found = find_drivers(x, y, team, seed=1, draws=200)
        assert isinstance(found, Drivers)
        assert (found.drivers[0].rank, found.drivers[0].worst) == (1, worst)

    def test_shares_sum_to_one_and_ranks_hold_the_observed(self) -> None:
        found = find_drivers(*organisation(seed=9), seed=1, draws=200)
        assert isinstance(found, Drivers)
        assert sum(driver.share for driver in found.drivers) == pytest.approx(1)
        assert sorted(driver.rank for driver in found.drivers) == [1, 2, 3, 4]
        assert all(1 <= driver.best <= driver.rank <= driver.worst <= 4 for driver in found.drivers)

    def test_progress_is_told_up_to_the_end(self) -> None:
        told: list[tuple[int, int]] = []
        find_drivers(*organisation(), seed=1, draws=120, progress=lambda done, of: told.append((done, of)))
        assert told == [(50, 120), (100, 120), (120, 120)]

    def test_below_100_persons_it_is_withheld(self) -> None:
        x, y, team = organisation(teams=25, size=4)
        assert find_drivers(x[1:], y[1:], team[1:], seed=1) is Withheld.TOO_FEW_PERSONS
        assert isinstance(find_drivers(x, y, team, seed=1, draws=50), Drivers)

    def test_below_15_persons_per_dimension_it_is_withheld(self) -> None:
        assert find_drivers(*organisation(teams=26, size=4, p=7), seed=1) is Withheld.TOO_FEW_PER_PREDICTOR
        assert isinstance(find_drivers(*organisation(teams=27, size=4, p=7), seed=1, draws=50), Drivers)

    def test_people_alone_in_a_team_or_with_a_missing_score_do_not_count(self) -> None:
        x, y, team = organisation(teams=25, size=4)
        assert isinstance(find_drivers(x, y, team, seed=1, draws=50), Drivers)
        assert find_drivers(x, y, np.append(team[:-1], 99), seed=1) is Withheld.TOO_FEW_PERSONS
        x[0, 0] = math.nan
        assert find_drivers(x, y, team, seed=1) is Withheld.TOO_FEW_PERSONS

    def test_when_little_is_explained_nothing_is_named(self) -> None:
        x, _, team = organisation()
        noise = np.random.default_rng(8).normal(size=len(x))
        assert find_drivers(x, noise, team, seed=1) is Withheld.NO_CLEAR_DRIVERS

    def test_collinear_dimensions_are_withheld(self) -> None:
        x, y, team = organisation()
        assert find_drivers(np.column_stack([x, x[:, 0] + x[:, 1]]), y, team, seed=1) is Withheld.COLLINEAR

    def test_a_dimension_that_differs_only_between_teams_has_no_spread(self) -> None:
        x, y, team = organisation()
        for constant in (np.full(len(y), 4.1), team * 0.1):
            assert find_drivers(np.column_stack([x, constant]), y, team, seed=1) is Withheld.NO_SPREAD
        assert find_drivers(x, np.full(len(y), 3.0), team, seed=1) is Withheld.NO_SPREAD

    def test_a_dimension_that_rests_on_few_answers_is_withheld_where_draws_lose_it(self) -> None:
        # Only one team of 30 differs in it: about a third of the draws leave that team out.
        x, y, team = organisation()
        rare = np.where((team == 0) & (np.arange(len(team)) == 0), 5.0, 3.0)
        assert find_drivers(np.column_stack([x, rare]), y, team, seed=1, draws=100) is Withheld.COLLINEAR

    def test_nobody_is_too_few(self) -> None:
        assert find_drivers(np.empty((0, 3)), [], [], seed=1) is Withheld.TOO_FEW_PERSONS

    def test_what_cannot_be_is_refused(self) -> None:
        x, y, team = organisation()
        with pytest.raises(ValueError, match="scores are"):
            find_drivers(x[1:], y, team, seed=1)
        with pytest.raises(ValueError, match="at least one draw"):
            find_drivers(x, y, team, seed=1, draws=0)
        with pytest.raises(ValueError, match="not a number"):
            find_drivers(np.where(x == x[0, 0], math.inf, x), y, team, seed=1)
