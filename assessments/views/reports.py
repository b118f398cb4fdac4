"""The improvement report of one unit: on screen, in print and as a PDF, with the sections that the reader wants."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.exports.pdf import PdfFailed, PdfUnavailable
from assessments.exports.reports import report_pdf as write_pdf
from assessments.models import Cycle, CycleTeam
from assessments.permissions import SignedInRequest, get_cycle_team_for, readers_and_leaders
from assessments.results.reports import Layout, layout_of, report_of
from assessments.views.teams import after_close


def _layout(request: HttpRequest) -> Layout:
    return layout_of(request.GET.getlist("without"), request.GET.get("paper", ""))


@readers_and_leaders
@require_safe
def report(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    unit, layout = get_cycle_team_for(request.user, uid), _layout(request)
    if unit.cycle.state != Cycle.State.CLOSED:
        return after_close(request, uid, "assessments/reports/report.html")
    one = report_of(unit, layout, reader=request.user)
    you = CycleTeam.objects.led_by(request.user).filter(pk=unit.pk).exists()
    context = {"team": unit, "you": you, "result": one.result, "readable": one.readable, "layout": layout}
    context["larger"] = None  # its page is one click away: figures under the address of a unit too small would be taken for its own
    return render(request, "assessments/reports/report.html", context)


@readers_and_leaders
@require_safe
def report_pdf(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    unit, layout = get_cycle_team_for(request.user, uid), _layout(request)
    if unit.cycle.state != Cycle.State.CLOSED:
        return redirect("report", uid)
    try:
        content = write_pdf(report_of(unit, layout, reader=request.user))
    except PdfUnavailable:
        messages.error(request, _("This server lacks the library that makes PDF files. Printing from the browser works."))
    except PdfFailed:
        messages.error(request, _("The PDF could not be made. Printing from the browser works."))
    else:
        name = "-".join(filter(None, ("report", slugify(unit.name), unit.cycle.slug)))
        headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
        return HttpResponse(content, content_type="application/pdf", headers=headers)
    return redirect("report", uid)
