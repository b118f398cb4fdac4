"""Arguments that several commands take."""

import argparse
import datetime

from django.core.management.base import CommandError

from assessments.models import Cycle


def day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-10-15") from error


def get_cycle(name: str) -> Cycle:
    try:
        return Cycle.objects.select_related("questionnaire").get(name=name)
    except Cycle.DoesNotExist as error:
        names = ", ".join(f"“{known}”" for known in Cycle.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no cycle “{name}”. Known: {names}.") from error
