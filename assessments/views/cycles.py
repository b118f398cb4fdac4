"""HR's list of cycles: planning one, opening it, sending its invitations, closing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.cycles import OpenCycleForm, PlanCycleForm
from assessments.models import Cycle
from assessments.models.clock import today
from assessments.permissions import SignedInRequest, hr, readers
from assessments.results.cycles import cycles_page, opening_of
from assessments.results.participation import turnout_of
from assessments.services import cycles as service
from assessments.services.counting import CannotAsk, ask_for_close
from assessments.services.invitations import NotOpen
from assessments.services.inviting import ask_for_invitations
from assessments.services.opening import ask_for_opening, opens_at_once, who_would_be_asked
from assessments.services.turnout import note_turnout


@readers
@require_safe
def cycles(request: SignedInRequest) -> HttpResponse:
    note_turnout()
    may_change = request.user.role == request.user.Role.HR
    return render(request, "assessments/cycles/cycles.html", {"page": cycles_page(), "may_change": may_change})


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def plan_cycle(request: SignedInRequest) -> HttpResponse:
    return _plan(request, None)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def change_cycle(request: SignedInRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, slug=slug)
    return _plan(request, cycle) if cycle.state == Cycle.State.PLANNED else _not_planned(request, cycle)


def _not_planned(request: SignedInRequest, cycle: Cycle) -> HttpResponse:
    """Such as after a second click, or when a colleague was faster."""
    values = {"name": cycle.name, "state": cycle.get_state_display()}
    messages.info(request, _("“%(name)s” is %(state)s already.") % values)
    return redirect("cycles")


def _plan(request: SignedInRequest, cycle: Cycle | None) -> HttpResponse:
    """Both pages have the same form; a new plan leads on to who would be asked."""
    form = PlanCycleForm(request.POST if request.method == "POST" else None, cycle=cycle)
    if form.is_valid():
        try:
            planned = service.plan_cycle(plan=service.Plan(**form.cleaned_data), cycle=cycle, by=request.user)
        except service.CycleRefused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("“%(name)s” is planned. Nobody has been asked yet.") % {"name": planned.name})
            return redirect("open_cycle", slug=planned.slug)
    name = "change_cycle" if cycle else "plan_cycle"
    return render(request, f"assessments/cycles/{name}.html", {"form": form, "cycle": cycle}, status=422 if form.is_bound else 200)


@hr
@require_POST
def delete_cycle(request: SignedInRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, slug=slug)
    try:
        service.delete_cycle(cycle=cycle, by=request.user)
    except service.CycleRefused as problem:
        messages.error(request, _("%(why)s Nothing was changed.") % {"why": problem})
    else:
        messages.success(request, _("The plan of “%(name)s” is deleted.") % {"name": cycle.name})
    return redirect("cycles")


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def open_cycle(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who will be asked, and from the first day on the button that opens."""
    cycle = get_object_or_404(Cycle.objects.select_related("questionnaire"), slug=slug)
    if cycle.state != Cycle.State.PLANNED:
        return _not_planned(request, cycle)
    posted, opening = request.method == "POST", opening_of(cycle)
    if posted and opening.is_at_work:
        return redirect("cycles")  # a second click; the opening holds the cycle's row, so nothing is asked of it
    form = OpenCycleForm(request.POST if posted else None, request.FILES if posted else None, trustee=cycle.trustee)
    if form.is_valid():
        try:
            _open(request, cycle, form)
        except service.CycleRefused as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("cycles")
    asked, running = who_would_be_asked(k=cycle.k), Cycle.objects.running()
    context = {"form": form, "cycle": cycle, "asked": asked, "may_open": cycle.opens <= today(), "running": running}
    return render(request, "assessments/cycles/open_cycle.html", context | {"opening": opening}, status=422 if posted else 200)


def _open(request: SignedInRequest, cycle: Cycle, form: OpenCycleForm) -> None:
    invite = form.cleaned_data["invite"]
    if not opens_at_once(cycle):
        ask_for_opening(cycle=cycle, by=request.user, invite=invite)
        return
    opened = service.open_planned(cycle=cycle, by=str(request.user), trustee_key=form.cleaned_data.get("key", ""))
    messages.success(request, _("“%(name)s” is open.") % {"name": opened.name})
    if invite:
        ask_for_invitations(cycle=opened, by=request.user)


@hr
@require_POST
def send_invitations(request: SignedInRequest, slug: str) -> HttpResponse:
    try:
        ask_for_invitations(cycle=get_object_or_404(Cycle, slug=slug), by=request.user)
    except NotOpen as problem:
        messages.error(request, str(problem))
    return redirect("cycles")


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
