"""The read-only API: figures of closed cycles for programs, by personal token. Its description is in `exports.api`."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.exports import api as answers
from assessments.exports.openapi import openapi_document, path_of
from assessments.models import Cycle, Organisation
from assessments.permissions import api_error, api_readers, public, readers
from assessments.results.cells import KINDS
from assessments.results.export import CellsPage, cells_page, export_of


@readers
@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """How to read with a program, for people."""
    resources = [(path_of(one), one) for one in answers.RESOURCES]
    context = {"resources": resources, "root": _root(), "cycle": Cycle.objects.closed().first()}
    return render(request, "assessments/api/api.html", context)


@public
@require_safe
def api_openapi(request: HttpRequest) -> JsonResponse:
    """Says what may be asked for, and nothing of anybody's figures."""
    return JsonResponse(openapi_document(root=_root()))


@api_readers
def api_cycles(request: HttpRequest) -> JsonResponse:
    cycles = Cycle.objects.closed().select_related("questionnaire")
    return JsonResponse(answers.CYCLES.answer(answers.cycle_row(cycle) for cycle in cycles))


@api_readers
def api_units(request: HttpRequest, slug: str) -> JsonResponse:
    units = export_of(_cycle(slug)).units()
    return JsonResponse(answers.UNITS.answer(answers.unit_rows(units)))


@api_readers
def api_questionnaire(request: HttpRequest, slug: str) -> JsonResponse:
    asked = export_of(_cycle(slug)).asked
    return JsonResponse(answers.QUESTIONNAIRE.answer(answers.practice_rows(asked)))


@api_readers
def api_figures(request: HttpRequest, slug: str) -> JsonResponse:
    cycle = _cycle(slug)
    try:
        found = _page(request, cycle)
    except ValueError:
        return api_error(400, _("“kind” is overall, dimension or practice; “unit” is a key; “page” is a number from 1 on."))
    if found is None:
        raise Http404(_("There is no such page or unit."))
    following = None
    if found.page < found.pages:
        query = request.GET.copy()
        query["page"] = str(found.page + 1)
        following = f"{settings.BASE_URL}{request.path}?{query.urlencode()}"
    rows = (answers.figure_row(cell) for cell in found.cells)
    return JsonResponse(answers.FIGURES_OF.answer(rows, page=found.page, pages=found.pages, next=following))


@api_readers
def api_participation(request: HttpRequest, slug: str) -> JsonResponse:
    rows = (answers.turnout_row(unit) for unit in export_of(_cycle(slug)).units())
    return JsonResponse(answers.PARTICIPATION_OF.answer(rows, target=Organisation.current().target))


@api_readers
def api_methods(request: HttpRequest, slug: str) -> JsonResponse:
    page = export_of(_cycle(slug)).methods()
    return JsonResponse(answers.methods_answer(page))


def _cycle(slug: str) -> Cycle:
    found = Cycle.objects.closed().select_related("questionnaire").filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no closed cycle “%(key)s”.") % {"key": slug})
    return found


def _page(request: HttpRequest, cycle: Cycle) -> CellsPage | None:
    """Raises ValueError for what cannot be understood."""
    asked: dict[str, Any] = {"page": int(request.GET.get("page", "1"))}
    if kind := request.GET.get("kind"):
        asked["kinds"] = (KINDS[KINDS.index(kind)],)
    if unit := request.GET.get("unit"):
        asked["unit"] = uuid.UUID(unit)
    return cells_page(cycle, **asked)


def _root() -> str:
    return settings.BASE_URL + reverse("api_cycles").removesuffix("cycles/").removesuffix("/")
