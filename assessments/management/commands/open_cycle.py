"""Plan a cycle, or open it when its first day has come."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.management.arguments import day
from assessments.models import Cycle, Invitation, Questionnaire
from assessments.services.catalogue import load_content
from assessments.services.cycles import CycleRefused, open_cycle


class Command(BaseCommand):
    help = "Plan a cycle; open it when its first day has come. Opening freezes teams, members, k and questionnaire."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help='such as "2026 Q4"')
        parser.add_argument("--questionnaire", required=True, help="quarterly-check or full-review")
        parser.add_argument("--opens", required=True, type=day, help="first day, as 2026-10-01")
        parser.add_argument("--closes", required=True, type=day, help="last day, as 2026-10-15")
        parser.add_argument("--k", type=int, help="smallest group shown (default: as HR has set it)")
        parser.add_argument("--trustee-key", type=argparse.FileType(), help="public key of a trustee, as make_trustee_key wrote it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cycle = open_cycle(
                name=options["name"],
                questionnaire=_questionnaire(options["questionnaire"]),
                opens=options["opens"],
                closes=options["closes"],
                k=options["k"],
                trustee_key=options["trustee_key"].read() if options["trustee_key"] else "",
            )
        except CycleRefused as error:
            raise CommandError(str(error)) from error
        if cycle.state == Cycle.State.PLANNED:
            self.stdout.write(f"{cycle.name} is planned. Run the same command on {cycle.opens} or later to open it.")
            return
        invitations = Invitation.objects.filter(cycle=cycle)
        self.stdout.write(f"{cycle.name} is open until the end of {cycle.closes}: {invitations.count()} people may answer.")
        if cycle.trustee:
            self.stdout.write(f"Its private key is with the trustee. Short sign of the public key: {cycle.short_sign}")
        without = invitations.filter(person__isnull=True).count()
        if without:
            self.stdout.write(f"{without} of them have no mail address and need a code card.")


def _questionnaire(code: str) -> Questionnaire:
    if not Questionnaire.objects.exists():
        load_content()
    questionnaire = Questionnaire.objects.newest(code)
    if questionnaire is None:
        codes = ", ".join(sorted(set(Questionnaire.objects.values_list("code", flat=True))))
        raise CommandError(f"There is no questionnaire “{code}”. Known: {codes}.")
    return questionnaire
