"""HR draws cards, prints them, and somebody answers with one; the sheet fits the screen and the paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Cycle, User
from tests import factories
from tests.browser.conftest import DESK, PHONE, Watch, choose, faults_of, fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Night shift of the regional distribution centre for returns and repairs in the north west, line 2"


@pytest.fixture
def cycle(organisation: None) -> Cycle:
    for _ in range(9):
        factories.make_person("Sales / North", email="")
    for _ in range(8):
        factories.make_person(f"Support / {LONG}", email="")
    return factories.make_cycle()


@pytest.fixture
def cards(page: Page, live_server, page_watch: Callable[[Page], Watch], cycle: Cycle, hr: User) -> Page:
    page_watch(page)
    sign_in(page, live_server.url, hr.email)
    page.goto(f"{live_server.url}/hr/participation/")
    page.get_by_role("link", name="Code cards").click()
    return page


def pages_of(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True, print_background=True)))


def test_cards_are_drawn_printed_and_used(cards: Page, live_server) -> None:
    assert not faults_of(cards)
    cards.get_by_role("button", name="Draw cards for North").click()
    expect(cards.get_by_role("heading", level=1)).to_have_text("Code cards for North")
    expect(cards.locator(".cs-cutout__code")).to_have_count(9)
    codes = cards.locator(".cs-cutout__code").all_inner_texts()
    assert pages_of(cards) == 2
    for size in (PHONE, DESK):
        cards.set_viewport_size(size)
        assert fits(cards)
    assert not faults_of(cards)

    cards.reload()
    expect(cards.get_by_role("status").or_(cards.get_by_role("alert"))).to_contain_text("cannot be shown again")
    expect(cards.get_by_role("row", name="North Sales")).to_contain_text("9")
    cards.locator("summary").click()
    for size in (PHONE, DESK):
        cards.set_viewport_size(size)
        assert fits(cards)
    assert not faults_of(cards)

    cards.goto(f"{live_server.url}/a/#{codes[0]}")
    choose(cards, 4)
    cards.get_by_role("button", name="Send my answers").click()
    expect(cards.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are sealed.")


def test_eight_cards_of_a_team_with_the_longest_name_fit_on_one_page(cards: Page) -> None:
    cards.get_by_role("button", name=f"Draw cards for {LONG}").click()
    expect(cards.locator(".cs-cutout")).to_have_count(8)
    assert pages_of(cards) == 1
    cards.emulate_media(media="print")
    too_full = "cards => cards.filter(card => card.scrollHeight > card.clientHeight || card.scrollWidth > card.clientWidth).length"
    assert cards.locator(".cs-cutout").evaluate_all(too_full) == 0
    # Nothing but cards is printed.
    shown = cards.locator("main").inner_text()
    assert "Print this page" not in shown
    assert not cards.get_by_role("banner").is_visible()
    assert not cards.get_by_role("contentinfo").is_visible()
