"""The link that a server without any HR account prints at its start: whoever opens it makes the first one."""

import datetime

from django.db import models
from django.utils import timezone

VALID = datetime.timedelta(hours=24)


class FirstLinkQuerySet(models.QuerySet["FirstLink"]):
    def usable(self, digest: str) -> "FirstLinkQuerySet":
        return self.filter(digest=digest, at__gt=timezone.now() - VALID)


class FirstLink(models.Model):
    """At most one row: a link takes the place of the one before. Only a digest is kept: a copy of the database opens nothing."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    objects = FirstLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=1), name="first_link_only_one")]

    def __str__(self) -> str:
        return "the first link"
