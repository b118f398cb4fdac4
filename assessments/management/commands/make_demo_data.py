"""`make_demo_data`: fill an empty database with the demo organisation."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.services.demo import DemoRefused, make_demo_data


class Command(BaseCommand):
    help = "Fill an empty database with the demo organisation. Interrupted, the next run goes on; run again, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with _quiet_services():
                made = make_demo_data(say=self._say)
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        self._say("The demo organisation stands." if made else "The demo organisation stands already; nothing was changed.")

    def _say(self, text: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(text)


@contextmanager
def _quiet_services() -> Iterator[None]:
    """Five closed cycles are no news here."""
    logger = logging.getLogger("assessments.services.closing")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
