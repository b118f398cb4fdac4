"""HR reads the free texts first: destroys those that name a person, then releases the rest to managers."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Cycle, Text
from assessments.permissions import SignedInRequest, hr
from assessments.results.texts import texts_page
from assessments.services import texts as service


@hr
@never_cache  # no browser keeps a text that is destroyed later
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    closed = Cycle.objects.closed()
    slug = request.GET.get("cycle")
    cycle = get_object_or_404(closed, slug=slug) if slug else closed.first()
    return render(request, "assessments/texts/texts.html", {"page": texts_page(cycle, list(closed))})


@hr
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hide_text(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    """GET asks once more, POST destroys."""
    of_closed = Text.objects.filter(team__cycle__state=Cycle.State.CLOSED).select_related("team__cycle")
    text = get_object_or_404(of_closed, pk=uid)
    if request.method != "POST":
        return render(request, "assessments/texts/hide_text.html", {"text": text})
    if not service.hide_text(text=text, by=request.user):
        messages.error(request, _("The text is hidden, but the files of the database could not be cleared yet."))
        return redirect("hide_text", uid=uid)
    messages.success(request, _("The text is destroyed. Backups made before may still hold it."))
    return redirect(f"{reverse('texts')}?cycle={text.team.cycle.slug}#unit-{text.team.position}")


@hr
@require_POST
def release_texts(request: SignedInRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle.objects.closed(), slug=slug)
    service.release_texts(cycle=cycle, by=request.user)
    messages.success(request, _("Managers can now read the texts of %(name)s.") % {"name": cycle.name})
    return redirect(f"{reverse('texts')}?cycle={cycle.slug}")
