"""The privacy report: what HR prints for the works council."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from assessments.models import Cycle, Figure, Participation, User
from assessments.services.closing import abandon_cycle, close_cycle
from assessments.services.disclosure_audit import audit_figures
from tests import factories

PAGE = "/hr/cycles/2026-q4/privacy/"


@pytest.fixture
def read(as_user, hr: User):
    def read_page(address: str = PAGE) -> str:
        return " ".join(as_user(hr).get(address).content.decode().split())

    return read_page


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1].split("</main>", maxsplit=1)[0]).split())


class TestClosed:
    def test_it_says_what_is_fixed_shown_and_hidden(self, closed_cycle: Cycle, read) -> None:
        text = text_of(read())
        assert "The smallest group is 5 answers. It was fixed when the cycle opened" in text
        units = Participation.objects.count()
        assert f"Figures of {units} units" in text
        assert f"They are {Figure.objects.filter(kind='practice').count()} means of single practices" in text
        assert "Nobody can count again." in text

    def test_each_finding_stands_there_with_its_mark(self, closed_cycle: Cycle, read) -> None:
        html = read()
        findings = audit_figures(cycle=closed_cycle)
        assert all(str(escape(finding.words)) in html for finding in findings)
        assert html.count("In order") >= len(findings)
        assert "Wrong" not in html

    def test_what_is_wrong_is_said(self, closed_cycle: Cycle, read) -> None:
        Participation.objects.filter(team__path="Sales / North").update(answered=7)
        html = read()
        assert "Wrong" in html
        assert "can be told by subtraction in" in html

    def test_few_hidden_units_are_not_counted_and_no_group_below_k_either(self, closed_cycle: Cycle, read) -> None:
        text = text_of(read())
        assert "A few units are not shown by themselves." in text
        assert not re.search(r"\b[1-4] (answers|people|units)\b", text)

    def test_many_hidden_units_are_counted(self, closed_cycle: Cycle, read) -> None:
        Participation.objects.all().delete()
        Figure.objects.all().delete()
        assert f"{closed_cycle.teams.count()} units are not shown by themselves." in text_of(read())

    def test_it_bears_no_date(self, closed_cycle: Cycle, read) -> None:
        assert not re.search(r"\d{4}-\d\d|\b(January|February|November|December)\b", text_of(read()))

    def test_a_cycle_of_which_nothing_is_shown(self, db: None, read) -> None:
        factories.make_organisation({"Sales": 6})
        close_cycle(cycle=factories.make_cycle(), now=True)
        assert "Nothing: fewer than 5 people answered" in text_of(read())


class TestRunning:
    def test_it_says_what_is_stored_and_that_nothing_is_published(self, open_cycle: Cycle, read) -> None:
        text = text_of(read())
        assert "Sealed answers, one box each" in text
        assert "nothing is computed or published before the close" in text
        assert "The last look at them found nothing wrong." in text
        assert "What was checked" not in text

    def test_a_key_fault_and_a_figure_too_early_are_said(self, open_cycle: Cycle, read) -> None:
        Cycle.objects.update(key_fault=Cycle.KeyFault.MISSING)
        Participation.objects.create(team=open_cycle.teams.all()[0], answered=8, invited=8)
        text = text_of(read())
        assert "The last look at them found: a key file is missing or cannot be read." in text
        assert "stand in the database although it is not closed" in text

    def test_a_trustees_key_is_named_by_its_sign(self, open_cycle: Cycle, read) -> None:
        Cycle.objects.update(trustee=True)
        assert f"has the short sign {open_cycle.short_sign}" in text_of(read())


@pytest.mark.django_db(transaction=True)
def test_an_abandoned_cycle_has_no_report(open_cycle: Cycle, as_user, hr: User) -> None:
    abandon_cycle(cycle=open_cycle, by="HR", why="A key is lost.")
    client: Client = as_user(hr)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/hr/cycles/").content.decode()


def test_the_list_of_cycles_leads_there(closed_cycle: Cycle, read) -> None:
    assert f'href="{PAGE}"' in read("/hr/cycles/")


def test_so_it_does_while_the_cycle_runs(open_cycle: Cycle, read) -> None:
    assert f'href="{PAGE}"' in read("/hr/cycles/")
