"""Rounds of reminders: who gets a mail, never twice, never too soon, and no trace of when somebody answered."""

import datetime
import re
import smtplib
import threading
from collections import Counter

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections

from assessments import mails
from assessments.models import Act, Code, Cycle, Invitation, ManagerReminder, Membership, Organisation, Person, Reminder, User
from assessments.models.clock import clock_set_to, today
from assessments.services import reminders
from assessments.services.ballots import UsedCode, find_entry, submit_ballot
from assessments.services.closing import close_cycle
from assessments.services.invitations import NotOpen, send_invitations
from assessments.services.reminders import TooSoon, ask_for_reminder, forget_managers, remind, remind_of_poll, send_reminders
from tests import factories
from tests.services.test_at_once import meanwhile

pytestmark = pytest.mark.django_db

START = datetime.date(2026, 3, 2)


def day(number: int) -> datetime.date:
    """The first is the day of the invitations."""
    return START + datetime.timedelta(days=number - 1)


@pytest.fixture
def cycle(db: None) -> Cycle:
    """Six members asked by mail, one on a card, and a leader who is polled nowhere. Invited on the first day."""
    for _ in range(6):
        factories.make_person("Sales")
    factories.make_person("Sales", email="")
    factories.make_person("Sales", "leader", email="head@example.org", user=factories.make_user("head@example.org"))
    with clock_set_to(START):
        cycle = factories.make_cycle(days=30)
        send_invitations(cycle=cycle)
    cycle.refresh_from_db()
    mail.outbox.clear()
    return cycle


def remind_on(number: int, cycle: Cycle) -> list[str]:
    """Who got the reminders of a round on that day, managers apart."""
    before = len(mail.outbox)
    with clock_set_to(day(number)):
        send_reminders(cycle=cycle)
    return asked(mail.outbox[before:])


def asked(messages: list[mail.EmailMessage]) -> list[str]:
    return sorted(message.to[0] for message in messages if message.to[0] != "head@example.org")


def members() -> list[str]:
    return sorted(Person.objects.filter(email__startswith="person").values_list("email", flat=True))


def answer(*emails: str) -> None:
    Invitation.objects.filter(person__email__in=emails).update(answered=True)


def organise(**values: object) -> Organisation:
    return Organisation.objects.create(**values)


class TestWhoGetsOne:
    def test_those_who_have_not_answered_get_one_mail_with_a_fresh_code(self, cycle: Cycle) -> None:
        answer(members()[0])
        assert remind_on(3, cycle) == members()[1:]
        with clock_set_to(day(3)):
            for message in mail.outbox[:5]:
                if message.to[0] == "head@example.org":
                    continue
                (code,) = set(re.findall(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b", str(message.body)))
                person = find_entry(code=code).code.invitation.person
                assert person is not None
                assert person.email == message.to[0]

    def test_everybody_gets_one_where_the_organisation_prefers(self, cycle: Cycle) -> None:
        organise(remind=Organisation.Remind.EVERYBODY)
        answer(*members()[:3])
        assert remind_on(3, cycle) == members()

    def test_the_mail_is_the_same_whether_or_not_somebody_has_answered(self, cycle: Cycle) -> None:
        organise(remind=Organisation.Remind.EVERYBODY)
        answer(*members()[:3])
        remind_on(3, cycle)
        code = r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}"
        bodies = {re.sub(code, "", str(message.body)) for message in mail.outbox if message.to[0] != "head@example.org"}
        assert len(bodies) == 1

    def test_a_card_and_a_lost_address_get_none(self, cycle: Cycle) -> None:
        lost = members()[0]
        Person.objects.filter(email=lost).update(email="")
        assert remind_on(3, cycle) == members()
        assert len(members()) == 5

    def test_who_was_never_invited_waits_for_the_invitation(self, cycle: Cycle) -> None:
        Code.objects.filter(invitation__person__email=members()[0]).delete()
        assert remind_on(3, cycle) == members()[1:]
        assert Invitation.objects.get(person__email=members()[0]).codes.count() == 0

    def test_earlier_codes_work_until_one_is_used_and_none_afterwards(self, cycle: Cycle) -> None:
        with clock_set_to(day(3)):
            invitation = Invitation.objects.get(person__email=members()[0])
            first = factories.give_code(invitation)
            send_reminders(cycle=cycle)
            (message,) = [message for message in mail.outbox if message.to == [members()[0]]]
            second = re.findall(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b", str(message.body))[0]
            find_entry(code=second)
            submit_ballot(entry=find_entry(code=first), answers={"kind-to-each-other": 4})
            with pytest.raises(UsedCode):
                find_entry(code=second)


class TestWhen:
    def test_none_goes_out_within_24_hours_of_the_invitation(self, cycle: Cycle) -> None:
        with clock_set_to(day(1)), pytest.raises(TooSoon, match="from 3 March, 12:00"):
            send_reminders(cycle=cycle)
        assert not mail.outbox
        assert len(remind_on(2, cycle)) == 6

    def test_nobody_gets_three_within_a_week(self, cycle: Cycle) -> None:
        remind_on(2, cycle)
        remind_on(4, cycle)
        for number in (5, 6, 7, 8):
            with pytest.raises(TooSoon):
                remind_on(number, cycle)
        assert len(remind_on(9, cycle)) == 6

    def test_an_earlier_cycle_counts_as_well(self, cycle: Cycle) -> None:
        remind_on(2, cycle)
        remind_on(3, cycle)
        with clock_set_to(day(3)):
            close_cycle(cycle=cycle, now=True)
        with clock_set_to(day(4)):
            following = factories.make_cycle("2027 Q1")
            send_invitations(cycle=following)
        with pytest.raises(TooSoon):
            remind_on(6, following)
        assert len(remind_on(9, following)) == 6

    def test_none_goes_out_before_anybody_is_invited(self, cycle: Cycle) -> None:
        Code.objects.all().delete()
        with pytest.raises(TooSoon, match="No invitation has been sent"):
            remind_on(5, cycle)

    def test_none_goes_out_after_the_last_day(self, cycle: Cycle) -> None:
        with pytest.raises(NotOpen):
            remind_on(40, cycle)

    def test_the_daily_run_sends_what_the_settings_ask_for(self, cycle: Cycle) -> None:
        organise(reminders=2, remind_after=4)
        sent = []
        for number in range(1, 20):
            with clock_set_to(day(number)):
                before = len(asked(mail.outbox))
                assert remind_of_poll() == []
                sent += [number] if len(asked(mail.outbox)) > before else []
        assert sent == [5, 9]

    def test_the_daily_run_sends_none_where_none_are_wanted(self, cycle: Cycle) -> None:
        organise(reminders=0)
        with clock_set_to(day(20)):
            assert Reminder.objects.next_day(cycle) is None
            remind_of_poll()
        assert not mail.outbox

    def test_none_is_due_after_the_last_day(self, cycle: Cycle) -> None:
        organise(reminders=1, remind_after=30)
        with clock_set_to(day(2)):
            assert Reminder.objects.next_day(cycle) == day(31)
            Cycle.objects.update(closes=day(30))
            cycle.refresh_from_db()
            assert Reminder.objects.next_day(cycle) is None

    def test_one_that_hr_sent_by_hand_counts(self, cycle: Cycle) -> None:
        organise(reminders=2, remind_after=4)
        remind_on(8, cycle)
        with clock_set_to(day(9)):
            assert Reminder.objects.next_day(cycle) == day(12)

    def test_one_that_is_late_is_due_today(self, cycle: Cycle) -> None:
        with clock_set_to(day(20)):
            assert Reminder.objects.next_day(cycle) == day(20)


class Interrupted(BaseException):
    """As a killed process: nothing after it runs but what the database has kept."""


class TestTwice:
    def test_again_on_the_same_day_sends_nothing(self, cycle: Cycle) -> None:
        remind_on(3, cycle)
        with pytest.raises(TooSoon):
            remind_on(3, cycle)
        assert len(asked(mail.outbox)) == 6

    @pytest.mark.parametrize("place", ["before the mail", "after the mail"])
    def test_killed_in_the_middle_nobody_gets_two_and_the_others_get_theirs(
        self, cycle: Cycle, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        original, calls = mails.send_reminder, []

        def killed(**values: object) -> None:
            calls.append(values)
            if len(calls) == 3 and place == "before the mail":
                raise Interrupted
            original(**values)  # type: ignore[arg-type]
            if len(calls) == 3:
                raise Interrupted

        monkeypatch.setattr(mails, "send_reminder", killed)
        with pytest.raises(Interrupted):
            remind_on(3, cycle)
        monkeypatch.setattr(mails, "send_reminder", original)
        assert not Reminder.objects.get().finished
        remind_on(3, cycle)
        assert Reminder.objects.get().finished
        got = Counter(asked(mail.outbox))
        assert max(got.values()) == 1
        assert len(got) == (5 if place == "before the mail" else 6)

    def test_a_mail_server_that_is_away_costs_nobody_the_reminder(self, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(EmailBackend, "open", refuse)
        with clock_set_to(day(3)):
            assert "takes no mails" in send_reminders(cycle=cycle).problem
        monkeypatch.undo()
        assert remind_on(4, cycle) == members()
        assert Reminder.objects.count() == 1

    def test_a_mail_server_that_refuses_everything_stops_the_round(self, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(EmailBackend, "send_messages", refuse)
        with clock_set_to(day(3)):
            outcome = send_reminders(cycle=cycle)
        assert (outcome.failed, outcome.finished) == (reminders.FAILURES, False)
        monkeypatch.undo()
        assert len(remind_on(3, cycle)) == 6 - reminders.FAILURES

    @pytest.mark.parametrize(
        ("to", "told"), [(Organisation.Remind.EVERYBODY, "One reminder could not be sent."), (Organisation.Remind.UNANSWERED, "")]
    )
    def test_one_address_that_fails_keeps_nobody_waiting_and_is_told_where_it_says_nothing_of_answering(
        self, cycle: Cycle, monkeypatch: pytest.MonkeyPatch, to: str, told: str
    ) -> None:
        organise(remind=to)
        original = EmailBackend.send_messages

        def some(self: EmailBackend, messages: list) -> int:
            if messages[0].to == [members()[0]]:
                raise smtplib.SMTPRecipientsRefused({})
            return original(self, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", some)
        with clock_set_to(day(3)):
            outcome = send_reminders(cycle=cycle)
        assert outcome.finished
        assert outcome.problem == told
        assert asked(mail.outbox) == members()[1:]

    def test_who_is_invited_while_a_round_waits_is_left_in_peace_for_a_day(self, cycle: Cycle) -> None:
        with clock_set_to(day(3)):
            reminders.begin_round(cycle=cycle)
            Code.objects.filter(invitation__person__email=members()[0]).delete()
            send_invitations(cycle=cycle)
            with pytest.raises(TooSoon):
                send_reminders(cycle=cycle)
        assert len(remind_on(4, cycle)) == 6


def refuse(*_args: object, **_kwargs: object) -> int:
    raise ConnectionRefusedError("no mail server")


def send_on_the_third_day(cycle: Cycle) -> None:
    """In a thread, with a connection of its own."""
    try:
        with clock_set_to(day(3)):
            send_reminders(cycle=cycle)
    except TooSoon:
        pass  # the other one was through already
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_mail_once(cycle: Cycle) -> None:
    threads = [threading.Thread(target=send_on_the_third_day, args=[cycle]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(asked(mail.outbox)) == Counter(members())


@pytest.mark.django_db(transaction=True)
def test_a_run_that_waited_for_the_other_at_a_row_leaves_it_alone(cycle: Cycle) -> None:
    first = Invitation.objects.get(person__email=members()[0])
    with clock_set_to(day(3)):
        round_ = reminders.begin_round(cycle=cycle)
    meanwhile(
        lambda: Invitation.objects.filter(pk=first.pk).update(reminded=round_.number),
        lambda: remind_on(3, cycle),
    )
    assert asked(mail.outbox) == members()[1:]


class TestWhatACopyTells:
    """Whoever copies the database after a round sees of each invitation what `answered` says, and nothing that goes with it."""

    @pytest.fixture(params=list(Organisation.Remind))
    def after(self, cycle: Cycle, request: pytest.FixtureRequest) -> list[str]:
        """Two answered before the first round, two between the rounds, two after the second."""
        organise(remind=request.param)
        answer(*members()[:2])
        remind_on(3, cycle)
        answer(*members()[2:4])
        remind_on(6, cycle)
        answer(*members()[4:])
        return members()

    def test_all_have_as_many_codes_and_the_same_mark(self, after: list[str]) -> None:
        rows = Invitation.objects.filter(person__email__in=after)
        assert {(row.codes.count(), row.reminded, row.answered) for row in rows} == {(3, 2, True)}

    def test_no_table_leads_from_a_round_to_an_invitation(self, after: list[str]) -> None:
        fields = {field.name for field in Reminder._meta.concrete_fields}
        assert fields == {"id", "cycle", "number", "to", "begun", "mailed", "finished"}
        assert {person.email for person in Person.objects.filter(pk__in=ManagerReminder.objects.values("person"))} == {
            "head@example.org"
        }

    def test_the_order_of_the_rows_does_not_go_with_having_answered(self, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        passed: list[object] = []
        original = reminders._pass
        monkeypatch.setattr(reminders, "_pass", lambda key, *rest: passed.append(key) or original(key, *rest))
        answer(*members()[:3])
        orders = []
        for number in (3, 10, 17, 24):
            passed.clear()
            remind_on(number, cycle)
            orders.append(tuple(passed))
        assert len(set(orders)) > 1

    def test_the_close_takes_all_of_it_away(self, cycle: Cycle, after: list[str]) -> None:
        Invitation.objects.update(answered=False)  # these never put a ballot into a box
        with clock_set_to(day(7)):
            close_cycle(cycle=cycle, now=True)
            forget_managers()
        assert not Code.objects.exists()
        assert not ManagerReminder.objects.exists()
        assert Reminder.objects.count() == 2


class TestManagers:
    def test_who_has_not_handed_in_the_own_view_gets_one_mail_a_round(self, cycle: Cycle) -> None:
        person = Person.objects.get(email="head@example.org")
        factories.join(person, "Service", "leader")
        remind_on(3, cycle)
        (message,) = [message for message in mail.outbox if message.to == ["head@example.org"]]
        assert message.subject == "Your own view is due by 1 April"
        assert f"{settings.BASE_URL}/my/{cycle.teams.get(path='Sales').uid}/own-view/" in str(message.body)

    def test_who_has_handed_it_in_gets_none(self, cycle: Cycle) -> None:
        from assessments.models import SelfAssessment  # noqa: PLC0415

        SelfAssessment.objects.create(team=cycle.teams.get(path="Sales"), submitted_at=cycle.invited_at)
        remind_on(3, cycle)
        assert not [message for message in mail.outbox if message.to == ["head@example.org"]]

    def test_who_leads_no_longer_gets_none(self, cycle: Cycle) -> None:
        Membership.objects.filter(role="leader").delete()
        remind_on(3, cycle)
        assert not ManagerReminder.objects.exists()


class TestAskedByHR:
    def test_it_is_written_down_and_a_worker_sends(self, cycle: Cycle, hr: User) -> None:
        with clock_set_to(day(3)):
            ask_for_reminder(cycle=cycle, by=hr)
            assert not mail.outbox
            assert remind.func(cycle.pk) == ""
        assert asked(mail.outbox) == members()
        act = Act.objects.get()
        assert (act.what, act.who, act.cycle) == (Act.What.REMIND, "Hannah of HR", cycle)

    def test_without_a_worker_the_daily_run_sends(self, cycle: Cycle, hr: User) -> None:
        organise(reminders=0)
        with clock_set_to(day(3)):
            ask_for_reminder(cycle=cycle, by=hr)
            assert Reminder.objects.next_day(cycle) == today()
            remind_of_poll()
        assert asked(mail.outbox) == members()

    def test_the_worker_leaves_no_address_in_the_queue(self, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(EmailBackend, "send_messages", refuse)
        with clock_set_to(day(3)):
            assert "@" not in remind.func(cycle.pk)


def test_no_log_line_holds_a_code_or_an_address(
    cycle: Cycle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    remind_on(3, cycle)
    assert "could not be sent" in caplog.text
    assert not [email for email in [*members(), "head@example.org"] if email in caplog.text]


def test_the_tables_are_there(db: None) -> None:
    assert {"assessments_reminder", "assessments_managerreminder"} <= set(connection.introspection.table_names())
