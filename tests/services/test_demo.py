"""The demo organisation is made through the real services, tells the planted stories, and leaves other data alone."""

import datetime
import html
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core import mail
from django.db.models import F
from django.test import TestCase
from django.urls import reverse

from assessments.analysis.values import Shown
from assessments.demo import organisation
from assessments.models import (
    Action,
    Box,
    Cycle,
    CycleTeam,
    Figure,
    Invitation,
    Membership,
    Organisation,
    Participation,
    SelfAssessment,
    Team,
    Text,
    User,
)
from assessments.models.clock import clock_set_to, today
from assessments.results.overview import overview_of
from assessments.results.team import team_result
from assessments.services import demo
from assessments.services.ballots import find_entry
from assessments.services.demo import PASSWORD, DemoRefused, demo_sign_ins, draw_demo_codes, make_demo_data
from tests.demo_snapshot import demo_stands


def quiet(text: str) -> None:
    pass


def unit(cycle: Cycle, team: organisation.DemoTeam) -> CycleTeam:
    return cycle.teams.get(name=team.name)


def counts() -> list[int]:
    return [
        model.objects.count() for model in (User, Team, Membership, Cycle, CycleTeam, Invitation, Box, Figure, SelfAssessment, Text)
    ]


class TestTheDemo(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        demo_stands()
        cls.closed = list(Cycle.objects.closed().order_by("opens"))
        cls.open = Cycle.objects.running()

    def test_five_cycles_are_closed_and_one_is_open(self) -> None:
        assert len(self.closed) == 5
        assert Cycle.objects.count() == 6
        assert self.open.takes_answers
        assert 5 <= self.open.days_left <= 10

    def test_cycles_have_past_days_one_after_the_other(self) -> None:
        cycles = [*self.closed, self.open]
        assert all(before.closes < after.opens for before, after in pairwise(cycles))
        assert all(cycle.opens <= self.open.opens - datetime.timedelta(days=20) for cycle in self.closed)
        assert self.closed[-1].closes < today()

    def test_nothing_but_figures_is_left_of_a_closed_cycle(self) -> None:
        assert not Box.objects.exclude(cycle=self.open).exists()
        assert not Invitation.objects.exclude(cycle=self.open).exists()
        assert all(Figure.objects.filter(team__cycle=cycle).count() > 500 for cycle in self.closed)
        assert Text.objects.exists()

    def test_about_half_have_answered_the_open_one(self) -> None:
        invited = Invitation.objects.filter(cycle=self.open)
        answered = invited.filter(answered=True).count()
        assert 0.4 <= answered / invited.count() <= 0.65
        assert Box.objects.filter(cycle=self.open).count() == answered

    def test_all_departments_are_shown(self) -> None:
        for cycle in self.closed:
            departments = Participation.objects.filter(team__cycle=cycle, team__depth=1)
            assert departments.count() == 5, cycle

    def test_most_teams_are_shown_and_some_are_not(self) -> None:
        for cycle in self.closed:
            teams = Participation.objects.filter(team__cycle=cycle, team__depth=2).count()
            assert 23 <= teams <= 31, cycle

    def test_one_team_is_always_too_small(self) -> None:
        assert not Participation.objects.filter(team__name=organisation.TOO_SMALL.name).exists()

    def test_one_team_always_answers_in_full(self) -> None:
        rows = Participation.objects.filter(team__name=organisation.FULL_RESPONSE.name)
        assert rows.count() == rows.filter(answered=F("invited")).count() == 5

    def test_one_team_rises(self) -> None:
        means = [Figure.objects.get(team=unit(cycle, organisation.RISING), kind="overall").mean for cycle in self.closed]
        assert min(means[3:]) - max(means[:3]) >= Decimal("0.5")

    def test_the_blind_spot_is_among_the_largest_differences_hr_sees(self) -> None:
        gaps = overview_of(self.closed[-1]).gaps
        assert (organisation.BLIND_SPOT.name, True) in [(gap.team.name, gap.manager_higher) for gap in gaps]

    def page(self, cycle: Cycle, team: organisation.DemoTeam, name: str = "team") -> str:
        """What HR reads of a team, without the markup."""
        return self.read(reverse(name, args=[unit(cycle, team).uid]))

    def read(self, address: str) -> str:
        self.client.force_login(
            User.objects.get(email=demo.HR_EMAIL), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        answer = self.client.get(address)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

    def test_the_pages_say_that_one_team_rises(self) -> None:
        ups = [" up " in self.page(cycle, organisation.RISING) for cycle in self.closed[1:]]
        assert any(ups)
        assert "Rising by about 0." in self.page(self.closed[-1], organisation.RISING)

    def test_the_pages_say_that_opinions_differ_a_lot_in_the_split_team(self) -> None:
        assert "Opinions differ a lot, talk about it" in self.page(self.closed[-1], organisation.SPLIT)
        assert "Opinions differ a lot here, talk about it:" in self.page(self.closed[-1], organisation.SPLIT, "report")

    def test_the_pages_say_that_a_manager_rates_higher(self) -> None:
        assert "clearly higher than they do." in self.page(self.closed[-1], organisation.BLIND_SPOT)

    def test_the_pages_say_no_change_of_a_team_too_small(self) -> None:
        seen = self.page(self.closed[-1], organisation.TOO_SMALL)
        assert not any(words in seen for words in ("What moved", "Over the cycles", "clear change"))

    def report(self, team: organisation.DemoTeam) -> str:
        return self.page(self.closed[-1], team, "report")

    def test_every_unit_has_a_report_whose_sentences_are_whole(self) -> None:
        units = self.closed[-1].teams.select_related("participation")
        assert len(units) == 41
        for unit_ in units:
            seen = self.read(reverse("report", args=[unit_.uid]))
            assert not re.search(r"\bNone\b|{{|}}|%\(|\.\.|;\.|: \.", seen), unit_.name
            shown = hasattr(unit_, "participation")
            assert ("Who answered" in seen) == shown == ("Why there are no figures here" not in seen), unit_.name

    def test_the_report_of_the_rising_team_says_where_it_is_heading(self) -> None:
        assert "Overall, from 1 to 5 4.4" in self.report(organisation.RISING)
        assert re.search(r"Rising by about 0\.\d", self.page(self.closed[-1], organisation.RISING))

    def test_the_report_of_the_blind_spot_names_it_and_begins_where_the_manager_looks_away(self) -> None:
        seen = self.report(organisation.BLIND_SPOT)
        blind = seen.split("Blind spot: the manager rates higher")[1].split("Both high")[0]
        assert blind.count(",") >= 5
        assert re.search(r"Why this one\. Lowest of 30 practices, and the manager rates it \d\.\d higher", seen)

    def test_the_report_of_a_team_too_small_is_a_guide_to_talk_and_leads_to_the_next_larger_one(self) -> None:
        seen = self.report(organisation.TOO_SMALL)
        assert "They are not lost: they count in Contact centres." in seen
        assert "Read the report of Contact centres" in seen
        assert "When did a customer last leave us happy, and what had we done?" in seen

    def test_the_report_of_a_team_high_everywhere_finds_little_to_mend(self) -> None:
        seen = self.report(organisation.HIGH)
        assert "Very good" in seen
        low = [line for lines in team_result(unit(self.closed[-1], organisation.HIGH)).dimensions for line in lines.practices]
        assert sum(isinstance(line.figure, Shown) and line.figure.mean.value < Decimal("3.5") for line in low) <= 2

    def test_the_report_of_a_team_low_everywhere_begins_small(self) -> None:
        seen = self.report(organisation.LOW)
        assert "Rather low" in seen
        result = team_result(unit(self.closed[-1], organisation.LOW))
        assert len(result.opportunities) == 3
        assert {one.pick.step for one in result.opportunities} == {"start"}
        assert all(f"Why this one. {words}" in seen for words in ("Lowest of 30 practices", "Second lowest of 30 practices"))

    def test_teams_act_and_some_are_late(self) -> None:
        actions = Action.objects.filter(unit__cycle=self.closed[-1])
        assert set(actions.values_list("state", flat=True)) == {"done", "doing", "unstarted", "hold"}
        assert not Action.objects.unfinished().exclude(unit__cycle=self.closed[-1]).exists()
        assert any(action.days_late for action in actions)
        assert any(action.due > today() for action in actions)

    def test_managers_are_at_different_stages(self) -> None:
        stages = SelfAssessment.objects.filter(team__cycle=self.open)
        submitted = stages.exclude(submitted_at=None).count()
        begun = stages.get(team__name=organisation.BLIND_SPOT.name)
        led = self.open.teams.exclude(parent=None).count()
        assert begun.submitted_at is None
        assert begun.answers.exclude(value=None).count() == 15
        assert 15 <= submitted <= led - 8

    def test_own_views_were_submitted_while_their_cycle_ran(self) -> None:
        for view in SelfAssessment.objects.exclude(submitted_at=None).select_related("team__cycle"):
            assert view.team.cycle.opens <= view.submitted_at.date() <= view.team.cycle.closes
            assert view.submitted_at.date() <= today()

    def test_people_come_and_go(self) -> None:
        left = Membership.objects.filter(person__active=False)
        assert not left.exists()
        assert len({cycle.teams.get(parent=None).invited for cycle in self.closed}) == 1
        first, last = (set(cycle.teams.values_list("members__person", flat=True)) for cycle in (self.closed[0], self.open))
        assert 20 <= len(last - first) <= 100

    def test_the_sign_ins_work(self) -> None:
        assert len(demo_sign_ins()) == 4
        for entry in demo_sign_ins():
            answer = self.client.post("/accounts/login/", {"login": entry.email, "password": PASSWORD})
            assert answer.status_code == 302, entry
            self.client.logout()

    def test_codes_open_the_form_of_three_different_teams(self) -> None:
        codes = draw_demo_codes()
        assert len({fresh.team for fresh in codes}) == 3
        assert [find_entry(code=fresh.code).team.name for fresh in codes] == [fresh.team for fresh in codes]

    def test_codes_are_fresh_each_time(self) -> None:
        assert not {fresh.code for fresh in draw_demo_codes()} & {fresh.code for fresh in draw_demo_codes()}

    def test_there_are_no_codes_after_the_last_day(self) -> None:
        with clock_set_to(self.open.closes + datetime.timedelta(days=1)):
            assert draw_demo_codes() == ()

    def test_a_second_time_changes_nothing(self) -> None:
        before = counts()
        assert make_demo_data(say=quiet) is False
        assert counts() == before


@pytest.mark.django_db
class TestMakingIt:
    def test_it_refuses_other_data(self) -> None:
        User.objects.create_user(email="hr@company.example", role="hr")
        with pytest.raises(DemoRefused, match="other data"):
            make_demo_data(say=quiet)
        assert User.objects.count() == 1
        assert not Organisation.objects.exists()

    def test_it_sends_no_mail(self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> None:
        monkeypatch.setattr(organisation, "QUARTERS", 1)
        with django_capture_on_commit_callbacks(execute=True):
            make_demo_data(say=quiet)
        assert mail.outbox == []

    def test_it_goes_on_where_it_was_interrupted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(organisation, "QUARTERS", 2)
        with monkeypatch.context() as broken:
            broken.setattr(demo, "close_cycle", interrupt)
            with pytest.raises(KeyboardInterrupt):
                make_demo_data(say=quiet)
        assert Cycle.objects.get().state == Cycle.State.OPEN
        said: list[str] = []
        assert make_demo_data(say=said.append)
        assert [cycle.state for cycle in Cycle.objects.order_by("opens")] == [Cycle.State.CLOSED, Cycle.State.OPEN]
        assert len(said) == 1


@pytest.mark.parametrize("day", [datetime.date(2026, 1, 1), datetime.date(2026, 3, 31), datetime.date(2028, 2, 29)])
def test_cycles_never_overlap_whatever_the_day(day: datetime.date) -> None:
    calendar = demo._calendar(day)
    assert len({quarter.name for quarter in calendar}) == 6
    assert all(before.closes < after.opens for before, after in pairwise(calendar))
    assert calendar[-1].opens <= day <= calendar[-1].closes


def interrupt(**arguments: object) -> None:
    raise KeyboardInterrupt
