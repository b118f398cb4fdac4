"""A table as JSON: a list of objects, one a line. Codes instead of words, for programs."""

import datetime
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from assessments.analysis.values import Hidden, Mean, Share, Shown
from assessments.exports.table import Column, Row, Table, Value

ROWS_AT_A_TIME = 200


def json_of(table: Table) -> Iterator[str]:
    """Pieces of some hundred lines."""
    lines: list[str] = []
    before = "[\n"
    for row in table.rows:
        lines.append(json.dumps(as_object(table.columns, row), ensure_ascii=False))
        if len(lines) == ROWS_AT_A_TIME:
            yield before + ",\n".join(lines)
            lines, before = [], ",\n"
    yield (before if lines or before == "[\n" else "") + ",\n".join(lines) + "\n]\n"


def as_object(columns: Sequence[Column], row: Row) -> dict[str, Any]:
    """What a row does not reach is not there at all; what it leaves empty is null."""
    return {column.key: _plain(value) for column, value in zip(columns, row, strict=False) if not column.for_people}


def _plain(value: Value) -> Any:
    match value:
        case Decimal():
            return float(value)
        case Mean() | Share():
            return {"op": value.op, "value": float(value.value) if isinstance(value, Mean) else value.value}
        case Shown():
            ends = (value.interval.low, value.interval.high) if value.interval else (None, None)
            likely = {"low": _plain(ends[0]), "high": _plain(ends[1])}
            return {"shown": True, "n": value.n, "invited": value.invited, "mean": _plain(value.mean)} | likely
        case Hidden():
            return {"shown": False}
        case datetime.date():
            return value.isoformat()
    return value
