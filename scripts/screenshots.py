"""Walk through the demo and take the README's pictures: screenshots.py FOLDER ADDRESS. Started by scripts/screenshots."""

import os
import re
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

PHONE: ViewportSize = {"width": 360, "height": 720}
TEAM = "Store 12"
PATIENCE = 30  # seconds


def fresh_code() -> str:
    """A code of somebody in the team who has not answered; the demo itself prints those of teams that it draws by lot."""
    from assessments.models import Invitation  # noqa: PLC0415 - after django.setup()
    from assessments.services.codes import make_code  # noqa: PLC0415
    from assessments.services.keys import mac_key_of  # noqa: PLC0415

    invitation = Invitation.objects.filter(team__name=TEAM, answered=False).exclude(person=None).order_by("pk")[0]
    code, row = make_code(invitation=invitation, mac_key=mac_key_of(invitation.cycle))
    row.save()
    return code


def people() -> tuple[str, str, str]:
    """Addresses of HR and of the team's manager, and the password of both."""
    from assessments.services.demo import PASSWORD, demo_sign_ins  # noqa: PLC0415

    sign_ins = demo_sign_ins()
    return sign_ins[0].email, next(entry.email for entry in sign_ins if entry.who.endswith(TEAM)), PASSWORD


def wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/a/", timeout=PATIENCE).close()  # noqa: S310 - our own server
            return
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@contextmanager
def window(browser: Browser, height: int, *, sharp: float = 1.5, width: int = 1280) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=sharp, reduced_motion="reduce", locale="en-GB"
    )
    yield context.new_page()
    context.close()


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(my|hr)/$"))


def picture(page: Page, path: Path, *, until: Locator, of: Locator | None = None) -> None:
    """The page, or a part of it, from its top to the end of an element, so that no line of text is cut in half."""
    page.mouse.move(0, 0)
    last, part = until.bounding_box(), (of or page.locator("html")).bounding_box()
    if last is None or part is None:
        raise SystemExit(f"{path.stem}: what the picture shows or ends with is not on the page")
    height = round(last["y"] + last["height"] - part["y"])
    page.screenshot(path=path, full_page=True, clip={"x": part["x"], "y": part["y"], "width": part["width"], "height": height})


def show_hr(browser: Browser, folder: Path, address: str, email: str, password: str) -> None:
    with window(browser, 1000) as page:
        sign_in(page, address, email, password)
        picture(page, folder / "overview.png", until=page.locator(".cs-heat").get_by_role("row", name=re.compile("^Night line")))
        page.get_by_label("Main").get_by_role("link", name="Taking part").click()
        page.wait_for_url("**/participation/")
        picture(page, folder / "participation.png", until=page.get_by_role("row", name=re.compile("^Night line")))


def show_manager(browser: Browser, folder: Path, address: str, email: str, password: str) -> None:
    with window(browser, 920) as page:
        sign_in(page, address, email, password)
        page.get_by_role("link", name="own view").click()
        page.wait_for_url("**/own-view/")
        page.screenshot(path=folder / "own-view.png")
        page.goto(f"{address}/my/")
        page.locator(".cs-list__name").first.click()
        page.wait_for_url("**/teams/**")
        picture(page, folder / "team.png", until=page.locator(".cs-step").nth(2))
        page.goto(f"{page.url}report/")
        sheet = page.locator(".cs-sheet").first
        picture(page, folder / "report.png", of=sheet, until=sheet.locator(".cs-opportunity").first)
        page.locator(".cs-sheet").last.screenshot(path=folder / "meeting.png")


def show_employee(browser: Browser, folder: Path, address: str, code: str) -> None:
    with window(browser, PHONE["height"], width=PHONE["width"], sharp=2) as page:
        page.goto(f"{address}/a/#{code}")
        page.get_by_role("button", name="Send my answers").wait_for()
        page.screenshot(path=folder / "poll.png")
        for at, value in enumerate((4, 5)):
            page.locator("fieldset").nth(at).locator(f'[value="{value}"]').check()
        page.locator(".cs-group").first.evaluate("part => window.scrollTo(0, part.offsetTop - 12)")
        page.evaluate("document.activeElement.blur()")
        page.mouse.move(0, 0)
        page.screenshot(path=folder / "poll-statements.png")


def main(folder: Path, address: str) -> None:
    django.setup()
    code, (hr, manager, password) = fresh_code(), people()
    wait_for(address)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    flags = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        show_hr(browser, folder, address, hr, password)
        show_manager(browser, folder, address, manager, password)
        show_employee(browser, folder, address, code)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
