"""What a close computes beyond opening boxes, step by step: how long each step takes and how much memory its peak adds."""

import resource
import time
import tracemalloc
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from assessments.analysis.change import DIMENSION_FROM, changes
from assessments.analysis.drivers import find_drivers
from assessments.analysis.quality import bands_of, quality_of
from assessments.analysis.scoring import Scores, Tally, person_tally, score
from assessments.analysis.summary import Floats
from assessments.ballotbox.box import Ballot, seal, unseal
from tests.benchmarks.organisation import OWN_SPREAD_FROM, K, Organisation, families

T = TypeVar("T")

BOXES = 2000
WARM_UP = 200
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Step:
    """cpu, wall: seconds of the fastest run; cpu is what other work on the machine disturbs least.

    added: peak of what it allocates, in bytes; None where it was not looked at.
    """

    name: str
    cpu: float
    wall: float
    added: int | None = None


class Stopwatch:
    """Times steps; the memory of each is measured in a run of its own, since watching it is slow."""

    def __init__(self, runs: int) -> None:
        self.runs = runs
        self.steps: list[Step] = []

    def time(self, name: str, work: Callable[[], T], runs: int | None = None) -> T:
        times = []
        for _ in range(runs or self.runs):
            start = clocks()
            result = work()
            times.append(clocks() - start)
        tracemalloc.start()
        work()
        cpu, wall = np.min(times, axis=0).tolist()
        self.steps.append(Step(name, cpu, wall, tracemalloc.get_traced_memory()[1]))
        tracemalloc.stop()
        return result


def clocks() -> Floats:
    """Seconds of CPU and of the wall clock."""
    return np.array([time.process_time(), time.perf_counter()])


def publishing(one: Organisation, *, runs: int, draws: int) -> tuple[list[Step], Step]:
    """The arithmetic of publishing, and the bootstrap of the drivers apart."""
    watch, dimension_of = Stopwatch(runs), np.array(one.dimension_of)
    scores = watch.time("score", lambda: score(one.units, one.ballots, one.dimension_of, k=K, own_spread_from=OWN_SPREAD_FROM))
    persons, tally = watch.time("persons", lambda: person_tally(one.ballots, dimension_of, len(one.units.parent)))
    watch.time("bands", lambda: _bands(one, scores, tally))
    watch.time("quality", lambda: _quality(one, dimension_of, tally))
    steps = list(watch.steps)
    watch.time(f"drivers, {draws} draws", lambda: _drivers(one, persons, draws), runs=1)
    return steps, watch.steps[-1]


def _bands(one: Organisation, scores: Scores, tally: Tally) -> None:
    ends, last = set(one.ends), tally.n.shape[1] - 1
    bands_of({unit: figure for unit, figure in sorted(scores.overall.items()) if unit in ends}, tally, last)
    for at in range(last):
        here = {unit: figure for (unit, column), figure in sorted(scores.dimension.items()) if column == at and unit in ends}
        bands_of(here, tally, at)


def _quality(one: Organisation, dimension_of: np.ndarray, tally: Tally) -> None:
    values = np.where(one.ballots.answers > 0, one.ballots.answers, np.nan)
    for at in range(tally.n.shape[1] - 1):
        quality_of(values[:, dimension_of == at], one.ballots.unit, tally, at)
    quality_of(values[:, :0], one.ballots.unit, tally, tally.n.shape[1] - 1)


def _drivers(one: Organisation, persons: Floats, draws: int) -> None:
    find_drivers(persons[:, :-1], persons[:, -1], one.ballots.unit, seed=1, draws=draws)


def comparing(now: Organisation, before: Organisation, *, runs: int) -> Step:
    """All tests of change against the quarter before: one family a figure."""
    pairs, watch = families(now, before), Stopwatch(runs)
    name = f"changes of {len(pairs)} figures in {len(now.ends)} teams"
    watch.time(name, lambda: [changes(then, today, minimum=DIMENSION_FROM) for then, today in pairs])
    return watch.steps[-1]


def opening(*, practices: int, ballots: int) -> Step:
    """A bare loop that opens `BOXES` boxes, scaled to all."""
    cycle, private_key, mac_key = uuid.uuid4(), X25519PrivateKey.generate(), bytes(32)
    public_key = private_key.public_key().public_bytes_raw()
    answers = {f"practice-{at}": 1 + at % 5 for at in range(practices)}
    ballot = Ballot(unit=str(uuid.uuid4()), answers=answers, mark="0" * 64)
    sealed = [seal(ballot, cycle=cycle, public_key=public_key, mac_key=mac_key) for _ in range(BOXES)]
    for box in sealed[:WARM_UP]:
        unseal(box, cycle=cycle, private_key=private_key, mac_key=mac_key)
    start = clocks()
    for box in sealed:
        unseal(box, cycle=cycle, private_key=private_key, mac_key=mac_key)
    cpu, wall = ((clocks() - start) * ballots / BOXES).tolist()
    return Step(f"opening the boxes ({BOXES:,} opened, times {ballots / BOXES:g})", cpu, wall)


def peak_memory() -> float:
    """Of the whole process so far, in MB; Linux tells kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE
