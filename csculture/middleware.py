"""Each request in the organisation's time zone, and in one of the languages that it offers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from assessments.models import Organisation


def as_organised(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """After LocaleMiddleware, which has read what the browser asks for."""

    def respond(request: HttpRequest) -> HttpResponse:
        organisation = Organisation.current()
        chosen = translation.get_language()
        if organisation.languages and chosen not in organisation.languages:
            translation.activate(organisation.language or settings.LANGUAGE_CODE)
        with timezone.override(organisation.tzinfo):
            return get_response(request)

    return respond
