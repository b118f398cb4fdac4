"""Mail everybody invited a code of their own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.ballotbox.keys import KeyProblem
from assessments.management.arguments import get_cycle
from assessments.services.invitations import NotOpen, send_invitations


class Command(BaseCommand):
    help = "Send the invitations of an open cycle; run again, it sends only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = send_invitations(cycle=get_cycle(options["cycle"]))
        except (NotOpen, KeyProblem) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{result.sent} invitations sent.")
        if result.without_address:
            self.stdout.write(f"{result.without_address} people have no mail address and need a code card.")
        if result.failed:
            raise CommandError(f"{result.failed} could not be sent. Run the command again when the mail server works.")
