"""How many take part, as HR reads it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Cycle, Person, User
from assessments.services.closing import close_cycle
from tests import factories


@pytest.fixture
def reader(as_user, hr: User) -> Client:
    return as_user(hr)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("participation"), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def row_of(shown: str, name: str) -> str:
    """The table row of a unit."""
    start = shown.index(f'<th scope="row">{name}<')
    return shown[start : shown.index("</tr>", start)]


class TestAccess:
    def test_it_asks_a_visitor_to_sign_in(self, client: Client, db: None) -> None:
        assert reverse("account_login") in client.get(reverse("participation"))["Location"]

    def test_it_is_for_hr_only(self, as_user, stranger: User, open_cycle: Cycle) -> None:
        for user in (stranger, "sales@example.org"):
            assert as_user(user).get(reverse("participation")).status_code == 403

    def test_an_hr_viewer_reads_it(self, as_user, open_cycle: Cycle) -> None:
        page(as_user(factories.make_user(role="hr-viewer")))

    def test_it_only_reads(self, reader: Client) -> None:
        assert reader.post(reverse("participation")).status_code == 405


class TestWhileOpen:
    def test_it_counts_by_team(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4, 4, 4])
        assert "3 of 8" in row_of(page(reader), "North")

    def test_it_does_not_tell_about_a_handful(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Support / Night", [4, 4])
        shown = page(reader)
        night = row_of(shown, "Night")
        assert "not told" in night
        assert "of 3" not in night
        assert "<svg" not in night
        assert "fewer than 5 people are invited there" in shown

    def test_it_never_says_who(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4, 4, 4])
        # Managers whose own view is missing are named, and that form carries their name.
        shown, _heading, rest = page(reader).partition('aria-labelledby="reminders"')
        shown += rest[rest.index("</section>") :]
        assert not [person for person in Person.objects.all() if person.name in shown or person.email in shown]

    def test_it_says_how_long_is_left_and_what_is_missing(self, reader: Client, open_cycle: Cycle) -> None:
        shown = page(reader)
        assert "14 days are left." in shown
        assert "more answers reach the target." in shown

    def test_it_says_when_today_is_the_last_day(self, reader: Client, organisation: None) -> None:
        factories.make_cycle(days=0)
        assert "Today is the last day" in page(reader)

    def test_it_says_when_the_target_is_reached(self, reader: Client, db: None) -> None:
        factories.make_organisation({"Sales": 6, "Support": 6})
        cycle = factories.make_cycle()
        for team in ("Sales", "Support"):
            factories.answer(cycle, team, [3] * 6)
        assert "The target is reached." in page(reader)

    def test_it_says_when_the_answers_are_being_counted(self, reader: Client, open_cycle: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSING)
        assert "The answers are being counted." in page(reader)


class TestAfterClose:
    def test_it_counts_shown_teams_only(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        assert "8 of 8" in row_of(shown, "North")
        assert "not told" in row_of(shown, "Night")
        assert "fewer than 5 answers could be told apart" in shown

    def test_it_says_when_nothing_was_published(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 4)
        close_cycle(cycle=open_cycle, now=True)
        shown = page(reader)
        assert "Fewer than 5 answers came in." in shown
        assert "cs-tree" not in shown


class TestChoice:
    def test_without_a_cycle_it_says_what_will_stand_here(self, reader: Client) -> None:
        assert "No cycle yet" in page(reader)

    def test_the_running_cycle_comes_first(self, reader: Client, closed_cycle: Cycle) -> None:
        assert "<select" not in page(reader)
        factories.make_cycle("2027 Q1")
        assert '<option value="2027-q1" selected>' in page(reader)
        assert '<option value="2026-q4" selected>' in page(reader, cycle="2026-q4")

    def test_an_unknown_or_planned_cycle_is_not_found(self, reader: Client, open_cycle: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.PLANNED)
        for slug in (open_cycle.slug, "1999-q1"):
            assert reader.get(reverse("participation"), {"cycle": slug}).status_code == 404


def test_its_queries_do_not_grow_with_the_teams(reader: Client) -> None:
    def queries(number: int, name: str) -> int:
        teams = {f"{name} / {name} team {at}": 5 for at in range(number)}
        factories.make_organisation(teams)
        cycle = factories.make_cycle(name)
        with CaptureQueriesContext(connection) as captured:
            page(reader, cycle=cycle.slug)
        close_cycle(cycle=cycle, now=True)
        return len(captured)

    few = queries(4, "2026 Q3")
    assert queries(12, "2026 Q4") == few
