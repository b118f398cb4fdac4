"""A leader fills in the own view of a team: saved while typing or by a button, then submitted."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.forms.selfassessments import SelfAssessmentForm
from assessments.models import CycleTeam, SelfAssessment
from assessments.permissions import SignedInRequest, get_led_cycle_team_for, leaders
from assessments.services.selfassessments import ClosedError, UnansweredError, save_self_assessment, submit_self_assessment


@leaders
@require_http_methods(["GET", "HEAD", "POST"])
def self_assessment(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    team = get_led_cycle_team_for(request.user, uid)
    if request.method != "POST":
        return _page(request, team, SelfAssessmentForm(team=team))
    form = SelfAssessmentForm(request.POST, team=team)
    try:
        save_self_assessment(team=team, values=form.changes(), by=request.user)
    except ClosedError:
        return _page(request, team, form, status=410)
    if not form.is_valid():
        return _page(request, team, form, status=422)
    saved = _("Saved at %(time)s. %(rated)d of %(of)d filled in.")
    messages.success(request, saved % {"time": _clock(), "rated": form.rated, "of": form.of})
    return redirect("self_assessment", uid=team.uid)


@leaders
@require_POST
def self_assessment_autosave(request: SignedInRequest, uid: uuid.UUID) -> JsonResponse:
    team = get_led_cycle_team_for(request.user, uid)
    form = SelfAssessmentForm(request.POST, team=team)
    try:
        save_self_assessment(team=team, values=form.changes(), by=request.user)
    except ClosedError:
        return JsonResponse({"closed": _("Not saved: this form takes no answers any more.")}, status=410)
    if not form.is_valid():
        return JsonResponse({"errors": {name: errors[0] for name, errors in form.errors.items()}}, status=422)
    return JsonResponse({"saved": _clock(), "filled": form.rated, "of": form.of})


@leaders
@require_POST
def self_assessment_submit(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    team = get_led_cycle_team_for(request.user, uid)
    form = SelfAssessmentForm(request.POST, team=team)
    try:
        save_self_assessment(team=team, values=form.changes(), by=request.user)
        if form.is_valid():
            submit_self_assessment(team=team, by=request.user)
    except ClosedError:
        return _page(request, team, form, status=410)
    except UnansweredError as problem:
        form.ask_for(problem.codes)
    if not form.is_valid():
        return _page(request, team, form, status=422)
    messages.success(request, _("Your view of %(team)s is submitted. Thank you.") % {"team": team.name})
    return redirect("my_teams")


def _page(request: SignedInRequest, team: CycleTeam, form: SelfAssessmentForm, status: int = 200) -> HttpResponse:
    submitted = SelfAssessment.objects.filter(team=team).exclude(submitted_at=None).select_related("submitted_by").first()
    context = {"team": team, "cycle": team.cycle, "form": form, "submitted": submitted, "late": status == 410}
    return render(request, "assessments/selfassessments/self_assessment.html", context, status=status)


def _clock() -> str:
    return timezone.localtime().strftime("%H:%M")
