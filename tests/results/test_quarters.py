"""How a unit went over the closed cycles: which quarters stand in a line, and what counts as moved."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.analysis.values import Change, Hidden, Participation, Shown
from assessments.models import Cycle, CycleTeam, Team
from assessments.results.quarters import clear_change, quarters_of, size_of
from assessments.results.team import TeamResult, team_result
from tests import factories
from tests.quarters import HIGH, LOW, NORTH, SOUTH, STEADY, closed_quarter, make_sales, risen

pytestmark = pytest.mark.django_db


def unit(cycle: Cycle, path: str) -> CycleTeam:
    return CycleTeam.objects.select_related("cycle").get(cycle=cycle, path=path)


def result_of(cycle: Cycle, path: str = NORTH) -> TeamResult:
    return team_result(unit(cycle, path))


class TestChange:
    def test_overall_dimensions_and_practices_of_a_team_that_rose_moved(self) -> None:
        found = result_of(risen())
        assert found.overall.change is not None
        assert (found.overall.change.direction, found.overall.change.points) == ("up", Decimal("1.0"))
        assert found.overall.change.since == "2026 Q1"
        assert (len(found.moved), len(found.moved_practices)) == (10, 30)
        assert found.is_compared

    def test_a_team_that_stayed_has_moved_nowhere_and_is_compared_all_the_same(self) -> None:
        found = result_of(risen(), SOUTH)
        assert found.overall.change is not None
        assert found.overall.change.direction == "none"
        assert (found.moved, found.moved_practices, found.is_compared) == ((), (), True)

    def test_what_moved_most_comes_first(self) -> None:
        make_sales()
        quarter = closed_quarter(1, LOW)
        dimension = {item.practice.code: item.practice.dimension.code for item in quarter.questionnaire.items.all()}
        ballots = [
            {code: value + {"kindness": 1, "hiring": 2}.get(of, 0) for code, of in dimension.items()} for value in (2, 3) * 6
        ]
        found = result_of(closed_quarter(2, ballots))
        assert [line.code for line in found.moved] == ["hiring", "kindness"]
        assert [line.change.points for line in found.moved if line.change] == [Decimal("2.0"), Decimal("1.0")]

    def test_the_first_cycle_is_compared_with_nothing(self) -> None:
        make_sales()
        found = result_of(closed_quarter(1, LOW))
        assert found.is_first
        assert (found.is_compared, found.moved, found.points, found.trend) == (False, (), (), None)

    def test_a_team_that_is_hidden_now_shows_no_change(self) -> None:
        make_sales()
        closed_quarter(1, LOW)
        found = result_of(closed_quarter(2, HIGH, [3, 3]), SOUTH)
        assert found.is_hidden
        assert (found.overall.change, found.is_compared, found.turnout_jumped) == (None, False, False)

    @pytest.mark.parametrize("change", [None, Change("none"), Change("too_few")])
    def test_only_up_and_down_count_as_moved(self, change: Change | None) -> None:
        make_sales()
        figure = result_of(closed_quarter(1, LOW)).overall.figure
        assert isinstance(figure, Shown)
        assert clear_change(Shown(figure.mean, figure.n, figure.invited, figure.interval, change=change)) is None

    def test_a_change_without_a_number_comes_last(self) -> None:
        assert size_of(Change("down", Decimal("-0.4"))) > size_of(Change("up", Decimal("0.3"))) > size_of(Change("up"))


class TestPoints:
    def test_two_comparable_quarters_make_a_line(self) -> None:
        found = result_of(risen())
        assert [(point.label, point.breaks_before) for point in found.points] == [("2026 Q1", False), ("2026 Q2", False)]
        assert [point.figure.mean.value for point in found.points if isinstance(point.figure, Shown)] == [
            Decimal("2.5"),
            Decimal("3.5"),
        ]
        assert not found.has_break

    def test_the_whole_has_its_line_too(self) -> None:
        assert len(result_of(risen(), "Sales").points) == 2

    def test_a_cycle_knows_nothing_of_those_after_it(self) -> None:
        risen()
        found = result_of(Cycle.objects.get(name="2026 Q1"))
        assert [quarter.cycle.name for quarter in found.quarters] == ["2026 Q1"]
        assert found.points == ()

    def test_another_questionnaire_breaks_the_line(self) -> None:
        make_sales()
        closed_quarter(1, LOW)
        found = result_of(closed_quarter(2, HIGH, questionnaire="full-review"))
        assert [point.breaks_before for point in found.points] == [False, True]
        assert found.has_break
        assert found.overall.change is None

    def test_other_people_break_the_line(self) -> None:
        make_sales()
        closed_quarter(1, LOW)
        Team.objects.get(path=NORTH).memberships.filter(role="member").delete()
        for _ in range(12):
            factories.make_person(NORTH)
        assert [point.breaks_before for point in result_of(closed_quarter(2, HIGH)).points] == [False, True]

    def test_a_hidden_quarter_is_a_gap_and_no_break(self) -> None:
        make_sales()
        closed_quarter(1, LOW)
        closed_quarter(2, LOW, [3])
        found = result_of(closed_quarter(3, LOW), SOUTH)
        assert [type(point.figure) for point in found.points] == [Shown, Hidden, Shown]
        assert found.points[1].figure == Hidden(counted_in="Sales")
        assert not found.has_break
        assert found.overall.change is None

    def test_a_hidden_quarter_of_a_practice_names_the_unit_that_shows_the_practice(self) -> None:
        make_sales()
        closed_quarter(1, LOW, [3])
        last = closed_quarter(2, LOW)
        practice = last.questionnaire.items.all()[0].practice.code
        first, second = quarters_of(unit(last, SOUTH), "practice", practice)
        assert first.point.figure == Hidden(counted_in="Sales")
        assert isinstance(second.point.figure, Shown)

    def test_one_shown_quarter_is_no_line(self) -> None:
        make_sales()
        closed_quarter(1, LOW, [3])
        found = result_of(closed_quarter(2, LOW), SOUTH)
        assert len(found.quarters) == 2
        assert found.points == ()

    def test_a_removed_team_stands_alone(self) -> None:
        cycle = risen()
        Team.objects.filter(path=SOUTH).delete()
        assert [quarter.cycle for quarter in quarters_of(unit(cycle, SOUTH))] == [cycle]


class TestTrend:
    def test_four_rising_quarters_have_a_clear_direction(self) -> None:
        make_sales()
        for number, north in enumerate(([1, 2], [2, 2], [2, 3], [3, 4]), start=1):
            cycle = closed_quarter(number, north * 6)
        rising, steady = result_of(cycle).trend, result_of(cycle, SOUTH).trend
        assert rising is not None
        assert (rising.cycles, rising.is_clear, rising.slope > 0) == (4, True, True)
        assert steady is not None
        assert not steady.is_clear

    def test_two_quarters_have_none(self) -> None:
        assert result_of(risen()).trend is None


class TestTurnout:
    @pytest.mark.parametrize(("answered", "jumped"), [(12, False), (10, False), (9, True), (8, True)])
    def test_more_than_20_points_are_worth_a_word(self, answered: int, jumped: bool) -> None:
        make_sales()
        closed_quarter(1, LOW)
        found = result_of(closed_quarter(2, LOW[:answered]))
        assert found.before is not None
        assert found.before.participation == Participation(12, 12)
        assert found.turnout_jumped is jumped

    def test_where_the_quarter_before_was_hidden_there_is_nothing_to_lay_beside(self) -> None:
        make_sales()
        closed_quarter(1, LOW, [3])
        found = result_of(closed_quarter(2, LOW), SOUTH)
        assert found.before is not None
        assert (found.before.participation, found.turnout_jumped) == (None, False)


class TestFarApart:
    def test_a_split_team_differs_in_every_dimension(self) -> None:
        make_sales()
        found = result_of(closed_quarter(1, [1, 2, 2, 4, 5, 5] * 2, []))
        assert found.far_apart == tuple(lines.line for lines in found.dimensions)

    def test_a_team_of_one_mind_differs_in_none(self) -> None:
        make_sales()
        found = result_of(closed_quarter(1, LOW, []))
        assert found.far_apart == ()
        assert {lines.line.figure.agreement for lines in found.dimensions if isinstance(lines.line.figure, Shown)} != {None}

    def test_of_fewer_than_ten_answers_nothing_is_said(self) -> None:
        make_sales()
        cycle = closed_quarter(1, LOW, [1, 5, 1, 5, 1, 5])
        assert result_of(cycle, SOUTH).far_apart == ()


def test_queries_are_as_many_after_three_cycles_as_after_one() -> None:
    make_sales()
    counts = []
    for number in (1, 2, 3):
        north = unit(closed_quarter(number, LOW, STEADY), NORTH)
        with CaptureQueriesContext(connection) as queries:
            team_result(north)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
