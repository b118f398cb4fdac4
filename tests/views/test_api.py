"""The API: shown figures for a token of somebody who reads everything, an error in a sentence for anybody else."""

import datetime
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.exports.api import RESOURCES
from assessments.exports.openapi import answer_form, path_of
from assessments.models import Act, ApiToken, Cycle, User
from assessments.models.clock import clock_set_to, today
from assessments.services.closing import close_cycle
from assessments.services.tokens import make_token, revoke_token
from tests import factories
from tests.exports.organisation import two_quarters

Ask = Callable[..., Any]


@pytest.fixture
def token(hr: User) -> str:
    return make_token(user=hr, name="test", days=30)


@pytest.fixture
def ask(client: Client) -> Ask:
    def get(path: str, token: str = "", **query: str) -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return client.get(f"/api/v1{path}", query, headers=headers)

    return get


def paths(cycle: Cycle) -> list[str]:
    return [path_of(resource).replace("{cycle}", cycle.slug) for resource in RESOURCES]


class TestWhoMay:
    def refused(self, ask: Ask, cycle: Cycle, token: str, status: int) -> None:
        for path in paths(cycle):
            response = ask(path, token)
            assert response.status_code == status, path
            assert list(response.json()) == ["error"]
            assert response.json()["error"].endswith(".")
            assert response["Cache-Control"] == "no-store"
            assert ("WWW-Authenticate" in response) == (status == 401)

    @pytest.mark.parametrize("wrong", ["", "csc_", "csc_" + "a" * 43, "\u0000", "é"])
    def test_without_a_token_that_is_known_nothing_is_said(self, ask: Ask, closed_cycle: Cycle, token: str, wrong: str) -> None:
        self.refused(ask, closed_cycle, wrong, 401)

    def test_a_signed_in_reader_needs_a_token_too(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        for path in paths(closed_cycle):
            assert as_user(hr).get(f"/api/v1{path}").status_code == 401

    def test_a_revoked_token_opens_nothing(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        made = ApiToken.objects.get()
        revoke_token(token=made, by=made.user)
        assert set(Act.objects.filter(why=made.name).values_list("what", flat=True)) == {Act.What.MAKE_TOKEN, Act.What.REVOKE_TOKEN}
        self.refused(ask, closed_cycle, token, 401)

    def test_a_token_works_to_its_last_day_and_not_beyond(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        last = ApiToken.objects.get().expires
        with clock_set_to(last):
            assert ask("/cycles/", token).status_code == 200
        with clock_set_to(last + datetime.timedelta(days=1)):
            self.refused(ask, closed_cycle, token, 401)

    def test_the_token_of_a_closed_account_opens_nothing(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        User.objects.filter(email="hr@example.org").update(is_active=False)
        self.refused(ask, closed_cycle, token, 401)

    @pytest.mark.parametrize("role", ["", User.Role.OPERATOR])
    def test_who_no_longer_reads_everything_is_refused(self, ask: Ask, closed_cycle: Cycle, token: str, role: str) -> None:
        User.objects.filter(email="hr@example.org").update(role=role)
        self.refused(ask, closed_cycle, token, 403)

    def test_a_leader_is_refused(self, ask: Ask, closed_cycle: Cycle) -> None:
        self.refused(ask, closed_cycle, make_token(user=User.objects.get(email="north@example.org"), name="x", days=1), 403)

    def test_a_viewer_reads(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        User.objects.filter(email="hr@example.org").update(role=User.Role.HR_VIEWER)
        for path in paths(closed_cycle):
            assert ask(path, token).status_code == 200

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    def test_nothing_can_be_changed(self, closed_cycle: Cycle, token: str, method: str) -> None:
        client = Client(enforce_csrf_checks=True)
        for path in paths(closed_cycle):
            response = getattr(client, method)(f"/api/v1{path}", headers={"authorization": f"Bearer {token}"})
            assert response.status_code == 405
            assert response["Allow"] == "GET, HEAD"
            assert "error" in response.json()

    def test_no_cookie_comes_back(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        for path in paths(closed_cycle):
            response = ask(path, token)
            assert not response.cookies
            assert "Cookie" not in response.get("Vary", "")

    def test_the_day_of_use_is_noted_and_no_time(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        assert ApiToken.objects.get().last_used is None
        ask("/cycles/", token)
        assert ApiToken.objects.get().last_used == today()
        assert type(ApiToken.objects.get().last_used) is datetime.date


class TestAnswers:
    def test_each_answer_is_what_the_document_says(self, ask: Ask, token: str) -> None:
        quarters = two_quarters()
        for path, resource in zip(paths(quarters), RESOURCES, strict=True):
            answer = ask(path, token).json()
            jsonschema.validate(answer, answer_form(resource), cls=jsonschema.Draft202012Validator)
            assert answer[resource.name], path

    def test_an_open_cycle_is_not_there(self, ask: Ask, open_cycle: Cycle, token: str) -> None:
        assert ask("/cycles/", token).json() == {"cycles": []}
        for path in paths(open_cycle)[1:]:
            response = ask(path, token)
            assert response.status_code == 404
            assert open_cycle.slug in response.json()["error"]

    def test_a_hidden_unit_tells_neither_figures_nor_how_many(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        night = str(closed_cycle.teams.get(path="Support / Night").uid)
        for path in paths(closed_cycle)[1:]:
            for rows in ask(path, token).json().values():
                for row in rows if isinstance(rows, list) else []:
                    if row.get("unit") == night:
                        assert row["shown"] is False
                        numbers = {key for key, value in row.items() if isinstance(value, int | float | dict)}
                        assert numbers <= {"shown", "depth"}

    def test_figures_can_be_chosen_by_kind_and_unit(self, ask: Ask, closed_cycle: Cycle, token: str) -> None:
        north = closed_cycle.teams.get(path="Sales / North")
        path = f"/cycles/{closed_cycle.slug}/figures/"
        [figure] = ask(path, token, kind="overall", unit=str(north.uid)).json()["figures"]
        assert (figure["team"], figure["kind"], figure["code"], figure["shown"]) == (north.path, "overall", "overall", True)
        assert len(ask(path, token, kind="dimension").json()["figures"]) == 10 * closed_cycle.teams.count()

    def test_pages_follow_one_another_and_hold_everything_once(
        self, ask: Ask, closed_cycle: Cycle, token: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = f"/cycles/{closed_cycle.slug}/figures/"
        whole = ask(path, token).json()
        monkeypatch.setattr("assessments.results.export.UNITS_A_PAGE", 3)
        found, page = [], ask(path, token, kind="practice").json()
        while True:
            found += page["figures"]
            if page["next"] is None:
                break
            assert "kind=practice" in page["next"]
            page = ask(path, token, **dict(pair.split("=") for pair in page["next"].partition("?")[2].split("&"))).json()
        assert page["page"] == page["pages"] == -(-closed_cycle.teams.count() // 3)
        assert found == [figure for figure in whole["figures"] if figure["kind"] == "practice"]

    @pytest.mark.parametrize("query", [{"kind": "answer"}, {"page": "one"}, {"unit": "north"}])
    def test_a_question_that_cannot_be_understood_is_answered_with_a_sentence(
        self, ask: Ask, closed_cycle: Cycle, token: str, query: dict[str, str]
    ) -> None:
        response = ask(f"/cycles/{closed_cycle.slug}/figures/", token, **query)
        assert response.status_code == 400
        assert "“kind” is overall" in response.json()["error"]

    @pytest.mark.parametrize("query", [{"page": "0"}, {"page": "9"}, {"unit": "0" * 32}])
    def test_beyond_the_last_page_there_is_nothing(self, ask: Ask, closed_cycle: Cycle, token: str, query: dict[str, str]) -> None:
        assert ask(f"/cycles/{closed_cycle.slug}/figures/", token, **query).status_code == 404

    def test_forty_teams_take_no_more_queries_than_ten(self, ask: Ask, token: str) -> None:
        ask("/cycles/", token)
        counts = []
        for number, teams in enumerate((10, 30), start=1):
            factories.make_organisation({f"Region {number} / Team {number}-{at}": 5 for at in range(teams)})
            cycle = factories.make_cycle(f"2026 Q{number}", days=7 * number)
            close_cycle(cycle=cycle, now=True)
            with CaptureQueriesContext(connection) as queries:
                for path in paths(cycle):
                    assert ask(path, token).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestTheDocument:
    @pytest.fixture
    def document(self, ask: Ask, db: None) -> dict[str, Any]:
        response = ask("/openapi.json")
        assert response.status_code == 200
        return response.json()

    def test_it_has_each_route_of_the_api_once(self, document: dict[str, Any]) -> None:
        routes = {reverse(f"api_{one.name}", args=["SLUG"] if one.of_cycle else []) for one in RESOURCES}
        assert {f"/api/v1{path}".replace("{cycle}", "SLUG") for path in document["paths"]} == routes
        assert document["openapi"].startswith("3.1")
        assert document["servers"] == [{"url": "http://127.0.0.1:8000/api/v1"}]

    def test_every_part_of_it_is_well_formed(self, document: dict[str, Any]) -> None:
        assert document["info"].keys() >= {"title", "version"}
        schemes = document["components"]["securitySchemes"]
        assert [list(one) for one in document["security"]] == [list(schemes)]
        ids = []
        for path, operations in document["paths"].items():
            operation = operations["get"]
            ids.append(operation["operationId"])
            in_path = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
            assert in_path == (["cycle"] if "{cycle}" in path else [])
            assert all(one["required"] is (one["in"] == "path") for one in operation["parameters"])
            for parameter in operation["parameters"]:
                jsonschema.Draft202012Validator.check_schema(parameter["schema"])
            jsonschema.Draft202012Validator.check_schema(operation["responses"].pop("200")["content"]["application/json"]["schema"])
            assert all(one == {"$ref": "#/components/responses/error"} for one in operation["responses"].values())
        assert len(set(ids)) == len(ids)
        assert document["components"]["responses"]["error"]["content"]["application/json"]["schema"]["$ref"].endswith("/error")

    def test_errors_are_as_it_says(self, ask: Ask, document: dict[str, Any]) -> None:
        jsonschema.validate(ask("/cycles/").json(), document["components"]["schemas"]["error"])

    def test_the_page_for_people_names_every_address(self, as_user, hr: User, document: dict[str, Any]) -> None:
        page = as_user(hr).get("/api/").content.decode()
        assert all(path in page for path in document["paths"])
        assert "Authorization: Bearer" in page


def test_an_address_that_is_not_there_is_answered_in_json_too(client: Client) -> None:
    answer = client.get("/api/v1/nothing-here/")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])
