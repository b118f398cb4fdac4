"""Mailing invitations: one mail and one code each, again sends only what is missing, and no code anywhere else."""

import logging
import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Code, Cycle, Invitation, Person
from assessments.services.ballots import UsedCode, find_entry, submit_ballot
from assessments.services.codes import code_digest
from assessments.services.invitations import NotAskedByMail, NotOpen, NotSent, Sent, send_again, send_invitations
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(db: None) -> Cycle:
    for _ in range(4):
        factories.make_person("Sales / North")
    factories.make_person("Sales / North", email="")
    factories.make_person("Sales", "leader", email="head@example.org")
    return factories.make_cycle()


class FailsForSome(EmailBackend):
    """No mail to the addresses in `refused`."""

    refused: dict[str, Exception] = {}

    def send_messages(self, messages: list) -> int:  # type: ignore[override]
        for message in messages:
            if error := self.refused.get(message.to[0]):
                raise error
        return super().send_messages(messages)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    monkeypatch.setattr(settings, "EMAIL_BACKEND", f"{__name__}.FailsForSome")
    monkeypatch.setattr(FailsForSome, "refused", {})
    return FailsForSome.refused


def codes_in(message: mail.EmailMessage) -> set[str]:
    return set(re.findall(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b", str(message.body)))


def test_everybody_with_an_address_gets_one_mail_with_a_link_and_a_code(cycle: Cycle) -> None:
    assert send_invitations(cycle=cycle) == Sent(sent=4, failed=0, without_address=1)
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 4
    codes = [code for message in mail.outbox for code in codes_in(message)]
    assert len(set(codes)) == len(codes) == 4
    for message in mail.outbox:
        (code,) = codes_in(message)
        assert f"{settings.BASE_URL}/a/#{code}" in str(message.body)
        entry = find_entry(code=code)
        assert entry.code.invitation.person is not None
        assert entry.code.invitation.person.email == message.to[0]


def test_the_database_holds_the_digest_and_nothing_of_the_code(cycle: Cycle) -> None:
    send_invitations(cycle=cycle)
    written = {code_digest(code) for message in mail.outbox for code in codes_in(message)}
    assert set(Code.objects.values_list("digest", flat=True)) == written


def test_again_sends_nothing(cycle: Cycle) -> None:
    send_invitations(cycle=cycle)
    assert send_invitations(cycle=cycle).sent == 0
    assert len(mail.outbox) == 4


def test_again_sends_only_to_those_who_were_never_sent_a_code(cycle: Cycle) -> None:
    chosen = Invitation.objects.exclude(person=None)[0]
    factories.give_code(chosen)
    assert send_invitations(cycle=cycle).sent == 3
    assert chosen.person is not None
    assert chosen.person.email not in {message.to[0] for message in mail.outbox}


@pytest.mark.parametrize("error", [ConnectionRefusedError("no mail server"), ValueError("no such address")])
def test_a_mail_that_fails_leaves_no_code_and_is_sent_at_the_next_run(
    cycle: Cycle, refused: dict[str, Exception], error: Exception
) -> None:
    address = Person.objects.exclude(email__in=["", "head@example.org"])[0].email
    refused[address] = error
    assert send_invitations(cycle=cycle) == Sent(sent=3, failed=1, without_address=1)
    assert Code.objects.count() == 3
    refused.clear()
    assert send_invitations(cycle=cycle) == Sent(sent=1, failed=0, without_address=1)
    assert mail.outbox[-1].to == [address]


def test_who_has_lost_the_address_counts_as_without_one(cycle: Cycle) -> None:
    Person.objects.filter(pk=Invitation.objects.exclude(person=None).values("person")[:1]).update(email="")
    assert send_invitations(cycle=cycle) == Sent(sent=3, failed=0, without_address=2)
    assert Code.objects.count() == 3


def test_no_log_line_holds_a_code_or_an_address(
    cycle: Cycle, refused: dict[str, Exception], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    addresses = [address for address in Person.objects.values_list("email", flat=True) if address]
    refused[addresses[0]] = OSError(f"550 {addresses[0]} is unknown here")
    send_invitations(cycle=cycle)
    assert "could not be sent" in caplog.text
    codes = {code for message in mail.outbox for code in codes_in(message)}
    written = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    for secret in [*addresses, *codes, *map(code_digest, codes)]:
        assert secret not in written


@pytest.mark.parametrize("state", ["planned", "closing", "closed"])
def test_only_an_open_cycle_invites(cycle: Cycle, state: str) -> None:
    Cycle.objects.update(state=state)
    cycle.refresh_from_db()
    with pytest.raises(NotOpen, match="takes no answers"):
        send_invitations(cycle=cycle)
    assert not mail.outbox


class TestSendAgain:
    @pytest.fixture
    def person(self, cycle: Cycle) -> Person:
        return Person.objects.filter(email__startswith="person").order_by("pk")[0]

    def test_it_adds_a_code_and_the_earlier_one_goes_on_working(self, cycle: Cycle, person: Person) -> None:
        send_again(cycle=cycle, person=person)
        send_again(cycle=cycle, person=person)
        codes = [code for message in mail.outbox for code in codes_in(message)]
        assert len(set(codes)) == 2
        assert {find_entry(code=code).code.invitation.person for code in codes} == {person}

    def test_an_answered_invitation_gets_the_same_mail_with_a_code_that_is_used(self, cycle: Cycle, person: Person) -> None:
        send_again(cycle=cycle, person=person)
        (first,) = codes_in(mail.outbox[0])
        submit_ballot(entry=find_entry(code=first), answers={"kind-to-each-other": 4})
        send_again(cycle=cycle, person=person)
        (second,) = codes_in(mail.outbox[1])
        assert first != second
        assert str(mail.outbox[1].body).replace(second, first) == mail.outbox[0].body
        assert mail.outbox[1].subject == mail.outbox[0].subject
        with pytest.raises(UsedCode):
            find_entry(code=second)

    def test_it_costs_the_same_queries_either_way(self, cycle: Cycle, person: Person) -> None:
        counts = []
        for answered in (False, True):
            Invitation.objects.filter(person=person).update(answered=answered)
            with CaptureQueriesContext(connection) as captured:
                send_again(cycle=cycle, person=person)
            counts.append([query["sql"].split(" ")[0] for query in captured])
        assert counts[0] == counts[1]

    def test_who_is_on_a_card_or_not_invited_gets_no_mail(self, cycle: Cycle) -> None:
        on_card = Person.objects.get(email="")
        on_card.email = "new@example.org"
        for person in (on_card, factories.make_person("Sales / North")):
            with pytest.raises(NotAskedByMail, match="not asked by mail"):
                send_again(cycle=cycle, person=person)
        assert not mail.outbox

    def test_without_an_address_it_says_so(self, cycle: Cycle, person: Person) -> None:
        person.email = ""
        with pytest.raises(NotAskedByMail, match="has no mail address"):
            send_again(cycle=cycle, person=person)

    @pytest.mark.parametrize("error", [ConnectionRefusedError("no mail server"), ValueError("no such address")])
    def test_a_mail_that_fails_leaves_no_code(
        self, cycle: Cycle, person: Person, refused: dict[str, Exception], error: Exception
    ) -> None:
        refused[person.email] = error
        with pytest.raises(NotSent):
            send_again(cycle=cycle, person=person)
        assert not Code.objects.exists()

    def test_only_while_answers_are_taken(self, cycle: Cycle, person: Person) -> None:
        Cycle.objects.update(state="closing")
        cycle.refresh_from_db()
        with pytest.raises(NotOpen):
            send_again(cycle=cycle, person=person)
