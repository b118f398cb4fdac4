"""Questionnaires in versions; a version that a cycle has used never changes."""

from django.db import models

from assessments.models.catalogue import Practice

SECONDS_PER_ITEM = 8  # a quarterly check of 30 takes about 4 minutes


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def newest(self, code: str) -> "Questionnaire | None":
        return self.filter(code=code).order_by("-version").first()


class Questionnaire(models.Model):
    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=100)
    used = models.BooleanField(default=False)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="questionnaire_version_once")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def minutes(self) -> int:
        return minutes_for(self.items.count())


def minutes_for(items: int) -> int:
    """About how long an employee needs."""
    return max(1, round(items * SECONDS_PER_ITEM / 60))


class Item(models.Model):
    """A practice's statements as this version words them."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="items")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    team = models.CharField(max_length=200)
    manager = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "practice"], name="item_practice_once")]

    def __str__(self) -> str:
        return self.team
