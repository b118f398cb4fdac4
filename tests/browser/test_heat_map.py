"""HR turns the heat map about: folds, sorts, compares, filters, and finds the view again by its address."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from assessments.models import Cycle, User
from tests.browser.conftest import DESK, Watch, faults_of, sign_in, with_and_without_script

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# So low that seven rows scroll.
LOW_FRAME = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".cs-scroll--tall { max-height: 12rem }");
    document.adoptedStyleSheets = [sheet];
}"""


@with_and_without_script
def test_it_folds_sorts_and_compares(
    browser: Browser,
    live_server,
    page_watch: Callable[[Page], Watch],
    hr: User,
    two_rounds: Cycle,
    window: ViewportSize,
    script: bool,
) -> None:
    context = browser.new_context(java_script_enabled=script, viewport=window)
    page = context.new_page()
    page_watch(page)
    sign_in(page, live_server.url, hr.email)
    page.locator("main").get_by_role("link", name="Sort or compare").click()
    heat = page.get_by_role("table", name=re.compile("Mean of each dimension"))
    rows = heat.locator("tbody th")
    expect(rows).to_have_count(7)
    assert faults_of(page, script=script) == []

    heat.get_by_role("link", name="Close Sales").click()
    expect(rows).to_have_count(5)
    page.wait_for_load_state()  # else the page jumps to its row under the next click
    heat.get_by_role("link", name="Open Sales").click()
    expect(rows).to_have_count(7)

    page.wait_for_load_state()
    heat.get_by_role("link", name="Sort by Empowerment, lowest first").click()
    expect(page.locator("main")).to_contain_text("Sorted by Empowerment, lowest first.")
    expect(heat.get_by_role("columnheader", name=re.compile("Empowerment"))).to_have_attribute("aria-sort", "ascending")
    expect(rows.nth(1)).to_contain_text("South")
    heat.get_by_role("link", name="Sort by Empowerment, highest first").click()
    expect(rows.nth(1)).to_contain_text("North")
    expect(rows.last).to_contain_text("Night")
    assert faults_of(page, script=script) == []

    page.get_by_label("Compare with").select_option("whole organisation")
    page.get_by_label("Columns").select_option("practices of Empowerment")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Empowerment, team by team")
    north = heat.get_by_role("row", name=re.compile("^North"))
    expect(north.get_by_role("link", name=re.compile(r"below"))).not_to_have_count(0)
    assert faults_of(page, script=script) == []

    address = page.url
    page.goto(f"{live_server.url}/hr/")
    page.goto(address)
    expect(page.get_by_label("Compare with")).to_have_value("whole")
    page.get_by_label("Department").select_option("Support")
    page.get_by_role("button", name="Show").click()
    expect(rows.first).to_contain_text("Support")
    expect(rows).to_have_count(3)
    night = heat.get_by_role("row", name=re.compile("^Night"))
    night.get_by_text("hidden").click()
    expect(night).to_contain_text("They are not lost: they count in Support.")
    context.close()


def test_its_headings_stay_in_sight(browser: Browser, live_server, hr: User, two_rounds: Cycle) -> None:
    context = browser.new_context(viewport={"width": 700, "height": 420})
    page = context.new_page()
    sign_in(page, live_server.url, hr.email)
    page.goto(f"{live_server.url}/hr/map/")
    frame = page.locator(".cs-scroll--tall")
    frame.evaluate("frame => frame.scrollTo(200, 60)")
    corner, edge = page.locator(".cs-heat thead th").first.bounding_box(), frame.bounding_box()
    assert corner is not None
    assert edge is not None
    assert abs(corner["y"] - edge["y"]) < 3
    assert 0 <= corner["x"] - edge["x"] < 40
    context.close()


def test_only_the_map_is_swapped(
    browser: Browser, live_server, page_watch: Callable[[Page], Watch], hr: User, two_rounds: Cycle
) -> None:
    """The rest of the page stays as it is, the address changes, the focus stays, a screen reader hears what changed."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page_watch(page)
    sign_in(page, live_server.url, hr.email)
    page.goto(f"{live_server.url}/hr/map/")
    page.evaluate("window.kept = true")
    heat = page.get_by_role("table", name=re.compile("Mean of each dimension"))

    heat.get_by_role("link", name="Close Sales").press("Enter")
    expect(heat.locator("tbody th")).to_have_count(5)
    expect(heat.get_by_role("link", name="Open Sales")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("The heat map now has 5 rows.")
    heat.get_by_role("link", name="Sort by Empowerment, lowest first").press("Enter")
    expect(heat.get_by_role("link", name="Sort by Empowerment, highest first")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Sorted by Empowerment, lowest first.")
    assert "sort=empowerment" in page.url
    page.get_by_label("Columns").select_option("practices of Empowerment")
    page.get_by_label("Cycle").select_option("2026 Q3")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Empowerment, team by team")
    expect(page.get_by_role("button", name="Show")).to_be_focused()
    expect(page).to_have_title("Heat map, 2026 Q3 · csculture")
    tabs = page.get_by_role("navigation", name="What HR reads").get_by_role("link")
    assert all("cycle=2026-q3" in (tab.get_attribute("href") or "") for tab in tabs.all())
    assert page.evaluate("window.kept") is True
    assert faults_of(page) == []

    page.get_by_role("link", name="as in the organisation").press("Enter")
    expect(page.get_by_role("region", name=re.compile("^Heat map, scrolls"))).to_be_focused()
    assert page.evaluate("window.kept") is True

    page.go_back()
    expect(page.get_by_text("Sorted by Empowerment, lowest first.")).to_be_visible()
    page.go_back()
    expect(page).to_have_title("Heat map, 2026 Q4 · csculture")
    expect(page.get_by_role("heading", level=1)).to_have_text("Teams and dimensions")
    assert page.evaluate("sessionStorage.getItem('htmx-history-cache') ?? localStorage.getItem('htmx-history-cache')") is None
    context.close()


def test_a_fold_keeps_the_place_in_a_long_table(browser: Browser, live_server, hr: User, two_rounds: Cycle) -> None:
    context = browser.new_context(viewport={"width": 700, "height": 420})
    page = context.new_page()
    sign_in(page, live_server.url, hr.email)
    page.goto(f"{live_server.url}/hr/map/")
    frame = page.locator(".cs-scroll--tall")
    page.evaluate(LOW_FRAME)
    frame.evaluate("frame => frame.scrollTo(120, 40)")
    page.get_by_role("link", name="Close Support").dispatch_event("click")
    expect(page.get_by_role("link", name="Open Support")).to_have_count(1)
    expect(frame.locator("tbody tr")).to_have_count(5)
    assert frame.evaluate("frame => [frame.scrollLeft, frame.scrollTop]") == [120, 40]
    context.close()


def test_with_script_and_without_an_address_shows_the_same_table(
    browser: Browser, live_server, hr: User, two_rounds: Cycle
) -> None:
    found, address = [], ""
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script, viewport=DESK)
        page = context.new_page()
        sign_in(page, live_server.url, hr.email)
        page.goto(f"{live_server.url}/hr/map/")
        heat = page.locator("table.cs-heat")
        if script:
            heat.get_by_role("link", name="Sort by Kindness, lowest first").click()
            expect(heat.get_by_role("columnheader", name=re.compile("Kindness"))).to_have_attribute("aria-sort", "ascending")
            address = page.url
        else:
            page.goto(address)
        found.append(heat.inner_text())
        context.close()
    assert "sort=kindness" in address
    assert found[0] == found[1]


def test_who_was_signed_out_meanwhile_comes_to_the_sign_in(browser: Browser, live_server, hr: User, two_rounds: Cycle) -> None:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    sign_in(page, live_server.url, hr.email)
    page.goto(f"{live_server.url}/hr/map/")
    context.clear_cookies()
    page.get_by_role("link", name="Sort by Kindness, lowest first").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    context.close()
