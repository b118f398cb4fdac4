"""What protects a cycle's answers and how that was checked, on paper for whoever asks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.models import Cycle
from assessments.permissions import readers
from assessments.results import privacy
from assessments.services.cycles_audit import audit_across
from assessments.services.disclosure_audit import audit_figures


@readers
@require_safe
def privacy_report(request: HttpRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle.objects.opened(), slug=slug)
    closed = cycle.state == Cycle.State.CLOSED
    findings = [*audit_figures(cycle=cycle), *audit_across(cycle=cycle)] if closed else []
    context = {"report": privacy.privacy_report(cycle), "findings": findings}
    return render(request, "assessments/privacy/privacy_report.html", context)
