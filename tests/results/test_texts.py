"""What people wrote, for HR and after release for managers."""

import dataclasses

import pytest

from assessments.models import Cycle, CycleTeam, Text, User
from assessments.results.texts import Question, TextsOf, TextsPage, texts_of, texts_page
from assessments.services.closing import close_cycle
from assessments.services.texts import release_texts
from tests import factories
from tests.services.test_texts import write

NORTH, SOUTH = "Sales / North", "Sales / South"


@pytest.fixture
def cycle(db: None) -> Cycle:
    """In North eleven say what helps and eight what hinders; in South three say both. So texts stand on North and on Sales."""
    factories.make_organisation({"Sales": 0, NORTH: 11, SOUTH: 8, "Support": 8})
    cycle = factories.make_cycle()
    write(cycle, NORTH, [f"tool {number:02}" for number in range(11)], [f"queue {number:02}" for number in range(8)])
    write(cycle, SOUTH, [f"south {number}" for number in range(3)], [f"slow {number}" for number in range(3)])
    write(cycle, SOUTH, [""] * 5)
    write(cycle, "Support", [""] * 8)
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def released(cycle: Cycle, hr: User) -> Cycle:
    release_texts(cycle=cycle, by=hr)
    return cycle


def unit(cycle: Cycle, path: str) -> CycleTeam:
    return CycleTeam.objects.select_related("cycle").get(cycle=cycle, path=path)


def of(cycle: Cycle, path: str) -> TextsOf:
    return texts_of(unit(cycle, path))


def words(question: Question) -> list[str]:
    return [written.text for written in question.texts]


def hide(cycle: Cycle, *texts: str) -> None:
    """As the service leaves the rows; it needs a transaction of its own."""
    Text.objects.filter(team__cycle=cycle, text__in=texts).update(hidden=True, text="")


class TestUnit:
    def test_before_the_release_it_says_only_that_hr_reads_first(self, cycle: Cycle) -> None:
        for path in (NORTH, SOUTH, "Sales", "Support"):
            assert of(cycle, path) == TextsOf(waits=True, questions=(), least=10)

    def test_where_nobody_waits_for_a_text_nothing_is_said(self, closed_cycle: Cycle) -> None:
        assert of(closed_cycle, NORTH) == TextsOf(waits=False, questions=(), least=10)

    def test_after_it_the_unit_has_its_own_texts_sorted_by_wording(self, released: Cycle) -> None:
        helps, hinders = of(released, NORTH).questions
        assert helps.words == "What helps you serve customers well here?"
        assert words(helps) == [f"tool {number:02}" for number in range(11)]
        assert not hinders.stands_here

    def test_texts_of_too_few_stand_on_the_unit_above_only(self, released: Cycle) -> None:
        hinders = of(released, "Sales").questions[1]
        assert words(hinders) == [f"queue {number:02}" for number in range(8)] + [f"slow {number}" for number in range(3)]
        for path in (NORTH, SOUTH):
            there = of(released, path).questions[1]
            assert (there.texts, there.above) == ((), unit(released, "Sales"))

    def test_where_none_stand_above_no_place_is_named(self, released: Cycle) -> None:
        found = of(released, "Support")
        assert not found.stand_here
        assert [question.above for question in found.questions] == [None, None]
        assert of(released, SOUTH).questions[0].above is None

    def test_a_hidden_text_is_a_count_and_has_no_place_in_the_order(self, released: Cycle) -> None:
        hide(released, "tool 00", "tool 07")
        helps = of(released, NORTH).questions[0]
        assert helps.hidden == 2
        assert words(helps) == [f"tool {number:02}" for number in (1, 2, 3, 4, 5, 6, 8, 9, 10)]

    def test_a_unit_all_of_whose_texts_are_hidden_is_not_sent_to_the_unit_above(self, released: Cycle) -> None:
        hide(released, *(f"tool {number:02}" for number in range(11)))
        found = of(released, NORTH)
        assert found.questions[0] == Question("What helps you serve customers well here?", (), 11, None)
        assert found.stand_here

    def test_a_cycle_with_a_larger_k_says_so(self, cycle: Cycle) -> None:
        Cycle.objects.update(k=12)
        assert of(cycle, NORTH).least == 12

    def test_it_is_frozen(self, released: Cycle) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            of(released, NORTH).waits = True  # type: ignore[misc]

    def test_more_texts_and_levels_cost_no_more_queries(self, released: Cycle, django_assert_num_queries) -> None:
        for path, queries in ((NORTH, 2), (SOUTH, 3), ("Sales", 2)):
            team = unit(released, path)
            with django_assert_num_queries(queries):
                texts_of(team)


class TestPage:
    def test_before_the_first_close_it_is_empty(self, db: None) -> None:
        assert texts_page(None, []) == TextsPage((), None, (), 10)

    def test_hr_reads_all_units_before_the_release(self, cycle: Cycle) -> None:
        page = texts_page(cycle, [cycle])
        assert [(found.team.path, [len(question.texts) for question in found.questions]) for found in page.units] == [
            ("Sales", [11]),
            (NORTH, [11]),
        ]
        assert (page.readable, page.hidden) == (22, 0)

    def test_it_counts_what_is_hidden(self, cycle: Cycle) -> None:
        hide(cycle, "tool 00", "slow 1")
        page = texts_page(cycle, [cycle])
        assert (page.readable, page.hidden) == (20, 2)
        assert not any(written.text == "" for found in page.units for question in found.questions for written in question.texts)

    def test_another_cycles_texts_are_not_on_it(self, cycle: Cycle) -> None:
        other = factories.make_cycle("2027 Q1")
        factories.answer(other, NORTH, [4] * 11, helps="Later")
        close_cycle(cycle=other, now=True)
        assert "Later" not in {w.text for found in texts_page(cycle, []).units for q in found.questions for w in q.texts}

    def test_more_units_cost_no_more_queries(self, cycle: Cycle, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            texts_page(cycle, [cycle])
