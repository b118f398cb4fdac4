"""HR's pages of the tree: what there is, what a change would do, and the change."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Act, Cycle, Membership, Person, Team, User
from assessments.services.teams import archive_team
from tests import factories

pytestmark = pytest.mark.django_db
NORTH, SOUTH = "Sales / North", "Sales / South"


@pytest.fixture
def client(client: Client, hr: User) -> Client:
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def team(path: str) -> Team:
    return Team.objects.get(path=path)


def words(response: Any) -> str:
    text = re.sub(r"<datalist.*?</datalist>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def look(client: Client, path: str, code: str, **fields: Any) -> Any:
    return client.post(reverse("change_team", args=[team(path).pk, code]), fields)


def seen(response: Any) -> str:
    found = re.search(r'name="seen" value="(\w+)"', response.content.decode())
    assert found, words(response)
    return found[1]


def confirm(client: Client, path: str, code: str, **fields: Any) -> Any:
    fields["seen"] = seen(look(client, path, code, **fields))
    return client.post(reverse("change_team", args=[team(path).pk, code]), fields, follow=True)


class TestTree:
    def test_it_shows_teams_with_people_and_managers(self, client: Client, organisation: None) -> None:
        Membership.objects.filter(team__path=SOUTH, role="leader").update(deputy=True)
        page = words(client.get(reverse("structure")))
        assert "30 people in 6 teams" in page
        assert "Sales 17 people · Leader of Sales" in page
        assert "North 9 people · Leader of North" in page
        assert "South 7 people · Leader of South (deputy)" in page

    def test_a_search_finds_teams_and_people_by_name_id_and_address(self, client: Client, organisation: None) -> None:
        person = factories.make_person(NORTH, name="Annabel Lee", email="al@example.org")
        for sought in ("annabel", "lee ann", person.employee_id, "AL@exam"):
            page = words(client.get(reverse("structure"), {"q": sought}))
            assert "Annabel Lee" in page
            assert "1 person found" in page
        assert "Sales / North" in words(client.get(reverse("structure"), {"q": "nOrTh"}))
        assert "0 teams found" in words(client.get(reverse("structure"), {"q": "nobody at all"}))

    def test_its_queries_do_not_grow_with_teams(self, client: Client, organisation: None) -> None:
        def queries(address: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        address, one = reverse("structure"), reverse("structure_team", args=[team(NORTH).pk])
        before = queries(address), queries(one)
        factories.make_organisation({f"Sales / North / {letter}": 3 for letter in "abcdefghijkl"})
        assert (queries(address), queries(one)) == before

    def test_many_teams_stand_folded_and_few_stand_open(self, client: Client, organisation: None) -> None:
        assert client.get(reverse("structure")).content.decode().count('<details class="cs-fold" open>') == 2
        factories.make_organisation({"Sales / North / Deep": 1})
        for number in range(40):
            factories.make_team(f"Support / Desk / {number:02}")
        page = client.get(reverse("structure")).content.decode()
        assert (page.count('<details class="cs-fold" open>'), page.count('<details class="cs-fold">')) == (2, 2)

    def test_an_archived_team_stands_apart(self, client: Client, organisation: None, hr: User) -> None:
        factories.make_team("Old / Older")
        archive_team(team=team("Old"), by=hr)
        page = words(client.get(reverse("structure")))
        assert re.search(r"Archived .* Old Changed last", page)
        assert "in 6 teams" in page


class TestOneTeam:
    def test_it_leads_to_closed_cycles_and_pages_its_people(self, client: Client, closed_cycle: Cycle) -> None:
        factories.make_members(NORTH, 60)
        page = client.get(reverse("structure_team", args=[team(NORTH).pk]))
        assert "1 to 50 of 68" in words(page)
        unit = closed_cycle.teams.get(path=NORTH)
        assert reverse("team", args=[unit.uid]) in page.content.decode()
        assert "51 to 68 of 68" in words(client.get(reverse("structure_team", args=[team(NORTH).pk]), {"page": "2"}))

    def test_archive_is_offered_where_nobody_works(self, client: Client, organisation: None) -> None:
        empty = factories.make_team("Empty")
        link = "change_team"
        assert reverse(link, args=[empty.pk, "archive"]) in client.get(reverse("structure_team", args=[empty.pk])).content.decode()
        page = client.get(reverse("structure_team", args=[team(NORTH).pk])).content.decode()
        assert reverse(link, args=[team(NORTH).pk, "archive"]) not in page


class TestChanging:
    def test_what_it_does_is_said_before_anything_changes(self, client: Client, closed_cycle: Cycle) -> None:
        page = words(look(client, SOUTH, "merge", into="Sales / North", managers="members"))
        assert "Sales / North 15 8 goes on: 8 of them are the same people" in page
        assert "Sales / South 0 6 ends" in page
        assert "Merge them" in page
        assert not team(SOUTH).archived
        assert not Act.objects.filter(what="teams").exists()

    def test_then_it_is_confirmed(self, client: Client, closed_cycle: Cycle) -> None:
        done = confirm(client, SOUTH, "merge", into="sales / north", managers="managers")
        assert done.redirect_chain == [(reverse("structure_team", args=[team(NORTH).pk]), 302)]
        assert "The teams are merged." in words(done)
        assert team(SOUTH).archived
        assert Act.objects.get(what="teams").why == "Sales / South: merged into Sales / North"

    @pytest.mark.parametrize(
        ("code", "fields", "path"),
        [
            ("rename", {"name": "Nord"}, "Sales / Nord"),
            ("move", {"under": "Support"}, "Support / North"),
            ("move", {"under": ""}, "North"),
        ],
    )
    def test_rename_and_move(self, client: Client, organisation: None, code: str, fields: dict[str, str], path: str) -> None:
        key = team(NORTH).pk
        assert confirm(client, NORTH, code, **fields).status_code == 200
        assert Team.objects.get(pk=key).path == path

    def test_split_takes_those_who_are_ticked(self, client: Client, organisation: None) -> None:
        places = list(Membership.objects.filter(team__path=NORTH, role="member").values_list("pk", flat=True)[:3])
        done = confirm(client, NORTH, "split", name="East", places=places)
        assert done.redirect_chain[0][0] == reverse("structure_team", args=[team("Sales / East").pk])
        assert team("Sales / East").memberships.count() == 3

    def test_archive_and_back_ask_nothing_but_to_confirm(self, client: Client, organisation: None) -> None:
        factories.make_team("Empty")
        page = client.get(reverse("change_team", args=[team("Empty").pk, "archive"]))
        client.post(reverse("change_team", args=[team("Empty").pk, "archive"]), {"seen": seen(page)})
        assert team("Empty").archived
        page = client.get(reverse("change_team", args=[team("Empty").pk, "restore"]))
        client.post(reverse("change_team", args=[team("Empty").pk, "restore"]), {"seen": seen(page)})
        assert not team("Empty").archived

    def test_a_team_too_large_to_tick_is_split_by_employee_ids(self, client: Client, organisation: None) -> None:
        factories.make_members(SOUTH, 500)
        ids = list(team(SOUTH).memberships.filter(role="member").values_list("person__employee_id", flat=True)[:300])
        page = look(client, SOUTH, "split", name="East", places="\r\n".join(ids[:200]) + " ; " + ", ".join(ids[200:]))
        assert "300 people" in words(page)
        wrong = look(client, SOUTH, "split", name="East", places=f"{ids[0]}\nE-none")
        assert (wrong.status_code, "These employee ids are not in this team: E-none" in words(wrong)) == (422, True)
        assert f">\n{ids[0]}\nE-none</textarea>" in wrong.content.decode()
        confirm(client, SOUTH, "split", name="East", places="\n".join(ids))
        assert team("Sales / East").memberships.count() == 300
        assert team(SOUTH).memberships.count() == 207

    def test_a_deputy_is_added_by_employee_id(self, client: Client, organisation: None) -> None:
        person = factories.make_person(SOUTH, email="")
        confirm(client, NORTH, "manager", person=person.employee_id, kind="deputy")
        place = person.memberships.get(team__path=NORTH)
        assert (place.role, place.deputy) == ("leader", True)

    def test_what_has_changed_meanwhile_is_shown_again_and_not_done(self, client: Client, organisation: None) -> None:
        sign = seen(look(client, NORTH, "rename", name="Nord"))
        factories.make_person(NORTH)
        page = look(client, NORTH, "rename", name="Nord", seen=sign)
        assert "Something has changed since you looked" in words(page)
        assert team(NORTH)
        assert (
            client.post(reverse("change_team", args=[team(NORTH).pk, "rename"]), {"name": "Nord", "seen": seen(page)}).status_code
            == 302
        )

    def test_back_keeps_what_was_typed(self, client: Client, organisation: None) -> None:
        page = look(client, NORTH, "rename", name="Nord", back="1").content.decode()
        assert 'value="Nord"' in page
        assert 'name="seen"' not in page

    @pytest.mark.parametrize(
        ("code", "fields", "said"),
        [
            ("rename", {"name": "south"}, "There is a team “Sales / South” already."),
            ("rename", {"name": ""}, "New name: This field is required."),
            ("move", {"under": "Nowhere"}, "There is no such team."),
            ("move", {"under": "Sales / North"}, "under itself"),
            ("merge", {"into": "", "managers": "members"}, "Into: This field is required."),
            ("split", {"name": "East"}, "Please choose at least one person."),
            ("manager", {"person": "nobody", "kind": "deputy"}, "Nobody has this employee id"),
        ],
    )
    def test_bad_input_stands_at_its_field(
        self, client: Client, organisation: None, code: str, fields: dict[str, str], said: str
    ) -> None:
        page = look(client, NORTH, code, **fields)
        assert page.status_code == 422
        assert said in words(page)
        for value in filter(None, fields.values()):
            assert value in page.content.decode()

    def test_a_name_that_several_have_is_asked_about(self, client: Client, organisation: None) -> None:
        factories.make_team("Support / South")
        for name in ("Twin", "Twin"):
            factories.make_person(NORTH, name=name)
        assert "Several teams have this name" in words(look(client, NORTH, "move", under="South"))
        assert "Several people have this name" in words(look(client, NORTH, "manager", person="twin", kind="manager"))

    def test_an_unknown_change_is_not_found(self, client: Client, organisation: None) -> None:
        assert client.get(reverse("change_team", args=[team(NORTH).pk, "explode"])).status_code == 404
        assert client.get(reverse("structure_team", args=[0])).status_code == 404


class TestAdding:
    def test_below_a_team_and_at_the_top(self, client: Client, organisation: None) -> None:
        page = client.get(reverse("add_team"), {"under": team(NORTH).pk}).content.decode()
        assert 'value="Sales / North"' in page
        client.post(reverse("add_team"), {"name": "Store", "under": "Sales / North"})
        client.post(reverse("add_team"), {"name": "Board", "under": ""})
        assert team("Sales / North / Store").parent == team(NORTH)
        assert team("Board").parent is None

    def test_a_name_that_is_there_is_refused_with_all_still_in_the_form(self, client: Client, organisation: None) -> None:
        page = client.post(reverse("add_team"), {"name": "north", "under": "Sales"})
        assert page.status_code == 422
        assert "There is a team “Sales / North” already." in words(page)
        assert 'value="north"' in page.content.decode()


def test_an_hr_viewer_changes_nothing(client: Client, organisation: None) -> None:
    client.force_login(factories.make_user(role="hr-viewer"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert look(client, NORTH, "rename", name="Nord").status_code == 403
    person = Person.objects.all()[0]
    assert client.post(reverse("person", args=[person.pk]), {"name": "X"}).status_code == 403
