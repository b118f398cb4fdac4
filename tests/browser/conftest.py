"""What every journey in Chromium does and watches: signing in, the console, requests to other hosts, accessible pages."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, ViewportSize, expect

from assessments.models import Cycle, CycleTeam, User
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories

expect.set_options(timeout=20_000)  # a busy machine takes longer than the usual five seconds now and then

AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = ["color-contrast"]

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}

# The phone is the harder of the two; the same walk at a desk runs among the slow tests.
at_desk_and_on_a_phone = pytest.mark.parametrize(
    "window", [pytest.param(DESK, id="desk", marks=pytest.mark.slow), pytest.param(PHONE, id="phone")]
)
with_and_without_script = pytest.mark.parametrize(
    ("window", "script"),
    [
        pytest.param(DESK, True, id="desk", marks=pytest.mark.slow),
        pytest.param(PHONE, True, id="phone"),
        pytest.param(DESK, False, id="without script"),
    ],
)


class Watch:
    """What a page must not do while it is looked at."""

    def __init__(self, page: Page, home: str) -> None:
        self.faults: list[str] = []
        self.addresses: list[str] = []
        self._host = urlsplit(home).netloc
        self._pages: set[str] = set()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium also complains about a page that comes with 403 or 422, which is right here.
        refused_page = message.text.startswith("Failed to load resource") and message.location["url"].split("#")[0] in self._pages
        if message.type in {"error", "warning"} and not refused_page:
            self.faults.append(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        self.addresses.append(request.url)
        if request.is_navigation_request():
            self._pages.add(request.url.split("#")[0])
        if urlsplit(request.url).scheme in {"http", "https"} and urlsplit(request.url).netloc != self._host:
            self.faults.append(f"request to another host: {request.url}")


@pytest.fixture
def page_watch(live_server) -> Iterator[Callable[[Page], Watch]]:
    """page_watch(page) watches from then on; at the end of the test nothing may have been found."""
    watches: list[Watch] = []

    def watch(page: Page) -> Watch:
        watches.append(Watch(page, live_server.url))
        return watches[-1]

    yield watch
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "\n".join(faults)


@cache
def _axe() -> str:
    return AXE.read_text()


def axe_violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """Broken rules of WCAG 2.2 AA with the elements that break them. By evaluate: the content policy forbids inline script."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {_axe()} }} }}")
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG_22_AA}
    found = page.evaluate("only => axe.run(document, {runOnly: only}).then(result => result.violations)", only)
    return [f"{rule['id']}: {rule['help']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def faults_of(page: Page, *, script: bool = True) -> list[str]:
    """What is wrong with the page as it stands: too wide for the window, not accessible, or unreadable in the dark.

    Where the browser runs no script axe would wait for ever: there only the width is looked at.
    """
    page.wait_for_load_state()  # a click waits until the next page begins, and on a busy machine half a page has faults of its own
    faults = [] if fits(page) else ["wider than the window"]
    if not script:
        return faults
    # Without motion: in the middle of a transition a colour is neither the old nor the new one.
    page.emulate_media(reduced_motion="reduce")
    faults += axe_violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += [f"in the dark: {fault}" for fault in axe_violations(page, CONTRAST)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return faults


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(my|hr)/$"))


def choose(page: Page, value: int) -> None:
    """The same answer to every statement, in one go: thirty real clicks take ten seconds."""
    page.wait_for_load_state()
    page.locator(f'fieldset input[type="radio"][value="{value}"]').evaluate_all("radios => radios.forEach(radio => radio.click())")


@pytest.fixture
def two_rounds(organisation: None) -> Cycle:
    """2026 Q3: everybody says "neither". 2026 Q4: all eight of North "agree", save on authority, and their leader strongly with
    everything; South and Desk likewise, without a leader's view; Night, three people, is too small to show. Then 2027 Q1 opens."""
    before = factories.make_cycle("2026 Q3")
    factories.answer(before, "Sales / North", [3] * 8)
    close_cycle(cycle=before, now=True)
    cycle = factories.make_cycle("2026 Q4")
    factories.answer(cycle, "Sales / North", [factories.all_answers(cycle, 4, authority_to_help=2)] * 8)
    factories.answer(cycle, "Sales / South", [3] * 6)
    factories.answer(cycle, "Support / Desk", [4] * 6)
    factories.answer(cycle, "Support / Night", [1] * 3)
    north = CycleTeam.objects.get(cycle=cycle, path="Sales / North")
    leader = User.objects.get(email="north@example.org")
    ratings = {code: {"value": value} for code, value in factories.all_answers(cycle, 5).items()}
    save_self_assessment(team=north, values=ratings, by=leader)
    submit_self_assessment(team=north, by=leader)
    close_cycle(cycle=cycle, now=True)
    factories.make_cycle("2027 Q1")
    cycle.refresh_from_db()
    return cycle
