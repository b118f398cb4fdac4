"""How figures are made: every number of the page, computed again by the product's own functions and by hand."""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from django.conf import settings

from assessments.analysis import agreement, change, comparison, distribution, drivers, quality, shares, summary, values
from assessments.analysis.disclosure import printable
from assessments.analysis.means import mean_ci_moderated, moderated_variance, squared_error, stratified_mean_fpc, t_quantile
from assessments.analysis.scoring import Ballots, Units, index_of, score
from assessments.models import Cycle, Driver, DriverModel, Participation, Quality
from assessments.results import methods
from assessments.results.limits import Limits
from assessments.results.methods import Examples, Turnouts, methods_page
from assessments.services.measuring import NO_OUTCOME

ONE = Examples()
LIMITS = Limits(k=5)


def rounded(value: float, like: Decimal) -> Decimal:
    """To as many decimals as the printed number has."""
    return Decimal(repr(round(value, 12))).quantize(like, ROUND_HALF_UP)


def area(density: Callable[[float], float], low: float, high: float, steps: int = 400) -> float:
    """Simpson's rule."""
    width = (high - low) / steps
    inner = sum((4 if at % 2 else 2) * density(low + at * width) for at in range(1, steps))
    return width / 3 * (density(low) + inner + density(high))


def beyond(t: float, freedom: float) -> float:
    """How often Student's t lies beyond ±t, from its density alone."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    return 1 - 2 * area(lambda x: scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2), 0, abs(t))


def printed(*teams: tuple[int, Sequence[int]]) -> list[values.Shown]:
    """What the close prints of one practice: of a department first, then of its teams, each so many invited with these answers."""
    unit = [at for at, (_invited, answers) in enumerate(teams, start=1) for _ in answers]
    given = [answer for _invited, answers in teams for answer in answers]
    units = Units((-1, *[0] * len(teams)), (0, *(invited for invited, _answers in teams)))
    ballots = Ballots(np.array(unit, dtype=np.int64), np.array(given, dtype=np.int8)[:, None])
    found = score(units, ballots, [0], k=5, own_spread_from=settings.OWN_SPREAD_FROM)
    return [found.practice[at, 0] for at in range(len(teams) + 1)]


class TestMeanExample:
    one = ONE.mean

    def test_its_sums_are_those_of_its_answers(self) -> None:
        assert self.one.n == len(self.one.answers)
        assert self.one.total == sum(self.one.answers)
        assert self.one.squares == sum(answer * answer for answer in self.one.answers)

    def test_each_step_follows_from_the_printed_ones_before(self) -> None:
        one, n = self.one, self.one.n
        assert rounded(one.total / n, one.mean) == one.mean
        assert rounded((one.squares - one.total**2 / n) / (n - 1), one.variance) == one.variance
        assert one.freedom == LIMITS.prior_weight + n - 1
        drawn = (LIMITS.prior_weight * one.pooled + (n - 1) * one.variance) / one.freedom
        assert rounded(float(drawn), one.moderated) == one.moderated
        assert rounded(1 - n / one.invited, one.left) == one.left
        assert rounded(math.sqrt(one.left * one.moderated / n), one.error) == one.error
        assert beyond(float(one.t), one.freedom) == pytest.approx(0.05, abs=5e-5)
        assert rounded(float(one.t * one.error), one.half) == one.half
        assert math.ceil(float(one.half) * 10) / 10 == float(one.printed_half)  # rounded up
        assert (one.low, one.high) == (one.printed - one.printed_half, one.printed + one.printed_half)

    def test_the_product_makes_the_same_of_it(self) -> None:
        one = self.one
        found = mean_ci_moderated(one.answers, one.invited, float(one.pooled), LIMITS.prior_weight)
        assert rounded(found.mean, one.mean) == one.mean
        assert rounded(found.variance, one.moderated) == one.moderated
        assert rounded(found.se, one.error) == one.error
        assert found.df == one.freedom
        assert rounded(float(np.var(one.answers, ddof=1)), one.variance) == one.variance
        assert rounded(float(t_quantile(one.freedom)), one.t) == one.t
        assert rounded(float(t_quantile(found.df)) * found.se, one.half) == one.half
        assert printable(found.mean).value == one.printed
        drawn = moderated_variance(float(np.var(one.answers, ddof=1)), one.n, float(one.pooled), LIMITS.prior_weight)
        assert rounded(float(drawn), one.moderated) == one.moderated

    def test_the_close_prints_this_mean_and_this_range(self) -> None:
        one = self.one
        assert one.pooled == LIMITS.fallback_practice  # what a single team gets lent
        _department, team = printed((one.invited, one.answers))
        assert team.mean == values.Mean(one.printed)
        assert team.interval == values.Interval(one.low, one.high)
        assert (team.n, team.invited) == (one.n, one.invited)


class TestShareExample:
    one, of = ONE.share, ONE.mean

    def test_each_step_follows_from_the_printed_ones_before(self) -> None:
        one, n, invited = self.one, self.of.n, self.of.invited
        assert one.agree == sum(answer >= 4 for answer in self.of.answers)
        assert rounded(100 * one.agree / n, one.exact) == one.exact
        assert one.printed == 5 * round(float(one.exact) / 5)
        assert one.rest == 100 - one.printed
        assert rounded(n * (invited - 1) / (invited - n), one.size) == one.size
        p, z, size = one.printed / 100, float(one.z), float(one.size)
        scale = 1 + z * z / size
        assert rounded(100 * (p + z * z / (2 * size)) / scale, one.middle) == one.middle
        half = z * math.sqrt(p * (1 - p) / size + z * z / (4 * size**2)) / scale
        assert rounded(100 * half, one.half) == one.half
        assert (one.low, one.high) == (round(one.middle - one.half), round(one.middle + one.half))
        assert math.erf(z / math.sqrt(2)) == pytest.approx(0.95, abs=5e-5)

    def test_the_product_makes_the_same_of_it(self) -> None:
        found = shares.wilson(self.one.printed / 100 * self.of.n, self.of.n, population=self.of.invited)
        assert (round(100 * found.lower), round(100 * found.upper)) == (self.one.low, self.one.high)
        assert rounded(50 * (found.lower + found.upper), self.one.middle) == self.one.middle
        assert rounded(50 * (found.upper - found.lower), self.one.half) == self.one.half

    def test_the_close_prints_this_share_and_this_range(self) -> None:
        _department, team = printed((self.of.invited, self.of.answers))
        assert team.share == values.Share(self.one.printed, low=self.one.low, high=self.one.high)


class TestFewExample:
    one = ONE.few

    def test_each_step_follows_from_the_printed_ones_before(self) -> None:
        one = self.one
        assert one.n < settings.OWN_SPREAD_FROM
        assert Decimal(one.total) / one.n == one.printed
        assert rounded(math.sqrt((1 - one.n / one.invited) * float(one.pooled) / one.n), one.error) == one.error
        assert beyond(float(one.t), one.freedom) == pytest.approx(0.05, abs=1e-4)
        assert rounded(float(one.t * one.error), one.half) == one.half
        assert rounded(float(one.half), one.printed_half) == one.printed_half
        assert (one.low, one.high) == (one.printed - one.printed_half, one.printed + one.printed_half)

    def test_the_product_makes_the_same_of_it(self) -> None:
        one = self.one
        assert rounded(math.sqrt(squared_error(float(one.pooled), one.n, one.invited)), one.error) == one.error
        assert rounded(float(t_quantile(one.freedom)), one.t) == one.t

    @pytest.mark.parametrize(
        "answers", [(3, 3, 3, 4, 4, 4), (2, 3, 3, 4, 4, 5), (1, 1, 4, 5, 5, 5)], ids=["alike", "mixed", "split"]
    )
    def test_the_close_prints_this_range_however_the_answers_lie(self, answers: tuple[int, ...]) -> None:
        one = self.one
        assert sum(answers) == one.total
        # 55 other teams of six fill the degrees of freedom; their variances of 0.8 and 1.2 average to the pooled one.
        others = [(10, (2, 2, 3, 3, 4, 4)), (10, (2, 2, 2, 4, 4, 4))]
        teams = [(one.invited, answers), *others * 27, others[0]]
        assert sum(len(given) - 1 for _invited, given in teams) == one.freedom
        _department, team, *_others = printed(*teams)
        assert team.mean == values.Mean(one.printed)
        assert team.interval == values.Interval(one.low, one.high)


@pytest.mark.parametrize("one", [ONE.team_change, ONE.department_change], ids=["team", "department"])
class TestChangeExamples:
    def test_each_step_follows_from_the_printed_ones_before(self, one: methods.ChangeExample) -> None:
        first, second = float(one.spread_before) ** 2 / one.n_before, float(one.spread_now) ** 2 / one.n_now
        assert one.now - one.before == one.difference
        assert rounded(math.sqrt(first + second), one.error) == one.error
        assert rounded(float(one.difference / one.error), one.t) == one.t
        freedom = (first + second) ** 2 / (first**2 / (one.n_before - 1) + second**2 / (one.n_now - 1))
        assert round(freedom) == one.freedom
        assert rounded(beyond(float(one.t), one.freedom), one.p) == one.p
        assert beyond(float(one.t95), one.freedom) == pytest.approx(0.05, abs=1e-4)
        half = float(one.t95 * one.error)
        assert rounded(float(one.difference) - half, one.low) == one.low
        assert rounded(float(one.difference) + half, one.high) == one.high
        assert one.clear == (one.p < Decimal("0.05") and one.difference >= LIMITS.clear_change)

    def test_the_product_makes_the_same_of_it(self, one: methods.ChangeExample) -> None:
        now, before = float(one.spread_now) ** 2, float(one.spread_before) ** 2
        found = change.welch(float(one.now), now, one.n_now, float(one.before), before, one.n_before)
        assert found.t is not None
        assert found.df is not None
        assert found.lower is not None
        assert found.upper is not None
        assert (rounded(found.t, one.t), round(found.df), rounded(found.p, one.p)) == (one.t, one.freedom, one.p)
        assert rounded(float(t_quantile(found.df)), one.t95) == one.t95
        assert (rounded(found.lower, one.low), rounded(found.upper, one.high)) == (one.low, one.high)
        spread = math.sqrt((now + before) / 2)
        assert rounded(change.smallest_visible_change(one.n_before, one.n_now, spread), one.visible) == one.visible

    def test_the_close_says_the_same_in_words(self, one: methods.ChangeExample) -> None:
        points = [
            change.Point(values.Mean(mean), n, float(spread))
            for mean, n, spread in ((one.before, one.n_before, one.spread_before), (one.now, one.n_now, one.spread_now))
        ]
        (found,) = change.changes(points[:1], points[1:], minimum=change.PRACTICE_FROM)
        assert found.direction == ("up" if one.clear else "none")
        assert (found.points, found.low, found.high) == ((one.difference, one.low, one.high) if one.clear else (None, None, None))


class TestDepartmentExample:
    one = ONE.department

    def test_each_step_follows_from_the_printed_ones_before(self) -> None:
        one = self.one
        for total, n, mean in zip(one.totals, one.n, one.means, strict=True):
            assert rounded(total / n, mean) == mean
        assert one.people == sum(one.invited)
        weighted = sum(invited * mean for invited, mean in zip(one.invited, one.means, strict=True)) / one.people
        assert rounded(float(weighted), one.mean) == one.mean
        assert rounded(float(one.mean), one.printed) == one.printed
        assert rounded(sum(one.totals) / sum(one.n), one.by_answers) == one.by_answers

    def test_its_first_team_is_the_one_of_the_first_example(self) -> None:
        first = ONE.mean
        assert (self.one.invited[0], self.one.n[0], self.one.totals[0]) == (first.invited, first.n, first.total)

    def test_the_close_prints_this_mean(self) -> None:
        one = self.one
        second = [3] * one.n[1]
        assert sum(second) == one.totals[1]
        department, *_teams = printed((one.invited[0], ONE.mean.answers), (one.invited[1], second))
        assert department.mean == values.Mean(one.printed)
        assert (department.n, department.invited) == (sum(one.n), one.people)
        strata = [0] * one.n[0] + [1] * one.n[1]
        again = stratified_mean_fpc([*ONE.mean.answers, *second], strata, dict(enumerate(one.invited)))
        assert rounded(again.mean, one.mean) == one.mean


class TestSmallestVisible:
    @pytest.mark.parametrize(("n", "points"), methods.SMALLEST_VISIBLE)
    def test_the_product_makes_the_same_of_it(self, n: int, points: Decimal) -> None:
        assert rounded(change.smallest_visible_change(n, n, float(methods.PERSON_SPREAD)), points) == points

    @pytest.mark.parametrize(("n", "points"), methods.SMALLEST_VISIBLE)
    def test_four_of_five_such_changes_are_seen(self, n: int, points: Decimal) -> None:
        """Power by plain arithmetic: over all spreads that may be found, how often t lies beyond its 5 % value."""
        freedom = 2 * n - 2
        needed = bisect_left(range(3000), -0.05, key=lambda t: -beyond(t / 1000, freedom)) / 1000
        shift = float(points) / (float(methods.PERSON_SPREAD) * math.sqrt(2 / n))

        def weight(spread: float) -> float:
            log = (freedom - 1) * math.log(spread) - freedom * spread**2 / 2 + freedom / 2 * math.log(freedom / 2)
            return 2 * math.exp(log - math.lgamma(freedom / 2)) * 0.5 * math.erfc((needed * spread - shift) / math.sqrt(2))

        assert area(weight, 1e-9, 4) == pytest.approx(0.80, abs=0.01)


class TestLimits:
    def test_the_page_states_the_limits_that_the_product_goes_by(self) -> None:
        one = LIMITS
        assert one.own_spread_from == settings.OWN_SPREAD_FROM
        assert (one.prior_weight, one.teams_to_pool) == (summary.PRIOR_WEIGHT, summary.TEAMS_TO_POOL)
        assert one.five_classes_from == shares.FIVE_CLASSES_FROM
        assert (one.shares_from, one.share_lowest, one.share_highest) == (shares.SHARES_FROM, shares.LOWEST, shares.HIGHEST)
        assert (one.dimension_change_from, one.practice_change_from) == (change.DIMENSION_FROM, change.PRACTICE_FROM)
        assert float(one.clear_change) == change.CLEAR_FROM
        assert change.CLEAR_BELOW == 0.05
        assert (float(one.close_to), float(one.mixed_to)) == (agreement.CLOSE_TO, agreement.MIXED_TO)
        compared = (comparison.PERSONS_TO_COMPARE, comparison.TEAMS_TO_COMPARE, comparison.RELIABLE_FROM)
        assert (one.persons_to_compare, one.teams_to_compare, float(one.reliable_from)) == compared
        assert (one.persons_to_compare, one.raters_from) == (quality.ALPHA_FROM, quality.RATERS_FROM)
        assert (one.band_sure, comparison.DRAWS) == (100 * comparison.SURE_FROM, 2000)

    def test_the_page_states_what_a_driver_needs(self) -> None:
        one = LIMITS
        assert (one.driver_persons, one.driver_persons_each) == (drivers.PERSONS_FROM, drivers.PERSONS_PER_PREDICTOR)
        assert (one.driver_r2, one.driver_sure) == (100 * drivers.CLEAR_R2, 100 * drivers.SURE)
        assert (one.driver_draws, one.teams_to_draw) == (settings.DRIVER_DRAWS, drivers.TEAMS_TO_DRAW)

    def test_a_gap_is_clear_from_the_stated_point_on(self) -> None:
        assert values.Gap(Decimal(4), LIMITS.clear_gap).clear
        assert not values.Gap(Decimal(4), LIMITS.clear_gap - Decimal("0.1")).clear

    def test_a_small_organisation_borrows_the_stated_spread(self) -> None:
        answers = np.array([[3, 4], [4, 4], [3, 5], [5, 3], [4, 4], [3, 3]], dtype=np.int8)
        found = score(Units((-1,), (8,)), Ballots(np.zeros(6, dtype=np.int64), answers), [0, 0], k=5, own_spread_from=10)
        assert found.spread[0, "practice", 0] == LIMITS.fallback_practice
        assert found.spread[0, "dimension", 0] == rounded(math.sqrt(LIMITS.fallback_dimension), Decimal("0.01"))

    def test_a_mean_at_an_end_counts_as_stated(self) -> None:
        assert index_of([values.Mean(Decimal("4.6"), ">="), values.Mean(Decimal("3.0"))]).value == Decimal("3.9")
        assert index_of([values.Mean(Decimal("1.4"), "<="), values.Mean(Decimal("3.0"))]).value == Decimal("2.1")
        assert distribution.MIDDLE_OF_CLIPPED == {"=": None, ">=": 95, "<=": 5}


class TestSentences:
    def test_there_is_one_for_each_reason_not_to_compare_teams(self) -> None:
        assert set(methods.NOT_COMPARED) == {str(reason) for reason in comparison.Obstacle}

    def test_there_is_one_for_each_reason_to_name_no_driver(self) -> None:
        assert set(methods.WITHHELD) == {str(reason) for reason in drivers.Withheld} | {NO_OUTCOME}

    def test_they_state_the_limits_that_the_product_goes_by(self) -> None:
        for code, number in (("too few teams", LIMITS.teams_to_compare), ("too few persons", LIMITS.persons_to_compare)):
            assert f"fewer than {number} " in str(methods.NOT_COMPARED[code][1])
        assert f"fewer than {LIMITS.driver_persons} " in str(methods.WITHHELD["too few persons"])
        assert f"{LIMITS.driver_persons_each} people" in str(methods.WITHHELD["too few persons for so many dimensions"])
        assert f"less than {LIMITS.driver_r2} %" in str(methods.WITHHELD["no clear drivers"])

    @pytest.mark.parametrize(
        ("alpha", "words"),
        [
            ("0.80", "holds together well"),
            ("0.79", "holds together"),
            ("0.70", "holds together"),
            ("0.69", "tolerable"),
            ("0.65", "tolerable"),
            ("0.64", "loosely"),
            ("-0.20", "loosely"),
        ],
    )
    def test_alpha_has_a_word(self, alpha: str, words: str) -> None:
        numbers = (Decimal(alpha), None, None, None, None, None)
        assert str(methods.Measured("Kindness", 3, 60, *numbers, obstacle="").holds_together) == words

    @pytest.mark.parametrize(
        ("r2", "words"), [("0.60", "more than half"), ("0.47", "about half"), ("0.25", "about a third"), ("0.10", "a small part")]
    )
    def test_what_is_explained_has_words(self, r2: str, words: str) -> None:
        assert str(methods.Together("Commitment", "", r2=Decimal(r2)).explained) == words

    @pytest.mark.parametrize(("before", "differ"), [(80, False), (81, True), (40, False), (39, True)])
    def test_a_turnout_differs_beyond_twenty_points(self, before: int, *, differ: bool) -> None:
        assert Turnouts(values.Participation(60, 100), values.Participation(before, 100), None).differ == differ


class TestPage:
    def page(self, cycle: Cycle, *, reads_everything: bool = True) -> methods.MethodsPage:
        return methods_page(cycle, [cycle], reads_everything=reads_everything)

    def store_drivers(self, cycle: Cycle, *rows: tuple[str, int, bool]) -> None:
        DriverModel.objects.filter(cycle=cycle).delete()
        model = DriverModel.objects.create(cycle=cycle, r2=Decimal("0.47"), persons=300, teams=30)
        for rank, (code, share, sure) in enumerate(rows, start=1):
            Driver.objects.create(model=model, code=code, share=share, rank=rank, best=1, worst=4, sure=sure)

    def test_rows_follow_the_questionnaire_and_end_with_the_whole(self, closed_cycle: Cycle) -> None:
        titles = [row.title for row in self.page(closed_cycle).measured]
        assert (titles[0], titles[-1], len(titles)) == ("Kindness", "Overall", 11)

    def test_what_is_hidden_tells_not_even_how_many_answered(self, closed_cycle: Cycle) -> None:
        closed_cycle.teams.get(position=0).figures.filter(kind="dimension", code="kindness").delete()
        assert "Kindness" not in [row.title for row in self.page(closed_cycle).measured]

    def test_each_reason_stands_once(self, closed_cycle: Cycle) -> None:
        Quality.objects.filter(cycle=closed_cycle).update(no_bands="too alike")
        assert self.page(closed_cycle).obstacles == (methods.NOT_COMPARED["too alike"][1],)

    def test_only_those_who_read_everything_learn_what_goes_together(self, closed_cycle: Cycle) -> None:
        self.store_drivers(closed_cycle, ("recognition", 24, True))
        assert self.page(closed_cycle, reads_everything=False).together is None
        together = self.page(closed_cycle).together
        assert together is not None
        assert [row.title for row in together.rows] == ["Recognition"]

    def test_it_names_those_rated_lowest_of_the_sure_ones(self, closed_cycle: Cycle) -> None:
        self.store_drivers(closed_cycle, ("recognition", 24, True), ("hiring", 20, True), ("training", 5, False))
        whole = closed_cycle.teams.get(position=0)
        whole.figures.filter(code="recognition").update(mean="3.1")
        whole.figures.filter(code="hiring").update(mean="3.4")
        whole.figures.filter(code="training").update(mean="2.0")
        together = self.page(closed_cycle).together
        assert together is not None
        assert [row.title for row in together.first_to_look_at] == ["Recognition"]
        whole.figures.filter(code="hiring").update(mean="3.1")
        alike = self.page(closed_cycle).together
        assert alike is not None
        assert alike.first_to_look_at == ()

    def test_a_withheld_study_has_no_numbers(self, closed_cycle: Cycle) -> None:
        together = self.page(closed_cycle).together
        assert together is not None
        assert together.withheld == methods.WITHHELD["too few persons"]
        assert (together.rows, together.r2, together.persons) == ((), None, None)

    def test_a_cycle_closed_before_this_was_studied_says_so(self, closed_cycle: Cycle) -> None:
        DriverModel.objects.all().delete()
        together = self.page(closed_cycle).together
        assert together is not None
        assert together.withheld == methods.NOT_STUDIED

    def test_turnout_is_compared_with_the_closed_cycle_before(self, closed_cycle: Cycle) -> None:
        last_day = closed_cycle.closes.replace(year=closed_cycle.closes.year - 1)
        before = Cycle.objects.create(
            name="Before",
            slug="before",
            questionnaire=closed_cycle.questionnaire,
            opens=last_day,
            closes=last_day,
            k=5,
            state="closed",
        )
        unit = before.teams.create(name="All", path="All", position=0, last=0, depth=0, invited=25)
        Participation.objects.create(team=unit, answered=10, invited=25)
        turnouts = self.page(closed_cycle).turnouts
        assert turnouts is not None
        assert (turnouts.cycle_before, turnouts.before) == (before, values.Participation(10, 25))
        assert turnouts.differ
        assert replace(turnouts, before=None).differ is False

    def test_without_a_closed_cycle_there_are_rules_and_examples_only(self) -> None:
        page = methods_page(None, [], reads_everything=True)
        assert (page.measured, page.turnouts, page.together, page.is_published) == ((), None, None, False)
        assert page.limits.k == settings.MINIMUM_GROUP
