"""Code cards for people without a mail address: which teams need some, and a sheet that is shown once."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from assessments.models import Cycle
from assessments.permissions import SignedInRequest, get_cycle_team_for, hr
from assessments.results.cards import card_list, card_sheet_of
from assessments.services.cards import DrawnMeanwhile, NobodyNeedsCard, draw_cards
from assessments.services.invitations import NotOpen


@hr
@require_safe
def cards(request: SignedInRequest) -> HttpResponse:
    running = Cycle.objects.running()
    cycle = running if running and running.takes_answers else None
    context = {"cycle": cycle, "rows": card_list(cycle) if cycle else ()}
    return render(request, "assessments/cards/cards.html", context)


@hr
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def card_sheet(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    """POST draws a sheet and shows it, once: only digests of the codes are stored. GET leads back to the list."""
    team = get_cycle_team_for(request.user, uid)
    if request.method != "POST":
        return redirect("cards")
    try:
        sheet = card_sheet_of(team, draw_cards(team=team, after=request.POST.get("after", "")))
    except NotOpen as refusal:
        messages.error(request, str(refusal))
    except NobodyNeedsCard:
        messages.error(request, _("Everybody in %(team)s has a mail address and needs no card.") % {"team": team.name})
    except DrawnMeanwhile:
        messages.error(
            request, _("The cards for %(team)s have been drawn already and cannot be shown again.") % {"team": team.name}
        )
    else:
        response = render(request, "assessments/cards/card_sheet.html", {"sheet": sheet, "team": team, "cycle": team.cycle})
        response.headers["Cache-Control"] = "no-store, private"
        return response
    return redirect("cards")
