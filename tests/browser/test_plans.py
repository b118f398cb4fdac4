"""A manager's whole loop over two cycles in Chromium: read, choose, act, finish, next cycle, follow-up."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize, expect

from assessments.models import Action, Cycle, User
from assessments.services.closing import close_cycle
from tests import factories
from tests.browser.conftest import PHONE, at_desk_and_on_a_phone, faults_of, fits, sign_in
from tests.plans import change, take
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def other_than_the_rest(value: int) -> dict[str, int]:
    """A ballot that says four to everything but courtesy."""
    codes = factories.quarterly_check().items.values_list("practice__code", flat=True)
    return dict.fromkeys(codes, 4) | {"everyday-courtesy": value}


def to_the_team(page: Page, address: str, cycle: Cycle, name: str = "team") -> None:
    page.goto(f"{address}{reverse(name, args=[cycle.teams.get(path=NORTH).uid])}")


@at_desk_and_on_a_phone
def test_read_choose_act_finish_and_follow_up_in_the_next_cycle(page: Page, live_server, page_watch, window: ViewportSize) -> None:
    page_watch(page)
    page.set_viewport_size(window)
    main = page.locator("main")
    make_sales()
    first = closed_quarter(1, [other_than_the_rest(value) for value in LOW])
    sign_in(page, live_server.url, "north@example.org")

    # read
    page.get_by_role("link", name="North", exact=True).first.click()
    expect(main.locator(".cs-step h2").last).to_have_text("The next step")
    assert faults_of(page) == []

    # choose
    page.get_by_role("button", name=re.compile("^Work on this ?: Everyday courtesy")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What North works on")
    expect(page.get_by_role("radio", name="Start this week")).to_be_checked()
    assert faults_of(page) == []

    # act: own words, and what was typed stays when the day is missing
    page.get_by_role("radio", name="In our own words").check()
    page.get_by_label("Your own words").fill("We greet everybody who comes in")
    page.get_by_label("Until").fill("")
    page.get_by_role("button", name=re.compile("^Take it up")).click()
    expect(page.get_by_role("alert")).to_contain_text("Until: This field is required.")
    expect(page.get_by_label("Your own words")).to_have_value("We greet everybody who comes in")
    assert faults_of(page) == []
    page.get_by_label("Until").fill(f"{first.closes:%Y-%m-%d}")
    page.get_by_role("button", name=re.compile("^Take it up")).click()
    expect(page.get_by_text("The action is taken up. Leader of North sees to it.")).to_be_visible()
    expect(main.get_by_role("article").first).to_contain_text("not started")
    assert faults_of(page) == []

    # finish
    page.get_by_role("link", name="We greet everybody who comes in").click()
    page.get_by_role("radio", name="done").check()
    page.get_by_label("Note").fill("Two customers said thank you")
    page.get_by_role("button", name="Write it down").click()
    expect(main).to_contain_text("From “not started” to “done”.")
    expect(main).to_contain_text("Two customers said thank you")
    assert faults_of(page) == []

    # the next cycle: the own view shows it, the report says what happened since
    second = factories.make_cycle("2026 Q2", days=28)
    to_the_team(page, live_server.url, second, "self_assessment")
    expect(main.get_by_role("heading", name="What you took up last time")).to_be_visible()
    expect(main).to_contain_text("We greet everybody who comes in")
    assert faults_of(page) == []
    factories.answer(second, NORTH, [other_than_the_rest(value) for value in HIGH])
    close_cycle(cycle=second, now=True)
    to_the_team(page, live_server.url, second, "report")
    part = main.locator(".cs-follow")
    expect(part).to_contain_text("We greet everybody who comes in")
    expect(part).to_contain_text("done on")
    expect(part).to_contain_text("Everyday courtesy. 2.5 before, 3.5 now. Up 1.0 since 2026 Q1")
    expect(part).to_contain_text("A change does not say what caused it")
    assert faults_of(page) == []
    to_the_team(page, live_server.url, second, "plan")
    expect(main.get_by_role("heading", name="From earlier quarters")).to_be_visible()
    assert faults_of(page) == []


def test_it_works_without_script(browser: Browser, live_server, page_watch) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page_watch(page)
    make_sales()
    cycle = closed_quarter(1, LOW)
    sign_in(page, live_server.url, "north@example.org")
    to_the_team(page, live_server.url, cycle, "plan")
    page.get_by_label("Any other practice").or_(page.get_by_label("Or any other practice")).select_option("everyday-courtesy")
    page.get_by_role("button", name="Work on this", exact=True).click()
    page.get_by_role("button", name=re.compile("^Take it up")).click()
    page.get_by_role("article").get_by_role("link").click()
    page.get_by_role("radio", name="dropped").check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("alert")).to_contain_text("Please say why it is dropped.")
    page.get_by_label("Note").fill("Others do it already")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("From “not started” to “dropped”.")
    assert faults_of(page, script=False) == []
    assert Action.objects.get().reason == "Others do it already"
    context.close()


@at_desk_and_on_a_phone
def test_hr_sees_how_actions_stand_everywhere(page: Page, live_server, page_watch, hr: User, window: ViewportSize) -> None:
    page_watch(page)
    page.set_viewport_size(window)
    make_sales()
    cycle = closed_quarter(1, LOW)
    take(cycle, days=-3)
    change(take(cycle, words="Smile"), "done")
    sign_in(page, live_server.url, "hr@example.org")
    page.goto(f"{live_server.url}{reverse('actions')}")
    main = page.locator("main")
    expect(main).to_contain_text("1 of 2 teams have an action. One is overdue.")
    assert faults_of(page) == []
    page.get_by_role("link", name="Say good morning").click()
    expect(main).to_contain_text("not started, 3 days late")
    expect(main.get_by_role("button")).to_have_count(0)
    assert faults_of(page) == []


def test_at_320_pixels_nothing_is_cut(page: Page, live_server, page_watch) -> None:
    page_watch(page)
    page.set_viewport_size({"width": 320, "height": 640})
    make_sales()
    cycle = closed_quarter(1, LOW)
    action = take(cycle, words="Donaudampfschifffahrtsgesellschaftskapitänskajütentürschlüssel" * 3)
    sign_in(page, live_server.url, "north@example.org")
    for path in (reverse("plan", args=[action.unit.uid]), reverse("action", args=[action.uid]), "/my/"):
        page.goto(f"{live_server.url}{path}")
        assert fits(page), path


def test_a_report_with_last_quarters_actions_prints_on_two_pages_and_a_sheet(page: Page, live_server, page_watch) -> None:
    page_watch(page)
    make_sales()
    first = closed_quarter(1, LOW, [])
    for number in range(3):
        take(first, words=f"Every morning {number} of us say good morning to everybody who comes in, and mean it. " * 2)
    second = closed_quarter(2, [1, 2, 2, 4, 5, 5] * 2, [])
    sign_in(page, live_server.url, "north@example.org")
    to_the_team(page, live_server.url, second, "report")
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 3
