"""The gallery shows what there is, and nothing that is real."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Cycle, User
from assessments.views.gallery import SECTIONS

PARTS = Path(__file__).resolve().parents[2] / "templates" / "assessments" / "gallery"


@pytest.fixture
def page(as_user, hr: User) -> str:
    return as_user(hr).get(reverse("gallery")).content.decode()


def test_every_part_is_shown_light_and_dark(page: str) -> None:
    names = [demo.name for _title, demos in SECTIONS for demo in demos]
    assert sorted(path.stem for path in PARTS.glob("_*.html")) == sorted(["_demo", *(f"_{name}" for name in names)])
    assert len(set(names)) == len(names)
    for scheme in ("light", "dark"):
        assert page.count(f'class="g-panel" data-scheme="{scheme}"') == len(names)


def test_every_tag_that_draws_is_in_it(page: str) -> None:
    marks = ("cs-range", "cs-trend", "cs-spread", "cs-change--up", "cs-hidden", "cs-cell--unsure", "cs-cell--wide", "cs-card--late")
    for mark in (
        *marks,
        "cs-empty",
        "cs-alert--error",
        "cs-saved--not",
        "cs-advice",
        "cs-step",
        "cs-stacked",
        "cs-chart__answers",
        "m-break",
        "m-open",
        "m-hidden-box",
    ):
        assert mark in page, mark
    for band in range(1, 7):
        assert f"cs-cell--{band}" in page


@pytest.mark.parametrize(
    "words",
    [
        "75 % agree, likely between 52 and 89 %",
        "10 % or fewer agree",
        "opinions differ a lot, talk about it",
        "in the lower third of teams, as far as can be told",
        "Up 0.4 since 2026 Q1, likely between 0.2 and 0.6.",
        "Up since 2026 Q1; by how much cannot be said at the end of the scale.",
        "No clear change since 2026 Q1; with this many answers only changes of about 0.6 or more would show.",
        "Too few answers to compare with 2026 Q1.",
        "Falling by about 0.10 a cycle over 5 cycles, likely between 0.05 and 0.15.",
        "No clear direction over 5 cycles.",
        "likely between 0.5 and 0.9",
    ],
)
def test_every_word_beside_a_figure_is_in_it(page: str, words: str) -> None:
    assert page.count(words) >= 2


def test_it_says_that_its_figures_are_invented(page: str) -> None:
    assert "invented" in page


def test_it_reads_no_figure(as_user, closed_cycle: Cycle, hr: User, django_assert_num_queries) -> None:
    client: Client = as_user(hr)
    with django_assert_num_queries(3):
        # The session, the person, and the menu's question whether the person leads a team.
        client.get(reverse("gallery"))


def test_no_menu_leads_to_it(as_user, hr: User) -> None:
    assert reverse("gallery") not in as_user(hr).get(reverse("overview")).content.decode()


def test_every_id_stands_once(page: str) -> None:
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))
