"""From nothing to the first cycle: the link that makes the first account, and the page that leads on from there."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.first_steps import FirstAccountForm
from assessments.permissions import SignedInRequest, hr, public
from assessments.results.first_steps import first_steps as steps_so_far
from assessments.services.first_link import LinkRefused, load_practices, make_first_account, opens_first_account

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@hr
@require_safe
def first_steps(request: SignedInRequest) -> HttpResponse:
    return render(request, "assessments/first_steps/first_steps.html", {"steps": steps_so_far()})


@hr
@require_POST
def load_shipped(request: SignedInRequest) -> HttpResponse:
    load_practices(by=request.user)
    messages.success(request, _("The practices are there. You can plan a cycle now."))
    return redirect("first_steps")


@public
@sensitive_post_parameters("password", "again")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def first_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at the link spends nothing; the account does."""
    form = FirstAccountForm(request.POST if request.method == "POST" else None)
    opens = opens_first_account(token)
    if opens and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("email", "name", "password")}
        try:
            user = make_first_account(token=token, **values)
        except LinkRefused:
            opens = False
        else:
            login(request, user, backend=BACKEND)
            return redirect("first_steps")
    status = 404 if not opens else 422 if request.method == "POST" else 200
    response = render(request, "assessments/first_steps/first_sign_in.html", {"form": form, "opens": opens}, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
