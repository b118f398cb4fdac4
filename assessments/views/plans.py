"""What a unit takes up after a cycle: choosing, acting, following up; and HR's view of all of it."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.exports.calendar import calendar_file
from assessments.forms.plans import ChangeActionForm, Named, TakeActionForm
from assessments.models import Action, Cycle, CycleTeam, Person, Practice
from assessments.permissions import SignedInRequest, get_cycle_team_for, readers, readers_and_leaders
from assessments.results.acting import roll_up
from assessments.results.plans import FocusPart, action_page, calendar_entry, plan_page
from assessments.services import plans as service


@readers_and_leaders
@require_safe
def plan(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    return _plan(request, get_cycle_team_for(request.user, uid))


@readers_and_leaders
@require_POST
def choose_focus(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    unit = get_cycle_team_for(request.user, uid)
    practice = Practice.objects.filter(code=request.POST.get("practice", "")).first()
    if practice is None:
        messages.error(request, _("Please choose a practice."))
        return redirect("plan", uid=uid)
    try:
        service.choose_focus(unit=unit, practice=practice, by=request.user)
    except service.CannotPlan as problem:
        messages.error(request, str(problem))
        return redirect("plan", uid=uid)
    return redirect(f"{reverse('plan', args=[uid])}#{practice.code}")


@readers_and_leaders
@require_POST
def leave_focus(request: SignedInRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    unit, practice = get_cycle_team_for(request.user, uid), get_object_or_404(Practice, code=code)
    try:
        service.leave_focus(unit=unit, practice=practice, by=request.user)
    except service.CannotPlan as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("“%(practice)s” is no focus any more. Its actions stay.") % {"practice": practice})
    return redirect("plan", uid=uid)


@readers_and_leaders
@require_POST
def take_action(request: SignedInRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    unit, practice = get_cycle_team_for(request.user, uid), get_object_or_404(Practice, code=code)
    form = TakeActionForm(request.POST, practice=practice, named=Named(unit, _person(request)))
    if not form.is_valid():
        return _plan(request, unit, form)
    owner, due = service.Owner(form.cleaned_data["owner"], form.person), form.cleaned_data["due"]
    try:
        action = service.take_action(unit=unit, practice=practice, words=form.words, owner=owner, due=due, by=request.user)
    except service.CannotPlan as problem:
        form.add_error(None, str(problem))
        return _plan(request, unit, form)
    messages.success(request, _("The action is taken up. %(owner)s sees to it.") % {"owner": action.owner_name})
    return redirect(f"{reverse('plan', args=[uid])}#{practice.code}")


@readers_and_leaders
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Action.objects.visible_to(request.user).select_related("unit__team", "owner", "practice"), uid=uid)
    page, posted = action_page(found, request.user), request.method == "POST"
    if posted and not page.writes:
        raise PermissionDenied
    named = Named(found.unit, _person(request)) if page.writes else None
    form = ChangeActionForm(request.POST if posted else None, action=found, named=named) if named else None
    if form and form.is_valid():
        owner, values = service.Owner(form.cleaned_data["owner"], form.person), form.cleaned_data
        changes = {name: values[name] for name in ("state", "due", "note")}
        try:
            service.change_action(action=found, owner=owner, by=request.user, **changes)
        except service.CannotPlan as problem:
            form.add_error("note", str(problem))
        else:
            messages.success(request, _("Written down."))
            return redirect("action", uid=uid)
    context = {"page": page, "form": form, "team": found.unit, "you": page.writes}
    return render(request, "assessments/plans/action.html", context, status=422 if posted else 200)


@readers_and_leaders
@require_safe
def action_calendar(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Action.objects.visible_to(request.user), uid=uid)
    entry = calendar_entry(found, f"{settings.BASE_URL}{reverse('action', args=[uid])}")
    headers = {"Content-Disposition": f'attachment; filename="action-{entry.day:%Y-%m-%d}.ics"'}
    return HttpResponse(calendar_file(entry), content_type="text/calendar; charset=utf-8", headers=headers)


@readers
@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    closed = Cycle.objects.closed()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(closed, slug=slug) if slug else closed.first()
    return render(request, "assessments/plans/actions.html", {"page": roll_up(cycle, list(closed)) if cycle else None})


def _plan(request: SignedInRequest, unit: CycleTeam, posted: TakeActionForm | None = None) -> HttpResponse:
    """The plan page; with a form that was sent and is not right, that form as it was typed."""
    you = CycleTeam.objects.led_by(request.user).filter(pk=unit.pk).exists()
    context: dict[str, Any] = {"team": unit, "you": you, "posted": posted}
    if unit.cycle.state != Cycle.State.CLOSED:
        return render(request, "assessments/teams/team_not_yet.html", context)
    page = plan_page(unit, request.user, posted.practice if posted else None)
    if page.plan.writes:
        named = posted.named if posted else Named(unit, _person(request))
        context |= {"named": named, "parts": [(part, _form(part, named, posted)) for part in page.parts]}
    else:
        context["parts"] = [(part, None) for part in page.parts]
    above = CycleTeam.objects.visible_to(request.user).filter(pk__in=[team.pk for team in page.result.above])
    context |= {"page": page, "plan": page.plan, "result": page.result, "readable": set(above.values_list("pk", flat=True))}
    return render(request, "assessments/plans/plan.html", context, status=422 if posted else 200)


def _form(part: FocusPart, named: Named, posted: TakeActionForm | None) -> TakeActionForm:
    if posted and posted.practice == part.practice:
        return posted
    return TakeActionForm(practice=part.practice, named=named, first=part.step)


def _person(request: SignedInRequest) -> Person | None:
    return Person.objects.filter(user=request.user).first()
