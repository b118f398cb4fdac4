"""Every kind of defect has a file, and each gives the message that the table beside them says."""

import re
from pathlib import Path

import pytest

from assessments.importers.files import FileRefused
from assessments.importers.roster import read_roster
from assessments.models import Person, Team, User
from tests import factories

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).resolve().parents[1] / "data" / "rosters"
DEFECTS = re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("name", "message"), DEFECTS, ids=[name for name, _message in DEFECTS])
def test_it_refuses(name: str, message: str) -> None:
    factories.make_team("Old Team")
    with pytest.raises(FileRefused) as refused:
        read_roster((FOLDER / name).read_bytes())
    assert message in str(refused.value)
    assert not Person.objects.exists()
    assert not User.objects.exists()
    assert Team.objects.count() == 1


def test_the_table_names_every_file() -> None:
    assert len(DEFECTS) >= 40
    assert {name for name, _message in DEFECTS} | {"README.md"} == {path.name for path in FOLDER.iterdir()}
