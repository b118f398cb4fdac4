"""Close a cycle: open all boxes in memory, score, decide what may be shown, store figures, destroy the rest. Or abandon it.

Idempotent. Killed at any step, the next call finishes with the same result: nothing is published before everything is, and the
keys go last.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from assessments.analysis.disclosure import place_texts
from assessments.analysis.perception import median
from assessments.analysis.scoring import Ballots, Scores, Units, score
from assessments.analysis.values import Mean, Shown
from assessments.ballotbox.box import Ballot, ForgedBox, unseal
from assessments.ballotbox.keys import destroy_keys
from assessments.models import Act, Box, Cycle, CycleTeam, Figure, Invitation, Item, Median, Participation, Text
from assessments.models.cycles import today
from assessments.services.clearing import clear_files
from assessments.services.keys import mac_key_of, private_key_of

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


def close_cycle(*, cycle: Cycle, now: bool = False, trustees_key: X25519PrivateKey | None = None) -> Closed:
    """Close an open cycle after its last day, or at once with `now`. trustees_key: the private one of a cycle with a trustee.

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
                closed = _publish(cycle, trustees_key) if cycle.state == Cycle.State.CLOSING else _summary(cycle)
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
            Box.objects.filter(cycle=cycle).delete()
            Invitation.objects.filter(cycle=cycle).delete()
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
    """After a close that failed, people can go on answering until the last day is over."""
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


def _publish(cycle: Cycle, trustees_key: X25519PrivateKey | None) -> Closed:
    """Inside one transaction: everything becomes figures, boxes and invitations go, the cycle is closed."""
    teams = list(cycle.teams.order_by("position"))
    ballots = _open_boxes(cycle, {str(team.uid) for team in teams}, trustees_key)
    items = list(cycle.questionnaire.items.select_related("practice__dimension"))
    if len(ballots) >= cycle.k:
        scores = _score(cycle, teams, items, ballots)
        _store_figures(teams, items, scores)
        _store_texts(teams, ballots, scores, minimum=max(settings.TEXTS_FROM, cycle.k))
    Box.objects.filter(cycle=cycle).delete()
    Invitation.objects.filter(cycle=cycle).delete()
    cycle.state = Cycle.State.CLOSED
    cycle.save(update_fields=["state"])
    return _summary(cycle, ballots=len(ballots))


def _summary(cycle: Cycle, ballots: int = 0) -> Closed:
    return Closed(
        ballots=ballots,
        units=Participation.objects.filter(team__cycle=cycle).count(),
        figures=Figure.objects.filter(team__cycle=cycle).count(),
    )


def _open_boxes(cycle: Cycle, units: set[str], trustees_key: X25519PrivateKey | None) -> list[Ballot]:
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
    ballots = []
    for sealed in Box.objects.filter(cycle=cycle).values_list("sealed", flat=True).iterator(chunk_size=2000):
        try:
            ballots.append(unseal(bytes(sealed), cycle=cycle.uid, private_key=private_key, mac_key=mac_key))
        except ForgedBox as error:
            raise CannotClose(_("A box was not made by this poll's own pages (%(why)s).") % {"why": error}) from error
    if len({ballot.mark for ballot in ballots}) != len(ballots):
        raise CannotClose(_("Two boxes come from one invitation or one card: somebody has copied a box or used a code twice."))
    if not {ballot.unit for ballot in ballots} <= units:
        raise CannotClose(_("A box counts for a team that this cycle does not have: somebody has removed one."))
    secrets.SystemRandom().shuffle(ballots)
    return ballots


def _score(cycle: Cycle, teams: list[CycleTeam], items: list[Item], ballots: list[Ballot]) -> Scores:
    unit_of = {str(team.uid): team.position for team in teams}
    column_of = {item.practice.code: column for column, item in enumerate(items)}
    answers = np.zeros((len(ballots), len(items)), dtype=np.int8)
    for row, ballot in enumerate(ballots):
        for code, value in ballot.answers.items():
            answers[row, column_of[code]] = value
    dimensions = _dimension_codes(items)
    return score(
        _units(teams),
        Ballots(np.array([unit_of[ballot.unit] for ballot in ballots], dtype=np.int64), answers),
        [dimensions.index(item.practice.dimension.code) for item in items],
        k=cycle.k,
        own_spread_from=settings.OWN_SPREAD_FROM,
    )


def _dimension_codes(items: list[Item]) -> list[str]:
    return list(dict.fromkeys(item.practice.dimension.code for item in items))


def _units(teams: list[CycleTeam]) -> Units:
    position_of = {team.pk: team.position for team in teams}
    direct = [team.invited for team in teams]
    for team in teams:
        if team.parent_id:
            direct[position_of[team.parent_id]] -= team.invited
    return Units(tuple(position_of[team.parent_id] if team.parent_id else -1 for team in teams), tuple(direct))


def _store_figures(teams: list[CycleTeam], items: list[Item], scores: Scores) -> None:
    """In canonical order, so that even the order of rows says nothing."""
    dimensions = _dimension_codes(items)
    practices = [item.practice.code for item in items]
    Participation.objects.bulk_create(
        Participation(team=teams[unit], answered=shown.answered, invited=shown.invited)
        for unit, shown in sorted(scores.participation.items())
    )
    kind = Figure.Kind
    rows = [_row(teams[unit], kind.OVERALL, "", figure) for unit, figure in sorted(scores.overall.items())]
    rows += [_row(teams[unit], kind.DIMENSION, dimensions[at], figure) for (unit, at), figure in sorted(scores.dimension.items())]
    rows += [_row(teams[unit], kind.PRACTICE, practices[at], figure) for (unit, at), figure in sorted(scores.practice.items())]
    Figure.objects.bulk_create(rows, batch_size=1000)
    _store_medians(teams[0].cycle, rows)


def _store_medians(cycle: Cycle, figures: list[Figure]) -> None:
    """Of every figure over the teams that have none below them, where enough teams are shown to have a middle."""
    values: dict[tuple[str, str], list[Mean]] = defaultdict(list)
    for figure in figures:
        if figure.team.position == figure.team.last:
            values[figure.kind, figure.code].append(figure.value(0).mean)
    Median.objects.bulk_create(
        Median(cycle=cycle, kind=kind, code=code, mean=middle)
        for (kind, code), means in values.items()
        if len(means) >= settings.TEAMS_FOR_MEDIAN and (middle := median(means)) is not None
    )


def _row(team: CycleTeam, kind: Figure.Kind, code: str, figure: Shown) -> Figure:
    interval = figure.interval
    return Figure(
        team=team,
        kind=kind,
        code=code,
        n=figure.n,
        mean=figure.mean.value,
        op=figure.mean.op,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def _store_texts(teams: list[CycleTeam], ballots: list[Ballot], scores: Scores, *, minimum: int) -> None:
    """Texts stand where at least ten people's texts stand together, sorted by text; the others are destroyed with the boxes."""
    unit_of = {str(team.uid): team.position for team in teams}
    shown = [unit in scores.participation for unit in range(len(teams))]
    for question in (Text.Question.HELPS, Text.Question.HINDERS):
        texts = [(unit_of[ballot.unit], ballot.helps if question == Text.Question.HELPS else ballot.hinders) for ballot in ballots]
        texts = [(unit, text) for unit, text in texts if text]
        writers = np.bincount([unit for unit, _text in texts], minlength=len(teams)).tolist()
        place = place_texts(_units(teams).parent, writers, shown, minimum)
        placed = sorted((place[unit], text) for unit, text in texts if place[unit] >= 0)
        Text.objects.bulk_create(Text(team=teams[unit], question=question, text=text) for unit, text in placed)


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
