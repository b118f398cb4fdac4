"""Where a unit's leaders and its people differ most."""

from decimal import Decimal

from assessments.analysis.values import Interval, Mean, Shown
from assessments.analysis.widest import widest_gap


def shown(mean: str, low: str = "", high: str = "", op: str = "=") -> Shown:
    return Shown(Mean(Decimal(mean), op), 8, 10, Interval(Decimal(low), Decimal(high)) if low else None)


def managers(**means: str) -> dict[str, Decimal]:
    return {code: Decimal(mean) for code, mean in means.items()}


def test_it_is_the_largest_difference_whoever_rates_higher() -> None:
    figures = {"kindness": shown("3.0"), "hiring": shown("4.0"), "trust": shown("3.5")}
    assert widest_gap(figures, managers(kindness="4.0", hiring="2.5", trust="4.5")) == "hiring"


def test_of_two_alike_it_is_the_first() -> None:
    figures = {"kindness": shown("3.0"), "hiring": shown("4.0")}
    assert widest_gap(figures, managers(hiring="5.0", kindness="4.0")) == "kindness"


def test_a_difference_inside_the_likely_range_does_not_count() -> None:
    figures = {"kindness": shown("3.0", "2.0", "4.0"), "hiring": shown("3.0", "2.8", "3.2")}
    assert widest_gap(figures, managers(kindness="4.0", hiring="3.5")) == "hiring"


def test_below_half_a_point_there_is_none() -> None:
    assert widest_gap({"kindness": shown("3.0")}, managers(kindness="3.4")) is None


def test_what_only_one_side_has_is_no_difference() -> None:
    assert widest_gap({"kindness": shown("3.0")}, managers(hiring="5.0")) is None
    assert widest_gap({}, {}) is None


def test_a_clipped_mean_counts_from_its_end() -> None:
    figures = {"kindness": shown("4.6", op=">="), "hiring": shown("4.0")}
    assert widest_gap(figures, managers(kindness="3.0", hiring="3.0")) == "kindness"
