"""How figures are made, as it is read: by whom, with and without closed cycles, and what is not told."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Cycle, Driver, DriverModel, Figure, Quality, User
from assessments.results.methods import NOT_COMPARED, NOT_STUDIED, WITHHELD
from assessments.services.closing import close_cycle
from tests import factories

TOGETHER = "What goes together with good service"


@pytest.fixture
def reader(as_user, hr: User) -> Client:
    return as_user(hr)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("methods"), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def section(shown: str, name: str) -> str:
    """The section whose heading has this id."""
    start = shown.index(f'aria-labelledby="{name}"')
    return shown[start : shown.index("</section>", start)]


def study(cycle: Cycle, *, sure: bool = True) -> None:
    """What a large organisation would have stored at its close."""
    Quality.objects.filter(cycle=cycle).exclude(code="").update(
        persons=324, alpha="0.78", alpha_low="0.74", alpha_high="0.82", icc1="0.17", icc2="0.64", rwg="0.81", no_bands=""
    )
    DriverModel.objects.filter(cycle=cycle).delete()
    model = DriverModel.objects.create(cycle=cycle, r2=Decimal("0.47"), persons=319, teams=38)
    Driver.objects.create(model=model, code="recognition", share=24, rank=1, best=1, worst=3, sure=sure)
    Driver.objects.create(model=model, code="hiring", share=9, rank=2, best=2, worst=2, sure=False)


class TestReaders:
    def test_it_asks_a_visitor_to_sign_in(self, client: Client, db: None) -> None:
        assert reverse("account_login") in client.get(reverse("methods"))["Location"]

    def test_every_page_leads_to_it(self, reader: Client, closed_cycle: Cycle) -> None:
        assert f'href="{reverse("methods")}"' in reader.get(reverse("overview")).content.decode()

    def test_the_sign_in_page_does_not_lead_to_it(self, client: Client, db: None) -> None:
        assert reverse("methods") not in client.get(reverse("account_login")).content.decode()

    def test_hr_and_its_viewers_read_what_goes_together(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        for user in (hr, factories.make_user(role="hr-viewer")):
            assert "24 %" in section(page(as_user(user)), "together")

    def test_leaders_and_others_do_not(self, as_user, stranger: User, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        for user in (stranger, "sales@example.org"):
            shown = page(as_user(user))
            assert TOGETHER not in shown
            assert "24 %" not in shown
            assert "0.78" in section(shown, "measure")

    def test_it_only_reads(self, reader: Client) -> None:
        assert reader.post(reverse("methods")).status_code == 405

    def test_it_has_no_style_or_script_of_its_own(self, reader: Client, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        shown = page(reader)
        assert " style=" not in shown
        assert "<script" not in shown


class TestCycles:
    def test_without_a_closed_cycle_it_explains_all_the_same(self, reader: Client) -> None:
        shown = page(reader)
        assert "No cycle has been closed yet" in shown
        assert "3.6, likely between 3.2 and 4.0, 11 of 14 answered" in shown
        assert "Once the first cycle has been closed" in section(shown, "measure")
        assert TOGETHER not in shown

    def test_an_open_cycle_is_not_told(self, reader: Client, open_cycle: Cycle) -> None:
        assert "No cycle has been closed yet" in page(reader)
        assert reader.get(reverse("methods"), {"cycle": open_cycle.slug}).status_code == 404

    def test_it_shows_the_newest_unless_another_is_chosen(self, reader: Client, closed_cycle: Cycle) -> None:
        Cycle.objects.filter(pk=closed_cycle.pk).update(
            opens=closed_cycle.opens - datetime.timedelta(100), closes=closed_cycle.closes - datetime.timedelta(100)
        )
        second = factories.make_cycle("2027 Q1")
        factories.answer(second, "Sales / North", [4] * 8)
        close_cycle(cycle=second, now=True)
        assert "In 2027 Q1 8 of" in page(reader)
        assert "In 2026 Q4 it was 23 of" in page(reader)
        earlier = page(reader, cycle=closed_cycle.slug)
        assert "In 2026 Q4 23 of" in earlier
        assert "2027 Q1 8 of" not in earlier

    def test_it_warns_where_many_more_answered_than_before(self, reader: Client, closed_cycle: Cycle) -> None:
        Cycle.objects.filter(pk=closed_cycle.pk).update(
            opens=closed_cycle.opens - datetime.timedelta(100), closes=closed_cycle.closes - datetime.timedelta(100)
        )
        assert "The two differ by more than 20 points" not in page(reader)
        second = factories.make_cycle("2027 Q1")
        factories.answer(second, "Sales / North", [4] * 8)
        close_cycle(cycle=second, now=True)
        assert "The two differ by more than 20 points" in page(reader)

    def test_where_nothing_was_published_there_is_no_number(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 3)
        close_cycle(cycle=open_cycle, now=True)
        shown = page(reader)
        assert "there were fewer than 5 answers in all" in section(shown, "measure")
        assert "3 of" not in section(shown, "measure")
        assert "<table" not in section(shown, "measure")
        assert "Nothing was published for this cycle" in section(shown, "together")
        assert "<table" not in section(shown, "together")

    def test_the_numbers_of_queries_does_not_grow_with_the_teams(self, reader: Client, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        with CaptureQueriesContext(connection) as few:
            page(reader)
        unit = closed_cycle.teams.get(position=0)
        for number in range(20):
            at = 100 + number
            name = f"Team {number}"
            team = closed_cycle.teams.create(name=name, path=name, parent=unit, position=at, last=at, depth=1, invited=9)
            Figure.objects.create(team=team, kind="dimension", code="hiring", n=9, mean="3.4")
        with CaptureQueriesContext(connection) as many:
            page(reader)
        assert len(many) == len(few)


class TestMeasure:
    def test_it_puts_words_beside_numbers(self, reader: Client, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        shown = section(page(reader), "measure")
        row = shown[shown.index(">Kindness<") :]
        row = row[: row.index("</tr>")]
        for words in ("324", "holds together", "0.78", "0.74 and 0.82", "0.17", "0.64", "0.81", "yes"):
            assert words in row
        assert "not enough answers yet" not in row

    def test_below_the_minimum_it_says_so_and_shows_no_number(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = section(page(reader), "measure")
        row = shown[shown.index(">Kindness<") :]
        row = row[: row.index("</tr>")]
        assert row.count("not enough answers yet") == 3
        assert "0." not in row
        assert "no, too few teams" in row

    @pytest.mark.parametrize("code", NOT_COMPARED)
    def test_it_says_why_teams_are_not_compared(self, reader: Client, closed_cycle: Cycle, code: str) -> None:
        Quality.objects.filter(cycle=closed_cycle).update(no_bands=code)
        shown = section(page(reader), "measure")
        short, sentence = NOT_COMPARED[code]
        assert shown.count(str(short)) == 11
        assert shown.count(str(sentence)) == 1

    def test_a_cycle_closed_before_this_was_measured_says_so(self, reader: Client, closed_cycle: Cycle) -> None:
        Quality.objects.all().delete()
        shown = section(page(reader), "measure")
        assert "closed before this was measured" in shown
        assert "<table" not in shown


class TestTogether:
    def test_it_names_what_goes_together_and_what_that_does_not_mean(self, reader: Client, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        shown = section(page(reader), "together")
        assert "also rate Commitment higher: Recognition." in shown
        assert "about half of what people of one team differ in on Commitment (R² 47 %; 319 people in 38 teams)" in shown
        assert "likely between 1 and 3" in shown
        assert "likely 2" in shown
        assert "what goes together, never what causes what" in shown

    def test_the_mean_stands_beside_with_its_range_and_number(self, reader: Client, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        closed_cycle.teams.get(position=0).figures.filter(code="recognition").update(mean="3.2", low="3.1", high="3.3", n=22)
        shown = section(page(reader), "together")
        assert "<b>3.2</b> likely between 3.1 and 3.3, 22 of " in shown

    def test_a_hidden_mean_is_no_number(self, reader: Client, closed_cycle: Cycle) -> None:
        study(closed_cycle)
        closed_cycle.teams.get(position=0).figures.filter(code="recognition").delete()
        shown = section(page(reader), "together")
        row = shown[shown.index(">Recognition<") :]
        row = row[: row.index("</tr>")]
        assert "hidden" in row
        assert "answered" not in row

    def test_nothing_is_named_that_is_not_sure(self, reader: Client, closed_cycle: Cycle) -> None:
        study(closed_cycle, sure=False)
        shown = section(page(reader), "together")
        assert "No dimension stands out" in shown
        assert "<small>" not in shown

    @pytest.mark.parametrize("code", WITHHELD)
    def test_it_says_why_nothing_is_told(self, reader: Client, closed_cycle: Cycle, code: str) -> None:
        DriverModel.objects.filter(cycle=closed_cycle).update(withheld=code)
        shown = section(page(reader), "together")
        assert str(WITHHELD[code]) in shown
        assert "<table" not in shown
        assert "R²" not in shown

    def test_a_cycle_closed_before_this_was_studied_says_so(self, reader: Client, closed_cycle: Cycle) -> None:
        DriverModel.objects.all().delete()
        assert str(NOT_STUDIED) in section(page(reader), "together")
