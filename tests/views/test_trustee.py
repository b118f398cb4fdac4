"""The trustee's page: no account and no cookie, the key is the credential and is never given back."""

import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from assessments.ballotbox.make_trustee_key import PRIVATE_NAME, PUBLIC_NAME, make_trustee_key
from assessments.models import Cycle, Figure, User
from assessments.models.clock import clock_set_to, today
from assessments.services.closing import abandon_cycle
from assessments.services.cycles import open_cycle
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(tmp_path: Path) -> str:
    make_trustee_key(tmp_path)
    return (tmp_path / PRIVATE_NAME).read_text()


@pytest.fixture
def cycle(organisation: None, key: str, tmp_path: Path) -> Cycle:
    cycle = open_cycle(
        name="2026 Q4",
        questionnaire=factories.quarterly_check(),
        opens=today(),
        closes=today() + datetime.timedelta(days=9),
        trustee_key=(tmp_path / PUBLIC_NAME).read_text(),
    )
    factories.answer(cycle, "Sales / North", [4] * 8)
    return cycle


def page(client: Client, cycle: Cycle, key: str | None = None):
    address = reverse("trustee", args=[cycle.slug])
    return client.get(address) if key is None else client.post(address, {"key": key}, secure=True)


class TestWhileItRuns:
    def test_it_says_when_the_key_is_wanted_and_how_the_public_one_is_compared(self, client: Client, cycle: Cycle) -> None:
        words = page(client, cycle).content.decode()
        assert "The poll is still open" in words
        assert cycle.short_sign in words
        assert "<textarea" not in words

    def test_the_page_about_anonymity_says_that_a_trustee_keeps_the_key(self, client: Client, cycle: Cycle) -> None:
        words = client.get(reverse("anonymity")).content.decode()
        assert "the key that opens them is not here" in words
        assert cycle.short_sign in words

    def test_hr_is_told_who_closes_and_gets_no_button(self, client: Client, cycle: Cycle, hr: User) -> None:
        client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
        words = client.get(reverse("cycles")).content.decode()
        assert reverse("trustee", args=[cycle.slug]) in words
        assert reverse("close_early", args=[cycle.slug]) not in words
        assert client.get(reverse("close_early", args=[cycle.slug])).status_code == 404


class TestAfterTheLastDay:
    @pytest.fixture(autouse=True)
    def later(self, cycle: Cycle):
        with clock_set_to(cycle.closes + datetime.timedelta(days=1)):
            yield

    def test_the_key_closes_the_cycle(self, client: Client, cycle: Cycle, key: str) -> None:
        assert "<textarea" in page(client, cycle).content.decode()
        response = page(client, cycle, key)
        assert (response.status_code, response["Location"]) == (302, reverse("trustee", args=[cycle.slug]))
        assert Figure.objects.exists()
        assert "Now please destroy the key" in page(client, cycle).content.decode()

    @pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\nsomething secret\n-----END PRIVATE KEY-----"])
    def test_a_wrong_key_is_refused_and_not_shown_again(self, client: Client, cycle: Cycle, text: str) -> None:
        response = page(client, cycle, text)
        assert response.status_code == 422
        words = response.content.decode()
        assert "This is not the private key that belongs to this poll." in words
        assert "Nothing was published and nothing was destroyed." in words
        assert "something secret" not in words
        cycle.refresh_from_db()
        assert cycle.state == Cycle.State.OPEN

    def test_over_an_open_line_nothing_is_read(self, client: Client, cycle: Cycle, key: str) -> None:
        response = client.post(reverse("trustee", args=[cycle.slug]), {"key": key})
        assert response.status_code == 422
        assert "encrypted connection (https) only" in response.content.decode()
        cycle.refresh_from_db()
        assert cycle.state == Cycle.State.OPEN

    def test_nor_where_error_pages_would_show_it(self, client: Client, cycle: Cycle, key: str, settings) -> None:
        settings.DEBUG = True
        assert page(client, cycle, key).status_code == 422
        assert not Figure.objects.exists()

    def test_nothing_stays_in_the_browser(self, client: Client, cycle: Cycle, key: str) -> None:
        for response in (page(client, cycle), page(client, cycle, "wrong"), page(client, cycle, key)):
            assert not response.cookies
            assert response["Cache-Control"] == "no-store, private"
            assert response["Referrer-Policy"] == "no-referrer"

    def test_an_abandoned_one_asks_to_destroy_the_key_too(self, client: Client, cycle: Cycle) -> None:
        abandon_cycle(cycle=cycle, by="HR", why="the key was lost")
        assert "Abandoned. Now please destroy the key" in page(client, cycle).content.decode()


def test_a_cycle_without_a_trustee_has_no_such_page(client: Client, open_cycle: Cycle) -> None:
    assert page(client, open_cycle).status_code == 404
    assert page(client, open_cycle, "key").status_code == 404
