"""Files with other headings than ours: what their columns stand for."""

import pytest

from assessments.importers.files import FileRefused, Table
from assessments.importers.headings import guess_meanings, known_meanings, wrong_meanings
from assessments.importers.roster import Roster, check_roster
from assessments.importers.tables import read_table
from assessments.models import RosterColumn
from tests import factories

pytestmark = pytest.mark.django_db


def table(text: str) -> Table:
    return read_table(text.encode())


def roster(text: str, *meanings: str) -> Roster:
    return check_roster(table(text), meanings)


def test_common_headings_are_guessed_and_others_are_not() -> None:
    header = ["Personnel number", "Full name", "E-mail", "Department", "Manager", "Cost centre", "Unit"]
    assert guess_meanings(header) == ["employee_id", "name", "email", "team", "leads", "", ""]


def test_what_hr_said_once_is_not_asked_again() -> None:
    header = ["PNr", "Name", "Team", "Cost centre"]
    assert known_meanings(header) is None
    for heading, meaning in zip(["pnr", "name", "team", "cost centre"], ["employee_id", "name", "team", "ignored"], strict=True):
        RosterColumn.objects.create(heading=heading, meaning=meaning)
    assert known_meanings(header) == ["employee_id", "name", "team", "ignored"]
    assert known_meanings([*header, "Age"]) is None


def test_our_own_names_need_no_matching_in_any_order_and_letters() -> None:
    assert known_meanings(["TEAM", "role", "Name", "employee_id", "Email"]) == ["team", "role", "name", "employee_id", "email"]


def test_levels_are_joined_into_a_path() -> None:
    found = roster("id,n,a,b,c\n1,Ann,Sales,North,\n2,Ben,Sales,,\n", "employee_id", "name", "level_1", "level_2", "level_3")
    assert [row.team for row in found.rows] == ["Sales / North", "Sales"]


def test_a_level_left_out_is_a_problem_of_its_row() -> None:
    with pytest.raises(FileRefused, match="Row 3: A level of the team is empty and one below it is not"):
        roster("id,n,a,b\n1,Ann,Sales,North\n2,Ben,,South\n", "employee_id", "name", "level_1", "level_2")


def test_first_and_last_names_are_joined() -> None:
    found = roster("id,f,l,t\n1,Ann,Lee,Sales\n", "employee_id", "first_name", "last_name", "team")
    assert found.rows[0].name == "Ann Lee"


def test_a_yes_makes_a_manager_and_nothing_a_member() -> None:
    found = roster("id,n,t,m\n1,Ann,Sales,Yes\n2,Ben,Sales,\n3,Cat,Sales,x\n", "employee_id", "name", "team", "leads")
    assert [row.role for row in found.rows] == ["leader", "member", "leader"]
    with pytest.raises(FileRefused, match="Row 2: Whether the person manages the team is “Ben Roy” here"):
        roster("id,n,t,m\n1,Ann,Sales,Ben Roy\n", "employee_id", "name", "team", "leads")


def test_without_a_column_for_addresses_people_keep_theirs() -> None:
    known = factories.make_person("Sales", email="ann@example.org")
    found = roster(f"id,n,t\n{known.employee_id},Ann,Sales\n2,Ben,Sales\n", "employee_id", "name", "team")
    assert [(row.email, row.role) for row in found.rows] == [("ann@example.org", "member"), ("", "member")]


@pytest.mark.parametrize(
    ("meanings", "fault"),
    [
        (["name", "team"], "Say which column holds the employee id"),
        (["employee_id", "team"], "Say which column holds the name"),
        (["employee_id", "name"], "Say which column holds the team"),
        (["employee_id", "name", "level_2"], "The levels must begin with level 1"),
        (["employee_id", "name", "team", "level_1"], "say the same"),
        (["employee_id", "name", "team", "role", "leads"], "say the same"),
        (["employee_id", "name", "team", "team"], "is chosen for two columns"),
        (["employee_id", "name", "team", ""], "Say of each column what it holds"),
    ],
)
def test_meanings_that_make_no_roster_are_told(meanings: list[str], fault: str) -> None:
    (only,) = wrong_meanings(meanings)
    assert fault in only
    assert wrong_meanings(["employee_id", "name", "team", "ignored", "ignored"]) == []
