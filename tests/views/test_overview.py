"""HR's first screen, as it is read."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Cycle, User
from assessments.models.cycles import today
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories
from tests.quarters import LOW, NORTH, closed_quarter, make_sales, risen


@pytest.fixture
def reader(as_user, hr: User) -> Client:
    return as_user(hr)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("overview"), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def open_next(name: str = "2027 Q1") -> Cycle:
    return factories.make_cycle(name)


class TestAccess:
    def test_it_asks_a_visitor_to_sign_in(self, client: Client, db: None) -> None:
        assert reverse("account_login") in client.get(reverse("overview"))["Location"]

    def test_it_is_for_hr_only(self, as_user, stranger: User, closed_cycle: Cycle) -> None:
        for user in (stranger, "sales@example.org"):
            assert as_user(user).get(reverse("overview")).status_code == 403

    def test_an_hr_viewer_reads_it(self, as_user, closed_cycle: Cycle) -> None:
        page(as_user(factories.make_user(role="hr-viewer")))

    def test_it_only_reads(self, reader: Client) -> None:
        assert reader.post(reverse("overview")).status_code == 405

    def test_no_browser_keeps_it_for_others(self, reader: Client, closed_cycle: Cycle) -> None:
        assert "private" in reader.get(reverse("overview"))["Cache-Control"]


class TestClosed:
    def test_it_opens_with_a_sentence(self, reader: Client, open_cycle: Cycle) -> None:
        dimension = {item.practice.code: item.practice.dimension.code for item in open_cycle.questionnaire.items.all()}
        values = {"kindness": 5, "recognition": 2}
        factories.answer(open_cycle, "Sales / North", [{code: values.get(of, 3) for code, of in dimension.items()}] * 8)
        close_cycle(cycle=open_cycle, now=True)
        assert "People here rate kindness highest and recognition lowest." in page(reader)

    def test_it_says_how_many_took_part(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        assert f"23 of {closed_cycle.teams.get(position=0).invited} people answered" in shown
        assert "Target 75" in shown

    def test_every_shown_unit_links_to_its_page(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        assert all(reverse("team", args=[team.uid]) in shown for team in closed_cycle.teams.all())

    def test_a_hidden_team_shows_neither_figure_nor_count(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        night = shown[shown.index(">Night<") :]
        night = night[: night.index("</tr>")]
        assert "hidden" in night
        assert "They are not lost: they count in" in night
        assert "of 3" not in night
        assert "<b>" not in night

    def test_it_lists_what_is_too_small_with_where_it_counts(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        assert "cannot be shown alone" in shown
        assert "Its answers count in" in shown

    def test_nobody_is_too_small_where_all_are_shown(self, reader: Client, db: None) -> None:
        factories.make_organisation({"Sales": 5, "Support": 6})
        cycle = factories.make_cycle()
        factories.answer(cycle, "Sales", [3] * 5)
        factories.answer(cycle, "Support", [4] * 6)
        close_cycle(cycle=cycle, now=True)
        assert "cannot be shown alone" not in page(reader)

    def test_it_has_no_style_or_script_of_its_own(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        assert " style=" not in shown
        assert "<script" not in shown

    def test_the_legend_tells_the_cycles_own_minimum(self, reader: Client, organisation: None) -> None:
        cycle = factories.make_cycle(k=6)
        factories.answer(cycle, "Sales / North", [4] * 8)
        close_cycle(cycle=cycle, now=True)
        assert "Hidden: fewer than 6 answers could be told apart." in page(reader)


class TestDifferences:
    def hand_in(self, cycle: Cycle, value: int) -> None:
        leader, unit = User.objects.get(email="north@example.org"), cycle.teams.get(path="Sales / North")
        values = {code: {"value": value} for code in factories.all_answers(cycle, value)}
        save_self_assessment(team=unit, values=values, by=leader)
        submit_self_assessment(team=unit, by=leader)
        close_cycle(cycle=cycle, now=True)

    def test_it_says_by_how_much_a_manager_rates_higher(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        self.hand_in(open_cycle, 5)
        assert "The manager rates Kindness 2.0 higher than the team." in page(reader)

    def test_it_calls_the_other_way_a_strength(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        self.hand_in(open_cycle, 2)
        assert "The team rates Kindness 2.0 higher: a strength that the manager may not see." in page(reader)

    def test_a_clipped_mean_gets_a_word_and_no_number(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [5] * 8)
        self.hand_in(open_cycle, 2)
        assert "The team rates Kindness clearly higher" in page(reader)

    def test_it_says_when_nobody_handed_in_an_own_view(self, reader: Client, closed_cycle: Cycle) -> None:
        assert "No manager handed in an own view" in page(reader)

    def test_it_says_when_views_are_much_alike(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        self.hand_in(open_cycle, 4)
        assert "Nowhere clearly." in page(reader)


class TestMoved:
    def test_it_says_the_change_overall_and_what_moved(self, reader: Client, db: None) -> None:
        cycle = risen()
        shown = page(reader)
        moved = shown[shown.index("What moved since 2026 Q1") : shown.index("Teams and dimensions")]
        assert re.search(r"Up 0\.\d since 2026 Q1, likely between", shown)
        assert f'<a href="{reverse("team", args=[cycle.teams.get(path=NORTH).uid])}">North</a>' in moved
        assert "up 1.0" in moved
        assert "South" not in moved

    def test_it_says_honestly_that_nothing_moved(self, reader: Client, db: None) -> None:
        make_sales()
        closed_quarter(1, LOW)
        closed_quarter(2, LOW)
        shown = page(reader)
        assert "No clear change since 2026 Q1; with this many answers only changes of about" in shown
        assert "Nothing moved clearly: no dimension of the whole, and no team or department overall." in shown

    def test_it_says_when_nothing_can_be_compared(self, reader: Client, db: None) -> None:
        make_sales()
        closed_quarter(1, [3] * 4, [])
        closed_quarter(2, LOW)
        assert "Nothing can be compared" in page(reader)

    def test_the_first_cycle_has_no_such_part(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        assert "What moved" not in shown
        assert "clear change" not in shown


class TestChoice:
    def test_one_cycle_leaves_nothing_to_choose(self, reader: Client, closed_cycle: Cycle) -> None:
        assert "<select" not in page(reader)

    def test_it_shows_the_newest_closed_cycle_first(self, reader: Client, closed_cycle: Cycle) -> None:
        Cycle.objects.update(closes=today() - datetime.timedelta(days=1), opens=today() - datetime.timedelta(days=9))
        newer = open_next()
        factories.answer(newer, "Sales / North", [4] * 8)
        close_cycle(cycle=newer, now=True)
        shown = page(reader)
        assert '<option value="2027-q1" selected>' in shown
        assert '<option value="2026-q4" selected>' in page(reader, cycle="2026-q4")

    @pytest.mark.parametrize("slug", ["1999-q1", "2027-q1"])
    def test_an_unknown_or_running_cycle_is_not_found(self, reader: Client, closed_cycle: Cycle, slug: str) -> None:
        open_next()
        assert reader.get(reverse("overview"), {"cycle": slug}).status_code == 404


class TestStates:
    def test_without_any_cycle_it_says_what_will_stand_here(self, reader: Client) -> None:
        assert "No cycle yet" in page(reader)

    def test_the_first_cycle_shows_participation_only(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [5, 5, 5, 5, 5, 5])
        shown = page(reader)
        assert f"6 of {open_cycle.teams.get(position=0).invited} people answered" in shown
        assert "14 days" in shown
        assert reverse("participation") in shown
        assert "cs-heat" not in shown
        assert "4.6" not in shown

    def test_too_few_answers_publish_nothing(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 4)
        close_cycle(cycle=open_cycle, now=True)
        shown = page(reader)
        assert "Nothing was published for this cycle" in shown
        assert "cs-heat" not in shown

    def test_a_running_cycle_stands_beside_a_closed_one(self, reader: Client, closed_cycle: Cycle) -> None:
        running = open_next()
        factories.answer(running, "Sales / North", [2, 2])
        shown = page(reader)
        assert "2027 Q1 is open until" in shown
        assert "2 of" in shown
        assert f"{reverse('participation')}?cycle=2027-q1" in shown

    def test_it_says_when_all_is_rated_alike(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        close_cycle(cycle=open_cycle, now=True)
        shown = page(reader)
        assert "People here rate every part of service culture alike." in shown
        assert "No practice stands out" in shown

    def test_it_says_when_the_answers_are_being_counted(self, reader: Client, closed_cycle: Cycle) -> None:
        Cycle.objects.filter(pk=open_next().pk).update(state=Cycle.State.CLOSING)
        assert "the answers are being counted" in page(reader)
