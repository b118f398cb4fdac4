"""The roster file: what is refused, with which words, and what is read."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.importers.changes import changes_of
from assessments.importers.files import FileRefused
from assessments.importers.roster import Roster, read_roster
from assessments.models import Membership, Person, Team, User
from assessments.services.organisation import apply_roster
from tests import factories

pytestmark = pytest.mark.django_db

HEADER = "employee_id,name,email,team,role\n"
ANN = "1,Ann Lee,ann@example.org,Sales / North,member\n"
BEN = "2,Ben Roy,ben@example.org,Sales / North,leader\n"

DEFECTS = [
    ("an empty file", "", "Row 1: The file is empty."),
    ("nothing but a byte order mark", "\ufeff", "Row 1: The file is empty."),
    ("a header and nothing else", HEADER, "Row 2: There is no row below the header."),
    ("a missing column", "employee_id,name,team,role\n1,Ann,Sales,member\n", "Row 1: The column “email” is missing."),
    ("a wrong column", HEADER.replace("team", "unit") + ANN, "Row 1: There is no column “unit”. Delete it"),
    ("a doubled column", HEADER.replace("role", "role,role") + ANN, "Row 1: The column “role” stands there twice."),
    ("a column without a name", HEADER.replace("role", "role,") + "1,Ann,,Sales,member,x\n", "Row 1: There is no column “”."),
    ("a field too few", HEADER + ANN + "2,Ben,Sales,member\n", "Row 3: This row has 4 fields instead of 5."),
    ("a field too many", HEADER + "1,Lee, Ann,,Sales,member\n", "Row 2: This row has 6 fields instead of 5."),
    ("no employee_id", HEADER + ANN + ",Ben,,Sales,member\n", "Row 3: The employee_id is empty."),
    ("no name", HEADER + "1, ,,Sales,member\n", "Row 2: The name is empty."),
    ("no team", HEADER + "1,Ann,,,member\n", "Row 2: The team is empty."),
    ("an empty part of a team", HEADER + "1,Ann,,Sales / / North,member\n", "Row 2: The team “Sales /  / North” has an empty"),
    ("a slash at the end", HEADER + "1,Ann,,Sales/,member\n", "has an empty part"),
    ("an unknown role", HEADER + "1,Ann,,Sales,boss\n", "Row 2: The role “boss” is unknown. Write member or leader."),
    ("no role", HEADER + "1,Ann,,Sales,\n", "Row 2: The role “” is unknown."),
    ("a row twice", HEADER + ANN + BEN + ANN, "Row 4: The same person, team and role stand in row 2 already."),
    ("a row twice, spaced differently", HEADER + "1,Ann,,A/B,member\n1,Ann,,A / B,member\n", "Row 3: The same person"),
    (
        "a team in other letters",
        HEADER + ANN + "2,Ben,,sales / South,member\n",
        "Row 3: The team “sales” is spelt “Sales” in row 2",
    ),
    (
        "a team in other spacing",
        HEADER + ANN + "2,Ben,,Sales / No rth,member\n",
        "“Sales / No rth” is spelt “Sales / North” in row 2",
    ),
    (
        "a team spelt otherwise before",
        HEADER + "1,Ann,,old team,member\n",
        "Row 2: The team “old team” is spelt “Old Team” in csculture",
    ),
    ("a bad address", HEADER + "1,Ann,ann.example.org,Sales,member\n", "Row 2: “ann.example.org” is not an email address."),
    (
        "an address of two people",
        HEADER + ANN + "2,Ben,ANN@example.org,Sales,member\n",
        "Row 3: The address “ann@example.org” belongs to",
    ),
    (
        "two names",
        HEADER + ANN + "1,Anne Lee,ann@example.org,Sales,member\n",
        "has the name “Anne Lee” here and “Ann Lee” in row 2",
    ),
    ("two addresses", HEADER + ANN + "1,Ann Lee,a@example.org,Sales,member\n", "has the address “a@example.org” here and “ann@"),
    ("an address and none", HEADER + ANN + "1,Ann Lee,,Sales,member\n", "has the address none here and “ann@example.org” in row 2"),
    ("a long id", HEADER + f"{'1' * 51},Ann,,Sales,member\n", "Row 2: The employee_id is longer than 50 characters."),
    ("a long name", HEADER + f"1,{'n' * 201},,Sales,member\n", "Row 2: The name is longer than 200 characters."),
    ("a long address", HEADER + f"1,Ann,{'a' * 250}@example.org,Sales,member\n", "Row 2: The email is longer than 254 characters."),
    ("a long team", HEADER + f"1,Ann,,{'t' * 101},member\n", "Row 2: A team’s name is longer than 100 characters."),
    (
        "a deep team",
        HEADER + f"1,Ann,,{' / '.join(['t' * 90] * 6)},member\n",
        "Row 2: The team with all teams above it is longer than 500",
    ),
    (
        "a line break in a name",
        HEADER + '1,"Ann\nLee",,Sales,member\n',
        "Row 2: The name holds a line break or another control character.",
    ),
    (
        "a control character",
        HEADER + "1,Ann\x1b[31m,,Sales,member\n",
        "Row 2: The name holds a line break or another control character.",
    ),
    ("a NUL", HEADER + "1,Ann\0Lee,,Sales,member\n", "Row 2: The name holds"),
    ("an open quotation mark", HEADER + ANN + '2,"Ben,,Sales,member\n', "Row 3: From here on the file cannot be read."),
    ("a stray quotation mark", HEADER + '1,"Ann"x,,Sales,member\n', "Row 2: From here on the file cannot be read."),
]


def structure() -> set[tuple[str, str, str, str, str, int]]:
    """Everything that an import writes about active people."""
    return set(
        Membership.objects.values_list("person__employee_id", "person__name", "person__email", "team__path", "role", "position")
    )


def read(text: str) -> Roster:
    return read_roster(text.encode())


@pytest.mark.parametrize(("text", "message"), [row[1:] for row in DEFECTS], ids=[row[0] for row in DEFECTS])
def test_it_refuses_a_file_with(text: str, message: str) -> None:
    factories.make_team("Old Team")
    with pytest.raises(FileRefused) as refused:
        read(text)
    assert message in str(refused.value)
    assert not Person.objects.exists()
    assert not User.objects.exists()
    assert Team.objects.count() == 1


def test_it_names_the_place_that_is_in_no_encoding_of_spreadsheets() -> None:
    with pytest.raises(FileRefused) as refused:
        read_roster((HEADER + ANN).encode() + b"2,J\x81rg,,Sales,member\n")
    byte = len(HEADER + ANN) + len("2,J") + 1
    assert str(refused.value).startswith(f"Row 3: Byte {byte} of the file is not UTF-8. Save the file as “CSV UTF-8”")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_it_reads_what_spreadsheets_write(delimiter: str, encoding: str) -> None:
    text = "role;name;employee_id;email;team\r\nmember;Jörg;007;j@example.org;Küche\r\n".replace(";", delimiter)
    roster = read_roster(text.encode(encoding))
    assert [(row.employee_id, row.name, row.team) for row in roster.rows] == [("007", "Jörg", "Küche")]
    warned = [str(warning) for warning in roster.warnings]
    assert bool(warned) == (encoding == "cp1252")
    assert all("Row 2" in warning and "Jörg" in warning for warning in warned)


def test_columns_without_a_heading_that_hold_nothing_are_passed_over() -> None:
    assert read("employee_id;name;email;team;role;;\n1;Ann;;Sales;member;;\n").people == 1


def test_a_column_for_languages_may_stand_there() -> None:
    assert read("employee_id,name,email,team,role,language\n1,Ann,,Sales,member,de\n").people == 1


def test_it_tells_all_problems_together_in_the_order_of_the_file() -> None:
    with pytest.raises(FileRefused) as refused:
        read(HEADER + "1,,,Sales,boss\n2,Ben,,Sales\n3,Cat,cat,Sales,member\n")
    assert [problem.row for problem in refused.value.problems] == [2, 2, 3, 4]


def test_a_message_carries_nothing_that_a_terminal_would_obey() -> None:
    with pytest.raises(FileRefused) as refused:
        read("employee_id,name,email,team,ro\x1b[31mle\n" + ANN)
    assert "\x1b" not in str(refused.value)


def test_it_reads_any_order_of_columns_a_byte_order_mark_and_windows_line_ends() -> None:
    roster = read("\ufeff Role ,TEAM,email,Name,employee_id\r\nLeader, Sales/ North ,Ben@Example.ORG, Ben Roy ,2\r\n")
    (row,) = roster.rows
    assert (row.number, row.employee_id, row.name, row.email) == (2, "2", "Ben Roy", "ben@example.org")
    assert (row.team, row.role) == ("Sales / North", "leader")


def test_it_passes_over_rows_without_any_text_and_still_counts_them() -> None:
    roster = read(HEADER + "\n,,,,\n" + ANN)
    assert [row.number for row in roster.rows] == [4]


def test_letters_with_accents_are_the_same_however_they_are_stored() -> None:
    roster = read(HEADER + "1,Jo\u0308rg,,Ku\u0308che,member\n2,Ida,,K\u00fcche,member\n")
    assert {row.team for row in roster.rows} == {"K\u00fcche"}


def test_a_leader_without_an_address_is_a_warning() -> None:
    roster = read(HEADER + "2,Ben Roy,,Sales,leader\n" + ANN)
    assert [str(warning) for warning in roster.warnings] == [
        "Row 2: “Ben Roy” leads “Sales” and has no address, so they cannot sign in. Add one when there is one."
    ]


TEAMS = ["A", "A / B", "A / C", "D", "D / E / F"]
PLACES = st.tuples(st.sampled_from("12345"), st.sampled_from(TEAMS), st.sampled_from(["member", "leader"]))
ADDRESSES = st.permutations(["a@x.org", "b@x.org", "c@x.org", "", "", "d@x.org"])
NAMES = st.lists(st.sampled_from(["Ann", "Ben", "Cat"]), min_size=5, max_size=5)


@st.composite
def roster_files(draw: st.DrawFn) -> str:
    """Rosters of up to five people who share a few names, addresses and teams."""
    addresses, names = draw(ADDRESSES), draw(NAMES)
    rows = draw(st.lists(PLACES, min_size=1, max_size=12, unique=True))
    return HEADER + "".join(f"{i},{names[int(i) - 1]},{addresses[int(i) - 1]},{team},{role}\n" for i, team, role in rows)


def everything() -> list[list[dict[str, object]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Person, Team, Membership, User)]


def wipe() -> None:
    Membership.objects.all().delete()
    Person.objects.all().delete()
    User.objects.all().delete()
    for team in Team.objects.order_by("-path"):
        team.delete()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=roster_files(), second=roster_files(), third=roster_files())
def test_after_any_rosters_the_organisation_is_what_the_last_one_says(first: str, second: str, third: str) -> None:
    wipe()
    for text in (first, second, third):
        announced = changes_of(read(text).rows)
        done = apply_roster(rows=read(text).rows).changes
        assert (len(announced.new), len(announced.returning), len(announced.leaving), len(announced.new_teams)) == (
            *(done.new_people, done.returning_people, done.leaving_people),
            done.new_teams,
        )
    rows = read(third).rows
    assert structure() == {
        (row.employee_id, row.name, row.email, row.team, row.role, position) for position, row in enumerate(rows, start=1)
    }
    assert set(Person.objects.filter(active=True).values_list("employee_id", flat=True)) == {row.employee_id for row in rows}
    for person in Person.objects.filter(active=True).select_related("user"):
        leads = any(row.leads and row.employee_id == person.employee_id for row in rows)
        assert person.user is not None or not (leads and person.email)
        if person.user is not None and person.email:
            assert (person.user.email, person.user.name, person.user.is_active) == (person.email, person.name, True)
    assert not User.objects.filter(person__active=False, is_active=True).exists()
    assert changes_of(rows).nothing
    before = everything()
    apply_roster(rows=rows)
    assert everything() == before
    for team in Team.objects.select_related("parent"):
        assert team.path == (f"{team.parent.path} / {team.name}" if team.parent else team.name)
