"""Making and revoking personal tokens for the API."""

import datetime
import secrets

from django.db import transaction

from assessments.models import Act, ApiToken, User
from assessments.models.clock import today
from assessments.models.tokens import PREFIX, digest_of

BYTES = 32


@transaction.atomic
def make_token(*, user: User, name: str, days: int) -> str:
    """The token itself, which is kept nowhere: whoever made it sees it this once. Usable for so many days after today."""
    secret = f"{PREFIX}{secrets.token_urlsafe(BYTES)}"
    expires = today() + datetime.timedelta(days=days)
    ApiToken.objects.create(user=user, name=name, digest=digest_of(secret), expires=expires)
    Act.objects.create(who=str(user)[:200], what=Act.What.MAKE_TOKEN, why=name)
    return secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    """From now on it opens nothing; again is harmless."""
    if ApiToken.objects.filter(pk=token.pk, revoked=None).update(revoked=today()):
        Act.objects.create(who=str(by)[:200], what=Act.What.REVOKE_TOKEN, why=token.name)
