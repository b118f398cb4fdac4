"""Two at once: while one is in the middle of something, another begins what must not mix with it.

The first stands in a transaction that is open until the second waits for it. PostgreSQL then goes on with rows as they are by now,
but with every other row as it was when the second's statement began: what is safe on SQLite, where one writer waits for the other
from the start, need not be safe there.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import connection, connections, transaction

from assessments.models import (
    Act,
    Address,
    Answer,
    Box,
    Code,
    Cycle,
    FirstLink,
    Invitation,
    Person,
    Reminder,
    ReportBatch,
    RosterUpload,
    Team,
    Text,
    User,
)
from assessments.models.clock import now, today
from assessments.models.releases import Choice
from assessments.services import first_link, reminders
from assessments.services.action_reminders import remind_of_actions
from assessments.services.ballots import UsedCode, find_entry, submit_ballot
from assessments.services.cards import DrawnMeanwhile, draw_cards
from assessments.services.cycles import CycleRefused, open_planned
from assessments.services.erasing import erase_person
from assessments.services.invitations import NotSent, send_again
from assessments.services.keys import mac_key_of
from assessments.services.organisation import apply_roster
from assessments.services.releases import renew_address, tell_team, withdraw_release
from assessments.services.reporting import start_batch
from assessments.services.rosters import NotAsSeen, apply_upload, sign_of
from assessments.services.selfassessments import ClosedError, save_self_assessment
from assessments.services.texts import hide_text
from tests import factories
from tests.plans import leader_of, take
from tests.services.test_organisation import rows
from tests.services.test_reporting import enqueue

pytestmark = pytest.mark.django_db(transaction=True)

NORTH = "Sales / North"


def somebody_waits() -> bool:
    """For this connection's transaction to end. SQLite does not tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return bool(cursor.fetchone()[0])


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> Any:
    """What the second returned or raised; it has begun when the first had done its work and not yet committed."""
    results: list[Any] = []

    def other() -> None:
        try:
            results.append(second())
        except Exception as error:  # noqa: BLE001 - of a thread, handed on to the test
            results.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        first()
        thread.start()
        if connection.vendor == "postgresql":
            while not (waits := somebody_waits()) and thread.is_alive():
                thread.join(0.02)
            assert waits, "the second did not wait, so nothing is said by what became of it"
        else:
            thread.join(0.1)
            assert thread.is_alive()
    thread.join(timeout=30)
    return results[0]


class TestErasing:
    """Of who has answered an invitation is left without person and without code; with a code it would count as one more card."""

    @pytest.fixture
    def invitation(self, open_cycle: Cycle) -> Invitation:
        invitation = open_cycle.invitations.filter(team__path=NORTH).select_related("person", "cycle", "team")[0]
        factories.give_code(invitation)
        return invitation

    @pytest.fixture
    def answered(self, invitation: Invitation) -> Invitation:
        Invitation.objects.filter(pk=invitation.pk).update(answered=True)
        return invitation

    @pytest.fixture
    def round_(self, open_cycle: Cycle) -> Reminder:
        return Reminder.objects.create(cycle=open_cycle, number=1, to="unanswered", begun=now(), mailed=now())

    def person(self, invitation: Invitation) -> Person:
        assert invitation.person is not None
        return invitation.person

    def nothing_is_left_but_the_mark(self, invitation: Invitation) -> None:
        left = Invitation.objects.get(pk=invitation.pk)
        assert (left.person, left.answered, left.codes.count()) == (None, True, 0)
        assert not Invitation.objects.by_card().exists()

    def test_before_a_round_has_come_to_the_invitation(self, answered: Invitation, round_: Reminder) -> None:
        erase_person(person=self.person(answered), by="a test")
        assert reminders._pass(answered.pk, round_, mac_key_of(answered.cycle)) is None
        self.nothing_is_left_but_the_mark(answered)

    def test_while_a_round_comes_to_the_invitation(self, answered: Invitation, round_: Reminder) -> None:
        mac_key, person = mac_key_of(answered.cycle), self.person(answered)
        passed = meanwhile(lambda: erase_person(person=person, by="a test"), lambda: reminders._pass(answered.pk, round_, mac_key))
        assert passed is None
        self.nothing_is_left_but_the_mark(answered)

    def test_while_a_round_gives_it_a_code(self, answered: Invitation, round_: Reminder) -> None:
        mac_key, person = mac_key_of(answered.cycle), self.person(answered)
        erased = meanwhile(lambda: reminders._pass(answered.pk, round_, mac_key), lambda: erase_person(person=person, by="a test"))
        assert not isinstance(erased, Exception)
        self.nothing_is_left_but_the_mark(answered)

    def test_while_a_round_gives_a_code_to_somebody_who_has_not_answered(self, invitation: Invitation, round_: Reminder) -> None:
        mac_key, person = mac_key_of(invitation.cycle), self.person(invitation)
        erased = meanwhile(
            lambda: reminders._pass(invitation.pk, round_, mac_key), lambda: erase_person(person=person, by="a test")
        )
        assert not isinstance(erased, Exception)
        assert not Invitation.objects.filter(pk=invitation.pk).exists()

    def test_while_the_invitation_is_sent_again(self, answered: Invitation) -> None:
        person, read = self.person(answered), Person.objects.get(pk=answered.person_id)
        sent = meanwhile(lambda: erase_person(person=person, by="a test"), lambda: send_again(cycle=answered.cycle, person=read))
        assert isinstance(sent, NotSent)
        assert not mail.outbox
        self.nothing_is_left_but_the_mark(answered)

    def test_while_the_answer_is_on_its_way(self, invitation: Invitation) -> None:
        person, entry = self.person(invitation), find_entry(code=factories.give_code(invitation))
        answers = factories.all_answers(invitation.cycle, 4)
        stored = meanwhile(lambda: erase_person(person=person, by="a test"), lambda: submit_ballot(entry=entry, answers=answers))
        assert isinstance(stored, UsedCode)
        assert not Box.objects.exists()

    def test_when_the_answer_is_being_stored(self, invitation: Invitation) -> None:
        person, entry = self.person(invitation), find_entry(code=factories.give_code(invitation))
        answers = factories.all_answers(invitation.cycle, 4)
        meanwhile(lambda: submit_ballot(entry=entry, answers=answers), lambda: erase_person(person=person, by="a test"))
        assert Box.objects.count() == 1
        self.nothing_is_left_but_the_mark(invitation)


class TestOpening:
    @pytest.fixture
    def planned(self, organisation: None, hr: User) -> list[Cycle]:
        return [factories.plan_cycle(hr, name=name) for name in ("2026 Q4", "2027 Q1")]

    def keys(self, settings: LazySettings) -> set[str]:
        return {path.name.split(".")[0] for path in Path(settings.BALLOT_KEY_DIR).iterdir()}

    def test_one_cycle_by_two_of_hr_opens_once(self, planned: list[Cycle], settings: LazySettings, tmp_path: Path) -> None:
        settings.BALLOT_KEY_DIR = tmp_path
        cycle = planned[0]
        refused = meanwhile(lambda: open_planned(cycle=cycle, by="one"), lambda: open_planned(cycle=cycle, by="other"))
        assert isinstance(refused, CycleRefused)
        cycle.refresh_from_db()
        assert self.keys(settings) == {str(cycle.uid)}
        assert cycle.invitations.count() == Person.objects.count()

    def test_of_two_cycles_one_opens_and_the_other_leaves_no_key(
        self, planned: list[Cycle], settings: LazySettings, tmp_path: Path
    ) -> None:
        settings.BALLOT_KEY_DIR = tmp_path
        one, other = planned
        refused = meanwhile(lambda: open_planned(cycle=one, by="one"), lambda: open_planned(cycle=other, by="other"))
        assert isinstance(refused, CycleRefused)
        one.refresh_from_db()
        assert self.keys(settings) == {str(one.uid)}
        assert set(Invitation.objects.values_list("cycle", flat=True)) == {one.pk}

    def test_a_roster_on_its_way_is_in_it_as_a_whole(self, planned: list[Cycle]) -> None:
        roster = rows(*[f"N{number} Ann n{number}@example.org Sales/West member" for number in range(6)])
        meanwhile(lambda: apply_roster(rows=roster), lambda: open_planned(cycle=planned[0], by="other"))
        assert set(planned[0].teams.values_list("path", flat=True)) == {"Sales", "Sales / West"}
        assert planned[0].invitations.count() == 6


def test_of_two_rosters_the_second_is_not_what_its_preview_showed(organisation: None, hr: User) -> None:
    other = factories.make_user("other@example.org", role="hr")
    uploads = [RosterUpload.objects.create(user=user, name="roster.csv", table=b"", meanings=[]) for user in (hr, other)]
    seen = [sign_of(upload) for upload in uploads]
    rosters = [rows(*[f"{team}{number} Ann - {team} member" for number in range(6)]) for team in ("West", "East")]

    def apply(at: int) -> object:
        return apply_upload(upload=uploads[at], rows=rosters[at], seen=seen[at], by=uploads[at].user, ask_first=False)

    assert isinstance(meanwhile(lambda: apply(0), lambda: apply(1)), NotAsSeen)
    assert Team.objects.filter(path="West").exists()
    assert not Team.objects.filter(path="East").exists()
    assert Act.objects.count() == 1


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_erasing_does_not_wait_for_a_roster_that_waits_for_the_person(organisation: None, hr: User) -> None:
    RosterUpload.objects.create(user=hr, name="roster.csv", table=b"", meanings=[])

    def erase() -> None:
        erase_person(person=Person.objects.filter(user=None)[0], by="a test")
        connections.close_all()

    thread = threading.Thread(target=erase)
    with transaction.atomic():
        RosterUpload.objects.select_for_update().get()
        thread.start()
        thread.join(timeout=20)
        assert not thread.is_alive()


def test_of_two_who_draw_cards_the_second_is_told(organisation: None) -> None:
    factories.make_person(NORTH, email="")
    team = factories.make_cycle().teams.get(path=NORTH)
    assert isinstance(meanwhile(lambda: draw_cards(team=team, after=""), lambda: draw_cards(team=team, after="")), DrawnMeanwhile)
    assert Code.objects.count() == 1


class TestOwnViews:
    def test_one_that_comes_when_the_close_has_begun_is_refused(self, open_cycle: Cycle) -> None:
        team, by = open_cycle.teams.get(path=NORTH), leader_of(NORTH)
        values = {"kind-to-each-other": {"value": 5}}
        saved = meanwhile(
            lambda: Cycle.objects.filter(pk=open_cycle.pk).update(state=Cycle.State.CLOSING),
            lambda: save_self_assessment(team=team, values=values, by=by),
        )
        assert isinstance(saved, ClosedError)
        assert not Answer.objects.exists()


class TestReleases:
    @pytest.fixture
    def address(self, closed_cycle: Cycle) -> Address:
        return tell_team(unit=closed_cycle.teams.get(path=NORTH), choice=Choice(words="Thanks"), by=leader_of(NORTH))

    def test_withdrawn_while_it_gets_a_new_address_it_has_none(self, address: Address) -> None:
        unit, by = address.release.unit, leader_of(NORTH)
        assert meanwhile(lambda: renew_address(unit=unit, by=by), lambda: withdraw_release(unit=unit, by=by)) is True
        assert not Address.objects.exists()

    def test_renewed_by_two_it_has_one_address_and_both_are_told_so(self, address: Address) -> None:
        unit, by = address.release.unit, leader_of(NORTH)
        assert meanwhile(lambda: renew_address(unit=unit, by=by), lambda: renew_address(unit=unit, by=by)) is True
        assert Address.objects.count() == 1


def test_two_who_have_reports_made_get_one_batch(closed_cycle: Cycle, hr: User, settings: LazySettings, tmp_path: Path) -> None:
    settings.REPORTS_DIR = tmp_path

    def start() -> None:
        start_batch(cycle=closed_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)

    assert meanwhile(start, start) is None
    batch = ReportBatch.objects.get()
    assert batch.files.count() == batch.files.values("unit").distinct().count() > 0


def test_reports_that_are_asked_for_while_a_text_is_destroyed_go_with_it(closed_cycle: Cycle, hr: User) -> None:
    text = Text.objects.create(team=closed_cycle.teams.get(path=NORTH), question="helps", text="Ada Berg is never there")

    def start() -> None:
        start_batch(cycle=closed_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)

    assert meanwhile(start, lambda: hide_text(text=text, by=hr)) is True
    assert not ReportBatch.objects.exists()


def test_an_action_that_another_run_is_reminding_of_gets_no_second_mail(closed_cycle: Cycle) -> None:
    action = take(closed_cycle, days=0)
    mail.outbox.clear()

    def first() -> None:
        type(action).objects.filter(pk=action.pk).update(reminded=today())

    assert meanwhile(first, remind_of_actions) == []
    assert not mail.outbox


@pytest.fixture
def link(db: None) -> Iterator[str]:
    FirstLink.objects.create(digest=first_link._digest("the token"))
    return "the token"


def test_of_two_who_open_the_first_link_one_makes_an_account(link: str) -> None:
    factories.shipped_content()

    def make(email: str) -> User:
        return first_link.make_first_account(token=link, email=email, name="", password="correct horse")

    refused = meanwhile(lambda: make("one@example.org"), lambda: make("other@example.org"))
    assert isinstance(refused, first_link.LinkRefused)
    assert list(User.objects.values_list("email", flat=True)) == ["one@example.org"]


def test_a_text_that_two_destroy_at_once_is_destroyed_and_nobody_sees_an_error(closed_cycle: Cycle, hr: User) -> None:
    text = Text.objects.create(team=closed_cycle.teams.get(path=NORTH), question="helps", text="Ada Berg is never there")

    def first() -> None:
        Text.objects.filter(pk=text.pk).delete()
        Text.objects.create(pk=text.pk, team=text.team, question=text.question, hidden=True)

    assert meanwhile(first, lambda: hide_text(text=text, by=hr)) is True
    assert (Text.objects.get().text, Text.objects.get().hidden) == ("", True)
    assert not Act.objects.exists()
