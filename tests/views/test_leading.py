"""The leader's first page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.analysis.values import Participation
from assessments.models import Cycle, CycleTeam, Person, User
from assessments.results.leading import my_home
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from assessments.services.turnout import note_turnout
from tests import factories


def lead(email: str, *teams: str) -> User:
    """The leader takes on more teams."""
    person = Person.objects.get(user__email=email)
    for team in teams:
        factories.join(person, team, "leader")
    return person.user


def page(client: Client) -> str:
    answer = client.get(reverse("my_teams"))
    assert answer.status_code == 200
    return answer.content.decode()


class TestAccess:
    def test_it_asks_a_visitor_to_sign_in(self, client: Client, db: None) -> None:
        assert reverse("account_login") in client.get(reverse("my_teams"))["Location"]

    def test_it_is_for_leaders_only(self, as_user, stranger: User, hr: User) -> None:
        assert as_user(stranger).get(reverse("my_teams")).status_code == 403
        assert as_user(hr).get(reverse("my_teams")).status_code == 403


class TestToDo:
    def test_it_says_how_far_the_own_view_is(self, as_user, open_cycle: Cycle) -> None:
        client = as_user("north@example.org")
        leader, team = User.objects.get(email="north@example.org"), open_cycle.teams.get(path="Sales / North")
        codes = list(open_cycle.questionnaire.items.values_list("practice__code", flat=True))
        assert "not begun" in page(client)
        save_self_assessment(team=team, values={codes[0]: {"value": 3}, codes[1]: {"note": "Later"}}, by=leader)
        assert f"1 of {len(codes)} filled in" in page(client)
        save_self_assessment(team=team, values={code: {"value": 3} for code in codes}, by=leader)
        submit_self_assessment(team=team, by=leader)
        assert "by Leader of North" in page(client)

    def test_it_says_how_many_answered_and_never_who(self, as_user, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4, 4, 4])
        shown = page(as_user("north@example.org"))
        assert "3 of 8 answered" in shown
        assert not [person for person in Person.objects.filter(memberships__role="member") if person.name in shown]

    def test_it_counts_the_teams_below_too(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4, 4])
        factories.answer(open_cycle, "Sales / South", [4])
        note_turnout()
        (sales,) = my_home(User.objects.get(email="sales@example.org")).running.teams
        assert sales.answered == Participation(3, 16)

    def test_it_does_not_count_fewer_than_the_minimum(self, as_user, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Support / Night", [4, 4])
        shown = page(as_user("night@example.org"))
        assert "Fewer than 5 people could be told apart here" in shown
        assert "of 3 answered" not in shown

    def test_subtracting_led_teams_leaves_no_small_group(self, open_cycle: Cycle) -> None:
        leader = lead("sales@example.org", "Sales / North", "Sales / South")
        shown = {team.name: team.answered for team in my_home(leader).running.teams}
        # Two heads answer in Sales itself: told with North and South, their turnout would be too.
        assert shown == {"Sales": Participation(0, 16), "North": Participation(0, 8), "South": None}

    def test_it_shows_only_led_teams(self, open_cycle: Cycle) -> None:
        running = my_home(User.objects.get(email="sales@example.org")).running
        assert [team.path for team in running.teams] == ["Sales"]

    def test_its_queries_do_not_grow_with_the_teams(self, as_user, open_cycle: Cycle) -> None:
        def queries(email: str) -> int:
            client = as_user(email)
            with CaptureQueriesContext(connection) as captured:
                page(client)
            return len(captured)

        note_turnout()  # the day's first look counts
        one = queries("north@example.org")
        lead("north@example.org", "Sales", "Sales / South", "Support / Desk")
        assert queries("north@example.org") == one


class TestEmpty:
    def test_it_says_when_no_round_is_running(self, as_user, organisation: None) -> None:
        shown = page(as_user("north@example.org"))
        assert "No round is running" in shown
        assert "None yet" in shown

    def test_it_says_when_no_led_team_is_in_the_round(self, as_user, open_cycle: Cycle) -> None:
        late = factories.make_user("late@example.org")
        factories.make_person("Sales / East", "leader", user=late)
        assert "None of your teams is in this round" in page(as_user(late))

    def test_it_says_when_the_answers_are_being_counted(self, as_user, open_cycle: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSING)
        shown = page(as_user("north@example.org"))
        assert "being counted" in shown
        assert "answered" not in shown


class TestEarlierRounds:
    @pytest.fixture
    def north(self, closed_cycle: Cycle) -> CycleTeam:
        return closed_cycle.teams.get(path="Sales / North")

    def test_it_links_to_the_team_and_its_report(self, as_user, north: CycleTeam) -> None:
        shown = page(as_user("north@example.org"))
        assert reverse("team", args=[north.uid]) in shown
        assert reverse("report", args=[north.uid]) in shown

    def test_it_does_not_link_to_other_teams(self, as_user, north: CycleTeam) -> None:
        assert reverse("team", args=[north.uid]) not in page(as_user("south@example.org"))
