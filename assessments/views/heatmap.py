"""The heat map of a closed cycle: all that can be chosen stands in the address."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import readers
from assessments.results.folding import ALL, DEPARTMENTS, Fold
from assessments.results.heatmap import BEFORE, WHOLE, Choice, heat_map_of
from assessments.views.reading import reading_in


@readers
@require_safe
def heat_map(request: HttpRequest) -> HttpResponse:
    reading = reading_in(request)
    page = heat_map_of(reading, choice_in(request.GET)) if reading and reading.published else None
    return render(request, "assessments/heatmap/heat_map.html", {"reading": reading, "page": page})


def choice_in(query: QueryDict) -> Choice:
    """What makes no sense is as if it were not there: addresses are typed, cut and carried to other cycles."""
    beside, page = query.get("with", ""), query.get("page", "")
    return Choice(
        dimension=query.get("dimension", ""),
        beside=beside if beside in {BEFORE, WHOLE} else "",
        sort=query.get("sort", ""),
        down=query.get("order") == "down",
        fold=fold_in(query),
        page=int(page) if page.isascii() and page.isdigit() else 1,
    )


def fold_in(query: QueryDict) -> Fold:
    """`level=` says how all departments stand, `open=` and `shut=` which ones do not."""
    level = query.get("level", "")
    if level not in {ALL, DEPARTMENTS}:
        level = ALL if "shut" in query else DEPARTMENTS if "open" in query else ""
    return Fold(level, frozenset(query.getlist("shut" if level == ALL else "open")))
