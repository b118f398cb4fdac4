"""The heat map: which rows and columns it has, in which order, and beside what."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from assessments.analysis.standing import Standing
from assessments.analysis.values import Hidden, Shown
from assessments.models import Cycle
from assessments.results.folding import ALL, DEPARTMENTS, Fold
from assessments.results.heatmap import BEFORE, WHOLE, Choice, HeatMap, heat_map_of
from assessments.results.reading import reading_of
from assessments.services.closing import close_cycle
from assessments.views.heatmap import choice_in
from tests import factories
from tests.quarters import NORTH, risen


def read(cycle: Cycle, choice: Choice = Choice(), under: str = "") -> HeatMap:  # noqa: B008  # frozen
    unit = cycle.teams.get(path=under) if under else None
    return heat_map_of(reading_of(cycle, [cycle], unit), choice)


def names(page: HeatMap) -> list[str]:
    return [row.team.name for row in page.rows[1:]]


class TestRows:
    def test_a_small_organisation_is_shown_whole(self, closed_cycle: Cycle) -> None:
        assert names(read(closed_cycle)) == ["Sales", "North", "South", "Support", "Desk", "Night"]

    def test_of_many_teams_it_shows_the_departments(self, closed_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assessments.results.folding.FEW_ROWS", 6)
        page = read(closed_cycle)
        assert names(page) == ["Sales", "Support"]
        assert page.units == 6

    def test_one_department_opens(self, closed_cycle: Cycle) -> None:
        sales = closed_cycle.teams.get(name="Sales")
        page = read(closed_cycle, Choice(fold=Fold(DEPARTMENTS, frozenset({str(sales.uid)}))))
        assert names(page) == ["Sales", "North", "South", "Support"]
        assert [row.is_open for row in page.rows if row.query] == [True, False]

    def test_one_department_shuts_and_its_link_opens_it_again(self, closed_cycle: Cycle) -> None:
        sales = closed_cycle.teams.get(name="Sales")
        page = read(closed_cycle, Choice(fold=Fold(ALL, frozenset({str(sales.uid)}))))
        assert names(page) == ["Sales", "Support", "Desk", "Night"]
        assert page.rows[1].query == f"?cycle={closed_cycle.slug}&level=all"

    def test_a_department_alone_stands_at_the_top(self, closed_cycle: Cycle) -> None:
        page = read(closed_cycle, under="Sales")
        assert [row.team.name for row in page.rows] == ["Sales", "North", "South"]
        assert page.choice.under == str(page.rows[0].team.uid)
        assert not page.rows[0].query

    def test_a_hidden_unit_names_the_one_in_which_its_answers_count(self, closed_cycle: Cycle) -> None:
        (night,) = [row for row in read(closed_cycle, under="Support").rows if row.team.name == "Night"]
        assert night.is_hidden
        assert night.cells == (Hidden("Support"),) * 11


class TestColumns:
    def test_they_are_overall_and_the_dimensions(self, closed_cycle: Cycle) -> None:
        page = read(closed_cycle)
        assert [column.code for column in page.columns] == ["overall", *(one.code for one in page.dimensions)]

    def test_a_dimension_opens_into_its_practices(self, closed_cycle: Cycle) -> None:
        page = read(closed_cycle, Choice(dimension="kindness"))
        assert page.dimension is not None
        assert [column.code for column in page.columns] == ["kindness", *(one.code for one in page.dimension.practices)]
        assert all(isinstance(cell, Shown) for cell in page.rows[0].cells)

    def test_a_dimension_that_was_not_asked_leaves_all_of_them(self, closed_cycle: Cycle) -> None:
        page = read(closed_cycle, Choice(dimension="weather", sort="wind"))
        assert (page.dimension, page.choice.sort, len(page.columns)) == (None, "", 11)


class TestOrder:
    def test_teams_stand_lowest_first_with_their_department(self, closed_cycle: Cycle) -> None:
        page = read(closed_cycle, Choice(sort="overall"))
        means = [row.cells[0].mean.value for row in page.rows[1:] if isinstance(row.cells[0], Shown)]
        assert means == sorted(means)
        assert len(means) > 1
        assert {(row.team.name, row.department) for row in page.rows[1:]} >= {("North", "Sales"), ("Desk", "Support")}
        assert "Sales" not in names(page)

    @pytest.mark.parametrize("down", [True, False])
    def test_hidden_teams_come_last_whichever_way_round(self, closed_cycle: Cycle, down: bool) -> None:
        page = read(closed_cycle, Choice(sort="kindness", down=down))
        hidden = [isinstance(row.cells[1], Hidden) for row in page.rows[1:]]
        assert hidden == sorted(hidden)
        assert any(hidden)

    def test_departments_are_sorted_among_themselves(self, closed_cycle: Cycle) -> None:
        assert set(names(read(closed_cycle, Choice(sort="overall", fold=Fold(DEPARTMENTS))))) == {"Sales", "Support"}

    def test_by_name(self, closed_cycle: Cycle) -> None:
        assert names(read(closed_cycle, Choice(sort="name"))) == ["Desk", "Night", "North", "South"]
        assert names(read(closed_cycle, Choice(sort="name", down=True))) == ["South", "North", "Night", "Desk"]

    def test_a_second_press_turns_the_order_round(self, closed_cycle: Cycle) -> None:
        first = read(closed_cycle, Choice(sort="kindness"))
        assert first.sorted_by is not None
        assert (first.sorted_by.code, first.sorted_by.sorted) == ("kindness", "ascending")
        assert "order=down" in first.sorted_by.query
        assert all("order=down" not in column.query for column in first.columns if column.code != "kindness")

    def test_a_long_list_comes_in_pages(self, closed_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assessments.results.heatmap.PAGE", 3)
        first, last = (read(closed_cycle, Choice(sort="name", page=page)) for page in (1, 99))
        assert (names(first), names(last)) == (["Desk", "Night", "North"], ["South"])
        assert (first.previous_query, last.next_query) == ("", "")
        assert (first.from_row, first.to_row, last.from_row, last.to_row) == (1, 3, 4, 4)
        assert "page=2" in first.next_query
        assert "page=" not in last.previous_query


class TestBeside:
    def test_the_whole_is_subtracted_as_printed(self, closed_cycle: Cycle) -> None:
        page = read(closed_cycle, Choice(beside=WHOLE))
        whole = page.rows[0].cells[0]
        assert isinstance(whole, Shown)
        assert page.rows[0].beside == ()
        for row in page.rows[1:]:
            figure, place = row.cells[0], row.beside[0]
            if isinstance(figure, Shown):
                assert place is not None
                assert place.points == figure.mean.value - whole.mean.value
            else:
                assert place is None
        (south,) = [row for row in page.rows if row.team.name == "South"]
        assert south.beside[0] is not None
        assert south.beside[0].standing is Standing.BELOW

    def test_a_clipped_mean_leaves_the_word(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [5] * 8)
        factories.answer(open_cycle, "Support / Desk", [3] * 7)
        close_cycle(cycle=open_cycle, now=True)
        open_cycle.refresh_from_db()
        (north,) = [row for row in read(open_cycle, Choice(beside=WHOLE)).rows if row.team.name == "North"]
        assert north.beside[0] is not None
        assert (north.beside[0].points, north.beside[0].standing) == (None, Standing.ABOVE)

    def test_the_cycle_before_sorts_by_clear_changes(self, db: None) -> None:
        page = read(risen(), Choice(beside=BEFORE, sort="overall", down=True))
        assert page.before is not None
        assert page.rows[1].team.path == NORTH
        figure = page.rows[1].cells[0]
        assert isinstance(figure, Shown)
        assert figure.change is not None
        assert figure.change.points == Decimal("1.0")


def test_its_address_leads_to_the_same_page() -> None:
    choice = Choice("", "", "kindness", BEFORE, "overall", down=True, fold=Fold(DEPARTMENTS, frozenset({"a", "b"})), page=2)
    assert choice_in(QueryDict(choice.query[1:])) == choice
    shut = replace(choice, fold=Fold(ALL, frozenset({"c"})))
    assert choice_in(QueryDict(shut.query[1:])) == shut


@pytest.mark.parametrize("choice", [Choice(), Choice(sort="overall", beside=WHOLE), Choice(dimension="kindness", beside=BEFORE)])
def test_its_queries_do_not_grow_with_the_teams(db: None, choice: Choice) -> None:
    def queries(number: int, name: str) -> int:
        teams = {f"{name} / {name} team {at}": 5 for at in range(number)}
        factories.make_organisation(teams)
        cycle = factories.make_cycle(name)
        for path in teams:
            factories.answer(cycle, path, [4, 3, 4, 3, 4])
        close_cycle(cycle=cycle, now=True)
        cycle = Cycle.objects.get(pk=cycle.pk)
        reading = reading_of(cycle, [cycle])
        with CaptureQueriesContext(connection) as captured:
            heat_map_of(reading, choice)
        return len(captured)

    few = queries(4, "2026 Q3")
    assert queries(12, "2026 Q4") == few
