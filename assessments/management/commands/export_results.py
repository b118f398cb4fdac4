"""Write every cell of a closed cycle to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.exports import downloads
from assessments.management.arguments import get_cycle
from assessments.models import Cycle
from assessments.results.export import export_of


class Command(BaseCommand):
    help = "Export every team x (overall, dimension, practice) of a closed cycle; hidden cells carry no number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')
        parser.add_argument("--format", choices=["xlsx", "csv", "json"], default="json")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = get_cycle(options["cycle"])
        if cycle.state != Cycle.State.CLOSED:
            raise CommandError(f"{cycle.name} is not closed, so there is nothing to export yet.")
        try:
            count = _write(cycle, options["format"], options["out"])
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{count} cells written to {options['out']}.")


def _write(cycle: Cycle, kind: str, path: Path) -> int:
    """How many cells."""
    export = export_of(cycle)
    with path.open("wb") as out:
        if kind == "xlsx":
            out.write(downloads.xlsx_of(downloads.FIGURES, export))
        else:
            out.writelines(downloads.pieces_of(downloads.FIGURES, export, kind))
    return export.size
