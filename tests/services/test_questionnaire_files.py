"""Questionnaires as files: nothing is lost on the way, and what is here stays as it is here."""

from dataclasses import replace

import pytest

from assessments.content.files import FileFault, read_file, write_file
from assessments.models import Act, Dimension, Item, Practice, Questionnaire, User
from assessments.services.questionnaire_files import file_of, import_file, look_at
from assessments.services.questionnaires import Worded, publish_questionnaire, save_draft
from tests import factories
from tests.questionnaires import make_draft, make_own, worded

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_own(hr: User) -> Questionnaire:
    """Published, with a practice of the organisation's own in a part of its own."""
    practice, draft = make_own(hr, ("In the store", "What customers find")), make_draft(hr)
    items = [*worded(draft), Worded(practice, "Shelves are “full”,\\ always.", practice.manager)]
    save_draft(questionnaire=draft, title="Our check", items=items)
    return publish_questionnaire(questionnaire=draft, by=hr)


@pytest.mark.parametrize("kind", ["toml", "json"])
def test_out_and_in_again_is_the_same(with_own: Questionnaire, kind: str) -> None:
    file = file_of(with_own)
    Act.objects.all().delete()
    draft = import_file(file=read_file(write_file(file, kind), kind))
    assert (draft.version, draft.published, draft.own) == (3, False, True)
    assert file_of(draft) == file
    assert Act.objects.get().who == "manage.py"


def test_another_installation_gets_own_practices_and_parts(with_own: Questionnaire) -> None:
    file = file_of(with_own)
    Item.objects.filter(practice__code__startswith="own-").delete()
    Practice.objects.filter(code__startswith="own-").delete()
    Dimension.objects.filter(code__startswith="own-").delete()
    coming = look_at(file)
    assert [practice.title for practice in coming.new_practices] == ["Shelves are full"]
    assert [part.title for part in coming.new_dimensions] == ["In the store"]
    assert (coming.version, coming.minutes, coming.kept) == (3, 4, ())
    assert file_of(import_file(file=file)) == file


def test_what_is_here_with_other_words_stays_and_is_named(with_own: Questionnaire) -> None:
    file = file_of(with_own)
    Practice.objects.filter(code__startswith="own-").update(why="Changed here.")
    assert look_at(file).kept == ("Shelves are full",)
    import_file(file=file)
    assert Practice.objects.get(code__startswith="own-").why == "Changed here."


def test_a_practice_nobody_knows_is_named_with_its_place(with_own: Questionnaire) -> None:
    file = file_of(with_own)
    wrong = replace(file, items=(file.items[0], replace(file.items[1], practice="no-such-one")))
    with pytest.raises(FileFault) as fault:
        import_file(file=wrong)
    assert (fault.value.place, fault.value.detail) == ("items 2: practice", "no-such-one")
    stray = replace(file, practices=(replace(file.practices[0], dimension="nowhere"),))
    with pytest.raises(FileFault) as fault:
        import_file(file=stray)
    assert fault.value.place == "practices 1: dimension"
    assert Questionnaire.objects.filter(published=False).count() == 0


def test_a_draft_is_never_overwritten(hr: User) -> None:
    file = file_of(factories.quarterly_check())
    make_draft(hr)
    with pytest.raises(FileFault, match="draft in the way"):
        import_file(file=file)
