"""One practice, for HR."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.models import Practice
from assessments.permissions import readers
from assessments.results.practices import practice_page
from assessments.views.reading import reading_in


@readers
@require_safe
def practice(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Practice.objects.select_related("dimension"), code=code)
    reading = reading_in(request)
    page = practice_page(reading, found) if reading else None
    return render(request, "assessments/practices/practice.html", {"practice": found, "page": page})
