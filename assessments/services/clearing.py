"""Clear what deleted rows leave in the database's files: who answered, never what."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, OperationalError, connection

from assessments.models import Box, Code, Invitation, Turnout

logger = logging.getLogger(__name__)

ATTEMPTS = 3
PAUSE = 1.0  # seconds between two attempts; on SQLite each waits up to 20 more for other connections


class StillInUse(Exception):
    """Another connection keeps the old pages alive."""


def clear_files() -> bool:
    """Rewrite or truncate the files that held boxes, invitations and codes. False, and a warning, when something was left."""
    steps = (_vacuum_postgresql, _checkpoint_postgresql) if connection.vendor == "postgresql" else (_vacuum_sqlite, _truncate_log)
    # A list: the second is tried also when the first has failed.
    return all([_insist(step) for step in steps])  # noqa: C419 - every step runs, whatever the first says


def _insist(step: Callable[[], None]) -> bool:
    problem: Exception | None = None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        try:
            step()
        except (OperationalError, StillInUse) as error:
            problem = error
        except DatabaseError as error:
            # A right that is missing will not come by waiting.
            problem = error
            break
        else:
            return True
    logger.warning(
        "Clearing up after the close: %s did not succeed (%s). Who answered, never what, may be read from the database's files "
        "a while longer. Run close_cycle again when nobody else is connected.",
        step.__name__.strip("_"),
        problem,
    )
    return False


def _execute(statement: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def _vacuum_sqlite() -> None:
    _execute("VACUUM")


def _truncate_log() -> None:
    """SQLite answers with a row instead of an error when it could not: its first figure is 1."""
    row = _execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if row is None or row[0] != 0:
        raise StillInUse("another connection is reading")


def _vacuum_postgresql() -> None:
    """Empty tables lose all their pages, unless an old transaction may still see the rows. Their indexes keep a page or two, with
    digests and keys of invitations in it, until they are built anew."""
    tables = [model._meta.db_table for model in (Invitation, Code, Box, Turnout)]
    _execute(f"VACUUM {', '.join(tables)}")
    if Invitation.objects.exists():
        return
    sizes = " + ".join(f"pg_relation_size('{table}')" for table in tables)
    row = _execute(f"SELECT {sizes}")
    if row is None or row[0]:
        raise StillInUse("another transaction is open")
    for table in tables:
        _execute(f"REINDEX TABLE {table}")


def _checkpoint_postgresql() -> None:
    _execute("CHECKPOINT")
