"""The crawler can fail: each kind of leak, built in on purpose, is found."""

import re
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from assessments.analysis import scoring
from assessments.analysis.values import Interval, Mean, Shown
from assessments.exports import figures as exporting
from assessments.models import Cycle, CycleTeam, Figure, User
from assessments.models.cycles import CycleTeamQuerySet
from assessments.results.figures import Book
from assessments.services import turnout
from assessments.services.closing import close_cycle
from assessments.templatetags import figures as words
from assessments.templatetags import marks
from assessments.views import overview
from tests.crawler.crawl import UnknownOutput, crawl
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
        rows[at] = replace(rows[at], overall=replace(rows[at].overall, mean=mean))
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
    truth, kept = Truth(), exporting._numbers
    assert export_problems(truth, world.closed[0], tmp_path, {}) == []

    def leaking(cell):
        yield from ({"n": 3}.items() if cell.team.path == THREE else kept(cell))

    monkeypatch.setattr(exporting, "_numbers", leaking)
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
