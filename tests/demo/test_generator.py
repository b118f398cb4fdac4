"""The invented answers look like those of published surveys, and what is planted in them is there."""

from dataclasses import replace

import numpy as np
import pytest

from assessments.demo.generator import Design, Outcome, Survey, TeamPlan, simulate, usual_teams

ITEMS, DIMENSIONS = 4, 10
DIMENSION_OF = tuple(item // ITEMS for item in range(ITEMS * DIMENSIONS))
OUTCOME, LEADERSHIP, RECOGNITION, WELLBEING = 9, 1, 6, 7
DESIGN = Design(dimension_of=DIMENSION_OF)
FOLLOWING = replace(DESIGN, outcome=Outcome(OUTCOME, ((LEADERSHIP, 0.45), (RECOGNITION, 0.25), (WELLBEING, 0.15))))
STILL = replace(DESIGN, slope=0.0, slope_sd=0.0, drift_sd=0.0)


@pytest.fixture(scope="module")
def large() -> Survey:
    return simulate(design=FOLLOWING, teams=usual_teams(teams=600, departments=30, seed=1), seed=2)


def people(survey: Survey, quarter: int = 0, team: int | None = None) -> np.ndarray:
    """(n, J) answers of those who answered, NaN for "cannot say"."""
    who = survey.answered[quarter] & (True if team is None else survey.team == team)
    answers = survey.answers[quarter][who].astype(float)
    return np.where(answers > 0, answers, np.nan)


def by_dimension(answers: np.ndarray) -> np.ndarray:
    """(n, D) means over the items, of people who rated all."""
    complete = answers[~np.isnan(answers).any(axis=1)]
    return complete.reshape(-1, DIMENSIONS, ITEMS).mean(axis=2)


def icc1(scores: np.ndarray, team: np.ndarray) -> float:
    n = np.bincount(team)
    teams, total = (n > 0).sum(), len(scores)
    means = np.bincount(team, scores) / np.maximum(n, 1)
    between = (n * (means - scores.mean()) ** 2)[n > 0].sum() / (teams - 1)
    within = ((scores - means[team]) ** 2).sum() / (total - teams)
    size = (total - (n**2).sum() / total) / (teams - 1)
    return (between - within) / (between + (size - 1) * within)


def alpha(items: np.ndarray) -> float:
    complete = items[~np.isnan(items).any(axis=1)]
    return ITEMS / (ITEMS - 1) * (1 - complete.var(axis=0, ddof=1).sum() / complete.sum(axis=1).var(ddof=1))


class TestItLooksLikeRealSurveys:
    def test_team_sizes_have_a_median_of_ten(self) -> None:
        sizes = [plan.size for plan in usual_teams(teams=600, departments=30, seed=1)]
        assert 9 <= np.median(sizes) <= 11
        assert min(sizes) >= 5
        assert max(sizes) <= 45

    def test_item_means_and_spreads_lie_where_they_should(self, large: Survey) -> None:
        means, spreads = np.nanmean(people(large), axis=0), np.nanstd(people(large), axis=0)
        assert 3.1 <= means.min() <= 3.3
        assert 4.0 <= means.max() <= 4.2
        assert spreads.min() > 0.8
        assert spreads.max() < 1.2

    def test_teams_differ_as_much_as_in_published_data(self, large: Survey) -> None:
        answers = people(large)
        complete = ~np.isnan(answers).any(axis=1)
        scores, team = by_dimension(answers), large.team[large.answered[0]][complete]
        assert 0.05 <= np.mean([icc1(scores[:, at], team) for at in range(DIMENSIONS)]) <= 0.12

    def test_dimensions_go_together_by_a_half(self, large: Survey) -> None:
        correlations = np.corrcoef(by_dimension(people(large)).T)
        assert 0.44 <= np.median(correlations[np.triu_indices(DIMENSIONS, 1)]) <= 0.56

    def test_four_items_are_reliable(self, large: Survey) -> None:
        answers = people(large)
        alphas = [alpha(answers[:, at * ITEMS : (at + 1) * ITEMS]) for at in range(DIMENSIONS)]
        assert min(alphas) > 0.74
        assert max(alphas) < 0.84

    def test_seven_in_ten_answer_and_teams_vary(self, large: Survey) -> None:
        assert 0.66 <= large.answered.mean() <= 0.75
        rates = np.bincount(large.team, large.answered[0]) / np.bincount(large.team)
        assert np.quantile(rates, 0.1) < 0.6
        assert np.quantile(rates, 0.9) > 0.8

    def test_managers_see_their_teams_a_little_too_well(self, large: Survey) -> None:
        answers = people(large)
        overall, team = np.nanmean(answers, axis=1), large.team[large.answered[0]]
        means = np.bincount(team, overall, minlength=600) / np.maximum(np.bincount(team, minlength=600), 1)
        gaps = (large.managers[0].mean(axis=1) - means)[means > 0]
        assert 0.3 <= gaps.mean() <= 0.5
        assert 0.3 <= gaps.std() <= 0.45

    def test_people_mostly_keep_their_opinion(self, large: Survey) -> None:
        same = ~large.joined[1]
        first, second = (large.answers[quarter][same].astype(float).mean(axis=1) for quarter in (0, 1))
        assert 0.5 <= np.corrcoef(first, second)[0, 1] <= 0.8

    def test_three_in_a_hundred_are_replaced_each_quarter(self, large: Survey) -> None:
        assert not large.joined[0].any()
        assert 0.02 <= large.joined[1:].mean() <= 0.04

    def test_a_few_give_one_value_to_everything(self, large: Survey) -> None:
        answers = people(large)
        assert 0.02 <= (np.nanmax(answers, axis=1) == np.nanmin(answers, axis=1)).mean() <= 0.06


class TestWhatIsPlantedIsThere:
    def test_a_team_rises_from_the_fourth_quarter_on(self) -> None:
        survey = simulate(design=STILL, teams=(TeamPlan(0, 200, 1.0, rise=1.0),), seed=3)
        before, after = np.nanmean(people(survey, 2)), np.nanmean(people(survey, 3))
        assert after - before > 0.5

    def test_a_team_may_stand_lower_all_the_time(self) -> None:
        teams = (TeamPlan(0, 200, 1.0), TeamPlan(0, 200, 1.0, level=-1.5))
        survey = simulate(design=STILL, teams=teams, seed=3)
        assert np.nanmean(people(survey, 0, 0)) - np.nanmean(people(survey, 0, 1)) > 0.7

    def test_a_manager_has_a_blind_spot(self) -> None:
        teams = (TeamPlan(0, 200, 1.0, manager_bias=0.0), TeamPlan(0, 200, 1.0, manager_bias=1.2))
        survey = simulate(design=STILL, teams=teams, seed=4)
        gaps = [survey.managers[:, team].mean() - np.nanmean(people(survey, 0, team)) for team in (0, 1)]
        assert gaps[1] - gaps[0] > 0.5

    def test_a_team_is_split_in_halves(self) -> None:
        survey = simulate(design=STILL, teams=(TeamPlan(0, 100, 1.0, split=0.9),), seed=5)
        answers = people(survey)
        assert np.nanmean(answers[::2]) - np.nanmean(answers[1::2]) > 1.0

    def test_everybody_of_a_team_answers(self) -> None:
        survey = simulate(design=STILL, teams=(TeamPlan(0, 50, 1.0), TeamPlan(0, 50)), seed=6)
        assert survey.answered[:, :50].all()
        assert not survey.answered[:, 50:].all()

    def test_the_outcome_follows_leadership_most(self, large: Survey) -> None:
        correlations = np.corrcoef(by_dimension(people(large)).T)[OUTCOME, :OUTCOME]
        assert correlations.argmax() == LEADERSHIP
        assert set(np.argsort(correlations)[-3:]) == {LEADERSHIP, RECOGNITION, WELLBEING}

    def test_some_statements_are_harder_to_say(self) -> None:
        survey = simulate(design=replace(STILL, harder_items=((7, 0.08),)), teams=(TeamPlan(0, 500, 1.0),), seed=7)
        missing = (survey.answers == 0).mean(axis=(0, 1))
        assert missing[7] > 0.06
        assert np.delete(missing, 7).max() < 0.03

    def test_one_team_finds_them_harder_still(self) -> None:
        teams = (TeamPlan(0, 300, 1.0), TeamPlan(0, 300, 1.0, unsure=9.0))
        survey = simulate(design=replace(STILL, harder_items=((7, 0.06),)), teams=teams, seed=7)
        missing = [(survey.answers[:, survey.team == team] == 0).mean(axis=(0, 1)) for team in (0, 1)]
        assert missing[0][7] < 0.1
        assert 0.45 < missing[1][7] < 0.63
        assert np.delete(missing[1], 7).max() < 0.03

    def test_two_of_three_people_of_a_team_are_new_in_one_quarter(self) -> None:
        design = replace(STILL, turnover=0.0)
        survey = simulate(design=design, teams=(TeamPlan(0, 30, renewed_in=4), TeamPlan(0, 30)), seed=7)
        assert survey.joined.sum(axis=1).tolist() == [0, 0, 0, 0, 20, 0]
        assert not survey.joined[:, 30:].any()

    def test_a_team_cannot_be_renewed_after_the_last_quarter(self) -> None:
        design = replace(STILL, turnover=0.0, quarters=2)
        assert not simulate(design=design, teams=(TeamPlan(0, 30, renewed_in=4),), seed=7).joined.any()

    def test_nothing_changes_where_no_change_is_asked_for(self) -> None:
        survey = simulate(design=STILL, teams=usual_teams(teams=20, departments=4, seed=8), seed=8)
        assert np.allclose(survey.level, survey.level[0])

    def test_item_means_can_be_given(self) -> None:
        wanted = (2.8, 3.4, 4.2)
        survey = simulate(design=Design(dimension_of=(0, 1, 2), item_means=wanted), teams=(TeamPlan(0, 9, 1.0),) * 300, seed=9)
        assert np.abs(np.nanmean(people(survey), axis=0) - wanted).max() < 0.12


def test_a_seed_gives_the_same_answers_again() -> None:
    teams = usual_teams(teams=10, departments=2, seed=1)
    first, again, other = (simulate(design=DESIGN, teams=teams, seed=seed) for seed in (5, 5, 6))
    assert (first.answers == again.answers).all()
    assert (first.managers == again.managers).all()
    assert (first.answers != other.answers).any()


def test_answers_are_on_the_scale(large: Survey) -> None:
    assert set(np.unique(large.answers)) == {0, 1, 2, 3, 4, 5}
    assert set(np.unique(large.managers)) <= {1, 2, 3, 4, 5}
