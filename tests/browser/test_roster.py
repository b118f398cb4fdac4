"""HR brings a personnel system's own list in Chromium, on a narrow window: match, look, apply; a smaller one asks first."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Person, User
from tests.browser.conftest import PHONE, axe_violations, faults_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_match_look_apply_and_be_asked_before_many_leave(page: Page, live_server, page_watch, hr: User, tmp_path: Path) -> None:
    page_watch(page)
    page.set_viewport_size(PHONE)
    sign_in(page, live_server.url, hr.email)
    file, header = tmp_path / "staff.csv", "Personnel number;Full name;Level 1;Level 2;Manager;Desk\n"
    people = [f"{number:03};Person {number};Sales;{'North' if number % 2 else 'South'};;{number}\n" for number in range(10)]

    file.write_text(header + "".join(people), encoding="cp1252")
    page.goto(f"{live_server.url}{reverse('roster')}")
    page.get_by_label("Roster file").set_input_files(file)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What do the columns mean?")
    assert axe_violations(page) == []
    page.get_by_label("Desk").select_option("Leave this column out")
    page.get_by_role("button", name="Go on to the preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would change")
    page.get_by_text("New: 10").click()
    expect(page.get_by_text("Person 9", exact=False)).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Apply the roster").click()
    expect(page.get_by_role("status")).to_contain_text("10 people came, 0 left")
    assert Person.objects.filter(employee_id="007").exists()

    file.write_text(header + "".join(people[:5]))
    page.get_by_label("Roster file").set_input_files(file)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_text("5 of 10 people would leave")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Apply the roster").click()
    expect(page.get_by_role("status")).to_contain_text("0 people came, 5 left")
    assert Person.objects.filter(active=True).count() == 5
