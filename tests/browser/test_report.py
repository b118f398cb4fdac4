"""The improvement report on paper: two pages and a sheet, with everything that a second cycle and a split team add."""

import re
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.exports.test_reports import HEADINGS, in_order
from tests.plans import take
from tests.quarters import LOW, NORTH, closed_quarter, make_sales

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_prints_on_two_pages_and_a_sheet_in_the_order_of_the_design(page: Page, live_server, page_watch, tmp_path: Path) -> None:
    page_watch(page)
    make_sales()
    take(closed_quarter(1, LOW, []))
    cycle = closed_quarter(2, [1, 2, 2, 4, 5, 5] * 2, [])
    sign_in(page, live_server.url, "north@example.org")
    page.goto(f"{live_server.url}{reverse('report', args=[cycle.teams.get(path=NORTH).uid])}")
    text = page.locator("main").inner_text()
    assert "Opinions differ a lot here" in text
    assert "since 2026 Q1" in text
    paper = tmp_path / "printed.pdf"
    paper.write_bytes(page.pdf(prefer_css_page_size=True, print_background=True))
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 3
    told = subprocess.run(["pdftotext", "-raw", str(paper), "-"], check=True, capture_output=True, text=True).stdout
    assert in_order(told) == [heading for heading, section in HEADINGS.items() if section != "comments"]
