"""What HR does with the free texts of a closed cycle: destroy those that name a person, then release the rest to managers."""

import logging

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from assessments.models import Act, Cycle, ReportBatch, Text, User
from assessments.services.clearing import StillInUse
from assessments.services.reporting import sweep

logger = logging.getLogger(__name__)

WAIT = "5s"  # for readers of the table; those who come after us wait as long
REWRITE = f"ALTER TABLE {Text._meta.db_table} ALTER COLUMN text TYPE text USING text || ''"  # joined with nothing, it counts as new


class CannotRelease(Exception):
    """The texts stay with HR; the message says why."""


def hide_text(*, text: Text, by: User) -> bool:
    """Destroy what was written; the row stays as a mark. False, and a warning, when the files may still hold it.

    Of a text that is hidden already only the files are cleared once more.
    """
    with transaction.atomic(durable=True):
        # None: somebody else destroys it at this moment, and the mark in its place is not to be seen from here yet.
        # With the cycle's row: reports that are being asked for would be made with the text, and stay.
        held = Text.objects.select_for_update(of=["self", "team__cycle"]).select_related("team__cycle")
        found = held.filter(pk=text.pk).first()
        if found and not found.hidden:
            # Written anew, it stands behind all others: the old row's place would tell what the text began with.
            Text.objects.filter(pk=text.pk).delete()
            Text.objects.create(pk=text.pk, team=text.team, question=text.question, hidden=True)
            Act.objects.create(who=str(by), what=Act.What.HIDE_TEXT, cycle=text.team.cycle)
            ReportBatch.objects.filter(cycle=text.team.cycle).delete()  # their files hold it too
    sweep()
    return _clear_files()


@transaction.atomic
def release_texts(*, cycle: Cycle, by: User) -> None:
    """From here on the managers read them, for ever. Raises CannotRelease before the close."""
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.state != Cycle.State.CLOSED:
        raise CannotRelease(_("“%(name)s” is %(state)s.") % {"name": cycle.name, "state": cycle.get_state_display()})
    if not cycle.texts_released:
        Cycle.objects.filter(pk=cycle.pk).update(texts_released=True)
        Act.objects.create(who=str(by), what=Act.What.RELEASE_TEXTS, cycle=cycle)


def _clear_files() -> bool:
    """The old row must not be readable in the database's files. One attempt: somebody is waiting for the page."""
    try:
        _rewrite_postgresql() if connection.vendor == "postgresql" else _truncate_log()
    except (DatabaseError, StillInUse) as error:
        logger.warning(
            "Clearing up after a text was hidden did not succeed (%s). It may be read from the database's files a while longer. "
            "Hide it again, or call %s, when nobody else is connected.",
            error,
            REWRITE if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)",
        )
        return False
    return True


def _truncate_log() -> None:
    """SQLite overwrites what is deleted (secure_delete) but keeps earlier pages in its log. It answers 1 when it could not."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            raise StillInUse("another connection is reading")


def _rewrite_postgresql() -> None:
    """A new file with the rows that are there now, and an index of them.

    Not VACUUM: a plain one frees a row's place and leaves its bytes there, and VACUUM FULL copies deleted rows too while any other
    transaction of the database is older than the deletion, if only autovacuum's. A change of type does not.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT}'")
        try:
            cursor.execute(REWRITE)
        finally:
            cursor.execute("RESET lock_timeout")
