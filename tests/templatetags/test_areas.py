"""Where HR can read on."""

from types import SimpleNamespace

from django.template import Context, Template
from django.test import RequestFactory
from django.urls import ResolverMatch, reverse

from assessments.templatetags import areas as module


def row(page: str, here: str, cycle: object = None) -> str:
    request = RequestFactory().get("/")
    request.resolver_match = ResolverMatch(lambda request: None, (), {}, url_name=page)
    source = '{% include "assessments/overview/_areas.html" %}'
    return Template(source).render(Context({"request": request, "here": here, "cycle": cycle}))


def test_the_page_itself_is_marked() -> None:
    assert f'<a href="{reverse("gaps")}" aria-current="page">' in row("gaps", "gaps")


def test_a_page_further_down_marks_its_area() -> None:
    html = row("practice", "overview")
    assert f'<a href="{reverse("overview")}" aria-current="true">' in html
    assert html.count("aria-current") == 1


def test_links_keep_the_cycle() -> None:
    html = row("gaps", "gaps", SimpleNamespace(slug="2026-q3"))
    assert f'{reverse("trends")}?cycle=2026-q3"' in html
    assert html.count("<a ") == html.count("?cycle=2026-q3")


def test_what_has_no_page_has_no_link(monkeypatch) -> None:
    monkeypatch.setattr(module, "AREAS", (("overview", "Overview"), ("no_such_page", "Nothing")))
    assert row("gaps", "gaps").count("<a ") == 1
