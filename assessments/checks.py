"""What `manage.py check` and the start of a server look at beyond the settings' own types."""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's names
from django.db import DatabaseError, connections

from assessments.models import Cycle
from assessments.services.keys import find_key_fault, watch_keys

logger = logging.getLogger(__name__)

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_EXPOSED = "Give the key files mode 0600, and find out who has read them."
_LOST = "Bring the files back. The answers of this open cycle cannot be counted without them; cycles closed earlier need none."
_RUNNING = (Cycle.State.OPEN, Cycle.State.CLOSING)


@register()
def check_private_directories(**kwargs: Any) -> list[CheckMessage]:
    """Keys and reports must lie where no web server hands out files."""
    return _served("BALLOT_KEY_DIR", settings.BALLOT_KEY_DIR, "E001") + _served("REPORTS_DIR", settings.REPORTS_DIR, "E003")


def _served(variable: str, directory: str | Path, code: str) -> list[CheckMessage]:
    private = Path(directory).resolve()
    served: dict[str, Any] = {"STATIC_ROOT": settings.STATIC_ROOT, "MEDIA_ROOT": settings.MEDIA_ROOT}
    served |= {f"STATICFILES_DIRS ({folder})": folder for folder in settings.STATICFILES_DIRS}
    return [
        Error(
            f"{variable} lies inside {name}, whose files anybody may fetch.",
            hint="Choose a directory of its own, outside every backup.",
            id=f"assessments.{code}",
        )
        for name, folder in served.items()
        if folder and private.is_relative_to(Path(folder).resolve())
    ]


@register()
def check_debug(**kwargs: Any) -> list[CheckMessage]:
    """The error pages of DEBUG show what people typed."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if not settings.DEBUG or host in _THIS_MACHINE or not _running():
        return []
    return [
        Error(
            f"DEBUG is on while a cycle is open on {host}: error pages would show answers.",
            hint="Unset DEBUG.",
            id="assessments.E002",
        )
    ]


@register()
def check_keys(**kwargs: Any) -> list[CheckMessage]:
    """A warning, not an error: a lost key must not also keep people from closing, abandoning or upgrading."""
    faults = [(cycle, find_key_fault(cycle=cycle, thorough=False)) for cycle in _running()]
    return [
        Warning(
            f"Keys of {cycle.name} in {settings.BALLOT_KEY_DIR}: {fault.label}.",
            hint=_EXPOSED if fault == Cycle.KeyFault.EXPOSED else _LOST,
            id="assessments.W001",
        )
        for cycle, fault in faults
        if fault
    ]


def check_at_start() -> None:
    """For a server, which no `manage.py check` precedes: the same into the log, and the alarm onto HR's pages."""
    for message in check_private_directories() + check_debug():
        logger.error("%s %s", message.msg, message.hint)
    try:
        watch_keys(thorough=False)
    except DatabaseError as error:
        logger.error("The keys could not be checked: %s", error)
    finally:
        # A server may fork from here; a connection must not be shared.
        connections.close_all()


def _running() -> list[Cycle]:
    """None where there is no database yet, or not this version's."""
    columns = ("name", "uid", "state", "k", "trustee", "public_key", "key_fingerprint")
    try:
        return list(Cycle.objects.filter(state__in=_RUNNING).only(*columns))
    except DatabaseError:
        return []
