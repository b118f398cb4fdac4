"""From an empty database to a closed cycle with reports, by clicks alone: first link, name, roster, plan, open, answer, close."""

import datetime
import re
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from assessments.models import Cycle, clock
from assessments.services.first_link import announce_first_link
from tests.browser.conftest import DESK, PHONE, choose, faults_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FIRST_DAY = datetime.date(2027, 2, 1)
PASSWORD = "three quiet words"
TEAMS = {"North": 6, "South": 6, "Office": 3}
SAYS = {"North": 4, "South": 3, "Office": 5, "Bakery": 4}  # the two managers answer for the whole


@pytest.fixture
def turn_calendar(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime.date], None]:
    """turn_calendar(day): noon of that day for the whole process, the server's threads too; the app can set one thread's alone."""

    def turn(day: datetime.date) -> None:
        noon = datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)
        monkeypatch.setattr(clock, "_set_to", ContextVar("everywhere", default=noon))

    return turn


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """18 people: who heads the bakery, two managers, three teams; one in South has no mail address."""
    rows = ["employee_id;name;email;team;role", "1;Ada Head;ada@example.org;Bakery;leader"]
    rows += [f"{n};Manager of {team};{team.lower()}@example.org;Bakery / {team};leader" for n, team in ((2, "North"), (3, "South"))]
    for team, size in TEAMS.items():
        people = [f"{team}{n}" for n in range(size)]
        rows += [f"{one};{one};{'' if one == 'South0' else f'{one}@example.org'};Bakery / {team};member" for one in people]
    file = tmp_path / "bakery.csv"
    file.write_text("\n".join(rows), encoding="utf-8-sig")
    return file


def work() -> None:
    """What the worker beside the server does."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def go_on(page: Page, step: str) -> None:
    """From HR's first screen by the step that is marked as the next."""
    page.get_by_role("link", name="Overview").click()
    following = page.locator(".cs-first__step--next")
    expect(following).to_contain_text(step)
    following.get_by_role("link").first.click()


def team_of(message: mail.EmailMessage) -> str:
    """north0@ works in North; north@ manages it and answers above."""
    name, number = re.match(r"([a-z]+)(\d?)@", message.to[0]).groups()  # type: ignore[union-attr]
    return name.title() if number else "Bakery"


def answer(page: Page, address: str, value: int) -> None:
    page.goto(address)
    page.locator("form[action='/a/answers/']").wait_for()
    choose(page, value)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are sealed.")


def make_the_account(page: Page, link: str) -> None:
    page.goto(link)
    assert not faults_of(page)
    for label, words in {"Your name": "Hannah", "Email": "hr@example.org", "Password again": PASSWORD}.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First steps")
    assert not faults_of(page)


def name_it_and_bring_the_roster(page: Page, roster: Path) -> None:
    go_on(page, "Name your organisation")
    page.get_by_label("Name", exact=True).first.fill("Corner Bakery")
    page.get_by_role("button", name="Save").click()
    go_on(page, "Upload the roster")  # what is named is not next any more
    page.get_by_label("Roster file").set_input_files(roster)
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Apply the roster").click()
    expect(page.get_by_text("18 people came, 0 left")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".cs-first__step--next")).to_contain_text("One team has no manager")


def plan_and_open(page: Page) -> None:
    page.get_by_role("link", name="Plan a cycle").click()
    assert not faults_of(page)
    expect(page.get_by_label("Name")).to_have_value("2027 Q1")
    page.get_by_role("button", name="Save and see who will be asked").click()
    expect(page.get_by_role("heading", name="17 people will be asked")).to_be_visible()
    expect(page.get_by_text("One manager will not be asked in the poll")).to_be_visible()
    expect(page.get_by_text("One team has fewer than 5 people and will not be shown")).to_be_visible()
    assert not faults_of(page)
    page.get_by_role("link", name="Cycles", exact=True).first.click()
    assert not faults_of(page)
    page.get_by_role("link", name="See who will be asked, and open").click()
    page.get_by_role("button", name="Open now").click()
    expect(page.get_by_role("heading", name="The invitations are asked for")).to_be_visible()
    assert not faults_of(page)
    work()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("All 16 invitations by mail are sent.")).to_be_visible()
    assert not faults_of(page)


def draw_the_card(page: Page) -> str:
    page.get_by_role("link", name="Print code cards").click()
    page.get_by_role("button", name="Draw cards for South").click()
    return page.locator(".cs-cutout__code").inner_text()


def everybody_answers(phone: Page, home: str, invitations: list[mail.EmailMessage], card: str) -> None:
    """Sixteen from the link in their mail, one with the card."""
    answer(phone, f"{home}/a/#{card}", SAYS["South"])
    for message in invitations:
        answer(phone, re.findall(r"http://\S+#\S+", str(message.body))[0], SAYS[team_of(message)])


def close_and_read(page: Page) -> None:
    page.get_by_role("link", name="Cycles", exact=True).click()
    page.get_by_role("button", name="Close and count").click()
    work()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name="2027 Q1", exact=True).click()
    heat = page.get_by_role("table", name=re.compile("ean of each dimension"))
    expect(heat.get_by_role("row", name=re.compile("North"))).to_contain_text("4.0")
    expect(heat.get_by_role("row", name=re.compile("South"))).to_contain_text("3.0")
    expect(heat.get_by_role("row", name=re.compile("Office"))).to_contain_text("hidden")
    heat.get_by_role("link", name="North").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("North")
    expect(page.locator("main")).to_contain_text("6 of 6")
    page.get_by_role("link", name=re.compile("report", re.IGNORECASE)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("North")
    expect(page.locator("main")).to_contain_text("6 of 6")


def test_from_an_empty_database_to_reports(
    browser: Browser, live_server, page_watch, settings, turn_calendar, roster: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BASE_URL = live_server.url
    turn_calendar(FIRST_DAY)
    hr, phone = browser.new_page(viewport=DESK), browser.new_page(viewport=PHONE)
    page_watch(hr)
    page_watch(phone)
    announce_first_link()  # as every server does when it starts
    make_the_account(hr, re.findall(r"http://\S+", caplog.text)[0])
    name_it_and_bring_the_roster(hr, roster)
    before = len(mail.outbox)
    plan_and_open(hr)
    everybody_answers(phone, live_server.url, mail.outbox[before:], draw_the_card(hr))
    turn_calendar(Cycle.objects.get().closes + datetime.timedelta(days=1))
    close_and_read(hr)
