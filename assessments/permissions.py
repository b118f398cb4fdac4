"""Who may do what: exactly one of these decorators on each view, and fetchers that return what a user may see or raise 404.

May import models. Never in here: what a page shows.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from assessments.models import CycleTeam, Membership, User

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """What a guarded view gets."""

    user: User


def leads(user: User) -> bool:
    return Membership.objects.filter(person__user=user, person__active=True, role=Membership.Role.LEADER).exists()


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
leaders = _requires("leaders", leads)
readers_and_leaders = _requires("readers and leaders", lambda user: user.reads_everything or leads(user))


def get_cycle_team_for(user: User, uid: uuid.UUID) -> CycleTeam:
    """A unit that HR or one of its leaders, or a leader above, may read about."""
    return get_object_or_404(CycleTeam.objects.visible_to(user).select_related("cycle", "team"), uid=uid)


def get_led_cycle_team_for(user: User, uid: uuid.UUID) -> CycleTeam:
    """A unit that the user leads: only its own leaders fill in its self-assessment."""
    return get_object_or_404(CycleTeam.objects.led_by(user).select_related("cycle", "team"), uid=uid)
