"""What to keep and what to work on first: worked cases of the stated rule."""

import itertools
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.analysis.recommendations import (
    Candidate,
    Pattern,
    Pick,
    largest_gap,
    opportunities,
    pattern,
    step_for,
    strengths,
)
from assessments.analysis.values import Change, Direction, Gap, Hidden, Interval, Mean, Shown


def figure(mean: str, low: str = "", high: str = "") -> Shown:
    """3.6 · >=4.6 · <=1.4, with a likely range where both ends are given."""
    op, value = (mean[:2], mean[2:]) if mean[0] in "<>" else ("=", mean)
    interval = Interval(Decimal(low), Decimal(high)) if low else None
    return Shown(Mean(Decimal(value), op), 9, 12, interval)  # type: ignore[arg-type]


def practice(
    code: str, mean: str, manager: int | None = None, median: str = "", way: Direction | None = None, driver: str = "0"
) -> Candidate:
    """The letter of the code is the dimension: "a1" and "a2" are of one kind. No mean: hidden. way: of its clear change."""
    shown = replace(figure(mean), change=Change(way) if way else None) if mean else Hidden()
    return Candidate(code, code[0], shown, manager, Decimal(median) if median else None, Decimal(driver))


def means(**values: str) -> list[Candidate]:
    return [practice(code, mean) for code, mean in values.items()]


def codes(picks: tuple[Pick, ...]) -> list[str]:
    return [pick.code for pick in picks]


class TestOpportunities:
    def test_they_are_the_lowest_of_different_dimensions(self) -> None:
        found = opportunities(means(a1="3.0", a2="2.0", b1="2.5", c1="2.2", d1="2.8"))
        assert codes(found) == ["a2", "c1", "b1"]
        assert [pick.rank for pick in found] == [1, 2, 3]
        assert {pick.of for pick in found} == {5}

    def test_a_second_of_a_dimension_waits_until_the_others_had_their_turn(self) -> None:
        found = opportunities(means(a1="1.5", a2="1.6", a3="1.7", b1="3.0", c1="3.2"))
        assert codes(found) == ["a1", "b1", "c1"]
        assert [pick.rank for pick in found] == [1, 4, 5]
        assert all(pick.first_in_dimension for pick in found)

    def test_with_one_dimension_only_there_still_are_three(self) -> None:
        found = opportunities(means(a1="3.0", a2="2.0", a3="2.5", a4="2.8"))
        assert codes(found) == ["a2", "a3", "a4"]
        assert [pick.first_in_dimension for pick in found] == [True, False, False]

    def test_with_two_dimensions_the_third_is_the_lowest_left_in_its_place(self) -> None:
        assert codes(opportunities(means(a1="1.5", a2="1.6", a3="1.7", b1="3.0"))) == ["a1", "a2", "b1"]

    def test_there_are_none_where_all_is_very_good(self) -> None:
        assert opportunities(means(a1="4.5", b1=">=4.6", c1="4.5", d1=">=4.6")) == ()

    def test_there_are_three_where_all_is_low(self) -> None:
        candidates = means(a1="2.1", b1="<=1.4", c1="1.9", d1="2.2")
        assert codes(opportunities(candidates)) == ["b1", "c1", "a1"]
        assert strengths(candidates) == ()

    def test_a_clipped_mean_counts_at_its_end_and_has_no_difference_in_points(self) -> None:
        first, second = opportunities([practice("a1", "1.5", 4), practice("b1", "<=1.4", 4)])
        assert (first.code, first.gap, first.step) == ("b1", Gap(Decimal(4), None), "start")
        assert (second.code, second.gap) == ("a1", Gap(Decimal(4), Decimal("2.5")))

    def test_hidden_practices_are_neither_chosen_nor_counted(self) -> None:
        found = opportunities(means(a1="", b1="2.5", c1="", d1="3.0"))
        assert codes(found) == ["b1", "d1"]
        assert {pick.of for pick in found} == {2}

    def test_where_all_is_hidden_there_is_nothing(self) -> None:
        assert opportunities(means(a1="", b1="")) == strengths(means(a1="", b1="")) == opportunities([]) == strengths([]) == ()

    def test_without_a_manager_there_is_no_gap(self) -> None:
        assert [pick.gap for pick in opportunities(means(a1="2.5", b1="2.6"))] == [None, None]

    def test_otherwise_the_order_of_the_questionnaire_decides(self) -> None:
        assert codes(opportunities(means(c1="2.5", a1="2.5", d1="2.5", b1="2.5"))) == ["c1", "a1", "d1"]


class TestStrengths:
    def test_they_are_the_highest_of_different_dimensions(self) -> None:
        found = strengths(means(a1="4.4", a2="4.5", b1="3.9", c1=">=4.6", d1="3.6"))
        assert codes(found) == ["c1", "a2", "b1"]
        assert [pick.rank for pick in found] == [1, 2, 4]
        assert found[2].first_in_dimension

    def test_a_strength_is_at_least_fairly_good(self) -> None:
        assert codes(strengths(means(a1="3.4", b1="3.5", c1="2.0"))) == ["b1"]

    def test_with_one_dimension_only_there_still_are_three(self) -> None:
        assert codes(strengths(means(a1="3.6", a2="4.0", a3="3.9", a4="3.7"))) == ["a2", "a3", "a4"]

    def test_a_tie_keeps_the_order_of_the_questionnaire(self) -> None:
        found = strengths(means(c1="4.0", a1="4.0", d1="4.0", b1="4.0"))
        assert codes(found) == ["c1", "a1", "d1"]
        assert all(pick.tied and pick.rank == 1 for pick in found)

    def test_a_pick_carries_what_its_reason_needs(self) -> None:
        (found,) = strengths([practice("a1", "4.1", 3, "3.6")])
        assert found == Pick(
            code="a1",
            figure=figure("4.1"),
            rank=1,
            tied=False,
            of=1,
            beyond=0,
            first_in_dimension=True,
            gap=Gap(Decimal(3), Decimal("-1.1")),
            median=Decimal("3.6"),
            step="keep",
            weight=Decimal("4.9"),
            driver=Decimal(0),
        )


# Each case: what was measured, then opportunities and strengths with their weights, as the README's table gives them.
CASES = {
    "level alone: the lowest and the highest": (
        means(a1="2.0", b1="3.0", c1="3.4", d1="3.5", e1="4.0", f1="4.4"),
        {"a1": "3.0", "b1": "2.0", "c1": "1.6"},
        {"f1": "4.4", "e1": "4.0", "d1": "3.5"},
    ),
    "one of each dimension before a second of any": (
        means(a1="2.0", a2="2.1", a3="2.2", b1="3.0", c1="3.4"),
        {"a1": "3.0", "b1": "2.0", "c1": "1.6"},
        {},
    ),
    "further below the median team, by half a point at most": (
        [practice("a1", "3.0"), practice("b1", "3.2", median="3.5"), practice("c1", "3.3", median="4.4")],
        {"b1": "2.1", "c1": "2.2", "a1": "2.0"},
        {},
    ),
    "what clearly fell comes forward, what clearly rose is on its way": (
        [practice("a1", "3.0", way="up"), practice("b1", "3.2", way="down"), practice("c1", "3.1", way="none")],
        {"b1": "2.1", "c1": "1.9", "a1": "1.7"},
        {},
    ),
    "a blind spot comes forward, a leader who rates it lower changes nothing": (
        [practice("a1", "3.0", 2), practice("b1", "3.2", 4), practice("c1", "3.1", 3)],
        {"b1": "2.1", "a1": "2.0", "c1": "1.9"},
        {},
    ),
    "a dimension that goes together with the outcome comes forward by its share": (
        [practice("a1", "3.0"), practice("b1", "3.2", driver="0.35"), practice("c1", "3.1", driver="0.05")],
        {"b1": "2.15", "a1": "2.0", "c1": "1.95"},
        {},
    ),
    "all four together move it by less than level can": (
        [practice("a1", "1.5"), practice("b1", "3.0", 5, "4.0", "down", "0.30")],
        {"a1": "3.5", "b1": "3.4"},
        {},
    ),
    "strengths, the other way round": (
        [
            practice("a1", "4.0"),
            practice("b1", "3.8", median="3.4"),
            practice("c1", "3.9", way="up"),
            practice("d1", "3.7", 2),
            practice("e1", "4.1", way="down"),
        ],
        {"d1": "1.3", "e1": "1.2"},
        {"b1": "4.2", "c1": "4.2", "a1": "4.0"},
    ),
    "high everywhere: nothing to mend is called so": (
        means(a1="4.5", b1=">=4.6", c1="4.6"),
        {},
        {"b1": "4.6", "c1": "4.6", "a1": "4.5"},
    ),
    "too few answers to say": (means(a1="", b1="", c1=""), {}, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_ten_worked_cases(case: str) -> None:
    candidates, low, high = CASES[case]
    for picks, expected in ((opportunities(candidates), low), (strengths(candidates), high)):
        assert {pick.code: pick.weight for pick in picks} == {code: Decimal(weight) for code, weight in expected.items()}
        assert [pick.weight for pick in picks] == sorted((pick.weight for pick in picks), reverse=True)


def drawn(seed: int) -> list[Candidate]:
    """Any questionnaire: one to ten dimensions, ties, clipped ends, hidden practices, some rated by the manager."""
    chance = random.Random(seed)
    printed = ["", "<=1.4", ">=4.6", *(str(Decimal(tenths) / 10) for tenths in range(15, 46, chance.choice([1, 5])))]
    kinds = "abcdefghij"[: chance.randint(1, 10)]
    return [
        practice(
            f"{chance.choice(kinds)}{at}",
            chance.choice(printed),
            chance.choice([None, 1, 2, 3, 4, 5]),
            chance.choice(["", "3.4"]),
            chance.choice([None, "up", "down", "none"]),
            chance.choice(["0", "0.2"]),
        )
        for at in range(chance.randint(0, 30))
    ]


@pytest.mark.parametrize("seed", range(60))
class TestWhateverTheFigures:
    def test_there_are_never_two_of_a_dimension_unless_nothing_else_is_left(self, seed: int) -> None:
        candidates = drawn(seed)
        strong = codes(strengths(candidates))
        below = {c.code: c for c in candidates if isinstance(c.figure, Shown) and c.figure.mean.value < Decimal("4.5")}
        high = {c.code: c for c in candidates if isinstance(c.figure, Shown) and c.figure.mean.value >= Decimal("3.5")}
        left = {code: c for code, c in below.items() if code not in strong}
        for picks, choice in ((codes(opportunities(candidates)), left), (strong, high)):
            kinds = {c.dimension for c in choice.values()}
            assert len(picks) == min(3, len(choice))
            assert len({code[0] for code in picks}) == min(3, len(kinds))

    def test_strengths_and_opportunities_never_overlap(self, seed: int) -> None:
        candidates = drawn(seed)
        assert not set(codes(strengths(candidates))) & set(codes(opportunities(candidates)))

    def test_nothing_very_good_is_an_opportunity_and_nothing_middling_a_strength(self, seed: int) -> None:
        candidates = drawn(seed)
        assert all(pick.figure.mean.value < Decimal("4.5") for pick in opportunities(candidates))
        assert all(pick.figure.mean.value >= Decimal("3.5") for pick in strengths(candidates))

    def test_they_stand_in_order(self, seed: int) -> None:
        candidates = drawn(seed)
        for picks in (opportunities(candidates), strengths(candidates)):
            weights = [pick.weight for pick in picks]
            assert weights == sorted(weights, reverse=True)

    def test_the_same_input_gives_the_same_answer(self, seed: int) -> None:
        assert opportunities(drawn(seed)) == opportunities(drawn(seed))
        assert strengths(drawn(seed)) == strengths(drawn(seed))


class TestPattern:
    @pytest.mark.parametrize(
        ("mean", "manager", "expected"),
        [
            ("4.0", "4.2", Pattern.BOTH_HIGH),
            ("3.5", "3.5", Pattern.BOTH_HIGH),
            ("2.4", "2.8", Pattern.BOTH_LOW),
            ("3.4", "3.4", Pattern.BOTH_LOW),
            ("3.4", "3.6", Pattern.UNCLEAR),
            ("3.6", "3.4", Pattern.UNCLEAR),
            ("3.0", "3.5", Pattern.BLIND_SPOT),
            ("3.5", "3.0", Pattern.HIDDEN_STRENGTH),
            ("3.0", "3.4", Pattern.BOTH_LOW),
            (">=4.6", "5.0", Pattern.BOTH_HIGH),
            (">=4.6", "4.2", Pattern.BOTH_HIGH),
            (">=4.6", "4.1", Pattern.HIDDEN_STRENGTH),
            ("<=1.4", "1.0", Pattern.BOTH_LOW),
            ("<=1.4", "1.8", Pattern.BOTH_LOW),
            ("<=1.4", "1.9", Pattern.BLIND_SPOT),
        ],
    )
    def test_two_views_of_one_thing(self, mean: str, manager: str, expected: Pattern) -> None:
        assert pattern(figure(mean), Decimal(manager)) is expected

    @pytest.mark.parametrize(
        ("mean", "low", "high", "manager", "expected"),
        [
            ("3.0", "2.4", "3.6", "3.6", Pattern.UNCLEAR),  # at the edge is still inside
            ("3.0", "2.4", "3.6", "3.7", Pattern.BLIND_SPOT),
            ("4.2", "3.6", "4.8", "3.6", Pattern.BOTH_HIGH),
            ("4.2", "3.6", "4.8", "3.5", Pattern.HIDDEN_STRENGTH),
            ("3.0", "2.9", "3.1", "3.4", Pattern.BOTH_LOW),  # outside the range, but less than half a point
        ],
    )
    def test_a_manager_inside_the_likely_range_is_no_blind_spot(
        self, mean: str, low: str, high: str, manager: str, expected: Pattern
    ) -> None:
        assert pattern(figure(mean, low, high), Decimal(manager)) is expected

    def test_without_one_of_the_views_there_is_none(self) -> None:
        assert pattern(Hidden(), Decimal(4)) is None
        assert pattern(figure("3.0"), None) is None


class TestStep:
    @pytest.mark.parametrize(
        ("mean", "step"),
        [
            ("<=1.4", "start"),
            ("2.9", "start"),
            ("3.0", "build"),
            ("3.9", "build"),
            ("4.0", "keep"),
            (">=4.6", "keep"),
        ],
    )
    def test_it_fits_the_level(self, mean: str, step: str) -> None:
        assert step_for(figure(mean)) == step


class TestLargestGap:
    def test_it_is_the_largest_in_either_direction(self) -> None:
        found = largest_gap([practice("a1", "3.0", 4), practice("b1", "3.5", 1), practice("c1", "3.0", 5)])
        assert found is not None
        assert (found[0].code, found[1]) == ("b1", Gap(Decimal(1), Decimal("-2.5")))

    def test_the_first_in_the_questionnaire_wins_a_tie(self) -> None:
        ties = [practice("a1", "3.0", 5), practice("b1", "3.0", 1), practice("c1", "2.0", 4)]
        for order in itertools.permutations(ties):
            found = largest_gap(order)
            assert found is not None
            assert found[0] is order[0]

    def test_less_than_half_a_point_is_none(self) -> None:
        assert largest_gap([practice("a1", "3.6", 4), practice("b1", "4.4", 4)]) is None
        assert largest_gap([practice("a1", "3.5", 4)]) is not None

    def test_a_clipped_mean_has_no_number_and_is_not_the_largest(self) -> None:
        found = largest_gap([practice("a1", ">=4.6", 1), practice("b1", "3.5", 4)])
        assert found is not None
        assert found[0].code == "b1"

    def test_hidden_and_unrated_practices_have_none(self) -> None:
        assert largest_gap([practice("a1", "", 5), practice("b1", "2.0")]) is None
