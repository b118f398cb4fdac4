"""export_questionnaire and import_questionnaire."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Questionnaire, User
from assessments.services.questionnaire_files import file_of
from tests import factories
from tests.questionnaires import make_draft

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["toml", "json"])
def test_out_and_in_again_makes_a_draft(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    before, out = factories.quarterly_check(), tmp_path / f"check.{kind}"
    call_command("export_questionnaire", "quarterly-check", "--out", str(out))
    call_command("import_questionnaire", str(out))
    draft = Questionnaire.objects.get(version=2)
    assert (file_of(draft), draft.published) == (file_of(before), False)
    printed = capsys.readouterr().out
    assert "Quarterly check, version 1: 30 statements written to" in printed
    assert "Quarterly check, version 2 is a draft now, with 30 statements." in printed


def test_a_version_can_be_named(tmp_path: Path, hr: User) -> None:
    make_draft(hr)
    Questionnaire.objects.filter(version=2).update(title="Draft of ours")
    call_command("export_questionnaire", "quarterly-check", "--version", "2", "--out", str(tmp_path / "a.toml"))
    assert 'title = "Draft of ours"' in (tmp_path / "a.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export_questionnaire", "nothing", "--out", "a.toml"], "quarterly-check --version 1"),
        (["export_questionnaire", "quarterly-check", "--version", "7", "--out", "a.toml"], "There is no such questionnaire"),
        (["export_questionnaire", "quarterly-check", "--out", "a.xml"], "should end in .toml or .json"),
        (["export_questionnaire", "quarterly-check", "--out", "no/such/a.toml"], "cannot be written"),
        (["import_questionnaire", "nothing.toml"], "cannot be read"),
        (["import_questionnaire", "bad.toml"], "bad.toml: items 1: team: A text is missing here."),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    factories.shipped_content()
    monkeypatch.chdir(tmp_path)
    Path("bad.toml").write_text('code = "x"\ntitle = "x"\n[[items]]\npractice = "kind-to-each-other"\n')
    with pytest.raises(CommandError) as error:
        call_command(*arguments)
    assert words in str(error.value)
    assert not Questionnaire.objects.filter(published=False).exists()
