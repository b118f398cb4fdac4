"""HR changes the tree of teams."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connections, transaction

from assessments.models import Act, Cycle, Membership, Person, Team, User
from assessments.services.teams import (
    CannotChange,
    add_team,
    archive_team,
    merge_team,
    move_team,
    rename_team,
    restore_team,
    split_team,
)
from tests import factories

pytestmark = pytest.mark.django_db


def team(path: str) -> Team:
    return Team.objects.get(path=path)


def paths() -> list[str]:
    return list(Team.objects.filter(archived=False).order_by("path").values_list("path", flat=True))


def refused(change: Callable[[], object]) -> tuple[str, str | None]:
    """What is said, at which field; and that nothing has changed."""
    before = list(Team.objects.order_by("pk").values()), list(Membership.objects.order_by("pk").values()), Act.objects.count()
    with pytest.raises(CannotChange) as problem:
        change()
    assert before == (
        list(Team.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        Act.objects.count(),
    )
    return str(problem.value), problem.value.field


def places(path: str) -> set[tuple[str, str, bool]]:
    rows = Membership.objects.filter(team__path=path).select_related("person")
    return {(row.person.name, row.role, row.deputy) for row in rows}


@pytest.fixture
def sales(hr: User) -> None:
    for path in ("Sales / North / Store 1", "Sales / South", "Support"):
        factories.make_team(path)


@pytest.mark.usefixtures("sales")
class TestNames:
    def test_a_new_team_stands_under_its_parent_or_at_the_top(self, hr: User) -> None:
        assert add_team(name="  East   coast ", parent=team("Sales"), by=hr).path == "Sales / East coast"
        assert add_team(name="Board", parent=None, by=hr).path == "Board"
        assert list(Act.objects.order_by("pk").values_list("what", "who", "why")) == [
            ("teams", "Hannah of HR", "Sales / East coast: added"),
            ("teams", "Hannah of HR", "Board: added"),
        ]

    def test_a_new_name_reaches_all_paths_below_and_the_team_stays_the_same(self, hr: User) -> None:
        before = team("Sales / North").pk
        assert rename_team(team=team("Sales"), name="Shops", by=hr).path == "Shops"
        assert paths() == ["Shops", "Shops / North", "Shops / North / Store 1", "Shops / South", "Support"]
        assert team("Shops / North").pk == before

    def test_a_name_may_change_in_its_capitals_alone(self, hr: User) -> None:
        assert rename_team(team=team("Sales / North"), name="NORTH", by=hr).path == "Sales / NORTH"

    @pytest.mark.parametrize("name", ["South", "SOUTH", "So uth"])
    def test_no_two_teams_sound_alike_in_one_place(self, hr: User, name: str) -> None:
        words = "There is a team “Sales / South” already.", "name"
        assert refused(lambda: rename_team(team=team("Sales / North"), name=name, by=hr)) == words
        assert refused(lambda: add_team(name=name, parent=team("Sales"), by=hr)) == words

    @pytest.mark.parametrize(
        ("name", "words"), [("", "write a name"), (" \n", "write a name"), ("A/B", "no slash"), ("x" * 101, "100")]
    )
    def test_a_name_that_no_roster_could_hold_is_refused(self, hr: User, name: str, words: str) -> None:
        said, field = refused(lambda: rename_team(team=team("Sales"), name=name, by=hr))
        assert words in said
        assert field == "name"

    def test_names_that_are_too_long_together_are_refused(self, hr: User) -> None:
        Team.objects.filter(path="Support").update(name="x" * 90, path="x" * 490)
        said, field = refused(lambda: add_team(name="y" * 20, parent=Team.objects.get(name="x" * 90), by=hr))
        assert "longer than 500" in said
        said, field = refused(lambda: move_team(team=team("Sales"), parent=Team.objects.get(name="x" * 90), by=hr))
        assert ("longer than 500" in said, field) == (True, "under")


@pytest.mark.usefixtures("sales")
class TestMoving:
    def test_it_takes_along_what_is_below(self, hr: User) -> None:
        move_team(team=team("Sales / North"), parent=team("Support"), by=hr)
        assert paths() == ["Sales", "Sales / South", "Support", "Support / North", "Support / North / Store 1"]
        move_team(team=team("Support / North"), parent=None, by=hr)
        assert "North / Store 1" in paths()
        assert team("North").parent is None

    def test_no_team_comes_under_itself_or_under_one_below_it(self, hr: User) -> None:
        for parent in ("Sales", "Sales / North", "Sales / North / Store 1"):
            said, field = refused(lambda parent=parent: move_team(team=team("Sales"), parent=team(parent), by=hr))  # type: ignore[misc]
            assert ("under itself" in said, field) == (True, "under")

    def test_where_it_is_already_or_where_one_of_its_name_is_it_does_not_go(self, hr: User) -> None:
        factories.make_team("Support / north")
        assert refused(lambda: move_team(team=team("Sales / North"), parent=team("Sales"), by=hr))[1] == "under"
        said, field = refused(lambda: move_team(team=team("Sales / North"), parent=team("Support"), by=hr))
        assert (said, field) == ("There is a team “Support / north” already.", "under")


@pytest.mark.usefixtures("sales")
class TestMerging:
    def test_people_and_teams_below_go_over_and_the_team_is_archived(self, hr: User) -> None:
        factories.make_person("Sales / North", name="Ann")
        factories.make_person("Sales / North", "leader", name="Ben")
        merge_team(team=team("Sales / North"), into=team("Sales / South"), managers_too=False, by=hr)
        assert places("Sales / South") == {("Ann", "member", False), ("Ben", "member", False)}
        assert paths() == ["Sales", "Sales / South", "Sales / South / Store 1", "Support"]
        assert team("Sales / North").archived

    def test_managers_may_manage_the_other_too(self, hr: User) -> None:
        factories.make_person("Sales / North", "leader", name="Ben")
        Membership.objects.update(deputy=True)
        merge_team(team=team("Sales / North"), into=team("Sales / South"), managers_too=True, by=hr)
        assert places("Sales / South") == {("Ben", "leader", True)}

    def test_somebody_of_both_is_there_once_at_the_earlier_of_the_two_places(self, hr: User) -> None:
        ann = factories.make_person("Sales / North", name="Ann")
        factories.join(ann, "Support")
        factories.join(ann, "Sales / South")
        factories.join(ann, "Sales / North", "leader")
        merge_team(team=team("Sales / North"), into=team("Sales / South"), managers_too=False, by=hr)
        assert list(ann.memberships.values_list("team__path", "role")) == [("Sales / South", "member"), ("Support", "member")]

    def test_into_itself_or_one_below_or_beside_a_namesake_nothing_goes(self, hr: User) -> None:
        factories.make_team("Sales / South / Store 1")
        for into in ("Sales / North", "Sales / North / Store 1"):
            assert refused(
                lambda into=into: merge_team(team=team("Sales / North"), into=team(into), managers_too=False, by=hr)  # type: ignore[misc]
            )[1] == ("into")
        said, field = refused(lambda: merge_team(team=team("Sales / North"), into=team("Sales / South"), managers_too=False, by=hr))
        assert (said, field) == ("There is a team “Sales / South / Store 1” already.", "into")

    def test_into_the_team_above(self, hr: User) -> None:
        factories.make_person("Sales / North", name="Ann")
        merge_team(team=team("Sales / North"), into=team("Sales"), managers_too=False, by=hr)
        assert places("Sales") == {("Ann", "member", False)}
        assert "Sales / Store 1" in paths()


@pytest.mark.usefixtures("sales")
class TestSplitting:
    def test_the_chosen_go_to_a_team_beside_with_their_roles(self, hr: User) -> None:
        ann, ben, _cat = (factories.make_person("Sales / North", role, name=name) for name, role in CAST)
        chosen = list(Membership.objects.filter(person__in=[ann, ben]).values_list("pk", flat=True))
        new = split_team(team=team("Sales / North"), name="East", places=chosen, by=hr)
        assert new.path == "Sales / East"
        assert places("Sales / East") == {("Ann", "member", False), ("Ben", "leader", False)}
        assert places("Sales / North") == {("Cat", "member", False)}

    def test_somebody_is_chosen_and_somebody_stays(self, hr: User) -> None:
        ann = factories.make_person("Sales / North")
        elsewhere = factories.make_person("Sales / South")
        other = elsewhere.memberships.get().pk
        assert refused(lambda: split_team(team=team("Sales / North"), name="East", places=[other], by=hr))[1] == "places"
        mine = ann.memberships.get().pk
        assert (
            "Somebody has to stay"
            in refused(lambda: split_team(team=team("Sales / North"), name="East", places=[mine, other], by=hr))[0]
        )


CAST = (("Ann", "member"), ("Ben", "leader"), ("Cat", "member"))


@pytest.mark.usefixtures("sales")
class TestArchiving:
    def test_it_takes_along_what_is_below_and_comes_back_with_what_is_above(self, hr: User) -> None:
        archive_team(team=team("Sales"), by=hr)
        assert paths() == ["Support"]
        restore_team(team=team("Sales / North"), by=hr)
        assert paths() == ["Sales", "Sales / North", "Support"]

    def test_where_somebody_works_it_is_refused(self, hr: User) -> None:
        factories.make_person("Sales / North / Store 1")
        assert "There are people in it" in refused(lambda: archive_team(team=team("Sales"), by=hr))[0]

    def test_who_left_does_not_keep_it(self, hr: User) -> None:
        factories.make_person("Sales / South")
        Person.objects.update(active=False)
        assert archive_team(team=team("Sales / South"), by=hr)

    def test_an_archived_team_changes_no_more_and_keeps_its_name(self, hr: User) -> None:
        archive_team(team=team("Support"), by=hr)
        assert "is archived" in refused(lambda: rename_team(team=team("Support"), name="Help", by=hr))[0]
        assert refused(lambda: move_team(team=team("Sales"), parent=team("Support"), by=hr))[1] == "under"
        assert "an archived team “Support”" in refused(lambda: add_team(name="support", parent=None, by=hr))[0]

    def test_one_that_a_roster_filled_again_is_archived_no_more(self, hr: User) -> None:
        archive_team(team=team("Support"), by=hr)
        factories.make_person("Support")
        assert rename_team(team=team("Support"), name="Help", by=hr).path == "Help"


def test_a_running_and_a_closed_cycle_keep_their_teams(closed_cycle: Cycle, hr: User) -> None:
    running = factories.make_cycle("2027 Q1")

    def frozen() -> list[object]:
        return [list(cycle.teams.order_by("position").values()) for cycle in (closed_cycle, running)]

    before = frozen()
    rename_team(team=team("Sales"), name="Shops", by=hr)
    merge_team(team=team("Shops / North"), into=team("Shops / South"), managers_too=True, by=hr)
    move_team(team=team("Support / Desk"), parent=None, by=hr)
    assert frozen() == before


def test_the_database_itself_knows_no_path_twice_and_no_deputy_who_does_not_lead(db: None) -> None:
    Team.objects.create(name="Sales", path="Sales")
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.create(name="SALES", path="SALES")
    person = factories.make_person("Sales")
    with pytest.raises(IntegrityError), transaction.atomic():
        person.memberships.update(deputy=True)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_no_circle(hr: User) -> None:
    """Each would put one of two teams under the other; whoever comes second is told."""
    one, other = factories.make_team("One"), factories.make_team("Other")
    start, said = threading.Barrier(2), []

    def move(what: Team, where: Team) -> None:
        try:
            start.wait(timeout=10)
            move_team(team=what, parent=where, by=hr)
        except CannotChange as problem:
            said.append(str(problem))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=move, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert said == ["A team cannot stand under itself or under a team below it."]
    assert sorted(paths(), key=len)[-1] in {"One / Other", "Other / One"}


@pytest.mark.django_db(transaction=True)
def test_a_team_added_while_the_one_above_is_renamed_gets_its_new_path(hr: User) -> None:
    """Renaming waits until the other is done, and then sees what has come meanwhile."""
    sales, added = factories.make_team("Sales"), threading.Event()

    def add() -> None:
        with transaction.atomic():
            add_team(name="North", parent=sales, by=hr)
            added.set()
            time.sleep(0.3)
        connections.close_all()

    def rename() -> None:
        added.wait(timeout=10)
        rename_team(team=sales, name="Shops", by=hr)
        connections.close_all()

    threads = [threading.Thread(target=one) for one in (add, rename)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert paths() == ["Shops", "Shops / North"]
