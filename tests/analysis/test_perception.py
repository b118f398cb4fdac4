"""The leader's view beside the team's: arithmetic on printed values."""

from decimal import Decimal

from assessments.analysis.perception import gap, leader_scores, median
from assessments.analysis.values import Gap, Mean


def means(*values: str) -> list[Mean]:
    return [Mean(Decimal(value)) for value in values]


class TestLeaderScores:
    DIMENSION_OF = {"a": "one", "b": "one", "c": "one", "d": "two"}

    def test_each_dimension_weighs_the_same_in_the_overall_mean(self) -> None:
        dimensions, overall = leader_scores({"a": 5, "b": 5, "c": 4, "d": 2}, self.DIMENSION_OF)
        assert dimensions == {"one": Decimal("4.7"), "two": Decimal("2.0")}
        assert overall == Decimal("3.3")  # (4.67 + 2) / 2 = 3.33

    def test_it_rounds_half_up(self) -> None:
        dimension_of = {str(at): "one" for at in range(20)}
        dimensions, _ = leader_scores({str(at): 3 if at < 13 else 4 for at in range(20)}, dimension_of)
        assert dimensions == {"one": Decimal("3.4")}  # 67 / 20 = 3.35

    def test_without_a_rating_there_is_nothing(self) -> None:
        assert leader_scores({}, self.DIMENSION_OF) == ({}, None)


class TestGap:
    def test_it_is_the_difference_of_printed_values(self) -> None:
        assert gap(Decimal(4), Mean(Decimal("3.2"))) == Gap(Decimal(4), Decimal("0.8"))

    def test_a_clipped_mean_gives_no_number(self) -> None:
        found = gap(Decimal(3), Mean(Decimal("4.6"), ">="))
        assert (found.points, found.size, found.clear) == (None, Decimal(0), False)

    def test_half_a_point_is_clear_in_both_directions(self) -> None:
        assert gap(Decimal(3), Mean(Decimal("3.5"))).clear
        assert gap(Decimal(4), Mean(Decimal("3.5"))).clear
        assert not gap(Decimal(4), Mean(Decimal("3.6"))).clear


class TestMedian:
    def test_it_is_the_middle_or_half_way_between_two(self) -> None:
        assert median(means("4.0", "2.0", "3.1")) == Decimal("3.1")
        assert median(means("2.0", "3.1")) == Decimal("2.6")  # 2.55

    def test_of_nothing_there_is_none(self) -> None:
        assert median([]) is None

    def test_a_clipped_mean_counts_at_its_end(self) -> None:
        assert median([Mean(Decimal("4.6"), ">="), *means("3.0", "4.5")]) == Decimal("4.5")
