"""Changes and trends: between the same people who were asked the same, from displayed figures, and only where they are shown."""

import datetime
from collections.abc import Sequence

import pytest

from assessments.models import Cycle, Figure, FigureChange, Item, Membership, Person, Questionnaire, Team, Trend
from assessments.models.clock import clock_set_to, today
from assessments.services.closing import close_cycle
from assessments.services.comparing import comparable_units, nearly_same_units
from tests import factories

pytestmark = pytest.mark.django_db
SALES, DESK = "Sales", "Desk"
QUARTER = datetime.timedelta(days=91)


@pytest.fixture
def people(db: None) -> None:
    factories.make_organisation({SALES: 14, DESK: 6})


def hold(name: str, answers: dict[str, Sequence[int | dict[str, int]]], questionnaire: Questionnaire | None = None) -> Cycle:
    """A cycle at the quarter that its name gives, answered and closed."""
    number = int(name[-1])
    with clock_set_to(today() + (number - 9) * QUARTER):
        cycle = factories.make_cycle(name, questionnaire=questionnaire)
        for team, values in answers.items():
            factories.answer(cycle, team, values)
        close_cycle(cycle=cycle, now=True)
    return cycle


def change_of(cycle: Cycle, team: str, kind: str = "overall", code: str = "") -> FigureChange | None:
    figure = Figure.objects.get(team__cycle=cycle, team__path=team, kind=kind, code=code)
    return FigureChange.objects.filter(figure=figure).first()


LOW, HIGH = [2, 3, 3, 2, 3, 3, 2, 3, 3, 2, 3, 3], [4, 4, 3, 4, 4, 4, 3, 4, 4, 4, 4, 3]


class TestChange:
    def test_a_first_cycle_has_none(self, people: None) -> None:
        hold("Q1", {SALES: LOW})
        assert not FigureChange.objects.exists()

    def test_a_clear_rise_is_said_with_its_points_and_range(self, people: None) -> None:
        first = hold("Q1", {SALES: LOW})
        change = change_of(hold("Q2", {SALES: HIGH}), SALES)
        # 3.8 - 2.7 as displayed, whatever lies behind the rounding.
        assert change is not None
        assert (change.direction, str(change.points), change.since, change.n_before) == ("up", "1.1", first, 12)
        assert change.low < change.points < change.high
        assert 0 < change.visible < 2

    def test_the_same_answers_are_no_clear_change_and_carry_no_number(self, people: None) -> None:
        hold("Q1", {SALES: LOW})
        change = change_of(hold("Q2", {SALES: LOW}), SALES)
        assert change is not None
        assert (change.direction, change.points, change.low, change.high) == ("none", None, None, None)

    def test_where_a_mean_is_clipped_only_the_word_is_said(self, people: None) -> None:
        hold("Q1", {SALES: LOW})
        change = change_of(hold("Q2", {SALES: [5] * 12}), SALES)
        assert change is not None
        assert (change.direction, change.points, change.low) == ("up", None, None)

    def test_a_quarter_between_in_which_the_team_was_hidden_leaves_nothing_to_compare(self, people: None) -> None:
        hold("Q1", {SALES: LOW, DESK: [3] * 6})
        hold("Q2", {SALES: LOW, DESK: [3] * 2})
        assert change_of(hold("Q3", {SALES: LOW, DESK: [5, 5, 5, 4, 4, 4]}), DESK) is None

    def test_practices_need_ten_answers_in_both_quarters(self, people: None) -> None:
        hold("Q1", {SALES: LOW, DESK: [2] * 6})
        cycle = hold("Q2", {SALES: HIGH, DESK: [4, 4, 4, 4, 3, 4]})
        practice = "kind-to-each-other"
        assert change_of(cycle, SALES, "practice", practice) is not None
        assert change_of(cycle, DESK, "practice", practice) is None
        assert change_of(cycle, DESK) is not None


class TestComparable:
    def test_a_team_with_half_of_its_people_changed_is_compared_and_with_more_it_is_not(self, people: None) -> None:
        first = hold("Q1", {SALES: LOW})
        members = list(Person.objects.filter(memberships__team__path=SALES, memberships__role="member").order_by("pk"))
        for leaver in members[:7]:
            Membership.objects.filter(person=leaver).delete()
            factories.make_person(SALES)
        half = hold("Q2", {SALES: LOW})
        assert half.teams.get(path=SALES).pk in comparable_units(half, first)
        Membership.objects.filter(person=members[7]).delete()
        factories.make_person(SALES)
        more = hold("Q3", {SALES: LOW})
        assert more.teams.get(path=SALES).pk not in comparable_units(more, first)
        assert more.teams.get(path=SALES).pk in comparable_units(more, half)

    def test_another_team_of_the_same_name_is_another_team(self, people: None) -> None:
        first = hold("Q1", {SALES: LOW})
        Team.objects.filter(path=DESK).update(name="Counter", path="Counter")
        second = hold("Q2", {SALES: LOW})
        # Renamed it is still the same team.
        assert second.teams.get(path="Counter").pk in comparable_units(second, first)

    def test_a_reworded_statement_is_not_compared_nor_what_rests_on_it(self, people: None) -> None:
        hold("Q1", {SALES: LOW})
        old = factories.quarterly_check()
        new = Questionnaire.objects.create(code=old.code, version=2, title=old.title)
        items = list(old.items.select_related("practice__dimension"))
        reworded = items[0]
        for item in items:
            text = "Something else." if item == reworded else item.team
            Item.objects.create(questionnaire=new, practice=item.practice, position=item.position, team=text, manager=item.manager)
        cycle = hold("Q2", {SALES: HIGH}, questionnaire=new)
        assert change_of(cycle, SALES, "practice", reworded.practice.code) is None
        assert change_of(cycle, SALES, "dimension", reworded.practice.dimension.code) is None
        assert change_of(cycle, SALES) is None
        other = next(item for item in items if item.practice.dimension != reworded.practice.dimension)
        assert change_of(cycle, SALES, "dimension", other.practice.dimension.code) is not None


class TestTrend:
    STEPS = ([2, 3, 3, 2, 3, 3] * 2, [3] * 10 + [2, 4], [3, 4, 3, 4, 3, 3] * 2, [4] * 10 + [3, 5])

    def test_it_needs_four_quarters(self, people: None) -> None:
        for number, answers in enumerate(self.STEPS[:3], start=1):
            hold(f"Q{number}", {SALES: answers})
        assert not Trend.objects.exists()

    def test_it_says_points_per_quarter_with_a_range(self, people: None) -> None:
        cycles = [hold(f"Q{number}", {SALES: answers}) for number, answers in enumerate(self.STEPS, start=1)]
        trend = Trend.objects.get(figure__team__path=SALES, figure__kind="overall")
        assert trend.figure.team.cycle == cycles[-1]
        assert trend.cycles == 4
        assert 0 < trend.low < trend.slope < trend.high
        assert 0.2 < trend.slope < 0.7

    def test_a_quarter_that_cannot_be_compared_ends_it(self, people: None) -> None:
        for number, answers in enumerate(self.STEPS, start=1):
            hold(f"Q{number}", {SALES: answers[:3] if number == 2 else answers})
        assert not Trend.objects.filter(figure__team__path=SALES).exists()


class TestNearlyTheSamePeople:
    def replace(self, number: int) -> None:
        members = Person.objects.filter(memberships__team__path=SALES, memberships__role="member").order_by("pk")
        for leaver in list(members[:number]):
            Membership.objects.filter(person=leaver).delete()
            factories.make_person(SALES)

    def units(self, cycle: Cycle, before: Cycle) -> set[str]:
        return {cycle.teams.get(position=position).path for position in nearly_same_units(cycle, before)}

    def test_one_person_exchanged_makes_a_unit_nearly_the_same_and_those_above_it_too(self, people: None) -> None:
        first = hold("Q1", {SALES: LOW})
        self.replace(1)
        second = hold("Q2", {SALES: LOW})
        assert SALES in self.units(second, first)
        assert DESK not in self.units(second, first)
        assert len(self.units(second, first)) == 2

    def test_as_many_as_k_who_came_or_went_are_enough(self, people: None) -> None:
        first = hold("Q1", {SALES: LOW})
        self.replace(3)
        assert not self.units(hold("Q2", {SALES: LOW}), first)

    def test_its_share_waits_for_twenty_answers(self, people: None) -> None:
        hold("Q1", {SALES: LOW})
        first = Figure.objects.filter(team__path=SALES, kind="practice").exclude(share=None).count()
        self.replace(1)
        cycle = hold("Q2", {SALES: LOW})
        assert first > 0
        assert not Figure.objects.filter(team__cycle=cycle, team__path=SALES).exclude(share=None).exists()
