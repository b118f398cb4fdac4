"""A manager writes down an own view of the team and after the close reads what the team says, at a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from assessments.models import Cycle, SelfAssessment
from tests.browser.conftest import PHONE, Watch, at_desk_and_on_a_phone, choose, faults_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Watcher = Callable[[Page], Watch]


@at_desk_and_on_a_phone
def test_the_own_view_is_saved_while_it_is_filled_in_and_then_submitted(
    page: Page, live_server, page_watch: Watcher, open_cycle: Cycle, window: ViewportSize
) -> None:
    page_watch(page)
    page.set_viewport_size(window)
    page.goto(f"{live_server.url}/accounts/login/")
    assert faults_of(page) == []
    sign_in(page, live_server.url, "north@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is to do")
    expect(page.locator("main")).to_contain_text("not begun")
    expect(page.locator("main")).to_contain_text("0 of 8 answered")
    assert faults_of(page) == []

    page.get_by_role("link", name="Fill in your own view").click()
    expect(page.get_by_role("heading", name="This form carries your name")).to_be_visible()
    first = page.locator("fieldset").first
    first.get_by_label("Agree", exact=True).check()
    first.get_by_text("Add a note").click()
    first.get_by_role("textbox").fill("Greetings at the door since May")
    expect(page.locator("[data-dock]")).to_contain_text(re.compile(r"Saved at \d\d:\d\d\. 1 of 30 filled in\."))
    page.reload()
    expect(first.get_by_label("Agree", exact=True)).to_be_checked()
    expect(first.get_by_role("textbox")).to_have_value("Greetings at the door since May")
    assert faults_of(page) == []

    choose(page, 4)
    expect(page.locator("[data-dock]")).to_contain_text("30 of 30 filled in.")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Your view of North is submitted. Thank you.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("submitted on")
    assert faults_of(page) == []
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def test_a_statement_left_out_is_named_and_the_rest_is_saved(
    page: Page, live_server, page_watch: Watcher, open_cycle: Cycle
) -> None:
    page_watch(page)
    sign_in(page, live_server.url, "north@example.org")
    page.get_by_role("link", name="Fill in your own view").click()
    second = page.locator("fieldset").nth(1)
    statement = second.locator("legend").inner_text()
    choose(page, 3)
    second.locator('[value="3"]').evaluate("radio => { radio.checked = false; }")
    page.get_by_role("button", name="Submit").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Everything else is saved.")
    expect(alert.get_by_role("link")).to_have_text([statement])
    assert faults_of(page) == []
    alert.get_by_role("link").click()
    expect(second.get_by_label("Strongly disagree")).to_be_focused()
    second.get_by_label("Agree", exact=True).check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Your view of North is submitted. Thank you.")).to_be_visible()


def test_the_own_view_is_saved_and_submitted_without_script(
    browser: Browser, live_server, page_watch: Watcher, open_cycle: Cycle
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page_watch(page)
    sign_in(page, live_server.url, "north@example.org")
    page.get_by_role("link", name="Fill in your own view").click()
    page.locator("fieldset").first.get_by_label("Agree", exact=True).check()
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d\. 1 of 30 filled in\."))).to_be_visible()
    expect(page.locator("fieldset").first.get_by_label("Agree", exact=True)).to_be_checked()
    choose(page, 5)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Your view of North is submitted. Thank you.")).to_be_visible()
    assert SelfAssessment.objects.exclude(submitted_at=None).count() == 1
    context.close()


@at_desk_and_on_a_phone
def test_after_the_close_four_steps_lead_to_the_practices_and_the_report(
    page: Page, live_server, page_watch: Watcher, two_rounds: Cycle, window: ViewportSize
) -> None:
    page_watch(page)
    page.set_viewport_size(window)
    sign_in(page, live_server.url, "north@example.org")
    page.get_by_role("link", name="North", exact=True).first.click()
    main = page.locator("main")
    expect(page.get_by_role("heading", level=1)).to_have_text("North")
    expect(main).to_contain_text("2026 Q4")
    expect(main.locator(".cs-step h2")).to_have_text(["How many answered", "Overall", "What stands out", "The next step"])
    expect(main).to_contain_text("Everybody answered: these figures are the whole team’s.")
    expect(main).to_contain_text("3.9 of 5, fairly good")
    expect(main).to_contain_text("Authority to help. You chose 5, the team says 2.0")
    expect(main).to_contain_text("Start this week.")
    assert faults_of(page) == []

    page.get_by_label("Views of this team").get_by_role("link", name="All practices").click()
    expect(page.get_by_role("link", name="All practices")).to_have_attribute("aria-current", "page")
    expect(main.get_by_role("heading", level=2)).to_have_count(10)
    expect(main.get_by_role("row", name=re.compile("^Authority to help"))).to_contain_text("2.0")
    assert faults_of(page) == []

    page.get_by_role("link", name="Full report").click()
    expect(main).to_contain_text("Improvement report")
    expect(main).to_contain_text("The manager’s own view: 5.0.")
    expect(main).to_contain_text("1. Authority to help")
    expect(main).to_contain_text("From “Customer service as a culture”.")
    expect(main.get_by_role("heading", name="What do we make of this?")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Where you are").get_by_role("link", name="North").click()
    expect(main.locator(".cs-step")).to_have_count(4)


@at_desk_and_on_a_phone
def test_the_manager_of_a_team_too_small_reads_why_and_how_to_talk_about_it(
    page: Page, live_server, page_watch: Watcher, two_rounds: Cycle, window: ViewportSize
) -> None:
    page_watch(page)
    page.set_viewport_size(window)
    sign_in(page, live_server.url, "night@example.org")
    main = page.locator("main")
    expect(main).to_contain_text("Fewer than 5 people could be told apart here")
    page.get_by_role("link", name="Night", exact=True).first.click()
    expect(page.get_by_role("heading", name="Why there are no figures here")).to_be_visible()
    expect(main).to_contain_text("They are not lost: they count in Support.")
    expect(main).to_contain_text("When did a customer last leave us happy, and what had we done?")
    expect(main.locator(".cs-step")).to_have_count(0)
    assert faults_of(page) == []
    page.get_by_role("link", name="Full report").click()
    expect(main).to_contain_text("Talk guide")
    expect(page.get_by_role("heading", name="One thing we will do")).to_be_visible()
    assert faults_of(page) == []
