"""HR brings the roster: a file is uploaded, its columns are matched, the change is looked at, then applied or cancelled."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.exports.as_csv import csv_of
from assessments.exports.roster import changes_table, problems_table, sample_table, sample_workbook
from assessments.exports.table import Table as File
from assessments.forms.roster import ColumnsForm, UploadForm
from assessments.importers.changes import Changes, changes_of
from assessments.importers.files import MAX_BYTES, FileRefused, Table
from assessments.importers.headings import MEANINGS, clean, guess_meanings, known_meanings, wrong_meanings
from assessments.importers.roster import Roster, check_roster
from assessments.importers.tables import read_table
from assessments.models import Cycle, RosterUpload
from assessments.permissions import SignedInRequest, hr
from assessments.results.roster import roster_page
from assessments.services import rosters as service
from assessments.services.organisation import Applied, ManyLeave

SHOWN = 100  # of each list on a page; the file has all
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What happens to people, in the order of the page.
LISTS = {
    "leaving": gettext_lazy("Leaving"),
    "new": gettext_lazy("New"),
    "returning": gettext_lazy("Coming back"),
    "moved": gettext_lazy("To other teams"),
    "roles": gettext_lazy("Other teams to manage"),
    "renamed": gettext_lazy("New name"),
    "readdressed": gettext_lazy("New mail address"),
}
_NOTHING_WAITS = gettext_lazy("No file is waiting any more: it was applied, cancelled, or left for a day. Please upload it again.")
_NOT_AS_SEEN = gettext_lazy("Something has changed since you looked, so nothing was applied. Please look again.")


@hr
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: SignedInRequest) -> HttpResponse:
    service.forget_old_uploads()
    posted = request.method == "POST"
    form = UploadForm(*((request.POST, request.FILES) if posted else ()), most=MAX_BYTES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = read_table(file.read())
        except FileRefused as refused:
            for problem in refused.problems:
                form.add_error("file", str(problem))
        else:
            meanings = known_meanings(table.header)
            service.keep_upload(user=request.user, name=file.name or "", table=table.packed(), meanings=meanings)
            return redirect("roster_preview" if meanings else "roster_columns")
    context = {"page": roster_page(request.user), "form": form}
    return render(request, "assessments/roster/roster.html", context, status=422 if posted else 200)


@hr
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster_columns(request: SignedInRequest) -> HttpResponse:
    """What each column holds. Only asked where headings are new; can be looked at again."""
    upload = _upload(request)
    if upload is None:
        return _nothing_waits(request)
    table, posted = Table.unpacked(bytes(upload.table)), request.method == "POST"
    guesses = upload.meanings or guess_meanings(table.header)
    form = ColumnsForm(request.POST if posted else None, headings=table.header, guesses=guesses, meanings=MEANINGS.items())
    faults = []
    if form.is_valid():
        faults = wrong_meanings(form.meanings)
        if not faults:
            service.say_columns(upload=upload, headings=[clean(name) for name in table.header], meanings=form.meanings)
            return redirect("roster_preview")
    samples = [[cells[at] for _row, cells in table.rows[:3] if at < len(cells)] for at in range(len(table.header))]
    context = {"upload": upload, "form": form, "columns": list(zip(form, samples, strict=True)), "faults": faults}
    return render(request, "assessments/roster/roster_columns.html", context, status=422 if posted else 200)


@hr
@never_cache
@require_safe
def roster_preview(request: SignedInRequest) -> HttpResponse:
    upload = _upload(request)
    if upload is None:
        return _nothing_waits(request)
    return _preview(request, upload) if upload.meanings else redirect("roster_columns")


@hr
@require_POST
def roster_apply(request: SignedInRequest) -> HttpResponse:
    upload = _upload(request)
    if upload is None or not upload.meanings:
        return _nothing_waits(request)
    seen, ask_first = request.POST.get("seen", ""), "many_leave" not in request.POST
    try:
        rows = _read(upload).rows
        applied = service.apply_upload(upload=upload, rows=rows, seen=seen, by=request.user, ask_first=ask_first)
    except (FileRefused, service.NotAsSeen):
        messages.error(request, _NOT_AS_SEEN)
        return redirect("roster_preview")
    except ManyLeave as many:
        return _preview(request, upload, fault=str(many))
    _tell(request, applied)
    return redirect("roster")


@hr
@require_POST
def roster_cancel(request: SignedInRequest) -> HttpResponse:
    RosterUpload.objects.filter(user=request.user).delete()
    messages.success(request, _("The file is deleted from the server. Nothing was changed."))
    return redirect("roster")


@hr
@never_cache
@require_safe
def roster_problems(request: SignedInRequest) -> StreamingHttpResponse:
    """All that is wrong in the waiting file, as CSV."""
    try:
        _read(_upload_or_404(request))
    except FileRefused as refused:
        return _csv(problems_table((problem.row, problem.text) for problem in refused.problems))
    return _csv(problems_table(()))


@hr
@never_cache
@require_safe
def roster_changes(request: SignedInRequest) -> StreamingHttpResponse:
    """All that the waiting file would change, as CSV."""
    try:
        changes = changes_of(_read(_upload_or_404(request)).rows)
    except FileRefused:
        raise Http404 from None
    return _csv(changes_table(_changed(changes)))


@hr
@require_safe
def roster_sample(request: SignedInRequest, code: str) -> HttpResponse | StreamingHttpResponse:
    if code == "csv":
        return _csv(sample_table())
    if code != "xlsx":
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="roster-sample.xlsx"'}
    return HttpResponse(sample_workbook(), content_type=XLSX, headers=headers)


def _upload(request: SignedInRequest) -> RosterUpload | None:
    return RosterUpload.objects.filter(user=request.user).first()


def _upload_or_404(request: SignedInRequest) -> RosterUpload:
    upload = _upload(request)
    if upload is None or not upload.meanings:
        raise Http404
    return upload


def _nothing_waits(request: SignedInRequest) -> HttpResponse:
    messages.error(request, _NOTHING_WAITS)
    return redirect("roster")


def _read(upload: RosterUpload) -> Roster:
    """Raises FileRefused."""
    return check_roster(Table.unpacked(bytes(upload.table)), upload.meanings or ())


def _preview(request: SignedInRequest, upload: RosterUpload, fault: str = "") -> HttpResponse:
    """What would change, or what is wrong; with a fault, what HR has to say first."""
    context = {"upload": upload, "fault": fault, "most": SHOWN}
    # Taken before anything is compared: what changes meanwhile is noticed.
    seen = service.sign_of(upload)
    try:
        read = _read(upload)
    except FileRefused as refused:
        context |= {"problems": refused.problems[:SHOWN], "count": len(refused.problems)}
        return render(request, "assessments/roster/roster_problems.html", context)
    changes = changes_of(read.rows)
    lists = [(key, words, getattr(changes, key)[:SHOWN], len(getattr(changes, key))) for key, words in LISTS.items()]
    teams = [team for team in changes.teams if team.changes]
    context |= {"changes": changes, "lists": lists, "teams": teams[:SHOWN], "changed_teams": len(teams), "seen": seen}
    context |= {"roster": read, "warnings": read.warnings[:SHOWN], "running": Cycle.objects.running()}
    return render(request, "assessments/roster/roster_preview.html", context, status=422 if fault else 200)


def _changed(changes: Changes) -> Iterator[tuple[str, str, str, str, str]]:
    for key, words in LISTS.items():
        for change in getattr(changes, key):
            yield str(words), change.employee_id, change.name, change.before, change.after


def _csv(table: File) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.csv"'}
    return StreamingHttpResponse(csv_of(table), content_type="text/csv; charset=utf-8", headers=headers)


def _tell(request: SignedInRequest, applied: Applied) -> None:
    changes, accounts = applied.changes, applied.accounts
    counts = {"new": changes.new_people + changes.returning_people, "leaving": changes.leaving_people}
    messages.success(request, _("The roster is applied: %(new)s people came, %(leaving)s left.") % counts)
    if accounts.later:
        text = _("%(number)s new managers get a mail to choose a password; the worker sends them one after the other.")
        messages.success(request, text % {"number": len(accounts.created)})
    elif sent := len(accounts.created) - len(accounts.unsent):
        messages.success(request, _("Managers who were sent a mail to choose a password: %(sent)s.") % {"sent": sent})
    for user in accounts.displaced[:SHOWN]:
        text = _("The account of %(name)s lost its address, which is somebody else’s now; nobody can sign in to it.")
        messages.warning(request, text % {"name": user.name or user.pk})
    if accounts.unsent:
        text = _("Mails could not be sent to %(emails)s. A link can be asked for on the sign-in page.")
        messages.warning(request, text % {"emails": ", ".join(accounts.unsent[:SHOWN])})
