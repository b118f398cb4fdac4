"""How well a cycle's questions measure, and what goes together with good service: for the whole organisation only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.cycles import Cycle


def _ratio() -> models.DecimalField:
    """A number between -1 and 1 to two decimals; empty where too few people or teams answered."""
    return models.DecimalField(max_digits=3, decimal_places=2, null=True)


class Quality(models.Model):
    """Of one dimension, or of the overall figure (empty code). Numbers are empty below their minimum of persons and teams."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="qualities")
    code = models.CharField(max_length=60, blank=True)
    persons = models.PositiveIntegerField()
    teams = models.PositiveIntegerField()
    alpha = _ratio()
    alpha_low = _ratio()
    alpha_high = _ratio()
    icc1 = _ratio()
    icc2 = _ratio()
    rwg = _ratio()
    no_bands = models.CharField(_("why teams are not compared"), max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="quality_once")]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.code or 'overall'}"


class DriverModel(models.Model):
    """The study of what goes together with the outcome, or the reason why there is none."""

    cycle = models.OneToOneField(Cycle, on_delete=models.CASCADE, related_name="driver_model")
    withheld = models.CharField(max_length=50, blank=True)
    r2 = _ratio()
    persons = models.PositiveIntegerField(null=True)
    teams = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"drivers of {self.cycle}"


class Driver(models.Model):
    """One dimension's share of what the dimensions together explain, and between which ranks it likely stands."""

    model = models.ForeignKey(DriverModel, on_delete=models.CASCADE, related_name="drivers")
    code = models.CharField(max_length=60)
    share = models.PositiveSmallIntegerField(_("per cent"))
    rank = models.PositiveSmallIntegerField()
    best = models.PositiveSmallIntegerField()
    worst = models.PositiveSmallIntegerField()
    sure = models.BooleanField()

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["model", "code"], name="driver_once")]

    def __str__(self) -> str:
        return f"{self.model}: {self.code}"
