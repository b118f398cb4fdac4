"""What administrators did: who, what, when and why. Nothing in here tells who took part."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.cycles import Cycle


class Act(models.Model):
    """One administrative act. `who` is text, so that it outlives the account."""

    class What(models.TextChoices):
        CLOSE = "close", _("asked for the close")
        CLOSE_EARLY = "early", _("asked for the close before the last day")
        ABANDON = "abandon", _("abandoned the cycle")
        HIDE_TEXT = "hide", _("destroyed a text that names a person")
        RELEASE_TEXTS = "release", _("released the texts to managers")

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=10, choices=What.choices)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="acts")
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}, {self.cycle}"
