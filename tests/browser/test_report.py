"""The improvement report on paper: two pages and a sheet, with everything that a second cycle and a split team add."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.quarters import LOW, NORTH, closed_quarter, make_sales

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_prints_on_two_pages_and_a_sheet(page: Page, live_server, page_watch) -> None:
    page_watch(page)
    make_sales()
    closed_quarter(1, LOW, [])
    cycle = closed_quarter(2, [1, 2, 2, 4, 5, 5] * 2, [])
    sign_in(page, live_server.url, "north@example.org")
    page.goto(f"{live_server.url}{reverse('report', args=[cycle.teams.get(path=NORTH).uid])}")
    text = page.locator("main").inner_text()
    assert "Opinions differ a lot here" in text
    assert "since 2026 Q1" in text
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 3
