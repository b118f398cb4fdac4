"""The close as a job of the worker."""

import datetime

import pytest
from django.core.management import call_command
from django.db import DataError
from django_tasks_db.models import DBTaskResult

from assessments.models import Act, Box, Cycle, Figure, User
from assessments.services import publishing
from assessments.services.counting import CannotAsk, ask_for_close, count
from tests import factories


def work() -> None:
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


@pytest.fixture
def answered(open_cycle: Cycle) -> Cycle:
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    return open_cycle


@pytest.fixture
def over(answered: Cycle) -> Cycle:
    """Its last day was yesterday."""
    Cycle.objects.update(opens=answered.opens - datetime.timedelta(days=9), closes=answered.opens - datetime.timedelta(days=1))
    answered.refresh_from_db()
    return answered


@pytest.mark.django_db(transaction=True)
def test_the_worker_closes_what_was_asked_for(over: Cycle, hr: User) -> None:
    ask_for_close(cycle=over, by=hr)
    work()
    over.refresh_from_db()
    assert (over.state, over.key_destroyed) == (Cycle.State.CLOSED, True)
    assert DBTaskResult.objects.get().return_value == ""
    assert Act.objects.values_list("who", "what").get() == ("Hannah of HR", Act.What.CLOSE)


@pytest.mark.django_db(transaction=True)
def test_before_the_last_day_it_must_be_meant(answered: Cycle, hr: User) -> None:
    ask_for_close(cycle=answered, by=hr)
    work()
    answered.refresh_from_db()
    assert answered.state == Cycle.State.OPEN
    assert "takes answers until the end of" in DBTaskResult.objects.get().return_value
    ask_for_close(cycle=answered, by=hr, early=True)
    work()
    answered.refresh_from_db()
    assert answered.state == Cycle.State.CLOSED
    assert Act.objects.first().what == Act.What.CLOSE_EARLY  # type: ignore[union-attr]


def test_asked_twice_it_waits_once(over: Cycle, hr: User) -> None:
    ask_for_close(cycle=over, by=hr)
    over.refresh_from_db()
    ask_for_close(cycle=over, by=hr)
    assert DBTaskResult.objects.count() == 1
    assert Act.objects.count() == 1


def test_what_is_over_is_not_asked_for(closed_cycle: Cycle, hr: User) -> None:
    with pytest.raises(CannotAsk, match="“2026 Q4” is closed"):
        ask_for_close(cycle=closed_cycle, by=hr)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_kept_in_words_and_changes_nothing(over: Cycle, hr: User) -> None:
    Box.objects.first().delete()  # type: ignore[union-attr]
    ask_for_close(cycle=over, by=hr)
    work()
    over.refresh_from_db()
    assert over.state == Cycle.State.OPEN
    assert not Figure.objects.exists()
    assert "7 boxes stand against 8 answered invitations" in DBTaskResult.objects.get().return_value


@pytest.mark.parametrize("kind", [DataError, ValueError])
def test_neither_queue_nor_log_keeps_what_an_error_quotes(
    over: Cycle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: type[Exception]
) -> None:
    """PostgreSQL quotes the row that it refuses: a text would stand in the queue's table."""
    quoting = kind("DETAIL: Failing row contains (My boss shouts)")

    def refuse(*args: object, **kwargs: object) -> None:
        raise quoting

    monkeypatch.setattr(publishing, "_store_texts", refuse)
    said = count.call(over.pk, early=False)
    assert kind.__name__ in said
    assert "shouts" not in said + caplog.text
    assert not Figure.objects.exists()


def test_the_queue_holds_the_cycles_key_and_nothing_else(over: Cycle, hr: User) -> None:
    ask_for_close(cycle=over, by=hr)
    assert DBTaskResult.objects.get().args_kwargs == {"args": [over.pk], "kwargs": {"early": False}}
