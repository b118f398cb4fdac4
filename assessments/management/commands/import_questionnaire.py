"""Read a questionnaire from a file as a draft."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.content.files import FileFault, decode, read_file
from assessments.forms.questionnaires import file_fault_words, kind_of
from assessments.services.questionnaire_files import import_file


class Command(BaseCommand):
    help = "Make a draft from a questionnaire's file, TOML or JSON by its ending. HR looks at it and publishes it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            draft = import_file(file=read_file(decode(path.read_bytes()), kind_of(path.name)))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except FileFault as fault:
            raise CommandError(f"{path}: {file_fault_words(fault)}") from fault
        self.stdout.write(f"{draft} is a draft now, with {draft.items.count()} statements.")
