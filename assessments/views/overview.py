"""HR's first screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.models import Cycle
from assessments.permissions import readers
from assessments.results.overview import overview_page
from assessments.services.turnout import note_turnout


@readers
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    note_turnout()
    closed = Cycle.objects.closed()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(closed, slug=slug) if slug else closed.first()
    return render(request, "assessments/overview/overview.html", {"page": overview_page(cycle, list(closed))})
