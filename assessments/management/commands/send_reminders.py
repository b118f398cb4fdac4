"""Remind of a running poll."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.ballotbox.keys import KeyProblem
from assessments.management.arguments import get_cycle
from assessments.services.invitations import NotOpen
from assessments.services.reminders import TooSoon, send_reminders


class Command(BaseCommand):
    help = "Send the next reminder of an open cycle; where the last one was interrupted, it goes on with that."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = send_reminders(cycle=get_cycle(options["cycle"]))
        except (NotOpen, TooSoon, KeyProblem) as error:
            raise CommandError(str(error)) from error
        if outcome.problem:
            raise CommandError(outcome.problem)
        # How many went out is told nowhere: with it one could follow how many have answered from hour to hour.
        self.stdout.write(f"Reminder {outcome.reminder.number} has gone out.")
