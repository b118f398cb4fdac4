"""All cells of a cycle as JSON."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from assessments.analysis.values import Shown
from assessments.results.cells import Cell


def write_json(cells: Iterable[Cell], out: TextIO) -> int:
    """A list with one object per cell, one a line; returns how many. Numbers stand only where the cell is shown."""
    count = 0
    out.write("[")
    for count, cell in enumerate(cells, start=1):
        out.write(("\n" if count == 1 else ",\n") + json.dumps(_object(cell), ensure_ascii=False))
    out.write("\n]\n")
    return count


def _object(cell: Cell) -> dict[str, Any]:
    described = {"team": cell.team.path, "kind": str(cell.kind), "code": cell.code, "shown": isinstance(cell.figure, Shown)}
    return described | dict(_numbers(cell))


def _numbers(cell: Cell) -> Iterator[tuple[str, Any]]:
    if isinstance(cell.figure, Shown):
        yield "n", cell.figure.n
        yield "mean", {"op": cell.figure.mean.op, "value": float(cell.figure.mean.value)}
        yield "manager", None if cell.manager is None else float(cell.manager)
