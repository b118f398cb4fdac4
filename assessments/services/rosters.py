"""A roster that HR uploads: kept until it is applied, what its columns stand for remembered, applied as it was looked at."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Act, Membership, Person, RosterColumn, RosterUpload, Team, User
from assessments.services.organisation import Applied, RosterRow, apply_roster


class NotAsSeen(Exception):
    """The organisation or the upload is no longer what the preview showed."""


@transaction.atomic
def keep_upload(*, user: User, name: str, table: bytes, meanings: Sequence[str] | None) -> None:
    """One for each user, the last one. meanings: what the columns stand for, where nothing has to be asked."""
    forget_old_uploads()
    values = {"name": name[-200:], "at": timezone.now(), "table": table, "meanings": meanings}
    RosterUpload.objects.update_or_create(user=user, defaults=values)


def forget_old_uploads() -> None:
    """Nobody leaves a list of all people on the server by closing the browser."""
    RosterUpload.objects.forgotten().delete()


@transaction.atomic
def say_columns(*, upload: RosterUpload, headings: Sequence[str], meanings: Sequence[str]) -> None:
    """What each column stands for; the next file with such headings is not asked about."""
    for heading, meaning in zip(headings, meanings, strict=True):
        RosterColumn.objects.update_or_create(heading=heading, defaults={"meaning": meaning})
    RosterUpload.objects.filter(pk=upload.pk).update(meanings=list(meanings))


def apply_upload(*, upload: RosterUpload, rows: Sequence[RosterRow], seen: str, by: User, ask_first: bool) -> Applied:
    """seen: the sign of what the preview showed. Raises NotAsSeen, or ManyLeave where `ask_first` says so; nothing is changed."""
    try:
        with transaction.atomic():
            locked = RosterUpload.objects.select_for_update().filter(pk=upload.pk).first()
            # Alone with the tree before anything is compared: a colleague's roster may be on its way.
            Team.objects.locked()
            if locked is None or seen != sign_of(locked):
                raise NotAsSeen
            applied = apply_roster(rows=rows, ask_first=ask_first, may_wait=True)
            changes = applied.changes
            why = f"{locked.name}: +{changes.new_people + changes.returning_people} −{changes.leaving_people}"
            Act.objects.create(who=str(by)[:200], what=Act.What.ROSTER, why=why)
            locked.delete()
    except IntegrityError as error:
        # A colleague has imported at the same moment.
        raise NotAsSeen from error
    return applied


def sign_of(upload: RosterUpload) -> str:
    """Changes with the upload and its columns, and with every person, team and place of the organisation."""
    digest = hashlib.sha256(repr((upload.pk, upload.at.isoformat(), upload.meanings)).encode())
    tables: Iterable[Iterable[tuple[object, ...]]] = (
        Person.objects.order_by("pk").values_list("pk", "employee_id", "name", "email", "active").iterator(),
        Team.objects.order_by("pk").values_list("pk", "path").iterator(),
        Membership.objects.order_by("pk").values_list("person_id", "team_id", "role", "position").iterator(),
    )
    for rows in tables:
        for row in rows:
            digest.update(repr(row).encode())
        digest.update(b";")
    return digest.hexdigest()
