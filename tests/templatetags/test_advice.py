"""The words that give reasons, read aloud."""

import dataclasses
import itertools
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template

from assessments.analysis.recommendations import Pattern, Pick
from assessments.analysis.values import AgreementWord, Change, Gap, Hidden, Mean, Participation, Shown
from assessments.models import Cycle, CycleTeam
from assessments.results.figures import Asked
from assessments.results.team import Advice, Chosen, Difference, DimensionLines, Line, TeamResult
from assessments.results.texts import TextsOf
from assessments.templatetags.advice import (
    difference_words,
    dimension_words,
    sources_of,
    steps_in_order,
    team_lead,
    titles,
    why_high,
    why_low,
)

PRACTICE = Asked("kind", "Kind to each other", "kindness", "Kindness", "We are kind.", "In my team, people are kind.")
ADVICE = Advice("It matters.", "Be kind.", "Say hello.", "Agree on it.", "Keep it.", "When was I kind?", ("One article",))


def figure(mean: str) -> Shown:
    op, value = (mean[:2], mean[2:]) if mean[0] in "<>" else ("=", mean)
    return Shown(Mean(Decimal(value), op), 9, 12, None)  # type: ignore[arg-type]


def chosen(mean: str = "2.5", manager: int | None = None, median: str = "", **changes: Any) -> Chosen:
    printed = figure(mean)
    points = None if manager is None or printed.mean.clipped else manager - printed.mean.value
    pick = Pick(
        code="kind",
        figure=printed,
        rank=1,
        tied=False,
        of=30,
        beyond=21,
        first_in_dimension=True,
        gap=None if manager is None else Gap(Decimal(manager), points),
        median=Decimal(median) if median else None,
        step="start",
        weight=Decimal("2.5"),
        driver=Decimal(0),
    )
    return Chosen(PRACTICE, dataclasses.replace(pick, **changes), ADVICE)


class TestPlace:
    @pytest.mark.parametrize(
        ("rank", "tied", "first", "low", "high"),
        [
            (1, False, True, "Lowest of 30 practices.", "Highest of 30 practices."),
            (2, False, True, "Second lowest of 30 practices.", "Second highest of 30 practices."),
            (3, False, False, "Third lowest of 30 practices.", "Third highest of 30 practices."),
            (1, True, True, "Among the lowest of 30 practices.", "Among the highest of 30 practices."),
            (3, True, True, "Among the lowest of 30 practices.", "Among the highest of 30 practices."),
            (5, False, True, "Lowest of its dimension.", "Highest of its dimension."),
            (5, True, True, "Among the lowest of its dimension.", "Among the highest of its dimension."),
            (
                5,
                False,
                False,
                "Lower than 21 of 30 practices.",
                "Higher than 21 of 30 practices.",
            ),
        ],
    )
    def test_it_says_how_low_or_high(self, rank: int, tied: bool, first: bool, low: str, high: str) -> None:
        one = chosen(rank=rank, tied=tied, first_in_dimension=first)
        assert why_low(one, you=True) == low
        assert why_high(one, you=False) == high

    def test_one_practice_is_lowest_of_nothing(self) -> None:
        assert why_low(chosen(of=1), you=True) == "The only practice with a figure."


class TestReason:
    @pytest.mark.parametrize(
        ("mean", "manager", "to_you", "to_others"),
        [
            ("2.5", 4, "you rate it 1.5 higher", "the manager rates it 1.5 higher"),
            ("3.5", 4, "you rate it 0.5 higher", "the manager rates it 0.5 higher"),
            ("3.6", 4, "you and your team see it alike", "manager and team see it alike"),
            ("3.4", 3, "you and your team see it alike", "manager and team see it alike"),
            ("3.5", 3, "the team rates it 0.5 higher than you", "the team rates it 0.5 higher than the manager"),
            ("4.0", 2, "the team rates it 2.0 higher than you", "the team rates it 2.0 higher than the manager"),
            ("<=1.4", 1, "you and your team see it alike", "manager and team see it alike"),
            ("<=1.4", 2, "you rate it clearly higher", "the manager rates it clearly higher"),
            (">=4.6", 5, "you and your team see it alike", "manager and team see it alike"),
            (">=4.6", 4, "the team rates it clearly higher than you", "the team rates it clearly higher than the manager"),
        ],
    )
    def test_it_says_how_the_two_views_lie(self, mean: str, manager: int, to_you: str, to_others: str) -> None:
        one = chosen(mean, manager)
        assert why_low(one, you=True) == f"Lowest of 30 practices, and {to_you}."
        assert why_low(one, you=False) == f"Lowest of 30 practices, and {to_others}."

    def test_a_clipped_mean_gives_no_difference_in_points(self) -> None:
        words = why_low(chosen("<=1.4", 5), you=True)
        assert not any(sign.isdigit() for sign in words.replace("30 practices", ""))

    def test_it_says_what_else_spoke_for_it(self) -> None:
        fallen = dataclasses.replace(figure("2.5"), change=Change("down", since="2026 Q2"))
        one = chosen("2.5", 4, median="3.0", figure=fallen, driver=Decimal("0.3"))
        assert why_low(one, you=True) == (
            "Lowest of 30 practices, and you rate it 1.5 higher. The median team is higher, at 3.0. "
            "It is clearly down since 2026 Q2. Across the organisation, kindness and good service go together."
        )
        steady = dataclasses.replace(figure("2.5"), change=Change("none", since="2026 Q2"))
        assert why_low(chosen("2.5", figure=steady), you=True) == "Lowest of 30 practices."

    def test_it_names_the_median_team_where_it_lies_apart(self) -> None:
        assert why_low(chosen("2.5", median="2.8"), you=True) == "Lowest of 30 practices. The median team is higher, at 2.8."
        assert why_low(chosen("2.5", median="2.7"), you=True) == "Lowest of 30 practices."
        assert why_high(chosen("4.0", median="3.7"), you=True) == "Highest of 30 practices. The median team is lower, at 3.7."

    def test_it_puts_all_three_into_plain_sentences(self) -> None:
        words = why_low(chosen("2.5", 4, "3.1"), you=False)
        assert words == "Lowest of 30 practices, and the manager rates it 1.5 higher. The median team is higher, at 3.1."

    def test_every_combination_is_clean_sentences(self) -> None:
        means, managers, medians = ["<=1.4", "2.5", "4.0", ">=4.6"], [None, 1, 3, 5], ["", "2.5", "4.9"]
        for mean, manager, median, rank, tied, you in itertools.product(
            means, managers, medians, [1, 2, 3, 9], [True, False], [True, False]
        ):
            one = chosen(mean, manager, median, rank=rank, tied=tied)
            for words in (why_low(one, you=you), why_high(one, you=you)):
                assert words[0].isupper()
                assert words.endswith(".")
                assert all(part[0].isupper() for part in words.split(". "))
                assert not any(flaw in words for flaw in ("..", "  ", " ,", ",,", ", and ;", " ;", "None", "%", "-"))


class TestDifference:
    def difference(self, manager: int, mean: str) -> Difference:
        return Difference(PRACTICE, figure(mean), Gap(Decimal(manager), manager - Decimal(mean)))

    def test_a_manager_who_rates_higher(self) -> None:
        found = self.difference(5, "3.0")
        after = "Managers often rate somewhat higher than their teams; it is worth asking about."
        assert difference_words(found, you=True) == f"You chose 5, the team says 3.0: you rate this 2.0 higher. {after}"
        assert (
            difference_words(found, you=False)
            == f"The manager chose 5, the team says 3.0: the manager rates this 2.0 higher. {after}"
        )

    def test_a_team_that_rates_higher(self) -> None:
        found = self.difference(2, "3.5")
        after = "A strength that is easily overlooked."
        assert (
            difference_words(found, you=True)
            == f"You chose 2, the team says 3.5: your team sees this 1.5 higher than you do. {after}"
        )
        assert (
            difference_words(found, you=False) == f"The manager chose 2, the team says 3.5: the team sees this 1.5 higher. {after}"
        )

    def test_a_low_figure_is_not_called_a_strength(self) -> None:
        assert difference_words(self.difference(1, "2.4"), you=False).endswith("It is worth asking what they see.")


def result(dimensions: dict[str, str], blind: tuple[str, ...] = ()) -> TeamResult:
    """A unit with these means by dimension title."""
    lines = [
        Line(title, title, figure(mean), None, None, Pattern.BLIND_SPOT if title in blind else None)
        for title, mean in dimensions.items()
    ]
    return TeamResult(
        cycle=Cycle(),
        team=CycleTeam(uid=uuid.uuid4()),
        quarters=(),
        above=(),
        below=(),
        participation=Participation(9, 12),
        overall=Line("", "", figure("3.0"), None, None),
        dimensions=tuple(DimensionLines(line, ()) for line in lines),
        strengths=(),
        opportunities=(),
        difference=None,
        counted_in=None,
        texts=TextsOf(waits=False, questions=(), least=10),
    )


class TestLead:
    def test_it_names_the_highest_and_the_lowest_dimension(self) -> None:
        found = result({"Kindness": "4.0", "Training": "3.0", "Hiring": "2.0"})
        assert team_lead(found, you=True) == "Your people rate kindness highest and hiring lowest."
        assert team_lead(found, you=False) == "People here rate kindness highest and hiring lowest."

    def test_it_names_the_one_that_stands_alone(self) -> None:
        assert team_lead(result({"A": "4.0", "B": "4.0", "Hiring": "2.0"}), you=False) == "People here rate hiring lowest."
        assert team_lead(result({"Kindness": "4.0", "B": "2.0", "C": "2.0"}), you=True) == "Your people rate kindness highest."

    @pytest.mark.parametrize("dimensions", [{}, {"A": "3.0"}, {"A": "3.0", "B": "3.0"}, {"A": "3", "B": "3", "C": "2", "D": "2"}])
    def test_it_names_none_where_none_stands_alone(self, dimensions: dict[str, str]) -> None:
        assert team_lead(result(dimensions), you=True) == "No dimension stands out from the others."

    def test_it_says_where_the_manager_rates_clearly_higher(self) -> None:
        means = {"Kindness": "4.0", "Training": "3.0", "Hiring": "2.0", "Standards": "2.5"}
        lead = "People here rate kindness highest and hiring lowest."
        for blind, expected in (
            (("Hiring",), "The manager rates hiring clearly higher than they do."),
            (("Hiring", "Training"), "The manager rates training and hiring clearly higher than they do."),
            (("Hiring", "Training", "Standards"), "The manager rates 3 dimensions clearly higher than they do."),
        ):
            assert team_lead(result(means, blind), you=False) == f"{lead} {expected}"

    def test_it_says_you_to_the_manager(self) -> None:
        words = team_lead(result({"Kindness": "4.0", "Hiring": "2.0"}, ("Hiring",)), you=True)
        assert words.endswith("You rate hiring clearly higher than they do.")


class TestSteps:
    @pytest.mark.parametrize(
        ("step", "order"),
        [
            ("start", ["Start this week", "Build this quarter", "Make it normal"]),
            ("build", ["Build this quarter", "Start this week", "Make it normal"]),
            ("keep", ["Make it normal", "Start this week", "Build this quarter"]),
        ],
    )
    def test_the_one_that_fits_comes_first(self, step: str, order: list[str]) -> None:
        steps = steps_in_order(chosen(step=step))
        assert [heading for heading, _, _ in steps] == order
        assert [fits for _, _, fits in steps] == [True, False, False]
        assert {heading: text for heading, text, _ in steps} == {
            "Start this week": "Say hello.",
            "Build this quarter": "Agree on it.",
            "Make it normal": "Keep it.",
        }


class TestSources:
    @pytest.mark.parametrize(
        ("titles", "words"),
        [
            (("One",), "“One”"),
            (("One", "Two"), "“One” and “Two”"),
            (("One", "Two", "Three"), "“One”, “Two” and “Three”"),
        ],
    )
    def test_they_are_named_as_in_a_sentence(self, titles: tuple[str, ...], words: str) -> None:
        one = chosen()
        assert sources_of(dataclasses.replace(one, advice=dataclasses.replace(one.advice, articles=titles))) == words


def test_markup_in_a_title_is_escaped() -> None:
    context = Context({"result": result({"<b>Kind</b>": "4.0", "Hiring": "2.0"})})
    words = Template("{% load advice %}{% team_lead result you=True %}").render(context)
    assert "<b>" not in words
    assert "&lt;b&gt;kind" in words


class TestDimensionWords:
    def test_it_says_a_clear_change_and_how_far_answers_lie_apart(self) -> None:
        change = Change("up", Decimal("0.4"), Decimal("0.2"), Decimal("0.6"), since="2026 Q1")
        found = dataclasses.replace(figure("3.4"), change=change, agreement=AgreementWord.FAR)
        assert dimension_words(found) == ("Up 0.4 since 2026 Q1, likely between 0.2 and 0.6. Opinions differ a lot, talk about it.")

    def test_what_did_not_clearly_change_is_said_in_the_table_alone(self) -> None:
        steady = dataclasses.replace(figure("3.4"), change=Change("none", since="2026 Q1"), agreement=AgreementWord.CLOSE)
        assert dimension_words(steady) == "Answers are close together."
        assert dimension_words(figure("3.4")) == ""

    def test_of_a_hidden_figure_it_says_nothing(self) -> None:
        assert dimension_words(Hidden("Sales")) == ""


def test_several_titles_are_listed_as_in_a_sentence() -> None:
    lines = [Line(title, title, figure("3.0"), None, None) for title in ("Hiring", "Training", "Kindness")]
    assert [titles(lines[:number]) for number in range(4)] == ["", "Hiring", "Hiring and training", "Hiring, training and kindness"]


class TestLikelyDifference:
    def test_it_adds_the_range_where_not_everybody_answered(self) -> None:
        found = Difference(PRACTICE, figure("2.6"), Gap(Decimal(5), Decimal("2.4"), Decimal("2.1"), Decimal("2.7")))
        assert "you rate this 2.4 higher. Likely between 2.1 and 2.7 higher. Managers often" in difference_words(found, you=True)

    def test_the_other_way_too(self) -> None:
        found = Difference(PRACTICE, figure("3.6"), Gap(Decimal(2), Decimal("-1.6"), Decimal("-1.8"), Decimal("-1.4")))
        assert "the team sees this 1.6 higher. Likely between 1.4 and 1.8 higher." in difference_words(found, you=False)
