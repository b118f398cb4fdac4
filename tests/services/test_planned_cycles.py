"""Planning, changing, deleting and opening a cycle as HR does it on the pages, and as the calendar does."""

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from assessments.ballotbox.make_trustee_key import PUBLIC_NAME, make_trustee_key
from assessments.models import Act, Code, Cycle, Invitation, Membership, Person, Questionnaire, User
from assessments.models.clock import clock_set_to, today
from assessments.services.cycles import CycleRefused, Plan, delete_cycle, open_cycle, open_due, open_planned, plan_cycle
from assessments.services.due import run_due
from assessments.services.invitations import send_invitations
from assessments.services.inviting import ask_for_invitations, invite, invite_missing
from assessments.services.opening import who_would_be_asked
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
ASKED = 30  # of the fixed cast: 24 members, the leaders of four teams, and the two heads as a group above them


@pytest.fixture
def trustee_key(tmp_path: Path) -> str:
    make_trustee_key(tmp_path / "trustee")
    return (tmp_path / "trustee" / PUBLIC_NAME).read_text()


def acts() -> list[str]:
    return list(Act.objects.order_by("pk").values_list("what", flat=True))


@pytest.mark.usefixtures("organisation")
class TestPlanning:
    def test_nothing_is_frozen_and_nobody_is_asked(self, hr: User) -> None:
        cycle = factories.plan_cycle(hr, ahead=3)
        assert (cycle.state, cycle.slug, cycle.questionnaire.used) == ("planned", "2026-q4", False)
        assert not cycle.teams.exists()
        assert not Invitation.objects.exists()
        assert acts() == ["plan"]

    def test_a_plan_can_be_changed_all_over(self, hr: User) -> None:
        cycle = factories.plan_cycle(hr, ahead=3)
        plan = Plan("Winter", cycle.questionnaire, today(), today() + 5 * DAY, 6, trustee=True)
        changed = plan_cycle(plan=plan, cycle=cycle, by=hr)
        assert (Cycle.objects.get(), changed.name, changed.slug, changed.k, changed.trustee) == (cycle, "Winter", "winter", 6, True)

    def test_a_name_that_another_cycle_has_is_refused(self, hr: User) -> None:
        factories.plan_cycle(hr)
        with pytest.raises(CycleRefused, match="too much like “2026 Q4”"):
            factories.plan_cycle(hr, name="2026 q4")

    def test_it_can_be_deleted_and_the_log_keeps_that(self, hr: User) -> None:
        delete_cycle(cycle=factories.plan_cycle(hr), by=hr)
        assert not Cycle.objects.exists()
        assert (acts(), Act.objects.latest("pk").why) == (["plan", "unplan"], "2026 Q4")

    def test_one_that_is_open_is_neither_changed_nor_deleted(self, hr: User) -> None:
        cycle = factories.make_cycle()
        plan = Plan("Winter", cycle.questionnaire, today(), today(), 5)
        with pytest.raises(CycleRefused, match="is open already"):
            plan_cycle(plan=plan, cycle=cycle, by=hr)
        with pytest.raises(CycleRefused, match="is open already"):
            delete_cycle(cycle=cycle, by=hr)


@pytest.mark.usefixtures("organisation")
class TestOpening:
    def test_on_its_day_it_opens_as_planned(self, hr: User) -> None:
        cycle = open_planned(cycle=factories.plan_cycle(hr, k=6), by="Hannah")
        assert (cycle.state, cycle.k, cycle.takes_answers) == ("open", 6, True)
        assert Questionnaire.objects.get(pk=cycle.questionnaire_id).used
        assert Invitation.objects.count() == ASKED
        assert Act.objects.get(cycle=cycle).who == "Hannah"

    def test_before_its_day_it_does_not(self, hr: User) -> None:
        cycle = factories.plan_cycle(hr, ahead=1)
        with pytest.raises(CycleRefused, match="It can be opened from"):
            open_planned(cycle=cycle, by="Hannah")
        assert not Invitation.objects.exists()

    def test_a_refusal_leaves_no_act_and_no_key(self, hr: User) -> None:
        cycle = factories.plan_cycle(hr, k=40)
        with pytest.raises(CycleRefused, match="Only 30 people would be invited"):
            open_planned(cycle=cycle, by="Hannah")
        assert acts() == ["plan"]
        assert not list(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*"))

    def test_where_a_trustee_is_planned_only_the_trustees_key_opens(self, hr: User, trustee_key: str) -> None:
        cycle = factories.plan_cycle(hr, trustee=True)
        with pytest.raises(CycleRefused, match="opens with the trustee’s public key"):
            open_planned(cycle=cycle, by="Hannah")
        plan = {"name": cycle.name, "questionnaire": cycle.questionnaire, "opens": cycle.opens, "closes": cycle.closes}
        with pytest.raises(CycleRefused, match="opens with the trustee’s public key"):
            open_cycle(**plan)
        with pytest.raises(CycleRefused, match="not a public key"):
            open_planned(cycle=cycle, by="Hannah", trustee_key="something else")
        opened = open_planned(cycle=cycle, by="Hannah", trustee_key=trustee_key)
        assert opened.trustee
        assert not (settings.BALLOT_KEY_DIR / f"{opened.uid}.private").exists()


class TestWhoWouldBeAsked:
    def test_by_mail_by_card_and_nowhere(self, organisation: None) -> None:
        card = Person.objects.get(pk=Membership.objects.filter(team__path="Sales / North", role="member")[0].person_id)
        Person.objects.filter(pk=card.pk).update(email="")
        nowhere = Person.objects.create(employee_id="X", name="Newcomer")
        Membership.objects.filter(team__path="Support").delete()  # its head
        asked = who_would_be_asked(k=5)
        by_path = {unit.path: unit for unit in asked.units}
        assert (asked.by_mail, asked.by_card) == (28, 1)
        assert (by_path["Sales / North"].by_mail, by_path["Sales / North"].by_card, by_path["Sales / North"].total) == (7, 1, 8)
        assert (by_path["Sales"].by_mail, by_path["Sales"].total, by_path["Sales"].level) == (2, 16, 1)
        assert [unit.path for unit in asked.small] == ["Support / Night"]
        assert [person.name for person in asked.without_team] == ["Leader of Support", nowhere.name]
        assert asked.managers == ()

    def test_whoever_leads_the_only_top_team_is_named(self, db: None) -> None:
        factories.make_organisation({"Bakery": 0, "Bakery / Counter": 6})
        asked = who_would_be_asked(k=5)
        assert [person.name for person in asked.managers] == ["Leader of Bakery"]
        assert asked.people == 7

    def test_it_is_what_opening_then_does(self, organisation: None) -> None:
        asked = who_would_be_asked(k=5)
        cycle = factories.make_cycle()
        assert [(unit.path, unit.total) for unit in asked.units] == list(cycle.teams.values_list("path", "invited"))

    def test_nobody_in_the_roster_is_nobody_asked(self, db: None) -> None:
        assert who_would_be_asked(k=5).people == 0


@pytest.mark.usefixtures("organisation")
class TestCalendar:
    def test_it_opens_on_the_day_sends_once_and_is_safe_to_run_again(self, hr: User) -> None:
        cycle = factories.plan_cycle(hr, ahead=2)
        assert run_due() == []
        assert Cycle.objects.get().state == "planned"
        with clock_set_to(cycle.opens):
            assert run_due() == []
            assert Cycle.objects.get().takes_answers
            assert len(mail.outbox) == ASKED
            assert run_due() == []
            assert len(mail.outbox) == ASKED

    def test_killed_between_opening_and_sending_the_next_run_sends(self, hr: User) -> None:
        factories.plan_cycle(hr)
        open_due()
        assert not mail.outbox
        assert invite_missing() == []
        assert len(mail.outbox) == ASKED

    def test_what_hr_opened_waits_until_hr_has_begun_to_send(self, hr: User) -> None:
        cycle = open_planned(cycle=factories.plan_cycle(hr), by=str(hr))
        assert invite_missing() == []
        assert not mail.outbox
        send_invitations(cycle=cycle)
        Code.objects.filter(invitation=Invitation.objects.first()).delete()
        assert invite_missing() == []
        assert len(mail.outbox) == ASKED + 1

    def test_it_says_what_it_cannot_open(self, hr: User) -> None:
        factories.plan_cycle(hr, trustee=True)
        assert open_due() == ["2026 Q4: A trustee keeps the private key of this cycle: it opens with the trustee’s public key."]
        Cycle.objects.update(trustee=False, opens=today() - 9 * DAY, closes=today() - DAY)
        assert "is already over" in open_due()[0]

    def test_mails_that_failed_are_said_and_sent_by_the_next_run(self, hr: User, settings) -> None:
        open_planned(cycle=factories.plan_cycle(hr), by="run_due")
        working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        assert invite_missing() == ["2026 Q4: 30 invitations could not be sent."]
        settings.EMAIL_BACKEND = working
        assert invite_missing() == []
        assert len(mail.outbox) == ASKED


@pytest.mark.usefixtures("organisation")
class TestAsking:
    def test_asked_for_twice_one_job_waits(self, hr: User) -> None:
        cycle = factories.make_cycle()
        ask_for_invitations(cycle=cycle, by=hr)
        job = Cycle.objects.get().invite_job
        ask_for_invitations(cycle=cycle, by=hr)
        assert Cycle.objects.get().invite_job == job
        assert acts() == ["invite"]

    def test_a_second_worker_sends_nobody_a_second_mail(self, hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
        cycle = factories.make_cycle()
        from assessments.services import invitations  # noqa: PLC0415 - its name is the fixture's elsewhere

        send = invitations._send_first

        def after_another(cycle: Cycle, rows: list[Invitation], mac_key: bytes) -> int:
            """Between looking who is missing and sending, another worker has sent everything."""
            send(cycle, rows, mac_key)
            return send(cycle, rows, mac_key)

        monkeypatch.setattr(invitations, "_send_first", after_another)
        assert invitations.send_invitations(cycle=cycle).failed == 0
        assert len(mail.outbox) == ASKED

    def test_the_job_says_why_it_could_not(self, hr: User, caplog: pytest.LogCaptureFixture) -> None:
        cycle = factories.make_cycle()
        (settings.BALLOT_KEY_DIR / f"{cycle.uid}.mac").unlink()
        assert "key" in invite.func(cycle.pk)

    def test_it_raises_nothing_that_may_name_people(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(**_kwargs: object) -> None:
            raise ValueError("ada@example.org")

        monkeypatch.setattr("assessments.services.inviting.send_invitations", fail)
        assert invite.func(factories.make_cycle().pk).startswith("Something failed that should not (ValueError)")
