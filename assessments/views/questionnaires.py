"""HR's questionnaires: the list, a version (read, or worked on while it is a draft), previews, publishing, files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.content.files import KINDS, MAX_BYTES, FileFault, decode, read_file, write_file
from assessments.forms.questionnaires import DraftForm, FileForm, NewQuestionnaireForm, file_fault_words, hint_words
from assessments.models import Questionnaire
from assessments.permissions import SignedInRequest, hr, readers
from assessments.results.questionnaires import families, questionnaire_page, version_before
from assessments.services import questionnaires as service
from assessments.services.questionnaire_files import Coming, file_of, import_file, look_at

HINTED = 1000  # characters of a statement that are looked at while it is typed


@readers
@require_safe
def questionnaires(request: HttpRequest) -> HttpResponse:
    return render(request, "assessments/questionnaires/questionnaires.html", {"families": families()})


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def new_questionnaire(request: SignedInRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = NewQuestionnaireForm(request.POST if posted else None)
    if form.is_valid():
        draft = service.new_questionnaire(title=form.cleaned_data["title"], like=form.cleaned_data["like"], by=request.user)
        return _to(draft)
    return render(request, "assessments/questionnaires/new_questionnaire.html", {"form": form}, status=422 if posted else 200)


@hr
@require_POST
def next_version(request: SignedInRequest, code: str, version: int) -> HttpResponse:
    return _to(service.next_version(of=_get(code, version), by=request.user))


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: SignedInRequest, code: str, version: int) -> HttpResponse:
    """A draft is HR's to work on; anything else is for reading."""
    found, posted = _get(code, version), request.method == "POST"
    writes = request.user.role == request.user.Role.HR and not found.published
    if not writes:
        if posted:
            raise PermissionDenied
        return render(request, "assessments/questionnaires/questionnaire.html", {"page": questionnaire_page(found)})
    before = version_before(found)
    form = DraftForm(found, before, request.POST if posted else None)
    if not form.is_valid():
        context = {"form": form, "questionnaire": found, "before": before}
        return render(request, "assessments/questionnaires/questionnaire_draft.html", context, status=422 if posted else 200)
    items = [service.Worded(*item) for item in form.items]
    try:
        service.save_draft(questionnaire=found, title=form.title, items=items)
    except service.NotADraft:
        return _published_meanwhile(request, found)
    if form.move[1]:
        return _to(found, f"#{form.move[1]}")
    messages.success(request, _("Saved."))
    return redirect("version_changes", code=code, version=version) if "look" in request.POST else _to(found)


@hr
@require_POST
def wording_hints(request: SignedInRequest) -> HttpResponse:
    """For a statement that is being typed."""
    texts = (request.POST.get(name, "")[:HINTED] for name in ("team", "manager"))
    return render(request, "assessments/questionnaires/_hints.html", {"hints": hint_words(*texts)})


@readers
@require_safe
def version_changes(request: SignedInRequest, code: str, version: int) -> HttpResponse:
    """What a version changes, and what that does to trends; from here a draft is published."""
    context = {"page": questionnaire_page(_get(code, version)), "writes": request.user.role == request.user.Role.HR}
    return render(request, "assessments/questionnaires/version_changes.html", context)


@hr
@require_POST
def publish_version(request: SignedInRequest, code: str, version: int) -> HttpResponse:
    found = _get(code, version)
    try:
        service.publish_questionnaire(questionnaire=found, by=request.user)
    except service.NotADraft:
        return _published_meanwhile(request, found)
    except service.CannotPublish as problem:
        messages.error(request, str(problem))
        return _to(found)
    messages.success(request, _("“%(title)s” is published. A cycle can ask it now.") % {"title": found})
    return redirect("questionnaires")


@hr
@require_POST
def delete_draft(request: SignedInRequest, code: str, version: int) -> HttpResponse:
    found = _get(code, version)
    try:
        service.delete_draft(questionnaire=found, by=request.user)
    except service.NotADraft:
        return _published_meanwhile(request, found)
    messages.success(request, _("The draft of “%(title)s” is deleted.") % {"title": found})
    return redirect("questionnaires")


@readers
@require_safe
def version_file(request: HttpRequest, code: str, version: int, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    text = write_file(file_of(_get(code, version)), kind)
    headers = {"Content-Disposition": f'attachment; filename="{code}-{version}.{kind}"'}
    return HttpResponse(text, content_type=f"application/{kind}; charset=utf-8", headers=headers)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def import_questionnaire(request: SignedInRequest) -> HttpResponse:
    """A file is looked at first; what was looked at then comes back as text, since nothing is kept."""
    if "text" in request.POST:
        return _import(request, request.POST["text"])
    posted = request.method == "POST"
    form = FileForm(*((request.POST, request.FILES) if posted else ()))
    if form.is_valid():
        try:
            coming = look_at(read_file(decode(form.cleaned_data["file"].read(MAX_BYTES + 1)), form.kind))
        except FileFault as fault:
            form.add_error("file", file_fault_words(fault))
        else:
            return render(request, "assessments/questionnaires/import_preview.html", _coming(coming))
    return render(request, "assessments/questionnaires/import_questionnaire.html", {"form": form}, status=422 if posted else 200)


def _import(request: SignedInRequest, text: str) -> HttpResponse:
    try:
        draft = import_file(file=read_file(text, "json"), by=request.user)
    except FileFault as fault:
        messages.error(request, file_fault_words(fault))
        return redirect("import_questionnaire")
    messages.success(request, _("The file is now a draft. Look at it, change what you like, and publish it."))
    return _to(draft)


def _coming(coming: Coming) -> dict[str, Any]:
    return {"coming": coming, "text": write_file(coming.file, "json")}


def _get(code: str, version: int) -> Questionnaire:
    return get_object_or_404(Questionnaire, code=code, version=version)


def _to(found: Questionnaire, place: str = "") -> HttpResponse:
    return redirect(reverse("questionnaire", args=[found.code, found.version]) + place)


def _published_meanwhile(request: HttpRequest, found: Questionnaire) -> HttpResponse:
    messages.error(request, _("“%(title)s” is published and changes no more. Make the next version to go on.") % {"title": found})
    return _to(found)
