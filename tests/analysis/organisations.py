"""Invented organisations for attacks on their figures: uneven trees, heads who answer in departments, tiny teams, skipped items."""

import random
from dataclasses import dataclass

import numpy as np

from assessments.analysis.attack import Cell
from assessments.analysis.audit import subtrees
from assessments.analysis.scoring import Ballots, Scores, Units, score
from assessments.analysis.values import Classes

K = 5
DIMENSION_OF = (0, 0, 0, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Polled:
    """An organisation and what it said. counts: (units,) people who answered directly in each unit; answers: (B, P)."""

    parent: tuple[int, ...]
    invited: tuple[int, ...]
    counts: tuple[int, ...]
    answers: np.ndarray

    @property
    def unit(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.parent)), self.counts)

    def scores(self, k: int = K) -> Scores:
        ballots = Ballots(self.unit.astype(np.int64), self.answers)
        return score(Units(self.parent, self.invited), ballots, DIMENSION_OF, k=k, own_spread_from=10)

    def answered(self, practice: int) -> list[int]:
        """(units,) valid answers to a practice, counted directly."""
        return np.bincount(self.unit, weights=self.answers[:, practice] > 0, minlength=len(self.parent)).astype(int).tolist()


def random_tree(chance: random.Random) -> list[int]:
    """Two to four departments with up to five teams, some of which have teams of their own."""
    parent = [-1]
    for _ in range(chance.randint(2, 4)):
        department = len(parent)
        parent.append(0)
        for _ in range(chance.randint(1, 5)):
            team = len(parent)
            parent.append(department)
            if chance.random() < 0.2:
                parent += [team] * chance.randint(1, 3)
    return parent


def random_organisation(seed: int) -> Polled:
    """Heads (0 to 3, sometimes a staff of 6) answer in upper units; teams have 0 to 12 answers; some items are skipped by many."""
    chance, numbers = random.Random(seed), np.random.default_rng(seed)
    parent = random_tree(chance)
    above = set(parent)
    counts = [chance.choice([0, 0, 0, 1, 2, 3, 6]) if unit in above else chance.randint(0, 12) for unit in range(len(parent))]
    invited = [count + chance.randint(0, 4) for count in counts]
    level = numbers.normal(3.7, 0.5, len(parent))
    unit = np.repeat(np.arange(len(parent)), counts)
    answers = np.clip(np.rint(level[unit][:, None] + numbers.normal(0, 1, (len(unit), len(DIMENSION_OF)))), 1, 5).astype(np.int8)
    skipped = numbers.random(answers.shape) < numbers.choice([0.0, 0.05, 0.3], len(DIMENSION_OF))
    return Polled(tuple(parent), tuple(invited), tuple(counts), np.where(skipped, 0, answers).astype(np.int8))


def cells_of(scores: Scores, practice: int) -> dict[int, Cell]:
    return {
        unit: Cell(figure.n, figure.mean, figure.share, figure.classes is not None, _told_apart(figure.classes))
        for (unit, at), figure in sorted(scores.practice.items())
        if at == practice
    }


def _told_apart(classes: Classes | None) -> bool:
    return classes is not None and (classes.strongly_disagree, classes.strongly_agree) != (None, None)


def families(scores: Scores) -> list[tuple[dict[int, int], int]]:
    """Everything that can be subtracted: shown unit to answers, and what each remainder must have."""
    found = [({unit: told.answered for unit, told in scores.participation.items()}, K)]
    for practice in range(len(DIMENSION_OF)):
        cells = cells_of(scores, practice)
        found.append(({unit: cell.n for unit, cell in cells.items()}, K))
        found.append(({unit: cell.n for unit, cell in cells.items() if cell.share}, 10))
        found.append(({unit: cell.n for unit, cell in cells.items() if cell.classes}, 10))
        found.append(({unit: cell.n for unit, cell in cells.items() if cell.sides}, 20))
    return found


def plain_minimum(parent: tuple[int, ...], counts: list[int], k: int = K) -> dict[int, int]:
    """What many products show: whatever has at least k answers."""
    totals = [sum(counts[unit] for unit in members) for members in subtrees(parent)]
    return {unit: total for unit, total in enumerate(totals) if total >= k}
