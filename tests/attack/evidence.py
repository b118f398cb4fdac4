"""What an attacker carries away: rows with what the database keeps beside them, the files' bytes, and the write-ahead log."""

import os
import re
import sqlite3
import struct
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

PREFIX = 48  # bytes; the first of a box are a fresh random key, so they name the box wherever it lies


@dataclass(frozen=True, slots=True)
class Row:
    """A row and what stands beside it: `place` is its ctid or rowid, `xid` the transaction that wrote it (PostgreSQL only)."""

    key: str
    place: tuple[int, ...]
    xid: int | None
    values: tuple[Any, ...]


@dataclass(slots=True)
class Copy:
    """One look at everything. Invitations: (email, answered, reminded). Boxes: (sealed,). Texts: (text,). Codes by digest:
    (invitation's key,). `files`: name to bytes."""

    invitations: list[Row]
    boxes: list[Row]
    texts: list[Row]
    codes: list[Row]
    figures: int
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    pairs_in_log: list[tuple[str, str]] = field(default_factory=list)

    @property
    def digests(self) -> list[str]:
        return [row.key for row in self.codes]

    def files_with(self, *needles: bytes) -> set[str]:
        return {name for name, content in self.files.items() if any(needle in content for needle in needles)}


def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


def take_copy(*, since: str = "", with_log: bool = False) -> Copy:
    """Copy what is there now. `since`: log position where the poll began; `with_log` pairs what one transaction wrote."""
    boxes, invitations = _rows("box", ["sealed"]), _answering()
    copy = Copy(
        invitations=invitations,
        boxes=[Row(row.key, row.place, row.xid, (bytes(row.values[0]),)) for row in boxes],
        texts=_rows("text", ["text"]),
        codes=[Row(row.key, row.place, row.xid, (_bare(row.values[0]),)) for row in _rows("code", ["invitation_id"], key="digest")],
        figures=_one("SELECT count(*) FROM assessments_figure")
        + _one("SELECT count(*) FROM assessments_participation")
        + _one("SELECT count(*) FROM assessments_text"),
    )
    copy.files = dict(_postgresql_files(since) if on_postgresql() else _sqlite_files())
    if with_log:
        pair = _pairs_in_postgresql_log if on_postgresql() else _pairs_in_sqlite_log
        copy.pairs_in_log = list(pair(copy, since))
    return copy


def log_position() -> str:
    """Where the write-ahead log stands. On SQLite it is emptied here."""
    if on_postgresql():
        return str(_one("SELECT pg_current_wal_lsn()"))
    _one("PRAGMA wal_checkpoint(TRUNCATE)")
    return ""


@contextmanager
def log_kept_whole() -> Iterator[None]:
    """The attacker's best luck: no checkpoint takes away a part of the log during the poll, as if it were archived."""
    if on_postgresql():
        _one(f"SELECT pg_create_physical_replication_slot('attack_{os.getpid()}', true)::text")
    else:
        _one("PRAGMA wal_autocheckpoint=0")
        # Nothing waits for the disk: the bytes are the same.
        _one("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        if on_postgresql():
            _one(f"SELECT pg_drop_replication_slot('attack_{os.getpid()}')::text")
        else:
            _one("PRAGMA wal_autocheckpoint=1000")
            _one("PRAGMA synchronous=FULL")


def ballots_in(content: bytes) -> Iterator[bytes]:
    """The beginning of every ballot readable in these bytes: as JSON, or compressed as it is inside a box before sealing."""
    for found in re.finditer(rb'\{"m":"[0-9a-f]{32}"[^\0]{1,300}', content):
        yield found.group()
    for found in re.finditer(rb"\x78[\x01\x9c\xda]", content):
        try:
            plain = zlib.decompressobj().decompress(content[found.start() : found.start() + 4096], 4096)
        except zlib.error:
            continue
        if plain.startswith(b'{"m":"'):
            yield plain


def _one(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None


def _rows(table: str, columns: list[str], key: str = "id") -> list[Row]:
    return _select(f"SELECT {{}}, {', '.join(f't.{column}' for column in columns)} FROM assessments_{table} t", key)  # noqa: S608


def _answering() -> list[Row]:
    return _select(
        "SELECT {}, p.email, t.answered, t.reminded FROM assessments_invitation t JOIN assessments_person p ON p.id = t.person_id",
        "id",
    )


def _select(sql: str, key: str) -> list[Row]:
    beside = "t.ctid::text, t.xmin::text" if on_postgresql() else "t.rowid, NULL"
    with connection.cursor() as cursor:
        cursor.execute(sql.format(f"t.{key}, {beside}"))
        rows = cursor.fetchall()
    return [Row(_bare(key), _place(place), None if xid is None else int(xid), tuple(values)) for key, place, xid, *values in rows]


def _bare(key: object) -> str:
    return str(key).replace("-", "")


def _place(text: object) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", str(text)))


# --- files --------------------------------------------------------------------------------------------------------


def _sqlite_files() -> Iterator[tuple[str, bytes]]:
    path = Path(connection.settings_dict["NAME"])
    for file in sorted(path.parent.glob(f"{path.name}*")):
        # In a process of its own: closing the file here would drop the locks that SQLite holds on it in this one.
        yield file.name, subprocess.run(["cat", str(file)], capture_output=True, check=True).stdout


def _data_directory() -> Path:
    directory = Path(str(_one("SHOW data_directory")))
    if not os.access(directory / "base", os.R_OK | os.X_OK):
        pytest.skip("the files of this PostgreSQL server cannot be read from here")
    return directory


def _postgresql_files(since: str) -> Iterator[tuple[str, bytes]]:
    """Every table file of this database, every segment of the log since the poll began (recycled ones too), the server's log."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    directory = _data_directory()
    database = _one("SELECT oid FROM pg_database WHERE datname = current_database()")
    first = str(_one(f"SELECT pg_walfile_name('{since or '0/1000000'}')"))
    files = [file for file in (directory / "base" / str(database)).iterdir() if not file.name.startswith("pgsql_tmp")]
    segments = [file for file in (directory / "pg_wal").iterdir() if file.is_file() and file.name >= first]
    for file in [*files, *segments]:
        try:
            yield f"{file.parent.name if file.parent.name == 'pg_wal' else 'base'}/{file.name}", file.read_bytes()
        except FileNotFoundError:
            continue
    server = (directory / "postmaster.pid").read_text().split()[0]
    log = Path(os.readlink(f"/proc/{server}/fd/2"))
    if log.is_file():
        yield "server log", log.read_bytes()


# --- the write-ahead log ------------------------------------------------------------------------------------------


def _pairs_in_postgresql_log(copy: Copy, since: str) -> Iterator[tuple[str, str]]:
    """(email, box key) where one transaction of the log wrote both rows."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_waldump"))
    end = _one("SELECT pg_current_wal_insert_lsn()")
    command = [str(programs[-1]), "-p", str(_data_directory() / "pg_wal"), "-s", since, "-e", str(end), "-r", "Heap"]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    database = _one("SELECT oid FROM pg_database WHERE datname = current_database()")
    files = {table: f"{database}/{_file_of(table)}" for table in ("invitation", "box")}
    people = {row.place: row.values[0] for row in copy.invitations if row.values[1]}
    boxes = {row.place: row.key for row in copy.boxes}
    marked: dict[str, str] = {}
    for line in lines:
        found = re.search(r"tx:\s+(\d+).*blkref #0: rel \d+/(\d+/\d+)(?: fork main)? blk (\d+)", line)
        if not found:
            continue
        xid, file, block = found.groups()
        update, insert = re.search(r"UPDATE.*new off:? (\d+)", line), re.search(r"INSERT(?:\+INIT)? off:? (\d+)", line)
        if update and file == files["invitation"]:
            marked[xid] = people.get((int(block), int(update.group(1))), "")
        elif insert and file == files["box"] and xid in marked:
            yield marked[xid], boxes.get((int(block), int(insert.group(1))), "")


def _file_of(table: str) -> int:
    return int(_one(f"SELECT pg_relation_filenode('assessments_{table}')"))


def _pairs_in_sqlite_log(copy: Copy, since: str) -> Iterator[tuple[str, str]]:
    """(email, box key): the log is played back one transaction at a time, and what is new after each belongs together."""
    name = Path(connection.settings_dict["NAME"]).name
    pages, log = bytearray(copy.files[name]), copy.files.get(f"{name}-wal", b"")
    emails = {row.key: row.values[0] for row in copy.invitations}
    size = struct.unpack(">H", pages[16:18])[0]
    size = 65536 if size == 1 else size
    target = Path(connection.settings_dict["NAME"]).parent / "played-back.sqlite3"
    known: tuple[set[str], set[str]] = (set(), set())
    for at in range(32, len(log), 24 + size):
        page, committed = struct.unpack(">II", log[at : at + 8])
        if log[at + 8 : at + 16] != log[16:24]:
            break
        pages[(page - 1) * size : page * size] = log[at + 24 : at + 24 + size]
        if committed:
            answered, boxes = _state(pages, target)
            new = answered - known[0], boxes - known[1]
            known = answered, boxes
            if len(new[0]) == len(new[1]) == 1:
                yield emails[new[0].pop()], new[1].pop()
    target.unlink(missing_ok=True)


def _state(pages: bytearray, target: Path) -> tuple[set[str], set[str]]:
    plain = bytearray(pages)
    plain[18:20] = b"\1\1"  # a database without a log of its own
    target.write_bytes(plain)
    database = sqlite3.connect(f"file:{target}?immutable=1", uri=True)
    try:
        answered = {row[0] for row in database.execute("SELECT id FROM assessments_invitation WHERE answered")}
        return answered, {row[0] for row in database.execute("SELECT id FROM assessments_box")}
    finally:
        database.close()
