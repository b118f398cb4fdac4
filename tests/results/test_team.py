"""One unit after close: the figures behind its page and report."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.analysis.recommendations import Pattern
from assessments.analysis.values import Hidden, Participation, Shown
from assessments.models import Cycle, CycleTeam, Figure, Practice, Questionnaire, Team, User
from assessments.results.team import TeamResult, team_result
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories


def result_of(cycle: Cycle, path: str) -> TeamResult:
    return team_result(CycleTeam.objects.select_related("cycle").get(cycle=cycle, path=path))


def closed(cycle: Cycle, path: str = "Sales / North") -> TeamResult:
    close_cycle(cycle=cycle, now=True)
    return result_of(cycle, path)


def rate(cycle: Cycle, values: int | dict[str, int], *, submit: bool = True) -> None:
    """The leader of North rates every practice, and hands it in."""
    leader, unit = User.objects.get(email="north@example.org"), cycle.teams.get(path="Sales / North")
    ratings = values if isinstance(values, dict) else factories.all_answers(cycle, values)
    save_self_assessment(team=unit, values={code: {"value": value} for code, value in ratings.items()}, by=leader)
    if submit:
        submit_self_assessment(team=unit, by=leader)


class TestShownTeam:
    def test_it_holds_every_practice_in_the_questionnaires_order(self, closed_cycle: Cycle) -> None:
        found = result_of(closed_cycle, "Sales / North")
        codes = [line.code for dimension in found.dimensions for line in dimension.practices]
        assert codes == list(closed_cycle.questionnaire.items.values_list("practice__code", flat=True))
        assert found.participation == Participation(8, 8)
        assert not found.is_hidden

    def test_its_figures_are_the_stored_ones(self, closed_cycle: Cycle) -> None:
        found = result_of(closed_cycle, "Sales / North")
        unit = closed_cycle.teams.get(path="Sales / North")
        stored = {(row.kind, row.code): row.value(unit.invited) for row in Figure.objects.filter(team=unit)}
        assert found.overall.figure == stored["overall", ""]
        for dimension in found.dimensions:
            assert dimension.line.figure == stored["dimension", dimension.line.code]
            assert all(line.figure == stored["practice", line.code] for line in dimension.practices)

    def test_every_line_has_the_median_team_beside_it(self, db: None) -> None:
        paths = [f"Team {number}" for number in range(1, 6)]
        factories.make_organisation(dict.fromkeys(paths, 5))
        cycle = factories.make_cycle()
        for value, path in zip([2, 2, 3, 4, 4], paths, strict=True):
            factories.answer(cycle, path, [value] * 5)
        found = closed(cycle, "Team 1")
        lines = [found.overall, *(line for part in found.dimensions for line in (part.line, *part.practices))]
        assert {(line.median, line.figure.mean.value) for line in lines if isinstance(line.figure, Shown)} == {(3, 2)}

    def test_with_few_teams_there_is_no_median(self, closed_cycle: Cycle) -> None:
        found = result_of(closed_cycle, "Sales / North")
        assert {line.median for part in found.dimensions for line in (part.line, *part.practices)} == {None}

    def test_without_a_submitted_view_there_is_neither_rating_nor_pattern(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        rate(open_cycle, 5, submit=False)
        found = closed(open_cycle)
        assert not found.has_manager_view
        assert found.difference is None
        lines = [found.overall, *(line for dimension in found.dimensions for line in (dimension.line, *dimension.practices))]
        assert {(line.manager, line.pattern) for line in lines} == {(None, None)}

    def test_the_managers_view_stands_beside_the_teams(self, open_cycle: Cycle) -> None:
        ratings = factories.all_answers(open_cycle, 3, kind_to_each_other=5)
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        rate(open_cycle, ratings)
        found = closed(open_cycle)
        kindness = found.dimensions[0]
        assert [line.manager for line in kindness.practices] == [5, 3, 3]
        assert (kindness.line.manager, kindness.line.pattern) == (Decimal("3.7"), Pattern.BLIND_SPOT)
        assert found.blind_spots == (kindness.line,)
        assert len(found.both_low) == 9
        assert (found.both_high, found.hidden_strengths, found.no_pattern) == ((), (), ())

    def test_it_names_the_practice_on_which_the_two_differ_most(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        rate(open_cycle, factories.all_answers(open_cycle, 4, everyday_courtesy=1))
        difference = closed(open_cycle).difference
        assert difference is not None
        assert (difference.practice.code, difference.gap.points) == ("everyday-courtesy", Decimal("-2.0"))

    def test_strengths_and_opportunities_carry_their_advice(self, open_cycle: Cycle) -> None:
        answers = factories.all_answers(open_cycle, 3, kind_to_each_other=4, everyday_courtesy=2)
        factories.answer(open_cycle, "Sales / North", [answers] * 8)
        found = closed(open_cycle)
        assert [one.practice.code for one in found.strengths] == ["kind-to-each-other"]
        assert found.opportunities[0].practice.code == "everyday-courtesy"
        assert found.opportunities[0].advice.idea == Practice.objects.get(code="everyday-courtesy").idea
        assert len(found.opportunities) == 3

    def test_the_same_figures_give_the_same_result(self, closed_cycle: Cycle) -> None:
        assert result_of(closed_cycle, "Sales / North") == result_of(closed_cycle, "Sales / North")


class TestExtremes:
    def dimensions(self, cycle: Cycle, usual: int, **values: int) -> dict[str, int]:
        items = cycle.questionnaire.items.select_related("practice__dimension")
        return {item.practice.code: values.get(item.practice.dimension.code, usual) for item in items}

    def test_it_knows_the_highest_and_the_lowest_dimension(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [self.dimensions(open_cycle, 3, kindness=4, hiring=2)] * 8)
        found = closed(open_cycle)
        assert found.highest is not None
        assert found.lowest is not None
        assert (found.highest.code, found.lowest.code) == ("kindness", "hiring")

    def test_where_several_share_the_end_none_is_named(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [self.dimensions(open_cycle, 3, kindness=4, training=4)] * 8)
        found = closed(open_cycle)
        assert (found.highest, found.lowest) == (None, None)


class TestHiddenTeam:
    def test_it_has_no_figure_at_all(self, closed_cycle: Cycle) -> None:
        found = result_of(closed_cycle, "Support / Night")
        assert found.is_hidden
        figures = [found.overall.figure, *(line.figure for part in found.dimensions for line in (part.line, *part.practices))]
        assert all(isinstance(figure, Hidden) for figure in figures)
        assert (found.strengths, found.opportunities, found.difference) == ((), (), None)

    def test_it_names_the_next_larger_shown_unit(self, closed_cycle: Cycle) -> None:
        found = result_of(closed_cycle, "Support / Night")
        assert found.counted_in is not None
        above = [unit for unit in reversed(found.above) if hasattr(unit, "participation")]
        assert found.counted_in == above[0]

    def test_where_no_unit_above_is_shown_it_names_none(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Support / Night", [3])
        assert closed(open_cycle, "Support / Night").counted_in is None

    def test_a_shown_team_counts_in_itself(self, closed_cycle: Cycle) -> None:
        assert result_of(closed_cycle, "Sales / North").counted_in is None


class TestDepartment:
    def test_it_lists_the_teams_directly_below(self, closed_cycle: Cycle) -> None:
        found = result_of(closed_cycle, "Sales")
        assert [(below.team.name, type(below.overall)) for below in found.below] == [("North", Shown), ("South", Shown)]
        assert [unit.path for unit in found.above] == ["Whole organisation"]

    def test_a_hidden_team_below_names_where_its_answers_count(self, closed_cycle: Cycle) -> None:
        night = {below.team.name: below.overall for below in result_of(closed_cycle, "Support").below}["Night"]
        assert isinstance(night, Hidden)
        assert night.counted_in

    def test_a_team_without_teams_lists_none(self, closed_cycle: Cycle) -> None:
        assert result_of(closed_cycle, "Sales / North").below == ()


class TestFirst:
    def test_the_first_cycle_is_the_first_look(self, closed_cycle: Cycle) -> None:
        assert result_of(closed_cycle, "Sales / North").is_first

    def next_cycle(self, days: int) -> Cycle:
        cycle = factories.make_cycle("2027 Q1", days=days)
        close_cycle(cycle=cycle, now=True)
        return cycle

    @pytest.mark.parametrize("days", [14, 30])
    def test_the_second_is_not_even_where_both_end_on_one_day(self, closed_cycle: Cycle, days: int) -> None:
        second = self.next_cycle(days)
        assert not result_of(second, "Sales / North").is_first
        assert result_of(closed_cycle, "Sales / North").is_first

    def test_a_new_team_has_its_first_look_later(self, closed_cycle: Cycle) -> None:
        factories.make_person("Sales / West")
        assert result_of(self.next_cycle(30), "Sales / West").is_first

    def test_a_removed_team_is_not_taken_for_another_removed_one(self, closed_cycle: Cycle) -> None:
        factories.make_person("Sales / West")
        second = self.next_cycle(30)
        Team.objects.filter(path__in=["Sales / North", "Sales / West"]).delete()
        assert result_of(second, "Sales / West").is_first


class TestQueries:
    def count(self, unit: CycleTeam) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            team_result(CycleTeam.objects.select_related("cycle").get(pk=unit.pk))
        return len(queries)

    def test_they_are_as_many_for_59_practices_as_for_30(self, organisation: None) -> None:
        counts = []
        for name, code in (("2026 Q4", "quarterly-check"), ("2027 Q1", "full-review")):
            factories.quarterly_check()
            cycle = factories.make_cycle(name, questionnaire=Questionnaire.objects.newest(code))
            factories.answer(cycle, "Sales / North", [4, 4, 3, 2, 3, 4])
            factories.answer(cycle, "Sales / South", [3] * 6)
            close_cycle(cycle=cycle, now=True)
            counts.append((self.count(cycle.teams.get(path="Sales / North")), self.count(cycle.teams.get(path="Sales"))))
        assert counts[0] == counts[1]

    def test_they_are_as_many_for_12_teams_as_for_4(self, db: None) -> None:
        counts = []
        for name, teams in (("2026 Q4", 4), ("2027 Q1", 12)):
            names = [f"Sales / Team {number}" for number in range(teams)]
            factories.make_organisation({path: 5 for path in names if not Team.objects.filter(path=path).exists()})
            cycle = factories.make_cycle(name)
            for path in names:
                factories.answer(cycle, path, [4, 4, 3, 2, 3])
            close_cycle(cycle=cycle, now=True)
            counts.append((self.count(cycle.teams.get(path=names[0])), self.count(cycle.teams.get(path="Sales"))))
        assert counts[0] == counts[1]
