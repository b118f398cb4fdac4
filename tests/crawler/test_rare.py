"""Outputs that need more than the crawl's organisation has: four cycles, drivers, a trustee, cards. Read as strictly."""

import datetime
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.urls import reverse

from assessments.ballotbox.make_trustee_key import PUBLIC_NAME, make_trustee_key
from assessments.models import Action, Cycle, CycleTeam, Dimension, Driver, DriverModel, Practice, Trend, User
from assessments.models.clock import today
from assessments.results.cards import card_list
from assessments.services.ballots import find_entry, submit_ballot
from assessments.services.closing import close_cycle
from assessments.services.cycles import open_cycle
from assessments.services.plans import Owner, take_action
from assessments.views import cards
from tests import factories
from tests.crawler.crawl import Page, crawl, page_of
from tests.crawler.reading import CODE, read_page
from tests.crawler.test_controls import altered, problems_on, unit_at
from tests.crawler.truth import Truth
from tests.crawler.world import FOURTEEN, MANY, THREE, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NO_WORDS = ("DT", "UID", "URL", "VERSION", "LAST-MODIFIED", "SEQUENCE")  # lines of a calendar entry: days, addresses, changes
PARTS = (34, 21, 19, 11, 9, 4, 1, 1)


# --- four cycles --------------------------------------------------------------------------------------------------


@pytest.fixture
def fourth(world: World) -> Cycle:
    """The running cycle closed; figures of the whole and of teams then go over four comparable cycles."""
    close_cycle(cycle=world.running, now=True)
    assert Trend.objects.count() > 20
    return world.running


def courses(fourth: Cycle) -> list[str]:
    trends, whole = f"{reverse('trends')}?cycle={fourth.slug}", unit_at(fourth, MANY)
    codes = Trend.objects.filter(figure__team=whole).values_list("figure__code", flat=True)[:4]
    return [
        trends,
        *(f"{trends}&of={code or 'overall'}&team={whole.uid}" for code in codes),
        *(reverse(name, args=[whole.uid]) for name in ("team", "report")),
    ]


def test_where_figures_are_heading_is_stored_for_them(fourth: Cycle, hr: User) -> None:
    pages = crawl("rare", hr, courses(fourth), follow=False)
    assert any(re.search(r"(Rising|Falling) by about \d\.\d\d a cycle over 4 cycles", page.html) for page in pages)
    assert problems_on(hr, *courses(fourth)) == []


def test_a_trend_that_is_not_stored_is_found(fourth: Cycle, hr: User) -> None:
    truth = Truth()
    Trend.objects.update(slope=F("slope") + Decimal("0.07"), low=F("low") + Decimal("0.07"), high=F("high") + Decimal("0.07"))
    pages = crawl("control", hr, courses(fourth), follow=False)
    assert any("is not stored" in problem for page in pages for problem in read_page(page, truth).problems)


# --- drivers ------------------------------------------------------------------------------------------------------


@pytest.fixture
def driven(world: World) -> Cycle:
    """Written by hand: a study takes more people than this organisation has."""
    cycle = world.closed[0]
    model, _ = DriverModel.objects.update_or_create(
        cycle=cycle, defaults={"withheld": "", "r2": Decimal("0.31"), "persons": 118, "teams": 12}
    )
    outcomes = set(Dimension.objects.filter(outcome=True).values_list("code", flat=True))
    codes = [code for code in Truth().dimensions.values() if code not in outcomes]
    for rank, (code, share) in enumerate(zip(codes, PARTS, strict=False), start=1):
        Driver.objects.create(
            model=model, code=code, share=share, rank=rank, best=max(1, rank - 1), worst=rank + (rank > 1), sure=rank < 3
        )
    return cycle


def drivers_of(cycle: Cycle) -> list[str]:
    return [f"{reverse(name)}?cycle={cycle.slug}" for name in ("drivers", "methods")]


def test_parts_places_and_their_picture_are_those_stored(driven: Cycle, hr: User) -> None:
    (page, _methods) = crawl("rare", hr, drivers_of(driven), follow=False)
    assert "cs-scatter" in page.html
    assert "118 people in 12 teams" in page.html
    assert problems_on(hr, *drivers_of(driven)) == []


@pytest.mark.parametrize("leak", [{"share": F("share") + 5}, {"worst": F("worst") + 1}])
def test_a_part_or_place_that_is_not_stored_is_found(driven: Cycle, hr: User, leak: dict[str, object]) -> None:
    truth = Truth()
    Driver.objects.update(**leak)
    (page,) = crawl("control", hr, drivers_of(driven)[:1], follow=False)
    problems = read_page(page, truth).problems
    assert problems
    assert any("spot" in problem for problem in problems) == ("share" in leak)


# --- a trustee, and cards -----------------------------------------------------------------------------------------


@pytest.fixture
def entrusted(world: World, tmp_path: Path) -> Cycle:
    """A cycle whose key is elsewhere; three people of one team and one of a tiny one have no mail address."""
    close_cycle(cycle=world.running, now=True)
    for path in (FOURTEEN, FOURTEEN, FOURTEEN, THREE):
        factories.make_person(path, email="")
    make_trustee_key(tmp_path)
    return open_cycle(
        name="2027 Q1",
        questionnaire=factories.quarterly_check(),
        opens=today(),
        closes=today() + datetime.timedelta(days=9),
        trustee_key=(tmp_path / PUBLIC_NAME).read_text(),
    )


def sheet(hr: User, unit: CycleTeam) -> Page:
    """A sheet of cards as HR draws it anew."""
    client = Client()
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("card_sheet", args=[unit.uid])
    rows = client.get(reverse("cards")).content.decode()
    after = re.search(rf'{address}".*?name="after" value="(\w*)"', rows, re.S)
    assert after
    return page_of("rare", hr, address, client.post(address, {"after": after[1]}))


def test_a_trustees_cycle_says_no_number_but_its_days_and_the_sign_of_its_key(entrusted: Cycle, hr: User) -> None:
    address = reverse("trustee", args=[entrusted.slug])
    (page,) = crawl("anonymous", None, [address], follow=False)
    assert entrusted.short_sign in page.html
    assert read_page(page, Truth()).problems == []
    assert problems_on(hr, reverse("cycles"), reverse("participation"), reverse("privacy_report", args=[entrusted.slug])) == []


def test_cards_and_their_list_say_how_many_need_one_and_nothing_about_answers(entrusted: Cycle, hr: User) -> None:
    unit = unit_at(entrusted, FOURTEEN)
    seen = []
    for _time in range(2):
        page = sheet(hr, unit)
        code = CODE.search(page.html)
        assert code
        assert read_page(page, Truth()).problems == []
        assert problems_on(hr, reverse("cards")) == []
        (rows,) = crawl("rare", hr, [reverse("cards")], follow=False)
        seen.append((CODE.sub("CODE", page.tree.text), rows.tree.text))
        answer_by_card(entrusted, code[0])
    assert "3 cards" in seen[0][0]
    assert seen[0] == seen[1]


def answer_by_card(cycle: Cycle, code: str) -> None:
    submit_ballot(entry=find_entry(code=code), answers=factories.all_answers(cycle, 4))


def test_a_list_of_cards_that_counts_only_those_not_used_is_found(
    entrusted: Cycle, hr: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "card_list", lambda cycle: [replace(row, people=row.people - 1) for row in card_list(cycle)])
    assert any("is explained by nothing" in problem for problem in problems_on(hr, reverse("cards")))


# --- plans --------------------------------------------------------------------------------------------------------


@pytest.fixture
def planned(world: World) -> Action:
    """One action, taken up after the newest closed cycle."""
    unit, practice = unit_at(world.closed[-1], FOURTEEN), Practice.objects.get(code="everyday-courtesy")
    leader = User.objects.get(email="alderwick@example.org")
    due = today() + datetime.timedelta(days=14)
    return take_action(unit=unit, practice=practice, words="Greet first", owner=Owner("Ann"), due=due, by=leader)


def pages_about(action: Action) -> list[str]:
    unit = action.unit
    places = [reverse(name, args=[unit.uid]) for name in ("plan", "team", "report")]
    return [*places, reverse("action", args=[action.uid]), f"{reverse('actions')}?cycle={unit.cycle.slug}"]


def test_plans_and_actions_say_no_number_but_their_days_and_what_is_stored(planned: Action, hr: User) -> None:
    assert problems_on(hr, *pages_about(planned)) == []


@pytest.mark.parametrize(("at", "pattern"), [(0, r"The team says <b>(\d\.\d)"), (4, r"(\d+) of \d+ teams have an action")])
def test_a_plan_with_another_number_is_found(planned: Action, hr: User, at: int, pattern: str) -> None:
    assert altered(hr, pages_about(planned)[at], pattern, lambda match: match[0].replace(match[1], "5.0" if at == 0 else "9"))


def test_what_goes_into_a_calendar_holds_days_and_no_figure(planned: Action, hr: User) -> None:
    client = Client()
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    words = client.get(reverse("action_calendar", args=[planned.uid])).content.decode().replace("\r\n ", "")
    lines = [line for line in words.splitlines() if not line.startswith(NO_WORDS)]
    left = " ".join(lines).replace(settings.BASE_URL, "").replace(str(planned.uid), "").replace(planned.unit.cycle.name, "")
    assert "Greet first" in left
    assert re.findall(r"\d[^ ]*", left) == []
