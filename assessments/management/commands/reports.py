"""Write the improvement reports of all units of a cycle as PDFs."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assessments.management.commands.report import add_layout, get_closed_cycle, write
from assessments.services.reporting import names_of, units_with_report


class Command(BaseCommand):
    help = (
        "Write every report of a closed cycle into a directory. Interrupted, the next run goes on: files that are there are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')
        parser.add_argument("--out", required=True, type=Path, help="the directory; it is made if it is missing")
        parser.add_argument("--again", action="store_true", help="also those whose files are there")
        add_layout(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        units = list(units_with_report(get_closed_cycle(options["cycle"])))
        names = names_of(units)
        missing = [unit for unit in units if options["again"] or not (options["out"] / names[unit.pk]).exists()]
        began = time.monotonic()
        for number, unit in enumerate(missing, start=1):
            write(unit, options["out"] / names[unit.pk], options)
            self._show(f"{number} of {len(missing)}, {time.monotonic() - began:.0f} s: {unit}")
        self._show("")
        self.stdout.write(f"{len(missing)} reports made, {len(units) - len(missing)} were there, in {options['out']}.")

    def _show(self, words: str) -> None:
        """One line that changes, on a terminal alone."""
        if self.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{words}", ending="")
            self.stdout.flush()
