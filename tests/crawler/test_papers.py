"""Reports and posters as PDFs, and what a team reads without signing in: none says more than pages that were read."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from assessments.exports import reports as writing
from assessments.models import Address, CycleTeam, User
from assessments.results.reports import report_of
from assessments.views import releases
from tests.crawler.crawl import Page, page_of
from tests.crawler.papers import more_on_paper, only_on_paper, words_on_page, words_on_paper
from tests.crawler.reading import read_page
from tests.crawler.test_controls import altered, one_more, unit_at
from tests.crawler.truth import Truth
from tests.crawler.world import FIVE, FOURTEEN, LARCHMONT, QUILLON, THREE, UNANIMOUS, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

KINDS = {
    "of one with texts": (0, FOURTEEN),
    "of one with hidden practices": (0, LARCHMONT),
    "of one that acts": (-1, FOURTEEN),
    "of one clipped at the end": (-1, UNANIMOUS),
    "of a department": (-1, QUILLON),
    "of one too small, with its department behind": (-1, THREE),
}


@pytest.fixture(scope="module")
def truth(world: World, django_db_blocker) -> Truth:
    with django_db_blocker.unblock():
        return Truth()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page_for(hr: User, unit: CycleTeam, name: str = "report") -> Page:
    address = reverse(name, args=[unit.uid])
    return page_of("paper", hr, address, signed_in(hr).get(address))


def page_and_paper(hr: User, unit: CycleTeam, name: str, folder: Path) -> tuple[Page, list[str]]:
    paper = signed_in(hr).get(reverse(f"{name}_pdf", args=[unit.uid]))
    assert paper.headers["Content-Type"] == "application/pdf"
    return page_for(hr, unit, name), words_on_paper(paper.content, folder, unit)


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_on_paper_says_what_its_page_says_and_no_more(
    world: World, hr: User, truth: Truth, tmp_path: Path, kind: str
) -> None:
    at, path = KINDS[kind]
    unit = unit_at(world.closed[at], path)
    page, paper = page_and_paper(hr, unit, "report", tmp_path)
    larger = report_of(unit, reader=hr).larger
    assert (larger is not None) == truth.is_hidden(unit)
    pages = [page, page_for(hr, larger.team)] if larger else [page]
    assert [problem for one in pages for problem in read_page(one, truth).problems] == []
    assert len(paper) > 250
    assert only_on_paper(paper, [word for one in pages for word in words_on_page(one.tree)]) == []


@pytest.mark.parametrize("path", [FOURTEEN, FIVE])
def test_a_poster_says_what_its_page_says_and_no_more(world: World, hr: User, truth: Truth, tmp_path: Path, path: str) -> None:
    page, paper = page_and_paper(hr, unit_at(world.closed[-1], path), "poster", tmp_path)
    assert read_page(page, truth).problems == []
    assert len(paper) > 25
    assert more_on_paper(paper, words_on_page(page.tree)) == []


# --- that it can fail -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "leak", "found"),
    [
        (r"</h1>", "</h1><p>3 of 3 answered, mean 1.7.</p>", "1.7."),
        (r"likely between \d\.\d", "likely between 2.23", "2.23"),
    ],
)
def test_a_figure_that_only_the_paper_has_is_found(
    world: World, hr: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, leak: str, found: str
) -> None:
    kept = writing.render_to_string
    monkeypatch.setattr(writing, "render_to_string", lambda *what: re.sub(pattern, leak, kept(*what), count=1))
    page, paper = page_and_paper(hr, unit_at(world.closed[-1], FOURTEEN), "report", tmp_path)
    assert found in only_on_paper(paper, words_on_page(page.tree))


def test_a_figure_that_only_the_poster_as_a_file_has_is_found(
    world: World, hr: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = releases.render_to_string
    monkeypatch.setattr(releases, "render_to_string", lambda *what: kept(*what).replace("</h1>", "</h1><p>Mean 1.7</p>"))
    page, paper = page_and_paper(hr, unit_at(world.closed[-1], FOURTEEN), "poster", tmp_path)
    assert more_on_paper(paper, words_on_page(page.tree)) == ["Mean", "1.7"]


def test_another_figure_on_a_teams_own_page_or_poster_is_found(world: World, hr: User) -> None:
    unit = unit_at(world.closed[-1], FOURTEEN)
    said = reverse("you_said_we_did", args=[Address.objects.get(release__unit=unit).token])
    for address, pattern in ((said, r"<b>(\d\.\d)</b>of 5"), (reverse("poster", args=[unit.uid]), r'__figure">(\d\.\d)')):
        assert altered(hr, address, pattern, one_more), address
