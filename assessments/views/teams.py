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
    user = request.user
    you = user.leads and CycleTeam.objects.led_by(user).filter(pk=unit.pk).exists()
    context: dict[str, Any] = {"team": unit, "you": you}
    if unit.cycle.state != Cycle.State.CLOSED:
        return render(request, "assessments/teams/team_not_yet.html", context)
    result = team_result(unit)
    readable = {team.pk for team in result.above}
    if not user.reads_everything:
        readable = set(CycleTeam.objects.visible_to(user).filter(pk__in=readable).values_list("pk", flat=True))
    context |= {"result": result, "readable": readable}
    return render(request, template, context)
