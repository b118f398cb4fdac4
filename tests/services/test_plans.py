"""Choosing, taking up, changing: what is written down and what is refused."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from assessments.models import Action, Cycle, CycleTeam, Focus, User
from assessments.models.clock import clock_set_to, today
from assessments.services.plans import CannotPlan, NotYoursToPlan, Owner, change_action, choose_focus, leave_focus, take_action
from tests import factories
from tests.plans import change, leader_of, practice, take
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales


@pytest.fixture
def north(closed_cycle: Cycle) -> CycleTeam:
    return closed_cycle.teams.get(path=NORTH)


class TestFocus:
    def test_two_can_be_chosen_and_a_third_is_refused_kindly(self, north: CycleTeam) -> None:
        for code in ("everyday-courtesy", "authority-to-help"):
            choose_focus(unit=north, practice=practice(code), by=leader_of(NORTH))
        with pytest.raises(CannotPlan, match="Leave one to take another"):
            choose_focus(unit=north, practice=practice("know-the-customer"), by=leader_of(NORTH))
        assert Focus.objects.filter(unit=north).count() == 2

    def test_the_same_again_is_harmless(self, north: CycleTeam) -> None:
        for _ in range(2):
            choose_focus(unit=north, practice=practice(), by=leader_of(NORTH))
        assert Focus.objects.filter(unit=north).count() == 1

    def test_leaving_one_makes_room_and_keeps_its_actions(self, closed_cycle: Cycle, north: CycleTeam) -> None:
        take(closed_cycle)
        leave_focus(unit=north, practice=practice(), by=leader_of(NORTH))
        assert not Focus.objects.exists()
        assert Action.objects.count() == 1

    def test_before_the_close_nothing_is_chosen(self, open_cycle: Cycle) -> None:
        unit = open_cycle.teams.get(path=NORTH)
        with pytest.raises(CannotPlan, match="wait until “2026 Q4” is closed"):
            choose_focus(unit=unit, practice=practice(), by=leader_of(NORTH))

    def test_a_plan_is_over_when_the_next_cycle_is_closed(self, db: None) -> None:
        make_sales()
        first = closed_quarter(1, LOW)
        closed_quarter(2, HIGH)
        with pytest.raises(CannotPlan, match="“2026 Q2” has taken its place"):
            take(first)


class TestWho:
    def test_leaders_of_the_unit_and_above_write(self, north: CycleTeam) -> None:
        for path in (NORTH, "Sales"):
            choose_focus(unit=north, practice=practice(), by=leader_of(path))
        assert Focus.objects.filter(unit=north).exists()

    @pytest.mark.parametrize("email", ["south@example.org", "support@example.org"])
    def test_other_leaders_do_not(self, north: CycleTeam, email: str) -> None:
        with pytest.raises(NotYoursToPlan):
            choose_focus(unit=north, practice=practice(), by=User.objects.get(email=email))

    def test_hr_writes_for_the_whole_organisation_only(self, north: CycleTeam, hr: User) -> None:
        whole = CycleTeam.objects.get(cycle=north.cycle, parent=None)
        choose_focus(unit=whole, practice=practice(), by=hr)
        assert Focus.objects.get().unit == whole
        with pytest.raises(NotYoursToPlan):
            choose_focus(unit=north, practice=practice(), by=hr)

    def test_an_hr_viewer_writes_nowhere(self, north: CycleTeam) -> None:
        whole, viewer = CycleTeam.objects.get(cycle=north.cycle, parent=None), factories.make_user(role="hr-viewer")
        with pytest.raises(NotYoursToPlan):
            choose_focus(unit=whole, practice=practice(), by=viewer)

    def test_nobody_else_changes_an_action(self, closed_cycle: Cycle, hr: User) -> None:
        action = take(closed_cycle)
        for other in (leader_of("Sales / South"), hr):
            with pytest.raises(NotYoursToPlan):
                change(action, "done", by=other)
        action.refresh_from_db()
        assert action.state == "unstarted"


class TestAction:
    def test_taking_one_up_chooses_its_practice(self, closed_cycle: Cycle, north: CycleTeam) -> None:
        action = take(closed_cycle)
        assert Focus.objects.get().practice == practice()
        assert (action.state, action.owner_name, action.made_by) == ("unstarted", "Leader of North", leader_of(NORTH))
        assert action.unit == north

    def test_for_a_third_practice_none_is_taken_up(self, closed_cycle: Cycle) -> None:
        take(closed_cycle)
        take(closed_cycle, code="authority-to-help")
        with pytest.raises(CannotPlan):
            take(closed_cycle, code="know-the-customer")
        assert Action.objects.count() == 2

    def test_done_has_a_day_and_reopened_has_none(self, closed_cycle: Cycle) -> None:
        action = change(take(closed_cycle), "done")
        assert action.finished == today()
        assert change(action, "doing").finished is None

    def test_dropping_needs_a_reason_which_stays_with_it(self, closed_cycle: Cycle) -> None:
        action = take(closed_cycle)
        with pytest.raises(CannotPlan, match="why it is dropped"):
            change(action, "dropped")
        action = change(action, "dropped", "The shop is being moved")
        assert (action.reason, action.finished) == ("The shop is being moved", today())
        action = change(action, "dropped", "And it rains")
        assert action.reason == "The shop is being moved"
        assert change(action, "unstarted").reason == ""

    def test_the_history_tells_what_changed_from_what_to_what(self, closed_cycle: Cycle) -> None:
        action = take(closed_cycle)
        before = action.due
        after = before + datetime.timedelta(days=7)
        change_action(action=action, state="doing", owner=Owner("Anna"), due=after, note="Begun", by=leader_of(NORTH))
        note = action.notes.get()
        assert (note.state_from, note.state_to) == ("unstarted", "doing")
        assert (note.due_from, note.due_to) == (before, after)
        assert (note.owner_to, note.note, note.by) == ("Anna", "Begun", "Leader of North")

    def test_nothing_changed_is_no_entry(self, closed_cycle: Cycle) -> None:
        action = take(closed_cycle)
        change(action, "unstarted")
        assert not action.notes.exists()

    def test_the_history_outlives_the_account(self, closed_cycle: Cycle) -> None:
        action = change(take(closed_cycle), "doing")
        leader_of(NORTH).delete()
        action.refresh_from_db()
        assert action.made_by is None
        assert (action.notes.get().by, action.owner_name) == ("Leader of North", "Leader of North")


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "dropped", "finished": datetime.date(2026, 1, 1)},
        {"state": "done"},
        {"finished": datetime.date(2026, 1, 1)},
        {"words": ""},
        {"owner_name": ""},
    ],
    ids=["dropped without a reason", "done without a day", "a day and not done", "no words", "nobody"],
)
def test_the_database_itself_refuses_what_makes_no_sense(closed_cycle: Cycle, broken: dict) -> None:
    action = take(closed_cycle)
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(**broken)


class TestCarrying:
    @pytest.fixture
    def first(self, db: None) -> Cycle:
        make_sales()
        return closed_quarter(1, LOW)

    def test_all_of_the_cycle_before_are_carried_over_and_nothing_of_its_own(self, first: Cycle) -> None:
        done, dropped, open_one = take(first), take(first, words="Smile"), take(first, words="Thank")
        change(done, "done")
        change(dropped, "dropped", "No")
        second = closed_quarter(2, HIGH)
        own = take(second, words="New")
        assert set(Action.objects.carried_into(second)) == {done, dropped, open_one}
        assert set(Action.objects.standing_in(second)) == {done, dropped, open_one, own}
        assert not Action.objects.carried_into(first)

    def test_two_cycles_on_only_what_was_still_open_comes_along(self, first: Cycle) -> None:
        done, open_one = take(first), take(first, words="Thank")
        with clock_set_to(first.closes - datetime.timedelta(days=1)):
            change(done, "done")
        second = closed_quarter(2, HIGH)
        third = closed_quarter(3, HIGH)
        assert set(Action.objects.carried_into(third)) == {open_one}
        with clock_set_to(second.closes + datetime.timedelta(days=1)):
            change(open_one, "done")
        assert set(Action.objects.carried_into(third)) == {open_one}

    def test_it_goes_with_the_team_and_not_with_its_neighbour(self, first: Cycle) -> None:
        action = take(first)
        second = closed_quarter(2, HIGH)
        assert list(Action.objects.of_same_team(second.teams.get(path=NORTH))) == [action]
        assert not Action.objects.of_same_team(second.teams.get(path="Sales / South"))

    def test_the_whole_organisations_go_with_the_whole(self, closed_cycle: Cycle, hr: User) -> None:
        whole = closed_cycle.teams.get(parent=None)
        action = take_action(unit=whole, practice=practice(), words="A day", owner=Owner("HR"), due=today(), by=hr)
        later = factories.make_cycle("2027 Q1")
        assert list(Action.objects.of_same_team(later.teams.get(parent=None))) == [action]
        assert not Action.objects.of_same_team(later.teams.get(path=NORTH))
