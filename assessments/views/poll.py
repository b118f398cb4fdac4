"""The anonymous poll: code, form, thanks. No cookie, no session, no draft, no time of answering; a GET never spends a code."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from assessments.forms.poll import PollForm, read_poll_form
from assessments.models import Address, Cycle
from assessments.permissions import View, public
from assessments.results.poll import page_of, poll_of
from assessments.services.ballots import CodeRefused, Entry, NotStored, PollOver, UsedCode, find_entry, submit_ballot


def ballot_page(view: View) -> View:
    """What holds for every page of the poll: nothing is stored in the browser, sent on to others or put into an error report."""

    @wraps(view)
    @sensitive_variables()
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    # The code in the body is the credential; a cookie against forgery would be the only cookie of the poll.
    return public(csrf_exempt(sensitive_post_parameters()(page)))


@ballot_page
@require_http_methods(["GET", "HEAD", "POST"])
def poll_code(request: HttpRequest) -> HttpResponse:
    """GET asks for the code, POST shows the form. Neither writes anything: mail scanners follow links and post forms."""
    if request.method != "POST":
        return _ask(request)
    try:
        entry = find_entry(code=request.POST.get("code", ""))
    except CodeRefused as refusal:
        return _refused(request, refusal)
    return _form(request, entry, PollForm(poll_of(entry.cycle.questionnaire_id).codes))


@ballot_page
@require_http_methods(["GET", "HEAD", "POST"])
def poll_answers(request: HttpRequest) -> HttpResponse:
    """Take a ballot: 303 to the thanks; 422 (wrong) or 503 (failed here) with everything still there; or a page that says why."""
    if request.method != "POST":
        return redirect("kiosk" if _on_kiosk(request) else "poll_code")
    try:
        entry = find_entry(code=request.POST.get("code", ""))
        form = read_poll_form(request.POST, poll_of(entry.cycle.questionnaire_id).codes)
        if form.errors:
            return _form(request, entry, form, status=422)
        submit_ballot(entry=entry, answers=form.answers, helps=form.text("helps"), hinders=form.text("hinders"))
    except CodeRefused as refusal:
        return _refused(request, refusal)
    except NotStored:
        return _form(request, entry, form, status=503)
    return HttpResponse(status=303, headers={"Location": reverse("poll_thanks") + ("?kiosk=1" if _on_kiosk(request) else "")})


@ballot_page
@require_safe
def poll_thanks(request: HttpRequest) -> HttpResponse:
    return _page(request, "poll_thanks", {"cycle": Cycle.objects.running()})


@ballot_page
@require_safe
def kiosk(request: HttpRequest) -> HttpResponse:
    """The code page of a shared device, which takes itself back there and leaves nothing for the next person."""
    return _ask(request)


def _on_kiosk(request: HttpRequest) -> bool:
    """Carried along by a field of the forms and in the address of the thanks, since there is no cookie."""
    return request.path == reverse("kiosk") or "kiosk" in request.POST or "kiosk" in request.GET


@sensitive_variables()
def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    on_kiosk = _on_kiosk(request)
    context |= {"kiosk": on_kiosk, "start": reverse("kiosk" if on_kiosk else "poll_code")}
    return render(request, f"assessments/poll/{name}.html", context, status=status)


@sensitive_variables()
def _form(request: HttpRequest, entry: Entry, form: PollForm, status: int = 200) -> HttpResponse:
    context = {
        "code": request.POST.get("code", ""),
        "team": entry.team,
        "cycle": entry.cycle,
        "page": page_of(poll_of(entry.cycle.questionnaire_id), values=form.values, errors=form.errors),
        "texts_from": max(settings.TEXTS_FROM, entry.cycle.k),
        "text_length": settings.TEXT_LENGTH,
        "not_stored": status == 503,
        "told": Address.objects.told_before(entry.team),
    }
    return _page(request, "poll_form", context, status)


@sensitive_variables()
def _refused(request: HttpRequest, refusal: CodeRefused) -> HttpResponse:
    """403 for an unknown code (the page keeps it to be mended), 409 for a used one, 410 when no answers are taken."""
    if isinstance(refusal, UsedCode):
        return _page(request, "poll_used", {"cycle": Cycle.objects.running()}, 409)
    if isinstance(refusal, PollOver):
        cycle = Cycle.objects.running() or Cycle.objects.last_over()
        return _page(request, "poll_over", {"cycle": cycle}, 410)
    typed = request.POST.get("code", "").strip()
    return _ask(request, typed=typed, error=_code_error(typed), status=403)


@sensitive_variables()
def _ask(request: HttpRequest, *, typed: str = "", error: str = "", status: int = 200) -> HttpResponse:
    """The page that asks for the code; after a wrong one it still holds what was typed."""
    running = Cycle.objects.running()
    cycle = running if running and running.takes_answers else None
    context = {
        "cycle": cycle,
        "poll": poll_of(cycle.questionnaire_id) if cycle else None,
        "typed": typed,
        "error": error,
    }
    return _page(request, "poll_code", context, status)


@sensitive_variables()
def _code_error(typed: str) -> str:
    if not typed:
        return _("Please enter your code.")
    length = len([character for character in typed if character.isalnum()])
    if length != 16:
        return _("A code has 16 letters and digits; this one has %(length)s. Please compare it with your card or mail.") % {
            "length": length
        }
    return _(
        "This code is not known. Please compare it with your card or mail: a code has no 0, 1, I or O. "
        "A code of an earlier poll no longer works, nor does a card that HR has replaced by a newer one."
    )
