"""The first sign-in: a server without any HR account prints a link, and whoever opens it makes the first account.

The link stands in the server's log, which only operators read; it dies when it is used, after a day, when the next start prints
another, and as soon as anybody has an HR account.
"""

import hashlib
import logging
import secrets

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from assessments.models import Act, FirstLink, Questionnaire, User
from assessments.services.catalogue import load_content

logger = logging.getLogger(__name__)

TOGETHER = 60  # seconds; processes of one server start within them, and one of them prints


class LinkRefused(Exception):
    """The link was used, has been followed by another, is too old, or somebody has an HR account."""


def make_first_link() -> str:
    """The address to print, or nothing: somebody has an HR account, or another process of this server has just printed one."""
    if _has_hr():
        return ""
    token = secrets.token_hex(24)
    try:
        with transaction.atomic():
            now = timezone.now()
            before = FirstLink.objects.select_for_update().first()
            if before and (now - before.at).total_seconds() < TOGETHER:
                return ""
            FirstLink.objects.filter(only=1).delete()
            FirstLink.objects.create(digest=_digest(token), at=now)
    except IntegrityError:
        return ""  # another process was first
    # By the server's own address: what a request says of its host is not believed.
    return f"{settings.BASE_URL}{reverse('first_sign_in', args=[token])}"


def announce_first_link() -> None:
    """At the start of a server, into its log."""
    try:
        link = make_first_link()
    except DatabaseError:
        return  # no database yet; the checks at the start say so
    if link:
        logger.warning("Nobody has an HR account yet. Whoever opens this link within 24 hours makes the first one: %s", link)


def opens_first_account(token: str) -> bool:
    """Looking spends nothing: mail scanners and previews follow links."""
    return FirstLink.objects.usable(_digest(token)).exists() and not _has_hr()


@sensitive_variables("token", "password")
@transaction.atomic
def make_first_account(*, token: str, email: str, name: str, password: str) -> User:
    """The first HR account, and the practices that csculture comes with if there are none. Raises LinkRefused."""
    # Of two at the same moment one finds the row gone.
    used, _rows = FirstLink.objects.usable(_digest(token)).delete()
    if not used or _has_hr():
        raise LinkRefused(_("This link works no more."))
    user = User.objects.create_user(email=email.lower(), name=name, role=User.Role.HR, password=password)
    Act.objects.create(who=str(user), what=Act.What.FIRST_ACCOUNT)
    if not Questionnaire.objects.exists():
        load_content()
    return user


def load_practices(*, by: User) -> None:
    """For an installation whose first account came from the command line."""
    load_content()
    Act.objects.create(who=str(by), what=Act.What.LOAD_CONTENT)


def _has_hr() -> bool:
    """Whether or not it may sign in at the moment: the operator can switch it on again."""
    return User.objects.filter(role=User.Role.HR).exists()


def _digest(token: str) -> str:
    """A plain hash is enough for 192 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
