"""The first account by a link, and the page that leads from there to the first cycle."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from assessments.models import FirstLink, Membership, Organisation, Person, Questionnaire, User
from assessments.services.first_link import make_first_link
from assessments.services.inviting import ask_for_invitations
from tests import factories

WORDS = "three quiet words"
ACCOUNT = {"name": " Hannah  of HR", "email": "hr@example.org", "password": WORDS, "again": WORDS}
PAGE = "/hr/first-steps/"


@pytest.fixture
def link(db: None) -> str:
    factories.shipped_content()
    return "/first/" + make_first_link().split("/first/")[1]


class TestFirstAccount:
    def test_it_makes_the_account_and_signs_it_in(self, client: Client, link: str) -> None:
        assert "Make the account" in client.get(link).content.decode()
        assert FirstLink.objects.exists()  # looking spends nothing
        response = client.post(link, ACCOUNT)
        assert (response.status_code, response["Location"]) == (302, PAGE)
        assert User.objects.get().name == "Hannah of HR"
        assert client.get(PAGE).status_code == 200
        assert "Cookie" in response["Vary"]

    def test_used_it_says_what_to_do(self, client: Client, link: str) -> None:
        client.post(link, ACCOUNT)
        page = Client().get(link)
        assert page.status_code == 404
        assert "This link no longer works" in page.content.decode()
        assert Client().post(link, ACCOUNT | {"email": "eve@example.org"}).status_code == 404
        assert User.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"password": "short", "again": "short"}, "too short"),
            ({"password": "hr@example.org", "again": "hr@example.org"}, "too similar"),
            ({"again": "three loud words"}, "not the same password"),
            ({"email": "nowhere"}, "valid email address"),
            ({"name": " "}, "field is required"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
        self, client: Client, link: str, changes: dict, message: str
    ) -> None:
        page = client.post(link, ACCOUNT | changes)
        assert page.status_code == 422
        assert message in page.content.decode()
        assert f'value="{changes.get("email", "hr@example.org")}"' in page.content.decode()
        assert WORDS not in page.content.decode()
        assert not User.objects.exists()
        assert FirstLink.objects.exists()

    def test_it_takes_over_no_account_that_there_is(self, client: Client, link: str) -> None:
        factories.make_user("HR@example.org")
        assert "There is an account with this address" in client.post(link, ACCOUNT).content.decode()
        assert User.objects.get().role == ""

    def test_no_cache_keeps_it(self, client: Client, link: str) -> None:
        assert "no-store" in client.get(link)["Cache-Control"]

    def test_a_form_from_elsewhere_makes_nothing(self, link: str) -> None:
        assert Client(enforce_csrf_checks=True).post(link, ACCOUNT).status_code == 403
        assert not User.objects.exists()


@pytest.fixture
def states(as_user, hr: User):
    """The steps' states in order."""

    def read() -> list[str]:
        return re.findall(r"cs-first__step--(\w+)", as_user(hr).get(PAGE).content.decode())

    return read


class TestSteps:
    def test_on_an_empty_installation_the_first_comes_next(self, states) -> None:
        assert states() == ["next", "later", "later", "later", "later", "later"]

    def test_each_is_done_by_what_is_there_and_none_waits_for_another(self, states, hr: User) -> None:
        factories.shipped_content()
        assert states() == ["next", "later", "later", "done", "later", "later"]
        factories.make_organisation({"Sales": 6})
        assert states() == ["next", "done", "done", "done", "later", "later"]
        Organisation(name="Corner Bakery").save()
        assert states() == ["done", "done", "done", "done", "next", "later"]
        factories.make_cycle()
        assert states() == ["done", "done", "done", "done", "done", "next"]

    def test_a_team_without_manager_is_said_and_holds_nothing_up(self, states, as_user, hr: User) -> None:
        factories.make_organisation({"Sales": 6})
        Membership.objects.filter(role="leader").delete()
        assert states()[2] == "later"
        assert "One team has no manager" in as_user(hr).get(PAGE).content.decode()
        factories.make_cycle()
        assert states()[2] == "done"

    @pytest.mark.django_db(transaction=True)
    def test_the_last_counts_mails_and_cards(self, states, as_user, hr: User) -> None:
        factories.make_organisation({"Sales": 6})
        Person.objects.filter(pk=Person.objects.last().pk).update(email="")  # type: ignore[union-attr]
        cycle = factories.make_cycle()
        before = as_user(hr).get(PAGE).content.decode()
        assert re.search(r"0 of [56] mails are sent\. One person needs a card\.", before)
        ask_for_invitations(cycle=cycle, by=hr)
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
        assert states()[5] == "done"
        assert len(mail.outbox) in {5, 6}

    def test_a_button_loads_the_practices_where_there_are_none(self, as_user, hr: User) -> None:
        assert "Load the practices" in as_user(hr).get(PAGE).content.decode()
        assert as_user(hr).post("/hr/first-steps/load/")["Location"] == PAGE
        assert Questionnaire.objects.count() == 2
        assert "Load the practices" not in as_user(hr).get(PAGE).content.decode()

    def test_hrs_first_screen_shows_them_until_a_cycle_opens(self, as_user, hr: User) -> None:
        assert "From here to the first cycle" in as_user(hr).get("/hr/").content.decode()
        viewer = factories.make_user(role="hr-viewer")
        assert "From here to the first cycle" not in as_user(viewer).get("/hr/").content.decode()
        factories.make_organisation({"Sales": 6})
        factories.make_cycle()
        assert "From here to the first cycle" not in as_user(hr).get("/hr/").content.decode()

    def test_a_planned_cycle_leads_to_who_will_be_asked(self, as_user, hr: User) -> None:
        cycle = factories.plan_cycle(hr, ahead=3)
        page = as_user(hr).get(PAGE).content.decode()
        assert f'href="/hr/cycles/{cycle.slug}/open/"' in page
