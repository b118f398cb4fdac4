"""A questionnaire as those see it who will fill it in: the real forms, switched off."""

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.forms.selfassessments import SelfAssessmentForm
from assessments.models import Cycle, CycleTeam, Organisation, Questionnaire
from assessments.models.clock import today
from assessments.permissions import readers
from assessments.results.poll import page_of, read_poll

INVITED = 14
DAYS = 14


@readers
@require_safe
def employee_preview(request: HttpRequest, code: str, version: int) -> HttpResponse:
    team = _invented_team(get_object_or_404(Questionnaire, code=code, version=version))
    context = {
        "code": "",
        "team": team,
        "cycle": team.cycle,
        "page": page_of(read_poll(team.cycle.questionnaire_id), values={}, errors={}),
        "texts_from": max(settings.TEXTS_FROM, team.cycle.k),
        "text_length": settings.TEXT_LENGTH,
        "not_stored": False,
        "told": None,
        "kiosk": False,
        "start": reverse("questionnaire", args=[code, version]),
    }
    return render(request, "assessments/questionnaires/employee_preview.html", context)


@readers
@require_safe
def manager_preview(request: HttpRequest, code: str, version: int) -> HttpResponse:
    team = _invented_team(get_object_or_404(Questionnaire, code=code, version=version))
    context = {"team": team, "cycle": team.cycle, "form": SelfAssessmentForm(team=team), "submitted": None, "late": False}
    return render(request, "assessments/questionnaires/manager_preview.html", context)


def _invented_team(questionnaire: Questionnaire) -> CycleTeam:
    """In a cycle that is open from today; neither is ever saved."""
    days = {"opens": today(), "closes": today() + datetime.timedelta(days=DAYS)}
    cycle = Cycle(pk=0, name=_("Preview"), questionnaire=questionnaire, state=Cycle.State.OPEN, k=Organisation.current().k, **days)
    return CycleTeam(pk=0, cycle=cycle, name=_("Example team"), invited=INVITED)
