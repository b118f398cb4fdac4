"""A roster file between its upload and its import, and what its headings stood for the last time."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT = datetime.timedelta(days=1)


class RosterUploadQuerySet(models.QuerySet["RosterUpload"]):
    def forgotten(self) -> "RosterUploadQuerySet":
        """Those that nobody has come back to within a day."""
        return self.filter(at__lt=timezone.now() - KEPT)


class RosterUpload(models.Model):
    """The cells of an uploaded file, private to whoever uploaded it; gone when applied, cancelled or a day old."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roster_upload")
    name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    table = models.BinaryField()  # compressed JSON, so that a large workbook is read once
    meanings = models.JSONField(null=True)  # what each column stands for; nothing before HR has said so

    objects = RosterUploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class RosterColumn(models.Model):
    """What a column of the organisation's own files stands for, as HR said once."""

    heading = models.CharField(max_length=200, unique=True)
    meaning = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.heading}: {self.meaning}"
