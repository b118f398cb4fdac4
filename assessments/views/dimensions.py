"""One dimension, for HR."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.models import Dimension
from assessments.permissions import readers
from assessments.results.dimensions import dimension_page
from assessments.views.reading import reading_in


@readers
@require_safe
def dimension(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Dimension, code=code)
    reading = reading_in(request)
    page = dimension_page(reading, found) if reading else None
    return render(request, "assessments/dimensions/dimension.html", {"dimension": found, "page": page})
