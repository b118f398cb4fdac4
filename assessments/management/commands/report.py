"""Write the improvement report of one unit as a PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.exports.pdf import PdfFailed, PdfUnavailable
from assessments.exports.reports import report_pdf
from assessments.management.arguments import get_cycle
from assessments.models import Cycle, CycleTeam, ReportBatch
from assessments.results.reports import SECTIONS, layout_of, report_of
from assessments.services.reporting import store


class Command(BaseCommand):
    help = "Write the improvement report of one unit of a closed cycle as a PDF, as its own manager may read it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help='its path, such as "Sales / North"')
        parser.add_argument("cycle", help='the cycle\'s name, such as "2026 Q4"')
        parser.add_argument("--out", required=True, type=Path, help="the file to write")
        add_layout(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = get_closed_cycle(options["cycle"])
        unit = cycle.teams.filter(path=options["team"]).select_related("cycle", "team").first()
        if unit is None:
            raise CommandError(f"{cycle.name} has no team “{options['team']}”. Give the whole path, such as “Sales / North”.")
        write(unit, options["out"], options)
        self.stdout.write(f"{options['out']} is written.")


def add_layout(parser: CommandParser) -> None:
    parser.add_argument("--paper", choices=ReportBatch.Paper.values, default=ReportBatch.Paper.A4)
    parser.add_argument("--without", action="append", choices=[*SECTIONS], default=[], help="leave a section out; may be repeated")


def get_closed_cycle(name: str) -> Cycle:
    cycle = get_cycle(name)
    if cycle.state != Cycle.State.CLOSED:
        raise CommandError(f"{cycle.name} is not closed, so there are no reports yet.")
    return cycle


def write(unit: CycleTeam, path: Path, options: dict[str, Any]) -> None:
    try:
        store(path, report_pdf(report_of(unit, layout_of(options["without"], options["paper"]))))
    except PdfUnavailable as error:
        raise CommandError("WeasyPrint, or a system library that it needs, is missing.") from error
    except PdfFailed as error:
        raise CommandError(f"The report of {unit} could not be made: {error}.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
