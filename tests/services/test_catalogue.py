"""Loading content: again is harmless, a used version never changes."""

import shutil
from pathlib import Path

import pytest

from assessments.content.catalogue import HERE, ContentError
from assessments.models import Dimension, Item, Practice, Questionnaire
from assessments.services.catalogue import load_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def change(content: Path, file: str, old: str, new: str) -> None:
    text = (content / file).read_text(encoding="utf-8")
    assert old in text
    (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def statement(version: int) -> str:
    return Item.objects.get(
        questionnaire__code="quarterly-check", questionnaire__version=version, practice__code="kind-to-each-other"
    ).team


OLD, NEW = '"People here are kind to each other."', '"People here treat each other kindly."'


def test_it_loads_everything_in_the_order_of_the_files() -> None:
    loaded = load_content()
    assert (loaded.practices, loaded.new_versions) == (59, ("Full review, version 1", "Quarterly check, version 1"))
    assert list(Dimension.objects.values_list("code", flat=True))[:2] == ["kindness", "leadership"]
    assert Practice.objects.count() == 59
    assert {code for (code,) in Practice.objects.get(code="kind-to-each-other").articles.values_list("code")} == {"000", "004"}
    newest = Questionnaire.objects.newest("quarterly-check")
    assert newest is not None
    assert list(newest.items.values_list("position", flat=True)) == list(range(30))


def test_again_changes_nothing() -> None:
    load_content()
    before = [list(model.objects.order_by("pk").values()) for model in (Dimension, Practice, Questionnaire, Item)]
    assert load_content().new_versions == ()
    assert [list(model.objects.order_by("pk").values()) for model in (Dimension, Practice, Questionnaire, Item)] == before


def test_a_used_version_stays_as_it_was_and_a_change_makes_the_next(content: Path) -> None:
    load_content(directory=content)
    Questionnaire.objects.filter(code="quarterly-check").update(used=True)
    change(content, "practices/kindness.toml", OLD, NEW)
    loaded = load_content(directory=content)
    assert "Quarterly check, version 2" in loaded.new_versions
    assert statement(1) == OLD.strip('"')
    assert statement(2) == NEW.strip('"')
    assert load_content(directory=content).new_versions == ()


def test_a_version_nobody_has_used_is_mended_in_place(content: Path) -> None:
    load_content(directory=content)
    change(content, "practices/kindness.toml", OLD, NEW)
    load_content(directory=content)
    assert statement(1) == NEW.strip('"')
    assert Questionnaire.objects.filter(code="quarterly-check").count() == 1


def test_another_choice_of_practices_makes_the_next_version(content: Path) -> None:
    load_content(directory=content)
    Questionnaire.objects.update(used=True)
    change(content, "questionnaires/quarterly-check.toml", '"everyday-courtesy"', '"same-respect-for-all"')
    assert load_content(directory=content).new_versions == ("Quarterly check, version 2",)


def test_a_source_taken_back_is_taken_back(content: Path) -> None:
    load_content(directory=content)
    change(content, "practices/kindness.toml", '["000", "004"]', '["001"]')
    load_content(directory=content)
    assert [code for (code,) in Practice.objects.get(code="kind-to-each-other").articles.values_list("code")] == ["001"]


def test_broken_content_changes_nothing(content: Path) -> None:
    load_content(directory=content)
    change(content, "practices/kindness.toml", OLD, NEW)
    change(content, "questionnaires/quarterly-check.toml", '"everyday-courtesy"', '"no-such-practice"')
    with pytest.raises(ContentError):
        load_content(directory=content)
    assert Practice.objects.get(code="kind-to-each-other").team == OLD.strip('"')
