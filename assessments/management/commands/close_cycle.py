"""Close a cycle: count, publish figures, destroy everything else. Or abandon it: destroy, publish nothing."""

import getpass
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.views.decorators.debug import sensitive_variables

from assessments.ballotbox.keys import KeyProblem, parse_private_key
from assessments.management.arguments import get_cycle
from assessments.models import Cycle
from assessments.services.closing import CannotAbandon, CannotClose, abandon_cycle, close_cycle


class Command(BaseCommand):
    help = "Close a cycle after its last day. Interrupted, the next run finishes; run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')
        parser.add_argument("--now", action="store_true", help="before the last day is over")
        parser.add_argument("--trustees-key", metavar="FILE", help="the trustee's private key; - reads it from terminal or pipe")
        parser.add_argument("--abandon", action="store_true", help="destroy all answers and keys and publish nothing, for ever")
        parser.add_argument("--why", default="", help="with --abandon: the reason, which is kept")
        parser.add_argument("--yes", action="store_true", help="with --abandon: do not ask for the cycle's name again")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = get_cycle(options["cycle"])
        if options["abandon"]:
            self._abandon(cycle, why=options["why"], sure=options["yes"])
        else:
            self._close(cycle, now=options["now"], key=options["trustees_key"])

    @sensitive_variables()
    def _close(self, cycle: Cycle, *, now: bool, key: str | None) -> None:
        try:
            closed = close_cycle(cycle=cycle, now=now, trustees_key=_trustees_key(key, cycle) if key else None, progress=self._tell)
        except (CannotClose, KeyProblem) as error:
            raise CommandError(f"{error} {_rest(cycle)}") from error
        if not closed.units:
            self.stdout.write(f"{cycle.name} is closed. Fewer than {cycle.k} people answered, so nothing was published.")
        else:
            self.stdout.write(f"{cycle.name} is closed: {closed.figures} figures of {closed.units} units are published.")
        self.stdout.write("Single answers, invitations and keys are destroyed.")
        if cycle.trustee:
            self.stdout.write("The trustee's private key is not kept here. Please destroy it and all its copies now.")

    def _tell(self, done: int, of: int) -> None:
        """On a terminal only: what goes together with good service takes the longest, some seconds."""
        if self.stdout.isatty():
            self.stdout.write(f"\rlooking for what goes together: {100 * done // of} %" + ("\n" if done == of else ""), ending="")
            self.stdout.flush()

    def _abandon(self, cycle: Cycle, *, why: str, sure: bool) -> None:
        if not sure:
            _ask(
                f"All answers of {cycle.name} will be destroyed and nothing published. Type the cycle's name to go on: ", cycle.name
            )
        try:
            abandon_cycle(cycle=cycle, by=f"{getpass.getuser()} at the command line", why=why)
        except (CannotAbandon, KeyProblem) as error:
            raise CommandError(f"{error} {_rest(cycle)}") from error
        self.stdout.write(f"{cycle.name} is abandoned. Answers, invitations and keys are destroyed; nothing is published.")


@sensitive_variables()
def _trustees_key(source: str, cycle: Cycle) -> X25519PrivateKey:
    """The key stays in this process: no argument of a command, which others could list, holds it."""
    try:
        if source != "-":
            pem = Path(source).read_text()
        elif sys.stdin.isatty():
            pem = "\n".join(getpass.getpass(f"Line {line} of the private key: ") for line in (1, 2, 3))
        else:
            pem = sys.stdin.read()
    except (OSError, ValueError) as error:
        raise CommandError(f"The private key cannot be read from {source}: {type(error).__name__}. Nothing was changed.") from None
    return parse_private_key(pem, bytes(cycle.public_key))


def _rest(cycle: Cycle) -> str:
    cycle.refresh_from_db()
    if cycle.state == Cycle.State.CLOSED:
        return "The figures are published; run the command again to destroy the key."
    if cycle.state == Cycle.State.ABANDONED and not cycle.key_destroyed:
        return "The answers are destroyed; run the command again to destroy the key."
    return "Nothing was changed."


def _ask(question: str, wanted: str) -> None:
    try:
        typed = input(question)
    except EOFError as error:
        raise CommandError("Nobody is there to ask. With --yes it goes on unasked. Nothing was changed.") from error
    if typed.strip() != wanted:
        raise CommandError("That is not the cycle's name. Nothing was changed.")
