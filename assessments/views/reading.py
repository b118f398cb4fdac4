"""What the address of a reading page chooses: a closed cycle, and a unit in it."""

import uuid

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from assessments.models import Cycle, CycleTeam
from assessments.results.reading import Reading, reading_of


def reading_in(request: HttpRequest, unit: str = "under") -> Reading | None:
    """`?cycle=` (else the newest closed one) and `?under=`; None while no cycle has been closed."""
    closed = Cycle.objects.closed()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(closed, slug=slug) if slug else closed.first()
    return reading_of(cycle, list(closed), _unit_in(cycle, request.GET.get(unit, ""))) if cycle else None


def _unit_in(cycle: Cycle, uid: str) -> CycleTeam | None:
    """The unit; one chosen in another cycle is looked for in this one. None for nothing, and where this cycle has it not."""
    if not uid:
        return None
    try:
        unit = get_object_or_404(CycleTeam.objects.select_related("cycle"), uid=uuid.UUID(uid))
    except ValueError as fault:
        raise Http404 from fault
    if unit.cycle_id == cycle.pk:
        return unit
    return cycle.teams.filter(team=unit.team_id).select_related("cycle").first() if unit.team_id else None
