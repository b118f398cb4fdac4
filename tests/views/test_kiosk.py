"""A shared device: every page of the poll stays in kiosk mode, without cookie, and leads back to the empty code page."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assessments.models import Cycle
from tests import factories

KIOSK, ASK, SEND, THANKS = "/a/kiosk/", "/a/", "/a/answers/", "/a/thanks/"
FIELD = '<input type="hidden" name="kiosk" value="1">'


@pytest.fixture
def code(open_cycle: Cycle) -> str:
    return factories.codes_of(open_cycle, "Sales / North")[0]


@pytest.fixture
def answers(open_cycle: Cycle, code: str) -> dict[str, str]:
    return {"code": code} | {name: str(value) for name, value in factories.all_answers(open_cycle, 4).items()}


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def is_kiosk(response: HttpResponse) -> bool:
    """It brings the script, its home is the kiosk, and its forms say where they come from."""
    shown = text(response)
    signs = {
        "js/kiosk.js" in shown,
        f'data-kiosk="{KIOSK}"' in shown,
        f'class="cs-brand" href="{KIOSK}"' in shown,
        shown.count(FIELD) == shown.count("<form"),
    }
    assert len(signs) == 1 or "<form" not in shown, signs
    return "js/kiosk.js" in shown


class TestCarriedAlong:
    def test_by_a_field_of_the_forms_and_the_address_of_the_thanks(self, client: Client, answers: dict[str, str]) -> None:
        here = {"kiosk": "1"}
        assert is_kiosk(client.get(KIOSK))
        assert is_kiosk(client.post(ASK, {"code": "K7QM"} | here))
        assert is_kiosk(client.post(ASK, {"code": answers["code"]} | here))
        assert is_kiosk(client.post(SEND, {"code": answers["code"]} | here))
        sent = client.post(SEND, answers | here)
        assert (sent.status_code, sent["Location"]) == (303, f"{THANKS}?kiosk=1")
        assert is_kiosk(client.get(sent["Location"]))
        assert is_kiosk(client.post(ASK, {"code": answers["code"]} | here))
        assert client.get(SEND, here)["Location"] == KIOSK

    def test_to_the_page_of_a_poll_that_is_over(self, client: Client, code: str) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSED)
        response = client.post(ASK, {"code": code, "kiosk": "1"})
        assert response.status_code == 410
        assert is_kiosk(response)

    def test_to_the_page_on_anonymity_and_back(self, client: Client, open_cycle: Cycle) -> None:
        assert "js/kiosk.js" in text(client.get(reverse("anonymity"), {"kiosk": "1"}))
        assert "js/kiosk.js" not in text(client.get(reverse("anonymity")))

    def test_nowhere_else(self, client: Client, answers: dict[str, str]) -> None:
        assert not is_kiosk(client.get(ASK))
        assert not is_kiosk(client.post(ASK, {"code": answers["code"]}))
        assert client.post(SEND, answers)["Location"] == THANKS
        assert not is_kiosk(client.get(THANKS))


class TestWithoutScript:
    def test_every_page_has_a_link_for_the_next_person(self, client: Client, answers: dict[str, str]) -> None:
        here = {"kiosk": "1"}
        for response in (client.post(ASK, {"code": answers["code"]} | here), client.get(THANKS, here)):
            assert f'href="{KIOSK}">Next person</a>' in text(response)

    def test_nothing_opens_a_second_window(self, client: Client, code: str) -> None:
        assert "_blank" not in text(client.post(ASK, {"code": code, "kiosk": "1"}))
        assert "_blank" in text(client.post(ASK, {"code": code}))

    def test_no_form_is_remembered(self, client: Client, code: str) -> None:
        for response in (client.get(KIOSK), client.post(ASK, {"code": code, "kiosk": "1"})):
            shown = text(response)
            assert shown.count("<form") == shown.count('method="post" autocomplete="off"') == 1


def test_it_keeps_the_headers_of_the_poll_and_sets_no_cookie(client: Client, open_cycle: Cycle) -> None:
    for response in (client.get(KIOSK), client.head(KIOSK)):
        assert response.status_code == 200
        assert not response.cookies
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] == "no-referrer"
    assert client.post(KIOSK).status_code == 405
