"""Managers beside teams, for HR."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import readers
from assessments.results.figures import asked_in
from assessments.results.gaps import gaps_page
from assessments.views.reading import reading_in


@readers
@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    reading = reading_in(request)
    if reading is None:
        return render(request, "assessments/gaps/gaps.html", {"page": None})
    asked, code = asked_in(reading.cycle), request.GET.get("dimension", "")
    dimension = next((one for one in asked if one.code == code), None)
    if code and dimension is None:
        raise Http404
    return render(request, "assessments/gaps/gaps.html", {"page": gaps_page(reading, dimension, asked)})
