"""HR's list of cycles, and the button that closes one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Cycle
from assessments.models.clock import today
from assessments.permissions import SignedInRequest, hr, readers
from assessments.results.cycles import cycles_page
from assessments.results.participation import turnout_of
from assessments.services.counting import CannotAsk, ask_for_close
from assessments.services.turnout import note_turnout


@readers
@require_safe
def cycles(request: SignedInRequest) -> HttpResponse:
    note_turnout()
    may_close = request.user.role == request.user.Role.HR
    return render(request, "assessments/cycles/cycles.html", {"page": cycles_page(), "may_close": may_close})


@hr
@require_safe
def close_early(request: HttpRequest, slug: str) -> HttpResponse:
    note_turnout()
    cycle = get_object_or_404(Cycle, slug=slug, state=Cycle.State.OPEN, trustee=False)
    return render(request, "assessments/cycles/close_early.html", {"turnout": turnout_of(cycle)})


@hr
@require_POST
def close_cycle_now(request: SignedInRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, slug=slug)
    early = "early" in request.POST
    if cycle.state == Cycle.State.OPEN and today() <= cycle.closes and not early:
        return redirect("close_early", slug=slug)
    try:
        ask_for_close(cycle=cycle, by=request.user, early=early)
    except CannotAsk as error:
        messages.error(request, _("%(why)s Nothing was changed.") % {"why": error})
    return redirect("cycles")
