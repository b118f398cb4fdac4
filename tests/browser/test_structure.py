"""HR looks after teams and people in Chromium, on a narrow window: look for a team, see what a change does, make it."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Cycle, Membership, Team, User
from tests.browser.conftest import PHONE, faults_of, fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_merge_two_teams_after_seeing_what_it_does(page: Page, live_server, page_watch, closed_cycle: Cycle, hr: User) -> None:
    page_watch(page)
    page.set_viewport_size(PHONE)
    sign_in(page, live_server.url, hr.email)
    page.goto(f"{live_server.url}{reverse('structure')}")
    assert fits(page)
    sales = page.locator("li:has(> div > a:text-is('Sales'))")
    sales.locator("> details > summary").press("Enter")
    expect(page.get_by_role("link", name="North")).to_be_hidden()

    page.get_by_role("searchbox").fill("south")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Sales / South").first.click()
    page.get_by_role("link", name="Merge into another team").click()
    page.get_by_label("Into").fill("Sales / North")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("goes on: 8 of them are the same people")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Back to the form").click()
    page.get_by_label("managers of that team").check()
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North")
    assert Team.objects.get(path="Sales / South").archived
    assert Membership.objects.filter(team__path="Sales / North", role="leader").count() == 2

    page.get_by_role("link", name="Leader of South", exact=True).click()
    assert fits(page)
