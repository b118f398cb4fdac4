"""Files of a closed cycle: for those who read everything, by plain addresses, as fast for many teams as for few."""

import csv
import json
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.exports import downloads
from assessments.exports.as_csv import BYTE_ORDER_MARK
from assessments.models import Cycle, User
from assessments.services.closing import close_cycle
from tests import factories

PAGE = "/hr/export/"


@pytest.fixture
def reader(as_user, closed_cycle: Cycle) -> Client:
    return as_user(factories.make_user(role=User.Role.HR_VIEWER))


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


class TestThePage:
    def test_it_offers_each_file_in_each_of_its_formats(self, reader: Client, closed_cycle: Cycle) -> None:
        page = reader.get(PAGE).content.decode()
        for file in downloads.about():
            assert file.title in page
            for kind in file.kinds:
                assert f"{reverse('export', args=[closed_cycle.slug])}?what={file.what}&amp;format={kind}" in page

    def test_all_that_can_be_written_is_on_it(self) -> None:
        assert {file.what for file in downloads.about()} == {downloads.WORKBOOK, *downloads.TABLES}

    def test_before_the_first_close_it_says_what_will_be_here(self, as_user, hr: User, open_cycle: Cycle) -> None:
        assert "Nothing to take along yet" in as_user(hr).get(PAGE).content.decode()


class TestTheFile:
    def test_its_name_is_plain_and_says_what_it_is(self, reader: Client, closed_cycle: Cycle) -> None:
        for what, kind in ((file.what, kind) for file in downloads.about() for kind in file.kinds):
            response = reader.get(f"{PAGE}{closed_cycle.slug}/?what={what}&format={kind}")
            assert response.status_code == 200
            assert response["Content-Disposition"] == f'attachment; filename="csculture-2026-q4-{what}.{kind}"'
            assert response["Cache-Control"] == "private, no-store"
            assert body(response)

    def test_without_more_it_is_the_workbook_or_all_figures(self, reader: Client, closed_cycle: Cycle) -> None:
        book = openpyxl.load_workbook(BytesIO(reader.get(f"{PAGE}{closed_cycle.slug}/").content))
        assert book.sheetnames[0] == "Overview"
        cells = json.loads(body(reader.get(f"{PAGE}{closed_cycle.slug}/?format=json")))
        assert len(cells) == 41 * closed_cycle.teams.count()

    def test_csv_and_json_are_streamed(self, reader: Client, closed_cycle: Cycle) -> None:
        for kind in ("csv", "json"):
            assert reader.get(f"{PAGE}{closed_cycle.slug}/?format={kind}").streaming

    def test_a_department_and_a_dimension_can_be_asked_for(self, reader: Client, closed_cycle: Cycle) -> None:
        sales = closed_cycle.teams.get(path="Sales")
        address = f"{PAGE}{closed_cycle.slug}/?what=heat-map&format=csv&under={sales.uid}&dimension=kindness"
        head, *rows = csv.reader(StringIO(body(reader.get(address)).decode().removeprefix(BYTE_ORDER_MARK)))
        assert head[:4] == ["Team", "Answered", "Invited", "Kindness"]
        assert [row[0] for row in rows] == ["Sales", "Sales / North", "Sales / South"]

    def test_what_there_is_not_is_not_found(self, reader: Client, closed_cycle: Cycle) -> None:
        nowhere = "under=" + "0" * 32
        for query in ("what=answers", "format=pdf", "what=workbook&format=csv", "under=x", "dimension=luck", nowhere):
            assert reader.get(f"{PAGE}{closed_cycle.slug}/?{query}").status_code == 404, query

    def test_an_open_cycle_has_no_files(self, as_user, hr: User, open_cycle: Cycle) -> None:
        for what in downloads.TABLES:
            assert as_user(hr).get(f"{PAGE}{open_cycle.slug}/?what={what}&format=csv").status_code == 404


def test_forty_teams_take_no_more_queries_than_ten(as_user, hr: User) -> None:
    client, counts = as_user(hr), []
    files = [(file.what, kind) for file in downloads.about() for kind in file.kinds]
    for number, teams in enumerate((10, 30), start=1):
        factories.make_organisation({f"Region {number} / Team {number}-{at}": 5 for at in range(teams)})
        cycle = factories.make_cycle(f"2026 Q{number}", days=7 * number)
        for team in cycle.teams.exclude(parent=None).filter(path__contains=" / ")[:3]:
            factories.answer(cycle, team.path, [4] * 5)
        close_cycle(cycle=cycle, now=True)
        counts.append({})
        for what, kind in files:
            with CaptureQueriesContext(connection) as queries:
                body(client.get(f"{PAGE}{cycle.slug}/?what={what}&format={kind}"))
            counts[-1][what, kind] = len(queries)
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 40
