"""What a leader sees first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import SignedInRequest, leaders
from assessments.results.leading import my_home
from assessments.services.turnout import note_turnout


@leaders
@require_safe
def my_teams(request: SignedInRequest) -> HttpResponse:
    note_turnout()
    return render(request, "assessments/leading/my_teams.html", {"home": my_home(request.user)})
