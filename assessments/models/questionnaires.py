"""Questionnaires in versions: a draft is worked on, a published one can be asked, one that a cycle has used never changes."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.catalogue import Practice

SECONDS_PER_ITEM = 8  # a quarterly check of 30 takes about 4 minutes


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def published(self) -> "QuestionnaireQuerySet":
        return self.filter(published=True)

    def newest(self, code: str) -> "Questionnaire | None":
        """The version that a cycle would ask: drafts do not count."""
        return self.published().filter(code=code).order_by("-version").first()


class Questionnaire(models.Model):
    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=100)
    published = models.BooleanField(_("no draft: frozen, and a cycle may ask it"), default=True)
    own = models.BooleanField(_("made by HR, not shipped"), default=False)
    used = models.BooleanField(default=False)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="questionnaire_version_once"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(published=False), name="questionnaire_one_draft"),
            models.CheckConstraint(condition=models.Q(published=True) | models.Q(used=False), name="questionnaire_draft_unused"),
        ]

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


class Difference(StrEnum):
    """Of an item against the version before. Trends compare what the team is asked."""

    NEW = "new"
    REWORDED = "reworded"
    MANAGER_REWORDED = "manager"


def difference(former: Item | None, team: str, manager: str) -> Difference | None:
    if former is None:
        return Difference.NEW
    if former.team != team:
        return Difference.REWORDED
    return Difference.MANAGER_REWORDED if former.manager != manager else None
