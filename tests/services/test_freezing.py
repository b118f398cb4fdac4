"""Who is polled where, and the tree as it was on the day of opening."""

import datetime

import pytest

from assessments.models import Cycle, CycleMember, Invitation, Organisation, Person, Questionnaire
from assessments.services.freezing import freeze_organisation
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 10, 1)


@pytest.fixture
def cycle() -> Cycle:
    questionnaire = Questionnaire.objects.create(code="check", title="Check")
    return Cycle.objects.create(name="2026 Q4", slug="2026-q4", questionnaire=questionnaire, opens=DAY, closes=DAY, k=5)


def person(name: str, *places: tuple[str, str], email: str | None = None) -> Person:
    (team, role), *others = places
    made = factories.make_person(team, role, name=name, email=email)
    for other_team, other_role in others:
        factories.join(made, other_team, other_role)
    return made


def polled(cycle: Cycle) -> dict[str, str]:
    """Each polled person's name and the path of the unit the answer counts for."""
    freeze_organisation(cycle=cycle)
    rows = CycleMember.objects.filter(team__cycle=cycle).values_list("person__name", "team__path")
    assert len(dict(rows)) == len(rows), "somebody is polled twice"
    return dict(rows)


class TestWhoAnswersWhere:
    def test_a_member_answers_in_the_team(self, cycle: Cycle) -> None:
        person("Ann", ("Sales / North", "member"))
        person("Top", ("Sales", "leader"))
        assert polled(cycle) == {"Ann": "Sales / North"}

    def test_a_leader_answers_as_a_member_of_the_unit_above(self, cycle: Cycle) -> None:
        person("Lee", ("Sales / North", "leader"))
        person("Ann", ("Sales / North", "member"))
        assert polled(cycle) == {"Lee": "Sales", "Ann": "Sales / North"}

    def test_heads_of_several_top_teams_answer_in_the_organisation(self, cycle: Cycle) -> None:
        person("Sal", ("Sales", "leader"))
        person("Sue", ("Support", "leader"))
        assert polled(cycle) == {"Sal": "Whole organisation", "Sue": "Whole organisation"}

    def test_the_leader_of_the_only_top_team_is_not_polled(self, cycle: Cycle) -> None:
        person("Top", ("Company", "leader"))
        person("Deputy", ("Company", "leader"))
        person("Ann", ("Company / Sales", "member"))
        assert polled(cycle) == {"Ann": "Company / Sales"}

    def test_a_person_in_several_teams_is_polled_once_in_the_first(self, cycle: Cycle) -> None:
        person("Ann", ("Support / Desk", "member"), ("Sales / North", "member"))
        person("Ben", ("Sales / North", "member"), ("Support / Desk", "member"))
        assert polled(cycle) == {"Ann": "Support / Desk", "Ben": "Sales / North"}

    def test_a_membership_comes_before_leading_another_team(self, cycle: Cycle) -> None:
        person("Lee", ("Sales / North", "leader"), ("Support / Desk", "member"))
        assert polled(cycle) == {"Lee": "Support / Desk"}

    @pytest.mark.parametrize("below", ["Sales / North", "Sales / North / Early"])
    def test_a_leader_does_not_answer_in_or_below_the_own_team(self, cycle: Cycle, below: str) -> None:
        person("Lee", (below, "member"), ("Sales / North", "leader"))
        person("Sal", ("Sales", "leader"))
        person("Sue", ("Support", "member"))
        assert polled(cycle)["Lee"] == "Sales"

    def test_a_leader_of_two_levels_answers_above_both(self, cycle: Cycle) -> None:
        person("Lee", ("Sales / North", "leader"), ("Sales", "leader"))
        person("Sue", ("Support", "member"))
        assert polled(cycle) == {"Lee": "Whole organisation", "Sue": "Support"}

    def test_a_leader_of_everything_is_not_polled_anywhere(self, cycle: Cycle) -> None:
        person("Top", ("Company / Sales", "leader"), ("Company", "leader"), ("Company / Sales", "member"))
        person("Ann", ("Company / Sales", "member"))
        assert polled(cycle) == {"Ann": "Company / Sales"}

    def test_people_who_left_are_not_polled_and_lead_nothing(self, cycle: Cycle) -> None:
        gone = person("Gone", ("Sales", "member"))
        Person.objects.filter(pk=gone.pk).update(active=False)
        person("Ann", ("Sales", "member"))
        assert polled(cycle) == {"Ann": "Sales"}


class TestInvitations:
    def test_each_polled_person_has_one_in_the_unit_of_the_answer(self, cycle: Cycle) -> None:
        factories.make_organisation({"Sales": 0, "Sales / North": 2, "Support": 1})
        count = freeze_organisation(cycle=cycle)
        assert count == 6
        members = set(CycleMember.objects.values_list("team", "person"))
        assert set(Invitation.objects.values_list("team", "person")) == members
        assert len(members) == 6
        assert not Invitation.objects.filter(answered=True).exists()

    def test_without_an_address_it_names_no_person(self, cycle: Cycle) -> None:
        person("Ann", ("Sales", "member"), email="")
        person("Ben", ("Sales", "member"))
        freeze_organisation(cycle=cycle)
        assert set(Invitation.objects.values_list("person__name", flat=True)) == {None, "Ben"}
        assert CycleMember.objects.count() == 2


class TestTree:
    def rows(self, cycle: Cycle) -> list[tuple[str, int, int, int, int]]:
        freeze_organisation(cycle=cycle)
        return [(unit.path, unit.position, unit.last, unit.depth, unit.invited) for unit in cycle.teams.all()]

    def test_units_stand_in_preorder_by_name_with_the_invited_here_and_below(self, cycle: Cycle) -> None:
        factories.make_organisation({"support": 1, "Sales": 0, "Sales / South": 2, "Sales / North": 3})
        assert self.rows(cycle) == [
            ("Whole organisation", 0, 4, 0, 10),
            ("Sales", 1, 3, 1, 7),
            ("Sales / North", 2, 2, 2, 3),
            ("Sales / South", 3, 3, 2, 2),
            ("support", 4, 4, 1, 1),
        ]
        for unit in cycle.teams.select_related("parent"):
            above = unit.path.rpartition(" / ")[0] or "Whole organisation"
            assert (unit.parent.path if unit.parent else None) == (above if unit.position else None)

    def test_the_only_top_team_is_the_root(self, cycle: Cycle) -> None:
        factories.make_organisation({"Company": 0, "Company / Sales": 2})
        assert self.rows(cycle) == [("Company", 0, 1, 0, 3), ("Company / Sales", 1, 1, 1, 2)]

    def test_the_root_has_the_organisations_name(self, cycle: Cycle) -> None:
        Organisation.objects.create(name="Northwind")
        factories.make_organisation({"Sales": 1, "Support": 1})
        assert self.rows(cycle)[0] == ("Northwind", 0, 2, 0, 4)

    def test_teams_without_anybody_in_or_below_them_are_left_out(self, cycle: Cycle) -> None:
        factories.make_team("Sales / Closed last year")
        gone = person("Gone", ("Sales / Empty", "member"))
        Person.objects.filter(pk=gone.pk).update(active=False)
        person("Ann", ("Sales / North", "member"))
        assert [path for path, *_ in self.rows(cycle)] == ["Sales", "Sales / North"]

    def test_nobody_at_all_is_an_empty_organisation(self, cycle: Cycle) -> None:
        assert self.rows(cycle) == [("Whole organisation", 0, 0, 0, 0)]

    def test_later_changes_leave_the_frozen_tree_alone(self, cycle: Cycle) -> None:
        ann = person("Ann", ("Sales / North", "member"))
        before = self.rows(cycle)
        ann.memberships.all().delete()
        factories.join(ann, "Support")
        assert [(unit.path, unit.position, unit.last, unit.depth, unit.invited) for unit in cycle.teams.all()] == before
        assert CycleMember.objects.get().team.path == "Sales / North"
