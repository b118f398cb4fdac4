"""An employee answers with the keyboard alone, in the dark, and without script: what `test_poll_pages` leaves out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from assessments.models import Box, Cycle
from tests import factories
from tests.browser.conftest import PHONE, Watch, choose, faults_of, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Watcher = Callable[[Page], Watch]
THANKS = "Thank you. Your answers are sealed."

# The label of a choice is what a person sees; another element on its top edge and its bottom edge hides all of it.
COVERED = """() => {
    const seen = document.activeElement.closest("label") ?? document.activeElement, box = seen.getBoundingClientRect();
    return [box.top + 3, box.bottom - 3].every((y) => !seen.contains(document.elementFromPoint(box.left + box.width / 2, y)));
}"""
FOCUSED = "document.activeElement.name || document.activeElement.tagName"


@pytest.fixture
def code(open_cycle: Cycle) -> str:
    return factories.codes_of(open_cycle, "Sales / North")[0]


def test_the_whole_form_is_answered_with_the_keyboard_and_the_focus_is_never_covered(
    page: Page, live_server, page_watch: Watcher, open_cycle: Cycle, code: str
) -> None:
    page_watch(page)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/a/")
    page.get_by_label("Your code").focus()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("How is service where you work?")
    names = page.locator("fieldset").evaluate_all("all => all.map(one => one.querySelector('input').name)")
    page.get_by_role("link", name="What is stored, and for how long").focus()
    for name in names:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == name
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        assert not page.evaluate(COVERED), name
    expect(page.locator("input:checked")).to_have_count(len(names))
    assert set(page.locator("input:checked").evaluate_all("all => all.map(one => one.value)")) == {"2"}
    page.keyboard.press("Tab")
    page.keyboard.type("We help each other")
    page.keyboard.press("Tab")
    page.keyboard.type("Queues on Mondays")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "BUTTON"
    assert not page.evaluate(COVERED)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    assert Box.objects.count() == 1


def test_every_page_of_the_poll_is_readable_in_the_dark_too(
    page: Page, live_server, page_watch: Watcher, open_cycle: Cycle, code: str
) -> None:
    page_watch(page)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/a/")
    assert faults_of(page) == []
    page.goto(f"{live_server.url}/a/#{code}")
    expect(page.get_by_text("8 people")).to_be_visible()
    choose(page, 4)
    assert faults_of(page) == []
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    assert faults_of(page) == []
    page.goto(f"{live_server.url}/a/#{code}")
    expect(page.locator("main")).to_contain_text("already")
    assert faults_of(page) == []
    page.goto(f"{live_server.url}/anonymity/")
    assert faults_of(page) == []


def test_without_script_a_missing_answer_is_named_and_everything_chosen_and_typed_stays(
    browser: Browser, live_server, page_watch: Watcher, open_cycle: Cycle, code: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page_watch(page)
    page.goto(f"{live_server.url}/a/")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How is service where you work?")
    choose(page, 5)
    first = page.locator("fieldset").first
    statement = first.locator("legend").inner_text()
    page.get_by_label("What helps you serve customers well here?").fill("Tea & a “good” team")
    # As an old browser: one of today would not send the form.
    page.locator("form").evaluate("form => { form.noValidate = true; form.querySelector('[value=\"5\"]').checked = false; }")
    page.get_by_role("button", name="Send my answers").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nothing has been sent yet")
    expect(alert.get_by_role("link")).to_have_text([statement])
    expect(page.get_by_label("What helps you serve customers well here?")).to_have_value("Tea & a “good” team")
    count = page.locator("fieldset").count()
    expect(page.locator('input[value="5"]:checked')).to_have_count(count - 1)
    expect(page.locator(".cs-progress")).to_contain_text(f"of {count} answered")
    assert fits(page)
    assert Box.objects.count() == 0
    first.get_by_label("Cannot say").check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    assert Box.objects.count() == 1
    assert context.cookies() == []
    context.close()
