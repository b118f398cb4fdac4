"""`python -m tests.benchmarks.screens`: how long HR's first screen, heat map and a team's page take. The database goes."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import ModuleType
from typing import TypeAlias

import django
import numpy as np

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from assessments.models import (
    Answer,
    Cycle,
    CycleTeam,
    Figure,
    FigureChange,
    Item,
    Participation,
    Questionnaire,
    SelfAssessment,
    Team,
    User,
)
from assessments.services.catalogue import load_content
from assessments.services.planning import refresh_planner
from assessments.services.publishing import store_widest_gaps
from tests.benchmarks.measure import clocks
from tests.benchmarks.organisation import TEAMS_OF_A_DEPARTMENT

HIDDEN = 0.1  # of the teams
MOVED = 0.05  # of the figures that are compared
BATCH = 5000
GOAL_MIDDLE, GOAL_SLOW, GOAL_STATEMENTS = 60, 120, 8  # milliseconds and statements of HR's first screen
GOAL_TEAM = 25  # milliseconds of a team's page
Lasting: TypeAlias = tuple[Team, tuple[int, int, int]]  # a team, and what `_tree` says of it


@dataclass(frozen=True, slots=True)
class Screen:
    """Milliseconds of the wall clock: of a process's first answer, which compiles templates; middle and 95th of those after it.

    cpu: middle of the process's own milliseconds, which other work on the machine disturbs least; of a database server it has none.
    """

    name: str
    first: float
    middle: float
    slow: float
    cpu: float
    statements: int
    kilobytes: float

    @property
    def is_fast(self) -> bool:
        return self.middle <= GOAL_MIDDLE and self.slow <= GOAL_SLOW and self.statements <= GOAL_STATEMENTS


def fill(*, teams: int, people: int, cycles: int, seed: int = 1) -> Cycle:
    """Closed cycles of one organisation with figures, changes, turnouts and every leader's own view. Returns the newest."""
    load_content()
    questionnaire = Questionnaire.objects.newest("quarterly-check")
    assert questionnaire is not None
    items = list(questionnaire.items.select_related("practice__dimension").order_by("position"))
    rng = np.random.default_rng(seed)
    shape = _tree(teams)
    names = [f"Team {at}" if below == 1 else f"Department {at}" for at, (_parent, _last, below) in enumerate(shape)]
    lasting = list(zip(Team.objects.bulk_create(Team(name=name, path=name) for name in names), shape, strict=True))
    cycle: Cycle | None = None
    for quarter in range(cycles):
        ends = date(2024, 1, 14) + timedelta(days=91 * quarter)
        days = {"opens": ends - timedelta(days=13), "closes": ends}
        state = {"state": Cycle.State.CLOSED, "key_destroyed": True}
        before, name = cycle, f"round-{quarter}"
        cycle = Cycle.objects.create(name=name, slug=name, questionnaire=questionnaire, k=5, **days, **state)
        _store(cycle, before, lasting, people, items, rng)
    assert cycle is not None
    refresh_planner()
    return cycle


def _tree(teams: int) -> list[tuple[int, int, int]]:
    """Parent, last unit below, and teams below of each unit in preorder."""
    units = [(-1, teams + -(-teams // TEAMS_OF_A_DEPARTMENT), teams)]
    for department in range(-(-teams // TEAMS_OF_A_DEPARTMENT)):
        size = min(TEAMS_OF_A_DEPARTMENT, teams - department * TEAMS_OF_A_DEPARTMENT)
        here = len(units)
        units.append((0, here + size, size))
        units += [(here, here + 1 + at, 1) for at in range(size)]
    return units


def _store(
    cycle: Cycle, before: Cycle | None, lasting: list[Lasting], people: int, items: list[Item], rng: np.random.Generator
) -> None:
    tree = _tree_of(cycle, lasting, people)
    shown = [unit for unit in tree if unit.has_teams_below or rng.random() > HIDDEN]
    Participation.objects.bulk_create(
        (Participation(team=unit, answered=int(unit.invited * 0.7), invited=unit.invited) for unit in shown), batch_size=BATCH
    )
    figures = list(_figures(shown, items, rng))
    Figure.objects.bulk_create(figures, batch_size=BATCH)
    if before:
        directions = rng.choice(["none", "up", "down"], len(figures), p=[1 - MOVED, MOVED / 2, MOVED / 2])
        FigureChange.objects.bulk_create(
            (_change(figure, before, str(way)) for figure, way in zip(figures, directions, strict=True)), batch_size=BATCH
        )
    submitted = "2024-01-10T12:00:00Z"
    views = SelfAssessment.objects.bulk_create(
        (SelfAssessment(team=unit, submitted_at=submitted) for unit in tree), batch_size=BATCH
    )
    ratings = rng.integers(2, 6, (len(views), len(items)))
    Answer.objects.bulk_create(
        (
            Answer(assessment=view, item=item, value=int(ratings[at, column]))
            for at, view in enumerate(views)
            for column, item in enumerate(items)
        ),
        batch_size=BATCH,
    )
    store_widest_gaps(cycle, figures)


def _tree_of(cycle: Cycle, lasting: list[Lasting], people: int) -> list[CycleTeam]:
    """Units of the cycle, stored level by level, since a unit needs its parent's key."""
    made: list[CycleTeam] = []
    for position, (team, (parent, last, below)) in enumerate(lasting):
        above = made[parent] if parent >= 0 else None
        places = {"position": position, "last": last, "depth": above.depth + 1 if above else 0}
        invited = people * below // lasting[0][1][2]
        made.append(CycleTeam(cycle=cycle, team=team, parent=above, name=team.name, path=team.path, invited=invited, **places))
    for depth in range(3):
        level = [unit for unit in made if unit.depth == depth]
        CycleTeam.objects.bulk_create(level, batch_size=BATCH)
    return made


def _figures(shown: list[CycleTeam], items: list[Item], rng: np.random.Generator) -> Iterator[Figure]:
    dimensions = list(dict.fromkeys(item.practice.dimension.code for item in items))
    columns = [(Figure.Kind.OVERALL, "")] + [(Figure.Kind.DIMENSION, code) for code in dimensions]
    columns += [(Figure.Kind.PRACTICE, item.practice.code) for item in items]
    for unit in shown:
        for (kind, code), mean, half in zip(
            columns, rng.normal(3.6, 0.4, len(columns)), rng.integers(1, 5, len(columns)), strict=True
        ):
            at = Decimal(str(round(min(4.5, max(1.5, mean)), 1)))
            room = Decimal(int(half)) / 10
            yield Figure(
                team=unit,
                kind=kind,
                code=code,
                n=int(unit.invited * 0.7),
                mean=at,
                low=max(at - room, Decimal(1)),
                high=min(at + room, Decimal(5)),
            )


def _change(figure: Figure, before: Cycle, way: str) -> FigureChange:
    points = {"none": None, "up": Decimal("0.4"), "down": Decimal("-0.4")}[way]
    sure = {} if points is None else {"low": points - Decimal("0.2"), "high": points + Decimal("0.2")}
    return FigureChange(figure=figure, since=before, direction=way, points=points, n_before=figure.n, **sure)


def measured(cycle: Cycle, *, answers: int) -> list[Screen]:
    """The floor is a page that reads nothing but who asks; then what HR opens first, and every team at once."""
    client, reader = (
        Client(headers={"host": "localhost"}),
        User.objects.create_user(email="reader@example.org", role="hr-viewer", name="", password=""),
    )
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = [
        ("floor: a page without figures", "/anonymity/"),
        ("first screen", f"/hr/?cycle={cycle.slug}"),
        ("team page", f"/teams/{_some_team(cycle).uid}/"),
        ("heat map, departments", f"/hr/map/?cycle={cycle.slug}&level=departments"),
        ("heat map, sorted, 100 rows", f"/hr/map/?cycle={cycle.slug}&level=all&sort=overall"),
        ("heat map, all teams", f"/hr/map/?cycle={cycle.slug}&level=all"),
    ]
    return [_screen(client, name, address, answers) for name, address in pages]


def _some_team(cycle: Cycle) -> CycleTeam:
    """One whose figures are shown."""
    shown = cycle.teams.filter(participation__isnull=False, last=F("position")).order_by("position")
    return shown[shown.count() // 2]


def _screen(client: Client, name: str, address: str, answers: int) -> Screen:
    """With cold caches: each answer begins with a new connection and with nothing that this process kept of earlier ones."""
    times, forget = [], _forgetting()
    for _ in range(answers + 1):
        forget()
        start = clocks()
        answer = client.get(address)
        times.append(1000 * (clocks() - start))
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
    with CaptureQueriesContext(connection) as sent:
        client.get(address)
    cpu, wall = np.array(times).T
    middle, slow = np.percentile(wall[1:], [50, 95]).tolist()
    return Screen(name, wall[0], middle, slow, float(np.median(cpu[1:])), len(sent), len(answer.content) / 1024)


def _forgetting() -> Callable[[], None]:
    """Empties what functions of ours have cached, and the database's pages that hang on the connection (inside a test it stays)."""
    modules = [module for name, module in sys.modules.items() if name.startswith("assessments") and isinstance(module, ModuleType)]
    cached = {id(found): found for module in modules for found in vars(module).values() if hasattr(found, "cache_clear")}

    def forget() -> None:
        for function in cached.values():
            function.cache_clear()
        if not connection.in_atomic_block:
            connection.close()
            connection.ensure_connection()
        gc.collect()

    return forget


def table(screens: Iterable[Screen]) -> Iterator[str]:
    """The columns of ratios hold on a busy machine too; the goals are for a quiet one."""
    yield f"{'':<34}{'first':>9}{'p50':>9}{'p95':>9}{'of floor':>10}{'CPU':>9}{'of floor':>10}{'statements':>12}{'size':>10}"
    found = list(screens)
    for one in found:
        wall = f"{one.first:6.0f} ms{one.middle:6.0f} ms{one.slow:6.0f} ms{one.middle / found[0].middle:10.1f}"
        cpu = f"{one.cpu:6.0f} ms{one.cpu / found[0].cpu:10.1f}"
        yield f"{one.name:<34}{wall}{cpu}{one.statements:12d}{one.kilobytes:7.0f} kB"
    first = next(one for one in found if one.name == "first screen")
    yield (
        f"goal: first screen, cold caches, p50 <= {GOAL_MIDDLE} ms, p95 <= {GOAL_SLOW} ms, <= {GOAL_STATEMENTS} statements: "
        f"{'met' if first.is_fast else 'missed'}"
    )
    team = next(one for one in found if one.name == "team page")
    yield f"goal: team page, cold caches, p50 <= {GOAL_TEAM} ms: {'met' if team.middle <= GOAL_TEAM else 'missed'}"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.screens", description=__doc__)
    parser.add_argument("--teams", type=int, default=1000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--cycles", type=int, default=8)
    parser.add_argument("--answers", type=int, default=100)
    asked = parser.parse_args(arguments)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        cycle = fill(teams=asked.teams, people=asked.people, cycles=asked.cycles)
        sys.stdout.write(f"{asked.people:,} people in {asked.teams:,} teams, {asked.cycles} cycles, {connection.vendor}; ")
        sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
        sys.stdout.writelines(f"{line}\n" for line in table(measured(cycle, answers=asked.answers)))
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
