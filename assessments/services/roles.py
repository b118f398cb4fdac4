"""Who of HR reads and sets up, whether or not the roster knows them.

Nothing that is written down here names anybody, since it outlives whoever is erased.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import Act, ApiToken, Person, User
from assessments.models.clock import today
from assessments.services.teams import CannotChange

READERS = {User.Role.HR, User.Role.HR_VIEWER}


@transaction.atomic
def change_role(*, user: User, role: str, by: User) -> User:
    """HR, HR reading only, or none; returns the account as it is then."""
    stored = keep_one_hr(user) if role != User.Role.HR else _alone(user)[0]
    if stored.pk == by.pk:
        words = _("Nobody changes their own role, so that nobody locks themselves out by accident. Please ask a colleague of HR.")
        raise CannotChange(words, "role")
    words = f"{User.Role(stored.role).label} → {User.Role(role).label}"
    if role != stored.role:
        stored.role = role
        person = Person.objects.filter(user=stored).first()
        if not role:
            _end(stored, person)
        stored.save(update_fields=["role", "is_active", "password"])
        who = f"#{person.pk}" if person else _("account %(number)s") % {"number": stored.pk}
        Act.objects.create(who=str(by)[:200], what=Act.What.ROLE, why=f"{who}: {words}"[:500])
    return stored


def keep_one_hr(user: User) -> User:
    """The account as it is now. Raises CannotChange rather than leave nobody who can do what HR does."""
    stored, others = _alone(user)
    if stored.role == User.Role.HR and stored.is_active and not others:
        raise CannotChange(_("It is the last account of HR. Give the role to somebody else first."), "role")
    return stored


def _alone(user: User) -> tuple[User, list[User]]:
    """The account and all others of HR, locked in one order: two cannot go at once, nor wait for each other."""
    able = Q(role=User.Role.HR, is_active=True)
    rows = list(User.objects.select_for_update(no_key=True).filter(able | Q(pk=user.pk)).order_by("pk"))
    stored = next((row for row in rows if row.pk == user.pk), None)
    if stored is None:
        raise CannotChange(_("This account is no longer in csculture."))
    return stored, [row for row in rows if row.pk != user.pk]


def _end(user: User, person: Person | None) -> None:
    """Programs read nothing more. Where nobody in the roster signs in with it, the account is switched off; without its password
    no open session comes back to life if the role is given again."""
    ApiToken.objects.filter(user=user, revoked=None).update(revoked=today())
    if person is None or not person.active:
        user.is_active = False
        user.set_unusable_password()
