"""In which language a mail is written."""

import pytest
from django.conf import LazySettings
from django.utils import translation

from assessments import mails
from assessments.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The languages in which templates were rendered."""
    found: list[str | None] = []

    def render(name: str, context: dict) -> str:
        found.append(translation.get_language())
        return name

    monkeypatch.setattr(mails, "render_to_string", render)
    return found


@pytest.mark.parametrize(("own", "whole", "expected"), [("de", "fr", "de"), ("", "fr", "fr"), ("", "", "en")])
def test_the_persons_comes_before_the_organisations_and_that_before_the_servers(
    settings: LazySettings, spoken: list[str | None], own: str, whole: str, expected: str
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "français")]
    Organisation.objects.create(language=whole)
    person = factories.make_person("Sales")
    person.language = own
    person.save()
    mails.make_message("reminder", person.email, {})
    assert set(spoken) == {expected}


def test_with_one_language_nobody_is_looked_up(spoken: list[str | None], django_assert_num_queries) -> None:
    Organisation.current()
    with django_assert_num_queries(0):
        mails.make_message("reminder", "somebody@example.org", {})
    assert set(spoken) == {"en"}
