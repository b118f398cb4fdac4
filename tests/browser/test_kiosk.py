"""A shared device: two people one after the other, and nothing of the first is left for the second."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from assessments.models import Box, Cycle
from tests import factories
from tests.browser.conftest import Watch, axe_violations, choose, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "The till is too slow on Mondays"


@pytest.fixture
def codes(open_cycle: Cycle) -> list[str]:
    return factories.codes_of(open_cycle, "Sales / North")


@pytest.fixture
def kiosk(page: Page, live_server, page_watch: Callable[[Page], Watch], codes: list[str]) -> Page:
    """At its code page, with a clock that the test turns."""
    page_watch(page)
    # Standing still between two turns: on a busy machine a minute passes while a form is filled in.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto(f"{live_server.url}/a/kiosk/")
    return page


def open_form(page: Page, code: str) -> None:
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Send my answers")).to_be_visible()


def answer(page: Page, code: str) -> None:
    open_form(page, code)
    choose(page, 4)
    page.get_by_label("What gets in the way?").fill(WORDS)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are sealed.")


def at_start(page: Page) -> None:
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    expect(page.get_by_label("Your code")).to_have_value("")
    assert page.url.endswith("/a/kiosk/")


def nothing_is_left(page: Page, *codes: str) -> None:
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.state]") == [0, 0, "", None]
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    shown = page.content()
    assert not [secret for secret in (*codes, WORDS) if secret in shown]


def test_two_people_one_after_the_other_leave_nothing_behind(kiosk: Page, codes: list[str]) -> None:
    for code in codes[:2]:
        answer(kiosk, code)
        kiosk.clock.run_for(11_000)
        at_start(kiosk)
        nothing_is_left(kiosk, code)
    assert Box.objects.count() == 2
    requests: list[str] = []
    kiosk.on("request", lambda request: requests.append(request.method))
    for _ in range(kiosk.evaluate("history.length") - 2):  # the first is the tab before any page
        kiosk.go_back()
        at_start(kiosk)
        nothing_is_left(kiosk, *codes[:2])
    kiosk.go_forward()
    at_start(kiosk)
    assert "POST" not in requests


def test_back_after_thanks_shows_the_empty_code_page(kiosk: Page, codes: list[str]) -> None:
    answer(kiosk, codes[0])
    kiosk.go_back()
    at_start(kiosk)
    nothing_is_left(kiosk, codes[0])
    kiosk.go_back()
    at_start(kiosk)


def test_loading_the_form_again_shows_the_empty_code_page(kiosk: Page, codes: list[str]) -> None:
    open_form(kiosk, codes[0])
    kiosk.reload()
    at_start(kiosk)


def test_a_form_left_alone_is_cleared_after_a_minute_and_a_warning(kiosk: Page, codes: list[str]) -> None:
    open_form(kiosk, codes[0])
    choose(kiosk, 4)
    kiosk.get_by_label("What gets in the way?").fill(WORDS)
    notice = kiosk.get_by_role("alert").filter(has_text="Are you still there?")
    kiosk.clock.run_for(38_000)
    expect(notice).to_be_hidden()
    kiosk.clock.run_for(4_000)
    expect(notice).to_be_visible()
    kiosk.clock.run_for(20_000)
    at_start(kiosk)
    nothing_is_left(kiosk, codes[0])
    kiosk.go_back()
    at_start(kiosk)
    nothing_is_left(kiosk, codes[0])
    assert Box.objects.count() == 0


def test_a_touch_gives_another_minute(kiosk: Page, codes: list[str]) -> None:
    open_form(kiosk, codes[0])
    choose(kiosk, 4)
    kiosk.clock.run_for(50_000)
    kiosk.mouse.click(5, 300)
    expect(kiosk.get_by_role("alert").filter(has_text="Are you still there?")).to_be_hidden()
    kiosk.clock.run_for(35_000)
    kiosk.get_by_role("button", name="Send my answers").click()
    expect(kiosk.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are sealed.")


def test_the_empty_code_page_waits_without_asking_the_server(kiosk: Page, codes: list[str]) -> None:
    requests: list[str] = []
    kiosk.on("request", lambda request: requests.append(request.url) if request.is_navigation_request() else None)
    kiosk.clock.run_for(300_000)
    at_start(kiosk)
    assert requests == []


def test_a_code_typed_and_left_is_cleared(kiosk: Page, codes: list[str]) -> None:
    kiosk.get_by_label("Your code").fill(codes[0][:9])
    kiosk.clock.run_for(61_000)
    at_start(kiosk)
    kiosk.get_by_label("Your code").fill("K7QM")
    kiosk.get_by_role("button", name="Start").click()
    expect(kiosk.get_by_role("alert").first).to_contain_text("this one has 4")
    kiosk.clock.run_for(61_000)
    at_start(kiosk)


def test_a_link_to_a_faulty_field_leaves_no_address_behind(kiosk: Page, codes: list[str]) -> None:
    open_form(kiosk, codes[0])
    kiosk.locator("form").evaluate("form => form.noValidate = true")
    kiosk.get_by_role("button", name="Send my answers").click()
    kiosk.get_by_role("alert").first.get_by_role("link").first.click()
    at_kiosk = kiosk.url
    assert at_kiosk.endswith("/a/kiosk/")
    kiosk.clock.run_for(61_000)
    at_start(kiosk)
    kiosk.go_back()
    at_start(kiosk)


def test_the_page_on_anonymity_goes_back_too(kiosk: Page) -> None:
    kiosk.get_by_role("link", name="How anonymity works").click()
    expect(kiosk.get_by_role("heading", level=1)).to_contain_text("How anonymity works")
    kiosk.clock.run_for(61_000)
    at_start(kiosk)


def test_a_code_behind_the_address_opens_the_form_there_too(kiosk: Page, live_server, codes: list[str]) -> None:
    kiosk.goto(f"{live_server.url}/a/kiosk/#{codes[0]}")
    expect(kiosk.get_by_role("button", name="Send my answers")).to_be_visible()
    assert kiosk.url.endswith("/a/kiosk/")
    kiosk.go_back()
    assert codes[0] not in kiosk.url
    kiosk.clock.run_for(61_000)


def test_its_pages_fit_and_are_accessible(kiosk: Page, codes: list[str]) -> None:
    for width in (320, 1280):
        kiosk.set_viewport_size({"width": width, "height": 740})
        assert fits(kiosk)
        open_form(kiosk, codes[0])
        kiosk.clock.run_for(42_000)
        expect(kiosk.get_by_role("alert").filter(has_text="Are you still there?")).to_be_visible()
        kiosk.clock.resume()
        assert fits(kiosk)
        assert not axe_violations(kiosk)
        kiosk.get_by_role("link", name="Next person").click()
        at_start(kiosk)


def test_without_script_the_links_lead_back(browser: Browser, live_server, codes: list[str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/a/kiosk/")
    page.get_by_label("Your code").fill(codes[0])
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Next person").click()
    at_start(page)
    assert context.cookies() == []
    context.close()
