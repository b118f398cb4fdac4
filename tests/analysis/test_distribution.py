"""What is computed for all units at once agrees with the plain functions, which compute one at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.analysis.agreement import average_deviation, rwg_j
from assessments.analysis.disclosure import tree_rule
from assessments.analysis.distribution import count_answers, distribution, share_of
from assessments.analysis.quality import rwg_of_teams
from assessments.analysis.scoring import Ballots, Units, score, tally
from assessments.analysis.shares import FIVE_CLASSES_FROM, classes, favourable, wilson

COUNTS = st.lists(st.integers(0, 9), min_size=5, max_size=5).filter(lambda counts: sum(counts) >= 10)


def ballots_of(counts: list[list[int]]) -> Ballots:
    """One practice; in each unit so many people give each answer."""
    unit = np.repeat(np.arange(len(counts)), [sum(one) for one in counts])
    answers = np.concatenate([np.repeat(np.arange(1, 6), one) for one in counts])
    return Ballots(unit, answers.astype(np.int8)[:, None])


@settings(deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=4), st.integers(0, 9))
def test_all_units_at_once_print_the_shares_that_each_alone_would(counts: list[list[int]], silent: int) -> None:
    ballots, teams = ballots_of(counts), len(counts)
    invited = [sum(one) + silent for one in counts]
    told = np.ones((teams, 1), dtype=bool)
    in_two = np.array([[sum(one) >= FIVE_CLASSES_FROM] for one in counts])
    found = distribution([-1] * teams, invited, count_answers(ballots.unit, ballots.answers, teams), told, in_two)
    for unit, one in enumerate(counts):
        share, three = share_of(found, unit, 0)
        plain = favourable(one)
        assert share is not None
        assert plain is not None
        assert (share.value, share.op) == (plain.value, plain.op)
        assert three == classes(one)
        assert found.deviation[unit][0] == pytest.approx(average_deviation(np.repeat(np.arange(1, 6), one)))
        if not share.clipped:
            n = sum(one)
            ends = wilson(share.value / 100 * n, n, population=invited[unit])
            assert (share.low, share.high) == (round(100 * ends.lower), round(100 * ends.upper))


@settings(deadline=None)
@given(st.lists(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=9), min_size=1, max_size=5))
def test_all_teams_at_once_agree_as_each_alone_does(teams: list[list[list[int]]]) -> None:
    unit = np.repeat(np.arange(len(teams)), [len(rows) for rows in teams])
    rows = np.array([row for team in teams for row in team], dtype=float)
    rows[rows == 0] = np.nan
    for team, found in enumerate(rwg_of_teams(tally(unit, rows, len(teams))).tolist()):
        alone = rwg_j(rows[unit == team])
        assert np.isnan(found) if alone is None else found == pytest.approx(alone, abs=1e-12)


@settings(deadline=None)
@given(st.data())
def test_practices_are_shown_exactly_where_the_tree_rule_says(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 6))
    parent = [-1, *(data.draw(st.integers(0, unit - 1)) for unit in range(1, size))]
    people = data.draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))
    unsure = [data.draw(st.integers(0, n)) for n in people]
    unit = np.repeat(np.arange(size), people)
    answers = np.concatenate([np.array([3] * (n - gone) + [0] * gone) for n, gone in zip(people, unsure, strict=True)])
    ballots = Ballots(unit, answers.astype(np.int8)[:, None])
    scores = score(Units(tuple(parent), tuple(people)), ballots, [0], k=5, own_spread_from=10)
    shown = tree_rule(parent, people, 5)
    told = tree_rule(parent, [n - gone for n, gone in zip(people, unsure, strict=True)], 5, allowed=shown)
    assert {unit for unit, _ in scores.practice} == {unit for unit, is_told in enumerate(told) if is_told}
