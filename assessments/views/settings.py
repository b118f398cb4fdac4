"""HR sets what holds for the organisation; its logo is for everybody."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.forms.settings import SettingsForm
from assessments.models import Organisation
from assessments.permissions import SignedInRequest, hr, public
from assessments.results.settings import latest_changes, logo_file, logo_of_organisation
from assessments.services.logos import LogoRefused
from assessments.services.settings import change_settings

YEAR = 31_536_000  # seconds; another logo has another address


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_settings(request: SignedInRequest) -> HttpResponse:
    posted = request.method == "POST"
    organisation = Organisation.objects.defer("logo").order_by("pk").first() or Organisation()
    form = SettingsForm(request.POST if posted else None, request.FILES if posted else None, organisation=organisation)
    if form.is_valid():
        try:
            changed = change_settings(values=form.values, logo=form.new_logo, by=request.user)
        except LogoRefused as problem:
            form.add_error("logo", str(problem))
        else:
            messages.success(request, _("Saved. It holds from now on.") if changed else _("Nothing was changed."))
            return redirect("organisation_settings")
    context = {"form": form, "organisation": organisation, "logo": logo_of_organisation(), "changes": latest_changes()}
    return render(request, "assessments/settings/organisation_settings.html", context, status=422 if posted else 200)


@public
@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    png = logo_file(digest)
    if png is None:
        raise Http404
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(png, content_type="image/png", headers=headers)
