"""Count once a day how many have answered. Seen as it grows, the number would tell who has just been at the kiosk."""

from django.db import transaction
from django.db.models import Count, Q

from assessments.models import Cycle, Invitation, Turnout
from assessments.models.clock import today


def note_turnout(running: Cycle | None = None) -> None:
    """For the running cycle, which may be at hand, if nobody has looked yet today."""
    cycle = running or Cycle.objects.running()
    if cycle is None or cycle.turnout_day == today():
        return
    with transaction.atomic():
        # Somebody else may be looking at the same moment; the second finds the day noted.
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        if cycle.turnout_day == today() or not cycle.is_running:
            return
        counted = Invitation.objects.filter(cycle=cycle).order_by("team").values_list("team")
        answered = dict(counted.annotate(answered_here=Count("pk", filter=Q(answered=True))))
        Turnout.objects.filter(team__cycle=cycle).delete()
        Turnout.objects.bulk_create((Turnout(team_id=team, answered=count) for team, count in answered.items()), batch_size=1000)
        Cycle.objects.filter(pk=cycle.pk).update(turnout_day=today())
