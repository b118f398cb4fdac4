"""A guide for the regular conversation between a manager and somebody in the team."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import SignedInRequest, readers_and_leaders
from assessments.results.reviews import review_guide


@readers_and_leaders
@require_safe
def review_sheet(request: SignedInRequest) -> HttpResponse:
    return render(request, "assessments/reviews/review_sheet.html", {"guide": review_guide()})
