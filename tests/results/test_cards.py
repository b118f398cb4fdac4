"""The list of teams that need cards tells how many, and nothing about who has answered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Code, Cycle, CycleTeam, Invitation, Person
from assessments.results.cards import CARDS_ON_A_PAGE, card_list, card_sheet_of
from assessments.services.cards import draw_cards
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(organisation: None) -> Cycle:
    for _ in range(3):
        factories.make_person("Sales / North", email="")
    factories.make_person("Support / Night", email="")
    return factories.make_cycle()


def listed(cycle: Cycle) -> list[tuple[str, int, int]]:
    return [(row.team.name, row.people, row.drawn) for row in card_list(cycle)]


def test_it_lists_the_teams_with_people_without_an_address_in_the_trees_order(cycle: Cycle) -> None:
    assert listed(cycle) == [("North", 3, 0), ("Night", 1, 0)]


def test_it_tells_how_many_cards_are_drawn_and_marks_the_sheet(cycle: Cycle) -> None:
    team = CycleTeam.objects.get(cycle=cycle, name="North")
    draw_cards(team=team, after="")
    assert listed(cycle) == [("North", 3, 3), ("Night", 1, 0)]
    assert [row.sheet for row in card_list(cycle)] == [Code.objects.sheets()[team.pk], ""]


def test_answers_and_drawing_again_leave_every_word_of_it_alone(cycle: Cycle) -> None:
    team = CycleTeam.objects.get(cycle=cycle, name="North")
    draw_cards(team=team, after="")
    before = card_list(cycle)
    Invitation.objects.filter(pk=Invitation.objects.filter(team=team, person=None).values("pk")[:1]).update(answered=True)
    assert card_list(cycle) == before
    draw_cards(team=team, after=before[0].sheet)
    assert listed(cycle) == [("North", 3, 3), ("Night", 1, 0)]


def test_who_lost_the_address_needs_an_address_and_no_card(cycle: Cycle) -> None:
    Person.objects.filter(pk=Invitation.objects.filter(team__name="South").values("person")[:1]).update(email="")
    assert "South" not in [name for name, _people, _drawn in listed(cycle)]


def test_codes_by_mail_do_not_count_as_cards(cycle: Cycle) -> None:
    factories.give_code(Invitation.objects.filter(team__name="North").exclude(person=None)[0])
    assert listed(cycle)[0] == ("North", 3, 0)


def test_its_queries_do_not_grow_with_the_teams(db: None) -> None:
    counts = []
    for number in (5, 9):
        for at in range(number):
            factories.make_person(f"Sales / Team {at}", email="")
        cycle = factories.make_cycle(f"Cycle {number}")
        with CaptureQueriesContext(connection) as captured:
            assert len(card_list(cycle)) == number
        counts.append(len(captured))
        Cycle.objects.update(state=Cycle.State.CLOSED)
    assert counts[0] == counts[1]


def test_a_sheet_is_cut_into_pages_and_links_carry_the_code_where_no_server_sees_it(cycle: Cycle, settings) -> None:
    settings.BASE_URL = "https://culture.example.org"
    codes = [f"K7QM-2RXD-9HTV-{number}" for number in range(2222, 2222 + CARDS_ON_A_PAGE + 1)]
    sheet = card_sheet_of(CycleTeam.objects.get(cycle=cycle, name="North"), codes)
    assert [len(page) for page in sheet.pages] == [8, 1]
    assert sheet.count == 9
    assert sheet.address == "https://culture.example.org/a/"
    assert sheet.pages[0][0].link == "https://culture.example.org/a/#K7QM-2RXD-9HTV-2222"
