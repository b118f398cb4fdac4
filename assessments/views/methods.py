"""How figures are made, for everybody who reads them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.models import Cycle
from assessments.permissions import SignedInRequest, signed_in
from assessments.results.methods import methods_page


@signed_in
@require_safe
def methods(request: SignedInRequest) -> HttpResponse:
    closed = Cycle.objects.closed()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(closed, slug=slug) if slug else closed.first()
    page = methods_page(cycle, list(closed), reads_everything=request.user.reads_everything)
    return render(request, "assessments/methods/methods.html", {"page": page})
