"""Each number of a page, what it is about, and whether the stored rows say it. A number that nothing explains is a finding."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from assessments.models import Address, Cycle, CycleTeam
from tests.crawler.claims import CLAIMS, COLUMNS, MEAN, About, Claim, per_cents
from tests.crawler.crawl import HOST, Page
from tests.crawler.derived import Derived
from tests.crawler.fixed import fixed_fragments
from tests.crawler.pages import Node, Passage, passages, place_of
from tests.crawler.pictures import (
    is_decoration,
    kind_of,
    misplaced_answers,
    misplaced_in_trend,
    misplaced_on_scale,
    misplaced_share,
    misplaced_spots,
)
from tests.crawler.truth import Sayable, Truth, one_decimal

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAY = re.compile(rf"\b(\d{{1,2}}) ({MONTHS})(?: (\d{{4}}))?\b")
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")
CARDS = {"People without mail", "Cards drawn"}
LATE = re.compile(r"\b(\d+) days? late\b")  # of an action: written under names
DIGITS = re.compile(r"\d+(?:\.\d+)?")

# Pages without anybody's figures; test_crawler holds them to being the same for everybody.
STATIC = {
    "/a/": "asks for a code",
    "/a/kiosk/": "asks for a code on a shared device",
    "/a/thanks/": "says thanks",
    "/anonymity/": "explains how anonymity works",
    "/gallery/": "shows every component with invented figures",
    "/api/": "explains how programs read",
    "/review-sheet/": "asks questions for a talk between two people",
    "/hr/tokens/": "lists tokens, of which there are none here",
}
CODED = re.compile(r"^/hr/(?:dimensions|practices)/([^/]+)/$")
DIFFERENCE = {"cs-gap-cell", "cs-cell--up", "cs-cell--down", "cs-cell--same"}  # cells that do not hold the figure itself
OWN_VIEW = re.compile(r"^/my/[^/]+/own-view/$")  # the leader's own ratings and notes, named data that nobody else gets there
PRIVACY = re.compile(r"^/hr/cycles/[^/]+/privacy/$")  # counts of a whole cycle; held to naming no unit beside a number
STATIC_PARTS = {"cs-legend": "what the colours of a map mean", "cs-spare": "how many spare cards may be drawn"}
MEASURED = {"measure", "together"}  # parts of the methods page that tell about a cycle; the rest is the same for every cycle


@dataclass(frozen=True)
class Fact:
    """A number that a page says of one figure of one unit."""

    unit: int
    code: str
    aspect: str
    value: object
    source: str


@dataclass
class Reading:
    facts: set[Fact] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    numbers: int = 0
    pictures: int = 0


def read_page(page: Page, truth: Truth) -> Reading:
    reader = Reader(page, truth)
    if PRIVACY.match(page.path):
        reader.read_privacy()
    elif page.path not in STATIC and not OWN_VIEW.match(page.path):
        reader.read()
    return reader.found


class Reader:
    def __init__(self, page: Page, truth: Truth) -> None:
        self.page, self.truth, self.found = page, truth, Reading()
        self.cycle = self._cycle()
        self.unit = self._page_unit()
        self.codes = self._page_codes()
        self.derived = Derived(truth, self.unit) if self.unit else None

    def _cycle(self) -> Cycle | None:
        if told := self._told():
            return told.cycle
        if uids := [uid for uid in UID.findall(self.page.path) if uid in self.truth.by_uid]:
            return self.truth.by_uid[uids[0]].cycle
        asked = self.page.asked.get("cycle", "")
        chosen = [one for one in self.page.tree.find("option") if "selected" in one.attributes]
        slug = asked or (chosen[0].attributes.get("value", "") if chosen else "")
        slug = slug or next((part for part in self.page.path.split("/") if part in self.truth.cycles), "")
        head = " ".join(one.text for one in self.page.tree.find("header", "title"))
        named = [cycle for cycle in self.truth.cycles.values() if cycle.name in head]
        return self.truth.cycles.get(slug) or (named[0] if named else None)

    def _told(self) -> CycleTeam | None:
        """The unit whose team reads a page without signing in; its address is random."""
        if not self.page.path.startswith("/said/"):
            return None
        address = Address.objects.get(token=self.page.path.split("/")[2])
        return self.truth.by_uid[str(address.release.unit.uid)]

    def _page_unit(self) -> CycleTeam | None:
        """A unit's own page is about it; a cycle's page about the whole, or about the part of it that was chosen."""
        if told := self._told():
            return told
        if uids := [uid for uid in UID.findall(self.page.path) if uid in self.truth.by_uid]:
            return self.truth.by_uid[uids[0]]
        if self.cycle is None:
            return None
        chosen = self.truth.by_uid.get(self.page.asked.get("under") or self.page.asked.get("team") or "")
        here = self._same_team(chosen, self.cycle) if chosen else None
        return here or next(unit for unit in self.truth.units if unit.cycle_id == self.cycle.pk and not unit.parent_id)

    def _page_codes(self) -> frozenset[str]:
        """What a page is about where no row or line says otherwise: its dimension or practice, else the overall figure."""
        found = CODED.match(self.page.path)
        code = found[1] if found else self.page.asked.get("of", "") if self.page.path == "/hr/trends/" else ""
        return frozenset({"" if code == "overall" else code})

    @property
    def gap_columns(self) -> list[str]:
        """Of managers beside teams: all dimensions, or the practices of the one chosen."""
        chosen = self.page.asked.get("dimension")
        practices = [code for code, dimension in self.truth.dimension_of.items() if dimension == chosen]
        return practices or list(self.truth.dimensions.values())

    def together(self, code: str) -> tuple[str, ...]:
        """Managers as a group, where the page's unit is shown."""
        if self.derived is None or self.truth.is_hidden(self.derived.top) or not (found := self.derived.together(code)):
            return ()
        return one_decimal(found[0]), str(found[1])

    # --- what a passage is about ---

    def about(self, node: Node) -> About:
        unit, cycle = self._unit_of(node)
        place = place_of(node)
        codes = self._codes_of(node, place.column if place else "")
        say = self.truth.says(unit, codes) if unit and cycle and not cycle.is_running else Sayable()
        return About(unit, codes, cycle, say, place.column if place else "")

    def _unit_of(self, node: Node) -> tuple[CycleTeam | None, Cycle | None]:
        for one in node.above:
            if one.tag not in {"tr", "li", "p", "td"} or one.find("section", "table"):
                continue
            words = one.heading if one.tag == "tr" else one.text
            if one.tag == "tr" and self.unit and (named := self._cycle_named(words)):
                unit = self._same_team(self.unit, named)
                return unit, named
            if linked := self._linked(one):
                return linked, linked.cycle
            named_at = one.heading if one.tag == "tr" else next((part.text for part in one if "cs-list__name" in part.classes), "")
            if one.tag in {"tr", "li"} and (names := [name for name in self.truth.names if named_at.startswith(name)]):
                return self._named(max(names, key=len)), self.cycle
            if one.tag != "tr" and (whole := self._linked_whole(one)):
                return whole, whole.cycle
        return self.unit, self.cycle

    def _linked(self, node: Node) -> CycleTeam | None:
        """The unit that the first link to one leads to. Where rows are folded, addresses name other units as well."""
        for link in node.find("a"):
            parts = urlsplit(link.attributes.get("href", ""))
            for uid in [*UID.findall(parts.path), dict(parse_qsl(parts.query)).get("team", "")]:
                if uid in self.truth.by_uid:
                    return self.truth.by_uid[uid]
        return None

    def _linked_whole(self, node: Node) -> CycleTeam | None:
        """A line that leads to another cycle's page speaks of the whole of it."""
        parts = {part for link in node.find("a") for part in re.split(r"[/?=&#]", link.attributes.get("href", ""))}
        named = [cycle for slug, cycle in self.truth.cycles.items() if slug in parts and cycle != self.cycle]
        return next((unit for unit in self.truth.units if named and unit.cycle_id == named[0].pk and not unit.parent_id), None)

    def _cycle_named(self, words: str) -> Cycle | None:
        return next((cycle for cycle in self.truth.cycles.values() if words.startswith(cycle.name)), None)

    def _named(self, name: str) -> CycleTeam | None:
        found = [one for one in self.truth.units if self.cycle and one.cycle_id == self.cycle.pk and one.name == name]
        return found[0] if found else None

    def _same_team(self, unit: CycleTeam, cycle: Cycle) -> CycleTeam | None:
        return next(
            (
                one
                for one in self.truth.units
                if one.cycle_id == cycle.pk and (one.team_id, not one.parent_id) == (unit.team_id, not unit.parent_id)
            ),
            None,
        )

    def _codes_of(self, node: Node, column: str) -> frozenset[str]:
        """The practice or dimension that stands nearest; the overall figure where none does."""
        if code := self.truth.dimensions.get(column) or self.truth.practices.get(column):
            return frozenset({code})
        if "cs-heat" in getattr(node.closest("table"), "classes", ()):
            return frozenset({""})
        found: frozenset[str] = frozenset()
        for one in node.above:
            if one.tag not in {"tr", "li", "p", "label", "div", "section", "article", "dd"}:
                continue
            words = one.heading
            if node.tag == "svg" and one is node.parent:
                words = one.text
            if codes := self.truth.codes_in(words):
                found |= codes
                if one.tag != "p":
                    return found
        return found or self.codes

    # --- reading ---

    def read(self) -> None:
        words = self.truth.fixed_words
        for passage in passages(self.page.tree):
            if re.search(r"\d", passage.text) and self._is_read(passage.node):
                self._read_passage(passage, words)
        for svg in self.page.tree.find("svg"):
            if not any(one.tag == "svg" for one in svg.above if one is not svg) and self._is_read(svg) and not is_decoration(svg):
                self._read_picture(svg)
        if styled := [node.tag for node in self.page.tree if "style" in node.attributes]:
            self.found.problems.append(f"{self.page.address}: inline style on {styled}")

    def read_privacy(self) -> None:
        """Numbers of a whole cycle; whatever names a unit has none beside it."""
        for passage in passages(self.page.tree):
            row = passage.node.closest("tr", "li", "p") or passage.node
            if named := [name for name in self.truth.names if name in row.text and DIGITS.search(passage.text)]:
                self._problem(f"numbers beside {named}", passage.text, self.about(passage.node))

    def _is_read(self, node: Node) -> bool:
        if any(STATIC_PARTS.keys() & set(one.classes) for one in node.above) or self._says_where_from(node):
            return False
        if self.page.path != "/methods/":
            return True
        parts = {one.attributes.get("aria-labelledby", "") for one in node.above}
        return bool(parts & MEASURED) and not any({"cs-how", "cs-formula"} & set(one.classes) for one in node.above)

    def _says_where_from(self, node: Node) -> bool:
        """On paper: this very address, and a day."""
        line = next((one.text for one in node.above if "cs-printed" in one.classes), "")
        return bool(re.fullmatch(rf"csculture · {re.escape(HOST + self.page.address)} · printed on \d+ \w+ \d{{4}}", line))

    def _problem(self, text: str, passage: str, about: About) -> None:
        where = f"{self.page.role} {self.page.address} · {about.unit or 'nobody'} · {'/'.join(sorted(about.codes)) or 'overall'}"
        self.found.problems.append(f"{where} · {text} · in “{passage[:160]}”")

    def _read_passage(self, passage: Passage, fixed: list[str]) -> None:
        if "cs-trend" in passage.node.classes:
            return self._read_course(passage)
        if is_step(passage) or is_count_of_what_opens(passage):
            return None
        about = self.about(passage.node)
        left = self._without_days(self._without_names(passage.text, fixed), about)
        left = LATE.sub(lambda match: "" if match[1] in self.truth.days_late else match[0], left)
        if self.page.path == "/methods/":
            return self._read_measured(left, passage.text, about)
        if self.page.path == "/hr/actions/":
            return self._read_actions(left, passage.text, about)
        return self._read_claims(left, passage, about)

    def _without_names(self, text: str, fixed: list[str]) -> str:
        """Without words that only happen to have digits: fixed sentences, names of cycles, codes, addresses, signs of keys.

        Most passages stand on many pages; each is looked at once.
        """
        known = self.truth.without_names
        if text not in known:
            left = re.sub(r"/said/[\w-]+/", "/said/…/", text)
            for words in (*fixed, *fixed_fragments()):
                left = left.replace(words, DIGITS.sub("…", words))
            for cycle in self.truth.cycles.values():
                left = left.replace(cycle.name, "CYCLE").replace(cycle.short_sign, "SIGN")
            known[text] = CODE.sub("CODE", left.replace(settings.BASE_URL.partition("//")[2], "ADDRESS"))
        return known[text]

    def _read_claims(self, left: str, passage: Passage, about: About) -> None:
        self._read_strictly(left, passage, about)
        for claim in CLAIMS:
            left = claim.pattern.sub(lambda match, claim=claim: self._judge(claim, match, passage, about), left)  # type: ignore[misc]
        for number in DIGITS.findall(left):
            self.found.numbers += 1
            is_rating = number in about.say.managers and about.column == "Manager"
            is_cards = about.column in CARDS and about.unit and number == str(self.truth.cards.get(about.unit.pk))
            if not (is_rating or is_cards):
                self._problem(f"{number} is explained by nothing", passage.text, about)

    def _judge(self, claim: Claim, match: re.Match[str], passage: Passage, about: About) -> str:
        values = tuple(value for value in match.groups() if value)
        self.found.numbers += 1
        if not claim.says(self, about, values):
            self._problem(f"{claim.name} {' '.join(values)} is not stored", passage.text, about)
        elif about.unit and len(about.codes) == 1:
            for aspect in self._aspects(claim, about, values):
                self._note(about, aspect, "".join(values) if aspect == "mean" else values)
        return " "

    def _aspects(self, claim: Claim, about: About, values: tuple[str, ...]) -> list[str]:
        """Who took part, how many answers a figure has, and how many units are shown are all written "a of b"."""
        if claim.name != "answered" or about.unit is None:
            return [claim.name]
        running = about.unit.cycle.is_running
        found = {"answered": values in about.say.answered, "took part": running or values in self.truth.took_part(about.unit)}
        return [aspect for aspect, is_so in found.items() if is_so] or ["units"]

    def _note(self, about: About, aspect: str, value: object) -> None:
        assert about.unit is not None
        self.found.facts.add(Fact(about.unit.pk, next(iter(about.codes)), aspect, value, self.page.address))

    def _read_strictly(self, left: str, passage: Passage, about: About) -> None:
        """In a table the column says what kind of number it is."""
        if passage.node.tag != "td" or not about.unit or not about.cycle or about.cycle.is_running:
            return
        names_a_figure = about.column in self.truth.dimensions or about.column in self.truth.practices
        kind = "mean" if names_a_figure else COLUMNS.get(about.column, "")
        number = MEAN.search(left)
        if not kind or not number or DIFFERENCE & set(passage.node.classes):
            return
        value = "".join(part or "" for part in number.groups())
        together = set(self.together(about.code)[:1])
        allowed = {
            "mean": about.say.means,
            "manager": about.say.managers,
            "median": about.say.medians,
            "together": together,
        }[kind]
        if value not in allowed:
            self._problem(f"{kind} {value} where {sorted(allowed)} is stored", passage.text, about)
        self._note(about, kind, value)

    def _without_days(self, left: str, about: About) -> str:
        days = {f"{day.day} {day:%B}" for cycle in self.truth.cycles.values() for day in (cycle.opens, cycle.closes)}
        days |= self.truth.days_of_actions | self.truth.days_of_reminders
        for match in DAY.finditer(left):
            if f"{match[1]} {match[2]}" not in days:
                self._problem(f"{match[0]} is no first or last day", left, about)
        return DAY.sub("DAY", left)

    def _read_course(self, passage: Passage) -> None:
        """A trend read aloud: one sentence for each cycle."""
        names = "|".join(re.escape(cycle.name) for cycle in self.truth.cycles.values())
        for name, words in re.findall(rf"({names}): (.*?)(?=(?:{names}):|$)", passage.text):
            cycle = next(one for one in self.truth.cycles.values() if one.name == name)
            unit = self._same_team(self.unit, cycle) if self.unit else None
            about = About(unit, self.codes, cycle, self.truth.says(unit, self.codes) if unit else Sayable(), "")
            for claim in CLAIMS:
                words = claim.pattern.sub(lambda match, claim=claim: self._judge(claim, match, passage, about), words)  # type: ignore[misc] # noqa: PLW2901, B023
            if DIGITS.search(words):
                self._problem(f"{words} is explained by nothing", passage.text, about)

    def _read_measured(self, left: str, text: str, about: About) -> None:
        """Of the whole organisation only; hidden with it."""
        assert about.unit is not None
        assert about.cycle is not None
        allowed = self.truth.measured(about.cycle) | {str(about.cycle.k)}
        allowed |= {part for pair in self._turnouts() for part in pair} | self.truth.percents(about.unit)
        allowed |= about.say.numbers | {part for pair in about.say.answered | about.say.ranges for part in pair}
        for number in DIGITS.findall(left.replace("ICC(1)", "").replace("ICC(2)", "")):
            self.found.numbers += 1
            if number not in allowed:
                self._problem(f"{number} is not measured of the whole", text, about)

    def _read_actions(self, left: str, text: str, about: About) -> None:
        """How many actions and teams there are of a kind in a department: written by people under their names, no answers."""
        allowed = self.truth.actions_in(about.unit) if about.unit else set()
        for number in DIGITS.findall(left):
            self.found.numbers += 1
            if number not in allowed:
                self._problem(f"{number} counts no actions or teams", text, about)

    def _turnouts(self) -> set[tuple[str, str]]:
        return {pair for unit in self.truth.units if not unit.parent_id for pair in self.truth.took_part(unit)}

    def _read_picture(self, svg: Node) -> None:
        about = self.about(svg)
        self.found.pictures += 1
        kind = kind_of(svg)
        if kind == "trend":
            wrong = misplaced_in_trend(svg, self._course())
        elif kind == "scatter":
            wrong = misplaced_spots(svg, self._drivers())
        elif kind == "share":
            wrong = misplaced_share(svg, self._shares(about), self.truth.target)
        elif kind == "answers":
            wrong = misplaced_answers(svg, about.say)
        else:
            wrong = misplaced_on_scale(svg, about.say.on_the_scale | self._beside_it(about))
        for one in wrong:
            self._problem(f"picture: {one}", svg.attributes.get("aria-label", ""), about)

    def _beside_it(self, about: About) -> set[Decimal]:
        """What else stands in a picture of one figure: managers together, and on a practice's page the mean of all."""
        found = {Decimal(self.together(about.code)[0])} if about.unit == self.unit and self.together(about.code) else set()
        if self.unit and CODED.match(self.page.path):
            found |= {Decimal(mean.split()[0]) for mean in self.truth.says(self.unit, self.codes).means}
        return found

    def _shares(self, about: About) -> set[str]:
        driver = self.truth.drivers.get((self.cycle.pk, about.code)) if self.cycle else None
        return {str(driver.share)} if driver and about.codes != self.codes else per_cents(self, about)

    def _drivers(self) -> list[tuple[Decimal, int]]:
        """Printed mean and part of each dimension, in the table's order."""
        assert self.unit is not None
        of_cycle = [driver for (cycle, _code), driver in self.truth.drivers.items() if cycle == self.unit.cycle_id]
        return [(self.truth.figures[self.unit.pk, driver.code].mean, driver.share) for driver in of_cycle]

    def _course(self) -> list[Sayable | None]:
        """The page's unit in its cycle and those before, oldest first."""
        assert self.unit is not None
        cycles = sorted(
            (one for one in self.truth.cycles.values() if one.closes <= self.unit.cycle.closes), key=lambda one: one.closes
        )
        units = [self._same_team(self.unit, cycle) for cycle in cycles]
        (code,) = self.codes
        return [self.truth.says(unit, [code]) if (unit.pk, code) in self.truth.figures else None for unit in units if unit]


def is_count_of_what_opens(passage: Passage) -> bool:
    """ "4 teams", which opens to their names."""
    summary = passage.node.closest("summary")
    found = re.fullmatch(r"(\d+) (?:teams|units)", passage.text)
    if summary is None or summary.parent is None or found is None:
        return False
    opened = [one for one in summary.parent if one.tag == "li" or (one.tag == "tr" and one.closest("tbody"))]
    return int(found[1]) == len(opened)


def is_step(passage: Passage) -> bool:
    """The number of a step, which readers of the screen do not hear either; it counts the steps before it."""
    item = passage.node.closest("li")
    silent = any(one.attributes.get("aria-hidden") == "true" and one.text == passage.text for one in passage.node)
    if not silent or item is None or item.parent is None:
        return False
    return passage.text == str(1 + [one for one in item.parent.elements if one.tag == "li"].index(item))
