"""HR's first screen: what it says about the figures of a closed cycle."""

import dataclasses
import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.analysis.recommendations import Pattern, pattern
from assessments.analysis.values import Hidden, Shown
from assessments.models import Cycle, Figure, FigureChange, User
from assessments.results.figures import asked_in, read_book
from assessments.results.overview import Overview, overview_of, overview_page
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories
from tests.own_views import hand_in
from tests.quarters import HIGH, LOW, NORTH, SOUTH, closed_quarter, make_sales, risen


@pytest.fixture
def overview(closed_cycle: Cycle) -> Overview:
    return overview_of(closed_cycle)


def order_of(cycle: Cycle) -> Callable[[tuple[str, Decimal]], int]:
    order = [dimension.code for dimension in asked_in(cycle)]
    return lambda pair: order.index(pair[0])


def closed(cycle: Cycle) -> Overview:
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return overview_of(cycle)


def codes(cycle: Cycle, dimension: str) -> list[str]:
    return list(cycle.questionnaire.items.filter(practice__dimension__code=dimension).values_list("practice__code", flat=True))


def ballots(cycle: Cycle, usual: int, number: int, **dimensions: int) -> list[dict[str, int]]:
    """The same ballot several times: one value for everything but for the named dimensions."""
    answers = factories.all_answers(cycle, usual)
    answers.update({code: value for dimension, value in dimensions.items() for code in codes(cycle, dimension)})
    return [answers] * number


class TestHeatMap:
    def test_rows_follow_the_tree(self, overview: Overview) -> None:
        names = [row.team.name for row in overview.rows]
        assert names[1:] == ["Sales", "North", "South", "Support", "Desk", "Night"]
        assert [row.team.level for row in overview.rows] == [0, 1, 2, 2, 1, 2, 2]
        assert [row.team.name for row in overview.rows if row.team.has_teams_below] == [names[0], "Sales", "Support"]

    def test_a_unit_that_is_not_shown_has_no_participation(self, overview: Overview) -> None:
        hidden = [row for row in overview.rows if row.is_hidden]
        assert [row.team.name for row in hidden] == [found.team.name for found in overview.small]
        assert "Night" in {row.team.name for row in hidden}
        assert all(isinstance(cell, Hidden) for row in hidden for cell in row.cells)

    def test_a_hidden_unit_names_the_one_in_which_its_answers_count(self, overview: Overview) -> None:
        (night,) = [row for row in overview.rows if row.team.name == "Night"]
        assert isinstance(night.overall, Hidden)
        assert [found.counted_in for found in overview.small if found.team == night.team] == [night.overall.counted_in]
        assert night.overall.counted_in in {row.team.name for row in overview.rows if not row.is_hidden}

    def test_it_counts_the_units_below_the_whole(self, overview: Overview) -> None:
        assert overview.units == 6
        assert overview.shown_units == 6 - len(overview.small)

    def test_the_only_unit_counts_itself(self, db: None) -> None:
        factories.make_organisation({"Desk": 6})
        cycle = factories.make_cycle()
        factories.answer(cycle, "Desk", [4] * 6)
        overview = closed(cycle)
        assert (len(overview.rows), overview.units, overview.shown_units) == (1, 1, 1)

    def test_of_many_teams_it_shows_the_departments(self, closed_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assessments.results.folding.FEW_ROWS", 6)
        overview = overview_of(closed_cycle)
        assert [row.team.name for row in overview.rows[1:]] == ["Sales", "Support"]
        assert overview.is_folded
        assert overview.units == 6
        sales = overview.rows[1].team
        assert overview.rows[1].query == f"?cycle={closed_cycle.slug}&level=departments&open={sales.uid}"

    def test_deep_names_are_indented_no_further(self, overview: Overview) -> None:
        row = overview.rows[-1]
        row.team.depth = 9
        assert row.team.level == 4


class TestTarget:
    def test_it_says_how_many_answers_are_short(self, overview: Overview) -> None:
        assert overview.whole is not None
        answered, invited = overview.whole.participation.answered, overview.whole.participation.invited
        assert dataclasses.replace(overview, target=100).answers_short == invited - answered
        assert dataclasses.replace(overview, target=50).answers_short == 0


class TestExtremes:
    def test_it_finds_the_highest_and_the_lowest_dimension(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", ballots(open_cycle, 3, 8, kindness=5, recognition=2))
        overview = closed(open_cycle)
        assert [dimension.code for dimension in overview.highest] == ["kindness"]
        assert [dimension.code for dimension in overview.lowest] == ["recognition"]

    def test_it_names_all_that_tie(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", ballots(open_cycle, 3, 8, kindness=4, standards=4))
        overview = closed(open_cycle)
        assert [dimension.code for dimension in overview.highest] == ["kindness", "standards"]
        assert len(overview.lowest) == len(overview.dimensions) - 2

    def test_it_names_none_where_all_are_alike(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        overview = closed(open_cycle)
        assert overview.all_alike
        assert (overview.highest, overview.lowest, overview.strongest, overview.weakest) == ((), (), (), ())

    def test_no_practice_is_both_strong_and_weak(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", ballots(open_cycle, 3, 8, kindness=4))
        overview = closed(open_cycle)
        assert {ranked.practice.dimension for ranked in overview.strongest} == {"kindness"}
        assert len(overview.weakest) == 3
        assert not set(overview.strongest) & set(overview.weakest)

    def test_the_strongest_and_the_weakest_come_first(self, open_cycle: Cycle) -> None:
        answers = factories.all_answers(open_cycle, 3)
        order = list(answers)
        answers |= {order[4]: 5, order[9]: 4, order[2]: 1, order[7]: 2}
        factories.answer(open_cycle, "Sales / North", [answers] * 8)
        overview = closed(open_cycle)
        assert [ranked.practice.code for ranked in overview.strongest][:2] == [order[4], order[9]]
        assert [ranked.practice.code for ranked in overview.weakest][:2] == [order[2], order[7]]


class TestGaps:
    def test_it_shows_where_a_manager_rates_clearly_higher(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        hand_in(open_cycle, "Sales / North", 5)
        overview = closed(open_cycle)
        (found,) = overview.gaps
        assert (found.team.name, found.gap.points, found.manager_higher) == ("North", Decimal("2.0"), True)

    def test_it_shows_where_a_team_rates_clearly_higher(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        hand_in(open_cycle, "Sales / North", 2)
        (found,) = closed(open_cycle).gaps
        assert not found.manager_higher

    def test_a_clipped_mean_gives_no_number(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [5] * 8)
        hand_in(open_cycle, "Sales / North", 2)
        (found,) = closed(open_cycle).gaps
        assert found.gap.points is None

    def test_a_small_difference_is_none(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        hand_in(open_cycle, "Sales / North", 4)
        overview = closed(open_cycle)
        assert (overview.gaps, overview.has_views) == ((), True)

    def test_a_hidden_team_has_no_gap(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        factories.answer(open_cycle, "Support / Night", [1] * 3)
        hand_in(open_cycle, "Support / Night", 5)
        assert closed(open_cycle).gaps == ()

    def test_the_largest_of_each_team_comes_first(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", ballots(open_cycle, 4, 8, kindness=2))
        factories.answer(open_cycle, "Sales / South", ballots(open_cycle, 4, 6, kindness=3))
        factories.answer(open_cycle, "Support / Desk", [4] * 7)
        for team in ("Sales / North", "Sales / South", "Support / Desk"):
            hand_in(open_cycle, team, 5)
        found = closed(open_cycle).gaps
        assert [(gap.team.name, gap.dimension.code, gap.gap.points) for gap in found] == [
            ("North", "kindness", Decimal("3.0")),
            ("South", "kindness", Decimal("2.0")),
            ("Desk", "kindness", Decimal("1.0")),
        ]

    def test_a_leaders_mean_is_rounded_as_everywhere(self, open_cycle: Cycle) -> None:
        """Ratings of 5, 4 and so on give the same number here as on the team's own page."""
        factories.answer(open_cycle, "Sales / North", [2] * 8)
        north, leader = open_cycle.teams.get(path="Sales / North"), User.objects.get(email="north@example.org")
        values = {code: {"value": 4 + at % 2} for at, code in enumerate(factories.all_answers(open_cycle, 4))}
        save_self_assessment(team=north, values=values, by=leader)
        submit_self_assessment(team=north, by=leader)
        (found,) = closed(open_cycle).gaps
        views = read_book(open_cycle, [north]).manager(north).dimensions
        assert found.gap.manager == max(views.values())
        assert found.gap.manager == views[found.dimension.code]

    def test_it_finds_what_a_search_through_everything_finds(self, db: None) -> None:
        """Of random answers and views: the largest differences, one per team, ties in the order of the tree."""
        rng = random.Random(5)
        names = [f"Sales / Team {at}" for at in range(12)]
        factories.make_organisation(dict.fromkeys(names, 8))
        cycle = factories.make_cycle()
        codes = list(factories.all_answers(cycle, 3))
        for name in names:
            usual = rng.randint(1, 5)
            factories.answer(
                cycle, name, [{code: min(5, max(1, usual + rng.choice([-1, 0, 1]))) for code in codes} for _ in range(8)]
            )
            hand_in(cycle, name, 3, **{code.replace("-", "_"): rng.randint(1, 5) for code in codes})
        found = closed(cycle).gaps
        book = read_book(cycle, cycle.teams.all())
        everything = []
        for team in cycle.teams.all():
            for at, (code, manager) in enumerate(sorted(book.manager(team).dimensions.items(), key=order_of(cycle))):
                figure = book.figure(team, "dimension", code)
                if pattern(figure, manager) in {Pattern.BLIND_SPOT, Pattern.HIDDEN_STRENGTH}:
                    everything.append((-abs(manager - figure.mean.value), at, team.position, code, manager))
        first_of_each = {place: (size, place, code, manager) for size, _, place, code, manager in sorted(everything, reverse=True)}
        expected = [(place, code, manager) for _, place, code, manager in sorted(first_of_each.values())[:3]]
        assert len(first_of_each) > 3
        assert [(gap.team.position, gap.dimension.code, gap.gap.manager) for gap in found] == expected

    def test_a_draft_is_nobodys_view(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        north = open_cycle.teams.get(path="Sales / North")
        values = {code: {"value": 5} for code in factories.all_answers(open_cycle, 5)}
        save_self_assessment(team=north, values=values, by=User.objects.get(email="north@example.org"))
        overview = closed(open_cycle)
        assert (overview.gaps, overview.has_views) == ((), False)


class TestMoved:
    def test_the_first_cycle_has_none_before_it(self, overview: Overview) -> None:
        assert (overview.before, overview.is_compared) == (None, False)
        assert (overview.moved_dimensions, overview.moved_teams) == ((), ())

    def test_it_names_the_team_that_rose_and_not_the_one_that_stayed(self, db: None) -> None:
        overview = overview_of(risen())
        assert overview.before is not None
        assert overview.before.name == "2026 Q1"
        assert [moved.team.path for moved in overview.moved_teams] == [NORTH]
        assert overview.moved_teams[0].change.points == Decimal("1.0")

    def test_it_names_the_dimensions_of_the_whole_that_moved(self, db: None) -> None:
        overview = overview_of(risen())
        assert overview.whole is not None
        cells = zip(overview.dimensions, overview.whole.cells[1:], strict=True)
        clear = {found.code for found, cell in cells if isinstance(cell, Shown) and cell.change and cell.change.points}
        assert clear
        assert {moved.dimension.code for moved in overview.moved_dimensions} == clear

    def test_the_same_twice_is_compared_and_has_not_moved(self, db: None) -> None:
        make_sales()
        closed_quarter(1, LOW)
        overview = overview_of(closed_quarter(2, LOW))
        assert overview.is_compared
        assert (overview.moved_dimensions, overview.moved_teams) == ((), ())

    def test_another_questionnaire_is_not_compared_overall(self, db: None) -> None:
        make_sales()
        closed_quarter(1, LOW)
        overview = overview_of(closed_quarter(2, HIGH, questionnaire="full-review"))
        assert overview.before is not None
        assert overview.moved_teams == ()

    def test_a_few_are_named_the_largest_change_first(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        cycle = risen()
        figures = {figure.team.path: figure for figure in Figure.objects.filter(team__cycle=cycle, kind="overall")}
        changes = {NORTH: ("up", None), SOUTH: ("down", "-0.4")}
        for path, (direction, points) in changes.items():
            FigureChange.objects.filter(figure=figures[path]).update(direction=direction, points=points, low=None, high=None)
        assert [moved.team.path for moved in overview_of(cycle).moved_teams] == [SOUTH, NORTH]
        monkeypatch.setattr("assessments.results.overview.MOST_MOVED", 1)
        overview = overview_of(cycle)
        assert [moved.team.path for moved in overview.moved_teams] == [SOUTH]
        assert overview.moved == 2


class TestNothingShown:
    def test_fewer_answers_than_the_minimum_publish_nothing(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 4)
        overview = closed(open_cycle)
        assert not overview.is_published
        assert (overview.overall, overview.shown_units, overview.highest, overview.strongest) == (None, 0, (), ())

    def test_the_whole_is_shown_from_the_minimum_on(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 5)
        overview = closed(open_cycle)
        assert overview.is_published
        assert isinstance(overview.overall, Shown)


class TestPage:
    def test_without_a_closed_cycle_there_is_only_the_running_one(self, open_cycle: Cycle) -> None:
        page = overview_page(None, [], open_cycle)
        assert page.overview is None
        assert page.running is not None
        assert page.running.cycle == open_cycle

    def test_its_queries_do_not_grow_with_the_teams(self, db: None) -> None:
        def queries(names: list[str], cycle_name: str) -> int:
            factories.make_organisation({f"{cycle_name} / {name}": 5 for name in names})
            cycle = factories.make_cycle(cycle_name)
            for name in names:
                factories.answer(cycle, f"{cycle_name} / {name}", [4, 3, 4, 3, 4])
            close_cycle(cycle=cycle, now=True)
            cycle = Cycle.objects.get(pk=cycle.pk)
            with CaptureQueriesContext(connection) as captured:
                overview_page(cycle, Cycle.objects.closed(), None)
            return len(captured)

        few = queries([f"Few {number}" for number in range(4)], "2026 Q3")
        assert queries([f"Many {number}" for number in range(12)], "2026 Q4") == few
