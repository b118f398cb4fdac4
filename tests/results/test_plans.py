"""What a plan shows, what became of it in the next cycle, and how all units stand."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.analysis.values import Hidden, Shown
from assessments.models import Cycle, Figure, FigureChange, User
from assessments.results.acting import roll_up
from assessments.results.overview import overview_of
from assessments.results.plans import actions_of_leader, follow_up, plan_of, plan_page
from assessments.services.closing import close_cycle
from assessments.services.plans import Owner, take_action
from tests import factories
from tests.plans import COURTESY, change, leader_of, practice, take
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales


class TestPlan:
    def test_the_reports_opportunities_come_first_and_a_chosen_one_is_no_suggestion_any_more(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, NORTH, [factories.all_answers(open_cycle, 4, everyday_courtesy=2)] * 8)
        close_cycle(cycle=open_cycle, now=True)
        open_cycle.refresh_from_db()
        unit, leader = open_cycle.teams.get(path=NORTH), leader_of(NORTH)
        assert plan_page(unit, leader).suggestions[0].practice.code == COURTESY
        take(open_cycle)
        page = plan_page(unit, leader)
        assert COURTESY not in [one.practice.code for one in page.suggestions]
        assert COURTESY not in [practice.code for _title, practices in page.choices for practice in practices]
        assert [(part.practice.code, len(part.actions)) for part in page.parts] == [(COURTESY, 1)]

    @pytest.mark.parametrize(("value", "step"), [(2, "start"), (3, "build"), (4, "keep")])
    def test_the_step_that_fits_follows_the_level(self, open_cycle: Cycle, value: int, step: str) -> None:
        factories.answer(open_cycle, NORTH, [value] * 8)
        close_cycle(cycle=open_cycle, now=True)
        open_cycle.refresh_from_db()
        take(open_cycle)
        assert plan_page(open_cycle.teams.get(path=NORTH), leader_of(NORTH)).parts[0].step == step

    def test_a_team_too_small_can_take_up_any_practice(self, closed_cycle: Cycle) -> None:
        take(closed_cycle, "Support / Night")
        page = plan_page(closed_cycle.teams.get(path="Support / Night"), leader_of("Night"))
        assert isinstance(page.parts[0].figure, Hidden)
        assert (page.suggestions, page.parts[0].step, page.plan.writes) == ((), "start", True)
        assert sum(len(practices) for _title, practices in page.choices) == 58

    def test_hr_reads_and_does_not_write(self, closed_cycle: Cycle, hr: User) -> None:
        take(closed_cycle)
        plan = plan_of(closed_cycle.teams.get(path=NORTH), hr)
        assert (len(plan.actions), plan.writes) == (1, False)

    def test_an_earlier_plan_is_only_read(self, db: None) -> None:
        make_sales()
        first = closed_quarter(1, LOW)
        assert plan_of(first.teams.get(path=NORTH), leader_of(NORTH)).writes
        closed_quarter(2, HIGH)
        assert not plan_of(first.teams.get(path=NORTH), leader_of(NORTH)).writes

    def test_a_leader_finds_the_open_ones_of_the_teams_led(self, closed_cycle: Cycle) -> None:
        mine, done = take(closed_cycle), take(closed_cycle, words="Smile")
        take(closed_cycle, "Sales / South")
        change(done, "done")
        assert [line.uid for line in actions_of_leader(leader_of(NORTH))] == [mine.uid]
        assert actions_of_leader(leader_of("Sales")) == ()


class TestFollowUp:
    @pytest.fixture
    def first(self, db: None) -> Cycle:
        make_sales()
        cycle = closed_quarter(1, LOW)
        change(take(cycle), "done")
        return cycle

    def test_it_says_what_closing_has_stored_and_nothing_else(self, first: Cycle) -> None:
        second = closed_quarter(2, HIGH)
        unit = second.teams.get(path=NORTH)
        (found,) = follow_up(unit)
        stored = FigureChange.objects.get(figure__team=unit, figure__code=COURTESY)
        assert found.change
        assert (found.change.direction, found.change.points) == (stored.direction, stored.points) == ("up", Decimal("1.0"))
        assert found.before
        assert found.before.value == Figure.objects.get(team__cycle=first, team__path=NORTH, code=COURTESY).mean
        assert found.change.since == first.name
        assert (found.action.state, found.asked) == ("done", True)

    def test_no_clear_change_is_said_as_it_was_stored(self, first: Cycle) -> None:
        (found,) = follow_up(closed_quarter(2, LOW).teams.get(path=NORTH))
        assert found.change
        assert (found.change.direction, found.change.points) == ("none", None)

    def test_what_was_not_compared_has_a_figure_and_no_change(self, first: Cycle) -> None:
        (found,) = follow_up(closed_quarter(2, HIGH[:8]).teams.get(path=NORTH))
        assert isinstance(found.figure, Shown)
        assert found.change is None

    def test_where_the_team_is_hidden_so_is_its_practice(self, first: Cycle) -> None:
        (found,) = follow_up(closed_quarter(2, HIGH[:2]).teams.get(path=NORTH))
        assert isinstance(found.figure, Hidden)
        assert found.change is None

    def test_what_was_not_asked_again_is_said_so(self, db: None) -> None:
        make_sales()
        first = closed_quarter(1, LOW, questionnaire="full-review")
        second_asks = set(factories.quarterly_check().items.values_list("practice__code", flat=True))
        left_out = next(item.practice.code for item in first.questionnaire.items.all() if item.practice.code not in second_asks)
        take(first, code=left_out)
        (found,) = follow_up(closed_quarter(2, HIGH).teams.get(path=NORTH))
        assert not found.asked

    def test_without_earlier_actions_there_is_nothing_to_follow_up(self, closed_cycle: Cycle) -> None:
        take(closed_cycle)
        assert follow_up(closed_cycle.teams.get(path=NORTH)) == ()


class TestRollUp:
    def test_it_counts_by_state_and_by_department(self, closed_cycle: Cycle) -> None:
        change(take(closed_cycle), "done")
        take(closed_cycle, "Sales / South")
        change(take(closed_cycle, "Support / Desk"), "dropped", "No time")
        page = roll_up(closed_cycle, [closed_cycle])
        assert dict(page.states) == {"not started": 1, "in progress": 0, "on hold": 0, "done": 1, "dropped": 1}
        assert [(row.unit.name, row.counts) for row in page.departments if row.unit] == [
            ("Sales", (1, 0, 0, 1, 0)),
            ("Support", (0, 0, 0, 0, 1)),
        ]
        assert [(row.without, row.teams) for row in page.departments] == [(0, 2), (2, 2)]

    def test_a_dropped_action_is_none_and_a_finished_one_is(self, closed_cycle: Cycle) -> None:
        change(take(closed_cycle), "done")
        change(take(closed_cycle, "Sales / South"), "dropped", "No time")
        page = roll_up(closed_cycle, [closed_cycle])
        assert [unit.name for unit in page.without] == ["South"]
        assert [unit.name for unit in page.too_small] == ["Desk", "Night"]
        assert (page.with_action, page.teams) == (1, 4)

    def test_hrs_first_screen_counts_the_same_teams(self, db: None) -> None:
        make_sales()
        first = closed_quarter(1, LOW)
        take(first, NORTH)
        second = closed_quarter(2, HIGH)
        take(second, "Sales")  # of a department, which is no team
        for cycle, active in ((first, 1), (second, 1)):
            acting, page = overview_of(cycle).acting, roll_up(cycle, ())
            assert (acting.teams, acting.active) == (page.teams, page.with_action) == (2, active)

    def test_overdue_ones_come_latest_first(self, closed_cycle: Cycle) -> None:
        take(closed_cycle, days=-3, words="Three")
        take(closed_cycle, "Sales / South", days=-9, words="Nine")
        change(take(closed_cycle, days=-20, words="Done"), "done")
        assert [one.line.words for one in roll_up(closed_cycle, [closed_cycle]).late] == ["Nine", "Three"]

    def test_what_is_carried_over_counts_where_the_team_is_now(self, db: None) -> None:
        make_sales()
        take(closed_quarter(1, LOW))
        second = closed_quarter(2, HIGH)
        page = roll_up(second, [second])
        assert page.total == 1
        assert [unit.name for unit in page.without] == ["South"]

    def test_the_whole_organisations_own_have_a_row_of_their_own(self, closed_cycle: Cycle, hr: User) -> None:
        whole = closed_cycle.teams.get(parent=None)
        take_action(unit=whole, practice=practice(), words="A day", owner=Owner("HR"), due=closed_cycle.closes, by=hr)
        page = roll_up(closed_cycle, [closed_cycle])
        assert [row.unit.name for row in page.departments if row.unit] == ["Sales", "Support", whole.name]
        assert page.departments[-1].total == 1
        assert page.with_action == 0

    def test_a_team_that_is_gone_is_counted_and_not_named_as_a_department(self, db: None) -> None:
        make_sales()
        first = closed_quarter(1, LOW)
        take(first)
        second = closed_quarter(2, HIGH)
        second.teams.filter(path=NORTH).update(team=None)
        page = roll_up(second, [second])
        assert [(row.unit, row.total) for row in page.departments if row.unit is None] == [(None, 1)]


@pytest.mark.django_db
@pytest.mark.slow
def test_forty_teams_cost_as_many_queries_as_ten() -> None:
    assert queries(10) == queries(40)


def queries(teams: int) -> tuple[int, int]:
    """Of the roll-up and of the plan above all teams, every second of which has an action that is overdue."""
    names = [f"Of{teams} / T{teams}x{number}" for number in range(teams)]
    factories.make_organisation({f"Of{teams}": 0} | dict.fromkeys(names, 5))
    cycle = factories.make_cycle(f"Of {teams}")
    for name in names:
        factories.answer(cycle, name, [3] * 5)
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    for name in names[::2]:
        take(cycle, name, days=-1)
    take(cycle, f"Of{teams}")
    with CaptureQueriesContext(connection) as rolled:
        roll_up(cycle, [cycle])
    with CaptureQueriesContext(connection) as planned:
        plan_page(cycle.teams.get(path=f"Of{teams}"), leader_of(f"Of{teams}"))
    return len(rolled), len(planned)
