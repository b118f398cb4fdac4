"""An employee answers on a phone, by link and by typing the code, with script and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from assessments.models import Box, Cycle
from assessments.results.poll import poll_of
from tests import factories
from tests.browser.conftest import Watch, axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return page


@pytest.fixture
def code(open_cycle: Cycle) -> str:
    poll_of.cache_clear()
    return factories.codes_of(open_cycle, "Sales / North")[0]


def choose(page: Page, label: str) -> None:
    for answers in page.locator("fieldset").all():
        answers.get_by_label(label, exact=True).check()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class TestByLink:
    def test_the_link_leads_to_the_form_and_the_answers_into_a_box(
        self, phone: Page, live_server, page_watch: Callable[[Page], Watch], open_cycle: Cycle, code: str
    ) -> None:
        watch = page_watch(phone)
        phone.goto(f"{live_server.url}/a/#{code}")
        expect(phone.get_by_text("North", exact=True)).to_be_visible()
        assert phone.url == f"{live_server.url}/a/"
        assert fits(phone)
        assert not axe_violations(phone)
        choose(phone, "Agree")
        phone.get_by_label("Cannot say").first.check()
        count = len(poll_of(open_cycle.questionnaire_id).codes)
        expect(phone.locator(".cs-progress")).to_contain_text(f"of {count} answered")
        phone.get_by_label("What gets in the way?").fill("Queues on Mondays")
        phone.get_by_role("button", name="Send my answers").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are sealed.")
        assert phone.url == f"{live_server.url}/a/thanks/"
        assert fits(phone)
        assert not axe_violations(phone)
        assert Box.objects.count() == 1
        assert open_cycle.invitations.filter(answered=True).count() == 1
        assert phone.context.cookies() == []
        assert not [address for address in watch.addresses if code in address.split("#")[0]]

    def test_a_second_link_in_the_same_tab_is_taken_too(
        self, phone: Page, live_server, page_watch: Callable[[Page], Watch], code: str
    ) -> None:
        page_watch(phone)
        phone.goto(f"{live_server.url}/a/")
        phone.goto(f"{live_server.url}/a/#{code}")
        expect(phone.get_by_role("button", name="Send my answers")).to_be_visible()
        assert phone.url == f"{live_server.url}/a/"

    def test_what_is_no_code_is_left_alone(
        self, phone: Page, live_server, page_watch: Callable[[Page], Watch], open_cycle: Cycle
    ) -> None:
        page_watch(phone)
        phone.goto(f"{live_server.url}/a/#main")
        expect(phone.get_by_label("Your code")).to_have_value("")
        assert phone.url.endswith("/a/#main")


class TestErrors:
    def test_a_mistyped_code_stays_to_be_mended(
        self, phone: Page, live_server, page_watch: Callable[[Page], Watch], open_cycle: Cycle
    ) -> None:
        page_watch(phone)
        phone.goto(f"{live_server.url}/a/")
        assert fits(phone)
        assert not axe_violations(phone)
        phone.get_by_label("Your code").fill("abcd-efgh-jkmn-pqr")
        phone.get_by_role("button", name="Start").click()
        field = phone.get_by_label("Your code")
        expect(field).to_have_value("abcd-efgh-jkmn-pqr")
        expect(field).to_be_focused()
        expect(phone.get_by_role("alert")).to_contain_text("this one has 15")
        assert fits(phone)
        assert not axe_violations(phone)

    def test_what_is_missing_is_named_and_linked_and_the_rest_stays(
        self, phone: Page, live_server, page_watch: Callable[[Page], Watch], code: str
    ) -> None:
        page_watch(phone)
        phone.goto(f"{live_server.url}/a/#{code}")
        statements = phone.locator("fieldset")
        expect(statements.first).to_be_visible()
        choose(phone, "Disagree")
        # What the browser would refuse to send must be told by the server just as well.
        phone.locator("form").evaluate("form => { form.noValidate = true; form.querySelector('[value=\"2\"]').checked = false; }")
        phone.get_by_role("button", name="Send my answers").click()
        alert = phone.get_by_role("alert")
        expect(alert).to_be_focused()
        expect(statements.nth(1).get_by_label("Disagree", exact=True)).to_be_checked()
        assert fits(phone)
        assert not axe_violations(phone)
        alert.get_by_role("link").click()
        expect(statements.first.get_by_label("Strongly disagree")).to_be_focused()
        assert Box.objects.count() == 0


def test_the_page_on_anonymity_is_accessible(
    phone: Page, live_server, page_watch: Callable[[Page], Watch], open_cycle: Cycle
) -> None:
    page_watch(phone)
    phone.goto(f"{live_server.url}/anonymity/")
    expect(phone.get_by_role("heading", name="What we cannot rule out")).to_be_visible()
    assert fits(phone)
    assert not axe_violations(phone)


def test_everything_works_without_script(
    browser: Browser, live_server, page_watch: Callable[[Page], Watch], open_cycle: Cycle, code: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page_watch(page)
    page.goto(f"{live_server.url}/a/#{code}")
    page.get_by_label("Your code").fill(code.replace("-", " ").lower())
    page.get_by_role("button", name="Start").click()
    for practice in poll_of(open_cycle.questionnaire_id).codes:
        page.locator(f'input[name="{practice}"][value="4"]').check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are sealed.")
    assert Box.objects.count() == 1
    assert context.cookies() == []
    context.close()
