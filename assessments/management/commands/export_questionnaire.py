"""Write a questionnaire to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.content.files import KINDS, write_file
from assessments.models import Questionnaire
from assessments.services.questionnaire_files import file_of


class Command(BaseCommand):
    help = "Write a version of a questionnaire to a file, TOML or JSON by its ending, with all practices of the organisation's own."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django's own --version gives way to that of the questionnaire.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="such as quarterly-check")
        parser.add_argument("--version", type=int, help="default: the newest published one")
        parser.add_argument("--out", required=True, type=Path, help="the file to write, FILE.toml or FILE.json")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["out"]
        kind = path.suffix.lower().removeprefix(".")
        if kind not in KINDS:
            raise CommandError(f"{path} should end in {' or '.join(f'.{known}' for known in KINDS)}.")
        questionnaire = _get(options["code"], options["version"])
        try:
            path.write_text(write_file(file_of(questionnaire), kind), encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{questionnaire}: {questionnaire.items.count()} statements written to {path}.")


def _get(code: str, version: int | None) -> Questionnaire:
    found = Questionnaire.objects.filter(code=code, version=version).first() if version else Questionnaire.objects.newest(code)
    if found is None:
        known = ", ".join(f"{one.code} --version {one.version}" for one in Questionnaire.objects.all()) or "none yet"
        raise CommandError(f"There is no such questionnaire. Known: {known}.")
    return found
