"""Everything that a role can GET: all routes with all units and cycles, and every address of this site found on the way."""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from django.core.management import call_command, get_commands, load_command_class
from django.db.models import QuerySet
from django.test import Client
from django.urls import Resolver404, URLPattern, resolve, reverse

from assessments.models import Address, Cycle, CycleTeam, Dimension, Practice, User
from tests.crawler.pages import Node, read
from tests.views.test_access import routes

HOST = "http://testserver"
MOST = 3500  # addresses of one role
SAME_CELLS = {"level", "open", "shut", "page", "order"}  # choices that only fold, turn or page the same cells
ABOUT_CODES: dict[str, type[Dimension | Practice]] = {"dimension": Dimension, "practice": Practice}
ONLY_SENT = {"leave_focus", "take_action"}  # about a unit and a practice, and answer to POST alone
# Where HR keeps the organisation as it is: no figure is read there, which test_setup holds these pages to.
KEPT = ("settings", "roster", "questionnaires", "teams", "people", "accounts", "first-steps", "cycles/plan")
SETUP = ("first/", *(f"hr/{name}/" for name in KEPT))
# Files of the product; leaving is done by POST.
OUTSIDE = ("/static/", "/accounts/logout/", *(f"/{start}" for start in SETUP))


@dataclass(frozen=True, eq=False)
class Page:
    role: str
    user: User | None
    address: str
    tree: Node
    html: str

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def asked(self) -> dict[str, str]:
        """What the address chooses."""
        return dict(parse_qsl(urlsplit(self.address).query))

    @property
    def alike(self) -> tuple[str, str]:
        """The same for all who get the same page, apart from the name at its top."""
        return self.address, self.html.partition("<main")[2]


class UnknownOutput(Exception):
    """Something is handed out that this crawler cannot read; teach it, or numbers leave unseen."""


def crawl(
    role: str, user: User | None, begin: Iterable[str] | None = None, *, follow: bool = True, choose: bool = True
) -> list[Page]:
    """Each address once, however it is reached; answers other than 200 and redirects lead nowhere.

    begin: all there is. choose: also what forms and links of a page let one choose in its address.
    """
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    waiting, seen, found, sample = deque(starts() if begin is None else begin), set[str](), [], Sample()
    while waiting:
        address = waiting.popleft()
        # A PDF is made of the page's own parts; test_papers lays it beside that page, word by word.
        passed_over = address.startswith(OUTSIDE) or urlsplit(address).path.endswith(".pdf") or ("?" in address and not choose)
        if address in seen or passed_over or not sample.takes(address):
            continue
        seen.add(address)
        assert len(seen) <= MOST, f"{role} comes to no end: {sorted(seen)[-3:]}"
        response = client.get(address)
        if response.status_code in {301, 302, 303, 307}:
            waiting.extend(_inside(address, [response["Location"]]))
        if response.status_code != 200 or is_read_elsewhere(address, response):
            continue
        page = page_of(role, user, address, response)
        found.append(page)
        if follow:
            waiting.extend(_inside(address, _addresses(page.tree)))
    return found


class Sample:
    """Which of the many choices that pages offer are tried.

    Practices, cycles, departments and columns to sort by multiply to tens of thousands of addresses that show the same figures
    over and over. So an address is tried if it has a value that its page has not met; of what only folds or pages, each kind once
    for each cycle. Pages that are about one unit offer no choices, and all of them are read.
    """

    def __init__(self) -> None:
        self.tried = set[tuple[str, str, str]]()

    def takes(self, address: str) -> bool:
        choices = choices_of(address)
        is_new = not choices or not choices <= self.tried
        self.tried |= choices
        return is_new


def choices_of(address: str) -> set[tuple[str, str, str]]:
    """Of an address: the page, and each name and value that is chosen there; no value is a choice as well."""
    parts = urlsplit(address)
    chosen = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        match = resolve(parts.path)
    except Resolver404:
        return {(parts.path, name, value) for name, value in chosen.items()}
    page = " ".join([str(match.url_name), *(str(value) for name, value in match.kwargs.items() if name != "code")])
    chosen |= {"code": match.kwargs["code"]} if "code" in match.kwargs else {}
    return {(page, name, chosen.get("cycle", "") if name in SAME_CELLS else value) for name, value in chosen.items()}


def is_read_elsewhere(address: str, response: Any) -> bool:
    """Files are read cell by cell, and so are the API's answers (files.py); its description is the same for everybody.

    What goes into a calendar is read in test_rare.
    """
    if response.headers.get("Content-Type", "").startswith("text/calendar"):
        return address.startswith("/actions/")
    if address == reverse("robots"):
        return True
    is_file = address.startswith(reverse("exports")) and "attachment" in response.headers.get("Content-Disposition", "")
    return is_file or address == reverse("api_openapi")


def page_of(role: str, user: User | None, address: str, response: Any) -> Page:
    kind = response.headers.get("Content-Type", "none").split(";")[0]
    if kind != "text/html":
        raise UnknownOutput(f"{address} answers {role} with {kind}")
    html = b"".join(response) if response.streaming else response.content
    text = html.decode()
    return Page(role, user, address, read(text), text)


def starts(of: Iterable[Cycle] | None = None) -> list[str]:
    """Every route with everything that it may be about: of all cycles, or of these."""
    keys = {one.pk for one in (Cycle.objects.all() if of is None else of)}
    units = CycleTeam.objects.filter(cycle__in=keys)
    values: dict[str, Sequence[Any]] = {
        "uid": list(units.values_list("uid", flat=True)),
        "digest": ["0" * 64],
        "token": list(Address.objects.filter(release__unit__in=units).values_list("token", flat=True)),
        "slug": list(Cycle.objects.filter(pk__in=keys).values_list("slug", flat=True)),
    }
    return [
        "/",
        "/admin/",
        *(address for name in ABOUT_CODES for address in _about_each(name, units)),
        *(address for route in routes() if is_read(route) for address in addresses_of(route, values)),
    ]


def is_read(route: URLPattern) -> bool:
    return route.name not in {*ABOUT_CODES, *ONLY_SENT} and not is_setup(route)


def is_setup(route: URLPattern) -> bool:
    return str(route.pattern).startswith(SETUP)


def _about_each(name: str, units: QuerySet[CycleTeam]) -> Iterator[str]:
    """Each dimension or practice as it comes; and, in turn, in each department of each closed cycle."""
    closed = units.filter(cycle__state=Cycle.State.CLOSED).select_related("cycle")
    places = [unit for unit in closed if unit.has_teams_below]
    for code, place in zip(ABOUT_CODES[name].objects.order_by("pk").values_list("code", flat=True), cycle(places), strict=False):
        yield reverse(name, args=[code])
        yield f"{reverse(name, args=[code])}?{urlencode({'cycle': place.cycle.slug, 'under': place.uid})}"


def addresses_of(route: URLPattern, values: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    names = list(route.pattern.converters)
    if unknown := set(names) - set(values):
        raise UnknownOutput(f"{route.name} is about {unknown}: say what these may be")
    for chosen in product(*(values[name] for name in names)):
        yield reverse(str(route.name), kwargs=dict(zip(names, chosen, strict=True)))


def _addresses(tree: Node) -> Iterator[str]:
    """Links, and what a form that only asks would send for each choice."""
    for node in tree:
        if node.tag == "form" and node.attributes.get("method", "get").lower() == "get":
            for select in node.find("select"):
                name, action = select.attributes.get("name", ""), node.attributes.get("action", "")
                yield from (f"{action}?{name}={option.attributes.get('value', '')}" for option in select.find("option"))
        yield from (node.attributes[name] for name in ("href", "src", "data-src") if name in node.attributes)


def _inside(address: str, found: Iterable[str]) -> Iterator[str]:
    for one in found:
        whole = urldefrag(urljoin(HOST + address, one)).url
        if whole.startswith(HOST + "/"):
            yield whole.removeprefix(HOST)


# --- files that a command writes ----------------------------------------------------------------------------------


def export_commands() -> list[str]:
    """Of figures: a questionnaire in a file holds what is asked and no answer."""
    return sorted(
        name for name, app in get_commands().items() if app == "assessments" and "export" in name and name != "export_questionnaire"
    )


def exported(cycle: Cycle, folder: Path) -> list[dict[str, Any]]:
    """All that commands export of a closed cycle: as JSON; tests/exports holds the other formats to saying the same."""
    cells: list[dict[str, Any]] = []
    for command in export_commands():
        parser = load_command_class("assessments", command).create_parser("manage.py", command)
        action = next((one for one in parser._actions if one.dest == "format"), None)
        kinds = set(action.choices or ()) if action else set()
        if (command, kinds) != ("export_results", {"xlsx", "csv", "json"}):
            raise UnknownOutput(f"{command} --format {kinds}")
        out = folder / f"{cycle.slug}.json"
        call_command(command, cycle.name, format="json", out=out, stdout=StringIO())
        cells += json.loads(out.read_text())
    return cells
