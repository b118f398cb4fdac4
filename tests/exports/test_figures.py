"""The files that others build on: every cell once, the same in every format, numbers only where they may be shown."""

import csv
import json
from io import BytesIO, StringIO

import openpyxl
import pytest

from assessments.exports import downloads
from assessments.exports.as_csv import BYTE_ORDER_MARK
from assessments.exports.tables import FIGURES
from assessments.models import Cycle, CycleTeam, Figure, User
from assessments.results.export import export_of
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories
from tests.exports.reading import read_sheet

ALWAYS = {"team", "kind", "code", "shown"}
CONTRACT = {"team", "kind", "code", "shown", "n", "mean", "manager"}


def export(cycle: Cycle) -> list[dict]:
    return json.loads(b"".join(downloads.pieces_of("figures", export_of(cycle), "json")))


@pytest.fixture
def cells(closed_cycle: Cycle) -> list[dict]:
    return export(closed_cycle)


def test_every_team_has_overall_dimensions_and_practices_once(closed_cycle: Cycle, cells: list[dict]) -> None:
    items = list(closed_cycle.questionnaire.items.select_related("practice__dimension"))
    dimensions = list(dict.fromkeys(item.practice.dimension.code for item in items))
    wanted = [("overall", "overall")]
    wanted += [("dimension", code) for code in dimensions]
    wanted += [("practice", item.practice.code) for item in items]
    paths = [team.path for team in closed_cycle.teams.all()]
    assert [(cell["team"], cell["kind"], cell["code"]) for cell in cells] == [(path, *cell) for path in paths for cell in wanted]
    assert len(cells) == export_of(closed_cycle).size


def test_a_hidden_cell_has_no_number_at_all(cells: list[dict]) -> None:
    hidden = [cell for cell in cells if cell["shown"] is False]
    assert {cell["team"] for cell in hidden} >= {"Support / Night"}
    assert all(set(cell) == ALWAYS for cell in hidden)


def test_a_shown_cell_has_n_a_mean_and_the_leaders_value(cells: list[dict]) -> None:
    shown = [cell for cell in cells if cell["shown"] is True]
    assert shown
    for cell in shown:
        assert set(cell) == {column.key for column in FIGURES if not column.for_people} >= CONTRACT
        assert set(cell["mean"]) == {"op", "value"}
        assert cell["mean"]["op"] in {"=", "<=", ">="}
        assert cell["n"] >= 5
        assert cell["manager"] is None


def test_it_says_exactly_what_is_stored(closed_cycle: Cycle, cells: list[dict]) -> None:
    stored = {
        (row.team.path, row.kind, row.code or "overall", row.n, row.op, float(row.mean))
        for row in Figure.objects.filter(team__cycle=closed_cycle).select_related("team")
    }
    written = {
        (cell["team"], cell["kind"], cell["code"], cell["n"], cell["mean"]["op"], cell["mean"]["value"])
        for cell in cells
        if cell["shown"]
    }
    assert written == stored


def test_no_answer_of_a_hidden_team_can_be_computed_from_it(cells: list[dict]) -> None:
    """Night's three answered 1; Support, which holds them, and Desk are never both there."""
    for code in {cell["code"] for cell in cells}:
        shown = {cell["team"] for cell in cells if cell["code"] == code and cell["shown"]}
        assert not {"Support", "Support / Desk"} <= shown


def test_a_leaders_value_stands_only_where_the_cell_is_shown(open_cycle: Cycle) -> None:
    codes = [item.practice.code for item in open_cycle.questionnaire.items.select_related("practice")]
    for path, email in (("Sales / North", "north@example.org"), ("Support / Night", "night@example.org")):
        team, leader = CycleTeam.objects.get(cycle=open_cycle, path=path), User.objects.get(email=email)
        save_self_assessment(team=team, values={code: {"value": 5} for code in codes}, by=leader)
        submit_self_assessment(team=team, by=leader)
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    factories.answer(open_cycle, "Support / Desk", [4] * 7)
    factories.answer(open_cycle, "Support / Night", [1, 1, 1])
    close_cycle(cycle=open_cycle, now=True)
    by_team = {path: [cell for cell in export(open_cycle) if cell["team"] == path] for path in ("Sales / North", "Support / Night")}
    assert {cell.get("manager") for cell in by_team["Sales / North"]} == {5.0}
    assert not [cell for cell in by_team["Support / Night"] if "manager" in cell]


def test_names_are_written_as_they_are(organisation: None) -> None:
    for _ in range(5):
        factories.make_person("Köln “Mitte”")
    cycle = factories.make_cycle()
    close_cycle(cycle=cycle, now=True)
    [text] = [b"".join(downloads.pieces_of("figures", export_of(cycle), "json")).decode()]
    assert '"team": "Köln “Mitte”"' in text
    assert not any(cell["shown"] for cell in json.loads(text))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_a_name_that_looks_like_a_formula_stays_a_text(organisation: None, name: str) -> None:
    for _ in range(5):
        factories.make_person(name)
    cycle = factories.make_cycle()
    close_cycle(cycle=cycle, now=True)
    export = export_of(cycle)
    lines = b"".join(downloads.pieces_of("participation", export, "csv")).decode().removeprefix(BYTE_ORDER_MARK)
    assert f"'{name}" in {row[0] for row in csv.reader(StringIO(lines))}
    assert name not in {row[0] for row in csv.reader(StringIO(lines))}
    sheet = openpyxl.load_workbook(BytesIO(downloads.xlsx_of("participation", export))).worksheets[0]
    [cell] = [cell for [cell] in sheet.iter_rows(max_col=1) if cell.value == name]
    assert cell.data_type == "s"
    assert name in {row["Team"] for row in read_sheet(sheet)}
