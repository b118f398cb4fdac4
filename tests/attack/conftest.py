"""Builds of the product that keep no secret, so that the attack can be seen to work."""

import json
import logging
import os
import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection

from assessments.ballotbox.box import BOX_LENGTH, Ballot
from assessments.services import ballots, closing


@pytest.fixture
def plaintext_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes of the same size that anybody can read. Padded with noise, so that the database does not compress them."""

    def seal(ballot: Ballot, *, cycle: uuid.UUID, public_key: bytes, mac_key: bytes) -> bytes:
        content = {"m": ballot.mark, "u": ballot.unit, "+": ballot.helps, "-": ballot.hinders, "a": ballot.answers}
        plain = json.dumps(content, separators=(",", ":")).encode() + b"\0"
        return plain + os.urandom(BOX_LENGTH - len(plain))

    def unseal(sealed: bytes, **keys: object) -> Ballot:
        content = json.loads(sealed.split(b"\0", 1)[0])
        return Ballot(content["u"], content["a"], content["+"], content["-"], content["m"])

    monkeypatch.setattr(ballots, "seal", seal)
    monkeypatch.setattr(closing, "unseal", unseal)


@pytest.fixture
def kept_ballots(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A close that also writes every opened ballot as a row, in the order in which it comes out of the real `_open_boxes`."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE attack_kept (unit text NOT NULL, content text NOT NULL)")
    open_boxes = closing._open_boxes

    def keep(*args: object) -> list[Ballot]:
        opened: list[Ballot] = open_boxes(*args)  # type: ignore[arg-type]
        with connection.cursor() as cursor:
            for ballot in opened:
                cursor.execute("INSERT INTO attack_kept VALUES (%s, %s)", [ballot.unit, json.dumps(ballot.answers)])
        return opened

    monkeypatch.setattr(closing, "_open_boxes", keep)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE attack_kept")


@pytest.fixture
def no_shuffle(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = SimpleNamespace(shuffle=lambda ballots: None)
    monkeypatch.setattr(closing, "secrets", SimpleNamespace(SystemRandom=lambda: generator))


@pytest.fixture
def every_log() -> Iterator[list[str]]:
    """Every record of every logger, also below the level at which it is set to speak."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Keep(logging.DEBUG)
    known = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    listening = [logging.root, *(logger for logger in known if not logger.propagate)]
    levels = {logger: logger.level for logger in [logging.root, *known]}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    for logger in listening:
        logger.addHandler(handler)
    yield lines
    for logger in listening:
        logger.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)
