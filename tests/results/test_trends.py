"""Any figure over the cycles, and what clearly moved."""

from decimal import Decimal

import pytest

from assessments.analysis.values import Shown
from assessments.models import Cycle, CycleTeam
from assessments.results.figures import DIMENSION, PRACTICE, asked_in
from assessments.results.quarters import Course, quarters_of
from assessments.results.reading import reading_of
from assessments.results.trends import Measure, TrendsPage, measure_in, trends_page
from tests.quarters import HIGH, LOW, NORTH, SOUTH, STEADY, closed_quarter, make_sales, risen

pytestmark = pytest.mark.django_db


def unit(cycle: Cycle, path: str) -> CycleTeam:
    return CycleTeam.objects.select_related("cycle").get(cycle=cycle, path=path)


def page_of(cycle: Cycle, path: str = "", name: str = "overall") -> TrendsPage:
    asked = asked_in(cycle)
    measure = measure_in(asked, name)
    assert measure is not None
    return trends_page(reading_of(cycle, [cycle], unit(cycle, path) if path else None), asked, measure)


def _practices(cycle: Cycle) -> set[str]:
    return {practice.code for dimension in asked_in(cycle) for practice in dimension.practices}


def means(course: Course) -> list[Decimal]:
    return [quarter.point.figure.mean.value for quarter in course.quarters if isinstance(quarter.point.figure, Shown)]


class TestMeasure:
    @pytest.mark.parametrize(
        ("name", "kind"), [("overall", "overall"), ("kindness", "dimension"), ("authority-to-help", "practice")]
    )
    def test_one_word_names_any_figure(self, name: str, kind: str) -> None:
        make_sales()
        found = measure_in(asked_in(closed_quarter(1, LOW)), name)
        assert found is not None
        assert (found.kind, found.name) == (kind, name)

    def test_what_was_not_asked_is_none(self) -> None:
        make_sales()
        assert measure_in(asked_in(closed_quarter(1, LOW)), "nonsense") is None


class TestCourse:
    @pytest.mark.parametrize("name", ["overall", "kindness", "authority-to-help"])
    def test_every_figure_has_its_course(self, name: str) -> None:
        course = page_of(risen(), NORTH, name).course
        assert means(course) == [Decimal("2.5"), Decimal("3.5")]
        assert (len(course.points), course.has_break) == (2, False)

    def test_a_practice_that_one_cycle_left_out_is_not_called_hidden(self) -> None:
        make_sales()
        first = closed_quarter(1, LOW, questionnaire="full-review")
        second = closed_quarter(2, LOW)
        last = closed_quarter(3, HIGH, questionnaire="full-review")
        [left_out, *_] = sorted(_practices(first) - _practices(second))
        course = Course(quarters_of(unit(last, NORTH), PRACTICE, left_out))
        assert [quarter.asked for quarter in course.quarters] == [True, False, True]
        assert [(point.label, point.breaks_before) for point in course.points] == [("2026 Q1", False), ("2026 Q3", True)]

    def test_a_dimension_asked_otherwise_is_broken(self) -> None:
        make_sales()
        closed_quarter(1, LOW)
        last = closed_quarter(2, HIGH, questionnaire="full-review")
        course = Course(quarters_of(unit(last, NORTH), DIMENSION, "kindness"))
        assert [point.breaks_before for point in course.points] == [False, True]

    def test_four_quarters_have_a_stored_direction_for_a_dimension_too(self) -> None:
        make_sales()
        for number, north in enumerate(([1, 2], [2, 2], [2, 3], [3, 4]), start=1):
            cycle = closed_quarter(number, north * 6)
        trend = page_of(cycle, NORTH, "kindness").course.trend
        assert trend is not None
        assert (trend.cycles, trend.is_clear) == (4, True)


class TestMoved:
    def test_only_clear_changes_stand_there(self) -> None:
        page = page_of(risen(), NORTH)
        assert (len(page.dimensions), len(page.practices)) == (10, 30)
        assert {moved.change.direction for moved in (*page.dimensions, *page.practices)} == {"up"}
        steady = page_of(page.reading.cycle, SOUTH)
        assert steady.nothing_moved

    def test_units_below_stand_there_for_the_figure_looked_at(self) -> None:
        page = page_of(risen(), name="kindness")
        assert [moved.team.name for moved in page.units if not moved.team.has_teams_below] == ["North"]
        assert {moved.measure for moved in page.units} == {Measure(DIMENSION, "kindness", "Kindness")}

    def test_the_first_cycle_has_nothing_before_it(self) -> None:
        make_sales()
        assert page_of(closed_quarter(1, LOW, STEADY)).course.before is None


def test_teams_to_choose_are_those_near_the_one_looked_at() -> None:
    make_sales()
    cycle = closed_quarter(1, LOW, STEADY)
    assert "North" not in [one.name for one in page_of(cycle).choices if cycle.teams.get(pk=one.pk).depth > 1]
    assert {"North", "South"} <= {one.name for one in page_of(cycle, NORTH).choices}
