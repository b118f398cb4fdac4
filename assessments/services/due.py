"""What has to be done every day, as a list of steps; `manage.py run_due` does them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.sessions.backends.db import SessionStore

from assessments.ballotbox.keys import KeyProblem
from assessments.models import Cycle
from assessments.services.action_reminders import remind_of_actions
from assessments.services.closing import CannotAbandon, CannotClose, abandon_cycle, close_cycle
from assessments.services.cycles import open_due
from assessments.services.faults import log_fault
from assessments.services.inviting import invite_missing
from assessments.services.keys import watch_keys
from assessments.services.reminders import forget_managers, remind_of_poll
from assessments.services.reporting import sweep
from assessments.services.retention import forget_names
from assessments.services.rosters import forget_old_uploads
from assessments.services.turnout import note_turnout


@dataclass(frozen=True, slots=True)
class Step:
    """`run` returns one sentence per thing that somebody has to see to."""

    name: str
    run: Callable[[], list[str]]


def run_due() -> list[str]:
    """Every step, whatever becomes of the others. Returns what somebody has to see to."""
    problems = []
    for step in STEPS:
        try:
            problems += step.run()
        except Exception as error:  # noqa: BLE001 - one step must not keep the others from running
            log_fault(f"The step “{step.name}”", error)
            problems.append(f"The step “{step.name}” failed: {type(error).__name__}.")
    return problems


def finish_interrupted() -> list[str]:
    """Cycles whose close or end was killed before the keys were destroyed. A close that has published nothing is left to people."""
    problems = []
    for cycle in Cycle.objects.filter(state__in=[Cycle.State.CLOSED, Cycle.State.ABANDONED], key_destroyed=False):
        try:
            if cycle.state == Cycle.State.CLOSED:
                close_cycle(cycle=cycle)
            else:
                abandon_cycle(cycle=cycle, by="run_due", why="finishes what was interrupted")
        except (CannotClose, CannotAbandon, KeyProblem) as error:
            problems.append(f"{cycle.name}: {error}")
    return problems


def watch() -> list[str]:
    return [f"{cycle.name}: {Cycle.KeyFault(cycle.key_fault).label}." for cycle in watch_keys(thorough=True)]


def forget_uploads() -> list[str]:
    forget_old_uploads()
    return []


def forget_sessions() -> list[str]:
    """Each holds the address of whoever signed in."""
    SessionStore.clear_expired()
    return []


def forget_folders() -> list[str]:
    """A worker killed at the wrong moment leaves a file of reports that were deleted meanwhile."""
    sweep()
    return []


def count_turnout() -> list[str]:
    note_turnout()
    return []


STEPS = (
    Step("count how many have answered", count_turnout),
    Step("finish interrupted closes", finish_interrupted),
    Step("watch the keys", watch),
    Step("open cycles whose first day has come", open_due),
    Step("send invitations that are missing", invite_missing),
    Step("remind of the poll", remind_of_poll),
    Step("forget which managers were reminded", forget_managers),
    Step("forget names that are older than HR keeps them", forget_names),
    Step("remind of actions that are due", remind_of_actions),
    Step("forget rosters that were uploaded and never applied", forget_uploads),
    Step("forget sessions that have run out", forget_sessions),
    Step("remove files of reports that were deleted", forget_folders),
)
