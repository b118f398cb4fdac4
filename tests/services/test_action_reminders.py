"""Mails about actions that are due: to whom, how often, until when."""

import datetime
from smtplib import SMTPException

import pytest
from django.core import mail

from assessments.models import Action, Cycle, Membership, Person, User
from assessments.models.clock import clock_set_to
from assessments.services.action_reminders import remind_of_actions
from assessments.services.due import STEPS, run_due
from assessments.services.plans import Owner, take_action
from tests import factories
from tests.plans import change, leader_of, practice, take

NORTH = "north@example.org"


@pytest.fixture
def action(closed_cycle: Cycle) -> Action:
    return take(closed_cycle, days=28)


def reminded(day: datetime.date) -> list[str]:
    """Who gets a mail on that day."""
    mail.outbox.clear()
    with clock_set_to(day):
        assert remind_of_actions() == []
    return [message.to[0] for message in mail.outbox]


def days(action: Action, *numbers: int) -> list[datetime.date]:
    return [action.due + datetime.timedelta(days=number) for number in numbers]


def test_it_comes_on_the_day_and_not_before(action: Action) -> None:
    before, day = days(action, -1, 0)
    assert reminded(before) == []
    assert reminded(day) == [NORTH]


def test_a_second_run_sends_nothing_more(action: Action) -> None:
    (day,) = days(action, 0)
    reminded(day)
    assert reminded(day) == []


def test_at_most_once_a_week_until_90_days_are_over(action: Action) -> None:
    found = [number for number in range(120) if reminded(days(action, number)[0])]
    assert found == list(range(0, 91, 7))


def test_a_later_day_that_was_set_anew_does_not_bring_a_second_mail_in_the_week(action: Action) -> None:
    reminded(action.due)
    Action.objects.update(due=action.due + datetime.timedelta(days=3))
    assert [number for number in range(1, 9) if reminded(days(action, number)[0])] == [7]


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_is_over_asks_for_nothing(action: Action, state: str) -> None:
    change(action, state, "Enough")
    assert reminded(action.due) == []


@pytest.mark.parametrize("state", ["doing", "hold"])
def test_what_is_open_does(action: Action, state: str) -> None:
    change(action, state)
    assert reminded(action.due) == [NORTH]


class TestRecipients:
    def test_an_owner_without_an_account_is_asked_to_tell_the_manager(self, closed_cycle: Cycle) -> None:
        member = Person.objects.filter(memberships__team__path="Sales / North", memberships__role="member")[0]
        action = take(closed_cycle, owner=Owner(member.name, member))
        assert reminded(action.due) == [member.email]
        text = mail.outbox[0].body
        assert "Please tell the manager how it stands" in text
        assert str(action.uid) not in text

    @pytest.mark.parametrize("left", [{"email": ""}, {"active": False}], ids=["no address", "gone"])
    def test_where_the_owner_cannot_be_reached_the_units_leaders_are(self, closed_cycle: Cycle, left: dict) -> None:
        member = Person.objects.filter(memberships__team__path="Sales / North", memberships__role="member")[0]
        action = take(closed_cycle, owner=Owner(member.name, member))
        Person.objects.filter(pk=member.pk).update(**left)
        deputy = factories.make_person("Sales / North", "leader", email="deputy@example.org")
        assert sorted(reminded(action.due)) == sorted([NORTH, deputy.email])

    def test_a_name_alone_goes_to_the_leaders(self, closed_cycle: Cycle) -> None:
        assert reminded(take(closed_cycle, owner=Owner("The late shift")).due) == [NORTH]

    def test_where_nobody_leads_it_goes_to_whoever_wrote_it(self, closed_cycle: Cycle, hr: User) -> None:
        whole = closed_cycle.teams.get(parent=None)
        action = take_action(unit=whole, practice=practice(), words="A day", owner=Owner("All"), due=closed_cycle.closes, by=hr)
        assert reminded(action.due) == [hr.email]

    def test_where_nobody_is_left_nothing_goes_wrong(self, action: Action) -> None:
        Membership.objects.filter(role="leader").delete()
        Person.objects.filter(user=leader_of("North")).update(active=False)
        User.objects.filter(email=NORTH).update(is_active=False)
        assert reminded(action.due) == []
        action.refresh_from_db()
        assert action.reminded is None


class TestWords:
    def test_it_says_what_by_when_for_what_and_where_to_say_so(self, action: Action, settings) -> None:
        reminded(action.due)
        (message,) = mail.outbox
        html = str(message.alternatives[0][0])
        assert message.subject == "Due today: Say good morning"
        for text in (message.body, html):
            assert "Say good morning" in text
            assert "It belongs to “Everyday courtesy” in the plan of North. Leader of North sees to it." in text
            assert f"{settings.BASE_URL}/actions/{action.uid}/" in text
            assert "This is meant to be done by today:" in text

    def test_late_it_names_the_day(self, action: Action) -> None:
        (day,) = days(action, 7)
        reminded(day)
        (message,) = mail.outbox
        assert message.subject == f"Was due on {action.due.day} {action.due:%B}: Say good morning"
        assert f"This was meant to be done by {action.due.day} {action.due:%B %Y}:" in message.body

    def test_no_picture_and_no_foreign_address_is_in_it(self, action: Action, settings) -> None:
        reminded(action.due)
        html = str(mail.outbox[0].alternatives[0][0])
        assert "<img" not in html
        assert html.count("http") == html.count(f"{settings.BASE_URL}/actions/") == 1

    def test_what_was_typed_is_no_markup(self, closed_cycle: Cycle) -> None:
        reminded(take(closed_cycle, words="<b>Bold & brave</b>").due)
        (message,) = mail.outbox
        assert "<b>Bold & brave</b>" in message.body
        assert "&lt;b&gt;Bold &amp; brave&lt;/b&gt;" in str(message.alternatives[0][0])


class TestFailing:
    def test_a_mail_that_fails_is_tried_again_by_the_next_run(self, action: Action, monkeypatch) -> None:
        def refuse(*_args: object, **_kwargs: object) -> None:
            raise SMTPException

        with monkeypatch.context() as broken, clock_set_to(action.due):
            broken.setattr("assessments.mails.send_action_due", refuse)
            assert remind_of_actions() == ["One reminder of an action could not be sent; the next run tries again."]
        assert reminded(action.due) == [NORTH]

    def test_without_a_mail_server_it_says_so_and_forgets_nobody(self, action: Action, monkeypatch) -> None:
        def refuse(_self: object) -> None:
            raise ConnectionRefusedError

        with monkeypatch.context() as broken, clock_set_to(action.due):
            broken.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
            assert remind_of_actions() == ["The mail server cannot be reached, so nobody was reminded of actions that are due."]
        assert reminded(action.due) == [NORTH]

    def test_an_address_does_not_stand_in_the_log(self, action: Action, monkeypatch, caplog) -> None:
        def refuse(*_args: object, **_kwargs: object) -> None:
            raise OSError(NORTH)

        monkeypatch.setattr("assessments.mails.send_action_due", refuse)
        with clock_set_to(action.due):
            remind_of_actions()
        assert "could not be sent" in caplog.text
        assert NORTH not in caplog.text


def test_it_is_done_every_day(action: Action) -> None:
    assert "remind of actions that are due" in [step.name for step in STEPS]
    with clock_set_to(action.due):
        run_due()
    assert [message.to for message in mail.outbox] == [[NORTH]]
