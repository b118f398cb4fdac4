"""What stands behind HR's deeper pages: dimension, practice, managers and teams, bands, drivers."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from assessments.analysis.recommendations import Pattern
from assessments.analysis.values import Hidden, Shown
from assessments.models import Cycle, CycleTeam, Dimension, Driver, DriverModel, Figure, Practice, Quality
from assessments.results import reading as module
from assessments.results.bands import NOT_STUDIED, bands_page
from assessments.results.dimensions import dimension_page
from assessments.results.drivers import drivers_page
from assessments.results.figures import PRACTICE, asked_in
from assessments.results.gaps import GapsPage, gaps_page
from assessments.results.methods import NOT_COMPARED
from assessments.results.practices import PracticePage, practice_page
from assessments.results.reading import Place, Reading, listed, places_of, reading_of, units_in
from assessments.services.closing import close_cycle
from tests import factories
from tests.own_views import hand_in

pytestmark = pytest.mark.django_db

SIX = [f"Sales / Shop {number}" for number in range(1, 7)]


def reading(cycle: Cycle, path: str = "") -> Reading:
    return reading_of(cycle, [cycle], cycle.teams.select_related("cycle").get(path=path) if path else None)


def close_six(answers: Sequence[int], own_views: Sequence[int]) -> Cycle:
    """Six shops of six people in Sales: all people of one give the same answer; own views of as many shops as are given."""
    factories.make_organisation({"Sales": 0} | dict.fromkeys(SIX, 6))
    cycle = factories.make_cycle()
    for path, value in zip(SIX, answers, strict=True):
        factories.answer(cycle, path, [value] * 6)
    for path, value in zip(SIX, own_views, strict=False):
        hand_in(cycle, path, value)
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


def places_in(part: Reading) -> tuple[Place, ...]:
    return places_of(part, units_in(part), PRACTICE, "authority-to-help")


def names(places: Sequence[CycleTeam]) -> list[str]:
    return [unit.name for unit in places]


class TestPlaces:
    def test_a_hidden_unit_says_where_its_answers_count(self, closed_cycle: Cycle) -> None:
        places = {place.team.name: place.figure for place in places_in(reading(closed_cycle))}
        assert isinstance(places["North"], Shown)
        assert isinstance(places["Night"], Hidden)
        assert places["Night"].counted_in == "Support"

    def test_a_department_holds_its_own_units_only(self, closed_cycle: Cycle) -> None:
        places = places_in(reading(closed_cycle, "Sales"))
        assert [place.team.name for place in places] == ["Sales", "North", "South"]

    def test_of_very_many_units_a_page_names_the_departments(self, closed_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        units = units_in(reading(closed_cycle))
        assert listed(units) == units
        monkeypatch.setattr(module, "MOST_UNITS", 3)
        assert names(listed(units)) == ["Whole organisation", "Sales", "Support"]
        assert names(listed(units_in(reading(closed_cycle, "Sales")))) == ["Sales", "North", "South"]

    def test_managers_together_are_those_of_all_units_even_where_departments_stand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MOST_UNITS", 3)
        factories.make_organisation({"Sales": 0, "Support": 0} | dict.fromkeys(SIX, 6))
        cycle = factories.make_cycle()
        for path in SIX:
            factories.answer(cycle, path, [3] * 6)
        for path in SIX[:5]:
            hand_in(cycle, path, 4)
        close_cycle(cycle=cycle, now=True)
        page = gaps_page(reading(cycle), None, asked_in(cycle))
        line = page.together[0][1][0]
        assert page.only_departments
        assert line.managers is not None
        assert line.managers.units == 5


class TestDimension:
    def page(self, cycle: Cycle, code: str = "kindness", path: str = ""):
        return dimension_page(reading(cycle, path), Dimension.objects.get(code=code))

    def test_it_holds_the_practices_that_the_cycle_asked_for(self, closed_cycle: Cycle) -> None:
        page = self.page(closed_cycle)
        [asked] = [one for one in asked_in(closed_cycle) if one.code == "kindness"]
        assert tuple(line.practice for line in page.lines) == asked.practices
        assert isinstance(page.figure, Shown)

    def test_five_own_views_make_a_group_of_managers(self) -> None:
        page = self.page(close_six([3] * 6, [4, 4, 4, 4, 5]))
        assert page.managers is not None
        assert (page.managers.mean, page.managers.units) == (Decimal("4.2"), 5)
        assert {line.managers for line in page.lines} == {page.managers}

    def test_four_own_views_do_not(self) -> None:
        page = self.page(close_six([3] * 6, [4, 4, 4, 4]))
        assert page.managers is None
        assert {line.managers for line in page.lines} == {None}

    def test_a_department_stands_for_itself(self, closed_cycle: Cycle) -> None:
        whole, sales = self.page(closed_cycle), self.page(closed_cycle, path="Sales")
        assert isinstance(whole.figure, Shown)
        assert isinstance(sales.figure, Shown)
        assert sales.figure.n == 14 < whole.figure.n

    def test_one_that_was_not_asked_has_no_lines(self, closed_cycle: Cycle) -> None:
        closed_cycle.questionnaire.items.filter(practice__dimension__code="kindness").delete()
        assert self.page(closed_cycle).lines == ()


class TestPractice:
    def page(self, cycle: Cycle, code: str = "authority-to-help", path: str = "") -> PracticePage:
        return practice_page(reading(cycle, path), Practice.objects.get(code=code))

    def test_units_stand_above_alike_and_below_in_the_trees_order(self) -> None:
        page = self.page(close_six([4, 2, 3, 4, 3, 2], []))
        assert isinstance(page.figure, Shown)
        assert page.figure.mean.value == Decimal("3.0")
        assert names([place.team for place in page.above]) == ["Shop 1", "Shop 4"]
        assert names([place.team for place in page.below]) == ["Shop 2", "Shop 6"]
        assert names([place.team for place in page.alike]) == ["Shop 3", "Shop 5"]

    def test_hidden_units_are_in_none_of_the_three(self, closed_cycle: Cycle) -> None:
        page = self.page(closed_cycle)
        assert "Night" in names([place.team for place in page.hidden])
        grouped = [*page.above, *page.alike, *page.below]
        assert len(grouped) + len(page.hidden) == closed_cycle.teams.count() - 1

    def test_it_counts_where_a_manager_rates_clearly_higher_or_lower(self) -> None:
        page = self.page(close_six([3, 3, 3, 4, 4, 4], [5, 5, 3, 4, 2]))
        assert (page.blind_spots, page.hidden_strengths) == (2, 1)

    def test_the_step_that_fits_follows_the_level(self) -> None:
        assert self.page(close_six([2] * 6, [])).step == "start"

    def test_one_that_was_not_asked_keeps_its_wording_and_has_no_figure(self, closed_cycle: Cycle) -> None:
        practice = Practice.objects.exclude(items__questionnaire=closed_cycle.questionnaire).first()
        assert practice is not None
        page = self.page(closed_cycle, practice.code)
        assert (page.item, page.team_statement) == (None, practice.team)
        assert page.course.points == ()
        assert [quarter.asked for quarter in page.course.quarters] == [False]


class TestGaps:
    def page(self, cycle: Cycle, dimension: str = "", path: str = "") -> GapsPage:
        asked = asked_in(cycle)
        return gaps_page(reading(cycle, path), next((one for one in asked if one.code == dimension), None), asked)

    def test_the_four_patterns_are_told_apart(self) -> None:
        page = self.page(close_six([4, 2, 3, 4, 3, 3], [4, 2, 5, 2]))
        assert [view.pattern for unit in page.units if unit.handed_in for view in unit.views[:1]] == [
            Pattern.BOTH_HIGH,
            Pattern.BOTH_LOW,
            Pattern.BLIND_SPOT,
            Pattern.HIDDEN_STRENGTH,
        ]
        assert (page.both_high, page.both_low, page.blind_spots, page.hidden_strengths) == (10, 10, 10, 10)

    def test_units_without_an_own_view_are_counted_and_left_out_unless_they_hold_teams(self) -> None:
        page = self.page(close_six([3] * 6, [3]))
        assert (page.rated, page.missing) == (1, 6)
        assert [(unit.team.name, unit.handed_in) for unit in page.units] == [("Sales", False), ("Shop 1", True)]

    def test_a_team_too_small_to_show_gives_no_gap(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Support / Desk", [4] * 7)
        factories.answer(open_cycle, "Support / Night", [2] * 3)
        hand_in(open_cycle, "Support / Night", 5)
        close_cycle(cycle=open_cycle, now=True)
        [night] = [unit for unit in self.page(open_cycle).units if unit.team.name == "Night"]
        assert night.is_hidden
        assert {view.gap for view in night.views} == {None}

    def test_a_chosen_dimension_turns_columns_into_its_practices(self) -> None:
        page = self.page(close_six([3] * 6, [4] * 5), "kindness")
        assert page.dimension is not None
        assert page.columns == page.dimension.practices
        assert [dimension.code for dimension, _lines in page.together] == ["kindness"]

    def test_practice_by_practice_it_counts_units_and_lays_managers_beside_people(self) -> None:
        page = self.page(close_six([3] * 6, [5, 5, 3, 3, 3]))
        line = page.together[0][1][0]
        assert line.managers is not None
        assert (line.managers.mean, line.blind_spots, line.hidden_strengths) == (Decimal("3.8"), 2, 0)
        assert line.view.gap is not None
        assert line.view.gap.points == Decimal("0.8")

    def test_below_five_managers_nothing_is_said_of_them_together(self) -> None:
        line = self.page(close_six([3] * 6, [5, 5, 3, 3])).together[0][1][0]
        assert (line.managers, line.view.gap, line.blind_spots) == (None, None, 2)


class TestBands:
    def test_too_few_teams_are_not_compared_and_it_says_why(self, closed_cycle: Cycle) -> None:
        page = bands_page(reading(closed_cycle))
        assert page.compared == ()
        [(why, all_of_them)] = page.reasons
        assert why == NOT_COMPARED["too few teams"][1]
        assert len(all_of_them) == 11

    def test_a_cycle_closed_before_the_comparison_says_so(self, closed_cycle: Cycle) -> None:
        Quality.objects.all().delete()
        assert [why for why, _all in bands_page(reading(closed_cycle)).reasons] == [NOT_STUDIED]

    def test_teams_stand_in_their_stored_band_in_the_trees_order(self, closed_cycle: Cycle) -> None:
        for name, band in {"South": "upper", "North": "upper", "Support": "lower"}.items():
            Figure.objects.filter(team__name=name, kind="dimension", code="kindness").update(band=band)
        page = bands_page(reading(closed_cycle))
        [kindness] = page.compared
        assert (names(kindness.upper), names(kindness.middle), names(kindness.lower)) == (["North", "South"], [], ["Support"])
        [sales] = bands_page(reading(closed_cycle, "Sales")).compared
        assert (names(sales.upper), names(sales.lower)) == (["North", "South"], [])


class TestDrivers:
    def test_below_its_minimum_there_are_no_rows_and_a_reason(self, closed_cycle: Cycle) -> None:
        page = drivers_page(reading(closed_cycle))
        assert "fewer than 100 people" in str(page.together.withheld)
        assert page.drawn == ()

    def test_hidden_levels_have_no_place_in_the_picture_and_keep_their_number(self, closed_cycle: Cycle) -> None:
        DriverModel.objects.all().delete()
        model = DriverModel.objects.create(cycle=closed_cycle, r2=Decimal("0.47"), persons=300, teams=30)
        for rank, code in enumerate(("hiring", "kindness", "training"), start=1):
            Driver.objects.create(model=model, code=code, share=40 - 10 * rank, rank=rank, best=1, worst=3, sure=rank == 1)
        Figure.objects.filter(team__position=0, code="kindness").delete()
        page = drivers_page(reading(closed_cycle))
        assert [(number, row.share, row.sure) for number, row, _figure in page.drawn] == [(1, 30, True), (3, 10, False)]
