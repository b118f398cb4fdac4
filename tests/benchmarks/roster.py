"""`python -m tests.benchmarks.roster`: how long a roster of 100,000 rows takes to be looked at and applied, in how much memory.

Each part runs in a process of its own, in the same database, as a server's requests might. Managers have no address here: the mails
that new ones get are sent after the import and take far longer than it. Seconds are the processor's: others may be at work.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

if TYPE_CHECKING:
    from django.test import Client

HEADER = ("employee_id", "name", "email", "team", "role")
TEAM_SIZE, DEPARTMENT = 12, 30  # people of a team, teams of a department
# Part: what it does, seconds, MB.
GOALS = {
    "csv": ("upload and preview, CSV, first import", 20, 400),
    "xlsx": ("upload and preview, XLSX, first import", 20, 400),
    "apply": ("apply, first import", 60, 400),
    "change": ("preview, a tenth moves or changes", 20, 400),
    "apply-change": ("apply, a tenth moves or changes", 60, 400),
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.roster", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--part", choices=GOALS)
    asked = parser.parse_args(arguments)
    if asked.part:
        sys.stdout.write(measure(asked.part, asked.rows))
        return
    with tempfile.TemporaryDirectory(prefix="csculture-benchmark-") as folder:
        environment = os.environ | {"FOLDER": folder, "DATABASE_URL": f"sqlite:///{Path(folder) / 'benchmark.sqlite3'}"}
        environment |= {"DJANGO_SETTINGS_MODULE": "csculture.settings", "EMAIL_URL": "dummymail://"}
        environment.setdefault("SECRET_KEY", "a-key-for-this-benchmark-only")
        (Path(folder) / "roster.xlsx").write_bytes(workbook(asked.rows))
        for part in GOALS:
            command = [sys.executable, "-m", "tests.benchmarks.roster", "--part", part, "--rows", str(asked.rows)]
            sys.stdout.write(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
            sys.stdout.flush()


def people(rows: int, *, changed: bool = False) -> list[tuple[str, ...]]:
    """One row each; the first of a team manages it. changed: every twentieth has moved, every twentieth has a new name."""
    found = []
    for number in range(rows):
        team = (number + TEAM_SIZE if changed and number % 20 == 3 else number) // TEAM_SIZE
        name = f"Person {number}" + (" Neu" if changed and number % 20 == 7 else "")
        role = "leader" if number % TEAM_SIZE == 0 else "member"
        path = f"Department {team // DEPARTMENT} / Team {team}"
        email = "" if role == "leader" else f"person{number}@example.org"
        found.append((f"{number:06}", name, email, path, role))
    return found


def delimited(rows: list[tuple[str, ...]]) -> bytes:
    return "".join(f"{','.join(row)}\n" for row in [HEADER, *rows]).encode()


def workbook(rows: int) -> bytes:
    """As Excel writes it: each text once, cells refer to it."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Roster")
        for at, row in enumerate([HEADER, *people(rows)]):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def measure(part: str, rows: int) -> str:
    """One line about a part: seconds by the clock and by the processor, peak of memory, and whether they keep to the goal."""
    import django  # noqa: PLC0415 - reads the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415 - after Django's start

    from assessments.models import Person, User  # noqa: PLC0415
    from tests.benchmarks.measure import clocks, peak_memory  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    hr, _new = User.objects.get_or_create(email="hr@example.org", role="hr")
    client = Client(SERVER_NAME="localhost")
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    applies = part.startswith("apply")
    content = Path(os.environ["FOLDER"], "roster.xlsx").read_bytes() if part == "xlsx" else None
    changed = part.endswith("change")
    if not applies and content is None:
        content = delimited(people(rows, changed=changed))
    work = _apply(client) if applies else lambda: _look(client, content or b"", part)
    started, clock = time.perf_counter(), clocks()
    work()
    seconds, cpu = time.perf_counter() - started, float((clocks() - clock)[0])
    words, most, memory = GOALS[part]
    if applies and Person.objects.filter(active=True).count() != rows:
        raise SystemExit("The roster was not applied.")
    kept = "kept" if cpu <= most and peak_memory() <= memory else "MISSED"
    figures = f"{cpu:6.1f} s ({seconds:.1f} s by the clock), {peak_memory():4.0f} MB"
    return f"{words:40} {figures}   goal {most} s, {memory} MB: {kept}\n"


def _look(client: "Client", content: bytes, part: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    page = client.post("/hr/roster/", {"file": SimpleUploadedFile(f"{part}.file", content)}, follow=True)
    if b'name="seen"' not in page.content:
        raise SystemExit("There is no preview.")
    Path(os.environ["FOLDER"], "seen").write_bytes(page.content.split(b'name="seen" value="')[1][:64])


def _apply(client: "Client") -> Callable[[], None]:
    seen = Path(os.environ["FOLDER"], "seen").read_text()
    return lambda: _check(client.post("/hr/roster/apply/", {"seen": seen}).status_code)


def _check(status: int) -> None:
    if status != 302:
        raise SystemExit(f"Applying answered {status}.")


if __name__ == "__main__":
    main(sys.argv[1:])
