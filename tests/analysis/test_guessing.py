"""What everything displayed of a team and a practice tells of the single answers, over all sets of answers there are."""

from collections import defaultdict
from collections.abc import Hashable
from itertools import combinations_with_replacement
from math import factorial

import numpy as np
import pytest

from assessments.analysis.scoring import Ballots, Units, score
from assessments.analysis.values import Shown

LIKELY = np.array([0.03, 0.10, 0.23, 0.41, 0.22]) / 0.99  # an ordinary practice


def answer_sets(n: int) -> np.ndarray:
    """(n, sets) all sets of n answers, each as a column in rising order."""
    return np.array(list(combinations_with_replacement(range(1, 6), n)), dtype=np.int8).T


def chances(sets: np.ndarray) -> np.ndarray:
    """(sets,) multinomial."""
    counts = np.stack([(sets == value).sum(axis=0) for value in range(1, 6)], axis=1)
    ways = factorial(len(sets)) / np.array([np.prod([float(factorial(count)) for count in row]) for row in counts])
    return ways * np.prod(LIKELY**counts, axis=1)


def displayed(sets: np.ndarray, invited: int) -> list[Shown]:
    """What is published where a team of its own gave each set: one practice a set."""
    n, many = sets.shape
    found = score(Units((-1,), (invited,)), Ballots(np.zeros(n, dtype=np.int64), sets), [0] * many, k=5, own_spread_from=10)
    return [found.practice[0, at] for at in range(many)]


def known_and_guessed(labels: list[Hashable], chance: np.ndarray) -> tuple[float, float]:
    """How likely a reader knows the whole set for certain, and how likely the best guess of it is right."""
    groups: dict[Hashable, list[float]] = defaultdict(list)
    for label, one in zip(labels, chance.tolist(), strict=True):
        groups[label].append(one)
    return sum(sum(group) for group in groups.values() if len(group) == 1), sum(map(max, groups.values()))


@pytest.mark.parametrize("n", range(5, 13))
def test_how_well_the_whole_set_can_be_guessed(n: int) -> None:
    sets = answer_sets(n)
    chance, figures = chances(sets), displayed(sets, n + 2)
    assert chance.sum() == pytest.approx(1)
    from_mean = known_and_guessed([figure.mean for figure in figures], chance)
    from_all = known_and_guessed(list(figures), chance)
    words = "\n{} answers: known {:.3f}, guessed {:.3f}; from n and mean {:.3f}, {:.3f}"
    print(words.format(n, *from_all, *from_mean))  # noqa: T201 - measured
    assert from_all[1] >= from_mean[1]
    if n < 10:
        assert from_all == pytest.approx(from_mean, abs=0)


@pytest.mark.parametrize("n", range(5, 10))
def test_below_ten_answers_everything_displayed_follows_from_n_and_mean(n: int) -> None:
    of_mean: dict[object, set[Shown]] = defaultdict(set)
    for figure in displayed(answer_sets(n), n + 2):
        of_mean[figure.mean].add(figure)
        assert (figure.share, figure.classes, figure.agreement) == (None, None, None)
    assert {len(figures) for figures in of_mean.values()} == {1}
