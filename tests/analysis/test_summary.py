"""Means upwards and likely ranges, checked against numbers worked by hand."""

import math
from decimal import Decimal

import numpy as np
import pytest

from assessments.analysis.scoring import Tally, tally
from assessments.analysis.summary import aggregate, likely_range, pooled_variance, upwards
from assessments.analysis.values import Interval, Mean

FIVE_PAIRS = [(3, 5), (4, 4), (2, 4), (3, 3), (1, 5)]


def tally_of(*teams: tuple[int, ...]) -> Tally:
    unit = [at for at, answers in enumerate(teams) for _ in answers]
    return tally(
        np.array(unit, dtype=np.int64), np.array([[value] for answers in teams for value in answers], dtype=float), len(teams)
    )


class TestPooledVariance:
    def test_it_is_the_spread_around_each_teams_own_mean(self) -> None:
        variance, freedom = pooled_variance(tally_of(*FIVE_PAIRS), fallback=1.0)
        # Squares 2 + 0 + 2 + 0 + 8 over five degrees of freedom.
        assert (variance.tolist(), freedom.tolist()) == ([2.4], [5.0])

    def test_fewer_than_five_teams_use_the_fallback(self) -> None:
        variance, freedom = pooled_variance(tally_of(*FIVE_PAIRS[:4]), fallback=0.5)
        assert (variance.tolist(), freedom.tolist()) == ([0.5], [4.0])

    def test_a_team_with_one_answer_has_no_spread_to_lend(self) -> None:
        variance, freedom = pooled_variance(tally_of(*FIVE_PAIRS[:4], (5,)), fallback=0.5)
        assert (variance.tolist(), freedom.tolist()) == ([0.5], [4.0])

    def test_differences_between_teams_do_not_enter(self) -> None:
        variance, _ = pooled_variance(tally_of((1, 1), (2, 2), (3, 3), (4, 4), (5, 5)), fallback=1.0)
        assert variance.tolist() == [0.0]


class TestAggregate:
    def test_a_range_below_ten_answers_rests_on_the_pooled_spread(self) -> None:
        teams = tally_of((), *FIVE_PAIRS)
        result = aggregate([-1] + [0] * 5, [0] + [4] * 5, teams, np.ones((6, 1), dtype=bool), fallback=1.0, own_from=10)
        # t with 5 degrees of freedom 2.571; sqrt((1 - 2/4) * 2.4 / 2) = 0.775.
        assert result.half_width[1:, 0].tolist() == pytest.approx([2.5706 * math.sqrt(0.6)] * 5, rel=1e-4)
        assert result.n[:, 0].tolist() == [10, 2, 2, 2, 2, 2]

    def test_the_error_of_a_department_adds_up_over_its_blocks(self) -> None:
        one, other = (2,) * 5 + (4,) * 5, (3,) * 12
        result = aggregate(
            [-1, 0, 0], [0, 30, 20], tally_of((), one, other), np.ones((3, 1), dtype=bool), fallback=1.0, own_from=10
        )
        # Moderated spreads (4 + 10) / 13 and 4 / 15; head-count weighted as Cochran, with Satterthwaite's degrees of freedom.
        errors = [30**2 * (1 - 10 / 30) * (14 / 13) / 10, 20**2 * (1 - 12 / 20) * (4 / 15) / 12]
        freedom = sum(errors) ** 2 / (errors[0] ** 2 / 13 + errors[1] ** 2 / 15)
        from scipy.stats import t  # noqa: PLC0415 - heavy

        assert result.half_width[0, 0] == pytest.approx(t.ppf(0.975, freedom) * math.sqrt(sum(errors)) / 50)
        assert result.mean[0, 0] == pytest.approx(3.0)

    def test_a_department_below_ten_answers_is_ranged_as_one_group(self) -> None:
        teams = tally_of((), (1, 1, 5, 5), (3, 3, 3, 3))
        result = aggregate([-1, 0, 0], [0, 20, 4], teams, np.ones((3, 1), dtype=bool), fallback=1.0, own_from=10)
        # 8 of 24: t with 4 degrees of freedom 2.776; sqrt((1 - 8/24) * 1 / 8) = 0.289.
        assert result.half_width[0, 0] == pytest.approx(0.8015, abs=1e-3)

    def test_sums_go_up_to_every_unit_above(self) -> None:
        assert upwards([-1, 0, 1, 0], np.array([1, 2, 4, 8])).tolist() == [15, 6, 4, 8]


class TestLikelyRange:
    def test_it_stands_around_the_printed_mean(self) -> None:
        assert likely_range(Mean(Decimal("3.6")), 0.25) == Interval(Decimal("3.3"), Decimal("3.9"))

    def test_it_ends_where_the_scale_ends(self) -> None:
        assert likely_range(Mean(Decimal("4.5")), 0.8) == Interval(Decimal("3.7"), Decimal("5.0"))
        assert likely_range(Mean(Decimal("1.5")), 9.0) == Interval(Decimal("1.0"), Decimal("5.0"))

    def test_half_its_width_is_rounded_up_and_nothing_stays_nothing(self) -> None:
        """Rounded down at both ends it would hold the mean less often than it says."""
        assert likely_range(Mean(Decimal("3.6")), 0.31) == Interval(Decimal("3.2"), Decimal("4.0"))
        assert likely_range(Mean(Decimal("3.6")), 0.3 + 1e-12) == Interval(Decimal("3.3"), Decimal("3.9"))
        assert likely_range(Mean(Decimal("3.6")), 0.0) == Interval(Decimal("3.6"), Decimal("3.6"))

    def test_a_clipped_mean_carries_none(self) -> None:
        assert likely_range(Mean(Decimal("4.6"), ">="), 0.3) is None

    @pytest.mark.parametrize("unknown", [math.nan, math.inf])
    def test_an_unknown_width_gives_none(self, unknown: float) -> None:
        assert likely_range(Mean(Decimal("3.0")), unknown) is None
