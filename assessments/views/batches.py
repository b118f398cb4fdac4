"""All reports of a cycle: HR asks, a worker makes and sends them. Its tasks stand here, since services may not import exports."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tasks import TaskContext, task

from assessments.exports.pdf import PdfUnavailable
from assessments.exports.reports import report_pdf, zip_of
from assessments.models import Cycle, CycleTeam, ReportBatch
from assessments.permissions import SignedInRequest, hr, readers
from assessments.results.batches import batch_page
from assessments.results.reports import Layout, layout_of, report_of
from assessments.services.delivering import ask_to_mail, send_mails
from assessments.services.reporting import (
    CannotReport,
    ask_for,
    delete_batch,
    is_outdated,
    make_files,
    start_batch,
    stop_work,
)


@task(takes_context=True)
def write_reports(context: TaskContext, batch: int) -> None:
    make_files(batch=batch, job=context.task_result.id, write=_write)


@task(takes_context=True)
def mail_reports_out(context: TaskContext, batch: int) -> None:
    send_mails(batch=batch, job=context.task_result.id)


def _write(unit: CycleTeam, batch: ReportBatch) -> bytes:
    try:
        return report_pdf(report_of(unit, layout_of(batch.without.split(","), batch.paper)))
    except PdfUnavailable:
        raise CannotReport(_("The server lacks the library that makes PDF files. Please ask whoever looks after it.")) from None


@readers
@require_safe
def report_batches(request: SignedInRequest) -> HttpResponse:
    page = batch_page(request.GET.get("cycle", ""))
    if page is None:
        raise Http404
    layout = layout_of(page.batch.without.split(","), page.batch.paper) if page.batch else Layout()
    writes = request.user.role == request.user.Role.HR
    context = {"page": page, "layout": layout, "writes": writes, "papers": ReportBatch.Paper.choices}
    return render(request, "assessments/reports/report_batches.html", context)


@hr
@require_POST
def make_reports(request: SignedInRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, slug=slug)
    layout = layout_of(request.POST.getlist("without"), request.POST.get("paper", ""))
    try:
        start_batch(cycle=cycle, without=layout.without, paper=layout.paper, by=request.user, enqueue=write_reports.enqueue)
    except CannotReport as refusal:
        messages.error(request, str(refusal))
    return _back(slug)


@hr
@require_POST
def resume_reports(request: SignedInRequest, slug: str) -> HttpResponse:
    ask_for(batch=_batch(slug), work=ReportBatch.Work.MAKE, enqueue=write_reports.enqueue)
    return _back(slug)


@hr
@require_POST
def stop_reports(request: SignedInRequest, slug: str) -> HttpResponse:
    stop_work(batch=_batch(slug), by=request.user)
    messages.success(request, _("Stopped. What is done stays done."))
    return _back(slug)


@hr
@require_POST
def mail_reports(request: SignedInRequest, slug: str) -> HttpResponse:
    unsure = "unsure" in request.POST
    try:
        ask_to_mail(batch=_batch(slug), by=request.user, enqueue=mail_reports_out.enqueue, unsure=unsure)
    except CannotReport as refusal:
        messages.error(request, str(refusal))
    return _back(slug)


@hr
@require_POST
def delete_reports(request: SignedInRequest, slug: str) -> HttpResponse:
    delete_batch(batch=_batch(slug), by=request.user)
    messages.success(request, _("The files are deleted."))
    return _back(slug)


@readers
@require_safe
def reports_zip(request: HttpRequest, slug: str) -> HttpResponseBase:
    batch = _batch(slug)
    if is_outdated(batch) or batch.files.filter(made_at=None).exists():
        messages.error(request, _("There is no complete set of reports to download. Please make them first."))
        return _back(slug)
    files = [(file.name, file.path) for file in batch.files.select_related("batch")]
    headers = {"Content-Disposition": f'attachment; filename="reports-{slug}.zip"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(zip_of(files), content_type="application/zip", headers=headers)


def _batch(slug: str) -> ReportBatch:
    return get_object_or_404(ReportBatch.objects.select_related("cycle"), cycle__slug=slug)


def _back(slug: str) -> HttpResponse:
    return redirect(f"{reverse('report_batches')}?cycle={slug}")
