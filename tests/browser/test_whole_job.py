"""The whole job in one walk: a phone answers, the leader rates, the cycle closes, report and overview say what was answered."""

import re

import pytest
from playwright.sync_api import Browser, expect

from assessments.models import Cycle, CycleTeam, User
from assessments.services.closing import close_cycle
from tests import factories
from tests.browser.conftest import axe_violations, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def cycle(organisation: None) -> Cycle:
    """North: seven of eight have said "agree" to everything; nobody else in Sales has answered. Support answered in full."""
    cycle = factories.make_cycle()
    factories.answer(cycle, "Sales / North", [4] * 7)
    factories.answer(cycle, "Support / Desk", [3] * 7)
    factories.answer(cycle, "Support / Night", [2] * 3)
    return cycle


def test_the_whole_job(browser: Browser, live_server, cycle: Cycle, hr: User, page_watch) -> None:
    address = live_server.url
    last = cycle.invitations.filter(team__path="Sales / North", answered=False).get()
    code = factories.give_code(last)

    # The eighth answers on a phone: "disagree" on authority, "agree" on the rest.
    phone = browser.new_page(viewport=PHONE)
    page_watch(phone)
    phone.goto(f"{address}/a/#{code}")
    expect(phone.get_by_text("8 people")).to_be_visible()
    for item in cycle.questionnaire.items.select_related("practice"):
        value = 2 if item.practice.code == "authority-to-help" else 4
        phone.locator(f'input[name="{item.practice.code}"][value="{value}"]').check()
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are sealed.")
    phone.close()

    # The leader of North strongly agrees with everything.
    leader = browser.new_page()
    page_watch(leader)
    sign_in(leader, address, "north@example.org")
    leader.locator('a[href$="/own-view/"]').first.click()
    for item in cycle.questionnaire.items.select_related("practice"):
        leader.locator(f'input[type="radio"][name="{item.practice.code}"][value="5"]').check()
    leader.get_by_role("button", name="Submit").click()
    leader.wait_for_url(re.compile(r"/my/$"))
    expect(leader.locator("main")).to_contain_text("ubmitted")

    close_cycle(cycle=cycle, now=True)

    # The report says what the answers imply: authority (7 x 4 + 2) / 8 = 3.75, the rest 4.0.
    north = CycleTeam.objects.get(cycle=cycle, path="Sales / North")
    leader.goto(f"{address}/teams/{north.uid}/report/")
    report = leader.locator("main")
    expect(report).to_contain_text("8 of 8")
    expect(report).to_contain_text("Authority to help")
    expect(report).to_contain_text("3.8")
    expect(report).to_contain_text("4.0")
    assert axe_violations(leader) == []
    leader.goto(f"{address}/teams/{north.uid}/")
    assert axe_violations(leader) == []
    leader.close()

    # HR's overview: Desk 3.0, Night too small to show and nowhere told.
    reader = browser.new_page()
    page_watch(reader)
    sign_in(reader, address, "hr@example.org")
    heat = reader.get_by_role("table", name=re.compile("ean of each dimension"))
    expect(heat.get_by_role("row", name=re.compile("North"))).to_contain_text("4.0")
    expect(heat.get_by_role("row", name=re.compile("Night"))).to_contain_text("hidden")
    assert axe_violations(reader) == []
    reader.close()
