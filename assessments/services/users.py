"""Accounts: HR, HR viewers and operators by command, leaders by the roster."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from assessments.mails import send_password_link
from assessments.models import Person, User

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 50  # mails that somebody waits for


class UserRefused(ValueError):
    """An address or a role that no account can have; the message is for the reader."""


@dataclass(frozen=True, slots=True)
class Granted:
    """`is_new` is False when the address had an account before."""

    user: User
    is_new: bool


@dataclass(frozen=True, slots=True)
class Accounts:
    """What an import did to accounts. `unsent` fills after commit with the addresses that no mail could be sent to.

    later: so many mails that a worker sends them.
    """

    created: tuple[User, ...]
    displaced: tuple[User, ...]
    unsent: list[str]
    later: bool = False


def password_link(*, user: User) -> str:
    """A link that works once: to choose a password and sign in."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{settings.BASE_URL}{path}"


@transaction.atomic
def create_user(*, email: str, role: str, name: str = "") -> Granted:
    """An account with a role of its own and no password yet; an address that has an account gets the role."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise UserRefused(_("“%(email)s” is not an email address.") % {"email": email}) from None
    if role not in set(User.Role.values) - {User.Role.NONE}:
        raise UserRefused(_("There is no role “%(role)s”.") % {"role": role})
    user = User.objects.select_for_update().filter(email__iexact=email).first()
    if user is None:
        return Granted(User.objects.create_user(email=email, name=name, role=role), is_new=True)
    user.role = role
    user.name = name or user.name
    user.is_active = True
    user.is_staff = user.is_superuser = role == User.Role.OPERATOR
    user.save()
    return Granted(user, is_new=False)


@transaction.atomic
def follow_roster(
    *,
    people: Collection[Person],
    leaders: Collection[Person],
    left: Collection[Person],
    returned: Collection[Person],
    may_wait: bool = False,
) -> Accounts:
    """Bring accounts in line with the roster: people's addresses and names, new leaders, those who left or came back.

    may_wait: somebody waits for a page, so many mails are left to a worker.
    An account never passes from one person to another, since somebody else knows its password; an address may.
    """
    users = {user.pk: user for user in User.objects.select_for_update()}
    before = {pk: (user.email, user.name, user.is_active) for pk, user in users.items()}
    _switch(left, users, active=False)
    _switch(returned, users, active=True)
    pairs = _pair(people, {person.pk for person in leaders}, users)
    displaced = _hand_out_addresses(pairs, users)
    changed = [user for pk, user in users.items() if before[pk] != (user.email, user.name, user.is_active)]
    _store(changed, moved={user.pk for user in changed if before[user.pk][0] != user.email})
    created = tuple(_link(pairs))
    later = may_wait and len(created) > MOST_AT_ONCE
    accounts = Accounts(created=created, displaced=tuple(displaced), unsent=[], later=later)
    transaction.on_commit(partial(_send_or_ask, accounts))
    return accounts


def _switch(people: Collection[Person], users: dict[int, User], *, active: bool) -> None:
    """An account with a role of its own is the operator's to switch."""
    for person in people:
        user = users.get(person.user_id or 0)
        if user is not None and not user.role:
            user.is_active = active


def _pair(people: Collection[Person], leading: set[int], users: dict[int, User]) -> list[tuple[Person, User]]:
    """Whose account is which: one that waits for the address first, then the person's own, then, for a leader, a new one."""
    linked = set(Person.objects.exclude(user=None).values_list("user_id", flat=True))
    waiting = {user.email.lower(): user for user in users.values() if user.is_active and user.pk not in linked}
    pairs = []
    for person in people:
        own = users.get(person.user_id or 0)
        if not person.email or (own is None and person.pk not in leading):
            continue
        user = waiting.get(person.email) or own or User(email=person.email, password=make_password(None))
        if own is not None and user is not own:
            _switch([person], users, active=False)
        pairs.append((person, user))
    return pairs


def _hand_out_addresses(pairs: Sequence[tuple[Person, User]], users: dict[int, User]) -> list[User]:
    """Give each account its person's address and take it from whoever had it; nothing can be sent to `.invalid`."""
    paired = {user.pk for _person, user in pairs}
    addresses = {person.email for person, _user in pairs}
    displaced = [user for pk, user in users.items() if pk not in paired and user.email.lower() in addresses]
    for user in displaced:
        user.email = _placeholder(user)
    for person, user in pairs:
        if user.email.lower() != person.email:
            user.email = person.email
        if not user.role:
            user.name = person.name
    return displaced


def _placeholder(user: User) -> str:
    return f"account-{user.pk}@address.invalid"


def _store(changed: Sequence[User], *, moved: set[int]) -> None:
    """Save accounts. Those that move give up their old address first, as two of them may change places."""
    final = {user.pk: user.email for user in changed}
    moving = [user for user in changed if user.pk in moved]
    for user in moving:
        user.email = _placeholder(user)
    User.objects.bulk_update(moving, ["email"], batch_size=500)
    for user in changed:
        user.email = final[user.pk]
    User.objects.bulk_update(changed, ["email", "name", "is_active"], batch_size=500)
    # allauth keeps addresses of its own, by which the old one would still sign in.
    EmailAddress.objects.filter(user__in=moving).delete()


def _link(pairs: Sequence[tuple[Person, User]]) -> list[User]:
    """Save new accounts and the links of people to theirs."""
    created = [user for _person, user in pairs if user._state.adding]
    User.objects.bulk_create(created, batch_size=500)
    relinked = []
    for person, user in pairs:
        if person.user_id != user.pk:
            person.user = user
            relinked.append(person)
    Person.objects.bulk_update(relinked, ["user"], batch_size=500)
    return created


def _send_or_ask(accounts: Accounts) -> None:
    if accounts.later:
        send_links.enqueue([user.pk for user in accounts.created])
    elif accounts.created:
        accounts.unsent.extend(_send_links(accounts.created))


@task
def send_links(users: list[int]) -> int:
    """In a worker, to those who have chosen no password yet. Returns to how many no mail could be sent; the log names nobody."""
    waiting = [user for user in User.objects.filter(pk__in=users, is_active=True) if not user.has_usable_password()]
    failed = len(_send_links(waiting))
    if failed:
        logger.warning("%s links to choose a password could not be sent; each can be asked for on the sign-in page.", failed)
    return failed


def _send_links(users: Sequence[User]) -> list[str]:
    """The addresses without a mail. One that cannot be sent stops neither the others nor the import, which stands by now."""
    unsent = []
    connection = get_connection()
    try:
        connection.open()
    except OSError:
        # Without a mail server each mail would wait for it in vain.
        return [user.email for user in users]
    for user in users:
        try:
            send_password_link(user=user, url=password_link(user=user), connection=connection)
        except (OSError, ValueError):  # ValueError: no mail can be made for this address; the queue would keep it with the fault
            unsent.append(user.email)
    connection.close()
    return unsent
