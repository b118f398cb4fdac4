"""HR makes a token, sees it once, and revokes it; nothing but its digest is kept."""

import hashlib
import re

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import ApiToken, User
from assessments.services.tokens import make_token
from tests import factories

PAGE = "/hr/tokens/"


@pytest.fixture
def client_of_hr(as_user, hr: User) -> Client:
    return as_user(hr)


def made(client: Client, name: str = "Yearly report", days: str = "30") -> str:
    page = client.post(PAGE, {"name": name, "days": days})
    assert page.status_code == 200
    return re.findall(r"csc_[\w-]{43}", page.content.decode())[0]


def test_a_new_token_is_shown_once_and_stored_as_a_digest(client_of_hr: Client) -> None:
    secret = made(client_of_hr)
    row = ApiToken.objects.get()
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert (row.expires - row.created).days == 30
    page = client_of_hr.get(PAGE)
    assert "Yearly report" in page.content.decode()
    assert secret not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert all(secret not in str(value) for value in ApiToken.objects.values().get().values())


def test_no_two_tokens_are_alike(client_of_hr: Client) -> None:
    assert made(client_of_hr) != made(client_of_hr)


def test_a_token_without_a_name_is_not_made_and_nothing_typed_is_lost(client_of_hr: Client) -> None:
    page = client_of_hr.post(PAGE, {"name": "", "days": "365"})
    assert page.status_code == 422
    assert '<option value="365" selected>' in page.content.decode()
    assert not ApiToken.objects.exists()


def test_it_lasts_no_longer_than_the_choices_say(client_of_hr: Client) -> None:
    assert client_of_hr.post(PAGE, {"name": "for ever", "days": "36500"}).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_name_is_escaped(client_of_hr: Client) -> None:
    made(client_of_hr, "<script>")
    assert "&lt;script&gt;" in client_of_hr.get(PAGE).content.decode()


def test_revoking_is_for_ever_and_again_is_harmless(client_of_hr: Client, hr: User) -> None:
    secret = make_token(user=hr, name="old", days=1)
    row = ApiToken.objects.get()
    for _ in range(2):
        page = client_of_hr.post(reverse("revoke_token", args=[row.pk]), follow=True)
        assert "“old” is revoked" in page.content.decode()
    assert ApiToken.objects.presented(secret) is None
    assert "Revoked on" in client_of_hr.get(PAGE).content.decode()


def test_hr_may_revoke_the_token_of_a_colleague(client_of_hr: Client) -> None:
    make_token(user=factories.make_user(role="hr", name="Colleague"), name="theirs", days=1)
    assert "Colleague" in client_of_hr.get(PAGE).content.decode()
    client_of_hr.post(reverse("revoke_token", args=[ApiToken.objects.get().pk]))
    assert not ApiToken.objects.usable().exists()


@pytest.mark.parametrize("role", [User.Role.HR_VIEWER, User.Role.OPERATOR, ""])
def test_nobody_else_makes_or_revokes_one(as_user, hr: User, role: str) -> None:
    make_token(user=hr, name="mine", days=1)
    client = as_user(factories.make_user(role=role))
    assert client.post(PAGE, {"name": "x", "days": "30"}).status_code == 403
    assert client.post(reverse("revoke_token", args=[ApiToken.objects.get().pk])).status_code == 403
    assert ApiToken.objects.usable().count() == 1
