"""A connection that dies while somebody answers: they are told, lose nothing, and in the end answers and marks agree exactly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections
from django.db.models.query import QuerySet
from django.test import Client
from django.urls import reverse

from assessments.models import Box, Figure, Invitation
from assessments.services.closing import close_cycle
from tests.attack import journey as journeys
from tests.attack.journey import Journey, Voter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def journey() -> Journey:
    journey = journeys.begin(teams=1, members=6)
    Client().post(reverse("poll_code"), {"code": journey.codes[0]})  # the statements of the questionnaire are read once a process
    return journey


def post(voter: Voter) -> tuple[int, str]:
    response = Client().post(reverse("poll_answers"), voter.fields)
    connection.close()  # as at the end of every real request
    return response.status_code, response.content.decode()


def marks_and_boxes() -> tuple[int, int]:
    return Invitation.objects.filter(answered=True).count(), Box.objects.count()


def everything_is_still_there(page: str, voter: Voter) -> bool:
    ticked = page.count(" checked")
    return "could not be stored just now" in page and voter.helps in page and voter.code in page and ticked == len(voter.answers)


@contextmanager
def boxes_fail(monkeypatch: pytest.MonkeyPatch, before: Callable[[], None]) -> Iterator[None]:
    """Something happens after the mark is set and before the box is stored."""
    create = QuerySet.create

    def interrupted(self: QuerySet, **values: object) -> object:
        if self.model is Box:
            before()
        return create(self, **values)

    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "create", interrupted)
        yield


@contextmanager
def commit_fails(monkeypatch: pytest.MonkeyPatch, *, after: bool) -> Iterator[None]:
    """The connection dies at the commit: before the database has heard of it, or before its answer arrives."""
    database = connections["default"]
    commit = type(database)._commit

    def die(self: object) -> None:
        if after:
            commit(self)
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(type(database), "_commit", die)
        yield


def finish(journey: Journey, already: int) -> None:
    """The others answer, and the close finds everything in order."""
    journey.answer(already)
    close_cycle(cycle=journey.cycle, now=True)
    assert Figure.objects.get(team__cycle=journey.cycle, kind="overall").n == 6


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no connections to kill")
def test_a_connection_killed_between_mark_and_box_stores_neither(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    voter = journey.voters[0]

    def kill() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            victim = cursor.fetchone()[0]

        def terminate() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [victim])
            finally:
                connection.close()

        thread = threading.Thread(target=terminate)
        thread.start()
        thread.join(timeout=15)

    with boxes_fail(monkeypatch, before=kill):
        status, page = post(voter)
    assert status == 503
    assert everything_is_still_there(page, voter)
    assert marks_and_boxes() == (0, 0)
    assert post(voter)[0] == 303
    assert marks_and_boxes() == (1, 1)
    finish(journey, already=1)


def test_a_commit_that_never_arrives_stores_neither(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    voter = journey.voters[0]
    with commit_fails(monkeypatch, after=False):
        status, page = post(voter)
    assert status == 503
    assert everything_is_still_there(page, voter)
    assert marks_and_boxes() == (0, 0)
    assert post(voter)[0] == 303
    finish(journey, already=1)


def test_a_commit_whose_answer_is_lost_has_stored_both_and_says_so_next_time(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    voter = journey.voters[0]
    with commit_fails(monkeypatch, after=True):
        status, page = post(voter)
    assert status == 503
    assert everything_is_still_there(page, voter)
    assert marks_and_boxes() == (1, 1)
    assert post(voter)[0] == 409
    assert marks_and_boxes() == (1, 1)
    finish(journey, already=1)


def test_one_code_posted_from_two_browsers_at_once_counts_once(journey: Journey) -> None:
    """The same code through the whole page; two codes of one invitation: tests/services/test_ballots.py."""
    statuses: list[int] = []
    start = threading.Barrier(2)

    def browser(voter: Voter) -> None:
        client = Client()
        start.wait()
        statuses.append(client.post(reverse("poll_answers"), voter.fields).status_code)
        connection.close()

    for voter in journey.voters[:3]:
        threads = [threading.Thread(target=browser, args=[voter]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    assert sorted(statuses) == [303] * 3 + [409] * 3
    assert marks_and_boxes() == (3, 3)
    finish(journey, already=3)
