"""Where figures together would tell what a clip leaves open, the group behind it counts as a little less unanimous."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis import scoring
from assessments.analysis.attack import narrowed
from assessments.analysis.scoring import Scores
from tests.analysis.organisations import DIMENSION_OF, K, Polled, cells_of, random_organisation


def polled(*groups: list[int]) -> Polled:
    """A whole with one team for each list of answers, which everybody gives to every practice; everybody answered."""
    values = np.array([value for group in groups for value in group], dtype=np.int8)
    sizes = (0, *map(len, groups))
    return Polled((-1, *[0] * len(groups)), sizes, sizes, np.repeat(values[:, None], len(DIMENSION_OF), axis=1))


def told(organisation: Polled) -> list[object]:
    """What subtraction tells of any practice beyond a clip."""
    scores = organisation.scores()
    return [
        one
        for practice in range(len(DIMENSION_OF))
        for shares in (False, True)
        for one in narrowed(organisation.parent, organisation.invited, cells_of(scores, practice), K, shares=shares)
    ]


def as_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch it off."""
    monkeypatch.setattr(scoring, "eased_means", lambda _parent, _invited, _answers, _shown, practices, _k: practices)
    monkeypatch.setattr(scoring, "eased_counts", lambda _parent, _invited, counts, _told, _k: counts)


def means(scores: Scores) -> list[tuple[Decimal, str]]:
    return [(scores.practice[unit, 0].mean.value, scores.practice[unit, 0].mean.op) for unit in sorted(scores.overall)]


THREES = [3] * 10
FIVES = [5] * 10


class TestMeans:
    def test_the_whole_says_less_of_a_team_in_which_all_chose_five(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole, threes, fives = means(polled(THREES, FIVES).scores())
        assert (threes, fives) == ((Decimal("3.0"), "="), (Decimal("4.6"), ">="))
        assert whole == (Decimal("3.8"), "=")  # ten answers of 4.6, the fewest that the clip stands for
        as_answered(monkeypatch)
        assert means(polled(THREES, FIVES).scores())[0] == (Decimal("4.0"), "=")

    def test_at_the_low_end_it_is_the_other_way_round(self) -> None:
        whole, _threes, ones = means(polled(THREES, [1] * 10).scores())
        assert (whole, ones) == ((Decimal("2.2"), "="), (Decimal("1.4"), "<="))

    def test_people_who_answer_directly_in_a_department_are_kept_as_well(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = Polled((-1, 0), (10, 10), (10, 10), np.repeat(np.array([[5]] * 10 + [[3]] * 10, dtype=np.int8), 6, axis=1))
        assert told(whole) == []
        as_answered(monkeypatch)
        assert told(whole)

    def test_where_nothing_can_be_told_figures_are_what_was_answered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Half of the team chose 4, so many answers may lie behind its "4.6 or more".
        mixed = polled(THREES, [5] * 6 + [4] * 4)
        found = mixed.scores()
        as_answered(monkeypatch)
        assert mixed.scores() == found


class TestShares:
    def test_a_team_in_which_all_agree_counts_as_if_one_did_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        halves = polled([2] * 5 + [4] * 5, [4] * 10)
        share = halves.scores().practice[0, 0].share
        assert share is not None
        as_answered(monkeypatch)
        before = halves.scores().practice[0, 0].share
        assert before is not None
        assert (before.value, share.value) == (75, 70)

    def test_and_one_in_which_nobody_does_as_if_one_did(self) -> None:
        halves = polled([2] * 5 + [4] * 5, [2] * 10)
        assert halves.scores().practice[0, 0].share.value == 30
        assert told(halves) == []


def unanimous(organisation: Polled) -> Polled:
    """Every second unit chooses 5 throughout, so that clips are under attack everywhere."""
    answers = organisation.answers.copy()
    answers[organisation.unit % 2 == 0] = 5
    return Polled(organisation.parent, organisation.invited, organisation.counts, answers)


@pytest.mark.parametrize("seeds", [range(30), pytest.param(range(1000, 1300), marks=pytest.mark.slow)], ids=len)
def test_no_clip_of_a_random_organisation_is_narrowed_down(seeds: range) -> None:
    for seed in seeds:
        assert told(random_organisation(seed)) == []
        assert told(unanimous(random_organisation(seed))) == []


def test_without_it_clips_are(monkeypatch: pytest.MonkeyPatch) -> None:
    as_answered(monkeypatch)
    assert sum(bool(told(unanimous(random_organisation(seed)))) for seed in range(30)) >= 15


@given(st.integers(0, 10**6))
@settings(max_examples=25)
def test_no_mean_moves_by_more_than_rounding_a_clip_would_leave_open(seed: int) -> None:
    organisation = unanimous(random_organisation(seed))
    eased = organisation.scores()
    with pytest.MonkeyPatch.context() as patch:
        as_answered(patch)
        plain = organisation.scores()
    assert eased.practice.keys() == plain.practice.keys()
    for place, figure in eased.practice.items():
        assert figure.n == plain.practice[place].n
        assert abs(figure.mean.value - plain.practice[place].mean.value) <= Decimal("0.5")
