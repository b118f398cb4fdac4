"""Pages that anybody may read, and the way in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assessments.models import Cycle
from assessments.permissions import SignedInRequest, public, signed_in


@signed_in
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Each to the page where their work is."""
    user = request.user
    if user.reads_everything:
        return redirect("overview")
    if user.leads:
        return redirect("my_teams")
    if user.is_staff:
        return redirect("admin:index")
    return render(request, "assessments/pages/home.html")


@public
@require_safe
def anonymity(request: HttpRequest) -> HttpResponse:
    """What is stored, until when, who sees what: written from the running settings."""
    cycle = Cycle.objects.running() or Cycle.objects.closed().first()
    context = {
        "cycle": cycle,
        "k": cycle.k if cycle else settings.MINIMUM_GROUP,
        "own_spread_from": settings.OWN_SPREAD_FROM,
        "texts_from": max(settings.TEXTS_FROM, cycle.k if cycle else 0),
        "text_length": settings.TEXT_LENGTH,
    }
    return render(request, "assessments/pages/anonymity.html", context)
