"""The heat map as HR reads it."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Cycle, User
from assessments.services.closing import close_cycle
from tests import factories
from tests.own_views import hand_in


@pytest.fixture
def reader(as_user, hr: User) -> Client:
    return as_user(hr)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("heat_map"), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestAccess:
    def test_it_asks_a_visitor_to_sign_in(self, client: Client, db: None) -> None:
        assert reverse("account_login") in client.get(reverse("heat_map"))["Location"]

    def test_it_is_for_hr_only(self, as_user, stranger: User, closed_cycle: Cycle) -> None:
        for user in (stranger, "sales@example.org"):
            assert as_user(user).get(reverse("heat_map")).status_code == 403

    def test_it_only_reads(self, reader: Client) -> None:
        assert reader.post(reverse("heat_map")).status_code == 405


class TestLinks:
    def test_every_choice_keeps_the_cycle(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader, sort="kindness")
        links = re.findall(r'href="(/hr/map/[^"]*)', shown)
        assert any("order=down" in link for link in links)
        assert all(f"cycle={closed_cycle.slug}" in link for link in links)

    def test_the_form_keeps_the_order(self, reader: Client, closed_cycle: Cycle) -> None:
        assert '<input type="hidden" name="sort" value="kindness">' in page(reader, sort="kindness")

    def test_the_sorted_column_says_so(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader, sort="overall", order="down")
        assert shown.count("aria-sort=") == 1
        assert 'aria-sort="descending"' in shown
        assert "Sorted by the overall figure, highest first." in shown

    @pytest.mark.parametrize("query", [{"page": "-1"}, {"page": "x"}, {"level": "x"}, {"with": "x"}, {"sort": "x"}, {"open": "x"}])
    def test_what_makes_no_sense_is_ignored(self, reader: Client, closed_cycle: Cycle, query: dict[str, str]) -> None:
        assert "cs-heat" in page(reader, **query)

    def test_an_unknown_cycle_or_department_is_not_found(self, reader: Client, closed_cycle: Cycle) -> None:
        for query in ({"cycle": "1999-q1"}, {"under": "x"}):
            assert reader.get(reverse("heat_map"), query).status_code == 404


class TestStates:
    def test_without_a_closed_cycle_it_says_when_figures_come(self, reader: Client, open_cycle: Cycle) -> None:
        shown = page(reader)
        assert "No closed cycle yet" in shown
        assert "cs-heat" not in shown

    def test_too_few_answers_publish_nothing(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 4)
        close_cycle(cycle=open_cycle, now=True)
        assert "Nothing was published for 2026 Q4" in page(reader)

    def test_the_first_cycle_cannot_be_compared_with_one_before(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        assert '<option value="before"' not in shown
        assert "cs-cell--4" in page(reader, **{"with": "before"})

    def test_a_hidden_team_says_why_and_no_number(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        night = shown[shown.index(">Night<") :]
        night = night[: night.index("</tr>")]
        assert "They are not lost: they count in" in night
        assert " of 3" not in night


class TestSwapping:
    def test_the_script_and_its_settings_come_with_the_map(self, reader: Client, closed_cycle: Cycle) -> None:
        """No eval and no style of its own, as the content policy wants it; no page kept in the browser."""
        shown = page(reader)
        settings = json.loads(unescape(re.search(r'name="htmx-config" content=\'([^\']*)\'', shown)[1]))  # type: ignore[index]
        assert settings["includeIndicatorStyles"] is settings["allowEval"] is settings["allowScriptTags"] is False
        assert settings["historyCacheSize"] == 0
        assert "vendor/htmx/htmx.min.js" in shown
        policy = reader.get(reverse("heat_map"))["Content-Security-Policy"]
        assert "script-src 'self'" in policy.split("; ")
        assert "unsafe" not in policy

    def test_every_link_back_to_the_map_swaps_and_no_other_does(self, reader: Client, closed_cycle: Cycle) -> None:
        shown = page(reader)
        alone = re.findall(r'<a [^>]*hx-boost="true"[^>]*>', shown)
        assert alone
        assert all('href="/hr/map/?' in link for link in alone)
        table = shown[shown.index("<table") : shown.index("</table>")]
        assert len(re.findall(r'href="/hr/map/', table)) == table.count('hx-boost="true"')

    @pytest.mark.parametrize("name", ["poll_code", "kiosk", "anonymity"])
    def test_no_page_of_the_poll_loads_it(self, client: Client, db: None, name: str) -> None:
        answer = client.get(reverse(name))
        assert answer.status_code == 200
        assert "htmx" not in answer.content.decode()


@pytest.mark.parametrize("address", ["overview", "heat_map"])
def test_a_page_asks_as_often_for_forty_teams_as_for_ten(reader: Client, db: None, address: str) -> None:
    """With what leaders think of each team."""

    def queries(name: str, there: int, wanted: int) -> int:
        paths = [f"Area {at % 3} / Team {at}" for at in range(wanted)]
        factories.make_organisation(dict.fromkeys(paths[there:], 5))
        cycle = factories.make_cycle(name)
        for at, path in enumerate(paths):
            factories.answer(cycle, path, [2 + at % 3] * 5)
            hand_in(cycle, path, 5 - at % 3)
        close_cycle(cycle=cycle, now=True)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(reverse(address), {"cycle": cycle.slug}).status_code == 200
        return len(captured)

    few = queries("2026 Q3", there=0, wanted=10)
    assert queries("2026 Q4", there=10, wanted=40) == few
    assert few <= {"overview": 8, "heat_map": 14}[address]
