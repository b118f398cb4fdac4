"""HR makes and revokes personal tokens for the API."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from assessments.forms.tokens import TokenForm
from assessments.models import ApiToken
from assessments.permissions import SignedInRequest, hr
from assessments.services.tokens import make_token
from assessments.services.tokens import revoke_token as revoke


@hr
@never_cache  # a token is seen once
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def tokens(request: SignedInRequest) -> HttpResponse:
    """GET lists, POST makes one and shows it; a redirect would have to keep it somewhere."""
    posted = request.method == "POST"
    form, secret = TokenForm(request.POST if posted else None), ""
    if form.is_valid():
        secret = make_token(user=request.user, name=form.cleaned_data["name"], days=form.cleaned_data["days"])
        form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": ApiToken.objects.select_related("user")}
    return render(request, "assessments/tokens/tokens.html", context, status=422 if posted and not secret else 200)


@hr
@require_POST
def revoke_token(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=uid)
    revoke(token=token, by=request.user)
    messages.success(request, _("“%(name)s” is revoked. Nothing can be read with it any more.") % {"name": token.name})
    return redirect("tokens")
