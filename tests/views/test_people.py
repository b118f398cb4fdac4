"""HR's pages of people."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from assessments.models import Cycle, Membership, Person, Team, User
from assessments.services.people import leave
from tests import factories
from tests.views.test_structure import seen, words

pytestmark = pytest.mark.django_db
NORTH, SOUTH = "Sales / North", "Sales / South"


@pytest.fixture
def client(client: Client, hr: User) -> Client:
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def ann(organisation: None) -> Person:
    return factories.make_person(NORTH, name="Ann", email="ann@example.org")


def change(client: Client, person: Person, code: str, **fields: Any) -> Any:
    """Look, then confirm."""
    address = reverse("change_person", args=[person.pk, code])
    fields["seen"] = seen(client.post(address, fields))
    return client.post(address, fields, follow=True)


class TestList:
    def test_people_stand_on_pages_with_their_teams(self, client: Client, organisation: None) -> None:
        factories.make_members(SOUTH, 60)
        page = words(client.get(reverse("people")))
        assert "1 to 50 of 90" in page
        assert "Leader of North" in page
        assert "51 to 90 of 90" in words(client.get(reverse("people"), {"page": "2"}))

    def test_its_queries_do_not_grow_with_people(self, client: Client, organisation: None) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("people"))
            return len(captured)

        before = queries()
        factories.make_members(SOUTH, 30)
        assert queries() == before

    def test_a_search_goes_along_to_further_pages(self, client: Client, organisation: None) -> None:
        factories.make_members(SOUTH, 60)
        page = client.get(reverse("people"), {"q": "person"}).content.decode()
        assert 'href="/hr/people/?page=2&amp;q=person"' in page

    def test_lists_of_those_without_address_and_who_left(self, client: Client, ann: Person, hr: User) -> None:
        factories.make_person(NORTH, name="No Mail", email="")
        gone = factories.make_person(NORTH, name="Long Gone")
        leave(person=gone, by=hr)
        named = {show: words(client.get(reverse("people"), {"show": show})) for show in ("", "no-address", "left")}
        assert ["No Mail" in page for page in named.values()] == [True, True, False]
        assert ["Long Gone" in page for page in named.values()] == [False, False, True]
        assert "Without a mail address: 1 Left: 1" in named[""]

    def test_who_lost_the_address_while_invited_by_mail_is_named(self, client: Client, ann: Person) -> None:
        factories.make_cycle("2027 Q1")
        assert "without an address now" not in words(client.get(reverse("people"), {"show": "no-address"}))
        Person.objects.filter(pk=ann.pk).update(email="")
        late = factories.make_person(NORTH, name="Late", email="")
        page = words(client.get(reverse("people"), {"show": "no-address"}))
        box = page[page.index("Invited by mail, but without an address now") : page.index("Employee id")]
        assert "Ann" in box
        assert late.name not in box


class TestOne:
    def test_it_says_where_the_person_is_asked(self, client: Client, ann: Person) -> None:
        factories.join(ann, SOUTH)
        page = words(client.get(reverse("person", args=[ann.pk])))
        assert "In the next cycle the answers count for Sales / North ." in page
        place = ann.memberships.get(team__path=SOUTH)
        done = client.post(reverse("ask_first", args=[ann.pk]), {"place": place.pk}, follow=True)
        assert "the answers count for Sales / South ." in words(done)

    def test_name_and_address_are_saved_and_a_fault_stands_at_its_field(self, client: Client, ann: Person) -> None:
        done = client.post(reverse("person", args=[ann.pk]), {"name": " Anna  Lee ", "email": "ANNA@example.org"}, follow=True)
        assert "Saved." in words(done)
        ann.refresh_from_db()
        assert (ann.name, ann.email) == ("Anna Lee", "anna@example.org")
        page = client.post(reverse("person", args=[ann.pk]), {"name": "Anna", "email": "north@example.org"})
        assert page.status_code == 422
        assert "Somebody else has this address." in words(page)

    @override_settings(LANGUAGES=[("en", "English"), ("de", "Deutsch")])
    def test_a_language_can_be_chosen_where_there_are_several(self, client: Client, ann: Person) -> None:
        client.post(reverse("person", args=[ann.pk]), {"name": "Ann", "email": "ann@example.org", "language": "de"})
        ann.refresh_from_db()
        assert ann.language == "de"
        assert "The organisation’s" in words(client.get(reverse("person", args=[ann.pk])))

    def test_with_one_language_none_is_asked_for_and_a_chosen_one_is_kept(self, client: Client, ann: Person) -> None:
        Person.objects.filter(pk=ann.pk).update(language="de")
        assert "Language" not in words(client.get(reverse("person", args=[ann.pk])))
        client.post(reverse("person", args=[ann.pk]), {"name": "Ann B", "email": "ann@example.org"})
        ann.refresh_from_db()
        assert (ann.name, ann.language) == ("Ann B", "de")

    def test_nothing_on_it_tells_whether_somebody_has_answered(self, client: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, NORTH, [4])
        pages = set()
        for answered in (True, False):
            invitation = open_cycle.invitations.filter(team__path=NORTH, answered=answered).select_related("person")[0]
            person = invitation.person
            assert person
            for done in (
                client.get(reverse("person", args=[person.pk])),
                client.post(reverse("send_code", args=[person.pk]), follow=True),
            ):
                text = words(done)
                for own in (person.name, person.employee_id, person.email):
                    text = text.replace(own, "…")
                pages.add(re.sub(r"/hr/people/\d+/", "", text))
        assert len(pages) == 2  # before and after sending, alike for both
        assert len(mail.outbox) == 2

    def test_sending_again_without_a_poll_says_why(self, client: Client, ann: Person) -> None:
        assert "No poll is running" in words(client.post(reverse("send_code", args=[ann.pk]), follow=True))


class TestAdding:
    FORM = {"employee_id": "X7", "name": "Cleo", "email": "cleo@example.org", "team": NORTH, "kind": "member"}

    def test_it_starts_from_a_team_and_ends_on_the_persons_page(self, client: Client, organisation: None) -> None:
        team = Team.objects.get(path=NORTH)
        assert f'value="{NORTH}"' in client.get(reverse("add_person"), {"team": team.pk}).content.decode()
        done = client.post(reverse("add_person"), self.FORM, follow=True)
        assert "Cleo is added." in words(done)
        assert Person.objects.get(employee_id="X7").memberships.get().team == team

    def test_a_manager_is_sent_a_link(
        self, client: Client, organisation: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("add_person"), self.FORM | {"kind": "manager"})
        assert mail.outbox[0].to == ["cleo@example.org"]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"employee_id": ""}, "Employee id: This field is required."),
            ({"email": "no address"}, "Enter a valid email address."),
            ({"email": "NORTH@example.org"}, "Somebody else has this address."),
            ({"team": "Nowhere"}, "There is no such team."),
            ({"team": ""}, "Team: This field is required."),
        ],
    )
    def test_bad_input_stands_at_its_field(self, client: Client, organisation: None, fields: dict[str, str], said: str) -> None:
        page = client.post(reverse("add_person"), self.FORM | fields)
        assert page.status_code == 422
        assert said in words(page)
        assert 'value="Cleo"' in page.content.decode()


class TestChanging:
    def test_another_team_first_says_what_it_does(self, client: Client, ann: Person) -> None:
        page = words(client.post(reverse("change_person", args=[ann.pk, "place"]), {"team": SOUTH, "kind": "manager"}))
        assert "From the next cycle on" in page
        assert ann.memberships.count() == 1
        change(client, ann, "place", team=SOUTH, kind="manager")
        assert Membership.objects.get(person=ann, team__path=SOUTH).role == "leader"

    def test_a_place_is_taken_away_by_its_link(self, client: Client, ann: Person) -> None:
        place = factories.join(ann, SOUTH)
        page = client.get(reverse("change_person", args=[ann.pk, "remove"]), {"place": place.pk})
        client.post(reverse("change_person", args=[ann.pk, "remove"]), {"place": place.pk, "seen": seen(page)})
        assert [one.team.path for one in ann.memberships.all()] == [NORTH]
        again = client.get(reverse("change_person", args=[ann.pk, "remove"]), {"place": place.pk})
        assert (again.status_code, "no longer there" in words(again)) == (422, True)

    def test_leaving_and_coming_back(self, client: Client, ann: Person) -> None:
        assert "can no longer sign in" in words(client.get(reverse("change_person", args=[ann.pk, "leave"])))
        change(client, ann, "leave")
        ann.refresh_from_db()
        assert not ann.active
        assert "Comes back" in words(client.get(reverse("person", args=[ann.pk])))
        change(client, ann, "return", team=SOUTH, kind="member")
        ann.refresh_from_db()
        assert (ann.active, ann.memberships.get().team.path) == (True, SOUTH)

    def test_a_role_comes_with_a_mail_and_goes(self, client: Client, ann: Person) -> None:
        page = client.post(reverse("change_person", args=[ann.pk, "role"]), {"role": "hr-viewer"})
        assert "Role HR, reading only What it does" in words(page)
        done = words(change(client, ann, "role", role="hr-viewer"))
        assert "on its way to ann@example.org" in done
        assert [message.to for message in mail.outbox] == [["ann@example.org"]]
        assert User.objects.get(email="ann@example.org").role == "hr-viewer"
        change(client, ann, "role", role="none")
        assert User.objects.get(email="ann@example.org").role == ""

    def test_a_mail_that_cannot_be_sent_is_told(self, client: Client, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(**kwargs: object) -> bool:
            return False

        monkeypatch.setattr("assessments.services.people.send_account_link", refuse)
        assert "No mail could be sent to ann@example.org" in words(change(client, ann, "role", role="hr"))

    def test_the_last_hr_is_told_why_the_role_stays(self, client: Client, organisation: None, hr: User) -> None:
        own = factories.make_person(NORTH, email=hr.email, user=hr)
        address = reverse("change_person", args=[own.pk, "role"])
        page = client.post(address, {"role": "none", "seen": "looked"})
        assert page.status_code == 422
        assert "last account of HR" in words(page)

    def test_erasing_says_what_goes_and_what_stays_and_then_does_it(self, client: Client, ann: Person) -> None:
        page = words(client.get(reverse("change_person", args=[ann.pk, "erase"])))
        assert "Deleted: name, employee id" in page
        assert "What stays" in page
        assert Person.objects.filter(pk=ann.pk).exists()
        done = change(client, ann, "erase")
        assert done.redirect_chain == [(reverse("people"), 302)]
        assert not Person.objects.filter(pk=ann.pk).exists()

    def test_an_unknown_change_or_person_is_not_found(self, client: Client, ann: Person) -> None:
        assert client.get(reverse("change_person", args=[ann.pk, "promote"])).status_code == 404
        assert client.get(reverse("person", args=[0])).status_code == 404
        assert client.post(reverse("ask_first", args=[ann.pk]), {"place": "x"}).status_code == 404
