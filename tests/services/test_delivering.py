"""Each manager's reports by mail: once each, whatever stops the worker in between."""

from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from assessments.models import Act, Cycle, Membership, Person, ReportBatch, ReportMail, User
from assessments.services.delivering import ask_to_mail, send_mails
from assessments.services.reporting import CannotReport, make_files, start_batch, stop_work
from tests import factories
from tests.services.test_reporting import Writer, enqueue, job_of

LEADERS = {"sales@example.org", "north@example.org", "south@example.org"} | {
    "support@example.org",
    "desk@example.org",
    "night@example.org",
}


@pytest.fixture
def batch(closed_cycle: Cycle, hr: User, settings, tmp_path: Path) -> ReportBatch:
    settings.REPORTS_DIR = tmp_path / "reports"
    start_batch(cycle=closed_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)
    batch = ReportBatch.objects.get()
    make_files(batch=batch.pk, job=job_of(batch), write=Writer())
    return batch


def press(batch: ReportBatch, *, unsure: bool = False) -> list[str]:
    """To whom mails went."""
    mail.outbox.clear()
    ask_to_mail(batch=batch, by=User.objects.get(role="hr"), enqueue=enqueue, unsure=unsure)
    send_mails(batch=batch.pk, job=job_of(batch))
    return [message.to[0] for message in mail.outbox]


def test_each_manager_gets_one_mail_with_the_reports_of_the_units_led(batch: ReportBatch, settings) -> None:
    factories.join(Person.objects.get(email="north@example.org"), "Sales / South", "leader")
    assert set(sent := press(batch)) == LEADERS
    assert len(sent) == len(LEADERS)
    message = next(message for message in mail.outbox if message.to == ["north@example.org"])
    assert message.subject == "Improvement reports of your teams, 2026 Q4"
    found = [(name, content, kind) for name, content, kind in message.attachments]
    assert found == [
        ("sales_north.pdf", b"%PDF Sales / North", "application/pdf"),
        ("sales_south.pdf", b"%PDF Sales / South", "application/pdf"),
    ]
    unit = batch.cycle.teams.get(path="Sales / South")
    assert f"South: {settings.BASE_URL}/teams/{unit.uid}/report/" in message.body
    assert Act.objects.first().what == Act.What.MAIL_REPORTS  # type: ignore[union-attr]


def test_pressed_again_nobody_gets_a_second_mail(batch: ReportBatch) -> None:
    assert press(batch)
    assert press(batch) == []


def test_what_could_not_be_sent_is_tried_again(batch: ReportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    send = EmailBackend.send_messages

    def refuse(self: EmailBackend, messages: list) -> int:
        if messages[0].to == ["north@example.org"]:
            raise OSError("refused")
        return send(self, messages)

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert set(press(batch)) == LEADERS - {"north@example.org"}
    assert ReportMail.objects.get(state=ReportMail.State.FAILED).person.email == "north@example.org"
    assert press(batch) == ["north@example.org"]


def test_killed_while_sending_it_writes_to_nobody_twice_unasked(batch: ReportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(self: EmailBackend, messages: list) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", die)
        with pytest.raises(KeyboardInterrupt):
            press(batch)
    [unsure] = ReportMail.objects.filter(state=ReportMail.State.BEGUN)
    assert set(press(batch)) == LEADERS - {unsure.person.email}
    assert press(batch, unsure=True) == [unsure.person.email]


def test_stopped_it_sends_no_more(batch: ReportBatch, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    send = EmailBackend.send_messages

    def stop(self: EmailBackend, messages: list) -> int:
        stop_work(batch=batch, by=hr)
        return send(self, messages)

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", stop)
        assert len(first := press(batch)) == 1
    assert set(press(batch)) == LEADERS - set(first)


def test_who_leads_no_more_or_has_no_address_gets_nothing(batch: ReportBatch) -> None:
    Membership.objects.filter(person__email="north@example.org").delete()
    Person.objects.filter(email="south@example.org").update(email="")
    assert set(press(batch)) == LEADERS - {"north@example.org", "south@example.org"}


def test_a_mail_server_that_is_away_is_said_in_words(batch: ReportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailBackend) -> None:
        raise OSError("away")

    monkeypatch.setattr(EmailBackend, "open", refuse)
    assert press(batch) == []
    batch.refresh_from_db()
    assert "mail server cannot be reached" in batch.problem
    assert not ReportMail.objects.exists()


def test_nothing_goes_out_before_all_are_made_or_after_a_text_was_destroyed(batch: ReportBatch) -> None:
    Act.objects.create(who="HR", what=Act.What.HIDE_TEXT, cycle=batch.cycle)
    with pytest.raises(CannotReport, match="A text was destroyed"):
        press(batch)
    batch.files.update(made_at=None)
    with pytest.raises(CannotReport, match="Not all reports"):
        press(batch)
