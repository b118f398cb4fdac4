"""`create_user EMAIL --role hr`: an account for HR, an HR viewer or an operator, and a link to choose a password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from assessments.models import User
from assessments.services.users import UserRefused, create_user, password_link


class Command(BaseCommand):
    help = _("Create an account, or change its role, and print a link that works once to choose a password.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", required=True, choices=[role for role in User.Role.values if role])
        parser.add_argument("--name", default="", help=_("as others will read it"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            granted = create_user(email=options["email"], role=options["role"], name=options["name"])
        except UserRefused as error:
            raise CommandError(str(error)) from None
        values = {"email": granted.user.email, "role": granted.user.get_role_display()}
        if granted.is_new:
            self.stdout.write(_("%(email)s has an account now: %(role)s.") % values)
        else:
            self.stdout.write(_("%(email)s had an account already; its role now is: %(role)s.") % values)
        self.stdout.write(_("To choose a password and sign in, open this link (it works once):"))
        self.stdout.write(password_link(user=granted.user))
