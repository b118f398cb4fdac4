"""The guide for a review conversation: built from practices, without any figure."""

import re

from assessments.models import Cycle, Practice
from tests.views.test_releases import words_of

ADDRESS = "/review-sheet/"


def test_it_asks_what_the_practices_ask_and_names_the_articles(as_user, closed_cycle: Cycle) -> None:
    seen = words_of(as_user("north@example.org").get(ADDRESS))
    for code in ("regular-reviews", "catch-people-doing-right", "encouraged-to-grow"):
        practice = Practice.objects.get(code=code)
        assert practice.talk in seen
        assert practice.idea in seen
        assert all(f"“{article.title}”" in seen for article in practice.articles.all())


def test_it_holds_no_figure_of_anybody(as_user, closed_cycle: Cycle) -> None:
    seen = words_of(as_user("north@example.org").get(ADDRESS))
    assert set(re.findall(r"\d+(?:\.\d+)?", seen)) == {"45", "1", "2", "3", "4", "5"}  # minutes, questions and pages
    assert "North" not in seen


def test_a_manager_finds_it_at_home(as_user, closed_cycle: Cycle) -> None:
    assert f'href="{ADDRESS}"' in as_user("north@example.org").get("/my/").content.decode()


def test_it_stands_without_a_catalogue(as_user, organisation: None) -> None:
    assert "What we agree" in words_of(as_user("north@example.org").get(ADDRESS))
