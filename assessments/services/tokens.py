"""Making and revoking personal tokens for the API."""

import datetime
import secrets

from assessments.models import ApiToken, User
from assessments.models.clock import today
from assessments.models.tokens import PREFIX, digest_of

BYTES = 32


def make_token(*, user: User, name: str, days: int) -> str:
    """The token itself, which is kept nowhere: whoever made it sees it this once. Usable for so many days after today."""
    secret = f"{PREFIX}{secrets.token_urlsafe(BYTES)}"
    expires = today() + datetime.timedelta(days=days)
    ApiToken.objects.create(user=user, name=name, digest=digest_of(secret), expires=expires)
    return secret


def revoke_token(*, token: ApiToken) -> None:
    """From now on it opens nothing; again is harmless."""
    ApiToken.objects.filter(pk=token.pk, revoked=None).update(revoked=today())
