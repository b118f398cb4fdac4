"""Every page and file that anybody can reach is read number by number; none says more than the stored, shown figures."""

import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import resolve, reverse

from assessments.analysis.audit import eliminate, isolated, small_remainders, subtrees
from assessments.models import Action, Cycle, CycleTeam, Figure, FigureChange, Participation, Practice, Text, User
from tests.crawler.conftest import Site
from tests.crawler.crawl import ONLY_SENT, Page, crawl, exported, is_setup
from tests.crawler.files import object_problems
from tests.crawler.pages import Node, place_of
from tests.crawler.pictures import is_decoration
from tests.crawler.reading import MEASURED, OWN_VIEW, PRIVACY, STATIC, STATIC_PARTS, UID
from tests.crawler.truth import Truth, is_in
from tests.crawler.world import FIVE, SINGLE, THREE, one_more_answers
from tests.views.test_access import routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


OF_UNITS = {
    "mean",
    "number",
    "range",
    "answered",
    "took part",
    "per cent",
    "share",
    "classes",
    "size",
    "manager",
    "median",
    "rating",
    "change",
    "gap",
    "pattern",
    "beside",
    "together",
}


def main_of(page: Page) -> Node:
    return next((node for node in page.tree if node.tag == "main"), page.tree)


def parents_of(units: list[CycleTeam]) -> list[int]:
    """Preorder indexes of one cycle's units, in their order."""
    place = {unit.pk: at for at, unit in enumerate(units)}
    return [place[unit.parent_id] if unit.parent_id else -1 for unit in units]


# --- that it looks at all -------------------------------------------------------------------------------------------


def test_the_organisation_has_the_hard_cases(site: Site) -> None:
    """Otherwise the crawl proves little: hidden units of every kind, hidden figures in shown units, changes, all alike."""
    truth, first, last = site.truth, site.world.closed[0], site.world.closed[-1]
    hidden = {(unit.cycle.name, unit.path) for unit in truth.units if truth.is_hidden(unit)}
    assert {(last.name, path) for path in (THREE, SINGLE, FIVE)} <= hidden
    assert (first.name, FIVE) not in hidden
    big_and_hidden = [u for u in truth.units if truth.is_hidden(u) and not u.cycle.is_running and u.invited >= 5]
    assert any(site.world.answers[u.cycle.name].get(u.path, 0) >= 5 for u in big_and_hidden)
    assert any(0 < truth.shown_practices[unit.pk] < len(truth.dimension_of) for unit in truth.units)
    assert FigureChange.objects.filter(direction__in=["up", "down"]).exists()
    assert Figure.objects.filter(op=">=").exists()
    assert Figure.objects.filter(share__isnull=False).exists()
    assert not Participation.objects.filter(team__cycle=site.world.running).exists()


def test_it_reaches_every_route_that_answers_with_a_page(site: Site) -> None:
    """Those that only take what is sent, redirect or need something of their own are named here."""
    silent = {
        "home", "poll_answers", "trustee", "self_assessment_autosave", "self_assessment_submit",
        "close_cycle_now", "release_texts", "card_sheet", "revoke_token",
        "export", "api_openapi", "choose_focus", "action", "action_calendar", *ONLY_SENT,
        *(route.name for route in routes() if route.callback.access == "api readers" or is_setup(route)),
        # sent or taken away as a file, asked for by a button, or about a cycle that is planned
        "withdraw_release", "renew_address", "poster_pdf", "report_pdf", "robots", "logo", "remind_now",
        "make_reports", "resume_reports", "stop_reports", "mail_reports", "delete_reports", "reports_zip",
        "change_cycle", "delete_cycle", "open_cycle", "send_invitations",
    }  # fmt: skip
    paths = {page.path for page in site.pages}
    reached = {route.name for route in routes() if any(route.pattern.match(path[1:]) for path in paths)}
    assert {route.name for route in routes()} - reached <= silent


def test_routes_that_only_take_what_is_sent_answer_nothing_else(site: Site, hr: User) -> None:
    client = Client()
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    unit, code = site.truth.units[0], next(iter(site.truth.dimension_of))
    for name in ONLY_SENT:
        assert client.get(reverse(name, args=[unit.uid, code])).status_code == 405, name


def test_it_tries_all_practices_cycles_departments_and_columns(site: Site) -> None:
    """It cannot try each with each: `Sample` has the rule."""
    pages = site.of("hr")
    practices = {page.path.split("/")[-2] for page in pages if page.path.startswith("/hr/practices/")}
    assert practices == set(Practice.objects.values_list("code", flat=True))
    units = {str(unit.uid) for unit in site.truth.units if not unit.cycle.is_running}
    departments = {str(unit.uid) for unit in site.truth.units if unit.has_teams_below and not unit.cycle.is_running}
    assert {page.asked.get("team") for page in pages if page.path == "/hr/trends/"} >= departments
    assert {page.asked.get("under") for page in pages} - {None, ""} <= units
    columns = {page.asked.get("sort") for page in pages if page.path == "/hr/map/"}
    assert columns >= {"name", "overall", *site.truth.dimensions.values()}
    assert {page.asked.get("with") for page in pages} >= {"before", "whole"}


def test_it_meets_every_stored_mean_and_number_of_answers_on_pages(site: Site) -> None:
    met = {(fact.unit, fact.code, fact.aspect) for fact in site.facts}
    for key, code in site.truth.figures:
        assert (key, code, "mean") in met, f"{site.truth.by_key[key]}, {code or 'overall'}"
        if not code:
            assert (key, code, "answered") in met, str(site.truth.by_key[key])


# --- what the numbers are -------------------------------------------------------------------------------------------


def test_every_number_and_every_mark_is_one_that_is_stored_for_that_unit(site: Site) -> None:
    assert sum(reading.numbers for reading in site.readings.values()) > 10_000
    assert sum(reading.pictures for reading in site.readings.values()) > 3_000
    assert site.problems == []


def test_it_reads_each_kind_of_number_that_follows_from_others(site: Site) -> None:
    """A sentence that nobody meets is read by nobody."""
    met = {fact.aspect for fact in site.facts}
    assert met >= {"gap", "pattern", "beside", "change", "together", "patterns", "rated", "hidden units", "rows", "invitations"}
    assert met >= {"blind spots", "hidden strengths", "answers short"}


def test_teams_stand_in_the_band_that_is_stored(site: Site) -> None:
    titles, named = site.truth.dimensions | {"Overall": ""}, 0
    for page in site.of("hr"):
        if page.path != "/hr/bands/":
            continue
        for cell in page.tree.find("td"):
            place = place_of(cell)
            assert place
            band = {"Upper third": "upper", "Lower third": "lower"}.get(place.column, "middle")
            for unit in [site.truth.by_uid[UID.findall(link.attributes["href"])[0]] for link in cell.find("a")]:
                assert site.truth.figures[unit.pk, titles[place.row]].band == band, f"{unit}, {place}"
                named += 1
    assert named > 20


def test_the_order_of_a_sorted_map_tells_no_more_than_its_figures(site: Site) -> None:
    """Equal figures stand in the tree's order, and so do all that are hidden, at the end."""
    sorted_maps = [
        page for page in site.of("hr") if page.path == "/hr/map/" and page.asked.get("sort", "name") != "name" and not beside(page)
    ]
    assert len(sorted_maps) > 10
    for page in sorted_maps:
        code = "" if page.asked["sort"] == "overall" else page.asked["sort"]
        rows = [row for table in page.tree.find("tbody") for row in table.find("tr")][1:]
        units = [site.truth.by_uid[UID.findall(row.find("a")[0].attributes["href"])[0]] for row in rows]
        sign = -1 if page.asked.get("order") == "down" else 1
        figures = site.truth.figures
        order = [((unit.pk, code) not in figures, sign * _mean(figures.get((unit.pk, code))), unit.position) for unit in units]
        if sign < 0:
            order = [(hidden, mean, 0) for hidden, mean, _at in order]
        assert order == sorted(order), page.address


def beside(page: Page) -> str:
    return page.asked.get("with", "")


def _mean(row: Figure | None) -> Decimal:
    return row.mean if row else Decimal(0)


def test_stored_changes_are_differences_of_printed_means(site: Site) -> None:
    """So a change tells nothing that the two means do not."""
    older = {(row.team.cycle_id, row.team.team_id, row.kind, row.code): row for row in Figure.objects.select_related("team")}
    changes = FigureChange.objects.exclude(points=None).select_related("figure__team")
    assert changes
    for change in changes:
        now = change.figure
        before = older[change.since_id, now.team.team_id, now.kind, now.code]
        assert (now.op, before.op) == ("=", "=")
        assert abs(change.points or 0) == abs(now.mean - before.mean), str(change)


def test_the_export_says_what_pages_say_and_nothing_of_what_is_hidden(site: Site, tmp_path: Path) -> None:
    pages = {(fact.unit, fact.code): fact.value for fact in site.facts if fact.aspect == "mean"}
    for cycle in site.world.closed:
        assert export_problems(site.truth, cycle, tmp_path, pages) == []


def export_problems(truth: Truth, cycle: Cycle, folder: Path, pages: dict) -> list[str]:
    words = {"=": "", ">=": " or more", "<=": " or less"}
    units = {unit.path: unit for unit in truth.units if unit.cycle_id == cycle.pk}
    cells, problems = exported(cycle, folder), []
    expected = len(units) * (1 + len(truth.dimensions) + len(truth.dimension_of))
    if len(cells) != expected:
        problems.append(f"{len(cells)} cells of {expected}")
    for cell in cells:
        unit, code = units[cell["team"]], "" if cell["kind"] == "overall" else cell["code"]
        say, name = truth.sayable[unit.pk, code], f"{cell['team']}, {cell['code']}"
        if (unit.pk, code) not in truth.figures:
            if cell != {key: cell.get(key) for key in ("team", "kind", "code")} | {"shown": False}:
                problems.append(f"{name} is hidden: {cell}")
            continue
        mean = f"{cell['mean']['value']}{words[cell['mean']['op']]}"
        if (
            {mean} != say.means
            or mean != pages.get((unit.pk, code), mean)
            or (str(cell["n"]), str(unit.invited)) not in say.answered
        ):
            problems.append(f"{name}: {cell}")
        manager = truth.managers.get((unit.pk, code))
        if cell["manager"] != (None if manager is None else float(manager)):
            problems.append(f"{name}, manager: {cell}")
    return problems + object_problems(truth, cycle, cells)


def test_colours_are_functions_of_printed_means(site: Site) -> None:
    colour = defaultdict(set)
    for page in site.pages:
        for cell in page.tree.find("td"):
            if band := [name for name in cell.classes if re.fullmatch(r"cs-cell--\d", name)]:
                colour[re.match(r"\S+(?: or \w+)?", cell.text)[0]].update(band)  # type: ignore[index]
    assert len(colour) > 10
    assert all(len(bands) == 1 for bands in colour.values()), colour


def test_what_needs_no_reading_is_the_same_for_everybody(site: Site) -> None:
    """Static pages and parts are not read number by number, so they must not depend on figures; nor may small drawings."""
    words = defaultdict(set)
    for page in site.pages:
        if page.path in STATIC:
            words[page.path].add(main_of(page).text)
        if page.path == "/methods/":
            words["methods"].add(
                " ".join(part.text for part in sections_of(page) if part.attributes.get("aria-labelledby") not in MEASURED)
            )
        for node in page.tree:
            for name in STATIC_PARTS.keys() & set(node.classes):
                words[f"{name} {resolve(page.path).url_name} {page.asked.get('with', '')}"].add(node.text)
            if node.tag == "svg" and is_decoration(node):
                words["drawings"].add(drawn(node))
    assert words.keys() >= {*STATIC, "cs-legend overview ", "cs-legend heat_map before", "methods", "drawings"}
    assert len(words.pop("drawings")) < 40
    assert {name for name, found in words.items() if len(found) != 1} == set()


def sections_of(page: Page) -> list[Node]:
    return main_of(page).find("section")


def drawn(svg: Node) -> str:
    return " ".join(f"{node.tag}{sorted(node.attributes.items())}{node.text}" for node in svg)


# --- what is hidden -------------------------------------------------------------------------------------------------


def test_pages_say_the_same_of_everything_that_is_hidden(site: Site) -> None:
    said = defaultdict(set)
    names = re.compile(rf"\b({'|'.join(map(re.escape, sorted(site.truth.names, key=len, reverse=True)))})\b")
    for page in site.pages:
        if page.path in STATIC:
            continue
        for node in page.tree:
            if "cs-hidden" in node.classes and not any("cs-tree__untold" in one.classes for one in node.above):
                table = node.closest("table")
                # A line over the cycles says it shortly, and so for every hidden quarter alike.
                place = "quarter" if table and "cs-course" in table.classes else "figure"
                said[place].add(names.sub("UNIT", node.text))
            if {"cs-cell--wide", "cs-cell--hidden"} <= set(node.classes):
                said["unit"].add(f"{names.sub('UNIT', node.text)} {node.attributes['class']}")
            if "cs-tree__untold" in node.classes:
                is_open = page.asked.get("cycle", site.world.running.slug) == site.world.running.slug
                said["turnout so far" if is_open else "turnout"].add(
                    node.closest("tr").text.removeprefix(node.closest("tr").heading)
                )  # type: ignore[union-attr]
    assert said.keys() == {"figure", "quarter", "unit", "turnout", "turnout so far"}
    assert all(len(sentences) == 1 for sentences in said.values()), said


def test_a_hidden_units_own_pages_differ_in_names_only(site: Site) -> None:
    """Three answers, one, none left after its neighbours: whoever reads the pages cannot tell which."""
    acting = set(Action.objects.values_list("unit__team", flat=True))
    said = defaultdict(set)
    names = re.compile(rf"\b({'|'.join(map(re.escape, sorted(site.truth.names, key=len, reverse=True)))})\b")
    for page in site.of("hr"):
        uid = next(iter(UID.findall(page.path)), "")
        unit = site.truth.by_uid.get(uid)
        if unit and unit.team_id in acting:
            continue  # what its manager has written down stands there too
        if unit and not unit.cycle.is_running and site.truth.is_hidden(unit) and not unit.has_teams_below:
            words = " ".join(node.text for node in main_of(page) if node.tag in {"header", "article"} or "cs-empty" in node.classes)
            said[page.path.replace(uid, ""), unit.cycle.name].add(names.sub("UNIT", words))
    assert len(said) >= 9
    assert {place: words for place, words in said.items() if len(words) > 1} == {}


def test_texts_stand_only_where_ten_people_wrote_and_after_release(site: Site) -> None:
    texts = [(text.text, text.team) for text in Text.objects.exclude(text="").select_related("team__cycle")]
    assert texts
    for page in site.pages:
        if page.path.startswith("/hr/texts/"):
            continue
        words = main_of(page).text
        unit = site.truth.by_uid.get(next(iter(UID.findall(page.path)), ""))
        for text, team in texts:
            if text in words:
                assert team.cycle.texts_released, f"{page.role} {page.address}"
                assert unit == team, f"{page.role} {page.address}: {text}"
    for unit in site.truth.units:
        assert all(count >= 10 for count in site.truth.texts_on(unit).values()), unit


# --- who reads what -------------------------------------------------------------------------------------------------


def readable_by(truth: Truth, user: User) -> tuple[list[CycleTeam], list[CycleTeam]]:
    """Units that a leader leads and those below; and those above them."""
    led = set(user.person.memberships.filter(role="leader").values_list("team", flat=True))
    own = [unit for unit in truth.units if unit.team_id in led]
    below = [unit for unit in truth.units if any(is_in(unit, one) for one in own)]
    above = [unit for unit in truth.units if any(is_in(one, unit) for one in own)]
    return below, above


def test_a_leaders_pages_name_only_units_led_those_below_and_those_above(site: Site) -> None:
    assert len({page.role for page in site.leaders}) == 18
    for page in site.leaders:
        if is_told(page):
            continue
        assert strangers_on(page, site.truth) == [], f"{page.role} {page.address}"


def strangers_on(page: Page, truth: Truth) -> list[str]:
    assert page.user is not None
    below, above = readable_by(truth, page.user)
    names = truth.names - {unit.name for unit in below + above}
    uids = truth.by_uid.keys() - {str(unit.uid) for unit in below}
    return [name for name in names if re.search(rf"\b{re.escape(name)}\b", page.html)] + sorted(uids & set(UID.findall(page.html)))


def test_a_leaders_figures_are_those_of_units_led_and_below(site: Site) -> None:
    """Save the whole organisation's turnout and quality on the methods page, which everybody signed in reads.

    The course over the cycles goes with the team: after a move the new department's leader reads the overall figures of before.
    """
    for page in site.leaders:
        if is_told(page):
            continue
        below, _above = readable_by(site.truth, page.user)  # type: ignore[arg-type]
        allowed = {unit.pk for unit in below}
        unit = site.truth.by_uid.get(next(iter(UID.findall(page.path)), ""))
        if unit and unit.pk in allowed and page.path == f"/teams/{unit.uid}/":
            allowed |= {one.pk for one in site.truth.units if one.team_id == unit.team_id and one.cycle.closes < unit.cycle.closes}
        for fact in site.readings[page].facts:
            assert fact.unit in allowed or fact.aspect not in OF_UNITS or page.path == "/methods/", f"{page.role} {fact}"


def test_nobody_reads_a_figure_without_signing_in(site: Site) -> None:
    pages = [page for page in site.of("anonymous") if not is_told(page)]
    assert {page.path for page in pages} >= {"/a/", "/anonymity/"}
    assert not any(site.readings[page].facts or strangers_in(page, site.truth) for page in pages)


def is_told(page: Page) -> bool:
    """Released by a manager to whoever has the address; what it says is read like everything else."""
    return page.path.startswith("/said/")


def strangers_in(page: Page, truth: Truth) -> list[str]:
    return [name for name in truth.names if re.search(rf"\b{re.escape(name)}\b", page.html)]


def test_only_the_leader_reaches_the_form_of_an_own_view(site: Site) -> None:
    forms = [page for page in site.pages if OWN_VIEW.match(page.path)]
    assert forms
    for page in forms:
        unit = site.truth.by_uid[UID.findall(page.path)[0]]
        assert page.user
        assert unit.team.memberships.filter(person__user=page.user, role="leader").exists()  # type: ignore[union-attr]
        assert not re.search(r"\d\.\d|\d %| answered", main_of(page).text), page.address


def test_the_privacy_report_is_read(site: Site) -> None:
    assert sum(bool(PRIVACY.match(page.path)) for page in site.of("hr")) == 4


# --- while a cycle is open ------------------------------------------------------------------------------------------


def test_of_an_open_cycle_nothing_is_said_but_how_many_take_part(site: Site) -> None:
    keys = {unit.pk for unit in site.truth.units if unit.cycle_id == site.world.running.pk}
    said = {fact.aspect for fact in site.facts if fact.unit in keys}
    assert "took part" in said
    assert said <= {"took part", "per cent", "k", "target", "answers short", "days", "own view", "own views", "rows", "invitations"}


def test_turnouts_of_an_open_cycle_single_nobody_out(site: Site) -> None:
    """By number invited: what all pages of all roles tell, together."""
    cycle = site.world.running
    units = [unit for unit in site.truth.units if unit.cycle_id == cycle.pk]
    place = {unit.pk: at for at, unit in enumerate(units)}
    told = {place[fact.unit]: int(fact.value[1]) for fact in site.facts if fact.unit in place and fact.aspect == "took part"}  # type: ignore[index]
    assert len(told) > 8
    assert small_remainders(parents_of(units), told, cycle.k) == []


def test_more_answers_on_the_same_day_change_no_page(site: Site, hr: User) -> None:
    looked_at = [page for page in site.of("hr") if "answered" in main_of(page).text and about_running(page, site)]
    assert {page.path for page in looked_at} >= {"/hr/", "/hr/cycles/", "/hr/participation/"}
    one_more_answers(site.world)
    again = {page.address: main_of(page).text for page in crawl("hr", hr, [page.address for page in looked_at], follow=False)}
    assert again == {page.address: main_of(page).text for page in looked_at}


def about_running(page: Page, site: Site) -> bool:
    return site.world.running.name in main_of(page).text


# --- all together ---------------------------------------------------------------------------------------------------


def collected_cells(site: Site, cycle: Cycle, folder: Path) -> dict[str, dict[str, int]]:
    """By code and path the number of answers: of every export, and of every page."""
    cells: dict[str, dict[str, int]] = defaultdict(dict)
    for cell in exported(cycle, folder):
        if cell["shown"]:
            cells["" if cell["kind"] == "overall" else cell["code"]][cell["team"]] = cell["n"]
    for fact in site.facts:
        unit = site.truth.by_key[fact.unit]
        if fact.aspect in {"answered", "took part"} and unit.cycle_id == cycle.pk:
            number = int(fact.value[0])  # type: ignore[index]
            code = fact.code if fact.aspect == "answered" else "everybody"
            assert cells[code].setdefault(unit.path, number) == number, f"{unit}, {code}: {fact.source}"
    for key, (answered, _invited) in site.truth.participation.items():
        # A whole number of answers stands beside every shown unit; so nothing is missing from what is solved below.
        if site.truth.by_key[key].cycle_id == cycle.pk:
            assert cells["everybody"][site.truth.by_key[key].path] == answered
    return cells


def given_away(cells: dict[str, dict[str, int]], units: list[CycleTeam], codes: set[str], k: int) -> list[str]:
    """Of practices, and of who took part: dimensions and overall figures are made of printed practices."""
    parent, place = parents_of(units), {unit.path: at for at, unit in enumerate(units)}
    below, found = subtrees(parent), []
    for code in sorted(codes & cells.keys()):
        totals = {place[path]: number for path, number in cells[code].items()}
        found += [f"{code}: remainder of {units[at]}" for at in small_remainders(parent, totals, k)]
        solved = isolated(eliminate([below[at] for at in totals]), list(totals.values()), k)
        assert solved.complete
        found += [f"{code}: {group.answers} answers of {sorted(units[at].path for at in group.units)}" for group in solved.groups]
    return found


def test_nothing_can_be_solved_from_all_cells_together(site: Site, tmp_path: Path) -> None:
    for cycle in site.world.closed:
        units = [unit for unit in site.truth.units if unit.cycle_id == cycle.pk]
        cells = collected_cells(site, cycle, tmp_path)
        codes = {*site.truth.dimension_of, "everybody"}
        assert codes <= cells.keys()
        assert given_away(cells, units, codes, cycle.k) == []


def test_numbers_of_answers_are_the_true_ones(site: Site) -> None:
    """The audit believes what is printed; here is what people really did."""
    for unit in site.truth.units:
        if not unit.cycle.is_running and not site.truth.is_hidden(unit):
            answers = site.world.answers[unit.cycle.name]
            truly = sum(
                count
                for path, count in answers.items()
                if path == unit.path or path.startswith(f"{unit.path} / ") or not unit.parent_id
            )
            assert site.truth.participation[unit.pk][0] == truly, unit


def test_means_are_never_printed_beyond_the_clip(site: Site) -> None:
    values = {Decimal(str(fact.value).split()[0]) for fact in site.facts if fact.aspect == "mean" and isinstance(fact.value, str)}
    assert min(values) >= Decimal("1.4")
    assert max(values) <= Decimal("4.6")
