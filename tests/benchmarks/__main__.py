"""`python -m tests.benchmarks`: one table. Sizes can be given, to see how the steps grow."""

import argparse
import os
import sys
from collections.abc import Iterator

from tests.benchmarks.measure import MEGABYTE, Step, comparing, opening, peak_memory, publishing
from tests.benchmarks.organisation import organisation

GOAL = 2.0  # seconds that publishing may add for 100,000 ballots


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--ballots", type=int, default=100_000)
    parser.add_argument("--teams", type=int, default=1000)
    parser.add_argument("--practices", type=int, default=59)
    parser.add_argument("--dimensions", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--draws", type=int, default=500)
    sys.stdout.writelines(f"{line}\n" for line in table(parser.parse_args(arguments)))


def table(asked: argparse.Namespace) -> Iterator[str]:
    now, before = (
        organisation(ballots=asked.ballots, teams=asked.teams, practices=asked.practices, dimensions=asked.dimensions, seed=seed)
        for seed in (1, 2)
    )
    yield f"{asked.ballots:,} ballots x {asked.practices} practices in {asked.teams:,} teams; fastest of {asked.runs} runs"
    yield f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; memory: the peak that a step adds"
    boxes = opening(practices=asked.practices, ballots=asked.ballots)
    steps, drivers = publishing(now, runs=asked.runs, draws=asked.draws)
    total = Step("publishing in all", sum(step.cpu for step in steps), sum(step.wall for step in steps))
    compared = comparing(now, before, runs=asked.runs)
    yield f"{'':<52}{'CPU':>8}{'wall':>10}{'memory':>12}{'of opening':>14}"
    for step in (boxes, *steps, total, compared, drivers):
        memory = f"{step.added / MEGABYTE:9.0f} MB" if step.added is not None else " " * 12
        yield f"{step.name:<52}{step.cpu:6.2f} s{step.wall:8.2f} s{memory}{step.cpu / boxes.cpu:14.2f}"
    scaled = total.cpu * 100_000 / asked.ballots
    verdict = "met" if scaled <= GOAL else "missed"
    yield f"goal: publishing adds at most {GOAL:g} s of CPU to 100,000 ballots: {scaled:.2f} s, {verdict}"
    yield f"peak of the whole process: {peak_memory():.0f} MB"


if __name__ == "__main__":
    main(sys.argv[1:])
