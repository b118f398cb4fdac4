"""Personal tokens for the read-only API: only a digest is kept, so a copy of the database opens nothing."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.clock import today
from assessments.models.fields import random_key

PREFIX = "csc_"  # by which people, and programs that look for secrets in the wrong place, know one


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> "ApiTokenQuerySet":
        """Neither revoked nor past their last day, of accounts that may sign in."""
        return self.filter(revoked=None, expires__gte=today(), user__is_active=True)

    def presented(self, secret: str) -> "ApiToken | None":
        return self.usable().filter(digest=digest_of(secret)).select_related("user").first()


def digest_of(secret: str) -> str:
    """A plain hash is enough for a secret of 256 random bits: nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiToken(models.Model):
    """What its user may read, a program may read with it; asked anew at each request. Days only, no times."""

    id = random_key()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateField(_("made on"), default=today)
    last_used = models.DateField(_("last used on"), null=True, editable=False)
    expires = models.DateField(_("last day"))
    revoked = models.DateField(_("revoked on"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "name"]
        constraints = [models.CheckConstraint(condition=Q(expires__gte=models.F("created")), name="api_token_lasts_a_day")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        return self.revoked is None and self.expires >= today()

    def note_use(self) -> None:
        """At most one write a day."""
        if self.last_used != today():
            ApiToken.objects.filter(pk=self.pk).update(last_used=today())
