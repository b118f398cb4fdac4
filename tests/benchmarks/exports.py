"""`python -m tests.benchmarks.exports`: how long files of a thousand teams and eight cycles take, in a database of their own."""

import argparse
import datetime
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.models import Cycle, CycleTeam, Team

TEAMS_OF_A_DEPARTMENT = 30
GOALS = {("trends", "xlsx"): 3.0, ("trends", "csv"): 1.0, ("workbook", "xlsx"): 3.0}  # seconds


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.exports", description=__doc__)
    parser.add_argument("--teams", type=int, default=1000)
    parser.add_argument("--cycles", type=int, default=8)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="csculture-benchmark-") as folder:
        _start_django(Path(folder))
        newest = fill(teams=asked.teams, cycles=asked.cycles)
        sys.stdout.writelines(f"{line}\n" for line in table(newest))


def _start_django(folder: Path) -> None:
    os.environ |= {"DATABASE_URL": f"sqlite:///{folder / 'benchmark.sqlite3'}", "DJANGO_SETTINGS_MODULE": "csculture.settings"}
    os.environ.setdefault("SECRET_KEY", "a-key-for-this-benchmark-only")
    import django  # noqa: PLC0415 - reads the environment
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def fill(*, teams: int, cycles: int, seed: int = 1) -> "Cycle":
    """Closed cycles on one tree: all figures in the newest, overall ones in those before it; a tenth of the teams is hidden."""
    from assessments.models import Questionnaire  # noqa: PLC0415 - after Django's start
    from assessments.services.catalogue import load_content  # noqa: PLC0415

    load_content()
    questionnaire, rng = Questionnaire.objects.filter(code="quarterly-check").latest("version"), random.Random(seed)
    tree, before = _tree(teams), None
    for number in range(cycles):
        cycle = _cycle(number, questionnaire, tree)
        _figures(cycle, before, rng, complete=number == cycles - 1)
        before = cycle
    assert before is not None
    return before


def _tree(teams: int) -> "list[Team]":
    from assessments.models import Team  # noqa: PLC0415

    found: list[Team] = []
    for at in range(teams):
        number = at // TEAMS_OF_A_DEPARTMENT
        if at % TEAMS_OF_A_DEPARTMENT == 0:
            department = Team.objects.create(name=f"Department {number}", path=f"Department {number}")
            found.append(department)
        name = f"Team {number}-{at}"
        found.append(Team.objects.create(name=name, parent=department, path=f"{department.path} / {name}"))
    return found


def _cycle(number: int, questionnaire: object, tree: "list[Team]") -> "Cycle":
    from assessments.models import Cycle, CycleTeam  # noqa: PLC0415

    opens = datetime.date(2024, 1, 1) + datetime.timedelta(days=91 * number)
    name, last = f"{2024 + number // 4} Q{1 + number % 4}", opens + datetime.timedelta(days=14)
    cycle = Cycle.objects.create(
        name=name, slug=name.lower().replace(" ", "-"), questionnaire=questionnaire, opens=opens, closes=last, k=5, state="closed"
    )
    place = {"cycle": cycle, "position": 0, "last": len(tree), "depth": 0, "invited": 100 * len(tree)}
    top = above = CycleTeam.objects.create(name="Whole organisation", path="Whole organisation", **place)
    for position, team in enumerate(tree, start=1):
        row = CycleTeam(cycle=cycle, team=team, name=team.name, path=team.path, position=position, last=position, invited=100)
        row.parent, row.depth = (above, 2) if team.parent_id else (top, 1)
        if not team.parent_id:
            row.last = min(position + TEAMS_OF_A_DEPARTMENT, len(tree))
            above = row
        row.save()
    return cycle


def _figures(cycle: "Cycle", before: "Cycle | None", rng: random.Random, *, complete: bool) -> None:
    from assessments.models import Figure, FigureChange, Item, Participation  # noqa: PLC0415

    items = list(Item.objects.filter(questionnaire=cycle.questionnaire_id).select_related("practice__dimension"))
    places = [("overall", "")]
    if complete:
        places += [("dimension", code) for code in dict.fromkeys(item.practice.dimension.code for item in items)]
        places += [("practice", item.practice.code) for item in items]
    shown = [team for team in cycle.teams.all() if team.depth < 2 or rng.random() > 0.1]
    Participation.objects.bulk_create([Participation(team=team, answered=70, invited=100) for team in shown], batch_size=500)
    figures = [_figure(team, kind, code, rng) for team in shown for kind, code in places]
    Figure.objects.bulk_create(figures, batch_size=500)
    if before:
        same = {"direction": "up", "points": Decimal("0.3"), "low": Decimal("0.1"), "high": Decimal("0.5"), "n_before": 70}
        FigureChange.objects.bulk_create([FigureChange(figure=one, since=before, **same) for one in figures], batch_size=500)


def _figure(team: "CycleTeam", kind: str, code: str, rng: random.Random) -> object:
    from assessments.models import Figure  # noqa: PLC0415

    mean, half = Decimal(rng.randint(25, 45)) / 10, Decimal("0.3")
    parts = {"share": 60, "share_low": 50, "share_high": 70, "middle": 20, "agreement": "mixed", "spread": Decimal(1)}
    return Figure(team=team, kind=kind, code=code, n=70, mean=mean, low=mean - half, high=mean + half, **parts)


def table(cycle: "Cycle") -> Iterator[str]:
    from assessments.exports.downloads import about, pieces_of, xlsx_of  # noqa: PLC0415
    from assessments.results.export import export_of  # noqa: PLC0415

    export = export_of(cycle)
    yield f"{cycle.teams.count():,} units; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    yield f"{'':<24}{'wall':>9}{'CPU':>9}{'size':>12}"
    for what, kinds in ((file.what, file.kinds) for file in about()):
        for kind in kinds:
            write: Callable[[], int] = {"xlsx": lambda what=what: len(xlsx_of(what, export))}.get(
                kind, lambda what=what, kind=kind: sum(len(piece) for piece in pieces_of(what, export, kind))
            )
            wall, cpu = time.perf_counter(), time.process_time()
            size = write()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            goal = GOALS.get((what, kind))
            verdict = f"  goal {goal:g} s of CPU: {'met' if cpu <= goal else 'missed'}" if goal else ""
            yield f"{what + ', ' + kind:<24}{wall:7.2f} s{cpu:7.2f} s{size / 2**20:9.2f} MB{verdict}"


if __name__ == "__main__":
    main(sys.argv[1:])
