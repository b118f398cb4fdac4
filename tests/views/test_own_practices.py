"""HR writes practices of the organisation's own."""

import pytest
from django.test import Client

from assessments.models import Act, Cycle, Dimension, Practice, User
from assessments.services.questionnaires import Worded, publish_questionnaire, save_draft
from tests import factories
from tests.quarters import NORTH, closed_quarter, make_sales
from tests.questionnaires import OWN_TEXTS, make_draft, make_own, worded

pytestmark = pytest.mark.django_db
LIST, NEW = "/hr/questionnaires/own/", "/hr/questionnaires/own/new/"
OWN = f"{LIST}practices/own-shelves-are-full/"
IN_KINDNESS = OWN_TEXTS | {"dimension": "kindness"}


@pytest.fixture
def page_of_hr(as_user, hr: User) -> Client:
    factories.shipped_content()
    return as_user(hr)


def publish_with(practice: Practice, hr: User) -> None:
    draft = make_draft(hr)
    items = [*worded(draft), Worded(practice, practice.team, practice.manager)]
    save_draft(questionnaire=draft, title=draft.title, items=items)
    publish_questionnaire(questionnaire=draft, by=hr)


def test_a_new_one_stands_in_the_list_and_in_every_draft(page_of_hr: Client, hr: User) -> None:
    assert page_of_hr.post(NEW, IN_KINDNESS)["Location"] == LIST
    assert "Shelves are full" in page_of_hr.get(LIST).content.decode()
    make_draft(hr)
    assert 'name="own-shelves-are-full-in"' in page_of_hr.get("/hr/questionnaires/quarterly-check/2/").content.decode()
    assert Act.objects.filter(what="practice", why="Shelves are full").exists()


def test_it_may_open_a_part_of_its_own_that_can_be_renamed(page_of_hr: Client) -> None:
    part = {"dimension": "new", "part_title": "In the store", "part_about": "What customers find"}
    assert page_of_hr.post(NEW, OWN_TEXTS | part).status_code == 302
    assert page_of_hr.post(f"{LIST}parts/own-in-the-store/", {"title": "The store", "about": "Its shelves"}).status_code == 302
    dimension = Dimension.objects.get(code="own-in-the-store")
    assert (dimension.title, dimension.about) == ("The store", "Its shelves")
    assert page_of_hr.post(f"{LIST}parts/own-in-the-store/", {"title": "", "about": "x"}).status_code == 422


@pytest.mark.parametrize("missing", [*OWN_TEXTS, "dimension"])
def test_reports_need_every_text_and_nothing_typed_is_lost(page_of_hr: Client, missing: str) -> None:
    answer = page_of_hr.post(NEW, IN_KINDNESS | {missing: " "})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(text in page for name, text in OWN_TEXTS.items() if name != missing)
    assert not Practice.objects.filter(code__startswith="own-").exists()


def test_a_new_part_needs_a_name(page_of_hr: Client) -> None:
    answer = page_of_hr.post(NEW, OWN_TEXTS | {"dimension": "new"})
    assert answer.status_code == 422
    assert answer.content.decode().count("A new part needs this.") >= 2
    assert not Dimension.objects.filter(code__startswith="own-").exists()


def test_hints_stand_beside_what_was_written(page_of_hr: Client, hr: User) -> None:
    make_own(hr, team="Shelves are full and clean.")
    assert "Perhaps two questions in one" in page_of_hr.get(OWN).content.decode()


def test_once_published_only_what_reports_say_can_be_changed(page_of_hr: Client, hr: User) -> None:
    publish_with(make_own(hr), hr)
    page = page_of_hr.get(OWN).content.decode()
    assert 'name="why"' in page
    assert 'name="team"' not in page
    assert "Delete this practice" not in page
    assert page_of_hr.post(OWN, IN_KINDNESS | {"team": "Other.", "dimension": "hiring", "why": "Because."}).status_code == 302
    practice = Practice.objects.select_related("dimension").get(code="own-shelves-are-full")
    assert (practice.team, practice.dimension.code, practice.why) == (OWN_TEXTS["team"], "kindness", "Because.")
    assert "stands in a questionnaire" in page_of_hr.post(f"{OWN}delete/", follow=True).content.decode()


def test_one_that_nobody_asks_can_be_deleted(page_of_hr: Client, hr: User) -> None:
    make_own(hr)
    assert "is deleted" in page_of_hr.post(f"{OWN}delete/", follow=True).content.decode()
    assert not Practice.objects.filter(code__startswith="own-").exists()


def test_shipped_ones_have_no_such_page(page_of_hr: Client) -> None:
    for address in (f"{LIST}practices/kind-to-each-other/", f"{LIST}parts/kindness/"):
        assert page_of_hr.get(address).status_code == 404
        assert page_of_hr.post(address, IN_KINDNESS).status_code == 404
    assert page_of_hr.post(f"{LIST}practices/kind-to-each-other/delete/").status_code == 404


def test_a_closed_cycle_shows_it_on_all_pages_with_its_steps(page_of_hr: Client, hr: User) -> None:
    """Asked, answered low, counted: dashboards and the report print it as any other."""
    make_sales()
    publish_with(make_own(hr, ("In the store", "What customers find")), hr)
    asked = {item.practice.code: 4 for item in factories.quarterly_check().items.select_related("practice")}
    low = asked | {"own-shelves-are-full": 1}
    cycle: Cycle = closed_quarter(1, [low, low | {"own-shelves-are-full": 2}] * 6, [4] * 6)
    team = cycle.teams.get(path=NORTH)
    report = page_of_hr.get(f"/teams/{team.uid}/report/").content.decode()
    assert "Walk the aisles at nine." in report
    assert "From “Our own organisation”." in report
    assert (
        "Customers find what they came for on the shelf." in page_of_hr.get("/hr/practices/own-shelves-are-full/").content.decode()
    )
    for address in ("/hr/", "/hr/map/", "/hr/gaps/", "/hr/dimensions/own-in-the-store/", f"/teams/{team.uid}/practices/"):
        assert "In the store" in page_of_hr.get(address).content.decode(), address
