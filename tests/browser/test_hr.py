"""HR reads from the first screen down to one team's report and back, with script and without, at a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from assessments.models import Cycle, User
from tests.browser.conftest import PHONE, Watch, faults_of, sign_in, with_and_without_script

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Watcher = Callable[[Page], Watch]


@with_and_without_script
def test_the_first_screen_leads_to_a_report_and_back(
    browser: Browser, live_server, page_watch: Watcher, hr: User, two_rounds: Cycle, window: ViewportSize, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script, viewport=window)
    page = context.new_page()
    page_watch(page)
    sign_in(page, live_server.url, hr.email)
    main = page.locator("main")
    expect(page.get_by_role("heading", level=1)).to_have_text("How service culture stands")
    expect(main).to_contain_text("2027 Q1 is open until")
    expect(main).to_contain_text("23 of 30 people answered")
    expect(main).to_contain_text("Lowest: empowerment.")
    expect(main).to_contain_text("The manager rates Empowerment 1.7 higher than the team.")

    heat = page.get_by_role("table", name=re.compile("Mean of each dimension"))
    night = heat.get_by_role("row", name=re.compile("^Night"))
    reason = night.get_by_text("Fewer than 5 answers could be told apart here. They are not lost: they count in Support.")
    expect(reason).to_be_hidden()
    night.get_by_text("hidden").click()
    expect(reason).to_be_visible()
    assert faults_of(page, script=script) == []

    heat.get_by_role("row", name=re.compile("^North")).get_by_role("link", name=re.compile(r"^3\.3")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North")
    expect(main).to_contain_text("The largest difference between manager and team")
    assert faults_of(page, script=script) == []
    page.get_by_role("link", name="Full report").click()
    expect(main).to_contain_text("Improvement report · 2026 Q4")
    assert faults_of(page, script=script) == []
    page.get_by_label("Where you are").get_by_role("link", name="Whole organisation").click()
    expect(page.get_by_role("heading", name="Teams below")).to_be_visible()
    assert faults_of(page, script=script) == []
    page.get_by_label("Main").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How service culture stands")
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_form_chooses_the_cycle(
    browser: Browser, live_server, page_watch: Watcher, hr: User, two_rounds: Cycle, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script, viewport=PHONE)
    page = context.new_page()
    page_watch(page)
    sign_in(page, live_server.url, hr.email)
    main = page.locator("main")
    expect(main).to_contain_text("2026 Q4 ·")
    page.get_by_label("Cycle").select_option("2026 Q3")
    page.get_by_role("button", name="Show").click()
    expect(main).to_contain_text("2026 Q3 ·")
    expect(main).to_contain_text("8 of 30 people answered")
    expect(main).to_contain_text("No manager handed in an own view in this cycle")

    page.get_by_label("Main").get_by_role("link", name="Taking part").click()
    expect(main).to_contain_text("2027 Q1 ·")
    expect(main).to_contain_text("0 of 30 people answered")
    expect(main.get_by_role("row", name=re.compile("^Night"))).to_contain_text("not told")
    assert faults_of(page, script=script) == []
    page.get_by_label("Cycle").select_option("2026 Q4")
    page.get_by_role("button", name="Show").click()
    expect(main).to_contain_text("The target was reached.")
    expect(main.get_by_role("row", name=re.compile("^North"))).to_contain_text("8 of 8")
    assert faults_of(page, script=script) == []
    context.close()
