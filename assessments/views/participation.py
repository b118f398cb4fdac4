"""How many take part, unit by unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.models import Cycle
from assessments.permissions import readers
from assessments.results.participation import participation_page
from assessments.services.turnout import note_turnout
from assessments.views.heatmap import fold_in


@readers
@require_safe
def participation(request: HttpRequest) -> HttpResponse:
    note_turnout()
    cycles = Cycle.objects.opened()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(cycles, slug=slug) if slug else Cycle.objects.running() or Cycle.objects.closed().first()
    page = participation_page(cycle, list(cycles), fold_in(request.GET)) if cycle else None
    return render(request, "assessments/participation/participation.html", {"page": page})
