"""A manager tells the team, and somebody in the staff room reads it, in Chromium."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, at_desk_and_on_a_phone, faults_of, fits, sign_in
from tests.plans import take
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@at_desk_and_on_a_phone
def test_look_release_read_and_withdraw(browser: Browser, page: Page, live_server, page_watch, settings, window) -> None:
    settings.BASE_URL = live_server.url
    page_watch(page)
    page.set_viewport_size(window)
    make_sales()
    take(closed_quarter(1, LOW))
    take(cycle := closed_quarter(2, HIGH), words="A second word every Monday")
    sign_in(page, live_server.url, "north@example.org")
    page.goto(f"{live_server.url}{reverse('plan', args=[cycle.teams.get(path=NORTH).uid])}")
    page.get_by_role("link", name="Tell the team").click()
    assert faults_of(page) == []

    page.get_by_label("A word to the team").fill("We read every figure")
    page.get_by_role("button", name="Show how it reads").click()
    expect(page.locator(".cs-told")).to_contain_text("We read every figure")
    expect(page.get_by_label("A word to the team")).to_have_value("We read every figure")
    page.get_by_role("button", name="Release it to the team").click()
    assert faults_of(page) == []
    assert fits(page)
    address = page.locator(".cs-told__address").inner_text()

    staff_room = browser.new_context(viewport=PHONE)
    phone = staff_room.new_page()
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("You said, we did")
    expect(phone.locator("main")).to_contain_text("A second word every Monday")
    assert faults_of(phone) == []
    assert fits(phone)
    assert staff_room.cookies() == []

    page.get_by_role("link", name="Print the poster").click()
    expect(page.locator(".cs-poster")).to_contain_text(address)
    assert faults_of(page) == []
    assert fits(page)
    page.go_back()
    page.get_by_role("button", name="Withdraw it").click()
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
    staff_room.close()


def test_the_review_sheet_is_accessible_and_has_two_pages(page: Page, live_server, page_watch) -> None:
    page_watch(page)
    make_sales()
    closed_quarter(1, LOW)
    sign_in(page, live_server.url, "north@example.org")
    page.goto(f"{live_server.url}{reverse('review_sheet')}")
    assert faults_of(page) == []
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2
