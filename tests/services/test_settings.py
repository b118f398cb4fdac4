"""What HR sets holds at once, is written down, and leaves a running cycle's promises alone."""

import datetime

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from assessments.models import Act, Action, ActionNote, Answer, Cycle, Organisation, Practice, SelfAssessment, User
from assessments.models import organisation as keeping
from assessments.models.clock import clock_set_to, day_of, today
from assessments.services.cycles import open_cycle
from assessments.services.invitations import send_invitations
from assessments.services.retention import forget_names
from assessments.services.settings import change_settings
from tests import factories

pytestmark = pytest.mark.django_db


class TestChanging:
    def test_what_was_changed_is_written_down(self, hr: User) -> None:
        assert change_settings(values={"name": "Hartmann", "k": 6, "remind": "unanswered"}, by=hr)
        act = Act.objects.get()
        assert (act.what, act.who, act.cycle) == (Act.What.SETTINGS, "Hannah of HR", None)
        assert act.why == "name: Whole organisation → Hartmann; smallest group shown: 5 → 6"

    def test_the_same_again_changes_nothing(self, hr: User) -> None:
        change_settings(values={"name": "Hartmann"}, by=hr)
        assert not change_settings(values={"name": "Hartmann"}, by=hr)
        assert Act.objects.count() == 1
        assert Organisation.objects.count() == 1

    def test_nothing_but_settings_can_be_written(self, hr: User) -> None:
        with pytest.raises(ValueError, match="not a setting: logo_digest"):
            change_settings(values={"logo_digest": "x"}, by=hr)

    @pytest.mark.parametrize("values", [{"k": 3}, {"target": 0}, {"target": 101}, {"reminders": 3}, {"remind_after": 0}])
    def test_the_database_itself_refuses_what_may_never_be(self, values: dict[str, int]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(**values)

    def test_it_holds_at_once_here(self, hr: User) -> None:
        assert Organisation.current().target == 75
        change_settings(values={"target": 60}, by=hr)
        assert Organisation.current().target == 60

    def test_other_processes_follow_after_some_seconds(self, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
        change_settings(values={"target": 60}, by=hr)
        assert Organisation.current().target == 60
        Organisation.objects.update(target=50)  # by another process: this one is told nothing
        assert Organisation.current().target == 60
        moment = keeping.monotonic()
        monkeypatch.setattr(keeping, "monotonic", lambda: moment + 11)
        with override_settings(ORGANISATION_KEPT=10):
            assert Organisation.current().target == 50

    def test_it_is_read_once_and_without_the_logo(self, django_assert_num_queries) -> None:
        Organisation.objects.create(logo=b"x" * 1000)
        with django_assert_num_queries(1) as captured:
            for _ in range(3):
                Organisation.current()
                today()
        assert '"logo",' not in captured[0]["sql"]


class TestZone:
    NIGHT = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC)

    def test_it_says_which_day_it_is(self) -> None:
        assert day_of(self.NIGHT) == datetime.date(2026, 3, 1)
        Organisation.objects.create(zone="Asia/Tokyo")
        assert day_of(self.NIGHT) == datetime.date(2026, 3, 2)

    def test_it_moves_the_close_of_a_running_cycle(self, organisation: None, monkeypatch: pytest.MonkeyPatch, hr: User) -> None:
        with clock_set_to(datetime.date(2026, 2, 15)):
            cycle = factories.make_cycle(days=14)
        assert cycle.closes == datetime.date(2026, 3, 1)
        monkeypatch.setattr(timezone, "now", lambda: self.NIGHT)
        assert cycle.takes_answers
        change_settings(values={"zone": "Asia/Tokyo"}, by=hr)
        assert not cycle.takes_answers
        assert cycle.is_over

    def test_noon_of_a_set_clock_is_noon_there(self) -> None:
        Organisation.objects.create(zone="Pacific/Kiritimati")
        with clock_set_to(datetime.date(2026, 3, 2)):
            assert today() == datetime.date(2026, 3, 2)


class TestSmallestGroup:
    def opened(self, name: str, days: int) -> Cycle:
        questionnaire, closes = factories.quarterly_check(), today() + datetime.timedelta(days=days)
        return open_cycle(name=name, questionnaire=questionnaire, opens=today(), closes=closes)

    def test_a_coming_cycle_takes_it_and_a_running_one_keeps_its_own(self, organisation: None, hr: User) -> None:
        running = self.opened("2026 Q4", 14)
        change_settings(values={"k": 8}, by=hr)
        running.refresh_from_db()
        assert running.k == 5
        Cycle.objects.update(state=Cycle.State.ABANDONED)
        assert self.opened("2027 Q1", 20).k == 8


class TestSender:
    @override_settings(DEFAULT_FROM_EMAIL="csculture <csculture@server.example.org>")
    @pytest.mark.parametrize(
        ("values", "sender"),
        [
            ({}, "csculture <csculture@server.example.org>"),
            ({"mail_name": "Hartmann HR"}, "Hartmann HR <csculture@server.example.org>"),
            ({"mail_address": "hr@example.org"}, "csculture <hr@example.org>"),
        ],
    )
    def test_every_mail_comes_from_it(self, values: dict[str, str], sender: str) -> None:
        Organisation.objects.create(**values)
        factories.make_organisation({"Sales": 6})
        send_invitations(cycle=factories.make_cycle())
        assert {message.from_email for message in mail.outbox} == {sender}


class TestKeepingNames:
    @pytest.fixture
    def old(self, closed_cycle: Cycle, hr: User) -> Cycle:
        """Closed three years ago, with a manager's note, an action that is finished and one that is not."""
        unit = closed_cycle.teams.get(path="Sales / North")
        assessment = SelfAssessment.objects.create(team=unit, submitted_by=hr, submitted_at=timezone.now())
        item = closed_cycle.questionnaire.items.all()[0]
        Answer.objects.create(assessment=assessment, item=item, value=4, note="Ask Nora about the till.")
        past = today() - datetime.timedelta(days=3 * 366)
        for state, finished in (("done", past), ("doing", None)):
            action = Action.objects.create(
                unit=unit, practice=Practice.objects.all()[0], words="Meet", owner_name="Nora", due=past, state=state,
                finished=finished, made=timezone.now(), made_by=hr,
            )  # fmt: skip
            ActionNote.objects.create(action=action, at=timezone.now(), by="Nora", note="Nora did it.")
        Act.objects.create(who="Hannah of HR", what=Act.What.CLOSE, cycle=closed_cycle)
        Act.objects.update(at=timezone.now() - datetime.timedelta(days=3 * 366))
        Cycle.objects.update(closes=past, opens=past)
        return closed_cycle

    def test_nothing_is_deleted_where_hr_has_not_said_so(self, old: Cycle) -> None:
        forget_names()
        assert Act.objects.exists()
        assert Action.objects.filter(owner_name="Nora").count() == 2

    def test_names_in_old_cycles_go_and_figures_stay(self, old: Cycle) -> None:
        Organisation.objects.create(keep_years=2)
        figures = old.teams.get(path="Sales / North").figures.count()
        for _ in range(2):
            forget_names()
        assert Answer.objects.values_list("value", "note").get() == (4, "")
        assert SelfAssessment.objects.get().submitted_by is None
        assert sorted(Action.objects.values_list("state", "owner_name")) == [("doing", "Nora"), ("done", "no longer named")]
        assert ActionNote.objects.get().action.state == "doing"
        assert not Act.objects.exists()
        assert old.teams.get(path="Sales / North").figures.count() == figures > 0

    def test_a_younger_cycle_keeps_them(self, old: Cycle) -> None:
        Organisation.objects.create(keep_years=5)
        forget_names()
        assert Action.objects.filter(owner_name="Nora").count() == 2
        assert Answer.objects.get().note

    def test_the_29th_of_february_has_a_day_before_it(self) -> None:
        Organisation.objects.create(keep_years=1)
        with clock_set_to(datetime.date(2028, 2, 29)):
            forget_names()
