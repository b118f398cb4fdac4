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


def test_an_unknown_address_gets_no_mail_and_the_same_answer(client, mailoutbox):
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert response.status_code == 302
    assert response["Location"].endswith("/password/reset/done/")
    assert not mailoutbox
