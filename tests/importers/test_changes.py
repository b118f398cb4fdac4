"""What a roster would change, as HR reads it before anything happens."""

import pytest

from assessments.importers.changes import Changes, PersonChange, changes_of
from assessments.services.organisation import apply_roster
from tests.services.test_organisation import rows

pytestmark = pytest.mark.django_db

BEFORE = (
    "01 Ann ann@x.org Sales/North member",
    "02 Ben ben@x.org Sales/North leader",
    "03 Cat - Sales/South member",
    "04 Dan - Sales/South member",
)


def changes(*lines: str) -> Changes:
    apply_roster(rows=rows(*BEFORE))
    return changes_of(rows(*lines))


def test_each_kind_of_change_has_its_list() -> None:
    found = changes(
        "01 Anna anna@x.org Sales/South member",
        "02 Ben ben@x.org Sales/North member",
        "03 Cat - Sales/South member",
        "05 Eve - Support member",
    )
    assert found.renamed == [PersonChange("01", "Anna", "Ann", "Anna")]
    assert found.readdressed == [PersonChange("01", "Anna", "ann@x.org", "anna@x.org")]
    assert found.moved == [PersonChange("01", "Anna", "Sales / North", "Sales / South")]
    assert found.roles == [PersonChange("02", "Ben", "Sales / North", "")]
    assert found.new == [PersonChange("05", "Eve", "", "Support")]
    assert found.leaving == [PersonChange("04", "Dan", "Sales / South", "")]
    assert (found.untouched, found.new_teams, found.nothing) == (1, ["Support"], False)


def test_each_team_says_who_comes_and_goes() -> None:
    found = changes("01 Ann ann@x.org Sales/South member", BEFORE[1], "03 Cat - Sales/South member", "05 Eve - Sales/South member")
    north, south = found.teams
    assert (north.path, north.now, north.moved_out, north.then) == ("Sales / North", 2, 1, 1)
    assert (south.now, south.new, south.moved_in, south.leaving, south.then) == (2, 1, 1, 1, 3)


def test_the_same_roster_again_changes_nothing() -> None:
    found = changes(*BEFORE)
    assert found.nothing
    assert found.untouched == 4
    assert not any(team.changes for team in found.teams)


def test_a_new_order_of_rows_is_told_as_nothing_else() -> None:
    found = changes(*reversed(BEFORE))
    assert found.only_order
    assert not found.nothing


def test_somebody_who_comes_back_is_not_new() -> None:
    apply_roster(rows=rows(*BEFORE))
    apply_roster(rows=rows(*BEFORE[:3]))
    found = changes_of(rows(*BEFORE))
    assert found.returning == [PersonChange("04", "Dan", "", "Sales / South")]
    assert found.new == []


def test_more_than_a_fifth_leaving_is_many_and_a_first_roster_never_is() -> None:
    assert not changes_of(rows(*BEFORE)).many_leave
    people = [f"{number} P{number} - Sales member" for number in range(10)]
    apply_roster(rows=rows(*people))
    assert not changes_of(rows(*people[2:])).many_leave
    assert changes_of(rows(*people[3:])).many_leave


def test_a_team_under_a_new_name_is_pointed_out() -> None:
    found = changes(
        BEFORE[0].replace("North", "Harbour"), BEFORE[1].replace("North", "Harbour"), "03 Cat - Sales/South member", BEFORE[3]
    )
    (hint,) = found.hints
    assert hint.startswith("Most people of “Sales / North” go to the new team “Sales / Harbour”.")


def test_zeros_that_a_spreadsheet_dropped_are_pointed_out() -> None:
    (hint,) = changes(*(line.removeprefix("0") for line in BEFORE)).hints
    assert hint.startswith("The id “01” leaves and “1” is new: a spreadsheet has probably dropped the zeros.")
