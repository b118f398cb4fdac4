"""A search for every name, code and answer through everything that a whole poll leaves behind."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from assessments.models import User
from assessments.services.closing import close_cycle
from tests import factories
from tests.attack import journey as journeys
from tests.attack.evidence import log_position, take_copy
from tests.attack.journey import FEW, Journey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def journey(every_log: list[str]) -> Iterator[Journey]:
    """Two teams of eight; every statement to the database is logged, as somebody might set it up to find a fault."""
    connection.force_debug_cursor = True
    yield journeys.begin(teams=2, members=8)
    connection.force_debug_cursor = False


class Browser:
    """Keeps every response: address, headers and body."""

    def __init__(self) -> None:
        self.client = Client()
        self.seen: list[tuple[str, str, str]] = []

    def get(self, address: str) -> int:
        return self._keep(address, self.client.get(address))

    def post(self, address: str, fields: dict[str, str]) -> int:
        return self._keep(address, self.client.post(address, fields))

    def _keep(self, address: str, response) -> int:
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        body = "" if response.streaming else response.content.decode(errors="replace")
        self.seen.append((address, headers, body))
        return response.status_code

    @property
    def headers(self) -> str:
        return "\n".join(headers for _address, headers, _body in self.seen)

    @property
    def bodies(self) -> str:
        return "\n".join(body for _address, _headers, body in self.seen)


def walk(journey: Journey, browser: Browser, tmp_path: Path) -> None:
    """Every turn that answering can take, then everybody else."""
    first = journey.voters[0]
    ask, send = reverse("poll_code"), reverse("poll_answers")
    browser.get(ask)
    assert browser.post(ask, {"code": first.code}) == 200
    assert browser.post(send, first.fields | {next(iter(first.answers)): ""}) == 422
    with override_settings(BALLOT_KEY_DIR=tmp_path):
        assert browser.post(send, first.fields) == 503
    assert browser.post(send, first.fields) == 303
    assert browser.post(send, first.fields) == 409
    assert browser.post(ask, {"code": first.code}) == 409
    assert browser.post(send, first.fields | {"code": first.code[:-1] + ("A" if first.code[-1] != "A" else "B")}) in {403, 409}
    browser.get(reverse("poll_thanks"))
    journey.answer(1)
    assert set(journey.statuses) == {303}


def test_the_log_has_no_code_and_no_answer_even_with_every_statement_in_it(
    journey: Journey, every_log: list[str], tmp_path: Path
) -> None:
    walk(journey, Browser(), tmp_path)
    close_cycle(cycle=journey.cycle, now=True)
    log = "\n".join(every_log)
    assert "INSERT INTO" in log  # statements are there: the search looks at the right thing
    assert "A ballot could not be stored" in log  # and so are the product's own lines
    assert not [code for code in journey.codes if code in log or code.replace("-", "") in log]
    published = [line for line in log.splitlines() if journey.text_mark in line and 'INSERT INTO "assessments_text"' not in line]
    assert not published
    assert f"{journey.text_mark} hinders" not in log
    # The last lines of the product itself name nobody.
    assert not [line for line in every_log if journey.name_mark in line and "INSERT" not in line and "SELECT" not in line]


def test_answers_other_than_texts_are_not_in_the_log_either(journey: Journey, every_log: list[str]) -> None:
    journey.answer(0, 4)
    log = "\n".join(every_log)
    for practice in journey.voters[0].answers:
        assert not re.search(rf"{practice}['\"]?\s*[:=]\s*['\"\[]*[0-5]\b", log)


def test_mails_carry_the_persons_own_code_and_nothing_else_of_the_poll(journey: Journey, tmp_path: Path) -> None:
    walk(journey, Browser(), tmp_path)
    close_cycle(cycle=journey.cycle, now=True)
    assert len(mail.outbox) == len(journey.voters)
    code_of = {voter.email: voter.code for voter in journey.voters}
    for message in mail.outbox:
        text = message.message().as_string()
        assert message.to == [message.to[0]]
        assert [code for code in journey.codes if code in text] == [code_of[message.to[0]]]
        assert code_of[message.to[0]] not in "".join(f"{name}{value}" for name, value in message.message().items())
        assert journey.text_mark not in text
        assert journey.name_mark not in text


def test_responses_show_a_code_and_a_text_only_to_the_browser_that_sent_them(journey: Journey, tmp_path: Path) -> None:
    browser = Browser()
    walk(journey, browser, tmp_path)
    first, others = journey.voters[0], journey.voters[1:]
    assert journey.name_mark not in browser.headers + browser.bodies
    assert not [voter for voter in others if voter.code in browser.bodies or voter.helps in browser.bodies]
    assert first.code not in browser.headers
    for _address, _headers, body in browser.seen[-4:]:  # after the ballot was taken: used, unknown, thanks
        assert first.helps not in body


def test_pages_about_a_closed_poll_have_no_code_and_only_texts_that_ten_people_wrote(journey: Journey) -> None:
    journey.answer(0)
    close_cycle(cycle=journey.cycle, now=True)
    browser = Browser()
    browser.client.force_login(
        factories.make_user("hr@example.org", role=User.Role.HR), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    pages = [reverse("overview"), reverse("participation"), reverse("poll_code"), reverse("anonymity")]
    pages += [reverse(name, args=[team.uid]) for team in journey.cycle.teams.all() for name in ("team", "team_practices", "report")]
    statuses = {browser.get(f"{page}") for page in pages}
    assert statuses <= {200, 302}
    everything = browser.headers + browser.bodies
    assert not [code for code in journey.codes if code in everything]
    assert f"{journey.text_mark} hinders" not in everything


def test_files_have_neither_codes_nor_answers(journey: Journey, tmp_path: Path) -> None:
    since = log_position()
    walk(journey, Browser(), tmp_path)
    during = take_copy(since=since)
    close_cycle(cycle=journey.cycle, now=True)
    after = take_copy(since=since)
    codes = [form.encode() for code in journey.codes for form in (code, code.replace("-", ""))]
    folders = {Path(settings.BALLOT_KEY_DIR), Path(settings.VAR_DIR), tmp_path}
    others = {str(file): file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()}
    for files in (during.files, after.files, others):
        assert not [name for name, content in files.items() if any(code in content for code in codes)]
    mark = journey.text_mark.encode()
    assert not during.files_with(mark)
    assert not [name for name, content in others.items() if mark in content]
    assert after.files_with(mark)  # the first question's texts are published
    assert not after.files_with(mark + b" hinders"), f"written by {FEW} people"
