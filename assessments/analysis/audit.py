"""What can be solved from shown figures by adding and subtracting them: exactly, over the rationals, as an attacker would.

A *cell* is a shown number of answers of a set of units; the attacker may take any multiple of any cells together. Units that
stand in the same cells cannot be told apart: together they are an *atom*. A group of units is given away if some combination of
cells contains each of its atoms once and no other. Means of upper units weigh their remainders by the people invited; each
remainder still has one weight for all its answers, so what can be isolated from means is what can be isolated from counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | Fraction  # whole numbers as long as nothing is divided: in a tree always, and much faster
Vector: TypeAlias = dict[int, Number]
Row: TypeAlias = tuple[Vector, Vector]  # factors of atoms, and of the cells that the row is made of
MOST_STEPS = 20_000  # of the search in one tangle of cells; a tree needs one per atom


@dataclass(frozen=True, slots=True)
class Group:
    """Fewer than k answers that cells give away: the units, how many answers, and each cell with its factor."""

    units: frozenset[int]
    answers: int
    cells: tuple[tuple[int, Number], ...]


@dataclass(frozen=True, slots=True)
class Elimination:
    """Cells in reduced row echelon form. tangles: rows that share atoms, each independent of the others."""

    atoms: tuple[frozenset[int], ...]
    tangles: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """The smallest groups of 1 to k-1 answers; complete: whether the search came to its end."""

    groups: tuple[Group, ...]
    complete: bool


def small_remainders(parent: Sequence[int], totals: Mapping[int, int], k: int) -> list[int]:
    """The shown units whose own remainder (answers less those of the shown units inside) is neither 0 nor at least k.

    parent: (units,) preorder indexes, -1 for the root. totals: answers of the shown units. Units with fewer than k answers in all
    are named too. The tree rule promises an empty list.
    """
    remainder = remainders(parent, totals)
    return sorted(unit for unit, left in remainder.items() if totals[unit] < k or (left != 0 and left < k))


def remainders(parent: Sequence[int], totals: Mapping[int, int]) -> dict[int, int]:
    """What each shown unit has beyond the shown units in it. Arguments as `small_remainders`."""
    found = dict(totals)
    for unit in totals:
        if (above := shown_above(parent, totals, unit)) >= 0:
            found[above] -= totals[unit]
    return found


def shown_above(parent: Sequence[int], shown: Mapping[int, object], unit: int) -> int:
    """The nearest shown unit above a unit, -1 where there is none."""
    above = parent[unit]
    while above >= 0 and above not in shown:
        above = parent[above]
    return above


def subtrees(parent: Sequence[int]) -> list[frozenset[int]]:
    """Each unit with all units below it. parent: (units,) preorder indexes."""
    last = list(range(len(parent)))
    for unit in reversed(range(len(parent))):
        if parent[unit] >= 0:
            last[parent[unit]] = max(last[parent[unit]], last[unit])
    return [frozenset(range(unit, last[unit] + 1)) for unit in range(len(parent))]


def eliminate(cells: Sequence[frozenset[int]], direct: Sequence[int] | None = None) -> Elimination:
    """Reduce cells, each a set of units, as far as exact arithmetic goes. They may overlap in any way.

    direct: the true answers of each unit, which no attacker has; with it, units without answers are left out. Depends on which
    cells are shown and not on their numbers, so one elimination serves all figures that are shown for the same units.
    """
    if direct is not None:
        cells = [frozenset(unit for unit in cell if direct[unit]) for cell in cells]
    atoms = _atoms(cells)
    atom_of = {unit: at for at, atom in enumerate(atoms) for unit in atom}
    basis: dict[int, Row] = {}
    holders: dict[int, set[int]] = defaultdict(set)  # atom to the pivots of the rows in which it stands besides
    # The smallest first: in a tree each unit is then reduced to its remainder at once.
    for cell in sorted(range(len(cells)), key=lambda at: (len(cells[at]), at)):
        row: Row = (dict.fromkeys((atom_of[unit] for unit in cells[cell]), 1), {cell: 1})
        for pivot in [atom for atom in row[0] if atom in basis]:
            _subtract(row, basis[pivot], row[0][pivot])
        if row[0]:
            _enter(basis, holders, row)
    return Elimination(atoms, _tangles(basis))


def isolated(found: Elimination, answers: Sequence[int], k: int) -> Solved:
    """The groups of 1 to k-1 answers that an elimination gives away. answers: the printed number of each cell.

    Of groups that contain each other the smallest. A negative remainder, which only wrong figures have, is no group.
    """
    groups: list[Group] = []
    complete = True
    for tangle in found.tangles:
        steps = _Steps()
        for atoms, cells in _sums(tangle, steps):
            size = sum(factor * answers[cell] for cell, factor in cells.items())
            if 0 < size < k:
                units = frozenset[int]().union(*(found.atoms[atom] for atom in atoms))
                groups.append(Group(units, int(size), tuple(sorted(cells.items()))))
        complete = complete and not steps.out
    smallest = [group for group in groups if not any(other.units < group.units for other in groups)]
    return Solved(tuple(sorted(smallest, key=lambda group: sorted(group.units))), complete)


def _atoms(cells: Sequence[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """Units by the cells that they stand in."""
    standing: dict[int, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        for unit in cell:
            standing[unit].append(at)
    atoms: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for unit, where in standing.items():
        atoms[tuple(where)].append(unit)
    return tuple(frozenset(units) for units in atoms.values())


def _subtract(row: Row, other: Row, factor: Number) -> None:
    for mine, theirs in zip(row, other, strict=True):
        for at, value in theirs.items():
            left = mine.get(at, 0) - factor * value
            if left:
                mine[at] = left
            else:
                mine.pop(at, None)


def _enter(basis: dict[int, Row], holders: dict[int, set[int]], row: Row) -> None:
    """Take a reduced row in, with its first atom as pivot, and clear that atom from the rows that hold it."""
    pivot = min(row[0])
    scale = row[0][pivot]
    if scale != 1:
        for vector in row:
            vector.update({at: Fraction(value) / scale for at, value in vector.items()})
    for holder in holders.pop(pivot, ()):
        if factor := basis[holder][0].get(pivot):
            _subtract(basis[holder], row, factor)
            for atom in row[0].keys() - {pivot}:
                holders[atom].add(holder)
    basis[pivot] = row
    for atom in row[0].keys() - {pivot}:
        holders[atom].add(pivot)


def _tangles(basis: Mapping[int, Row]) -> tuple[tuple[Row, ...], ...]:
    """Rows that hang together by an atom. What the cells give away is a sum of what single tangles give away."""
    leader: dict[int, int] = {}

    def find(atom: int) -> int:
        while leader.setdefault(atom, atom) != atom:
            atom = leader[atom]
        return atom

    for pivot, (atoms, _cells) in basis.items():
        for atom in atoms:
            leader[find(atom)] = find(pivot)
    rows: dict[int, list[Row]] = defaultdict(list)
    for pivot, row in basis.items():
        rows[find(pivot)].append(row)
    return tuple(tuple(tangle) for tangle in rows.values())


@dataclass(slots=True)
class _Steps:
    left: int = MOST_STEPS
    out: bool = False


def _sums(rows: Sequence[Row], steps: _Steps) -> Iterator[tuple[set[int], Vector]]:
    """Every sum of rows that holds each atom once or not at all, with its cells. Each pivot stands in one row, so a group takes a
    row whole or leaves it; an atom that no later row holds must have come out as 0 or 1 by then."""
    last = {atom: at for at, (atoms, _cells) in enumerate(rows) for atom in atoms}
    done = [[atom for atom, row in last.items() if row == at] for at in range(len(rows))]
    waiting: list[tuple[int, Row]] = [(0, ({}, {}))]
    while waiting:
        steps.left -= 1
        if steps.left < 0:
            steps.out = True
            return
        at, (atoms, cells) = waiting.pop()
        if at == len(rows):
            if atoms:
                yield set(atoms), cells
            continue
        taken = (dict(atoms), dict(cells))
        _subtract(taken, rows[at], -1)
        choices = ((atoms, cells), taken)
        waiting += [(at + 1, choice) for choice in choices if all(choice[0].get(atom, 0) in {0, 1} for atom in done[at])]
