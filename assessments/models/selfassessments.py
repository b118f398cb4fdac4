"""The leader's view of a team: ordinary named data, one per led team and cycle, shared by its leaders."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assessments.models.cycles import CycleTeam
from assessments.models.questionnaires import Item


class SelfAssessment(models.Model):
    team = models.OneToOneField(CycleTeam, on_delete=models.CASCADE, related_name="self_assessment")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Self-assessment of {self.team}"


class Answer(models.Model):
    assessment = models.ForeignKey(SelfAssessment, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    under_way = models.BooleanField(default=False)
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="answer_once"),
            models.CheckConstraint(condition=models.Q(value=None) | models.Q(value__range=(1, 5)), name="answer_on_the_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"
