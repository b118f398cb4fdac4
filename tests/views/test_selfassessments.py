"""The pages on which a leader fills in the own view of a team."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Answer, Cycle, CycleTeam, SelfAssessment, User
from assessments.services.selfassessments import save_self_assessment
from tests import factories


@pytest.fixture
def north(open_cycle: Cycle) -> CycleTeam:
    return open_cycle.teams.get(path="Sales / North")


@pytest.fixture
def leader(north: CycleTeam) -> User:
    return User.objects.get(email="north@example.org")


@pytest.fixture
def codes(north: CycleTeam) -> list[str]:
    return list(north.cycle.questionnaire.items.values_list("practice__code", flat=True))


@pytest.fixture
def browser(as_user, leader: User) -> Client:
    return as_user(leader)


def url(team: CycleTeam, name: str = "self_assessment") -> str:
    return reverse(name, args=[team.uid])


def kept(code: str) -> Answer:
    return Answer.objects.get(item__practice__code=code)


def end(cycle: Cycle) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Cycle.objects.filter(pk=cycle.pk).update(opens=yesterday, closes=yesterday)


VIEWS = ["self_assessment", "self_assessment_autosave", "self_assessment_submit"]


class TestAccess:
    @pytest.mark.parametrize("name", VIEWS)
    def test_it_asks_a_visitor_to_sign_in(self, client: Client, north: CycleTeam, name: str) -> None:
        answer = client.post(url(north, name))
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]

    @pytest.mark.parametrize("name", VIEWS)
    def test_the_stranger_and_hr_have_no_form(self, as_user, north: CycleTeam, stranger: User, hr: User, name: str) -> None:
        assert as_user(stranger).post(url(north, name)).status_code == 403
        assert as_user(hr).post(url(north, name)).status_code == 403

    @pytest.mark.parametrize("name", VIEWS)
    @pytest.mark.parametrize("email", ["south@example.org", "sales@example.org"])
    def test_another_leader_finds_nothing(self, as_user, north: CycleTeam, name: str, email: str) -> None:
        assert as_user(email).post(url(north, name)).status_code == 404

    def test_a_made_up_address_is_not_found(self, browser: Client) -> None:
        assert browser.get(reverse("self_assessment", args=[uuid.uuid4()])).status_code == 404

    @pytest.mark.parametrize("name", VIEWS[1:])
    def test_a_get_changes_nothing(self, browser: Client, north: CycleTeam, name: str) -> None:
        assert browser.get(url(north, name)).status_code == 405


class TestPage:
    def test_it_asks_the_practices_of_the_poll_in_the_leaders_words(self, browser: Client, north: CycleTeam) -> None:
        page = browser.get(url(north))
        for item in north.cycle.questionnaire.items.all():
            assert page.context["form"][item.practice.code].label == item.manager
        assert page.content.count(b'type="radio"') == 5 * north.cycle.questionnaire.items.count()

    def test_it_says_that_the_form_carries_a_name(self, browser: Client, north: CycleTeam) -> None:
        assert "This form carries your name" in browser.get(url(north)).content.decode()

    def test_opening_it_writes_nothing(self, browser: Client, north: CycleTeam) -> None:
        browser.get(url(north))
        assert not SelfAssessment.objects.exists()

    def test_it_counts_each_part(self, browser: Client, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={codes[0]: {"value": 3}}, by=leader)
        form = browser.get(url(north)).context["form"]
        assert [part.rated for part in form.parts] == [1] + [0] * (len(form.parts) - 1)
        assert sum(part.of for part in form.parts) == form.of == len(codes)

    def test_its_queries_do_not_grow_with_the_statements(self, browser: Client, north: CycleTeam) -> None:
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                browser.get(url(north))
            return len(captured)

        browser.get(url(north))
        many = queries()
        north.cycle.questionnaire.items.filter(position__gt=3).delete()
        assert queries() == many


class TestSaving:
    def test_the_button_saves_any_part(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        posted = {codes[0]: "4", f"{codes[0]}-under-way": ["false", "on"], f"{codes[0]}-note": "One\r\ntwo"}
        answer = browser.post(url(north), posted, follow=True)
        assert answer.redirect_chain == [(url(north), 302)]
        assert f"1 of {len(codes)} filled in" in answer.content.decode()
        assert (kept(codes[0]).value, kept(codes[0]).under_way, kept(codes[0]).note) == (4, True, "One\ntwo")

    def test_an_unset_tick_is_taken_back(self, browser: Client, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={codes[0]: {"value": 3, "under_way": True}}, by=leader)
        browser.post(url(north), {codes[0]: "3", f"{codes[0]}-under-way": "false"})
        assert kept(codes[0]).under_way is False

    def test_what_is_not_posted_stays(self, browser: Client, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={codes[0]: {"value": 3, "under_way": True, "note": "Mine"}}, by=leader)
        browser.post(url(north), {codes[1]: "5"})
        browser.post(url(north), {codes[0]: ""})
        assert (kept(codes[0]).value, kept(codes[0]).under_way, kept(codes[0]).note) == (3, True, "Mine")

    def test_a_wrong_field_is_named_and_the_rest_is_saved(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        note = "y" * 2001
        answer = browser.post(url(north), {codes[0]: "4", codes[1]: "9", f"{codes[1]}-note": note, codes[2]: "2"})
        assert answer.status_code == 422
        assert (kept(codes[0]).value, kept(codes[2]).value) == (4, 2)
        assert set(answer.context["form"].errors) == {codes[1], f"{codes[1]}-note"}
        page = answer.content.decode()
        assert note in page
        assert "Please shorten it to 2000 or fewer" in page
        assert f'href="#id_{codes[1]}-note"' in page

    def test_a_form_with_a_fault_still_shows_what_was_stored(
        self, browser: Client, north: CycleTeam, leader: User, codes: list[str]
    ) -> None:
        save_self_assessment(team=north, values={codes[0]: {"value": 3, "note": "Stored before"}}, by=leader)
        assert "Stored before" in browser.post(url(north), {codes[1]: "9"}).content.decode()

    def test_after_the_last_day_it_says_so_and_writes_nothing(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        end(north.cycle)
        answer = browser.post(url(north), {codes[0]: "4", f"{codes[0]}-note": "Typed too late"})
        assert answer.status_code == 410
        assert "came too late" in answer.content.decode()
        assert "Typed too late" in answer.content.decode()
        assert not Answer.objects.exists()

    def test_after_the_last_day_it_can_be_read(self, browser: Client, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={codes[0]: {"value": 4, "note": "Kept"}}, by=leader)
        end(north.cycle)
        page = browser.get(url(north))
        assert page.status_code == 200
        assert b'<input type="radio"' not in page.content
        assert b"Kept" in page.content


class TestAutosave:
    def test_it_answers_with_the_time_and_the_count(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        answer = browser.post(url(north, "self_assessment_autosave"), {codes[0]: "4"})
        assert answer.json().keys() == {"saved", "filled", "of"}
        assert (answer.json()["filled"], answer.json()["of"]) == (1, len(codes))
        assert datetime.datetime.strptime(answer.json()["saved"], "%H:%M")  # noqa: DTZ007 - a time of day
        assert kept(codes[0]).value == 4

    def test_two_leaders_do_not_undo_each_other(self, as_user, north: CycleTeam, leader: User, codes: list[str]) -> None:
        deputy = factories.make_user("deputy@example.org")
        factories.make_person("Sales / North", "leader", user=deputy)
        as_user(leader).post(url(north, "self_assessment_autosave"), {codes[0]: "4"})
        answer = as_user(deputy).post(url(north, "self_assessment_autosave"), {codes[1]: "2"})
        assert answer.json()["filled"] == 2
        assert (kept(codes[0]).value, kept(codes[1]).value) == (4, 2)

    def test_it_names_the_wrong_field(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        answer = browser.post(url(north, "self_assessment_autosave"), {codes[0]: "9"})
        assert answer.status_code == 422
        assert answer.json() == {"errors": {codes[0]: "Please choose one of the five answers."}}

    def test_it_says_when_it_is_too_late(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        end(north.cycle)
        answer = browser.post(url(north, "self_assessment_autosave"), {codes[0]: "4"})
        assert answer.status_code == 410
        assert "closed" in answer.json()
        assert not Answer.objects.exists()


class TestSubmitting:
    def test_it_saves_and_submits(self, browser: Client, north: CycleTeam, leader: User, codes: list[str]) -> None:
        answer = browser.post(url(north, "self_assessment_submit"), dict.fromkeys(codes, "4"), follow=True)
        assert answer.redirect_chain == [(reverse("my_teams"), 302)]
        assert SelfAssessment.objects.get().submitted_by == leader
        page = browser.get(url(north)).content.decode()
        assert "by Leader of North." in page
        assert url(north, "self_assessment_submit") not in page

    def test_it_names_the_missing_statements_and_loses_nothing(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        answer = browser.post(url(north, "self_assessment_submit"), dict.fromkeys(codes[1:], "4"))
        assert answer.status_code == 422
        assert f'href="#id_{codes[0]}_0"' in answer.content.decode()
        assert list(answer.context["form"].errors) == [codes[0]]
        assert answer.context["form"].rated == len(codes) - 1 == Answer.objects.count()
        assert SelfAssessment.objects.get().submitted_at is None

    def test_it_counts_what_was_saved_before(self, browser: Client, north: CycleTeam, leader: User, codes: list[str]) -> None:
        save_self_assessment(team=north, values={code: {"value": 3} for code in codes}, by=leader)
        assert browser.post(url(north, "self_assessment_submit")).status_code == 302

    def test_a_wrong_field_keeps_it_back(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        posted = dict.fromkeys(codes, "4") | {f"{codes[0]}-note": "y" * 2001}
        assert browser.post(url(north, "self_assessment_submit"), posted).status_code == 422
        assert Answer.objects.count() == len(codes)
        assert SelfAssessment.objects.get().submitted_at is None

    def test_it_is_refused_after_the_last_day(self, browser: Client, north: CycleTeam, codes: list[str]) -> None:
        end(north.cycle)
        assert browser.post(url(north, "self_assessment_submit"), dict.fromkeys(codes, "4")).status_code == 410
        assert not SelfAssessment.objects.exists()
