"""What a manager tells the team, and the page, without sign-in, on which the team reads it."""

import uuid
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.exports.pdf import PdfFailed, PdfUnavailable, pdf
from assessments.forms.releases import TellForm
from assessments.models import Address, Cycle, CycleTeam
from assessments.permissions import SignedInRequest, View, get_cycle_team_for, public, readers_and_leaders
from assessments.results.releases import TellPage, said, said_of, tell_page
from assessments.services import releases as service


@readers_and_leaders
@require_http_methods(["GET", "HEAD", "POST"])
def tell_team(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    """GET and “Show how it reads” look only; “Release” tells."""
    unit, posted = get_cycle_team_for(request.user, uid), request.method == "POST"
    you = CycleTeam.objects.led_by(request.user).filter(pk=unit.pk).exists()
    if unit.cycle.state != Cycle.State.CLOSED:
        return render(request, "assessments/teams/team_not_yet.html", {"team": unit, "you": you})
    page = tell_page(unit, request.user)
    if posted and not page.writes:
        raise PermissionDenied
    form = _form(request, page) if page.writes else None
    valid = form is not None and form.is_valid()
    if form and valid and "look" not in request.POST:
        try:
            service.tell_team(unit=unit, choice=form.choice, by=request.user)
        except service.CannotTell as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Released. Now the team needs the address: print the poster, or send the link."))
        return redirect("tell_team", uid=uid)
    choice = form.choice if form and valid else page.suggested
    context: dict[str, Any] = {"page": page, "form": form, "team": unit, "you": you, "looked": posted and valid}
    context |= {"said": said(unit, choice) if page.writes or page.release else None}
    context |= {"result": page.plan.result, "readable": _readable(request, page)}
    return render(request, "assessments/releases/tell_team.html", context, status=422 if posted and not valid else 200)


@readers_and_leaders
@require_POST
def withdraw_release(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    if service.withdraw_release(unit=get_cycle_team_for(request.user, uid), by=request.user):
        messages.success(request, _("Withdrawn: the address opens nothing any more. Please take the poster down."))
    return redirect("tell_team", uid=uid)


@readers_and_leaders
@require_POST
def renew_address(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    if service.renew_address(unit=get_cycle_team_for(request.user, uid), by=request.user):
        messages.success(request, _("The page has a new address, and the one before opens nothing. Please print the poster again."))
    return redirect("tell_team", uid=uid)


@readers_and_leaders
@require_safe
def poster(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    return render(request, "assessments/releases/poster.html", _poster(request, uid))


@readers_and_leaders
@require_safe
def poster_pdf(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    context = _poster(request, uid)
    try:
        written = pdf(render_to_string("assessments/releases/poster_pdf.html", context))
    except (PdfUnavailable, PdfFailed):
        messages.error(request, _("The PDF could not be made. Please print this page from your browser instead."))
        return redirect("poster", uid=uid)
    name = "-".join(filter(None, ("you-said-we-did", slugify(context["said"].unit.name))))
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store, private"}
    return HttpResponse(written, content_type="application/pdf", headers=headers)


def open_page(view: View) -> View:
    """A page that anybody may read who has its address: nothing is kept, sent on or found by searching."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return public(page)


@open_page
@require_safe
def you_said_we_did(request: HttpRequest, token: str) -> HttpResponse:
    """Unknown, withdrawn and moved addresses are answered alike."""
    address = get_object_or_404(Address.objects.standing().select_related("release__unit__cycle"), token=token)
    return render(request, "assessments/releases/you_said_we_did.html", {"said": said_of(address.release)})


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


def _form(request: SignedInRequest, page: TellPage) -> TellForm:
    return TellForm(
        request.POST if request.method == "POST" else None,
        offers={offer.code: offer.part for offer in page.offers},
        owners={line.uid: line.owner for line in page.actions},
        overall=page.can_tell_overall,
        chosen=page.suggested,
    )


def _readable(request: SignedInRequest, page: TellPage) -> set[int]:
    above = [unit.pk for unit in page.plan.result.above]
    return set(CycleTeam.objects.visible_to(request.user).filter(pk__in=above).values_list("pk", flat=True))


def _poster(request: SignedInRequest, uid: uuid.UUID) -> dict[str, Any]:
    unit = get_cycle_team_for(request.user, uid)
    address = Address.objects.standing().filter(release__unit=unit).select_related("release__unit__cycle").first()
    if address is None:
        raise Http404
    return {"said": said_of(address.release), "address": address, "team": unit}
