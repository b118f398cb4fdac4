"""Files to take along: what there is, and the download of one."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.exports import downloads
from assessments.models import Cycle
from assessments.permissions import readers
from assessments.results.export import Export, NotAsked, export_of

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@readers
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    closed = Cycle.objects.closed()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(closed, slug=slug) if slug else closed.first()
    context = {"cycle": cycle, "cycles": list(closed), "files": downloads.about() if cycle else ()}
    return render(request, "assessments/exports/exports.html", context)


@readers
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    kind = request.GET.get("format", "xlsx")
    what = request.GET.get("what") or (downloads.WORKBOOK if kind == "xlsx" else downloads.FIGURES)
    if kind not in downloads.kinds_of(what):
        raise Http404
    one = _asked_for(request, slug)
    if kind == "xlsx":
        response: HttpResponseBase = HttpResponse(downloads.xlsx_of(what, one), content_type=CONTENT_TYPES[kind])
    else:
        response = StreamingHttpResponse(downloads.pieces_of(what, one, kind), content_type=CONTENT_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{downloads.file_name(what, one, kind)}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _asked_for(request: HttpRequest, slug: str) -> Export:
    """A closed cycle, and of it a department and a dimension where the address names them."""
    cycle = get_object_or_404(Cycle.objects.closed(), slug=slug)
    try:
        under = get_object_or_404(cycle.teams, uid=uuid.UUID(request.GET["under"])) if request.GET.get("under") else None
        return export_of(cycle, under=under, dimension=request.GET.get("dimension", ""))
    except (ValueError, NotAsked):
        raise Http404(_("This cycle has no such unit or dimension.")) from None
