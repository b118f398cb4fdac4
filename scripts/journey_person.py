"""The people of scripts/journey: they read their mail and use the site over HTTP, with the standard library alone.

Called as `journey_person.py MAILS VERB ARGUMENTS`; fails with the place when a page does not say what it must.
"""

import email
import email.policy
import html
import http.cookiejar
import json
import os
import re
import sys
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

BASE = os.environ["BASE_URL"]
CODE = r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){3}"
CONTENT = Path(__file__).resolve().parent.parent / "assessments" / "content"
QUESTIONNAIRE = tomllib.loads((CONTENT / "questionnaires" / "quarterly-check.toml").read_text())["practices"]


class Refusal(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


class Browser:
    """Keeps cookies; `last` is the page. Follows redirects unless told otherwise."""

    def __init__(self, *, follow: bool = True) -> None:
        handlers: list = [urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())]
        if not follow:
            handlers.append(Refusal())
        self.opener = urllib.request.build_opener(*handlers)
        self.last = ""
        self.url = ""

    def open(self, url: str, data: dict | list | None = None) -> int:
        body = None if data is None else urllib.parse.urlencode(data).encode()
        request = urllib.request.Request(urllib.parse.urljoin(BASE, url), data=body, headers={"Referer": BASE})  # noqa: S310
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        self.last, self.url = answer.read().decode(), answer.url
        return answer.status

    def token(self) -> str:
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.last).group(1)

    def text(self) -> str:
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", self.last)))


def expect(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        sys.exit(f"{what}: {found!r} instead of {wanted!r}")


def ensure(holds: object, what: str) -> None:
    if not holds:
        sys.exit(f"not so: {what}")


def mails(directory: str) -> list[tuple[str, str]]:
    """(address, text) of every mail in the folder."""
    found = []
    for path in sorted(Path(directory).iterdir()):
        for raw in re.split(rb"^-{79}$", path.read_bytes(), flags=re.MULTILINE):
            message = email.message_from_bytes(raw.strip(), policy=email.policy.default)
            body = message.get_body(("plain",)) if message["To"] else None
            if body is not None:
                found.append((message["To"], body.get_content()))
    return found


def codes(directory: str, team: str, roster: range) -> list[str]:
    """The codes in the invitations of the people with these numbers whose answers count for a team."""
    found = []
    for address, text in mails(directory):
        link = re.search(rf"{re.escape(BASE)}/a/#({CODE})", text)
        number = int(re.sub(r"\D", "", address.split("@")[0]) or 0)
        if link and number in roster and re.search(rf"\b{team}\b", text):
            ensure(text.count(link.group(1)) >= 2, "link and code stand in the mail")
            found.append(link.group(1))
    return found


SALES, SERVICE = range(1, 28), range(28, 61)


def waits(directory: str) -> None:
    for _ in range(100):
        try:
            expect(Browser().open("/a/"), 200, "the code page")
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server does not answer")


def ballot(code: str, value: object) -> list[tuple[str, object]]:
    return [("code", code), *((practice, value) for practice in QUESTIONNAIRE), ("helps", ""), ("hinders", "")]


def answers(directory: str, team: str, department: str, *values: str) -> None:
    members = codes(directory, team, [*SALES, 59, 60] if department == "Sales" else range(28, 59))
    browser = Browser(follow=False)
    for code, value in zip(members, values, strict=False):
        expect(browser.open("/a/", {"code": code}), 200, f"the form of {team}")
        expect(browser.open("/a/answers/", ballot(code.lower().replace("-", " "), value)), 303, f"an answer of {team}")
    ensure(len(members) >= len(values), f"enough codes for {team}")


def is_refused(directory: str) -> None:
    used = codes(directory, "Night", SERVICE)[0]
    browser = Browser(follow=False)
    expect(browser.open("/a/", {"code": used}), 409, "a used code")
    expect(browser.open("/a/answers/", ballot(used, 3)), 409, "a used code's answers")
    expect(browser.open("/a/", {"code": "ABCD-EFGH-JKLM-NPQR"}), 403, "an unknown code")
    expect(browser.open("/a/", {"code": "hello"}), 403, "a malformed code")
    fresh = codes(directory, "South", SALES)[-1]
    for wrong in (ballot(fresh, 7), ballot(fresh, 3)[:-5], [*ballot(fresh, 3), (QUESTIONNAIRE[0], 4)]):
        expect(browser.open("/a/answers/", wrong), 422, "a wrong, missing or doubled answer")
    expect(browser.open("/a/", {"code": fresh}), 200, "the code after a wrong post")


def sign_in(browser: Browser, link: str) -> None:
    """Open a one-time link, set a password, be signed in."""
    expect(browser.open(link), 200, "the one-time link")
    data = {"csrfmiddlewaretoken": browser.token(), "password1": "a long passphrase", "password2": "a long passphrase"}
    expect(browser.open(browser.url, data), 200, "a new password")


def leads(directory: str, address: str, team: str, value: str) -> None:
    text = next(text for to, text in mails(directory) if to == address and "/accounts/password/reset/key/" in text)
    browser = Browser()
    sign_in(browser, re.search(rf"{re.escape(BASE)}/accounts/\S+", text).group())
    expect(browser.open("/my/"), 200, "the leader's home")
    form = re.search(r"/my/[0-9a-f-]+/own-view/", browser.last).group()
    expect(browser.open(form), 200, "the self-assessment")
    token = browser.token()
    expect(
        browser.open(f"{form}submit/", {"csrfmiddlewaretoken": token, QUESTIONNAIRE[0]: value}),
        422,
        "an unfinished self-assessment",
    )
    data = {"csrfmiddlewaretoken": browser.token()} | dict.fromkeys(QUESTIONNAIRE, value)
    expect(browser.open(form, data), 200, "saving for later")
    expect(browser.open(form), 200, "the saved self-assessment")
    expect(browser.open(f"{form}submit/", {**data, "csrfmiddlewaretoken": browser.token()}), 200, "submitting")
    ensure(team.rsplit(" / ", maxsplit=1)[-1] in browser.text(), "the leader's team")


def late_code(directory: str) -> None:
    Path(directory, "..", "late").write_text(codes(directory, "South", SERVICE)[-1])


def is_late(directory: str) -> None:
    code = Path(directory, "..", "late").read_text()
    browser = Browser(follow=False)
    expect(browser.open("/a/", {"code": code}), 410, "a late code")
    expect(browser.open("/a/answers/", ballot(code, 3)), 410, "late answers")


def reads_export(directory: str, path: str) -> None:
    del directory
    cells = {(cell["team"], cell["kind"], cell["code"]): cell for cell in json.loads(Path(path).read_text())}
    # The whole organisation, two departments, five teams; each with overall, ten dimensions, thirty practices.
    expect(len(cells), 8 * 41, "the number of cells")
    north = cells["Sales / North", "practice", "authority-to-help"]
    expect((north["n"], north["mean"], north["manager"]), (14, {"op": "=", "value": 3.5}, 5.0), "Sales / North")
    expect(cells["Sales / North", "dimension", "kindness"]["mean"], {"op": "=", "value": 3.5}, "kindness of Sales / North")
    expect(cells["Sales / South", "practice", "work-matters"]["mean"], {"op": "=", "value": 2.5}, "Sales / South")
    unanimous = cells["Service / North", "practice", "less-stress"]["mean"]
    expect(unanimous, {"op": ">=", "value": 4.6}, "everybody in Service / North strongly agrees")
    hidden = cells["Service / Night", "overall", "overall"]
    expect((hidden["shown"], set(hidden)), (False, {"team", "kind", "code", "shown"}), "a team of three")


def reads_pages(directory: str, link: str) -> None:
    del directory
    browser = Browser()
    sign_in(browser, link)
    expect(browser.open("/hr/"), 200, "HR's overview")
    ensure("Sales" in browser.text() and "hidden" in browser.text(), "teams and a hidden one in the overview")
    teams = dict.fromkeys(re.findall(r"/teams/[0-9a-f-]{36}/", browser.last))
    ensure(bool(teams), "links to teams")
    reports = []
    for team in teams:
        expect(browser.open(team), 200, "a team's page")
        expect(browser.open(f"{team}report/"), 200, "a report")
        reports.append(browser.text())
    ensure(any("Sales" in text and "3.5" in text for text in reports), "the figures in a report")
    expect(browser.open("/hr/participation/"), 200, "participation")
    expect(browser.open("/anonymity/"), 200, "the page on anonymity")


if __name__ == "__main__":
    folder, verb, *arguments = sys.argv[1:]
    globals()[verb](folder, *arguments)
