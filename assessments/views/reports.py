"""The improvement report of one unit, on screen and in print."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from assessments.permissions import SignedInRequest, readers_and_leaders
from assessments.views.teams import after_close


@readers_and_leaders
@require_safe
def report(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    return after_close(request, uid, "assessments/reports/report.html")
