"""The page of a trustee, who needs no account: the private key is the credential, and the only thing that closes the cycle."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.models import Cycle
from assessments.services.trustee import KeyRefused, close_with_trustees_key
from assessments.views.poll import ballot_page


def _may_send_secrets(request: HttpRequest) -> bool:
    """Not over an open line, and not where an error page would show what was sent."""
    on_this_machine = request.get_host().rsplit(":", 1)[0] in {"localhost", "127.0.0.1", "[::1]"}
    return not settings.DEBUG and (request.is_secure() or on_this_machine)


@ballot_page
@require_http_methods(["GET", "HEAD", "POST"])
def trustee(request: HttpRequest, slug: str) -> HttpResponse:
    """POST counts while the page waits, since the key may be handed to nobody else. A key that was refused is not shown again."""
    cycle = get_object_or_404(Cycle.objects.exclude(state=Cycle.State.PLANNED), slug=slug, trustee=True)
    problem = ""
    if request.method == "POST" and not _may_send_secrets(request):
        problem = _("This page takes the key over an encrypted connection (https) only. Nothing was read.")
    elif request.method == "POST":
        try:
            close_with_trustees_key(cycle=cycle, key=request.POST.get("key", ""))
        except KeyRefused as error:
            problem = str(error)
        else:
            return redirect("trustee", slug=slug)
    context = {"cycle": cycle, "problem": problem}
    return render(request, "assessments/trustee/trustee.html", context, status=422 if problem else 200)
