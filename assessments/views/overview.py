"""HR's first screen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.models import Cycle
from assessments.permissions import readers
from assessments.results.alarms import among
from assessments.results.overview import overview_page
from assessments.services.turnout import note_turnout


@readers
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    cycles = list(Cycle.objects.order_by("-closes", "-pk"))
    running = next((one for one in cycles if one.is_running), None)
    if running:
        note_turnout(running)
    closed = [one for one in cycles if one.state == Cycle.State.CLOSED]
    slug = request.GET.get("cycle")
    cycle = next((one for one in closed if slug in {None, "", one.slug}), None)
    if slug and cycle is None:
        raise Http404
    page = overview_page(cycle, closed, running)
    return render(request, "assessments/overview/overview.html", {"page": page, "alarms": among(cycles)})
