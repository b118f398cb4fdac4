"""Ask for the close on a page and let a worker do it. The queue is the database's and holds the cycle's key, nothing else."""

import logging

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from assessments.ballotbox.keys import KeyProblem
from assessments.models import Act, Cycle, User
from assessments.models.clock import today
from assessments.services.faults import log_fault

logger = logging.getLogger(__name__)


class CannotAsk(Exception):
    """The close cannot be asked for; the message says why."""


@transaction.atomic
def ask_for_close(*, cycle: Cycle, by: User, early: bool = False) -> None:
    """Put the close into the queue, unless it waits there already. `early`: before the last day is over."""
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if not cycle.is_running:
        raise CannotAsk(_("“%(name)s” is %(state)s.") % {"name": cycle.name, "state": cycle.get_state_display()})
    if cycle.trustee:
        raise CannotAsk(_("The private key of “%(name)s” is with its trustee, who enters it to close.") % {"name": cycle.name})
    early = early and cycle.state == Cycle.State.OPEN and today() <= cycle.closes
    if cycle.close_job and DBTaskResult.objects.filter(pk=cycle.close_job, status=TaskResultStatus.READY).exists():
        return
    job = count.enqueue(cycle.pk, early=early)
    Cycle.objects.filter(pk=cycle.pk).update(close_job=job.id)
    Act.objects.create(who=str(by), what=Act.What.CLOSE_EARLY if early else Act.What.CLOSE, cycle=cycle)


@task
def count(cycle: int, *, early: bool) -> str:
    """Close a cycle in a worker; returns why it could not, or nothing.

    The queue keeps what a task raises, message included, and a database's message may quote a row: so nothing is raised.
    """
    from assessments.services.closing import CannotClose, close_cycle  # noqa: PLC0415 - numpy stays out of the web processes

    try:
        close_cycle(cycle=Cycle.objects.get(pk=cycle), now=early)
    except (CannotClose, KeyProblem) as error:
        logger.error("The close was refused: %s", error)
        return str(error)
    except Exception as error:  # noqa: BLE001 - raised, the queue would keep what it says
        return log_fault("The close", error)
    return ""
