"""`import_roster FILE [--dry-run]`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from assessments.models import Membership, Person, Team, User

pytestmark = pytest.mark.django_db

ROSTER = """employee_id,name,email,team,role
1,Ann Lee,ann@example.org,Sales / North,member
2,Ben Roy,ben@example.org,Sales / North,leader
3,Cat Day,,Sales,leader
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def run(path: Path, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_roster", path, *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_imports_and_says_what_it_did(roster: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        out, err = run(roster)
    assert "People in the file: 3, in teams: 2" in out
    assert "new people: 3" in out
    assert "Mails sent to choose a password: 1" in out
    assert "Row 4: “Cat Day” leads “Sales” and has no address" in err
    assert Membership.objects.count() == 3
    assert [message.to for message in mail.outbox] == [["ben@example.org"]]


def test_a_dry_run_says_what_would_change_and_writes_nothing(roster: Path) -> None:
    out, _err = run(roster, "--dry-run")
    assert "new people: 3" in out
    assert "new teams: 2" in out
    assert "leaders who get an account and a mail: 1" in out
    assert "nothing was written" in out
    assert not any(model.objects.exists() for model in (Person, Team, User))


def test_again_it_reports_no_change(roster: Path) -> None:
    run(roster)
    out, _err = run(roster)
    assert {line.split(": ")[1] for line in out.splitlines() if line.startswith("  ")} == {"0"}


def test_a_file_with_problems_is_refused_with_a_list(roster: Path) -> None:
    roster.write_text(ROSTER + "4,Dan,,Sales,boss\n5,,,Sales,member\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(roster)
    assert str(refused.value).splitlines() == [
        "Nothing was imported; there are 2 problems:",
        "Row 5: The role “boss” is unknown. Write member or leader.",
        "Row 6: The name is empty. Fill it in.",
    ]
    assert refused.value.returncode == 1
    assert not Person.objects.exists()


def test_a_file_that_is_not_there_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(tmp_path / "nothing.csv")
