"""HR uploads a roster, says what its columns mean, looks at the change and applies it."""

import datetime
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Act, Cycle, Membership, Person, RosterColumn, RosterUpload, Team, User
from assessments.services.organisation import apply_roster
from tests import factories
from tests.services.test_organisation import rows

pytestmark = pytest.mark.django_db

HEADER = "employee_id,name,email,team,role\n"
PEOPLE = [
    f"{number},Person {number},p{number}@example.org,Sales / {'North' if number % 2 else 'South'},member\n" for number in range(10)
]
BEFORE = HEADER + "".join(PEOPLE)


@pytest.fixture
def client(client: Client, hr: User) -> Client:
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(client: Client, text: str | bytes, name: str = "roster.csv") -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("roster"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def apply(client: Client, **fields: str) -> Any:
    page = client.get(reverse("roster_preview")).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    return client.post(reverse("roster_apply"), {"seen": seen[1], **fields}, follow=True)


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_page_says_what_is_there_and_what_a_file_holds(client: Client, closed_cycle: Cycle) -> None:
    page = words(client.get(reverse("roster")))
    people = Person.objects.filter(active=True).count()
    assert f"People {people} of them without a mail address 0" in page
    assert "Managers 6" in page
    assert "employee_id" in page


def test_a_file_is_looked_at_before_anything_changes_and_then_applied(client: Client) -> None:
    page = upload(client, BEFORE)
    assert page.redirect_chain == [(reverse("roster_preview"), 302)]
    assert "New 10" in words(page)
    assert "Sales / North new team" in words(page)
    assert not Person.objects.exists()
    done = apply(client)
    assert "The roster is applied: 10 people came, 0 left." in words(done)
    assert (Person.objects.count(), Membership.objects.count(), Team.objects.count()) == (10, 10, 3)
    assert not RosterUpload.objects.exists()
    act = Act.objects.get()
    assert (act.what, act.who, act.cycle, act.why) == (Act.What.ROSTER, "Hannah of HR", None, "roster.csv: +10 −0")
    assert f"Last roster {timezone.localdate():%-d %B %Y}, by Hannah of HR" in words(client.get(reverse("roster")))


def test_the_same_file_again_says_that_nothing_changes(client: Client) -> None:
    upload(client, BEFORE)
    apply(client)
    page = upload(client, BEFORE)
    assert "Nothing changes" in words(page)
    assert "Apply the roster" not in words(page)


def test_people_who_come_move_and_go_are_listed(client: Client) -> None:
    upload(client, BEFORE)
    apply(client)
    page = words(upload(client, HEADER + "".join(PEOPLE[1:]).replace("1,Person 1,", "1,Percy,") + "99,Newman,,Support,member\n"))
    assert "Leaving: 1 Person 0 0 was: Sales / South" in page
    assert "New: 1 Newman 99 now: Support" in page
    assert "New name: 1 Percy 1 from Person 1 to Percy" in page
    assert "Untouched 8" in page


def test_more_than_a_fifth_leaving_needs_a_tick(client: Client) -> None:
    upload(client, BEFORE)
    apply(client)
    page = words(upload(client, HEADER + "".join(PEOPLE[:7])))
    assert "3 of 10 people would leave. Does the file hold everybody" in page
    refused = apply(client)
    assert refused.status_code == 422
    assert "Tick the box below if the file really holds everybody." in words(refused)
    assert Person.objects.filter(active=True).count() == 10
    apply(client, many_leave="on")
    assert Person.objects.filter(active=True).count() == 7


def test_a_change_since_the_preview_asks_for_another_look(client: Client) -> None:
    upload(client, BEFORE)
    page = client.get(reverse("roster_preview")).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    factories.make_person("Sales / North")
    answer = client.post(reverse("roster_apply"), {"seen": seen[1]}, follow=True)
    assert "Something has changed since you looked, so nothing was applied." in words(answer)
    assert answer.redirect_chain == [(reverse("roster_preview"), 302)]
    assert Person.objects.count() == 1
    apply(client, many_leave="on")
    assert Person.objects.filter(active=True).count() == 10


def test_another_file_since_the_preview_is_not_applied_unseen(client: Client) -> None:
    upload(client, BEFORE)
    page = client.get(reverse("roster_preview")).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    upload(client, HEADER + PEOPLE[0])
    client.post(reverse("roster_apply"), {"seen": seen[1]})
    assert not Person.objects.exists()


def test_a_file_that_is_no_table_is_refused_beside_its_field(client: Client) -> None:
    page = upload(client, b"%PDF-1.7", "roster.xlsx")
    assert page.status_code == 422
    assert "Row 1: This is a document and no table." in words(page)
    assert not RosterUpload.objects.exists()


def test_no_file_and_an_empty_one_are_told(client: Client) -> None:
    nothing_chosen = words(client.post(reverse("roster"), {}))
    assert "Choose a file first." in nothing_chosen
    assert nothing_chosen.count("This needs another look") == 1
    assert "The file is empty." in words(upload(client, b""))


def test_a_file_that_is_too_large_is_refused_unread(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessments.views.roster.MAX_BYTES", 1024 * 1024)
    page = upload(client, b"x" * (1024 * 1024 + 1))
    assert page.status_code == 422
    assert "The file is larger than 1 MB." in words(page)


def test_problems_are_listed_by_row_and_can_be_downloaded(client: Client) -> None:
    faulty = HEADER + "".join(f"{number},P{number},,Sales,boss\n" for number in range(150))
    page = words(upload(client, faulty))
    assert "150 problems in the file" in page
    assert "The first 100 of 150." in page
    assert "101 The role “boss” is unknown. Write member or leader." in page
    file = b"".join(client.get(reverse("roster_problems"))).decode()  # type: ignore[arg-type]
    assert file.count("\n") == 151
    assert "151,The role “boss” is unknown." in file
    assert client.get(reverse("roster_changes")).status_code == 404


def test_other_headings_are_matched_once_and_remembered(client: Client) -> None:
    file = (
        "PNr;Full name;E-mail;Level 1;Level 2;Manager;Cost centre\n1;Ann Lee;ann@x.org;Sales;North;yes;4711\n2;Ben;;Sales;;;4712\n"
    )
    page = upload(client, file)
    assert page.redirect_chain == [(reverse("roster_columns"), 302)]
    assert "4711" in words(page)
    columns = ["", "name", "email", "level_1", "level_2", "leads", "ignored"]
    refused = client.post(reverse("roster_columns"), {f"column_{at}": meaning for at, meaning in enumerate(columns)})
    assert refused.status_code == 422
    assert "Say which column holds the employee id" in words(refused)
    assert '<option value="ignored" selected>' in refused.content.decode()
    columns[0] = "employee_id"
    page = client.post(reverse("roster_columns"), {f"column_{at}": meaning for at, meaning in enumerate(columns)}, follow=True)
    assert "New 2" in words(page)
    assert RosterColumn.objects.get(heading="pnr").meaning == "employee_id"
    apply(client)
    assert set(Membership.objects.values_list("person__name", "team__path", "role")) == {
        ("Ann Lee", "Sales / North", "leader"),
        ("Ben", "Sales", "member"),
    }
    again = upload(client, file)
    assert again.redirect_chain == [(reverse("roster_preview"), 302)]
    assert "Nothing changes" in words(again)


def test_cancelling_deletes_the_file(client: Client) -> None:
    upload(client, BEFORE)
    assert "The file is deleted from the server." in words(client.post(reverse("roster_cancel"), follow=True))
    assert not RosterUpload.objects.exists()
    assert "No file is waiting any more" in words(client.get(reverse("roster_preview"), follow=True))


def test_a_file_left_for_a_day_is_deleted_at_the_next_look(client: Client) -> None:
    upload(client, BEFORE)
    assert "A file of yours is waiting" in words(client.get(reverse("roster")))
    RosterUpload.objects.update(at=timezone.now() - datetime.timedelta(hours=25))
    assert "A file of yours is waiting" not in words(client.get(reverse("roster")))
    assert not RosterUpload.objects.exists()


def test_nobody_sees_a_colleague_s_file(client: Client) -> None:
    upload(client, BEFORE)
    client.force_login(factories.make_user(role="hr"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("roster_problems")).status_code == 404
    assert "No file is waiting any more" in words(client.get(reverse("roster_preview"), follow=True))


def test_a_running_cycle_is_said_to_stay_as_it_is(client: Client, open_cycle: Cycle) -> None:
    assert "2026 Q4 is running. It goes on with the teams and people of the day on which it opened" in words(
        client.get(reverse("roster"))
    )


def test_all_changes_can_be_downloaded_and_no_cell_becomes_a_formula(client: Client) -> None:
    apply_roster(rows=rows("1 Ann - Sales member"))
    upload(client, HEADER + "1,=1+1,,Sales,member\n2,Ben,,Sales,member\n")
    file = b"".join(client.get(reverse("roster_changes"))).decode()  # type: ignore[arg-type]
    assert "New,2,Ben,,Sales" in file
    assert "New name,1,'=1+1,Ann,'=1+1" in file


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sample_can_be_uploaded_as_it_is(client: Client, kind: str) -> None:
    sample = client.get(reverse("roster_sample", args=[kind]))
    content = b"".join(sample) if sample.streaming else sample.content  # type: ignore[arg-type]
    page = upload(client, content, f"sample.{kind}")
    assert "New 6" in words(page)
    assert Client().get(reverse("roster_sample", args=[kind])).status_code == 302
    assert client.get(reverse("roster_sample", args=["pdf"])).status_code == 404
