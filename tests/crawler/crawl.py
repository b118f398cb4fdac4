"""Everything that a role can GET: all routes with all units and cycles, and every address of this site found on the way."""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.core.management import call_command, get_commands, load_command_class
from django.test import Client
from django.urls import URLPattern, reverse

from assessments.models import Cycle, CycleTeam, User
from tests.crawler.pages import Node, read
from tests.views.test_access import routes

HOST = "http://testserver"
MOST = 2500  # addresses of one role
OUTSIDE = ("/static/", "/accounts/logout/")  # files of the product; leaving is done by POST


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
    def alike(self) -> tuple[str, str]:
        """The same for all who get the same page, apart from the name at its top."""
        return self.address, self.html.partition("<main")[2]


class UnknownOutput(Exception):
    """Something is handed out that this crawler cannot read; teach it, or numbers leave unseen."""


def crawl(role: str, user: User | None, begin: Iterable[str] | None = None, *, follow: bool = True) -> list[Page]:
    """Each address once, however it is reached; answers other than 200 and redirects lead nowhere. begin: all there is."""
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    waiting, seen, found = deque(starts() if begin is None else begin), set[str](), []
    while waiting:
        address = waiting.popleft()
        if address in seen or address.startswith(OUTSIDE):
            continue
        seen.add(address)
        assert len(seen) <= MOST, f"{role} comes to no end: {sorted(seen)[-3:]}"
        response = client.get(address)
        if response.status_code in {301, 302, 303, 307}:
            waiting.extend(_inside(address, [response["Location"]]))
        if response.status_code != 200:
            continue
        page = _page(role, user, address, response)
        found.append(page)
        if follow:
            waiting.extend(_inside(address, _addresses(page.tree)))
    return found


def _page(role: str, user: User | None, address: str, response: Any) -> Page:
    kind = response.headers.get("Content-Type", "none").split(";")[0]
    if kind != "text/html":
        raise UnknownOutput(f"{address} answers {role} with {kind}")
    html = b"".join(response) if response.streaming else response.content
    text = html.decode()
    return Page(role, user, address, read(text), text)


def starts(cycles: Iterable[Cycle] | None = None) -> list[str]:
    """Every route with everything that it may be about: of all cycles, or of these."""
    keys = {cycle.pk for cycle in (Cycle.objects.all() if cycles is None else cycles)}
    values: dict[str, Sequence[Any]] = {
        "uid": list(CycleTeam.objects.filter(cycle__in=keys).values_list("uid", flat=True)),
        "slug": list(Cycle.objects.filter(pk__in=keys).values_list("slug", flat=True)),
    }
    return ["/", "/admin/", *(address for route in routes() for address in addresses_of(route, values))]


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
    return sorted(name for name, app in get_commands().items() if app == "assessments" and "export" in name)


def exported(cycle: Cycle, folder: Path) -> list[dict[str, Any]]:
    """All that can be exported of a closed cycle, in every format there is."""
    cells: list[dict[str, Any]] = []
    for command in export_commands():
        parser = load_command_class("assessments", command).create_parser("manage.py", command)
        action = next((one for one in parser._actions if one.dest == "format"), None)
        for kind in (action.choices or ()) if action else ():
            if (command, kind) != ("export_results", "json"):
                raise UnknownOutput(f"{command} --format {kind}")
            out = folder / f"{cycle.slug}.{kind}"
            call_command(command, cycle.name, format=kind, out=out, stdout=StringIO())
            cells += json.loads(out.read_text())
    return cells
