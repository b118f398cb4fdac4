"""`manage.py send_reminders` says what has gone out, and what keeps it from going out."""

import datetime
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from assessments.models.clock import clock_set_to, today
from assessments.services.invitations import send_invitations
from tests import factories


@pytest.fixture
def invited(db: None) -> None:
    factories.make_organisation({"Sales": 6})
    with clock_set_to(today()):
        send_invitations(cycle=factories.make_cycle())
    mail.outbox.clear()


def test_it_tells_no_number_of_mails(invited: None) -> None:
    out = StringIO()
    with clock_set_to(today() + datetime.timedelta(days=2)):
        call_command("send_reminders", "2026 Q4", stdout=out)
    assert out.getvalue() == "Reminder 1 has gone out.\n"
    assert len([message for message in mail.outbox if message.to[0].startswith("person")]) == 6


def test_it_says_when_it_is_too_soon(invited: None) -> None:
    with clock_set_to(today()), pytest.raises(CommandError, match="within 24 hours of another mail"):
        call_command("send_reminders", "2026 Q4")
    assert not mail.outbox
