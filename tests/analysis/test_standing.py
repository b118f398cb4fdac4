"""A unit beside the whole, and managers as a group: arithmetic on printed values."""

from decimal import Decimal

import pytest

from assessments.analysis.standing import Managers, Standing, managers_together, standing
from assessments.analysis.values import Interval, Mean, Op, Shown


def figure(mean: str, low: str | None = None, high: str | None = None, op: Op = "=") -> Shown:
    interval = Interval(Decimal(low), Decimal(high)) if low and high else None
    return Shown(Mean(Decimal(mean), op), n=8, invited=10, interval=interval)


class TestStanding:
    @pytest.mark.parametrize(
        ("mean", "low", "high", "expected"),
        [
            ("3.9", "3.6", "4.2", Standing.ABOVE),
            ("3.1", "2.8", "3.4", Standing.BELOW),
            ("3.9", "3.5", "4.3", Standing.ALIKE),
            ("3.6", "3.6", "3.6", Standing.ALIKE),
            ("3.7", "3.7", "3.7", Standing.ABOVE),
        ],
        ids=["above", "below", "the range holds the whole's mean", "too near", "everybody answered"],
    )
    def test_it_takes_a_distance_of_02_and_the_likely_range(self, mean: str, low: str, high: str, expected: Standing) -> None:
        assert standing(figure(mean, low, high), Mean(Decimal("3.5"))) is expected

    @pytest.mark.parametrize(
        ("mean", "op", "whole", "expected"),
        [("4.6", ">=", "4.1", Standing.ABOVE), ("4.6", ">=", "4.2", Standing.ALIKE), ("1.4", "<=", "1.9", Standing.BELOW)],
    )
    def test_a_mean_at_an_end_has_no_range_and_needs_half_a_point(self, mean: str, op: Op, whole: str, expected: Standing) -> None:
        assert standing(figure(mean, op=op), Mean(Decimal(whole))) is expected

    def test_two_means_at_one_end_are_about_the_same(self) -> None:
        assert standing(figure("4.6", op=">="), Mean(Decimal("4.6"), ">=")) is Standing.ALIKE


class TestManagers:
    def test_five_managers_are_a_group(self) -> None:
        assert managers_together([3, 4, 4, 4, 4]) == Managers(Decimal("3.8"), 5)

    def test_four_are_not(self) -> None:
        assert managers_together([4, 4, 4, 4]) is None

    def test_a_half_is_rounded_up(self) -> None:
        values = [Decimal(3)] * 13 + [Decimal(4)] * 7  # 67 / 20 = 3.35
        assert managers_together(values) == Managers(Decimal("3.4"), 20)
