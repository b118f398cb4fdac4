"""A close or an abandonment killed before any statement, commit or file operation: the next run ends with the same result."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from assessments.models import Act, Box, Code, Cycle, Figure, Invitation, Median, Participation, Text
from assessments.services import clearing
from assessments.services.closing import abandon_cycle, close_cycle
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 200  # operations; far more than a close has


class Killer:
    """Counts what reaches the database or the disk, and kills its own process before the n-th operation."""

    def __init__(self, at: int) -> None:
        self.left = at

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def killed_or_done(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            return function(*args, **kwargs)

        return killed_or_done

    def statement(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.tick()
        return execute(*args)


def run_and_kill(job: Callable[[], object], at: int) -> bool:
    """Run in a process of its own; whether it was killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            # Where a browser test has left its event loop, the parent uses another connection than the child finds here; the
            # child would speak over the parent's socket.
            connection.connection = None
            killer = Killer(at)
            connection.ensure_connection()
            connection.commit = killer.before(connection.commit)  # type: ignore[method-assign]
            os.fsync = killer.before(os.fsync)
            Path.unlink = killer.before(Path.unlink)  # type: ignore[method-assign]
            with connection.execute_wrapper(killer.statement):
                job()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - nothing may get back into pytest from here
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the job failed instead of being killed"
    return os.WIFSIGNALED(status)


def make_cycle(name: str) -> Cycle:
    cycle = factories.make_cycle(name)
    factories.answer(cycle, "Sales / North", [4, 4, 5, 3, 2, 4, 4, 1], helps="Good tools")
    factories.answer(cycle, "Sales / South", [2, 3, 3, 2, 3], helps="Kind people", hinders="Old tills")
    factories.answer(cycle, "Support / Desk", [5, 5, 5, 4, 5, 5])
    return cycle


def published(cycle: Cycle) -> dict[str, list[tuple]]:
    return {
        "figures": sorted(
            Figure.objects.filter(team__cycle=cycle).values_list("team__path", "kind", "code", "n", "mean", "op", "low", "high"),
            key=str,
        ),
        "medians": sorted(Median.objects.filter(cycle=cycle).values_list("kind", "code", "mean"), key=str),
        "participation": sorted(Participation.objects.filter(team__cycle=cycle).values_list("team__path", "answered", "invited")),
        "texts": sorted(Text.objects.filter(team__cycle=cycle).values_list("team__path", "question", "text")),
    }


def keys_of(cycle: Cycle) -> int:
    return len(list(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*")))


def nothing_is_left(cycle: Cycle) -> bool:
    rows = [model.objects.count() for model in (Box, Invitation, Code)]
    return rows == [0, 0, 0] and keys_of(cycle) == 0 and cycle.key_destroyed


def kill_everywhere(cycle: Cycle, job: Callable[[], object], end: str, whole: Callable[[], None]) -> int:
    """Kill before the first operation, the second ... until nothing is left to kill; `whole` looks at what a finished commit left.

    As long as nothing is committed each run meets the same work. After the commit it begins with the first operation again.
    """
    kills, at, ended = 0, 1, False
    while run_and_kill(job, at):
        kills += 1
        assert kills < MOST
        cycle.refresh_from_db()
        if cycle.state == end:
            whole()
            at = at + 1 if ended else 1
            ended = True
        else:
            assert cycle.state in {Cycle.State.OPEN, Cycle.State.CLOSING}
            assert Box.objects.count() == 19
            assert keys_of(cycle) in {3, 4}  # private key, MAC key, roll; and what a count begins with
            assert not any(published(cycle).values())
            at += 1
    return kills


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "PAUSE", 0.01)


def test_a_killed_close_ends_with_the_same_figures(organisation: None) -> None:
    quiet = make_cycle("2026 Q3")
    close_cycle(cycle=quiet, now=True)
    cycle = make_cycle("2026 Q4")

    def whole() -> None:
        assert published(cycle) == published(quiet)
        assert [model.objects.count() for model in (Box, Invitation, Code)] == [0, 0, 0]

    kills = kill_everywhere(cycle, lambda: close_cycle(cycle=cycle, now=True), Cycle.State.CLOSED, whole)
    assert kills > 25
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.CLOSED
    assert published(cycle) == published(quiet)
    assert published(cycle)["texts"]
    assert nothing_is_left(cycle)


def test_a_killed_abandonment_ends_with_everything_destroyed(organisation: None) -> None:
    cycle = make_cycle("2026 Q4")

    def whole() -> None:
        assert [model.objects.count() for model in (Box, Invitation, Code)] == [0, 0, 0]

    job = lambda: abandon_cycle(cycle=cycle, by="operator", why="boxes were removed by hand")  # noqa: E731 - for the child
    kills = kill_everywhere(cycle, job, Cycle.State.ABANDONED, whole)
    assert kills > 8
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.ABANDONED
    assert not any(published(cycle).values())
    assert nothing_is_left(cycle)
    assert Act.objects.filter(cycle=cycle).count() == 1
