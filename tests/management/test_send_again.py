"""The command that mails one person a fresh code says the same whether or not the person has answered."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from assessments.models import Cycle, Invitation, Person
from tests import factories

pytestmark = pytest.mark.django_db
NAME = "2026 Q4"


@pytest.fixture
def person(db: None) -> Person:
    people = [factories.make_person("Sales") for _ in range(5)]
    factories.make_cycle(NAME)
    return people[0]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("send_again", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("answered", [False, True])
def test_it_says_the_same_whether_or_not_the_person_has_answered(person: Person, answered: bool) -> None:
    Invitation.objects.update(answered=answered)
    assert run(NAME, person.employee_id) == "One invitation with a fresh code sent.\n"
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_an_unknown_person_or_cycle_is_named(person: Person) -> None:
    with pytest.raises(CommandError, match="Nobody in the roster has the employee_id “E99999”"):
        run(NAME, "E99999")
    with pytest.raises(CommandError, match="There is no cycle “2020 Q1”"):
        run("2020 Q1", person.employee_id)


def test_what_cannot_be_sent_is_one_clear_line(person: Person) -> None:
    Cycle.objects.update(state="closing")
    with pytest.raises(CommandError, match="takes no answers"):
        run(NAME, person.employee_id)
    Cycle.objects.update(state="open")
    Person.objects.update(email="")
    with pytest.raises(CommandError, match="has no mail address"):
        run(NAME, person.employee_id)
