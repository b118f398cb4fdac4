"""Figures over the cycles, for HR."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import readers
from assessments.results.figures import OVERALL, asked_in
from assessments.results.trends import measure_in, trends_page
from assessments.views.reading import reading_in


@readers
@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    reading = reading_in(request, "team")
    if reading is None:
        return render(request, "assessments/trends/trends.html", {"page": None})
    asked = asked_in(reading.cycle)
    measure = measure_in(asked, request.GET.get("of") or OVERALL)
    if measure is None:
        raise Http404
    return render(request, "assessments/trends/trends.html", {"page": trends_page(reading, asked, measure)})
