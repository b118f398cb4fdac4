"""Practices that the organisation writes itself: the list, a new one, other words for one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.own_practices import PartForm, PracticeForm
from assessments.models import Dimension, Practice
from assessments.models.catalogue import OWN
from assessments.permissions import SignedInRequest, hr
from assessments.results import questionnaires as results
from assessments.services import questionnaires as service


@hr
@require_safe
def own_practices(request: HttpRequest) -> HttpResponse:
    context = {"practices": results.own_practices(), "dimensions": results.own_dimensions()}
    return render(request, "assessments/questionnaires/own_practices.html", context)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def new_practice(request: SignedInRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = PracticeForm(request.POST if posted else None)
    if form.is_valid() and form.part:
        practice = service.write_practice(values=form.texts, dimension=form.part, by=request.user)
        messages.success(request, _("“%(title)s” is written. You can choose it in any draft now.") % {"title": practice})
        return redirect("own_practices")
    return render(request, "assessments/questionnaires/new_practice.html", {"form": form}, status=422 if posted else 200)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def own_practice(request: SignedInRequest, code: str) -> HttpResponse:
    practice, posted = _get(code), request.method == "POST"
    fixed = service.is_published(practice)
    form = PracticeForm(request.POST if posted else None, practice=practice, fixed=fixed)
    if form.is_valid():
        service.change_practice(practice=practice, values=form.texts, dimension=form.part, by=request.user)
        messages.success(request, _("“%(title)s” is saved.") % {"title": practice})
        return redirect("own_practices")
    context = {"form": form, "practice": practice, "fixed": fixed, "asked": practice.items.exists()}
    return render(request, "assessments/questionnaires/own_practice.html", context, status=422 if posted else 200)


@hr
@require_POST
def delete_practice(request: SignedInRequest, code: str) -> HttpResponse:
    practice = _get(code)
    try:
        service.delete_practice(practice=practice, by=request.user)
    except service.InUse:
        messages.error(request, _("“%(title)s” stands in a questionnaire, so it stays.") % {"title": practice})
    else:
        messages.success(request, _("“%(title)s” is deleted.") % {"title": practice})
    return redirect("own_practices")


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def own_part(request: SignedInRequest, code: str) -> HttpResponse:
    part, posted = get_object_or_404(Dimension, code=code, code__startswith=OWN), request.method == "POST"
    form = PartForm(request.POST if posted else None, initial={"title": part.title, "about": part.about})
    if form.is_valid():
        service.change_dimension(
            dimension=part, title=form.cleaned_data["title"], about=form.cleaned_data["about"], by=request.user
        )
        messages.success(request, _("“%(title)s” is saved.") % {"title": form.cleaned_data["title"]})
        return redirect("own_practices")
    context = {"form": form, "part": part}
    return render(request, "assessments/questionnaires/own_part.html", context, status=422 if posted else 200)


def _get(code: str) -> Practice:
    return get_object_or_404(Practice.objects.select_related("dimension"), code=code, code__startswith=OWN)
