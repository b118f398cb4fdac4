"""Who may do what: exactly one of these decorators on each view, and fetchers that return what a user may see or raise 404.

May import models. Never in here: what a page shows.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from assessments.models import ApiToken, CycleTeam, User

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """What a guarded view gets."""

    user: User


def _requires(access: str, test: Callable[[User], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not test(request.user):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponse):
                response.headers.setdefault("Cache-Control", "private, no-cache")
            return response

        guarded.access = access  # type: ignore[attr-defined]  # read by tests
        return guarded

    return decorate


def public(view: View) -> View:
    """Anybody, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]  # read by tests
    return view


signed_in = _requires("signed in", lambda user: True)
hr = _requires("hr", lambda user: user.role == User.Role.HR)
readers = _requires("readers", lambda user: user.reads_everything)
leaders = _requires("leaders", lambda user: user.leads)
readers_and_leaders = _requires("readers and leaders", lambda user: user.reads_everything or user.leads)


def api_readers(view: View) -> View:
    """A program with the token of somebody who reads everything; no cookie counts here, and every answer is JSON."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return api_error(405, _("This API is for reading only: ask with GET."), Allow="GET, HEAD")
        scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        token = ApiToken.objects.presented(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            wrong = _("Send a token that is neither revoked nor expired, as “Authorization: Bearer csc_…”.")
            return api_error(401, wrong, **{"WWW-Authenticate": 'Bearer realm="csculture"'})
        if not token.user.reads_everything:
            return api_error(403, _("The person whose token this is may no longer read figures of the whole organisation."))
        token.note_use()
        request.user = token.user
        try:
            response = view(request, *args, **kwargs)
        except Http404 as missing:
            return api_error(404, str(missing) or _("There is nothing at this address."))
        response.headers["Cache-Control"] = "no-store"
        return response

    guarded.access = "api readers"  # type: ignore[attr-defined]  # read by tests
    guarded.csrf_exempt = True  # type: ignore[attr-defined]  # read by Django; nothing is decided by a cookie here
    return guarded


def api_error(status: int, sentence: str, **headers: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status, headers=headers | {"Cache-Control": "no-store"})


def get_cycle_team_for(user: User, uid: uuid.UUID) -> CycleTeam:
    """A unit that HR or one of its leaders, or a leader above, may read about."""
    return get_object_or_404(CycleTeam.objects.visible_to(user).select_related("cycle", "team"), uid=uid)


def get_led_cycle_team_for(user: User, uid: uuid.UUID) -> CycleTeam:
    """A unit that the user leads: only its own leaders fill in its self-assessment."""
    return get_object_or_404(CycleTeam.objects.led_by(user).select_related("cycle", "team"), uid=uid)
