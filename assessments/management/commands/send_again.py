"""Mail one person a fresh code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.ballotbox.keys import KeyProblem
from assessments.management.arguments import get_cycle
from assessments.models import Person
from assessments.services.invitations import NotAskedByMail, NotOpen, NotSent, send_again


class Command(BaseCommand):
    help = "Send one person the invitation again, with a fresh code. The answer is the same whether or not the person has answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')
        parser.add_argument("employee_id", help="as in the roster")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = get_cycle(options["cycle"])
        person = Person.objects.filter(employee_id=options["employee_id"]).first()
        if person is None:
            raise CommandError(f"Nobody in the roster has the employee_id “{options['employee_id']}”.")
        try:
            send_again(cycle=cycle, person=person)
        except (NotOpen, NotAskedByMail, NotSent, KeyProblem) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("One invitation with a fresh code sent.")
