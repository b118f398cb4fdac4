"""From answers to shown figures: worked by hand, and what no order or emptiness may change."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis.scoring import Ballots, Scores, Units, index_of, person_scores, score
from assessments.analysis.values import Interval, Mean, Participation, Shown

Row = Sequence[int]
ONE_OF_EACH = (0, 1)


def scores_of(
    parent: Sequence[int],
    invited: Sequence[int],
    rows: Mapping[int, Sequence[Row]],
    dimension_of: Sequence[int] = ONE_OF_EACH,
    k: int = 5,
    order: Sequence[int] | None = None,
) -> Scores:
    """Score what people of each unit answered, one row of answers a person."""
    unit = [unit for unit, answers in rows.items() for _ in answers]
    answers = [row for answers in rows.values() for row in answers]
    order = range(len(unit)) if order is None else order
    ballots = Ballots(
        np.array([unit[at] for at in order], dtype=np.int64),
        np.array([answers[at] for at in order], dtype=np.int8).reshape(len(unit), len(dimension_of)),
    )
    return score(Units(tuple(parent), tuple(invited)), ballots, dimension_of, k=k, own_spread_from=10)


def same(value: int, people: int, practices: int = 2) -> list[Row]:
    return [[value] * practices] * people


def printed(figure: Shown) -> str:
    return f"{figure.mean.op}{figure.mean.value}"


class TestOneTeam:
    def test_its_mean_is_the_mean_of_its_answers(self) -> None:
        scores = scores_of([-1], [10], {0: same(4, 5) + same(3, 3)})
        # 29 / 8 = 3.625; range with the fallback spread of 1: 2.776 * sqrt((1 - 8/10) * 1 / 8) = 0.44, rounded up.
        assert scores.practice[0, 0] == Shown(Mean(Decimal("3.6")), 8, 10, Interval(Decimal("3.1"), Decimal("4.1")))
        # Fallback of a dimension: 2.776 * sqrt((1 - 8/10) * 0.5 / 8) = 0.31.
        assert scores.dimension[0, 1] == Shown(Mean(Decimal("3.6")), 8, 10, Interval(Decimal("3.2"), Decimal("4.0")))
        assert scores.overall[0] == Shown(Mean(Decimal("3.6")), 8, 10, Interval(Decimal("3.2"), Decimal("4.0")))
        assert scores.participation[0] == Participation(8, 10)

    def test_it_is_shown_with_exactly_k_answers(self) -> None:
        assert scores_of([-1], [9], {0: same(3, 5)}).overall[0].n == 5
        assert scores_of([-1], [9], {0: same(3, 4)}) == Scores({}, {}, {}, {})
        assert 0 in scores_of([-1], [9], {0: same(3, 4)}, k=4).overall

    def test_cannot_say_is_missing_and_not_zero(self) -> None:
        scores = scores_of([-1], [10], {0: [[4, 2]] * 5 + [[0, 2]] * 2})
        assert (printed(scores.practice[0, 0]), scores.practice[0, 0].n) == ("=4.0", 5)
        assert (printed(scores.practice[0, 1]), scores.practice[0, 1].n) == ("=2.0", 7)

    def test_a_practice_that_fewer_than_k_could_judge_is_hidden(self) -> None:
        scores = scores_of([-1], [10], {0: [[4, 2]] * 4 + [[0, 2]] * 2})
        assert (0, 0) not in scores.practice
        assert (0, 0) not in scores.dimension
        # One of two dimensions is half of them, so there still is an overall figure.
        assert printed(scores.overall[0]) == "=2.0"

    def test_a_practice_nobody_could_judge_leaves_the_rest_alone(self) -> None:
        scores = scores_of([-1], [10], {0: [[0, 3, 4]] * 6}, dimension_of=(0, 0, 1))
        assert set(scores.practice) == {(0, 1), (0, 2)}
        assert printed(scores.dimension[0, 0]) == "=3.0"

    def test_a_dimension_needs_half_of_its_practices(self) -> None:
        scores = scores_of([-1], [10], {0: [[0, 0, 3, 4]] * 6}, dimension_of=(0, 0, 0, 1))
        assert set(scores.dimension) == {(0, 1)}

    def test_a_dimension_says_the_smallest_number_behind_it(self) -> None:
        scores = scores_of([-1], [10], {0: [[3, 3]] * 5 + [[0, 3]] * 3}, dimension_of=(0, 0))
        assert scores.dimension[0, 0].n == 5
        assert scores.overall[0].n == 8

    def test_clipped_practices_count_in_an_index_as_the_middle_of_what_they_stand_for(self) -> None:
        scores = scores_of([-1], [10], {0: [[5, 3, 1]] * 6}, dimension_of=(0, 0, 1))
        # "4.6 or more" counts as 4.8: (4.8 + 3.0) / 2; "1.4 or less" as 1.2, and stays clipped.
        assert printed(scores.dimension[0, 0]) == "=3.9"
        assert (printed(scores.dimension[0, 1]), scores.dimension[0, 1].interval) == ("<=1.4", None)
        assert printed(scores.overall[0]) == "=2.6"  # (3.9 + 1.2) / 2 = 2.55

    def test_an_index_is_made_of_printed_means_only(self) -> None:
        assert index_of([Mean(Decimal("3.3")), Mean(Decimal("3.4"))]) == Mean(Decimal("3.4"))
        assert index_of([Mean(Decimal("4.6"), ">=")] * 3) == Mean(Decimal("4.6"), ">=")
        # The same printed practices give the same index, whatever the answers behind them.
        one = scores_of([-1], [9], {0: [[3, 3]] * 4 + [[4, 3]] * 2 + [[3, 3]]}, dimension_of=(0, 0))  # 3.29 and 3.0
        two = scores_of([-1], [9], {0: [[3, 3]] * 5 + [[5, 3], [3, 3]]}, dimension_of=(0, 0))
        assert one.dimension == two.dimension


class TestPersonScores:
    def test_a_person_counts_in_a_dimension_with_half_of_its_practices(self) -> None:
        answers = np.array([[4, 2, 0, 0], [4, 0, 0, 0], [4, 2, 3, 5], [0, 0, 0, 1]], dtype=np.int8)
        scores = person_scores(answers, np.array([0, 0, 0, 1]))
        np.testing.assert_array_equal(scores, [[3, np.nan], [np.nan, np.nan], [3, 5], [np.nan, 1]])


DEPARTMENT = (-1, 0, 0)


class TestDepartment:
    def test_its_mean_is_weighted_by_heads_and_not_by_answers(self) -> None:
        scores = scores_of(DEPARTMENT, [0, 20, 5], {1: same(2, 5), 2: same(4, 5)})
        # (20 * 2 + 5 * 4) / 25 = 2.4, where the mean of the ten answers is 3.0.
        assert printed(scores.practice[0, 0]) == "=2.4"
        assert scores.practice[0, 0].n == 10
        assert scores.participation[0] == Participation(10, 25)

    def test_small_teams_are_one_block_with_one_weight(self) -> None:
        scores = scores_of((-1, 0, 0, 0), [0, 10, 10, 20], {1: same(4, 8), 2: same(1, 3), 3: same(3, 3)})
        # B and C together: 6 answers with mean 2 for 30 people. (10 * 4 + 30 * 2) / 40 = 2.5; by teams it were 2.75.
        assert printed(scores.practice[0, 0]) == "=2.5"
        assert set(scores.overall) == {0, 1}

    def test_a_team_without_answers_is_left_out_of_the_weights(self) -> None:
        scores = scores_of(DEPARTMENT, [0, 10, 90], {1: same(4, 6)})
        assert printed(scores.practice[0, 0]) == "=4.0"

    def test_hidden_units_yield_nothing_at_all(self) -> None:
        scores = scores_of(DEPARTMENT, [0, 8, 8], {1: same(4, 8), 2: same(2, 4)})
        # The four of unit 2 need company, so unit 1 has given up its label too.
        shown = {unit for unit, _ in [*scores.practice, *scores.dimension]} | {*scores.overall, *scores.participation}
        assert shown == {0}

    def test_a_practice_has_a_tree_of_its_own_inside_the_shown_units(self) -> None:
        # All answered, but three of unit 2 could not judge practice 0: its two answers must not come out by subtraction.
        scores = scores_of(DEPARTMENT, [0, 6, 5], {1: same(4, 6), 2: [[2, 3]] * 2 + [[0, 3]] * 3})
        assert set(scores.participation) == {0, 1, 2}
        assert {unit for unit, practice in scores.practice if practice == 0} == {0}
        assert {unit for unit, practice in scores.practice if practice == 1} == {0, 1, 2}

    def test_the_order_of_ballots_changes_nothing(self) -> None:
        chance = np.random.default_rng(7)
        rows = {unit: chance.integers(0, 6, (size, 5)).tolist() for unit, size in ((0, 2), (1, 14), (2, 7), (3, 11))}
        dimension_of = (0, 0, 0, 1, 1)
        first = scores_of((-1, 0, 0, 0), [3, 20, 9, 11], rows, dimension_of)
        for _ in range(5):
            again = scores_of((-1, 0, 0, 0), [3, 20, 9, 11], rows, dimension_of, order=chance.permutation(34).tolist())
            assert asdict(again) == asdict(first)

    def test_the_order_of_teams_changes_nothing(self) -> None:
        rows = {1: same(2, 12), 2: same(4, 7), 3: same(3, 3)}
        one = scores_of((-1, 0, 0, 0), [0, 20, 9, 5], rows)
        other = scores_of((-1, 0, 0, 0), [0, 5, 20, 9], {1: rows[3], 2: rows[1], 3: rows[2]})
        moved = {0: 0, 1: 2, 2: 3, 3: 1}
        assert {moved[unit]: figure for unit, figure in one.overall.items()} == other.overall
        assert {(moved[unit], at): figure for (unit, at), figure in one.practice.items()} == other.practice


class TestRange:
    ALIKE = same(3, 10)
    APART = [[1, 1]] * 5 + [[5, 5]] * 5

    def test_below_ten_answers_it_tells_nothing_about_the_answers(self) -> None:
        alike, apart = same(3, 8), [[1, 1]] * 4 + [[5, 5]] * 4
        scores = scores_of((-1, 0, 0), [0, 10, 10], {1: alike, 2: apart})
        assert scores.practice[1, 0] == scores.practice[2, 0]
        assert scores.dimension[1, 0] == scores.dimension[2, 0]
        assert scores.overall[1] == scores.overall[2]
        assert scores.practice[1, 0].interval is not None

    def test_from_ten_answers_on_it_is_the_teams_own(self) -> None:
        scores = scores_of((-1, 0, 0), [0, 20, 20], {1: self.ALIKE, 2: self.APART})
        alike, apart = scores.practice[1, 0], scores.practice[2, 0]
        assert alike.mean == apart.mean
        # Own spread 0, moderated (4 * 1 + 9 * 0) / 13 = 0.308: 2.160 * sqrt(0.5 * 0.308 / 10) = 0.27.
        assert alike.interval == Interval(Decimal("2.7"), Decimal("3.3"))
        # Own 40 / 9 = 4.44, moderated (4 + 40) / 13 = 3.38: 2.160 * sqrt(0.5 * 3.38 / 10) = 0.89.
        assert apart.interval == Interval(Decimal("2.1"), Decimal("3.9"))

    def test_a_departments_range_does_not_open_its_small_teams(self) -> None:
        """Twenty answers in all, but in two blocks of fewer than ten: nobody's own spread may be seen in the sum."""
        one = scores_of((-1, 0, 0), [0, 12, 12], {1: [[1, 1]] * 4 + [[5, 5]] * 4, 2: same(3, 8)})
        two = scores_of((-1, 0, 0), [0, 12, 12], {1: same(3, 8), 2: same(3, 8)})
        assert one.practice[0, 0].mean == two.practice[0, 0].mean
        assert one.practice[0, 0].interval == two.practice[0, 0].interval

    def test_it_has_no_width_when_everybody_answered(self) -> None:
        scores = scores_of([-1], [10], {0: self.APART})
        assert scores.practice[0, 0].interval == Interval(Decimal("3.0"), Decimal("3.0"))

    def test_where_nobody_has_a_score_only_the_pooled_range_is_left(self) -> None:
        # Each person judged one practice of three: five answers each, but nobody has a score of the dimension.
        rows = [[3 if person % 3 == practice else 0 for practice in range(3)] for person in range(15)]
        scores = scores_of([-1], [20], {0: rows}, dimension_of=(0, 0, 0))
        assert scores.dimension[0, 0].n == 5
        assert scores.dimension[0, 0].interval is not None
        assert scores.overall[0].interval is None

    @settings(max_examples=60)
    @given(st.data())
    def test_it_contains_the_mean_and_stays_on_the_scale(self, data: st.DataObject) -> None:
        sizes = data.draw(st.lists(st.integers(0, 13), min_size=3, max_size=3))
        seed = data.draw(st.integers(0, 10_000))
        chance = np.random.default_rng(seed)
        low, high = sorted(chance.integers(0, 6, 2).tolist())
        rows = {unit: chance.integers(low, high + 1, (size, 3)).tolist() for unit, size in enumerate(sizes)}
        invited = [size + int(chance.integers(0, 5)) for size in sizes]
        scores = scores_of((-1, 0, 0), invited, rows, dimension_of=(0, 0, 1))
        for figure in [*scores.practice.values(), *scores.dimension.values(), *scores.overall.values()]:
            assert Decimal("1.4") <= figure.mean.value <= Decimal("4.6")
            assert 5 <= figure.n <= figure.invited
            assert (figure.interval is None) or not figure.mean.clipped
            if figure.interval:
                assert 1 <= figure.interval.low <= figure.mean.value <= figure.interval.high <= 5


class TestDegenerate:
    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize(
        ("parent", "invited", "rows"),
        [
            ([-1], [8], {}),
            ([-1], [8], {0: same(0, 8)}),
            ([-1], [1], {0: same(3, 1)}),
            ([-1, 0], [0, 0], {}),
            ([-1, 0], [0, 5], {1: same(0, 5)}),
            ([-1, 0, 1], [0, 0, 6], {2: same(5, 6)}),
        ],
    )
    def test_nothing_to_count_gives_no_figure_and_no_warning(
        self, parent: list[int], invited: list[int], rows: dict[int, list[Row]]
    ) -> None:
        scores = scores_of(parent, invited, rows)
        figures = [*scores.practice.values(), *scores.dimension.values(), *scores.overall.values()]
        assert all(figure.mean.value.is_finite() and figure.interval is None for figure in figures)
        if not any(any(row) for answers in rows.values() for row in answers):
            assert not figures

    def test_people_who_cannot_say_anything_still_took_part(self) -> None:
        assert scores_of([-1], [8], {0: same(0, 8)}).participation == {0: Participation(8, 8)}


class TestNearlyTheSamePeople:
    """One to k-1 people came or went since the quarter before: if the others repeat themselves, two quarters tell of a joiner."""

    ROWS = {0: same(4, 12) + same(2, 6)}

    def figures(self, rows: Mapping[int, Sequence[Row]], *, nearly_same: bool, strict_below: int = 0) -> Scores:
        answers = [row for people in rows.values() for row in people]
        units = Units((-1,), (30,), frozenset({0} if nearly_same else set()))
        ballots = Ballots(np.zeros(len(answers), dtype=np.int64), np.array(answers, dtype=np.int8))
        return score(units, ballots, ONE_OF_EACH, k=5, own_spread_from=10, strict_below=strict_below)

    def test_shares_wait_for_twenty_answers(self) -> None:
        assert self.figures(self.ROWS, nearly_same=False).practice[0, 0].share is not None
        told = self.figures(self.ROWS, nearly_same=True).practice[0, 0]
        assert (told.share, told.classes, told.n) == (None, None, 18)
        assert self.figures({0: same(4, 12) + same(2, 8)}, nearly_same=True).practice[0, 0].share is not None

    def test_the_strict_setting_hides_a_unit_below_ten(self) -> None:
        nine, ten = {0: same(4, 9)}, {0: same(4, 10)}
        assert 0 in self.figures(nine, nearly_same=True).overall
        assert 0 not in self.figures(nine, nearly_same=True, strict_below=10).overall
        assert 0 in self.figures(ten, nearly_same=True, strict_below=10).overall
        assert 0 in self.figures(nine, nearly_same=False, strict_below=10).overall


def test_below_ten_answers_ranges_of_a_dimension_follow_from_what_is_printed() -> None:
    """Two teams in which six of seven answered the practice that fewest did: alike in n and N, so alike in the range's width."""
    chance = np.random.default_rng(3)
    unit = np.repeat([1, 2], [6, 7])
    answers = chance.integers(2, 5, (13, 2)).astype(np.int8)
    answers[12, 1] = 0  # one of the second team cannot say
    scores = score(Units((-1, 0, 0), (0, 7, 7)), Ballots(unit, answers), [0, 0], k=5, own_spread_from=10)
    one, other = scores.dimension[1, 0], scores.dimension[2, 0]
    assert (one.n, one.invited) == (other.n, other.invited) == (6, 7)
    assert one.interval is not None
    assert other.interval is not None
    assert one.interval.high - one.interval.low == other.interval.high - other.interval.low
