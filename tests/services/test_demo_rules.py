"""The demo holds an example of each rule that hides something: in the rows as stored, and in words on the page."""

import html
import re
from collections import defaultdict
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.test import TestCase
from django.urls import reverse

from assessments.analysis.perception import gap
from assessments.analysis.values import Hidden
from assessments.demo import organisation, texts
from assessments.models import Cycle, CycleTeam, Figure, FigureChange, Item, Participation, Text, Trend, User
from assessments.results.participation import participation_page
from assessments.results.quarters import quarters_of
from assessments.services.demo import HR_EMAIL
from assessments.services.turnout import note_turnout
from tests.demo_snapshot import demo_stands

REASON = "Fewer than 5 answers could be told apart here"
FROM_TEN, FROM_TWENTY = 10, 20  # answers


def members(unit: CycleTeam) -> set[int]:
    return set(unit.members.values_list("person", flat=True))


class TestEachRule(TestCase):
    before: ClassVar[Cycle]
    last: ClassVar[Cycle]

    @classmethod
    def setUpTestData(cls) -> None:
        demo_stands()
        cls.last, cls.before = Cycle.objects.closed()[:2]

    def unit(self, name: str, cycle: Cycle | None = None) -> CycleTeam:
        return (cycle or self.last).teams.get(name=name)

    def figures(self, name: str = "", cycle: Cycle | None = None) -> QuerySet[Figure]:
        found = Figure.objects.filter(team__cycle=cycle or self.last).select_related("team")
        return found.filter(team__name=name) if name else found

    def answered(self, name: str) -> int:
        return Participation.objects.get(team=self.unit(name)).answered

    def page(self, name: str, view: str = "team", cycle: Cycle | None = None) -> str:
        """What HR reads of a team, without the markup."""
        return self.read(reverse(view, args=[self.unit(name, cycle).uid]))

    def read(self, address: str) -> str:
        hr = User.objects.get(email=HR_EMAIL)
        self.client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = self.client.get(address)
        assert answer.status_code == 200
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

    def test_a_team_with_fewer_than_k_answers_has_no_figure(self) -> None:
        name = organisation.TOO_SMALL.name
        assert self.unit(name).invited < self.last.k
        assert not self.figures(name).exists()
        assert not Participation.objects.filter(team__name=name).exists()
        assert REASON in self.page(name)
        assert "They are not lost: they count in Contact centres." in self.page(name)

    def test_a_team_with_enough_answers_gives_its_figures_up_for_a_group_beside_it(self) -> None:
        """What is left of the warehouse is the night shift and three shift leads: at least six are of the night shift."""
        leads = len(organisation.SHIFTS.shifts)
        beside = self.answered(organisation.SHIFTS.name) - self.answered(organisation.EARLY) - self.answered(organisation.LATE)
        assert leads < self.last.k < beside - leads
        assert not self.figures(organisation.NIGHT).exists()
        assert not Participation.objects.filter(team__name=organisation.NIGHT).exists()

    def test_both_read_alike(self) -> None:
        small, night = organisation.TOO_SMALL.name, organisation.NIGHT
        start, end = "Why there are no figures here", "They are not lost: they count in"
        reasons = [self.page(name).partition(start)[2].partition(end)[0] for name in (small, night)]
        assert reasons[0] == reasons[1]
        assert "by subtraction" in reasons[0]
        assert f"{end} {organisation.SHIFTS.name}." in self.page(night)

    def test_practices_are_hidden_that_most_of_a_shown_team_cannot_say(self) -> None:
        name = organisation.UNSURE.name
        shown = set(self.figures(name).filter(kind="practice").values_list("code", flat=True))
        asked = set(self.last.questionnaire.items.values_list("practice__code", flat=True))
        assert asked - shown == {"hire-for-service", "methodical-hiring"}
        assert self.figures(name).filter(kind="overall").exists()
        assert self.figures("Delivery and returns").filter(code__in=asked - shown, n__gte=self.last.k).count() == 2
        assert f"hidden : why? {REASON}. They are not lost: they count in Delivery and returns." in self.page(
            name, "team_practices"
        )

    def test_a_dimension_is_hidden_of_which_fewer_than_half_of_the_practices_are_shown(self) -> None:
        of_hiring = Item.objects.filter(questionnaire=self.last.questionnaire, practice__dimension__code="hiring")
        codes = list(of_hiring.values_list("practice__code", flat=True))
        shown = self.figures(organisation.UNSURE.name)
        assert shown.filter(code__in=codes).values_list("code", flat=True).get() == "people-who-like-people"
        assert len(codes) == 3
        assert not shown.filter(kind="dimension", code="hiring").exists()
        assert shown.filter(kind="dimension").count() == 9

    def test_a_mean_at_either_end_has_no_range_no_gap_and_no_size_of_a_change(self) -> None:
        clipped = self.figures().exclude(op=Figure.Op.IS)
        for op, words in ((Figure.Op.AT_LEAST, "4.6 or more"), (Figure.Op.AT_MOST, "1.4 or less")):
            figures = list(clipped.filter(op=op))
            assert figures
            assert all(figure.low is None and figure.high is None for figure in figures)
            assert all(gap(figure.mean, figure.value(0).mean).points is None for figure in figures)
            assert words in self.page(figures[0].team.name, "team_practices")
        changed = FigureChange.objects.filter(Q(figure__op__in=[">=", "<="]), figure__team__cycle__in=[self.last, self.before])
        assert changed.filter(direction="up").exists()
        assert not changed.exclude(points=None, low=None, high=None).exists()

    def test_five_to_nine_answers_tell_no_shares_and_no_spread_of_their_own(self) -> None:
        few = list(self.figures().filter(n__lt=FROM_TEN))
        assert min(figure.n for figure in few) >= self.last.k
        assert all(figure.share is None and figure.middle is None and not figure.agreement for figure in few)
        widths = defaultdict(list)
        for figure in few:
            if figure.kind == "practice" and figure.low is not None and figure.low > 1 and figure.high < 5:
                widths[figure.code, figure.n, figure.team.invited].append((figure.high - figure.low, figure.spread))
        alike = [found for found in widths.values() if len(found) > 1]
        assert len(alike) > 30
        assert all(len(set(found)) == 1 for found in alike)

    def test_a_share_at_an_end_is_clipped_and_tells_no_classes(self) -> None:
        clipped = self.figures(organisation.RISING.name).filter(share_op=Figure.Op.AT_LEAST)
        assert clipped.filter(share=90).count() == clipped.count() > 5
        assert not clipped.exclude(middle=None, strongly_agree=None, share_low=None).exists()
        assert "90 % or more agree" in self.page(organisation.RISING.name, "team_practices")

    def test_a_side_is_told_in_two_from_twenty_answers_on(self) -> None:
        in_two = self.figures().exclude(strongly_agree=None, strongly_disagree=None)
        assert in_two.exists()
        assert min(in_two.values_list("n", flat=True)) >= FROM_TWENTY
        told = self.figures().filter(n__gte=FROM_TEN, n__lt=FROM_TWENTY).exclude(middle=None)
        assert told.exists()
        assert not told.exclude(strongly_agree=None, strongly_disagree=None).exists()

    def test_texts_of_a_team_stand_one_level_up(self) -> None:
        name = organisation.UNSURE.name
        assert not Text.objects.filter(team__name=name).exists()
        above = Text.objects.filter(team=self.unit("Delivery and returns", self.before))
        assert min(above.filter(question=question).count() for question in Text.Question.values) >= FROM_TEN
        words = "What people of this team wrote, if they did, stands together with the words of Delivery and returns"
        assert words in self.page(name, cycle=self.before)

    def test_texts_of_the_cycle_closed_last_wait_for_hr(self) -> None:
        waiting = Text.objects.filter(team__cycle=self.last)
        assert waiting.exists()
        assert not self.last.texts_released
        assert not waiting.filter(hidden=True).exists()
        seen = self.page("Delivery and returns")
        assert "HR reads the texts first." in seen
        assert not any(one.text in seen for one in waiting)

    def test_one_text_of_each_cycle_before_is_hidden_since_it_named_a_person(self) -> None:
        for cycle in Cycle.objects.closed()[1:]:
            assert cycle.texts_released
            assert Text.objects.get(team__cycle=cycle, hidden=True).text == ""
        assert Text.objects.get(text=texts.NAMES_A_PERSON).team.cycle == self.last
        assert "One text is hidden because it named a person." in self.page("Delivery and returns", cycle=self.before)

    def test_participation_is_not_told_of_too_few_invited_and_after_the_close_of_too_few_answers(self) -> None:
        note_turnout()
        running = Cycle.objects.running()
        assert running is not None
        untold = {row.team.name for row in participation_page(running).rows if row.participation is None}
        assert untold == {organisation.TOO_SMALL.name, organisation.NIGHT}
        closed = {row.team.name: row for row in participation_page(self.last).rows if row.participation is None}
        assert closed["Store 30"].team.invited >= self.last.k
        assert "not told" in self.read(f"{reverse('participation')}?cycle={self.last.slug}")

    def test_shares_wait_for_twenty_answers_where_one_to_k_minus_1_people_came_or_went(self) -> None:
        late = self.unit(organisation.LATE)
        changed = len(members(late) ^ members(self.unit(organisation.LATE, self.before)))
        assert 1 <= changed < self.last.k
        assert FROM_TEN <= self.answered(organisation.LATE) < FROM_TWENTY
        assert not self.figures(organisation.LATE).exclude(share=None, agreement="").exists()
        assert FROM_TEN <= self.answered(organisation.EARLY) < FROM_TWENTY
        assert self.figures(organisation.EARLY).exclude(share=None).exists()
        assert "or twenty where a few people came or went from one cycle to the next" in self.page(
            organisation.LATE, "team_practices"
        )

    def test_nothing_is_compared_across_a_reorganisation(self) -> None:
        name = organisation.RENEWED.name
        now, then = self.unit(name), self.unit(name, self.before)
        assert 2 * len(members(now) & members(then)) < max(len(members(now)), len(members(then)))
        assert not FigureChange.objects.filter(figure__team=now).exists()
        assert FigureChange.objects.filter(figure__team=then).exists()
        assert Trend.objects.filter(figure__team=then).exists()
        assert not Trend.objects.filter(figure__team=now).exists()
        assert [quarter.point.breaks_before for quarter in quarters_of(now)] == [False, False, False, False, True]
        assert "Not compared Too much is different from" in self.page(name)

    def test_a_cycle_without_a_figure_between_two_breaks_the_line(self) -> None:
        points = [quarter.point.figure for quarter in quarters_of(self.unit("Complaints"))]
        assert any(isinstance(figure, Hidden) for figure in points)
        assert "they count in the next larger unit. Not compared:" in self.page("Complaints")

    def test_a_change_that_may_be_chance_is_no_clear_change(self) -> None:
        overall = FigureChange.objects.get(figure__team=self.unit(organisation.SPLIT.name), figure__kind="overall")
        assert overall.direction == "none"
        assert overall.points is None
        assert f"no clear change since {self.before}" in self.page(organisation.SPLIT.name)
