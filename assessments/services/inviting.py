"""Have invitations sent from a page, by a worker, or by the day's work. The queue holds the cycle's key, nothing else."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from assessments.ballotbox.keys import KeyProblem
from assessments.models import Act, Cycle, User
from assessments.services.cycles import BY_CALENDAR
from assessments.services.faults import log_fault
from assessments.services.invitations import NotOpen, send_invitations


@transaction.atomic
def ask_for_invitations(*, cycle: Cycle, by: User) -> None:
    """Put the work into the queue, unless it waits there already. Raises NotOpen."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if not cycle.takes_answers:
        raise NotOpen(_("“%(name)s” takes no answers at the moment, so nobody is invited.") % {"name": cycle.name})
    if cycle.invite_job and DBTaskResult.objects.filter(pk=cycle.invite_job, status=TaskResultStatus.READY).exists():
        return
    job = invite.enqueue(cycle.pk)
    Cycle.objects.filter(pk=cycle.pk).update(invite_job=job.id)
    Act.objects.create(who=str(by), what=Act.What.INVITE, cycle=cycle)


@task
def invite(cycle: int) -> str:
    """Send what is missing; returns why it could not, or nothing. Nothing is raised: the queue keeps messages, which may name
    people."""
    try:
        send_invitations(cycle=Cycle.objects.select_related("questionnaire").get(pk=cycle))
    except (NotOpen, KeyProblem) as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - raised, the queue would keep what it says
        return log_fault("Sending", error)
    return ""


def invite_missing() -> list[str]:
    """Once sending has begun, or where the calendar opened the cycle. Returns a sentence if some could not be sent."""
    cycle = Cycle.objects.running()
    if cycle is None or not cycle.takes_answers or not _begun(cycle):
        return []
    try:
        failed = send_invitations(cycle=cycle).failed
    except KeyProblem as error:
        return [f"{cycle.name}: {error}"]
    words = ngettext("One invitation could not be sent.", "%(number)d invitations could not be sent.", failed)
    return [f"{cycle.name}: {words % {'number': failed}}"] if failed else []


def _begun(cycle: Cycle) -> bool:
    by_calendar = Act.objects.filter(cycle=cycle, what=Act.What.OPEN, who=BY_CALENDAR)
    return bool(cycle.invited_at or cycle.invite_job or by_calendar.exists())
