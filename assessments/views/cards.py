"""Code cards for people without a mail address: which teams need some, and a sheet that is shown once."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from assessments.exports.pdf import PdfFailed, PdfUnavailable, pdf, require_pdf
from assessments.models import Cycle
from assessments.permissions import SignedInRequest, get_cycle_team_for, hr
from assessments.results.cards import CardSheet, card_list, card_sheet_of, kiosk_address
from assessments.services.cards import CannotDraw, DrawnMeanwhile, NobodyNeedsCard, draw_cards
from assessments.services.invitations import NotOpen

_NO_PDF = gettext_lazy(
    "This server lacks the library that makes PDF files, so no cards were drawn. Please ask the person who looks after csculture "
    "to add it. Printing from the browser works: choose “Draw cards”."
)
_NO_KEYS = gettext_lazy(
    "No cards were drawn: the keys of this cycle are missing, or the database does not agree with what was recorded when the cycle "
    "opened. Please tell the person who looks after csculture."
)


SPARE = (0, 1, 2, 5)  # cards beyond the people who need one


@hr
@require_safe
def cards(request: SignedInRequest) -> HttpResponse:
    running = Cycle.objects.running()
    cycle = running if running and running.takes_answers else None
    context = {"cycle": cycle, "rows": card_list(cycle) if cycle else (), "kiosk": kiosk_address(), "spare": SPARE}
    return render(request, "assessments/cards/cards.html", context)


@hr
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def card_sheet(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    """POST draws a sheet and gives it out, once, as a page or a PDF: only digests are stored. GET leads back to the list."""
    team = get_cycle_team_for(request.user, uid)
    if request.method != "POST":
        return redirect("cards")
    as_pdf = request.POST.get("as") == "pdf"
    try:
        if as_pdf:
            require_pdf()  # before anything is drawn, or the sheet would be lost
        drawn = draw_cards(team=team, after=request.POST.get("after", ""), spare=_spare(request))
        sheet = card_sheet_of(team, drawn)
    except NotOpen as refusal:
        messages.error(request, str(refusal))
    except NobodyNeedsCard:
        messages.error(request, _("Everybody in %(team)s has a mail address and needs no card.") % {"team": team.name})
    except DrawnMeanwhile:
        messages.error(
            request, _("The cards for %(team)s have been drawn already and cannot be shown again.") % {"team": team.name}
        )
    except PdfUnavailable:
        messages.error(request, _NO_PDF)
    except CannotDraw:
        messages.error(request, _NO_KEYS)
    else:
        response = _file(request, sheet) if as_pdf else _page(request, sheet)
        response.headers["Cache-Control"] = "no-store, private"
        return response
    return redirect("cards")


def _spare(request: SignedInRequest) -> int:
    asked = request.POST.get("spare", "")
    return next((number for number in SPARE if str(number) == asked), 0)


@sensitive_variables()
def _page(request: SignedInRequest, sheet: CardSheet) -> HttpResponse:
    return render(request, "assessments/cards/card_sheet.html", {"sheet": sheet, "team": sheet.team, "cycle": sheet.team.cycle})


@sensitive_variables()
def _file(request: SignedInRequest, sheet: CardSheet) -> HttpResponse:
    """The same cards as a PDF; as a page where that fails, so that drawn cards are never lost."""
    context = {"sheet": sheet, "team": sheet.team, "cycle": sheet.team.cycle}
    try:
        written = pdf(render_to_string("assessments/cards/card_sheet_pdf.html", context))
    except PdfFailed:
        messages.error(request, _("The PDF could not be made. The cards are drawn: please print this page instead."))
        return _page(request, sheet)
    name = "-".join(filter(None, ("code-cards", slugify(sheet.team.name))))
    return HttpResponse(
        written, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    )
