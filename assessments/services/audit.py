"""Audit a cycle on a live installation: what can be checked without opening anything, in plain sentences with a verdict each.

What a closed cycle shows is audited in `disclosure_audit`, what two of them tell together in `cycles_audit`. Reads only. What
it cannot see: copies, backups and the database's log outside its files; those hold sealed boxes at most.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from assessments.ballotbox.box import BOX_LENGTH
from assessments.models import Box, Code, Cycle, Figure, FigureChange, Invitation, Participation, Text, Trend, WidestGap
from assessments.services.cycles_audit import audit_across
from assessments.services.disclosure_audit import audit_figures
from assessments.services.findings import Finding, Verdict, judged
from assessments.services.keys import find_key_fault

# Written out a second time, on purpose: a column added to a model must not be allowed by the same stroke.
COLUMNS: dict[type[models.Model], set[str]] = {
    Box: {"id", "cycle_id", "sealed"},
    Invitation: {"id", "cycle_id", "team_id", "person_id", "answered", "reminded"},
    Code: {"digest", "invitation_id", "bond"},
    Figure: {
        *("id", "team_id", "kind", "code", "n", "mean", "op", "low", "high", "spread"),
        *("share", "share_op", "share_low", "share_high", "middle", "strongly_disagree", "strongly_agree", "agreement", "band"),
    },
    FigureChange: {"id", "figure_id", "since_id", "direction", "points", "low", "high", "n_before", "visible"},
    Trend: {"id", "figure_id", "cycles", "slope", "low", "high"},
    WidestGap: {"id", "cycle_id", "figure_id", "manager", "size"},
    Participation: {"id", "team_id", "answered", "invited"},
    Text: {"id", "team_id", "question", "text", "hidden"},
}
TELLS_ORDER = ("date", "time", "serial", "interval", "auto")


def audit_cycle(*, cycle: Cycle, across_cycles: bool = False) -> list[Finding]:
    """Everything that can be said of a cycle as it stands; with `across_cycles` also of a closed one and the one before it."""
    checks: list[Callable[[Cycle], Iterator[Finding]]] = [_schema]
    if cycle.state in {Cycle.State.OPEN, Cycle.State.CLOSING}:
        checks += [_boxes, _keys, _nothing_published]
    elif cycle.state == Cycle.State.CLOSED:
        checks += [_nothing_left, _no_keys, _what_is_shown]
        checks += [_across] if across_cycles else []
    else:
        checks += [_nothing_left, _no_keys, _nothing_published]
    checks += [_server, _sqlite if connection.vendor == "sqlite" else _postgresql]
    return [finding for check in checks for finding in check(cycle)]


def _what_is_shown(cycle: Cycle) -> Iterator[Finding]:
    yield from audit_figures(cycle=cycle)


def _across(cycle: Cycle) -> Iterator[Finding]:
    yield from audit_across(cycle=cycle)


def _schema(cycle: Cycle) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        problems = [problem for model, allowed in COLUMNS.items() for problem in _not_as_designed(cursor, model, allowed)]
    yield judged(
        problems,
        _("The nine tables around a ballot have only the columns of the design: no time, no running number, no trigger."),
        _("Tables around a ballot are not as designed; these may tell who answered when or what: %s.") % ", ".join(problems),
    )


def _not_as_designed(cursor: CursorWrapper, model: type[models.Model], allowed: set[str]) -> list[str]:
    """Columns, kinds of columns, sequences and triggers of a table as they are in the database."""
    table, introspection = model._meta.db_table, connection.introspection
    columns = introspection.get_table_description(cursor, table)
    problems = sorted({column.name for column in columns} ^ allowed)
    for column in columns:
        try:
            kind = str(introspection.get_field_type(column.type_code, column)).lower()
        except KeyError:
            kind = "unknown kind, perhaps of time"
        problems += [f"{column.name} ({kind})" for word in TELLS_ORDER if word in kind][:1]
    if connection.vendor == "postgresql":
        problems += [entry["name"] for entry in introspection.get_sequences(cursor, table)]
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
    else:
        # SQLite numbers the rows of every table by itself; those numbers go with the rows.
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
    return [f"{table}: {problem}" for problem in [*problems, *(row[0] for row in cursor.fetchall())]]


def _boxes(cycle: Cycle) -> Iterator[Finding]:
    boxes = Box.objects.filter(cycle=cycle)
    count, answered = _boxes_and_marks(cycle)
    odd = boxes.annotate(size=Length("sealed")).exclude(size=BOX_LENGTH).count()
    yield judged(
        odd,
        _("All %(count)s boxes are %(size)s bytes long.") % {"count": count, "size": BOX_LENGTH},
        _("%(odd)s of %(count)s boxes are not %(size)s bytes long: they were not made by the poll.")
        % {"odd": odd, "count": count, "size": BOX_LENGTH},
    )
    yield judged(
        count != answered,
        _("There are as many boxes as answered invitations: %s.") % count,
        _("%(count)s boxes stand against %(answered)s answered invitations: something was added or removed by hand.")
        % {"count": count, "answered": answered},
    )
    copies = count - boxes.values("sealed").distinct().count()
    yield judged(copies, _("No two boxes are alike."), _("%s boxes are copies of others: somebody has added them.") % copies)


def _boxes_and_marks(cycle: Cycle) -> tuple[int, int]:
    """In one statement: somebody who answers meanwhile must not fall between two counts."""

    def count(rows: models.QuerySet[Any]) -> models.Subquery:
        return models.Subquery(rows.filter(cycle=models.OuterRef("pk")).values("cycle").annotate(n=models.Count("pk")).values("n"))

    found = Cycle.objects.filter(pk=cycle.pk).annotate(
        here=count(Box.objects.all()), marked=count(Invitation.objects.filter(answered=True))
    )
    here, marked = found.values_list("here", "marked")[0]
    return here or 0, marked or 0


def _keys(cycle: Cycle) -> Iterator[Finding]:
    fault = find_key_fault(cycle=cycle, thorough=True)
    yield judged(
        fault,
        _("The key files are there, fit what the database says of them and k, and only the account of the server may read them."),
        _("The keys of this cycle: %s.") % (fault.label if fault else ""),
    )
    if cycle.trustee:
        private = [str(path) for path in settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}*.private")]
        yield judged(
            private,
            _("The private key is with the trustee and not on this server; the public key's short sign is %s.") % cycle.short_sign,
            _("The private key should be with the trustee, but a file is here: %s.") % ", ".join(private),
        )
    if connection.vendor == "sqlite":
        folder = Path(connection.settings_dict["NAME"]).resolve().parent
        yield judged(
            settings.BALLOT_KEY_DIR.resolve().is_relative_to(folder),
            _("The key directory lies apart from the database."),
            _("The key directory lies in the folder of the database: a backup of %s takes both, and together they tell all.")
            % folder,
            Verdict.WARNING,
        )


def _nothing_published(cycle: Cycle) -> Iterator[Finding]:
    published = sum(model.objects.filter(team__cycle=cycle).count() for model in (Figure, Participation, Text))
    yield judged(
        published,
        _("No figure and no text of this cycle is published."),
        _("%s figures or texts of this cycle stand in the database, though it is not closed.") % published,
    )


def _nothing_left(cycle: Cycle) -> Iterator[Finding]:
    left = {
        _("boxes"): Box.objects.filter(cycle=cycle).count(),
        _("invitations"): Invitation.objects.filter(cycle=cycle).count(),
        _("codes"): Code.objects.filter(invitation__cycle=cycle).count(),
    }
    yield judged(
        any(left.values()),
        _("No box, invitation or code of this cycle is in the database."),
        _("The database still has %s of this cycle.") % ", ".join(f"{count} {what}" for what, count in left.items() if count),
    )


def _no_keys(cycle: Cycle) -> Iterator[Finding]:
    left = sorted(str(path) for path in settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}*"))
    yield judged(
        left,
        _("No key file of this cycle is left."),
        _("Key files of this cycle are left, though it takes no answers: %s. Run close_cycle again.") % ", ".join(left),
    )
    if cycle.state == Cycle.State.PLANNED:
        return
    yield judged(
        not cycle.key_destroyed,
        _("The database says that the keys were destroyed."),
        _("The database does not say that the keys were destroyed. Run close_cycle again."),
    )


def _server(cycle: Cycle) -> Iterator[Finding]:
    yield judged(
        settings.DEBUG,
        _("DEBUG is off."),
        _("DEBUG is on: error pages would show what people have sent."),
    )


def _setting(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _sqlite(cycle: Cycle) -> Iterator[Finding]:
    yield judged(
        _setting("PRAGMA secure_delete") != "1",
        _("SQLite overwrites what is deleted (secure_delete)."),
        _("SQLite does not overwrite what is deleted: secure_delete is off."),
    )
    if cycle.state != Cycle.State.CLOSED:
        return
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    size = log.stat().st_size if log.exists() else 0
    yield judged(
        size,
        _("SQLite's write-ahead log is empty."),
        _(
            "SQLite's write-ahead log has %s bytes. If some are older than the close, they tell who answered, never what. "
            "Run close_cycle again to empty it."
        )
        % size,
        Verdict.WARNING,
    )


def _postgresql(cycle: Cycle) -> Iterator[Finding]:
    wanted = {
        "track_commit_timestamp": ({"off"}, _("the time of every answer would be kept")),
        "log_statement": ({"none", "ddl"}, _("every answering would be logged with its time")),
        "log_min_duration_statement": ({"-1"}, _("slow statements would be logged with their time")),
        "archive_mode": ({"off"}, _("the archived log tells who answered, never what, for as long as it is kept")),
    }
    for name, (good, why) in wanted.items():
        value = _setting(f"SHOW {name}")
        yield judged(
            value not in good,
            _("PostgreSQL's %(name)s is %(value)s.") % {"name": name, "value": value},
            _("PostgreSQL's %(name)s is %(value)s: %(why)s.") % {"name": name, "value": value, "why": why},
            Verdict.WARNING,
        )
