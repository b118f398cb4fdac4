"""Every route that answers with a page is clean for axe (WCAG 2.2 AA). A new route is checked without being named here."""

import datetime
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from assessments.ballotbox.make_trustee_key import PRIVATE_NAME, PUBLIC_NAME, make_trustee_key
from assessments.models import Cycle, CycleTeam, User
from assessments.models.clock import today
from assessments.services.closing import close_cycle
from assessments.services.cycles import open_cycle
from tests import factories
from tests.browser.conftest import axe_violations
from tests.views.test_access import MATRIX, ROLES, address, routes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCHEMES = ["light", pytest.param("dark", marks=pytest.mark.slow)]
NO_PAGES = {"export", "version_file", "roster_sample", "action_calendar", "api_openapi", "report_pdf", "robots"}  # files
SIGN_IN_PAGES = ("/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/nowhere/")


@pytest.fixture
def cycles(organisation: None) -> dict[str, Cycle]:
    """One closed cycle with a hidden team, and an open one."""
    closed = factories.make_cycle("2026 Q3")
    factories.answer(closed, "Sales / North", [4, 4, 4, 4, 4, 3, 3, 3])
    factories.answer(closed, "Sales / South", [2, 3, 3, 2, 3, 2])
    factories.answer(closed, "Support / Night", [1, 1, 1])
    close_cycle(cycle=closed, now=True)
    return {"closed": closed, "open": factories.make_cycle("2026 Q4")}


def sign_in(page: Page, address: str, user: User) -> None:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("role", ["anonymous", "leader", pytest.param("hr", marks=pytest.mark.slow)])
def test_every_page_is_accessible(
    browser: Browser, live_server, cycles: dict[str, Cycle], hr: User, role: str, scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    user = {"anonymous": None, "leader": User.objects.get(email="north@example.org"), "hr": hr}[role]
    if user:
        sign_in(page, live_server.url, user)
    paths = list(SIGN_IN_PAGES) if role == "anonymous" else []
    for cycle in cycles.values():
        for name in ("Sales / North", "Support / Night"):
            team = CycleTeam.objects.get(cycle=cycle, path=name)
            answering = (route for route in routes() if MATRIX[str(route.name)][ROLES.index(role)] == 200)
            paths += [address(route, team) for route in answering if route.name not in NO_PAGES]
    for path in dict.fromkeys(paths):
        page.goto(f"{live_server.url}{path}")
        assert axe_violations(page) == [], f"{path} for {role}, {scheme}"
    page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_trustees_page_is_accessible(browser: Browser, live_server, organisation: None, tmp_path: Path, scheme: str) -> None:
    """Before the last day, with the form, after a wrong key and when all is over."""
    make_trustee_key(tmp_path)
    public, private = ((tmp_path / name).read_text() for name in (PUBLIC_NAME, PRIVATE_NAME))
    questionnaire = factories.quarterly_check()
    cycle = open_cycle(name="2026 Q4", questionnaire=questionnaire, opens=today(), closes=today(), trustee_key=public)
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/trustee/{cycle.slug}/")
    assert axe_violations(page) == []
    yesterday = today() - datetime.timedelta(days=1)
    Cycle.objects.update(opens=yesterday, closes=yesterday)
    page.reload()
    assert axe_violations(page) == []
    page.get_by_label("The private key").fill("wrong")
    page.get_by_role("button", name="Close and count").click()
    assert axe_violations(page) == []
    page.get_by_label("The private key").fill(private)
    page.get_by_role("button", name="Close and count").click()
    page.get_by_role("heading", name="Now please destroy the key").wait_for()
    assert axe_violations(page) == []
    page.close()
