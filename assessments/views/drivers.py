"""What goes together with good service, for HR."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import readers
from assessments.results.drivers import drivers_page
from assessments.views.reading import reading_in


@readers
@require_safe
def drivers(request: HttpRequest) -> HttpResponse:
    reading = reading_in(request)
    page = drivers_page(reading) if reading else None
    return render(request, "assessments/drivers/drivers.html", {"page": page})
