"""Names do not stay for ever, where HR has said so: what carries one in old cycles is deleted, and the figures stay."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import (
    Act,
    Action,
    ActionNote,
    Answer,
    Cycle,
    Organisation,
    ReleasedAction,
    ReportBatch,
    SelfAssessment,
)
from assessments.models.clock import today
from assessments.services.planning import forget_samples
from assessments.services.reporting import sweep


def forget_names() -> list[str]:
    """Of cycles that ended more years ago than HR keeps them; again is harmless. Nobody has to see to anything."""
    if years := Organisation.current().keep_years:
        _forget_before(_years_ago(years))
    return []


def _years_ago(years: int) -> datetime.date:
    day = today()
    # The 29th of February has no other in most years.
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


@transaction.atomic
def _forget_before(day: datetime.date) -> None:
    over = Q(state__in=[Cycle.State.CLOSED, Cycle.State.ABANDONED], closes__lt=day)
    cycles = Cycle.objects.filter(over).values("pk")
    Answer.objects.filter(assessment__team__cycle__in=cycles).exclude(note="").update(note="")
    SelfAssessment.objects.filter(team__cycle__in=cycles).exclude(submitted_by=None).update(submitted_by=None)
    # An action that is still open needs somebody who sees to it, however old it is.
    finished = Action.objects.filter(unit__cycle__in=cycles, finished__lt=day)
    ActionNote.objects.filter(action__in=finished.values("pk")).delete()
    ReleasedAction.objects.filter(action__in=finished.values("pk")).update(named="")
    finished.update(owner=None, owner_name=_("no longer named"), made_by=None)
    # Their files name whoever saw to actions.
    ReportBatch.objects.filter(cycle__in=cycles).delete()
    transaction.on_commit(sweep)
    transaction.on_commit(forget_samples)
    Act.objects.filter(at__date__lt=day).delete()
