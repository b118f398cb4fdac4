"""Trustee mode: the private key comes to the server only for the close, and stays in the memory of one process."""

import datetime
import io
import logging
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from assessments.ballotbox.keys import KeyProblem
from assessments.ballotbox.make_trustee_key import PRIVATE_NAME, PUBLIC_NAME, make_trustee_key, short_sign
from assessments.models import Box, Cycle, Figure, User
from assessments.models.clock import today
from assessments.services.audit import Verdict, audit_cycle
from assessments.services.closing import CannotClose, close_cycle
from assessments.services.counting import CannotAsk, ask_for_close
from assessments.services.cycles import CycleRefused, open_cycle
from assessments.services.keys import find_key_fault, private_key_of
from assessments.services.trustee import KeyRefused, close_with_trustees_key
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NORTH = "Sales / North"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    make_trustee_key(tmp_path)
    return tmp_path


@pytest.fixture
def key(stick: Path) -> str:
    return (stick / PRIVATE_NAME).read_text()


@pytest.fixture
def cycle(organisation: None, stick: Path) -> Cycle:
    cycle = open_cycle(
        name="2026 Q4",
        questionnaire=factories.quarterly_check(),
        opens=today(),
        closes=today() + datetime.timedelta(days=9),
        trustee_key=(stick / PUBLIC_NAME).read_text(),
    )
    factories.answer(cycle, NORTH, [4] * 8)
    return cycle


@pytest.fixture
def over(cycle: Cycle) -> Cycle:
    Cycle.objects.update(opens=cycle.opens - datetime.timedelta(days=19), closes=cycle.opens - datetime.timedelta(days=1))
    cycle.refresh_from_db()
    return cycle


def nothing_happened(cycle: Cycle) -> None:
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.OPEN
    assert Box.objects.count() == 8
    assert not Figure.objects.exists()


class TestOpening:
    def test_no_private_key_is_made(self, cycle: Cycle) -> None:
        assert [path.suffix for path in sorted(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*"))] == [".mac", ".roll"]
        assert find_key_fault(cycle=cycle, thorough=True) is None

    def test_the_short_sign_is_the_one_that_the_trustee_was_told(self, cycle: Cycle) -> None:
        assert cycle.short_sign == short_sign(bytes(cycle.public_key))

    def test_a_private_key_given_by_mistake_is_refused(self, organisation: None, key: str) -> None:
        with pytest.raises(CycleRefused, match="must stay with the trustee"):
            open_cycle(name="2026 Q4", questionnaire=factories.quarterly_check(), opens=today(), closes=today(), trustee_key=key)
        assert not Cycle.objects.exists()

    def test_what_a_plan_in_the_database_says_of_keys_is_not_believed(self, organisation: None, stick: Path) -> None:
        """Somebody who can write there could put a key of their own into a planned cycle."""
        tomorrow = today() + datetime.timedelta(days=1)
        plan = {"name": "2026 Q4", "questionnaire": factories.quarterly_check(), "closes": tomorrow}
        trustees = (stick / PUBLIC_NAME).read_text()
        planned = open_cycle(**plan, opens=tomorrow, trustee_key=trustees)  # type: ignore[arg-type]
        foreign = X25519PrivateKey.generate().public_key().public_bytes_raw()
        Cycle.objects.update(trustee=True, public_key=foreign)
        with pytest.raises(CycleRefused, match="opens with the trustee’s public key"):
            open_cycle(**plan, opens=today())  # type: ignore[arg-type]
        opened = open_cycle(**plan, opens=today(), trustee_key=trustees)  # type: ignore[arg-type]
        assert (opened.pk, opened.trustee) == (planned.pk, True)
        assert bytes(opened.public_key) != foreign

    def test_a_plan_that_says_it_needs_no_trustee_opens_with_a_key_of_this_server(self, organisation: None) -> None:
        tomorrow = today() + datetime.timedelta(days=1)
        plan = {"name": "2026 Q4", "questionnaire": factories.quarterly_check(), "closes": tomorrow}
        open_cycle(**plan, opens=tomorrow)  # type: ignore[arg-type]
        Cycle.objects.update(public_key=X25519PrivateKey.generate().public_key().public_bytes_raw())
        private_key_of(open_cycle(**plan, opens=today()))  # type: ignore[arg-type]


class TestClosing:
    def test_the_key_opens_and_counts(self, over: Cycle, key: str) -> None:
        close_with_trustees_key(cycle=over, key=key)
        over.refresh_from_db()
        assert (over.state, over.key_destroyed) == (Cycle.State.CLOSED, True)
        assert Figure.objects.get(team__path=NORTH, kind="overall").n == 8
        assert not Box.objects.exists()
        assert not list(settings.BALLOT_KEY_DIR.glob(f"{over.uid}*"))

    def test_it_counts_what_an_ordinary_cycle_would(self, over: Cycle, key: str) -> None:
        close_with_trustees_key(cycle=over, key=key)
        ordinary = factories.make_cycle("2027 Q1")
        factories.answer(ordinary, NORTH, [4] * 8)
        close_cycle(cycle=ordinary, now=True)
        columns = ("team__path", "kind", "code", "n", "mean", "op", "low", "high")
        ours, theirs = (set(Figure.objects.filter(team__cycle=cycle).values_list(*columns)) for cycle in (over, ordinary))
        assert ours == theirs

    def test_before_the_last_day_is_over_it_waits(self, cycle: Cycle, key: str) -> None:
        with pytest.raises(KeyRefused, match="takes answers until the end of"):
            close_with_trustees_key(cycle=cycle, key=key)
        nothing_happened(cycle)

    def test_another_key_changes_nothing(self, over: Cycle) -> None:
        other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        with pytest.raises(KeyRefused, match="not the private key that belongs to this poll") as caught:
            close_with_trustees_key(cycle=over, key=other)
        assert other.splitlines()[1] not in str(caught.value)
        nothing_happened(over)

    def test_without_the_key_nothing_closes_it(self, over: Cycle, hr: User) -> None:
        with pytest.raises(CannotClose, match="with its trustee"):
            close_cycle(cycle=over)
        with pytest.raises(CannotAsk, match="with its trustee"):
            ask_for_close(cycle=over, by=hr)
        with pytest.raises(CommandError, match="with its trustee"):
            call_command("close_cycle", over.name)
        nothing_happened(over)

    def test_a_forged_box_stops_it_all_the_same(self, over: Cycle, key: str) -> None:
        Box.objects.filter(pk=Box.objects.values("pk")[:1]).update(sealed=b"x" * 4096)
        with pytest.raises(KeyRefused, match="not made by this poll's own pages"):
            close_with_trustees_key(cycle=over, key=key)
        nothing_happened(over)

    def test_the_trustee_is_thanked_when_only_a_key_file_could_not_be_removed(
        self, over: Cycle, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """All is counted and published then: asking for the key again would be wrong."""

        def refuse(*args: object) -> None:
            raise KeyProblem("The key file could not be removed: read-only.")

        monkeypatch.setattr("assessments.services.closing.destroy_keys", refuse)
        close_with_trustees_key(cycle=over, key=key)
        assert Figure.objects.exists()
        assert "still to be removed" in caplog.text

    def test_after_an_interruption_the_key_is_entered_again(self, over: Cycle, key: str) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSING)  # as a killed process leaves it
        close_with_trustees_key(cycle=over, key=key)
        assert Figure.objects.exists()

    def test_the_database_and_the_log_never_hold_the_key(self, over: Cycle, key: str, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        secret = key.splitlines()[1]
        close_with_trustees_key(cycle=over, key=key)
        assert secret not in caplog.text
        assert secret not in everything_stored()
        assert str(over.uid) in everything_stored()  # so that the search is known to read


def everything_stored() -> str:
    rows: list[object] = []
    for model in apps.get_models():
        rows += model._base_manager.values_list()
    return repr(rows)


class TestCommands:
    def test_a_file_a_pipe_and_the_page_take_the_same_key(
        self, cycle: Cycle, stick: Path, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(key))
        call_command("close_cycle", cycle.name, "--now", "--trustees-key", "-", stdout=(out := io.StringIO()))
        assert "Please destroy it and all its copies now." in out.getvalue()
        call_command("close_cycle", cycle.name, "--trustees-key", str(stick / PRIVATE_NAME), stdout=io.StringIO())

    def test_a_file_that_is_not_there(self, over: Cycle, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("close_cycle", over.name, "--trustees-key", str(tmp_path / "nowhere.pem"))
        nothing_happened(over)

    def test_opening_takes_the_public_file_and_says_its_sign(self, organisation: None, stick: Path) -> None:
        factories.quarterly_check()
        call_command(
            "open_cycle",
            "2026 Q4",
            questionnaire="quarterly-check",
            opens=today(),
            closes=today(),
            trustee_key=(stick / PUBLIC_NAME).open(),
            stdout=(out := io.StringIO()),
        )
        assert Cycle.objects.get().short_sign in out.getvalue()

    def test_the_pair_is_made_by_a_command_too(self, tmp_path: Path) -> None:
        call_command("make_trustee_key", str(tmp_path / "new"), stdout=(out := io.StringIO()))
        assert {path.name for path in (tmp_path / "new").iterdir()} == {PRIVATE_NAME, PUBLIC_NAME}
        assert "destroy the key" in out.getvalue()
        with pytest.raises(CommandError, match="never overwritten"):
            call_command("make_trustee_key", str(tmp_path / "new"))


def test_a_key_that_should_be_elsewhere_is_an_alarm(open_cycle: Cycle) -> None:
    """The page about anonymity would say that the key is not here."""
    Cycle.objects.update(trustee=True)
    open_cycle.refresh_from_db()
    assert find_key_fault(cycle=open_cycle, thorough=False) == Cycle.KeyFault.FOREIGN


def test_the_audit_says_where_the_key_is(cycle: Cycle) -> None:
    words = [finding.words for finding in audit_cycle(cycle=cycle) if finding.verdict == Verdict.OK]
    assert any("with the trustee and not on this server" in sentence and cycle.short_sign in sentence for sentence in words)
    (settings.BALLOT_KEY_DIR / f"{cycle.uid}.private").write_bytes(b"x" * 32)
    wrong = [finding.words for finding in audit_cycle(cycle=cycle) if finding.verdict == Verdict.WRONG]
    assert any("should be with the trustee, but a file is here" in sentence for sentence in wrong)
