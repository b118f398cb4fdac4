"""One unit after close, for HR and its leaders: the four steps, and every practice."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.models import Cycle, CycleTeam
from assessments.permissions import SignedInRequest, get_cycle_team_for, readers_and_leaders
from assessments.results.team import team_result


@readers_and_leaders
@require_safe
def team(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    return after_close(request, uid, "assessments/teams/team.html")


@readers_and_leaders
@require_safe
def team_practices(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    return after_close(request, uid, "assessments/teams/team_practices.html")


def after_close(request: SignedInRequest, uid: uuid.UUID, template: str) -> HttpResponse:
    """A page about a closed cycle's unit; before close the page that says when figures come, and nothing else."""
    unit = get_cycle_team_for(request.user, uid)
    context: dict[str, Any] = {"team": unit, "you": CycleTeam.objects.led_by(request.user).filter(pk=unit.pk).exists()}
    if unit.cycle.state != Cycle.State.CLOSED:
        return render(request, "assessments/teams/team_not_yet.html", context)
    result = team_result(unit)
    above = CycleTeam.objects.visible_to(request.user).filter(pk__in=[team.pk for team in result.above])
    context |= {"result": result, "readable": set(above.values_list("pk", flat=True))}
    return render(request, template, context)
