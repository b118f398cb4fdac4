"""Who may read and set up: accounts of HR, from the roster or not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.forms.people import InviteReaderForm, RoleForm
from assessments.models import User
from assessments.permissions import SignedInRequest, hr
from assessments.results.accounts import accounts_page
from assessments.services.people import invite_reader
from assessments.services.roles import READERS, change_role
from assessments.services.teams import CannotChange
from assessments.views.people import tell


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: SignedInRequest) -> HttpResponse:
    """GET lists, POST invites one more."""
    posted = request.method == "POST"
    form = InviteReaderForm(request.POST if posted else None)
    if form.is_valid():
        try:
            made = invite_reader(**form.cleaned_data, by=request.user)
        except CannotChange as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, _("%(to)s has the role now.") % {"to": form.cleaned_data["email"]})
            tell(request, made)
            return redirect("accounts")
    context = {"page": accounts_page(), "form": form}
    return render(request, "assessments/accounts/accounts.html", context, status=422 if posted else 200)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest, user: int) -> HttpResponse:
    found, posted = get_object_or_404(User, pk=user, role__in=READERS), request.method == "POST"
    form = RoleForm(request.POST if posted else None, user=found)
    if form.is_valid():
        try:
            changed = change_role(user=found, role=form.cleaned_data["role"], by=request.user)
        except CannotChange as problem:
            form.add_error(problem.field, str(problem))
        else:
            role = changed.get_role_display()
            messages.success(request, _("%(who)s: %(role)s.") % {"who": changed, "role": role})
            return redirect("accounts")
    context = {"account": found, "form": form}
    return render(request, "assessments/accounts/account.html", context, status=422 if posted else 200)


@hr
@require_POST
def send_account_link(request: SignedInRequest, user: int) -> HttpResponse:
    """To somebody who has chosen no password yet."""
    found = get_object_or_404(User, pk=user, role__in=READERS, is_active=True)
    if found.has_usable_password():
        messages.info(request, _("%(who)s has chosen a password already.") % {"who": found})
    else:
        tell(request, found)
    return redirect("accounts")
