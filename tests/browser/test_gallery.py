"""The gallery in Chromium: accessible in both schemes, and nothing runs out of a phone's screen."""

import pytest
from playwright.sync_api import Browser, BrowserContext

from assessments.models import User
from tests.browser.conftest import axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(context: BrowserContext, address: str, client) -> None:
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible_and_fits(browser: Browser, live_server, as_user, hr: User, page_watch, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(context, live_server.url, as_user(hr))
    page = context.new_page()
    page_watch(page)
    page.goto(f"{live_server.url}/gallery/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not axe_violations(page)
    context.close()


def test_each_panel_keeps_its_scheme_whatever_the_reader_has(browser: Browser, live_server, as_user, hr: User) -> None:
    seen = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        sign_in(context, live_server.url, as_user(hr))
        page = context.new_page()
        page.goto(f"{live_server.url}/gallery/")
        papers = "panel => getComputedStyle(panel).backgroundColor"
        seen.add(tuple(page.locator(f'.g-panel[data-scheme="{name}"]').first.evaluate(papers) for name in ("light", "dark")))
        context.close()
    assert seen == {("rgb(250, 248, 244)", "rgb(16, 22, 23)")}
