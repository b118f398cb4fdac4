"""Close a cycle: open all boxes in memory, score, decide what may be shown, store figures, destroy the rest. Or abandon it.

Idempotent. Killed at any step, the next call finishes with the same result: nothing is published before everything is, and the
keys go last.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from assessments.ballotbox.box import Ballot, ForgedBox, unseal
from assessments.ballotbox.keys import begin_count, destroy_keys, is_counted
from assessments.models import Act, Box, Cycle, CycleTeam, Figure, Invitation, Participation, Turnout
from assessments.models.cycles import today
from assessments.services.clearing import clear_files
from assessments.services.disclosure_audit import verify_published
from assessments.services.keys import mac_key_of, private_key_of
from assessments.services.planning import refresh_planner
from assessments.services.publishing import Progress, publish
from assessments.services.roll import beyond_roll, roll_of, same_tree

logger = logging.getLogger(__name__)

CLOSE_LOCK = 0x6373_636C_6F73_6531  # any number of our own: one close at a time in this database
REASON_LENGTH = 500  # characters


class CannotClose(Exception):
    """The cycle stays as it is; the message says why and what to do."""


class CannotAbandon(Exception):
    """The cycle stays as it is; the message says why."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing published."""

    ballots: int
    units: int
    figures: int


def close_cycle(
    *, cycle: Cycle, now: bool = False, trustees_key: X25519PrivateKey | None = None, progress: Progress | None = None
) -> Closed:
    """Close an open cycle after its last day, or at once with `now`. trustees_key: the private one of a cycle with a trustee;
    progress: told how many draws of the longest step are done, of how many.

    Raises CannotClose or KeyProblem and changes nothing; save that an error of a closed cycle means that a key could not be
    destroyed, which the next call tries again.
    """
    with _only_one(CannotClose):
        _begin(cycle, now=now, has_key=trustees_key is not None)
        try:
            with transaction.atomic():
                cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
                if cycle.state not in {Cycle.State.CLOSING, Cycle.State.CLOSED}:
                    # Going on would destroy the keys of an open cycle.
                    raise CannotClose(_("Somebody else has just tried to close “%(name)s” and failed.") % {"name": cycle.name})
                closed = _publish(cycle, trustees_key, progress) if cycle.state == Cycle.State.CLOSING else _summary(cycle)
                transaction.on_commit(partial(_finish, cycle))
        except Exception:
            _reopen(cycle)
            raise
    return closed


def abandon_cycle(*, cycle: Cycle, by: str, why: str) -> None:
    """End a cycle that cannot be closed honestly: answers, invitations and keys are destroyed, nothing is ever published.

    Called again it finishes what was interrupted. Raises CannotAbandon, or KeyProblem when a key could not be destroyed.
    """
    if not 0 < len(why.strip()) <= REASON_LENGTH:
        raise CannotAbandon(_("Say why, in up to %(length)s characters: the reason is kept.") % {"length": REASON_LENGTH})
    with _only_one(CannotAbandon), transaction.atomic():
        cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
        if cycle.is_running:
            _destroy_answers(cycle)
            cycle.state = Cycle.State.ABANDONED
            cycle.save(update_fields=["state"])
            Act.objects.create(who=by, what=Act.What.ABANDON, cycle=cycle, why=why.strip())
            logger.warning("Cycle %s is abandoned by %s: %s", cycle.name, by, why.strip())
        elif cycle.state != Cycle.State.ABANDONED:
            raise CannotAbandon(
                _("“%(name)s” is %(state)s: only a cycle that runs can be abandoned.")
                % {"name": cycle.name, "state": cycle.get_state_display()}
            )
        transaction.on_commit(partial(_finish, cycle))


@contextmanager
def _only_one(refusal: type[CannotClose] | type[CannotAbandon]) -> Iterator[None]:
    """One close at a time. On PostgreSQL by a lock that ends with its connection; on SQLite, whose every transaction here begins
    IMMEDIATE, by the write lock and the cycle's row. A database that gives up half-way becomes a refusal that says so."""
    locks = connection.vendor == "postgresql"
    try:
        if locks and not _lock("pg_try_advisory_lock"):
            raise refusal(_("Another close is under way at the moment. Look again in a minute."))
        try:
            yield
        finally:
            if locks and connection.connection is not None and connection.is_usable():
                _lock("pg_advisory_unlock")
    except OperationalError as error:
        # Full disk, lost connection, locked file: such messages name no row.
        logger.error("The database failed during a close: %s", error)
        raise refusal(_("The database could not do it: %(why)s.") % {"why": str(error).strip().split("\n")[0]}) from error
    except DatabaseError as error:
        # Such messages may quote a row, with somebody's text in it: neither log nor terminal may show one.
        logger.error("The database refused a step of a close: %s", type(error).__name__)
        raise refusal(_("The database refused it (%(kind)s).") % {"kind": type(error).__name__}) from None


def _lock(function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [CLOSE_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _reopen(cycle: Cycle) -> None:
    """After a close that failed, people can go on answering until the last day is over; not once the count has begun, since two
    counts of different boxes would tell the difference."""
    if is_counted(settings.BALLOT_KEY_DIR, cycle.uid):
        return
    try:
        Cycle.objects.filter(pk=cycle.pk, state=Cycle.State.CLOSING).update(state=Cycle.State.OPEN)
    except OperationalError as error:
        logger.error("%s is still marked as being closed; closing it again goes on from there: %s", cycle.name, error)


@transaction.atomic
def _begin(cycle: Cycle, *, now: bool, has_key: bool) -> None:
    """From here on late posts are refused. Waits for those that are under way."""
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.state == Cycle.State.PLANNED:
        raise CannotClose(_("“%(name)s” has not been opened yet.") % {"name": locked.name})
    if locked.state == Cycle.State.ABANDONED:
        raise CannotClose(_("“%(name)s” was abandoned: its answers are destroyed.") % {"name": locked.name})
    if locked.trustee and locked.is_running and not has_key:
        raise CannotClose(_("The private key of “%(name)s” is with its trustee, who enters it to close.") % {"name": locked.name})
    if locked.state != Cycle.State.OPEN:
        return
    if not now and today() <= locked.closes:
        raise CannotClose(
            _("“%(name)s” takes answers until the end of %(day)s. Close it after that day, or at once with --now.")
            % {"name": locked.name, "day": locked.closes}
        )
    locked.state = Cycle.State.CLOSING
    locked.save(update_fields=["state"])


def _publish(cycle: Cycle, trustees_key: X25519PrivateKey | None, progress: Progress | None) -> Closed:
    """Inside one transaction: everything becomes figures, boxes and invitations go, the cycle is closed."""
    teams = list(cycle.teams.order_by("position"))
    ballots = _open_boxes(cycle, teams, trustees_key)
    if len(ballots) >= cycle.k:
        publish(cycle=cycle, teams=teams, ballots=ballots, progress=progress)
        refresh_planner()
        # Counted anew from the rows as stored: a breach undoes them all.
        verify_published(cycle)
    _destroy_answers(cycle)
    cycle.state = Cycle.State.CLOSED
    cycle.save(update_fields=["state"])
    return _summary(cycle, ballots=len(ballots))


def _destroy_answers(cycle: Cycle) -> None:
    Box.objects.filter(cycle=cycle).delete()
    Invitation.objects.filter(cycle=cycle).delete()
    # How many had answered in each unit, small ones too.
    Turnout.objects.filter(team__cycle=cycle).delete()


def _summary(cycle: Cycle, ballots: int = 0) -> Closed:
    return Closed(
        ballots=ballots,
        units=Participation.objects.filter(team__cycle=cycle).count(),
        figures=Figure.objects.filter(team__cycle=cycle).count(),
    )


def _open_boxes(cycle: Cycle, teams: list[CycleTeam], trustees_key: X25519PrivateKey | None) -> list[Ballot]:
    """All ballots in random order. As many boxes as answered invitations, each made by this cycle's own pages, one per bearer."""
    answered = Invitation.objects.filter(cycle=cycle, answered=True).count()
    boxes = Box.objects.filter(cycle=cycle).count()
    if boxes != answered:
        raise CannotClose(
            _("%(boxes)s boxes stand against %(answered)s answered invitations: something was added or removed by hand.")
            % {"boxes": boxes, "answered": answered}
        )
    mac_key = mac_key_of(cycle)
    private_key = trustees_key or private_key_of(cycle)
    ballots, seen = [], []
    for sealed in Box.objects.filter(cycle=cycle).values_list("sealed", flat=True).iterator(chunk_size=2000):
        try:
            ballots.append(unseal(bytes(sealed), cycle=cycle.uid, private_key=private_key, mac_key=mac_key))
        except ForgedBox as error:
            raise CannotClose(_("A box was not made by this poll's own pages (%(why)s).") % {"why": error}) from error
        seen.append(hashlib.sha256(bytes(sealed)).digest())
    _check(cycle, teams, ballots, mac_key)
    if not begin_count(settings.BALLOT_KEY_DIR, cycle.uid, seen):
        raise CannotClose(_("Boxes were added or removed after a first count had begun. Only --abandon ends this cycle now."))
    secrets.SystemRandom().shuffle(ballots)
    return ballots


def _check(cycle: Cycle, teams: list[CycleTeam], ballots: list[Ballot], mac_key: bytes) -> None:
    """Against each other and against the record of the opening."""
    if len({ballot.mark for ballot in ballots}) != len(ballots):
        raise CannotClose(_("Two boxes come from one invitation or one card: somebody has copied a box or used a code twice."))
    roll = roll_of(cycle=cycle)
    if not same_tree(roll, teams):
        raise CannotClose(_("The teams are not those that the cycle was opened with: somebody has changed them in the database."))
    if not {ballot.unit for ballot in ballots} <= set(roll):
        raise CannotClose(_("A box counts for a team that this cycle does not have."))
    if beyond_roll(roll, ballots, mac_key):
        raise CannotClose(_("Boxes come from invitations or cards that were not there when the cycle opened."))


def _finish(cycle: Cycle) -> None:
    """After the commit: destroy the keys, then clear what the deleted rows left in the database's files."""
    with transaction.atomic():
        # The row keeps a second run away from files that this one is removing.
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        destroy_keys(settings.BALLOT_KEY_DIR, cycle.uid)
    clear_files()
    # Last, so that a process killed before it begins these steps again.
    Cycle.objects.filter(pk=cycle.pk).update(key_destroyed=True, key_fault="")
    logger.info("Cycle %s is over: its keys are destroyed.", cycle.name)
