"""`erase_person EMPLOYEE_ID`: the person, the account, and the name wherever it stands beside something else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from assessments.models import Person
from assessments.services.erasing import erase_person


class Command(BaseCommand):
    help = _("Erase a person for good. Take the person out of the roster too, or the next import brings them back.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("employee_id", metavar="EMPLOYEE_ID")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(employee_id=options["employee_id"]).first()
        if person is None:
            raise CommandError(_("Nobody in csculture has the id %(id)s.") % {"id": options["employee_id"]})
        erased = erase_person(person=person, by="manage.py")
        account = _("The person and the account are erased.") if erased.had_account else _("The person is erased.")
        self.stdout.write(account)
        self.stdout.write(_("Take the person out of the roster too, or the next import brings them back."))
