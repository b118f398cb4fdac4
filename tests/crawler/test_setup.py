"""Pages where HR keeps teams, people, questionnaires and settings: they read no figure, and no answer changes a letter of them."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from assessments import models
from assessments.models import Membership, Person, Questionnaire, Team, User
from tests.crawler.crawl import is_setup
from tests.crawler.world import World, one_more_answers
from tests.views.test_access import routes

MODULES = ("accounts", "first_steps", "people", "questionnaires", "roster", "settings", "structure")
VARIES = re.compile(r"csrfmiddlewaretoken\W+value=\W[^\"]+|/my/[0-9a-f-]{36}/")  # a preview is about nobody's team
OF_ANSWERS = {"Box", "Figure", "FigureChange", "Median", "Participation", "Quality", "Text", "Trend", "Turnout", "WidestGap"}


@pytest.mark.parametrize("name", MODULES)
def test_they_read_no_table_that_answers_go_into(name: str) -> None:
    assert set(dir(models)) | {"Turnout"} >= OF_ANSWERS
    tree = ast.parse((Path(settings.BASE_DIR) / "assessments" / "results" / f"{name}.py").read_text())
    read = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not read & OF_ANSWERS


def addresses(route: URLPattern) -> list[str]:
    questionnaire, team = Questionnaire.objects.all()[0], Team.objects.order_by("path")[1]
    member = Person.objects.filter(memberships__role=Membership.Role.MEMBER)[0]
    values = {"code": questionnaire.code, "version": questionnaire.version, "kind": "json", "pk": team.pk, "person": member.pk}
    names = list(route.pattern.converters)
    return [reverse(str(route.name), args=[values[name] for name in names])] if set(names) <= set(values) else []


@pytest.mark.django_db
@pytest.mark.slow
def test_nothing_on_them_changes_when_somebody_answers(world: World, hr: User) -> None:
    client = Client()
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = [address for route in routes() if is_setup(route) for address in addresses(route)]

    def read() -> dict[str, str]:
        answers = {address: client.get(address) for address in asked}
        return {
            address: VARIES.sub("", answer.content.decode())
            for address, answer in answers.items()
            if answer.status_code == 200 and not answer.streaming
        }

    before = read()
    assert len(before) >= 8
    one_more_answers(world)
    after = read()
    assert [address for address in before if after[address] != before[address]] == []
