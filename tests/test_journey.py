"""The whole job runs from a shell script through the contracts, on whichever database the tests run."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def database_url(django_db_blocker: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for the script: an empty file, or a fresh one beside the tests' own on the same server."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'journey.sqlite3'}"
        return
    name = f"journey_{os.getpid()}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        yield os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_whole_job_runs_through_the_contracts(django_db_setup: None, database_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    run = subprocess.run(
        [ROOT / "scripts" / "journey"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("The whole job ran.\n")
