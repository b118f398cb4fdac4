"""The pages of the anonymous poll: what opens them, what they refuse, and what they must never keep or give away."""

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from django.views.debug import ExceptionReporter

from assessments.ballotbox.box import Ballot, unseal
from assessments.models import Box, Code, Cycle, Invitation, User
from assessments.results.poll import poll_of
from assessments.services.closing import close_cycle
from assessments.services.codes import code_digest, draw_code
from assessments.services.keys import mac_key_of, private_key_of
from assessments.views import poll as views
from tests import factories

ASK, SEND, THANKS = "/a/", "/a/answers/", "/a/thanks/"


@pytest.fixture(autouse=True)
def _fresh_statements() -> None:
    """A test database gives the same keys to other questionnaires."""
    poll_of.cache_clear()


@pytest.fixture
def code(open_cycle: Cycle) -> str:
    return factories.codes_of(open_cycle, "Sales / North")[0]


@pytest.fixture
def answers(open_cycle: Cycle, code: str) -> dict[str, str]:
    """Everything that a complete form posts."""
    return {name: str(value) for name, value in factories.all_answers(open_cycle, 4).items()} | {
        "code": code,
        "helps": "Good tools",
        "hinders": "",
    }


class Fields(HTMLParser):
    """The fields of a page: what is checked, what stands in texts, what a field is described by."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.checked: dict[str, str] = {}
        self.radios: dict[str, list[str]] = {}
        self.texts: dict[str, str] = {}
        self.hidden: dict[str, str] = {}
        self.ids: list[str] = []
        self.described: list[str] = []
        self.targets: list[str] = []
        self._text = ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids += [values["id"]] if "id" in values else []
        self.described += values.get("aria-describedby", "").split()
        self.targets += [values[name] for name in ("href", "action", "src") if name in values]
        if values.get("type") == "radio":
            self.radios.setdefault(values["name"], []).append(values["value"])
            self.checked |= {values["name"]: values["value"]} if "checked" in values else {}
        if values.get("type") == "hidden":
            self.hidden[values["name"]] = values["value"]
        if tag == "textarea":
            self._text = values["name"]
            self.texts[self._text] = ""

    def handle_endtag(self, tag: str) -> None:
        self._text = "" if tag == "textarea" else self._text

    def handle_data(self, data: str) -> None:
        if self._text:
            self.texts[self._text] += data


def words(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def stored() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in (Invitation, Code, Box, Cycle)]


def end(cycle: Cycle) -> None:
    """Its last day was yesterday; nobody has closed it yet."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Cycle.objects.filter(pk=cycle.pk).update(opens=yesterday, closes=yesterday)


def open_box(cycle: Cycle) -> Ballot:
    return unseal(
        bytes(Box.objects.get().sealed),
        cycle=cycle.uid,
        private_key=private_key_of(cycle),
        mac_key=mac_key_of(cycle),
    )


class TestCodePage:
    def test_it_asks_for_the_code_and_says_what_to_expect(self, client: Client, open_cycle: Cycle) -> None:
        response = client.get(ASK)
        assert response.status_code == 200
        assert "30 statements, about 4 minutes" in words(response)
        assert "groups of at least 5 answers" in words(response)

    def test_it_says_when_no_poll_is_open(self, client: Client, db: None) -> None:
        response = client.get(ASK)
        assert response.status_code == 200
        assert "No poll is open at the moment" in words(response)
        assert 'name="code"' in response.content.decode()

    def test_it_says_so_after_the_last_day_too(self, client: Client, open_cycle: Cycle) -> None:
        end(open_cycle)
        assert "No poll is open at the moment" in words(client.get(ASK))

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("", "Please enter your code."),
            ("ABCD-EFGH", "this one has 8"),
            ("ABCD-EFGH-JKMN-PQ0O", "no 0, 1, I or O"),
            ("ABCD-EFGH-JKMN-PQRS", "not known"),
        ],
    )
    def test_it_refuses_a_wrong_code_and_keeps_it_to_be_mended(
        self, client: Client, open_cycle: Cycle, typed: str, says: str
    ) -> None:
        response = client.post(ASK, {"code": typed})
        page = response.content.decode()
        assert response.status_code == 403
        assert says in words(response)
        assert f'value="{typed}"' in page
        assert 'aria-invalid="true"' in page
        assert 'aria-describedby="code-error code-hint"' in page

    def test_it_escapes_what_was_typed(self, client: Client, open_cycle: Cycle) -> None:
        page = client.post(ASK, {"code": '"><b>x</b>'}).content.decode()
        assert "<b>x</b>" not in page
        assert "&lt;b&gt;x&lt;/b&gt;" in page


class TestForm:
    def test_a_code_opens_it(self, client: Client, open_cycle: Cycle, code: str) -> None:
        response = client.post(ASK, {"code": code})
        assert response.status_code == 200
        fields = Fields(response)
        assert set(fields.radios) == set(poll_of(open_cycle.questionnaire_id).codes)
        assert set(map(tuple, fields.radios.values())) == {("1", "2", "3", "4", "5", "0")}
        assert fields.texts == {"helps": "", "hinders": ""}
        assert fields.hidden == {"code": code}
        assert fields.checked == {}

    def test_small_letters_and_spaces_open_it_too(self, client: Client, code: str) -> None:
        assert client.post(ASK, {"code": f" {code.lower().replace('-', ' ')} "}).status_code == 200

    def test_it_says_whose_answers_count_and_who_reads_them(self, client: Client, open_cycle: Cycle, code: str) -> None:
        said = words(client.post(ASK, {"code": code}))
        assert "count for North , where 8 people are invited" in said
        assert "Nothing is shown for fewer than 5 answers" in said
        assert "The manager fills in a form too, with a name on it" in said
        assert "those of at least 10 people" in said
        assert "choose “Cannot say”" in said

    def test_every_description_and_link_has_its_target(self, client: Client, answers: dict[str, str]) -> None:
        del answers["kind-to-each-other"]
        fields = Fields(client.post(SEND, answers | {"helps": "x" * 501}))
        assert len(fields.ids) == len(set(fields.ids))
        assert set(fields.described) <= set(fields.ids)
        assert {target[1:] for target in fields.targets if target.startswith("#")} <= set(fields.ids)

    def test_it_works_with_the_check_against_forged_requests(self, answers: dict[str, str]) -> None:
        client = Client(enforce_csrf_checks=True)
        assert client.post(ASK, {"code": answers["code"]}).status_code == 200
        assert client.post(SEND, answers).status_code == 303


class TestSending:
    def test_it_seals_the_answers_and_thanks(self, client: Client, open_cycle: Cycle, answers: dict[str, str]) -> None:
        response = client.post(SEND, answers | {"kind-to-each-other": "0", "everyday-courtesy": "1"})
        assert response.status_code == 303
        assert response["Location"] == THANKS
        ballot = open_box(open_cycle)
        expected = factories.all_answers(open_cycle, 4, kind_to_each_other=0, everyday_courtesy=1)
        assert ballot.answers == expected
        assert (ballot.helps, ballot.hinders) == ("Good tools", "")
        assert ballot.unit == str(open_cycle.teams.get(path="Sales / North").uid)

    def test_the_thanks_say_when_the_boxes_are_opened(self, client: Client, open_cycle: Cycle) -> None:
        said = words(client.get(THANKS))
        assert f"After {open_cycle.closes.day} " in said

    def test_the_thanks_stand_without_a_poll_too(self, client: Client, db: None) -> None:
        assert "After the last day" in words(client.get(THANKS))

    def test_a_double_post_counts_once(self, client: Client, open_cycle: Cycle, answers: dict[str, str]) -> None:
        assert [client.post(SEND, answers).status_code for _ in range(2)] == [303, 409]
        assert Box.objects.count() == 1
        assert open_cycle.invitations.filter(answered=True).count() == 1

    def test_the_longest_texts_fit_into_a_box(self, client: Client, answers: dict[str, str]) -> None:
        assert client.post(SEND, answers | {"helps": "😀" * 500, "hinders": "\r\n".join("漢" * 250)}).status_code == 303

    def test_a_get_leads_to_the_code_page(self, client: Client, db: None) -> None:
        response = client.get(SEND)
        assert (response.status_code, response["Location"]) == (302, ASK)


class TestWrongAnswers:
    @pytest.mark.parametrize(
        ("posted", "says"),
        [
            ([], "Please choose an answer."),
            (["1", "5"], "More than one answer arrived."),
            (["6"], "This answer is not on the scale."),
        ],
    )
    def test_the_form_comes_back_with_everything_in_it(
        self, client: Client, answers: dict[str, str], posted: list[str], says: str
    ) -> None:
        response = client.post(SEND, answers | {"kind-to-each-other": posted, "everyday-courtesy": "0", "hinders": "Queues"})
        fields = Fields(response)
        assert response.status_code == 422
        assert says in words(response)
        assert "kind-to-each-other" not in fields.checked
        assert fields.checked["everyday-courtesy"] == "0"
        assert len(fields.checked) == 29
        assert fields.texts == {"helps": "Good tools", "hinders": "Queues"}
        assert fields.hidden == {"code": answers["code"]}
        assert "#kind-to-each-other-1" in fields.targets
        assert Box.objects.count() == 0

    def test_a_text_that_is_too_long_is_refused_and_kept(self, client: Client, answers: dict[str, str]) -> None:
        response = client.post(SEND, answers | {"hinders": "x" * 501})
        assert response.status_code == 422
        assert "This text has 501 characters; at most 500 fit." in words(response)
        assert Fields(response).texts["hinders"] == "x" * 501
        assert len(Fields(response).checked) == 30

    def test_markup_in_a_text_is_only_text(self, client: Client, answers: dict[str, str]) -> None:
        markup = "</textarea><script>alert(1)</script>{{ code }}"
        del answers["kind-to-each-other"]
        response = client.post(SEND, answers | {"helps": markup})
        assert "<script>alert" not in response.content.decode()
        assert Fields(response).texts["helps"] == markup

    def test_a_failure_of_the_server_loses_nothing(self, client: Client, answers: dict[str, str], tmp_path: Path) -> None:
        with override_settings(BALLOT_KEY_DIR=tmp_path):
            response = client.post(SEND, answers)
        assert response.status_code == 503
        assert "could not be stored just now" in words(response)
        assert len(Fields(response).checked) == 30
        assert Fields(response).texts["helps"] == "Good tools"
        assert not Invitation.objects.filter(answered=True).exists()


class TestRefusedCodes:
    @pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-JKMN-PQRS"])
    def test_answers_with_an_unknown_code_are_refused(self, client: Client, answers: dict[str, str], typed: str) -> None:
        assert client.post(SEND, answers | {"code": typed}).status_code == 403
        assert Box.objects.count() == 0

    def test_a_used_code_opens_nothing_more(self, client: Client, answers: dict[str, str]) -> None:
        client.post(SEND, answers)
        response = client.post(ASK, {"code": answers["code"]})
        assert response.status_code == 409
        assert "If it was not you" in words(response)
        assert "<form" not in response.content.decode()

    def test_another_code_of_the_same_invitation_is_used_as_well(self, client: Client, answers: dict[str, str]) -> None:
        second = factories.give_code(Code.objects.get(digest=code_digest(answers["code"])).invitation)
        assert client.post(ASK, {"code": second}).status_code == 200
        client.post(SEND, answers)
        assert client.post(ASK, {"code": second}).status_code == 409
        assert client.post(SEND, answers | {"code": second}).status_code == 409
        assert Box.objects.count() == 1

    def test_after_the_last_day_the_poll_is_over(self, client: Client, open_cycle: Cycle, answers: dict[str, str]) -> None:
        end(open_cycle)
        for response in (client.post(ASK, {"code": answers["code"]}), client.post(SEND, answers)):
            assert response.status_code == 410
            assert "This poll takes no more answers" in words(response)
            assert "was open from" in words(response)
        assert Box.objects.count() == 0

    def test_on_the_last_day_it_is_not(self, client: Client, open_cycle: Cycle, code: str) -> None:
        Cycle.objects.filter(pk=open_cycle.pk).update(closes=timezone.localdate())
        assert client.post(ASK, {"code": code}).status_code == 200

    def test_after_the_close_it_is_over(self, client: Client, open_cycle: Cycle, answers: dict[str, str]) -> None:
        close_cycle(cycle=open_cycle, now=True)
        for response in (client.post(ASK, {"code": answers["code"]}), client.post(SEND, answers)):
            assert response.status_code == 410
            assert "has been closed early" in words(response)

    def test_a_code_without_any_poll_is_told_so(self, client: Client, db: None) -> None:
        response = client.post(ASK, {"code": draw_code()})
        assert response.status_code == 410
        assert "No poll is open" in words(response)


class TestNothingIsGivenAway:
    def responses(self, client: Client, answers: dict[str, str]) -> list[HttpResponse]:
        """One of each kind, in the order of a life."""
        return [
            client.get(ASK),
            client.post(ASK, {"code": "wrong"}),
            client.post(ASK, {"code": answers["code"]}),
            client.post(SEND, answers | {"kind-to-each-other": ""}),
            client.get(SEND),
            client.post(SEND, answers),
            client.get(THANKS),
            client.post(SEND, answers),
        ]

    def test_no_page_sets_a_cookie_or_may_be_kept(self, client: Client, open_cycle: Cycle, answers: dict[str, str]) -> None:
        responses = self.responses(client, answers)
        end(open_cycle)
        responses.append(client.post(ASK, {"code": factories.codes_of(open_cycle, "Sales / South")[0]}))
        assert [response.status_code for response in responses] == [200, 403, 200, 422, 302, 303, 200, 409, 410]
        for response in responses:
            assert not response.cookies
            assert "Set-Cookie" not in response.headers
            assert response["Cache-Control"] == "no-store, private"
            assert response["Referrer-Policy"] == "no-referrer"
            assert response["X-Robots-Tag"] == "noindex"
            assert "'unsafe-inline'" not in response["Content-Security-Policy"]

    def test_the_code_stands_in_no_address(self, client: Client, answers: dict[str, str]) -> None:
        for response in self.responses(client, answers):
            assert answers["code"] not in response.headers.get("Location", "")
            assert not [target for target in Fields(response).targets if answers["code"] in target]

    def test_looking_changes_nothing(self, client: Client, answers: dict[str, str]) -> None:
        before = stored()
        for _ in range(20):
            for address in (ASK, SEND, THANKS, f"{ASK}?code={answers['code']}"):
                assert client.get(address).status_code in {200, 302}
                assert client.head(address).status_code in {200, 302}
            client.post(ASK, {"code": answers["code"]})
        assert stored() == before
        assert client.post(SEND, answers).status_code == 303

    def test_an_error_report_carries_neither_code_nor_answers(
        self, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "submit_ballot", None)
        request = RequestFactory().post(SEND, answers)
        with pytest.raises(TypeError) as error:
            views.poll_answers(request)
        # The first frame is this test itself.
        reporter = ExceptionReporter(request, error.type, error.value, error.tb.tb_next)
        for report in (reporter.get_traceback_text(), reporter.get_traceback_html()):
            assert answers["code"] not in report
            assert "Good tools" not in report

    def test_the_log_says_nothing_of_a_ballot(
        self, client: Client, answers: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        self.responses(client, answers)
        assert answers["code"] not in caplog.text
        assert "Good tools" not in caplog.text


class TestSpeed:
    """Numbers of database statements; a whole company may answer within the same hour."""

    def test_the_form_takes_two_queries_whoever_is_signed_in(self, as_user, hr: User, code: str) -> None:
        client = as_user(hr)
        client.post(ASK, {"code": code})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.post(ASK, {"code": code}).status_code == 200
        assert len(queries) == 2  # the code's, and what the team was told last time

    def test_sending_takes_one_query_and_one_transaction(self, client: Client, code: str, answers: dict[str, str]) -> None:
        client.post(ASK, {"code": code})
        with CaptureQueriesContext(connection) as queries:
            assert client.post(SEND, answers).status_code == 303
        kinds = [query["sql"].split()[0] for query in queries]
        assert kinds == ["SELECT", "SAVEPOINT", "SELECT", "UPDATE", "INSERT", "RELEASE"]
