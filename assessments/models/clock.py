"""What day it is in the organisation. Only the demo and tests set the clock, so that past cycles have past days."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

from assessments.models.organisation import Organisation

_set_to: ContextVar[datetime.datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime.datetime:
    return _set_to.get() or timezone.now()


def today() -> datetime.date:
    """Today in the organisation's zone."""
    return day_of(now())


def day_of(moment: datetime.datetime) -> datetime.date:
    """The day of a moment in the organisation's zone."""
    return timezone.localdate(moment, Organisation.current().tzinfo)


@contextmanager
def clock_set_to(day: datetime.date) -> Iterator[None]:
    """Inside it is noon of that day, in this thread alone."""
    noon = datetime.datetime.combine(day, datetime.time(12), tzinfo=Organisation.current().tzinfo)
    token = _set_to.set(noon)
    try:
        yield
    finally:
        _set_to.reset(token)
