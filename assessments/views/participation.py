"""How many take part, unit by unit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Cycle
from assessments.permissions import SignedInRequest, hr, readers
from assessments.results.participation import participation_page
from assessments.results.reminders import reminders_of
from assessments.services.invitations import NotOpen
from assessments.services.reminders import TooSoon, ask_for_reminder
from assessments.services.turnout import note_turnout
from assessments.views.heatmap import fold_in


@readers
@require_safe
def participation(request: HttpRequest) -> HttpResponse:
    note_turnout()
    cycles = Cycle.objects.opened()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(cycles, slug=slug) if slug else Cycle.objects.running() or Cycle.objects.closed().first()
    page = participation_page(cycle, list(cycles), fold_in(request.GET)) if cycle else None
    reminders = reminders_of(cycle) if cycle and cycle.takes_answers else None
    return render(request, "assessments/participation/participation.html", {"page": page, "reminders": reminders})


@hr
@require_POST
def remind_now(request: SignedInRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, slug=slug)
    try:
        ask_for_reminder(cycle=cycle, by=request.user)
    except (NotOpen, TooSoon) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The reminder is going out. Many mails take a few minutes."))
    return redirect("participation")
