"""Erase a person for good: the row, the account, the name wherever it stands beside something else.

While a cycle runs, its count must stay honest: as many boxes as answered invitations. So an answered invitation keeps its mark and
loses its person. One that has not answered goes, or its empty person would make it a code card that nobody drew. The codes go
either way, so that the link of an earlier mail is unknown in both cases; nothing returned or written in the log says which it was.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Act, Action, ActionNote, Code, Cycle, Invitation, Person, User


class CannotErase(Exception):
    """Nothing was erased; the message says why."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Says nothing of invitations: it would tell who answered."""

    had_account: bool


@transaction.atomic
def erase_person(*, person: Person, by: User | str) -> Erased:
    """Raises CannotErase when somebody would erase themselves. A roster that still names the person makes a new one."""
    if isinstance(by, User) and person.user_id == by.pk:
        raise CannotErase(_("You cannot erase yourself. Please ask somebody else of HR."))
    # Alone with the cycle's row, which every ballot holds: no answer is stored between looking and deleting.
    list(Cycle.objects.select_for_update(no_key=True, of=["self"]).filter(invitations__person=person))
    Code.objects.filter(invitation__person=person).delete()
    Invitation.objects.filter(person=person, answered=False).delete()
    account = User.objects.filter(pk=person.user_id).first() if person.user_id else None
    _forget_name(person, account)
    person.delete()
    if account:
        account.delete()
    Act.objects.create(who=str(by)[:200], what=Act.What.ERASE)
    return Erased(had_account=account is not None)


def _forget_name(person: Person, account: User | None) -> None:
    """Actions and their notes hold names as text. A name that somebody else has too stays in notes: it may be meant for them."""
    nobody = _("somebody who was erased")
    Action.objects.filter(owner=person).update(owner_name=nobody)
    names = {person.name, str(account) if account else person.name}
    for name in names:
        if not Person.objects.filter(name=name).exclude(pk=person.pk).exists():
            Action.objects.filter(owner=None, owner_name=name).update(owner_name=nobody)
            ActionNote.objects.filter(by=name).update(by=nobody)
            ActionNote.objects.filter(owner_to=name).update(owner_to=nobody)
