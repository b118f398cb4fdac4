"""The way in for each, and the page on anonymity."""

import re

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from assessments.models import Cycle, User
from tests import factories


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


class TestHome:
    def test_a_visitor_signs_in_first(self, client: Client, db: None) -> None:
        response = client.get("/")
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))

    @pytest.mark.parametrize("role", [User.Role.HR, User.Role.HR_VIEWER])
    def test_who_reads_everything_comes_to_the_overview(self, as_user, db: None, role: str) -> None:
        response = as_user(factories.make_user(role=role)).get("/")
        assert (response.status_code, response["Location"]) == (302, reverse("overview"))

    def test_a_leader_comes_to_the_own_teams(self, as_user, organisation: None) -> None:
        response = as_user("north@example.org").get("/")
        assert (response.status_code, response["Location"]) == (302, reverse("my_teams"))

    def test_the_operator_comes_to_the_admin(self, as_user, stranger: User) -> None:
        stranger.is_staff = True
        stranger.save()
        response = as_user(stranger).get("/")
        assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))

    def test_the_stranger_reads_what_to_do(self, as_user, stranger: User) -> None:
        response = as_user(stranger).get("/")
        assert response.status_code == 200
        assert "please ask HR to set that up" in response.content.decode()
        assert f'href="{reverse("poll_code")}"' in response.content.decode()


class TestAnonymity:
    def read(self, client: Client) -> str:
        response = client.get(reverse("anonymity"))
        assert response.status_code == 200
        assert not response.cookies
        return words(response.content.decode())

    def test_anybody_may_read_it_before_the_first_poll(self, client: Client, db: None) -> None:
        said = self.read(client)
        assert "No poll has been held yet" in said
        assert "A group with fewer than 5 answers is not shown" in said

    def test_it_is_written_from_the_running_poll(self, client: Client, organisation: None) -> None:
        factories.make_cycle("2027 Q1", k=7)
        said = self.read(client)
        assert "“2027 Q1”" in said
        assert "A group with fewer than 7 answers is not shown" in said
        assert "Its smallest group, 7 answers," in said

    @override_settings(TEXTS_FROM=12, OWN_SPREAD_FROM=11, MINIMUM_GROUP=6)
    def test_it_is_written_from_the_settings(self, client: Client, db: None) -> None:
        said = self.read(client)
        assert "at least 12 people wrote something" in said
        assert "With fewer than 11 answers this range" in said
        assert "fewer than 6 answers" in said

    def test_after_the_close_it_speaks_of_the_poll_that_was_held(self, client: Client, closed_cycle: Cycle) -> None:
        assert f"“{closed_cycle.name}”" in self.read(client)

    def test_it_tells_its_limits(self, client: Client, db: None) -> None:
        said = self.read(client)
        for limit in (
            "could change the program",
            "both the key files and the database during the poll",
            "the database shows who has answered",
            "all but one of these people",
            "recognise a text",
            "can answer in your place",
            "That form is not anonymous",
        ):
            assert limit in said
