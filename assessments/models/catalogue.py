"""The practices that csculture asks about, loaded from `content/`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

OWN = "own-"  # codes of what HR has written begin with it, codes of shipped content never do


class Article(models.Model):
    """One of the texts that the practices come from."""

    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Dimension(models.Model):
    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=60)
    about = models.CharField(_("what it is about"), max_length=200)
    position = models.PositiveSmallIntegerField()
    outcome = models.BooleanField(_("a result, never a driver"), default=False)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_own(self) -> bool:
        return self.code.startswith(OWN)


class Practice(models.Model):
    """A practice; its code is its identity for ever, since trends compare by it."""

    code = models.SlugField(max_length=60, unique=True)
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="practices")
    title = models.CharField(max_length=100)
    articles = models.ManyToManyField(Article, related_name="practices")
    position = models.PositiveSmallIntegerField()
    team = models.CharField(_("statement for the team"), max_length=200)
    manager = models.CharField(_("statement for the manager"), max_length=200)
    why = models.TextField(_("why it matters"))
    idea = models.TextField()
    start = models.TextField(_("start this week"))
    build = models.TextField(_("build this quarter"))
    keep = models.TextField(_("make it normal"))
    talk = models.TextField(_("question for a team talk"))

    class Meta:
        ordering = ["dimension__position", "position"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_own(self) -> bool:
        return self.code.startswith(OWN)
