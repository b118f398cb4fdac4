"""What every journey in Chromium watches: the console, requests to other hosts, and the rules of accessible pages."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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


def axe_violations(page: Page) -> list[str]:
    """Broken rules of WCAG 2.2 AA with the elements that break them. By evaluate: the content policy forbids inline script."""
    page.evaluate(_axe())
    found = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(result => result.violations)", WCAG_22_AA)
    return [f"{rule['id']}: {rule['help']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
