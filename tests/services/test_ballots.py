"""Taking an answer: exactly once, sealed, or not at all."""

import datetime
import threading
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.query import QuerySet

from assessments.ballotbox.box import unseal
from assessments.models import Box, Cycle, Invitation
from assessments.models.cycles import today
from assessments.services import ballots
from assessments.services.ballots import CodeRefused, NotStored, PollOver, UnknownCode, UsedCode, find_entry, submit_ballot
from assessments.services.codes import draw_code
from assessments.services.keys import mac_key_of, private_key_of
from tests import factories

TEAM = "Sales / North"
ANSWERS = {"kind-to-each-other": 4, "line-of-sight": 0}


def make_open_cycle() -> Cycle:
    for _ in range(5):
        factories.make_person(TEAM)
    return factories.make_cycle()


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_open_cycle()


@pytest.fixture
def code(cycle: Cycle) -> str:
    return factories.codes_of(cycle, TEAM)[0]


def nothing_stored() -> bool:
    return not Box.objects.exists() and not Invitation.objects.filter(answered=True).exists()


class TestFindEntry:
    def test_a_code_opens_its_own_unit_and_writes_nothing(self, cycle: Cycle, code: str, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            entry = find_entry(code=code.lower().replace("-", " "))
        assert (entry.team.path, entry.cycle.pk) == (TEAM, cycle.pk)
        assert nothing_stored()

    @pytest.mark.parametrize("typed", ["", "K7QM", "0000-0000-0000-0000", "' OR 1=1 --"])
    def test_a_malformed_code_is_unknown(self, cycle: Cycle, typed: str) -> None:
        with pytest.raises(UnknownCode):
            find_entry(code=typed)

    def test_a_code_nobody_was_given_is_unknown(self, cycle: Cycle) -> None:
        with pytest.raises(UnknownCode):
            find_entry(code=draw_code())

    def test_a_used_code_says_so(self, code: str) -> None:
        submit_ballot(entry=find_entry(code=code), answers=ANSWERS)
        with pytest.raises(UsedCode):
            find_entry(code=code)

    def test_another_code_of_the_same_invitation_is_used_up_too(self, cycle: Cycle) -> None:
        invitation = cycle.invitations.all()[0]
        first, second = factories.give_code(invitation), factories.give_code(invitation)
        submit_ballot(entry=find_entry(code=second), answers=ANSWERS)
        with pytest.raises(UsedCode):
            find_entry(code=first)

    @pytest.mark.parametrize("state", ["planned", "closing", "closed"])
    def test_a_cycle_that_is_not_open_takes_no_answers(self, cycle: Cycle, code: str, state: str) -> None:
        Cycle.objects.update(state=state)
        with pytest.raises(PollOver):
            find_entry(code=code)

    def test_after_the_last_day_it_is_over(self, cycle: Cycle, code: str) -> None:
        yesterday = today() - datetime.timedelta(days=1)
        Cycle.objects.update(opens=yesterday, closes=yesterday)
        with pytest.raises(PollOver):
            find_entry(code=code)

    def test_when_all_codes_are_gone_a_well_formed_one_is_late_and_not_wrong(self, cycle: Cycle, code: str) -> None:
        Invitation.objects.all().delete()
        Cycle.objects.update(state=Cycle.State.CLOSED)
        with pytest.raises(PollOver):
            find_entry(code=code)
        with pytest.raises(UnknownCode):
            find_entry(code="K7QM")


class TestSubmit:
    def test_it_stores_one_box_and_marks_the_invitation(self, cycle: Cycle, code: str) -> None:
        entry = find_entry(code=code)
        submit_ballot(entry=entry, answers=ANSWERS, helps="Good tools", hinders="Ünïcode 🙂")
        box = Box.objects.get()
        assert len(box.sealed) == 4096
        assert list(Invitation.objects.filter(answered=True)) == [entry.code.invitation]
        ballot = unseal(
            bytes(box.sealed),
            cycle=cycle.uid,
            private_key=private_key_of(cycle),
            mac_key=mac_key_of(cycle),
        )
        assert (ballot.unit, ballot.answers) == (str(entry.team.uid), ANSWERS)
        assert (ballot.helps, ballot.hinders) == ("Good tools", "Ünïcode 🙂")

    def test_a_second_post_of_the_same_page_is_refused(self, code: str) -> None:
        entry = find_entry(code=code)
        submit_ballot(entry=entry, answers=ANSWERS)
        with pytest.raises(UsedCode):
            submit_ballot(entry=entry, answers=ANSWERS)
        assert Box.objects.count() == 1

    @pytest.mark.parametrize("state", ["planned", "closing", "closed"])
    def test_a_cycle_closed_since_the_page_was_read_takes_nothing(self, code: str, state: str) -> None:
        entry = find_entry(code=code)
        Cycle.objects.update(state=state)
        with pytest.raises(PollOver):
            submit_ballot(entry=entry, answers=ANSWERS)
        assert nothing_stored()

    @pytest.mark.parametrize("value", [-1, 6, 300])
    def test_an_answer_off_the_scale_never_gets_into_a_box(self, code: str, value: int) -> None:
        with pytest.raises(ValueError, match="from 0 to 5"):
            submit_ballot(entry=find_entry(code=code), answers={"kind-to-each-other": value})
        assert nothing_stored()


class TestFailure:
    def refuses(self, code: str) -> None:
        with pytest.raises(NotStored):
            submit_ballot(entry=find_entry(code=code), answers=ANSWERS)
        assert nothing_stored()

    def test_a_box_that_cannot_be_written_leaves_the_invitation_unanswered(
        self, code: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create = QuerySet.create

        def fail_for_boxes(self: QuerySet, **values: object) -> object:
            if self.model is Box:
                raise DatabaseError("disk full")
            return create(self, **values)

        with monkeypatch.context() as patch:
            patch.setattr(QuerySet, "create", fail_for_boxes)
            self.refuses(code)
        submit_ballot(entry=find_entry(code=code), answers=ANSWERS)
        assert Box.objects.count() == 1

    def test_without_its_mac_key_nothing_is_written(self, cycle: Cycle, code: str) -> None:
        (settings.BALLOT_KEY_DIR / f"{cycle.uid}.mac").unlink()
        self.refuses(code)

    def test_nothing_is_sealed_to_a_public_key_put_into_the_database_by_hand(self, code: str) -> None:
        Cycle.objects.update(public_key=X25519PrivateKey.generate().public_key().public_bytes_raw())
        self.refuses(code)

    def test_a_ballot_too_long_for_a_box_is_not_stored(self, code: str) -> None:
        texts = "".join(chr(0x10000 + at * 7919 % 0xF0000) for at in range(4000))
        with pytest.raises(NotStored):
            submit_ballot(entry=find_entry(code=code), answers=ANSWERS, helps=texts)
        assert nothing_stored()

    def test_the_log_says_what_failed_and_nothing_of_the_ballot(
        self, cycle: Cycle, code: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (settings.BALLOT_KEY_DIR / f"{cycle.uid}.mac").unlink()
        with pytest.raises(NotStored) as problem:
            submit_ballot(entry=find_entry(code=code), answers=ANSWERS, helps="Marker-4711")
        lines = [record.getMessage() for record in caplog.records if record.name.startswith("assessments")]
        assert lines == ["A ballot could not be stored: KeyProblem"]
        assert all(record.exc_info is None for record in caplog.records)
        assert str(problem.value) == ""


def at_once(*calls: Callable[[], None]) -> list[str]:
    """Run calls in threads that begin together, each on a connection of its own; what each came to."""
    barrier, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], None]) -> None:
        try:
            barrier.wait(timeout=10)
            call()
            outcomes.append("stored")
        except CodeRefused as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_two_posts_of_one_invitation_store_one_box(self) -> None:
        cycle = make_open_cycle()
        invitations = list(cycle.invitations.all())
        for invitation in invitations[:3]:
            one, other = (find_entry(code=factories.give_code(invitation)) for _ in range(2))
            outcomes = at_once(
                lambda entry=one: submit_ballot(entry=entry, answers=ANSWERS),
                lambda entry=other: submit_ballot(entry=entry, answers=ANSWERS),
            )
            assert outcomes == ["UsedCode", "stored"]
        assert Box.objects.count() == Invitation.objects.filter(answered=True).count() == 3

    def test_people_of_one_team_do_not_get_into_each_others_way(self) -> None:
        cycle = make_open_cycle()
        entries = [find_entry(code=code) for code in factories.codes_of(cycle, TEAM)]
        calls = [lambda entry=entry: submit_ballot(entry=entry, answers=ANSWERS) for entry in entries]
        assert at_once(*calls) == ["stored"] * 5
        assert Box.objects.count() == 5

    def test_a_close_waits_for_a_post_under_way_and_later_posts_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from assessments.services.closing import close_cycle  # noqa: PLC0415 - only here

        cycle = make_open_cycle()
        *early, late, last = [find_entry(code=code) for code in factories.codes_of(cycle, TEAM)]
        for entry in early:
            submit_ballot(entry=entry, answers=ANSWERS)
        inside, hold_open = threading.Event(), ballots.hold_open

        def linger(cycle: Cycle) -> None:
            hold_open(cycle)
            inside.set()
            threading.Event().wait(0.3)

        monkeypatch.setattr(ballots, "hold_open", linger)

        def close() -> None:
            inside.wait(10)
            close_cycle(cycle=cycle, now=True)

        assert at_once(lambda: submit_ballot(entry=late, answers=ANSWERS), close) == ["stored", "stored"]
        cycle.refresh_from_db()
        assert (cycle.state, cycle.key_destroyed) == ("closed", True)
        with pytest.raises(NotStored):
            submit_ballot(entry=last, answers=ANSWERS)
        assert not Box.objects.exists()
