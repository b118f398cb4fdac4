"""Teams that acted against teams that did not: from five each, with a range, in printed figures."""

from decimal import Decimal

import pytest
from scipy import stats

from assessments.analysis.acting import acting

UP, STILL = [Decimal(value) / 10 for value in (5, 3, 6, 4, 7)], [Decimal(value) / 10 for value in (0, 1, -1, 2, 0, 1)]


@pytest.mark.parametrize(("acted", "others"), [(UP[:4], STILL), (UP, STILL[:4]), ([], [])])
def test_below_five_teams_on_a_side_it_says_nothing(acted: list[Decimal], others: list[Decimal]) -> None:
    assert acting(acted, others) is None


def test_five_on_either_side_are_enough() -> None:
    found = acting(UP, STILL[:5])
    assert found
    assert (found.acted_teams, found.other_teams) == (5, 5)


def test_the_difference_is_that_of_the_printed_means() -> None:
    found = acting(UP, STILL)  # 0.5 and 0.05
    assert found
    assert (found.acted, found.others, found.points) == (Decimal("0.5"), Decimal("0.1"), Decimal("0.4"))


def test_its_range_is_welchs_rounded_outward() -> None:
    found = acting(UP, STILL)
    welch = stats.ttest_ind([float(one) for one in UP], [float(one) for one in STILL], equal_var=False).confidence_interval(0.95)
    assert found
    assert found.low is not None
    assert found.high is not None
    assert 0 <= welch.low - float(found.low) < 0.1
    assert 0 <= float(found.high) - welch.high < 0.1
    assert found.clear


def test_a_range_around_zero_is_not_clear() -> None:
    found = acting(STILL[:5], STILL[1:])
    assert found
    assert not found.clear


def test_where_nothing_spreads_there_is_no_range() -> None:
    found = acting([Decimal("0.5")] * 5, [Decimal("0.1")] * 5)
    assert found
    assert (found.points, found.low, found.high, found.clear) == (Decimal("0.4"), None, None, False)


def test_the_order_of_teams_does_not_matter() -> None:
    assert acting(UP, STILL) == acting(UP[::-1], STILL[::-1])
