"""All reports of a closed cycle as files, and who was mailed theirs. Rows say what is done, so that any worker can go on."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.organisation import Person


class ReportBatch(models.Model):
    """One at a time of a cycle; a new one takes its place. `job`: the queue's key of the work asked for last."""

    class Paper(models.TextChoices):
        A4 = "a4", _("A4 (most of the world)")
        LETTER = "letter", _("US Letter")

    class Work(models.TextChoices):
        MAKE = "make", _("making the files")
        MAIL = "mail", _("sending the mails")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    cycle = models.OneToOneField(Cycle, on_delete=models.CASCADE, related_name="report_batch")
    paper = models.CharField(max_length=10, choices=Paper.choices, default=Paper.A4)
    without = models.CharField(_("sections left out, by name"), max_length=200, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    work = models.CharField(max_length=10, choices=Work.choices, default=Work.MAKE)
    job = models.UUIDField(null=True, editable=False)
    beat = models.DateTimeField(_("last sign of life of the worker"), null=True, editable=False)
    seconds = models.FloatField(_("worked on the files so far"), default=0)
    problem = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"reports of {self.cycle}"

    @property
    def folder(self) -> Path:
        return Path(settings.REPORTS_DIR) / self.uid.hex


class ReportFile(models.Model):
    """A unit's report in a batch. `name` is the one in the ZIP; on disk the file is named by its key."""

    batch = models.ForeignKey(ReportBatch, on_delete=models.CASCADE, related_name="files")
    unit = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=150)
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["unit__position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "unit"], name="report_file_once"),
            models.UniqueConstraint(fields=["batch", "name"], name="report_file_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return self.batch.folder / f"{self.pk}.pdf"


class ReportMail(models.Model):
    """The one mail of a batch to a manager. Begun but never said to be sent or failed: the worker was killed while sending."""

    class State(models.TextChoices):
        BEGUN = "begun", _("begun")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    batch = models.ForeignKey(ReportBatch, on_delete=models.CASCADE, related_name="mails")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.BEGUN)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "person"], name="report_mail_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"
