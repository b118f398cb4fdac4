"""Erase a person for good: the row, the account, the name wherever it stands beside something else.

While a cycle runs, its count must stay honest: as many boxes as answered invitations. So an answered invitation keeps its mark and
loses its person. One that has not answered goes, or its empty person would make it a code card that nobody drew. The codes go
either way, so that the link of an earlier mail is unknown in both cases; nothing returned or written in the log says which it was.
"""

from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import (
    Act,
    Action,
    ActionNote,
    Code,
    Cycle,
    Invitation,
    Person,
    ReleasedAction,
    ReportBatch,
    RosterColumn,
    RosterUpload,
    User,
)
from assessments.services.planning import forget_samples
from assessments.services.reporting import sweep


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
    account = User.objects.filter(pk=person.user_id).first() if person.user_id else None
    names = {person.name, str(account) if account else person.name}
    addresses = {person.email, account.email if account else ""} - {""}
    _empty_invitations(person)
    _forget_names(person, names)
    # Rosters that wait to be applied hold everybody, this person too; HR uploads them again. One that is being applied at this
    # moment goes by itself, and waits for this person's row.
    waiting = RosterUpload.objects.select_for_update(skip_locked=True)
    RosterUpload.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).delete()
    # A file without headings has somebody's row in their place.
    RosterColumn.objects.filter(heading__in=[words.casefold() for words in {*names, *addresses, person.employee_id}]).delete()
    LogEntry.objects.filter(object_repr__in={*names, *addresses}).delete()
    person.delete()
    if account:
        _end_sessions(account)
        account.delete()
    Act.objects.create(who=str(by)[:200], what=Act.What.ERASE)
    transaction.on_commit(forget_samples)
    return Erased(had_account=account is not None)


def _empty_invitations(person: Person) -> None:
    # Alone with the cycle's row, which every ballot holds: no answer is stored between looking and deleting.
    list(Cycle.objects.select_for_update(no_key=True, of=["self"]).filter(invitations__person=person))
    # And with the invitation's: a reminder on its way would bring a code that is not seen here.
    list(Invitation.objects.select_for_update(no_key=True).filter(person=person))
    Code.objects.filter(invitation__person=person).delete()
    Invitation.objects.filter(person=person, answered=False).delete()


def _forget_names(person: Person, names: set[str]) -> None:
    """Wherever they stand as text. A name that somebody else has too stays where it may be meant for them."""
    nobody = _("somebody who was erased")
    named = Action.objects.filter(owner=person).update(owner_name=nobody)
    for name in names:
        if Person.objects.filter(name=name).exclude(pk=person.pk).exists():
            continue
        named += Action.objects.filter(owner=None, owner_name=name).update(owner_name=nobody)
        ActionNote.objects.filter(by=name).update(by=nobody)
        ActionNote.objects.filter(owner_to=name).update(owner_to=nobody)
        ReleasedAction.objects.filter(named=name).update(named="")
        # With the number, so that what one person did stays what one person did.
        if not User.objects.filter(name=name).exclude(person=person).exists():
            Act.objects.filter(who=name).update(who=f"{nobody} (#{person.pk})")
    if named:
        ReportBatch.objects.all().delete()  # their files name who sees to an action
        transaction.on_commit(sweep)


def _end_sessions(account: User) -> None:
    """What a session holds beside the account's key is its address."""
    mine = [one.pk for one in Session.objects.iterator() if one.get_decoded().get(SESSION_KEY) == str(account.pk)]
    Session.objects.filter(pk__in=mine).delete()
