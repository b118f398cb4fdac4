"""`import_roster` asks before many leave, and takes workbooks and other separators as the page does."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.exports.roster import sample_workbook
from assessments.models import Person

pytestmark = pytest.mark.django_db

HEADER = "employee_id;name;email;team;role\n"
PEOPLE = [f"{number};P{number};;Sales;member\n" for number in range(10)]


def test_it_refuses_to_let_more_than_a_fifth_leave_unless_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(HEADER + "".join(PEOPLE))
    call_command("import_roster", path)
    path.write_text(HEADER + "".join(PEOPLE[3:]))
    with pytest.raises(CommandError, match=r"3 of 10 people would leave.*Nothing was imported.*--many-leave"):
        call_command("import_roster", path)
    assert Person.objects.filter(active=True).count() == 10
    call_command("import_roster", path, "--many-leave")
    assert Person.objects.filter(active=True).count() == 7
    assert "people who leave: 3" in capsys.readouterr().out


def test_it_reads_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(sample_workbook())
    call_command("import_roster", path)
    assert Person.objects.filter(employee_id="00101", active=True).exists()
