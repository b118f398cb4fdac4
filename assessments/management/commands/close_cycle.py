"""Close a cycle: count, publish figures, destroy everything else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.ballotbox.keys import KeyProblem
from assessments.management.arguments import get_cycle
from assessments.models import Cycle
from assessments.services.closing import CannotClose, close_cycle


class Command(BaseCommand):
    help = "Close a cycle after its last day. Interrupted, the next run finishes; run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')
        parser.add_argument("--now", action="store_true", help="before the last day is over")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = get_cycle(options["cycle"])
        try:
            closed = close_cycle(cycle=cycle, now=options["now"])
        except (CannotClose, KeyProblem) as error:
            cycle.refresh_from_db()
            published = cycle.state == Cycle.State.CLOSED
            rest = "The figures are published; run the command again to destroy the key." if published else "Nothing was changed."
            raise CommandError(f"{error} {rest}") from error
        if not closed.units:
            self.stdout.write(f"{cycle.name} is closed. Fewer than {cycle.k} people answered, so nothing was published.")
        else:
            self.stdout.write(f"{cycle.name} is closed: {closed.figures} figures of {closed.units} units are published.")
        self.stdout.write("Single answers, invitations and keys are destroyed.")
