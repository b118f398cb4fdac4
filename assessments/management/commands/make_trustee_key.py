"""Make the key pair of a trustee who keeps the private key of a poll away from the server."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.ballotbox.make_trustee_key import make_trustee_key


class Command(BaseCommand):
    help = (
        "Make a trustee's key pair. To be run on another computer than the server; assessments/ballotbox/make_trustee_key.py does "
        "the same there alone, with Python and the package cryptography."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="where the two files go, such as a memory stick")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(make_trustee_key(options["directory"]), ending="")
        except OSError as error:
            raise CommandError(str(error)) from error
