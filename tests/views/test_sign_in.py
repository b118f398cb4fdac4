"""The pages of allauth in our words."""

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("account_login", "Then you need no account"),
        ("account_reset_password", "Send me the link"),
        ("account_reset_password_done", "Look into your mail"),
        ("account_reset_password_from_key_done", "Your new password is set"),
        ("account_inactive", "This account is closed"),
        ("account_signup", "Accounts come from HR"),
    ],
)
def test_everybody_may_open_it(client, page, words):
    response = client.get(reverse(page))
    assert words in response.text
    assert "cs-top" in response.text


def test_the_sign_in_page_leads_to_the_poll(client):
    assert f'href="{reverse("poll_code")}"' in client.get(reverse("account_login")).text


def test_a_wrong_password_is_said_at_the_top(client):
    response = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "wrong"})
    assert "This needs another look" in response.text


def test_an_empty_field_is_linked_from_the_top(client):
    response = client.post(reverse("account_login"), {"login": "", "password": "wrong"})
    assert '<a href="#id_login">Email' in response.text
    assert 'id="id_login_error" class="invalid-feedback"' in response.text


def test_a_used_link_offers_a_new_one(client):
    response = client.get(reverse("account_reset_password_from_key", args=["1", "bad"]))
    assert "This link no longer works" in response.text


def test_the_link_comes_by_mail_in_our_words(client, mailoutbox):
    factories.make_user("hr@example.org", role="hr")
    client.post(reverse("account_reset_password"), {"email": "hr@example.org"})
    assert mailoutbox[0].subject == "Set a new password for csculture"
    assert "This link takes you to the page where you set it:\n\nhttp" in mailoutbox[0].body


def test_an_unknown_address_gets_a_mail_that_says_so(client, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert mailoutbox[0].subject == "No csculture account with this address"
    assert "signup" not in mailoutbox[0].body


@pytest.mark.parametrize("page", ["account_change_password", "account_logout", "account_email"])
def test_somebody_signed_in_finds_their_name_and_the_way_out(as_user, stranger, page):
    response = as_user(stranger).get(reverse(page), follow=True)
    assert "A stranger" in response.text
    assert f'action="{reverse("account_logout")}"' in response.text
