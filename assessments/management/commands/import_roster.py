"""`import_roster FILE [--dry-run] [--many-leave]`: teams, people and leaders from a CSV or XLSX file, which is the whole roster."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.importers.files import FileRefused
from assessments.importers.roster import Roster, read_roster
from assessments.services.organisation import ManyLeave, RosterChanges, apply_roster, compare_roster
from assessments.services.users import Accounts


class Command(BaseCommand):
    help = _("Import the whole roster: employee_id, name, email, team and role, one row per person, team and role.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help=_("say what would change and write nothing"))

        parser.add_argument("--many-leave", action="store_true", help=_("let more than a fifth of the people leave"))

    def handle(self, *args: Any, **options: Any) -> None:
        roster = self.read(options["file"])
        for warning in roster.warnings:
            self.stderr.write(str(warning))
        if options["dry_run"]:
            self.report(roster, compare_roster(rows=roster.rows))
            self.stdout.write(_("This was a dry run: nothing was written."))
            return
        try:
            applied = apply_roster(rows=roster.rows, ask_first=not options["many_leave"])
        except ManyLeave as many:
            raise CommandError(_("%(why)s Nothing was imported. If that is meant, add --many-leave.") % {"why": many}) from None
        self.report(roster, applied.changes)
        self.report_accounts(applied.accounts)

    def read(self, path: Path) -> Roster:
        try:
            return read_roster(path.read_bytes())
        except OSError as error:
            reason = {"path": path, "reason": error.strerror}
            raise CommandError(_("The file %(path)s cannot be read: %(reason)s.") % reason) from None
        except FileRefused as refused:
            count = len(refused.problems)
            heading = ngettext(
                "Nothing was imported; there is %(count)s problem:",
                "Nothing was imported; there are %(count)s problems:",
                count,
            )
            raise CommandError(f"{heading % {'count': count}}\n{refused}") from None

    def report(self, roster: Roster, changes: RosterChanges) -> None:
        self.stdout.write(
            _("People in the file: %(people)s, in teams: %(teams)s") % {"people": roster.people, "teams": roster.teams}
        )
        for label, count in (
            (_("new people"), changes.new_people),
            (_("people with a new name or address"), changes.changed_people),
            (_("people who come back"), changes.returning_people),
            (_("people who leave"), changes.leaving_people),
            (_("new teams"), changes.new_teams),
            (_("memberships added"), changes.memberships_added),
            (_("memberships removed"), changes.memberships_removed),
            (_("leaders who get an account and a mail"), changes.new_accounts),
        ):
            self.stdout.write(f"  {label}: {count}")

    def report_accounts(self, accounts: Accounts) -> None:
        for user in accounts.displaced:
            text = _("The account of %(name)s lost its address, which is somebody else’s now; nobody can sign in to it.")
            self.stderr.write(text % {"name": user.name or user.pk})
        for email in accounts.unsent:
            text = _("The mail to %(email)s could not be sent. A link can be asked for on the sign-in page.")
            self.stderr.write(text % {"email": email})
        sent = len(accounts.created) - len(accounts.unsent)
        self.stdout.write(_("Mails sent to choose a password: %(sent)s") % {"sent": sent})
