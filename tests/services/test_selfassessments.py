"""The leader's own view is saved field by field and submitted whole."""

import datetime

import pytest
from django.utils import timezone

from assessments.models import Answer, Cycle, CycleTeam, SelfAssessment, User
from assessments.services.selfassessments import (
    AnswerError,
    ClosedError,
    NotItsLeaderError,
    UnansweredError,
    save_self_assessment,
    submit_self_assessment,
)
from tests import factories


@pytest.fixture
def north(open_cycle: Cycle) -> CycleTeam:
    return open_cycle.teams.get(path="Sales / North")


@pytest.fixture
def leader(north: CycleTeam) -> User:
    return User.objects.get(email="north@example.org")


@pytest.fixture
def codes(north: CycleTeam) -> list[str]:
    return list(north.cycle.questionnaire.items.values_list("practice__code", flat=True))


def kept(team: CycleTeam, code: str) -> Answer:
    return Answer.objects.get(assessment__team=team, item__practice__code=code)


def end(cycle: Cycle) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Cycle.objects.filter(pk=cycle.pk).update(opens=yesterday, closes=yesterday)


class TestSaving:
    def test_it_keeps_any_part_of_the_form(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={codes[0]: {"value": 4}, codes[1]: {"note": "Soon."}}, by=leader)
        assert kept(north, codes[0]).value == 4
        assert (kept(north, codes[1]).value, kept(north, codes[1]).note) == (None, "Soon.")

    def test_it_writes_only_the_named_fields(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={codes[0]: {"value": 2, "under_way": True, "note": "Mine"}}, by=leader)
        save_self_assessment(team=north, values={codes[0]: {"value": 3}}, by=leader)
        answer = kept(north, codes[0])
        assert (answer.value, answer.under_way, answer.note) == (3, True, "Mine")

    def test_a_deputy_writes_into_the_same_form(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        deputy = factories.make_user("deputy@example.org")
        factories.make_person("Sales / North", "leader", user=deputy)
        save_self_assessment(team=north, values={codes[0]: {"value": 2}}, by=leader)
        save_self_assessment(team=north, values={codes[1]: {"value": 5}}, by=deputy)
        assert SelfAssessment.objects.count() == 1
        assert (kept(north, codes[0]).value, kept(north, codes[1]).value) == (2, 5)

    def test_a_note_can_be_emptied_and_a_tick_taken_back(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={codes[0]: {"under_way": True, "note": "Mine"}}, by=leader)
        save_self_assessment(team=north, values={codes[0]: {"under_way": False, "note": ""}}, by=leader)
        assert (kept(north, codes[0]).under_way, kept(north, codes[0]).note) == (False, "")

    def test_it_makes_no_rows_for_what_was_left_empty(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={}, by=leader)
        assert not SelfAssessment.objects.exists()
        save_self_assessment(team=north, values={code: {"under_way": False, "note": ""} for code in codes}, by=leader)
        assert not Answer.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [{"value": 0}, {"value": 6}, {"value": True}, {"value": "4"}, {"note": "x" * 2001}, {"under_way": "on"}, {"item": 1}],
    )
    def test_it_refuses_what_no_form_sends(self, north: CycleTeam, leader: User, codes: list[str], change: dict) -> None:
        with pytest.raises(AnswerError, match=codes[0]):
            save_self_assessment(team=north, values={codes[1]: {"value": 4}, codes[0]: change}, by=leader)
        assert not Answer.objects.exists()

    def test_it_refuses_a_practice_that_is_not_asked(self, north: CycleTeam, leader: User) -> None:
        with pytest.raises(AnswerError, match="no-such-practice"):
            save_self_assessment(team=north, values={"no-such-practice": {"value": 4}}, by=leader)

    @pytest.mark.parametrize("email", ["sales@example.org", "south@example.org"])
    def test_only_its_own_leaders_write_it(self, north: CycleTeam, codes: list[str], email: str) -> None:
        with pytest.raises(NotItsLeaderError):
            save_self_assessment(team=north, values={codes[0]: {"value": 4}}, by=User.objects.get(email=email))

    def test_it_writes_nothing_after_the_last_day(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        end(north.cycle)
        with pytest.raises(ClosedError):
            save_self_assessment(team=north, values={codes[0]: {"value": 4}}, by=leader)
        assert not SelfAssessment.objects.exists()

    def test_it_notices_a_close_since_the_team_was_fetched(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        assert north.cycle.takes_answers
        Cycle.objects.update(state=Cycle.State.CLOSING)
        with pytest.raises(ClosedError):
            save_self_assessment(team=north, values={codes[0]: {"value": 4}}, by=leader)


class TestSubmitting:
    def test_it_names_the_statements_without_a_rating(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        values = {code: {"value": 3} for code in codes[1:]} | {codes[0]: {"note": "Later."}}
        save_self_assessment(team=north, values=values, by=leader)
        with pytest.raises(UnansweredError) as problem:
            submit_self_assessment(team=north, by=leader)
        assert problem.value.codes == [codes[0]]
        assert SelfAssessment.objects.get().submitted_at is None

    def test_it_keeps_the_first_time_and_name(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        deputy = factories.make_user("deputy@example.org")
        factories.make_person("Sales / North", "leader", user=deputy)
        save_self_assessment(team=north, values={code: {"value": 3} for code in codes}, by=leader)
        submit_self_assessment(team=north, by=leader)
        first = SelfAssessment.objects.get()
        submit_self_assessment(team=north, by=deputy)
        again = SelfAssessment.objects.get()
        assert (again.submitted_at, again.submitted_by) == (first.submitted_at, leader)

    def test_it_may_be_changed_after_submission(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={code: {"value": 3} for code in codes}, by=leader)
        submit_self_assessment(team=north, by=leader)
        save_self_assessment(team=north, values={codes[0]: {"value": 5}}, by=leader)
        assert kept(north, codes[0]).value == 5
        assert SelfAssessment.objects.get().submitted_at is not None

    def test_it_cannot_be_submitted_late(self, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={code: {"value": 3} for code in codes}, by=leader)
        end(north.cycle)
        with pytest.raises(ClosedError):
            submit_self_assessment(team=north, by=leader)
