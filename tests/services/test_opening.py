"""The button that opens a cycle, and the worker behind it."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments.models import Act, Cycle, Invitation, User
from assessments.models.clock import today
from assessments.services import opening
from assessments.services.cycles import CycleRefused, Plan, delete_cycle, plan_cycle
from assessments.services.opening import ask_for_opening, opens_at_once
from tests import factories

pytestmark = [pytest.mark.usefixtures("organisation"), pytest.mark.django_db(transaction=True)]


def work() -> None:
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


@pytest.fixture
def planned(hr: User) -> Cycle:
    return factories.plan_cycle(hr)


def state() -> str:
    return Cycle.objects.values_list("state", flat=True).get()


@pytest.mark.parametrize(("at_once", "trustee", "here"), [(30, False, True), (29, False, False), (29, True, True)])
def test_a_page_waits_for_a_few_thousand_and_where_a_trustee_keeps_the_key(
    hr: User, monkeypatch: pytest.MonkeyPatch, *, at_once: int, trustee: bool, here: bool
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE", at_once)
    assert opens_at_once(factories.plan_cycle(hr, trustee=trustee)) is here


def test_the_worker_opens_what_was_asked_for(planned: Cycle, hr: User) -> None:
    ask_for_opening(cycle=planned, by=hr, invite=False)
    assert state() == Cycle.State.PLANNED
    work()
    assert state() == Cycle.State.OPEN
    assert Invitation.objects.count() == 30
    assert Act.objects.get(what=Act.What.OPEN).who == "Hannah of HR"
    assert not Act.objects.filter(what=Act.What.INVITE).exists()


def test_asked_twice_it_waits_once_and_asked_again_later_it_says_that_it_is_open(planned: Cycle, hr: User) -> None:
    for _ in range(2):
        ask_for_opening(cycle=planned, by=hr, invite=False)
    assert DBTaskResult.objects.count() == 1
    work()
    with pytest.raises(CycleRefused, match="is open already"):
        ask_for_opening(cycle=planned, by=hr, invite=False)


def test_a_worker_that_was_killed_is_followed_by_another(planned: Cycle, hr: User) -> None:
    ask_for_opening(cycle=planned, by=hr, invite=False)
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    ask_for_opening(cycle=planned, by=hr, invite=False)
    work()
    assert state() == Cycle.State.OPEN
    assert Act.objects.filter(what=Act.What.OPEN).count() == 1


def test_what_was_changed_or_deleted_since_is_not_opened(planned: Cycle, hr: User) -> None:
    ask_for_opening(cycle=planned, by=hr, invite=True)
    later = planned.closes + datetime.timedelta(days=7)
    plan_cycle(plan=Plan("2026 Q4", planned.questionnaire, today(), later, 7), cycle=planned, by=hr)
    work()
    assert state() == Cycle.State.PLANNED
    assert not Invitation.objects.exists()
    ask_for_opening(cycle=planned, by=hr, invite=True)
    delete_cycle(cycle=planned, by=hr)
    work()
    assert list(DBTaskResult.objects.values_list("status", "return_value")) == [("SUCCESSFUL", "")] * 2


def test_what_can_be_seen_at_once_is_refused_at_once(hr: User) -> None:
    with pytest.raises(CycleRefused, match="It can be opened from"):
        ask_for_opening(cycle=factories.plan_cycle(hr, ahead=1, name="Next"), by=hr, invite=True)
    planned = factories.plan_cycle(hr)
    factories.make_cycle("2026 Q3")
    with pytest.raises(CycleRefused, match="“2026 Q3” is still running"):
        ask_for_opening(cycle=planned, by=hr, invite=True)
    assert not DBTaskResult.objects.exists()


def test_neither_queue_nor_log_keeps_what_an_error_quotes(
    planned: Cycle, hr: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL quotes the row that it refuses: a name would stand in the queue's table."""
    quoting = ValueError("DETAIL: Failing row contains (Ann Smith)")

    def refuse(**kwargs: object) -> None:
        raise quoting

    monkeypatch.setattr(opening, "open_planned", refuse)
    ask_for_opening(cycle=planned, by=hr, invite=True)
    work()
    job = DBTaskResult.objects.get()
    assert "ValueError" in job.return_value
    assert "Ann" not in job.return_value + job.traceback + caplog.text
    assert state() == Cycle.State.PLANNED


def test_the_queue_holds_keys_and_nothing_else(planned: Cycle, hr: User) -> None:
    ask_for_opening(cycle=planned, by=hr, invite=True)
    assert DBTaskResult.objects.get().args_kwargs == {"args": [planned.pk], "kwargs": {"by": hr.pk, "invite": True}}
