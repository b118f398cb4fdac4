"""Alder & Rowe: its shape, and names that nobody has twice."""

from assessments.demo.organisation import (
    DEPARTMENTS,
    EARLY,
    LATE,
    NAME,
    NIGHT,
    SHIFTS,
    address_of,
    all_paths,
    all_seats,
    all_units,
    person_name,
)


def test_it_has_32_teams_under_5_departments_three_of_them_of_45() -> None:
    teams = [team for department in DEPARTMENTS for team in department.teams]
    assert len(DEPARTMENTS) == 5
    assert len(teams) == len({team.name for team in teams}) == 32
    assert [team.size for team in teams].count(45) == 3


def test_about_360_people_are_asked() -> None:
    assert 340 <= len(all_seats()) <= 380


def test_units_paths_and_seats_tell_the_same() -> None:
    units, paths, seats = all_units(), all_paths(), all_seats()
    assert len(units) == len(paths) == len(set(paths))
    assert paths[0] == NAME
    assert [sum(seat.unit == at for seat in seats) for at in range(len(units))] == [unit.size for unit in units]
    inside = {f"{paths[seat.unit]} / {name}" for seat in seats for name in (EARLY, LATE, NIGHT)}
    assert all(seat.path == paths[seat.unit] or seat.path in inside for seat in seats)
    assert [seat.unit for seat in seats] == sorted(seat.unit for seat in seats)


def test_every_team_and_department_is_led() -> None:
    shifts = {f"Delivery and returns / {SHIFTS.name} / {name}" for name, _size in SHIFTS.shifts}
    assert {seat.leads for seat in all_seats() if seat.leads} == set(all_paths()[1:]) | shifts


def test_shift_leads_answer_in_the_team_that_holds_the_shifts() -> None:
    leads = [seat for seat in all_seats() if seat.leads.endswith("shift")]
    assert [seat.path for seat in leads] == ["Delivery and returns / Warehouse"] * 3
    assert sum("shift" in seat.path for seat in all_seats()) == SHIFTS.size - len(leads)


def test_one_small_team_has_no_mail() -> None:
    without = {seat.path for seat in all_seats() if not seat.has_mail}
    assert len(without) == 1


def test_no_two_people_share_a_name_or_an_address() -> None:
    names = [person_name(number) for number in range(1000)]
    addresses = {address_of(name) for name in names}
    assert len(set(names)) == len(addresses) == 1000
    assert all(address.isascii() and address.endswith("@example.org") for address in addresses)
