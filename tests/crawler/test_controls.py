"""The crawler can fail: each kind of leak, built in on purpose, is found."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.urls import reverse

from assessments.analysis import scoring
from assessments.analysis.values import Interval, Mean, Shown
from assessments.exports import tables as exporting
from assessments.models import Cycle, CycleTeam, Figure, User
from assessments.models.cycles import CycleTeamQuerySet
from assessments.results.figures import Book
from assessments.services import turnout
from assessments.services.closing import close_cycle
from assessments.templatetags import figures as words
from assessments.templatetags import marks
from assessments.views import overview
from tests.crawler.crawl import UnknownOutput, crawl
from tests.crawler.pages import read
from tests.crawler.reading import read_page
from tests.crawler.test_crawler import export_problems, given_away, strangers_on
from tests.crawler.truth import Truth
from tests.crawler.world import FOURTEEN, LARCHMONT, MANY, THREE, TODAY, World, one_more_answers

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def problems_on(user: User, *addresses: str) -> list[str]:
    pages = crawl("control", user, addresses, follow=False)
    assert len(pages) == len(addresses)
    truth = Truth()  # after the day's first look, which counts who has answered
    return [problem for page in pages for problem in read_page(page, truth).problems]


def unit_at(cycle: Cycle, path: str) -> CycleTeam:
    return CycleTeam.objects.get(cycle=cycle, path=path)


def overview_of(world: World) -> str:
    return f"{reverse('overview')}?cycle={world.closed[0].slug}"


def test_without_a_leak_these_pages_are_clean(world: World, hr: User) -> None:
    team = unit_at(world.closed[0], FOURTEEN)
    addresses = [reverse(name, args=[team.uid]) for name in ("team", "team_practices", "report")]
    assert problems_on(hr, overview_of(world), *addresses) == []


def test_the_mean_of_a_hidden_team_is_found(world: World, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    true = Shown(Mean(Decimal("1.7")), n=3, invited=3, interval=Interval(Decimal("1.2"), Decimal("2.2")))
    kept = Book.figure
    monkeypatch.setattr(Book, "figure", lambda self, team, *what: true if team.path == THREE else kept(self, team, *what))
    above = unit_at(world.closed[0], THREE).parent
    assert above
    found = problems_on(hr, reverse("team", args=[above.uid]))
    assert any("Dogmere" in problem and "1.7" in problem for problem in found)
    assert any("picture" in problem for problem in found)


def test_a_hidden_practice_of_a_shown_team_is_found(world: World, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Book.figure
    team = unit_at(world.closed[0], LARCHMONT)
    assert not Figure.objects.filter(team=team, code="less-stress").exists()
    true = Shown(Mean(Decimal("2.3")), n=3, invited=6, interval=None)

    def leaking(self: Book, unit: CycleTeam, *what: str):
        return true if unit.pk == team.pk and what[-1:] == ("less-stress",) else kept(self, unit, *what)

    monkeypatch.setattr(Book, "figure", leaking)
    assert any(
        "less-stress" in problem and "2.3" in problem for problem in problems_on(hr, reverse("team_practices", args=[team.uid]))
    )


def test_a_number_of_answers_beside_the_word_hidden_is_found(world: World, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = words._reason
    monkeypatch.setattr(words, "_reason", lambda figure, k: kept(figure, k) + " There were 3 answers.")
    found = problems_on(hr, overview_of(world))
    assert any("Dogmere" in problem and "3 is explained by nothing" in problem for problem in found)


def test_a_more_exact_number_in_a_row_is_found(world: World, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """One figure of one row of the overview, a tenth beside the stored one."""
    team, kept = unit_at(world.closed[0], MANY), overview.overview_page

    def leaking(*arguments: Any) -> Any:
        page: Any = kept(*arguments)
        rows = list(page.overview.rows)
        at = next(at for at, row in enumerate(rows) if row.team == team)
        mean = Mean(rows[at].overall.mean.value + Decimal("0.1"))
        overall, *others = rows[at].cells
        rows[at] = replace(rows[at], cells=(replace(overall, mean=mean), *others))
        return replace(page, overview=replace(page.overview, rows=tuple(rows)))

    monkeypatch.setattr(overview, "overview_page", leaking)
    assert any("Birchford" in problem and "mean" in problem for problem in problems_on(hr, overview_of(world)))


def test_a_mark_drawn_more_exactly_than_printed_is_found(world: World, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = marks.percent
    exactly = {True: Decimal("0.03"), False: Decimal(0)}
    monkeypatch.setattr(marks, "percent", lambda value: kept(Decimal(value) + exactly[Decimal(value) % 1 != 0]))
    found = problems_on(hr, reverse("team_practices", args=[unit_at(world.closed[0], FOURTEEN).uid]))
    assert any("picture: circle" in problem for problem in found)


def test_an_export_that_rounds_less_or_tells_of_the_hidden_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    truth, kept = Truth(), exporting.row_of
    assert export_problems(truth, world.closed[0], tmp_path, {}) == []

    monkeypatch.setattr(exporting, "row_of", lambda cell: (*kept(cell), 3) if cell.team.path == THREE else kept(cell))
    found = export_problems(truth, world.closed[0], tmp_path, {})
    assert found
    assert all("Dogmere" in problem for problem in found)


def test_a_plain_minimum_instead_of_the_tree_rule_is_found(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Closing refuses such figures itself; that is switched off as well."""
    cycle = world.running
    monkeypatch.setattr(scoring, "tree_rule", plain_minimum)
    for module in [module for name, module in sys.modules.items() if name.startswith("assessments.")]:
        for name in {"check_remainders", "verify_published"} & set(vars(module)):
            monkeypatch.setattr(module, name, lambda *_, **__: None)
    close_cycle(cycle=cycle, now=True)
    truth = Truth()
    units = [unit for unit in truth.units if unit.cycle_id == cycle.pk]
    cells = {"everybody": {unit.path: truth.participation[unit.pk][0] for unit in units if unit.pk in truth.participation}}
    found = given_away(cells, units, {"everybody"}, cycle.k)
    assert any("Quillon" in problem for problem in found)
    assert any("Dogmere" in problem and "answers of" in problem for problem in found)


def plain_minimum(parent, counts, k, allowed=None) -> list[bool]:
    totals = list(counts)
    for unit in reversed(range(len(parent))):
        if parent[unit] >= 0:
            totals[parent[unit]] += totals[unit]
    return [total >= k and (allowed is None or allowed[unit]) for unit, total in enumerate(totals)]


def test_a_turnout_that_grows_while_one_looks_is_found(world: World, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{reverse('participation')}?cycle={world.running.slug}"

    def look() -> str:
        return re.sub(r'name="csrf\w+" value="\w+"', "", crawl("control", hr, [address], follow=False)[0].html)

    before = look()
    one_more_answers(world)
    assert look() == before
    monkeypatch.setattr(turnout, "today", lambda: TODAY.replace(day=TODAY.day + 1))
    assert look() != before


def test_a_leader_who_reads_a_neighbour_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leader = User.objects.get(email="alderwick@example.org")
    monkeypatch.setattr(CycleTeamQuerySet, "visible_to", lambda self, user: self)
    address = reverse("team", args=[unit_at(world.closed[0], MANY).uid])
    (page,) = crawl("control", leader, [address], follow=False)
    assert "Birchford" in strangers_on(page, Truth())


def test_an_output_of_a_new_kind_is_not_passed_over(hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "render", lambda *_: HttpResponse("team,mean", content_type="text/csv"))
    with pytest.raises(UnknownOutput, match="text/csv"):
        crawl("control", hr, [reverse("overview")], follow=False)


# --- numbers that follow from others ----------------------------------------------------------------------------------


def closed_with(world: World, name: str, *args: str, **chosen: str) -> str:
    """An address of a reading page about the newest closed cycle."""
    return f"{reverse(name, args=args)}?{urlencode({'cycle': world.closed[-1].slug, **chosen})}"


def deeper_pages(world: World) -> list[str]:
    return [
        closed_with(world, "heat_map", **{"with": "whole"}),
        closed_with(world, "heat_map", **{"with": "before"}),
        closed_with(world, "gaps"),
        closed_with(world, "dimension", "kindness"),
        closed_with(world, "practice", "everyday-courtesy"),
        closed_with(world, "trends", of="kindness"),
        closed_with(world, "bands"),
    ]


def test_without_a_leak_hrs_deeper_pages_are_clean(world: World, hr: User) -> None:
    assert problems_on(hr, *deeper_pages(world)) == []


def altered(hr: User, address: str, pattern: str, change: Callable[[re.Match[str]], str]) -> list[str]:
    """What is found once one sentence or cell of a clean page says something else."""
    (page,) = crawl("control", hr, [address], follow=False)
    html, times = re.subn(pattern, change, page.html, count=1)
    assert times == 1, pattern
    leaking = replace(page, html=html, tree=read(html))
    truth = Truth()
    assert read_page(page, truth).problems == []
    return read_page(leaking, truth).problems


def one_more(match: re.Match[str]) -> str:
    """The same words with one more in the number that the pattern holds."""
    whole, (start, end) = match[0], match.span(1)
    number = Decimal(match[1]) + (Decimal("0.1") if "." in match[1] else 1)
    return whole[: start - match.start()] + str(number) + whole[end - match.start() :]


def other_sign(match: re.Match[str]) -> str:
    return match[0].translate({ord("+"): "−", ord("−"): "+"})


@pytest.mark.parametrize(
    ("at", "pattern", "change"),
    [
        (0, r"<b>[+−](\d\.\d)</b><small>(?:above|below)", one_more),
        (0, r"<b>[+−]\d\.\d</b><small>(?:above|below)", other_sign),
        (0, r"<small>alike", lambda match: "<small>above"),
        (0, r"heat map now has (\d+) rows", one_more),
        (1, r"<b>[+−](\d\.\d)</b><small>(?:up|down)", one_more),
        (1, r"<b>[+−]\d\.\d</b><small>(?:up|down)", other_sign),
        (2, r"<b>[+−](\d\.\d)</b><small>blind spot", one_more),
        (2, r"<small>blind spot", lambda match: "<small>both low"),
        (2, r"Blind spot <span class=\"cs-patterns__count\">(\d+)", one_more),
        (2, r"occurs in (\d+) units", one_more),
        (2, r"In (\d+) units no own view", one_more),
        (2, r"blind spot in (\d+) units", one_more),
        (3, r"Managers together say (\d\.\d)", one_more),
        (3, r"the mean of (\d+) own views", one_more),
        (4, r"(\d+) units are hidden", one_more),
        (4, r"In (\d+) units the manager rates this", one_more),
        (4, r"(\d+) units</summary>", one_more),
        (5, r"(?:up|down) (\d\.\d)<", one_more),
        (6, r"(\d+) teams</summary>", one_more),
    ],
)
def test_a_number_that_does_not_follow_from_shown_figures_is_found(
    world: World, hr: User, at: int, pattern: str, change: Callable[[re.Match[str]], str]
) -> None:
    assert altered(hr, deeper_pages(world)[at], pattern, change)


def test_a_number_of_managers_of_a_hidden_department_is_found(world: World, hr: User) -> None:
    """The words of a shown unit's page, said on the page of one that is not."""
    hidden = unit_at(world.closed[-1], THREE)
    sentence = "<p>Managers together say 3.2, the mean of 5 own views.</p></main>"
    address = closed_with(world, "dimension", "kindness", under=str(hidden.uid))
    assert altered(hr, address, "</main>", lambda match: sentence)


def test_a_picture_of_answers_with_other_labels_than_are_said_is_found(world: World, hr: User) -> None:
    address = closed_with(world, "dimension", "kindness")
    assert any("answers drawn" in problem for problem in altered(hr, address, r'class="a-label[^>]*>(\d+)<', one_more))


def test_a_slow_team_that_lacks_another_number_of_answers_is_found(world: World, hr: User) -> None:
    address = f"{reverse('participation')}?cycle={world.running.slug}"
    assert altered(hr, address, r'cs-list__meta">\s*(\d+) more answers', one_more)
