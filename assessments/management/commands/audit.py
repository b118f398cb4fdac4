"""Check what can be checked of a cycle's anonymity on this installation, and say what was looked at."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.management.arguments import get_cycle
from assessments.services.audit import audit_cycle
from assessments.services.findings import Verdict


class Command(BaseCommand):
    help = "Say what was looked at and how it was found, a line each. Changes nothing; exit code 1 when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')
        parser.add_argument(
            "--across-cycles", action="store_true", help="also what it tells together with the closed cycle before it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = get_cycle(options["cycle"])
        self.stdout.write(f"{cycle.name} is {cycle.get_state_display()}.")
        findings = audit_cycle(cycle=cycle, across_cycles=options["across_cycles"])
        for finding in findings:
            self.stdout.write(f"{finding.verdict:8} {finding.words}")
        verdicts = [finding.verdict for finding in findings]
        wrong, warnings = verdicts.count(Verdict.WRONG), verdicts.count(Verdict.WARNING)
        if wrong:
            raise CommandError(f"{len(findings)} things looked at: {wrong} wrong, {warnings} to be thought about.")
        self.stdout.write(f"{len(findings)} things looked at: nothing is wrong, {warnings} to be thought about.")
