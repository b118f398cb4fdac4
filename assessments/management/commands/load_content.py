"""Load the shipped practices and questionnaires."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.content.catalogue import ContentError
from assessments.services.catalogue import load_content


class Command(BaseCommand):
    help = "Check the shipped practices and questionnaires and load them; again is harmless."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_content()
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{loaded.practices} practices loaded.")
        for version in loaded.new_versions:
            self.stdout.write(f"New: {version}.")
