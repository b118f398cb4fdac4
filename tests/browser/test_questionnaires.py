"""HR makes the next version of a questionnaire, rewords a statement and publishes it, in Chromium, with and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from assessments.models import User
from assessments.services.questionnaires import Worded, save_draft
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, fits, sign_in
from tests.questionnaires import KIND, make_draft, make_own, worded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "People here are never rude and help each other."


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_next_version_reword_and_publish(browser: Browser, live_server, page_watch, hr: User, script: bool) -> None:
    factories.shipped_content()
    page = browser.new_context(java_script_enabled=script, viewport=DESK if script else PHONE).new_page()
    page_watch(page)
    sign_in(page, live_server.url, hr.email)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Questionnaires").click()
    page.get_by_role("button", name="Make the next version of Quarterly check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quarterly check, version 2")

    row = page.locator(f"#{KIND}")
    row.get_by_text("Reword").click()
    row.get_by_label("What people are asked").fill(NEW)
    if script:
        expect(row.locator(".cs-hints")).to_contain_text("Perhaps two questions in one")
        page.locator('[name="same-respect-for-all-in"]').check()
        expect(page.locator("[data-length]")).to_contain_text("31 chosen")
    row.get_by_role("button", name="Down").click()
    expect(page.locator(f"#{KIND}")).to_contain_text("The trend of this practice begins anew")
    expect(page.locator(f"#{KIND}-place")).to_have_value("2")
    assert fits(page)

    page.get_by_role("button", name="Save and review").click()
    expect(page.locator("main")).to_contain_text(f"{NEW}")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("status")).to_contain_text("A cycle can ask it now")
    assert fits(page)
    page.context.close()


def test_a_draft_that_needs_another_look_is_accessible_in_light_and_dark(page: Page, live_server, page_watch, hr: User) -> None:
    page_watch(page)
    page.set_viewport_size(DESK)
    practice, draft = make_own(hr, ("In the store", "What customers find"), team="Shelves are full and clean."), make_draft(hr)
    items = [Worded(practice, practice.team, practice.manager), *worded(draft)[:2]]
    save_draft(questionnaire=draft, title="Our check", items=items)
    sign_in(page, live_server.url, hr.email)
    page.goto(f"{live_server.url}/hr/questionnaires/quarterly-check/2/")
    page.locator(f"#{KIND} summary").click()
    page.locator(f"#{KIND}-team").fill(" ")
    page.locator(f"#{KIND}-place").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Please write a statement.")
    assert faults_of(page) == []
    page.set_viewport_size(PHONE)
    assert fits(page)
