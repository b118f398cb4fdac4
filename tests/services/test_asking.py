"""What a change is said to do is what the next cycle does."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import override_settings

from assessments.models import Act, Cycle, Membership, Person, Team, User
from assessments.services.asking import BEGINS, BREAKS, ENDS, GOES_ON, Effects, asked_where, effects_of
from assessments.services.comparing import comparable_units, nearly_same_units
from assessments.services.people import Place, add_place, leave
from assessments.services.teams import CannotChange, merge_team, move_team, rename_team, split_team
from tests import factories

pytestmark = pytest.mark.django_db
NORTH, SOUTH, DESK = "Sales / North", "Sales / South", "Support / Desk"


def team(path: str) -> Team:
    return Team.objects.get(path=path)


def split(hr: User, path: str, people: int) -> Team:
    chosen = Membership.objects.filter(team__path=path, role="member").values_list("pk", flat=True)[:people]
    return split_team(team=team(path), name="East", places=list(chosen), by=hr)


CHANGES: dict[str, tuple[str, Callable[[User], Team]]] = {
    "rename": (NORTH, lambda hr: rename_team(team=team(NORTH), name="Nord", by=hr)),
    "move": (NORTH, lambda hr: move_team(team=team(NORTH), parent=team("Support"), by=hr)),
    "move to the top": (NORTH, lambda hr: move_team(team=team(NORTH), parent=None, by=hr)),
    "merge small into large": (SOUTH, lambda hr: merge_team(team=team(SOUTH), into=team(NORTH), managers_too=True, by=hr)),
    "merge large into small": (
        NORTH,
        lambda hr: merge_team(team=team(NORTH), into=team("Support / Night"), managers_too=False, by=hr),
    ),
    "split three off": (NORTH, lambda hr: split(hr, NORTH, 3)),
    "split five off": (NORTH, lambda hr: split(hr, NORTH, 5)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_said_comes_true_when_the_next_cycle_opens(closed_cycle: Cycle, hr: User, change: str) -> None:
    path, make = CHANGES[change]
    effects = effects_of(lambda: make(hr), team(path))
    assert effects.before == closed_cycle
    make(hr)
    after = factories.make_cycle("2027 Q1")
    same, nearly = comparable_units(after, closed_cycle), nearly_same_units(after, closed_cycle)
    units = {unit.path: unit for unit in after.teams.all()}
    for part in effects.parts:
        unit = units.get(part.path)
        assert part.asked == (unit.invited if unit else 0)
        if unit:
            assert (part.course == GOES_ON) == (unit.pk in same)
            assert (part.course == BEGINS) == (unit.team_id not in set(closed_cycle.teams.values_list("team", flat=True)))
            assert part.nearly_same == (unit.position in nearly and unit.invited >= 10)
        else:
            assert part.course == ENDS
    # What is not named goes on.
    silent = {unit.pk for unit in units.values() if unit.path not in {part.path for part in effects.parts}}
    assert silent <= same.keys()


def courses(effects: Effects) -> dict[str, str]:
    return {part.path: part.course for part in effects.parts}


def test_the_courses_are_as_the_rule_of_half_says(closed_cycle: Cycle, hr: User) -> None:
    def said(change: str) -> dict[str, str]:
        path, make = CHANGES[change]
        return courses(effects_of(lambda: make(hr), team(path)))

    assert said("rename") == {"Sales / Nord": GOES_ON}
    assert said("split three off") == {NORTH: GOES_ON, "Sales / East": BEGINS}
    assert said("split five off") == {NORTH: BREAKS, "Sales / East": BEGINS}
    assert said("merge small into large") == {NORTH: GOES_ON, SOUTH: ENDS}
    assert said("merge large into small")["Support / Night"] == BREAKS


def test_too_few_to_be_shown_are_named(closed_cycle: Cycle, hr: User) -> None:
    parts = {part.path: part for part in effects_of(lambda: split(hr, NORTH, 3), team(NORTH)).parts}
    assert (parts["Sales / East"].too_few, parts[NORTH].too_few) == (True, False)


def test_looking_changes_nothing_and_sends_nothing(closed_cycle: Cycle, hr: User, django_capture_on_commit_callbacks) -> None:
    person = factories.make_person(SOUTH)

    def rows() -> list[object]:
        return [list(model.objects.order_by("pk").values()) for model in (Team, Membership, Person, User, Act)]

    def lead() -> Team:
        add_place(person=person, place=Place(team(NORTH), "leader"), by=hr)
        return team(NORTH)

    before = rows()
    with django_capture_on_commit_callbacks(execute=True):
        for path, make in CHANGES.values():
            effects_of(lambda make=make: make(hr), team(path))  # type: ignore[misc]
        effects_of(lead, team(NORTH), team("Sales"))
    assert rows() == before
    assert mail.outbox == []


def test_what_cannot_be_done_is_refused_when_it_is_looked_at(organisation: None, hr: User) -> None:
    with pytest.raises(CannotChange, match="under itself"):
        effects_of(lambda: move_team(team=team("Sales"), parent=team(NORTH), by=hr), team("Sales"))


def test_a_second_top_team_begins_the_course_of_the_whole_anew(db: None, hr: User) -> None:
    factories.make_organisation({"Firm": 0, "Firm / Sales": 7, "Firm / Support": 5})
    assert not effects_of(lambda: rename_team(team=team("Firm"), name="Company", by=hr), team("Firm")).new_top
    factories.make_cycle()
    change = effects_of(lambda: move_team(team=team("Firm / Sales"), parent=None, by=hr), team("Firm / Sales"))
    assert change.new_top
    assert courses(change) == {"Firm": BREAKS, "Sales": GOES_ON}
    assert not effects_of(lambda: rename_team(team=team("Firm"), name="Company", by=hr), team("Firm")).new_top


def test_the_next_cycle_is_compared_with_the_running_one(closed_cycle: Cycle, hr: User) -> None:
    running = factories.make_cycle("2027 Q1")
    effects = effects_of(lambda: rename_team(team=team(NORTH), name="Nord", by=hr), team(NORTH))
    assert (effects.before, effects.running) == (running, running)


def test_a_new_manager_answers_in_the_team_above(closed_cycle: Cycle, hr: User) -> None:
    person = Person.objects.filter(memberships__team__path=NORTH, memberships__role="member")[0]

    def lead() -> Team:
        add_place(person=person, place=Place(team(NORTH), "leader"), by=hr)
        return team(NORTH)

    parts = {part.path: part for part in effects_of(lead, team(NORTH), team("Sales")).parts}
    assert (parts[NORTH].asked, parts[NORTH].then) == (7, 8)
    assert parts["Sales"].asked == parts["Sales"].then
    assert asked_where(person) == NORTH
    lead()
    assert asked_where(person) == "Sales"


def test_who_leaves_or_leads_at_the_top_is_asked_nowhere(organisation: None, hr: User) -> None:
    boss = Person.objects.get(email="sales@example.org")
    assert asked_where(boss) == "Whole organisation"
    member = Person.objects.filter(memberships__team__path=NORTH, memberships__role="member")[0]
    leave(person=member, by=hr)
    assert asked_where(Person.objects.get(pk=member.pk)) == ""
    Person.objects.filter(memberships__team__path__startswith="Support").update(active=False)
    assert asked_where(boss) == ""


def test_a_strict_server_hides_small_teams_of_which_few_come_or_go(closed_cycle: Cycle, hr: User) -> None:
    effects = effects_of(lambda: split(hr, NORTH, 3), team(NORTH))
    (north,) = (part for part in effects.parts if part.path == NORTH)
    assert not north.strictly_hidden
    with override_settings(STRICT_MEMBERSHIP=True):
        assert north.strictly_hidden


def test_the_sign_changes_with_what_is_said(closed_cycle: Cycle, hr: User) -> None:
    def look() -> str:
        return effects_of(lambda: rename_team(team=team(NORTH), name="Nord", by=hr), team(NORTH)).sign

    sign = look()
    assert look() == sign
    factories.make_person(NORTH)
    assert look() != sign


def test_who_was_erased_counts_as_gone(closed_cycle: Cycle, hr: User) -> None:
    Person.objects.filter(memberships__team__path=NORTH, memberships__role="member")[0].delete()
    (north,) = effects_of(lambda: rename_team(team=team(NORTH), name="Nord", by=hr), team(NORTH)).parts
    assert (north.asked, north.then, north.both, north.course) == (7, 8, 7, GOES_ON)
