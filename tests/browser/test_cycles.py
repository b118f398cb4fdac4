"""HR closes a cycle on the page, with a worker beside it."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, ViewportSize, expect

from assessments.models import Cycle, User
from tests import factories
from tests.browser.conftest import PHONE, Watch, at_desk_and_on_a_phone, faults_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@at_desk_and_on_a_phone
def test_hr_closes_a_cycle(
    page: Page, live_server, open_cycle: Cycle, hr: User, page_watch: Callable[[Page], Watch], window: ViewportSize
) -> None:
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    page.set_viewport_size(window)
    page_watch(page)
    sign_in(page, live_server.url, hr.email)
    page.get_by_role("link", name="Cycles", exact=True).click()
    assert faults_of(page) == []
    page.get_by_role("link", name="Close before the last day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Close before the last day")
    assert faults_of(page) == []
    page.get_by_role("button", name="Close and count now").click()
    expect(page.get_by_role("heading", name="The close is asked for")).to_be_visible()
    assert faults_of(page) == []
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("row", name=re.compile("2026 Q4.*Closed"))).to_be_visible()
    assert faults_of(page) == []


def test_alarms_and_refusals_are_readable(page: Page, live_server, open_cycle: Cycle, hr: User) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, live_server.url, hr.email)
    for fault in Cycle.KeyFault.values:
        Cycle.objects.update(key_fault=fault, state=Cycle.State.CLOSING)
        page.goto(f"{live_server.url}/hr/cycles/")
        assert faults_of(page) == []
