"""HR's deeper pages, as they are read: who may, what stands there, what their links keep."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Cycle, CycleTeam, Practice, User
from assessments.services.closing import close_cycle
from tests import factories
from tests.own_views import hand_in
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales, risen

PAGES = (
    reverse("dimension", args=["kindness"]),
    reverse("practice", args=["authority-to-help"]),
    reverse("gaps"),
    reverse("trends"),
    reverse("bands"),
    reverse("drivers"),
)


@pytest.fixture
def reader(as_user, hr: User) -> Client:
    return as_user(hr)


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestAccess:
    @pytest.mark.parametrize("address", PAGES)
    def test_it_is_for_hr_and_its_viewers_only(
        self, client: Client, as_user: Callable[..., Client], stranger: User, closed_cycle: Cycle, address: str
    ) -> None:
        assert reverse("account_login") in client.get(address)["Location"]
        for user in (stranger, "sales@example.org"):
            assert as_user(user).get(address).status_code == 403
        viewer = as_user(factories.make_user(role="hr-viewer"))
        assert "private" in viewer.get(address)["Cache-Control"]
        assert viewer.post(address).status_code == 405


class TestStates:
    @pytest.mark.parametrize("address", PAGES)
    def test_without_a_closed_cycle_it_says_when_figures_come(self, reader: Client, open_cycle: Cycle, address: str) -> None:
        shown = page(reader, address)
        assert "No cycle has been closed yet" in shown
        assert "cs-chart" not in shown

    @pytest.mark.parametrize("address", PAGES)
    def test_where_nothing_was_published_it_says_so(self, reader: Client, open_cycle: Cycle, address: str) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 4)
        close_cycle(cycle=open_cycle, now=True)
        shown = page(reader, address)
        assert "Nothing was published for this cycle" in shown
        assert "4.0" not in shown

    @pytest.mark.parametrize("address", [reverse("dimension", args=["nonsense"]), reverse("practice", args=["nonsense"])])
    def test_what_the_catalogue_does_not_hold_is_not_found(self, reader: Client, closed_cycle: Cycle, address: str) -> None:
        assert reader.get(address).status_code == 404

    @pytest.mark.parametrize(
        ("name", "query"),
        [
            ("gaps", {"cycle": "1999-q1"}),
            ("gaps", {"dimension": "nonsense"}),
            ("gaps", {"under": "nonsense"}),
            ("gaps", {"under": "0190d0a5-0000-7000-8000-000000000000"}),
            ("trends", {"of": "nonsense"}),
            ("trends", {"team": "nonsense"}),
        ],
    )
    def test_an_unknown_choice_is_not_found(self, reader: Client, closed_cycle: Cycle, name: str, query: dict[str, str]) -> None:
        assert reader.get(reverse(name), query).status_code == 404


class TestAddress:
    @pytest.mark.parametrize("address", PAGES)
    def test_links_between_reading_pages_keep_cycle_and_department(self, reader: Client, closed_cycle: Cycle, address: str) -> None:
        sales = CycleTeam.objects.get(cycle=closed_cycle, path="Sales")
        shown = page(reader, address, cycle=closed_cycle.slug, under=str(sales.uid))
        content = shown[shown.index("<main") : shown.index("</main>")]
        deeper = re.findall(r'href="(/hr/(?:dimensions|practices|gaps|trends|bands|drivers)/[^"]*)"', content)
        assert deeper
        assert all(f"cycle={closed_cycle.slug}" in link for link in deeper)

    def test_a_department_follows_into_another_cycle(self, reader: Client, db: None) -> None:
        make_sales()
        first = closed_quarter(1, LOW)
        closed_quarter(2, HIGH)
        north = CycleTeam.objects.get(cycle=first, path=NORTH)
        assert "2026 Q2 · North ·" in page(reader, reverse("trends"), cycle="2026-q2", team=str(north.uid))

    @pytest.mark.parametrize("address", PAGES)
    def test_it_has_no_style_or_script_of_its_own(self, reader: Client, closed_cycle: Cycle, address: str) -> None:
        shown = page(reader, address)
        assert " style=" not in shown
        assert "<script" not in shown


class TestDimension:
    def test_it_leads_to_each_of_its_practices(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader, reverse("dimension", args=["kindness"]))
        asked = closed_cycle.questionnaire.items.filter(practice__dimension__code="kindness")
        for item in asked:
            assert f'href="{reverse("practice", args=[item.practice.code])}?cycle={closed_cycle.slug}"' in shown
        assert "How people treat each other" in shown

    def test_it_says_why_there_are_no_bands_and_no_managers(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader, reverse("dimension", args=["kindness"]))
        assert "Too few teams: with fewer than 10 teams" in shown
        assert "Fewer than five managers handed in an own view" in shown


class TestPractice:
    def test_it_says_what_it_asks_where_it_is_from_and_what_to_do(self, reader: Client, closed_cycle: Cycle) -> None:
        practice = Practice.objects.get(code="authority-to-help")
        shown = page(reader, reverse("practice", args=[practice.code]))
        article = practice.articles.first()
        assert article is not None
        for words in (practice.team, practice.manager, article.title, practice.why, practice.start, practice.talk):
            assert words in shown

    def test_a_hidden_unit_is_counted_and_never_named(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader, reverse("practice", args=["authority-to-help"]))
        places = shown[shown.index('id="places"') :]
        assert "North" in places
        assert "Night" not in places
        assert "units are hidden: fewer than 5 answers could be told apart there" in places

    def test_one_that_the_cycle_left_out_says_so_and_still_has_ideas(self, reader: Client, closed_cycle: Cycle) -> None:
        practice = Practice.objects.exclude(items__questionnaire=closed_cycle.questionnaire).first()
        assert practice is not None
        shown = page(reader, reverse("practice", args=[practice.code]))
        assert "Not asked in this cycle" in shown
        assert practice.build in shown


class TestGaps:
    def test_it_names_patterns_and_no_manager(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        hand_in(open_cycle, "Sales / North", 5)
        close_cycle(cycle=open_cycle, now=True)
        shown = page(reader, reverse("gaps"))
        assert "<b>+2.0</b><small>blind spot</small>" in shown
        assert "Managers often rate somewhat higher than their teams; that alone is usual." in shown
        assert "Leader of North" not in shown

    def test_without_own_views_it_says_so(self, reader: Client, closed_cycle: Cycle) -> None:
        assert "No manager handed in an own view here" in page(reader, reverse("gaps"))


class TestTrends:
    def test_picture_table_and_what_moved_say_the_same(self, reader: Client, db: None) -> None:
        cycle = risen()
        north = cycle.teams.get(path=NORTH)
        shown = page(reader, reverse("trends"), team=str(north.uid), of="kindness")
        assert "Kindness, North" in shown
        assert 'aria-label="2026 Q1: 2.5' in shown
        assert '<th scope="row">2026 Q2</th> <td class="cs-num"><b>3.5</b></td>' in shown
        moved = shown[shown.index("What moved since 2026 Q1") :]
        assert moved.count("up 1.0") == 40

    def test_the_choice_stays_chosen(self, reader: Client, db: None) -> None:
        cycle = risen()
        north = cycle.teams.get(path=NORTH)
        shown = page(reader, reverse("trends"), team=str(north.uid), of="kindness")
        assert '<option value="kindness" selected>' in shown
        assert f'<option value="{north.uid}" selected>' in shown


class TestDrivers:
    def test_below_its_minimum_it_says_why(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader, reverse("drivers"))
        assert "fewer than 100 people answered all of it" in shown
        assert "cs-scatter" not in shown


def test_queries_do_not_grow_with_the_teams(reader: Client) -> None:
    def queries(number: int, name: str) -> list[int]:
        teams = {f"{name} / {name} team {at}": 5 for at in range(number)}
        factories.make_organisation(teams)
        cycle = factories.make_cycle(name)
        for path in teams:
            factories.answer(cycle, path, [4, 3, 4, 3, 4])
            hand_in(cycle, path, 4)
        close_cycle(cycle=cycle, now=True)
        counts = []
        for address in PAGES:
            with CaptureQueriesContext(connection) as captured:
                page(reader, address, cycle=cycle.slug)
            counts.append(len(captured))
        return counts

    few = queries(10, "2026 Q3")
    assert queries(40, "2026 Q4") == few
