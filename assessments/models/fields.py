"""Callables and fields that migrations refer to."""

import uuid

from django.conf import settings
from django.db import models


def random_key() -> models.UUIDField:
    """A primary key without order or time: on every table from which voting order could be read."""
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def mean_field(*, null: bool = False) -> models.DecimalField:
    """A mean on the scale 1 to 5, to one decimal."""
    return models.DecimalField(max_digits=2, decimal_places=1, null=null)


def difference_field() -> models.DecimalField:
    """A difference of two means, to one decimal; empty where it may not be a number."""
    return models.DecimalField(max_digits=2, decimal_places=1, null=True)


def minimum_group() -> int:
    return settings.MINIMUM_GROUP


def participation_target() -> int:
    return settings.PARTICIPATION_TARGET
