"""HR's first screen: what it says about the figures of a closed cycle."""

import dataclasses
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.analysis.values import Change, Hidden, Mean, Participation, Shown
from assessments.models import Cycle, CycleTeam, User
from assessments.results.overview import Overview, Row, overview_of, overview_page
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales, risen


@pytest.fixture
def overview(closed_cycle: Cycle) -> Overview:
    return overview_of(closed_cycle)


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


def hand_in(cycle: Cycle, team: str, value: int) -> None:
    """The leader of a team rates everything with one value and submits it."""
    leader = User.objects.get(email=f"{team.rsplit(' / ', 1)[-1].lower()}@example.org")
    unit = cycle.teams.get(path=team)
    values = {code: {"value": value} for code in factories.all_answers(cycle, value)}
    save_self_assessment(team=unit, values=values, by=leader)
    submit_self_assessment(team=unit, by=leader)


class TestHeatMap:
    def test_rows_follow_the_tree(self, overview: Overview) -> None:
        names = [row.team.name for row in overview.rows]
        assert names[1:] == ["Sales", "North", "South", "Support", "Desk", "Night"]
        assert [row.team.level for row in overview.rows] == [0, 1, 2, 2, 1, 2, 2]
        assert [row.team.name for row in overview.rows if row.team.has_teams_below] == [names[0], "Sales", "Support"]

    def test_a_unit_that_is_not_shown_has_no_participation(self, overview: Overview) -> None:
        hidden = {row.team.name for row in overview.hidden_rows}
        assert "Night" in hidden
        assert all(row.participation is None and isinstance(row.overall, Hidden) for row in overview.hidden_rows)

    def test_a_hidden_unit_names_the_one_in_which_its_answers_count(self, overview: Overview) -> None:
        (night,) = [row for row in overview.rows if row.team.name == "Night"]
        assert isinstance(night.overall, Hidden)
        assert night.overall.counted_in in {row.team.name for row in overview.rows if not row.is_hidden}

    def test_it_counts_the_units_below_the_whole(self, overview: Overview) -> None:
        assert len(overview.units) == 6
        assert overview.shown_units == 6 - len(overview.hidden_rows)

    def test_the_only_unit_counts_itself(self, overview: Overview) -> None:
        assert len(dataclasses.replace(overview, rows=overview.rows[:1]).units) == 1

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
        assert (overview.gaps, overview.own_views) == ((), 1)

    def test_a_hidden_team_has_no_gap(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        factories.answer(open_cycle, "Support / Night", [1] * 3)
        hand_in(open_cycle, "Support / Night", 5)
        assert closed(open_cycle).gaps == ()

    def test_a_draft_is_nobodys_view(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        north = open_cycle.teams.get(path="Sales / North")
        values = {code: {"value": 5} for code in factories.all_answers(open_cycle, 5)}
        save_self_assessment(team=north, values=values, by=User.objects.get(email="north@example.org"))
        overview = closed(open_cycle)
        assert (overview.gaps, overview.own_views) == ((), 0)


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
        cells = zip(overview.dimensions, overview.whole.cells, strict=True)
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

    def row(self, number: int, change: Change | None) -> Row:
        figure = Shown(Mean(Decimal("3.5")), 9, 12, None, change=change)
        return Row(CycleTeam(name=f"Team {number}"), Participation(9, 12), figure, ())

    def test_at_most_five_teams_are_named_the_largest_change_first(self, overview: Overview) -> None:
        points = ["0.3", "-0.9", "0.5", "-0.4", "0.6", "0.7"]
        changes = [Change("up" if Decimal(size) > 0 else "down", Decimal(size)) for size in points]
        rows = [self.row(number, change) for number, change in enumerate(changes)]
        rows += [self.row(6, Change("none")), self.row(7, None), self.row(8, Change("up"))]
        found = dataclasses.replace(overview, rows=(overview.rows[0], *rows))
        names = [moved.team.name for moved in found.moved_teams]
        assert names == ["Team 1", "Team 5", "Team 4", "Team 2", "Team 3", "Team 0", "Team 8"]
        assert [moved.team.name for moved in found.most_moved_teams] == names[:5]

    def test_a_hidden_team_has_not_moved(self, overview: Overview) -> None:
        hidden = dataclasses.replace(self.row(1, None), participation=None, overall=Hidden("Sales"))
        assert dataclasses.replace(overview, rows=(overview.rows[0], hidden)).moved_teams == ()


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
        page = overview_page(None, [])
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
                overview_page(cycle, Cycle.objects.closed())
            return len(captured)

        few = queries([f"Few {number}" for number in range(4)], "2026 Q3")
        assert queries([f"Many {number}" for number in range(12)], "2026 Q4") == few
