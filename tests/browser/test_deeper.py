"""HR reads the demo organisation from the first screen down to one practice of one team and back, and finds what was planted."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from assessments.demo import organisation
from assessments.services.demo import HR_EMAIL, PASSWORD
from tests.browser.conftest import DESK, PHONE, Watch, faults_of
from tests.demo_snapshot import demo_stands

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Watcher = Callable[[Page], Watch]


def area(page: Page, name: str) -> None:
    page.get_by_label("What HR reads").get_by_role("link", name=name).click()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Email").fill(HR_EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/hr/$"))


def bands_dimension_practice_team_and_back(page: Page, *, script: bool) -> None:
    heading, main = page.get_by_role("heading", level=1), page.locator("main")
    area(page, "Bands")
    overall = page.get_by_role("row", name=re.compile("^Overall"))
    expect(overall.get_by_role("cell").first).to_contain_text(organisation.RISING.name)
    assert faults_of(page, script=script) == []

    page.get_by_role("link", name="Empowerment").click()
    expect(heading).to_have_text("Empowerment")
    expect(main).to_contain_text("Managers together say")
    assert faults_of(page, script=script) == []
    page.get_by_role("link", name="Authority to help").click()
    expect(heading).to_have_text("Authority to help")
    expect(main).to_contain_text("“I am allowed to decide enough to help a customer on the spot.”")
    expect(main).to_contain_text("Customer service as a culture")
    below = page.get_by_role("table", name="Clearly below")
    expect(below).to_contain_text(organisation.BLIND_SPOT.name)
    expect(main).not_to_contain_text(organisation.TOO_SMALL.name)
    alike = page.get_by_role("table", name="About the same")
    expect(alike).to_be_hidden()
    page.get_by_text(re.compile(r"^\d+ units$")).click()
    expect(alike).to_be_visible()
    assert faults_of(page, script=script) == []

    below.get_by_role("link", name=organisation.BLIND_SPOT.name).click()
    expect(heading).to_have_text(organisation.BLIND_SPOT.name)
    expect(page.get_by_role("row", name=re.compile("^Authority to help"))).to_be_visible()
    page.go_back()
    crumbs = page.get_by_label("Where you are")
    crumbs.get_by_role("link", name="Empowerment").click()
    expect(heading).to_have_text("Empowerment")
    crumbs.get_by_role("link", name="Overview").click()
    expect(heading).to_have_text("How service culture stands")


def what_was_planted(page: Page, *, script: bool) -> None:
    main = page.locator("main")
    area(page, "Managers and teams")
    blind = page.get_by_role("row", name=re.compile(f"^{organisation.BLIND_SPOT.name}"))
    assert blind.get_by_text("blind spot").count() >= 8
    expect(page.get_by_role("row", name=re.compile(f"^{organisation.TOO_SMALL.name}"))).to_contain_text("hidden")
    assert faults_of(page, script=script) == []

    area(page, "Trends")
    page.get_by_label("Where", exact=True).select_option(label="Contact centres")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Where", exact=True).select_option(label=f"– {organisation.RISING.name}")
    page.get_by_role("button", name="Show").click()
    expect(main).to_contain_text(f"Overall, {organisation.RISING.name}")
    expect(main).to_contain_text("Rising by about")
    assert faults_of(page, script=script) == []

    area(page, "Drivers")
    lead = main.locator(".cs-lead").nth(1)
    for planted in ("Recognition", "Wellbeing", "Leadership"):
        expect(lead).to_contain_text(planted)
    expect(main).to_contain_text("It says what goes together, never what causes what.")
    assert faults_of(page, script=script) == []


def test_hr_reads_down_to_one_practice_of_one_team_and_back(browser: Browser, live_server, page_watch: Watcher) -> None:
    """With script on a phone, and without at a desk: the demo takes longer to make than both to read."""
    demo_stands()
    ways: tuple[tuple[ViewportSize, bool], ...] = ((PHONE, True), (DESK, False))
    for window, script in ways:
        context = browser.new_context(java_script_enabled=script, viewport=window)
        page = context.new_page()
        page_watch(page)
        sign_in(page, live_server.url)
        bands_dimension_practice_team_and_back(page, script=script)
        what_was_planted(page, script=script)
        context.close()
