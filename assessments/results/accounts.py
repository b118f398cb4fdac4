"""Accounts that read everything or set everything up, whether or not the roster knows them."""

from dataclasses import dataclass

from assessments.models import Person, User


@dataclass(frozen=True, slots=True)
class Reader:
    """person: whose account it is, if the roster knows them; waits: no password has been chosen yet."""

    user: User
    person: Person | None
    waits: bool


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """operators: accounts of those who look after the server, which no page changes."""

    readers: tuple[Reader, ...]
    operators: int


def accounts_page() -> AccountsPage:
    users = User.objects.filter(role__in=[User.Role.HR, User.Role.HR_VIEWER]).order_by("role", "name", "email")
    people = {person.user_id: person for person in Person.objects.filter(user__in=users)}
    readers = tuple(Reader(user, people.get(user.pk), user.is_active and not user.has_usable_password()) for user in users)
    return AccountsPage(readers, User.objects.filter(role=User.Role.OPERATOR, is_active=True).count())
