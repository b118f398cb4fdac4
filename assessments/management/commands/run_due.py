"""Do what has to be done every day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.services.due import STEPS, run_due


class Command(BaseCommand):
    help = "Do what is due today; meant for a daily timer. Ends with an error when somebody has to see to something."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = run_due()
        if problems:
            raise CommandError("\n".join(problems))
        for step in STEPS:
            self.stdout.write(f"{step.name}: done")
