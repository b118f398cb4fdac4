"""Who may read and set up: HR's own page of HR's accounts, from the roster or not."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Act, ApiToken, Person, User
from assessments.services.people import invite_reader, leave
from assessments.services.roles import change_role
from assessments.services.teams import CannotChange
from assessments.services.tokens import make_token
from tests import factories
from tests.views.test_structure import words

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NORTH = "Sales / North"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def client(hr: User) -> Client:
    return signed_in(hr)


@pytest.fixture
def colleague(db: None) -> User:
    """An account that the roster does not know, as `create_user` makes it."""
    return factories.make_user("colleague@example.org", role="hr", name="Colin")


def give(client: Client, user: User, role: str) -> Any:
    return client.post(reverse("account", args=[user.pk]), {"role": role}, follow=True)


def invite(client: Client, email: str, role: str = "hr", name: str = "New Colleague") -> Any:
    return client.post(reverse("accounts"), {"name": name, "email": email, "role": role}, follow=True)


class TestList:
    def test_it_names_all_of_hr_from_the_roster_or_not_and_nobody_else(
        self, client: Client, organisation: None, colleague: User, hr: User
    ) -> None:
        viewer = factories.make_user("viewer@example.org", role="hr-viewer", name="Vera")
        known = factories.make_person(NORTH, email=viewer.email, user=viewer)
        factories.make_user("operator@example.org", role="operator")
        response = client.get(reverse("accounts"))
        page = words(response)
        table = page[page.index("Signed in last") : page.index("One more account")]
        assert [email in table for email in ("colleague@example.org", "viewer@example.org", "hr@example.org")] == [True] * 3
        assert "operator@" not in page
        assert "north@" not in page
        assert f'href="{reverse("person", args=[known.pk])}"' in response.content.decode()

    def test_it_tells_the_day_of_the_last_sign_in_or_that_there_was_none(self, client: Client, colleague: User) -> None:
        assert "HR not yet Change" in words(client.get(reverse("accounts")))
        User.objects.filter(pk=colleague.pk).update(last_login="2026-11-03T10:00:00Z")
        assert "HR 3 November 2026 Change" in words(client.get(reverse("accounts")))

    def test_ones_own_row_says_why_it_cannot_be_changed(self, client: Client, hr: User) -> None:
        response = client.get(reverse("accounts"))
        assert "you cannot lock yourself out" in words(response)
        assert reverse("account", args=[hr.pk]) not in response.content.decode()

    def test_its_queries_do_not_grow_with_accounts(self, client: Client, organisation: None) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("accounts"))
            return len(captured)

        before = queries()
        for _ in range(4):
            user = factories.make_user(role="hr")
            factories.make_person(NORTH, user=user)
        assert queries() == before

    def test_teams_people_and_settings_lead_here(self, client: Client) -> None:
        for name in ("structure", "people", "organisation_settings"):
            assert f'href="{reverse("accounts")}"' in client.get(reverse(name)).content.decode(), name


class TestTakingAway:
    def test_an_account_outside_the_roster_is_switched_off_and_its_sessions_end(self, client: Client, colleague: User) -> None:
        theirs = signed_in(colleague)
        make_token(user=colleague, name="Sheet", days=30)
        assert theirs.get(reverse("overview")).status_code == 200
        assert "Colin: no role of its own." in words(give(client, colleague, "none"))
        colleague.refresh_from_db()
        assert (colleague.role, colleague.is_active, colleague.has_usable_password()) == ("", False, False)
        assert theirs.get(reverse("overview"))["Location"].startswith("/accounts/login/")
        assert not ApiToken.objects.usable().exists()
        assert "colleague@" not in words(client.get(reverse("accounts")))

    def test_given_again_no_old_session_comes_back_to_life(self, client: Client, colleague: User) -> None:
        theirs = signed_in(colleague)
        give(client, colleague, "none")
        assert "on its way to colleague@example.org" in words(invite(client, "Colleague@example.org", "hr-viewer"))
        colleague.refresh_from_db()
        assert (colleague.role, colleague.is_active) == ("hr-viewer", True)
        assert theirs.get(reverse("overview")).status_code == 302

    def test_a_manager_still_signs_in_to_manage(self, client: Client, organisation: None) -> None:
        leader = User.objects.get(email="north@example.org")
        User.objects.filter(pk=leader.pk).update(role="hr")
        theirs = signed_in(leader)
        give(client, leader, "none")
        assert theirs.get(reverse("overview")).status_code == 403
        assert theirs.get(reverse("my_teams")).status_code == 200

    def test_who_dropped_out_of_the_roster_loses_the_role_here_too(self, client: Client, organisation: None) -> None:
        """A roster takes no role away, and the page of somebody who left has no button for it."""
        user = factories.make_user("gone@example.org", role="hr")
        person = factories.make_person(NORTH, email=user.email, user=user)
        Person.objects.filter(pk=person.pk).update(active=False)
        give(client, user, "none")
        user.refresh_from_db()
        assert (user.role, user.is_active) == ("", False)

    def test_nobody_changes_their_own_role(self, client: Client, colleague: User, hr: User) -> None:
        for role in ("none", "hr-viewer"):
            response = give(client, hr, role)
            assert (response.status_code, "Nobody changes their own role" in words(response)) == (422, True)
        hr.refresh_from_db()
        assert hr.role == "hr"

    def test_the_last_hr_stays_even_for_an_operator_with_a_shell(self, colleague: User) -> None:
        operator = factories.make_user("operator@example.org", role="operator")
        with pytest.raises(CannotChange, match="last account of HR"):
            change_role(user=colleague, role="hr-viewer", by=operator)

    def test_operators_and_managers_are_not_changed_here(self, client: Client, organisation: None) -> None:
        operator = factories.make_user("operator@example.org", role="operator")
        for user in (operator, User.objects.get(email="north@example.org")):
            assert give(client, user, "hr").status_code == 404

    def test_it_is_written_down_without_a_name(self, client: Client, colleague: User) -> None:
        give(client, colleague, "hr-viewer")
        give(client, colleague, "hr-viewer")
        act = Act.objects.get()
        assert (act.who, act.what) == ("Hannah of HR", Act.What.ROLE)
        assert act.why == f"account {colleague.pk}: HR → HR, reading only"


class TestInviting:
    def test_a_colleague_gets_a_link_that_works_once(self, client: Client) -> None:
        page = words(invite(client, "new@example.org"))
        assert "A mail with a link to choose a password is on its way to new@example.org." in page
        assert "no password chosen yet" in page
        (message,) = mail.outbox
        link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", str(message.body))
        assert link
        theirs = Client()
        form = theirs.get(link[1])["Location"]
        assert theirs.post(form, {"password1": "three quiet words", "password2": "three quiet words"}).status_code == 302
        assert theirs.get(reverse("structure")).status_code == 200
        assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()
        user = User.objects.get(email="new@example.org")
        assert (user.name, user.role) == ("New Colleague", "hr")
        assert Act.objects.get().why == f"account {user.pk}: no role of its own → HR"

    def test_somebody_of_the_roster_gets_the_role_as_that_person(self, client: Client, organisation: None) -> None:
        person = factories.make_person(NORTH, name="Ann", email="ann@example.org")
        invite(client, "ANN@example.org", "hr-viewer", name="Somebody")
        person.refresh_from_db()
        assert person.user
        assert (person.user.role, person.user.name) == ("hr-viewer", "Ann")
        assert Act.objects.get().why == f"#{person.pk}: no role of its own → HR, reading only"

    def test_a_manager_with_a_password_needs_no_mail(self, client: Client, organisation: None) -> None:
        page = words(invite(client, "north@example.org"))
        assert "north@example.org has the role now." in page
        assert not mail.outbox

    @pytest.mark.parametrize(
        ("email", "message"),
        [
            ("colleague@example.org", "has an account already"),
            ("operator@example.org", "operator’s"),
            ("off@example.org", "switched off by one"),
            ("left@example.org", "has left. Bring them back"),
            ("nobody", "valid email address"),
        ],
    )
    def test_what_cannot_be_is_told_at_the_field_with_everything_typed(
        self, client: Client, organisation: None, colleague: User, hr: User, email: str, message: str
    ) -> None:
        factories.make_user("operator@example.org", role="operator")
        factories.make_user("off@example.org")
        User.objects.filter(email="off@example.org").update(is_active=False)
        leave(person=factories.make_person(NORTH, email="left@example.org"), by=hr)
        before = set(User.objects.values_list("email", "role", "is_active"))
        response = invite(client, email)
        assert response.status_code == 422
        assert message in response.context["form"].errors["email"][0]
        assert 'value="New Colleague"' in response.content.decode()
        assert set(User.objects.values_list("email", "role", "is_active")) == before
        assert not mail.outbox

    def test_a_mail_that_got_lost_is_sent_again_until_a_password_is_chosen(self, client: Client, colleague: User, hr: User) -> None:
        waiting = invite_reader(email="new@example.org", name="New", role="hr", by=hr)
        assert waiting
        again = client.post(reverse("send_account_link", args=[waiting.pk]), follow=True)
        assert "on its way to new@example.org" in words(again)
        assert len(mail.outbox) == 1
        page = words(client.post(reverse("send_account_link", args=[colleague.pk]), follow=True))
        assert "Colin has chosen a password already." in page
        assert len(mail.outbox) == 1
