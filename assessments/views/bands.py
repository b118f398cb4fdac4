"""Teams in three bands, for HR."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import readers
from assessments.results.bands import bands_page
from assessments.views.reading import reading_in


@readers
@require_safe
def bands(request: HttpRequest) -> HttpResponse:
    reading = reading_in(request)
    page = bands_page(reading) if reading else None
    return render(request, "assessments/bands/bands.html", {"page": page})
