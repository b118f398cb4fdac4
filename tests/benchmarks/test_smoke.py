"""The benchmark runs at small size, so that it never rots. How fast it is, is not judged here."""

import pytest

from assessments.analysis.change import Point
from assessments.models import WidestGap
from tests.benchmarks.__main__ import main
from tests.benchmarks.measure import Stopwatch, comparing
from tests.benchmarks.organisation import families, organisation
from tests.benchmarks.screens import fill, measured, table

SMALL = {"ballots": 600, "teams": 40, "practices": 8, "dimensions": 4}


def test_it_prints_a_row_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    main([f"--{name}={value}" for name, value in SMALL.items()] + ["--runs=1", "--draws=5"])
    printed = capsys.readouterr().out
    steps = ["opening the boxes", "score", "persons", "bands", "quality", "publishing in all", "changes of 13 figures", "drivers"]
    assert all(any(line.startswith(step) for line in printed.splitlines()) for step in steps)
    assert "goal: publishing adds at most 2 s" in printed


def test_the_organisation_has_the_size_that_was_asked_for() -> None:
    one = organisation(**SMALL, seed=1)
    assert one.ballots.answers.shape == (600, 8)
    assert len(one.ends) == 40
    assert len(set(one.dimension_of)) == 4
    assert set(one.ballots.unit.tolist()) == set(one.ends)


def test_each_figure_of_all_teams_is_one_family() -> None:
    now, before = (organisation(**SMALL, seed=seed) for seed in (1, 2))
    found = families(now, before)
    assert len(found) == 8 + 4 + 1
    assert all(len(then) == len(today) == 40 for then, today in found)
    assert any(isinstance(point, Point) for _, today in found for point in today)
    assert comparing(now, before, runs=1).name == "changes of 13 figures in 40 teams"


def test_a_step_says_how_long_it_took_and_what_it_added() -> None:
    watch = Stopwatch(runs=2)
    assert watch.time("a megabyte", lambda: len(bytes(range(256)) * 2**12)) == 2**20
    [step] = watch.steps
    assert min(step.cpu, step.wall) > 0
    assert step.added is not None
    assert 2**20 <= step.added < 2**21


def test_the_screens_are_measured_beside_the_floor(db: None) -> None:
    cycle = fill(teams=40, people=400, cycles=2)
    assert cycle.teams.count() == 43
    found = measured(cycle, answers=1)
    assert [screen.statements for screen in found] == [screen.statements for screen in found if screen.statements <= 21]
    lines = list(table(found))
    assert len(lines) == 1 + len(found) + 2
    assert lines[2].startswith("first screen")
    assert lines[-2].startswith("goal: first screen, cold caches")
    assert lines[-1].startswith("goal: team page, cold caches")
    assert WidestGap.objects.filter(cycle=cycle).count() > 3
