"""Which words of agreement usual teams get: the generator's defaults, 600 teams, six quarters, four practices a dimension."""

from collections import Counter

import numpy as np
import pytest

from assessments.analysis.agreement import agreement_word, average_deviation_j
from assessments.analysis.values import AgreementWord
from assessments.demo.generator import Design, simulate, usual_teams
from tests.simulation.surveys import DIMENSION_OF, DIMENSIONS, PRACTICES, quarters, tell

pytestmark = pytest.mark.slow

TEAMS = usual_teams(teams=600, departments=30, seed=1)


@pytest.fixture(scope="module")
def deviations() -> dict[int, list[float]]:
    """Average deviations of all dimensions of the teams with at least so many answers."""
    survey = simulate(design=Design(dimension_of=DIMENSION_OF), teams=TEAMS, seed=2)
    found: dict[int, list[float]] = {5: [], 10: []}
    for quarter in (0, 5):
        answers = np.where(survey.answers[quarter] > 0, survey.answers[quarter], np.nan)
        for team in range(len(TEAMS)):
            rows = answers[(survey.team == team) & survey.answered[quarter]]
            ads = [average_deviation_j(rows[:, at : at + PRACTICES]) for at in range(0, PRACTICES * DIMENSIONS, PRACTICES)]
            for least, values in found.items():
                values += [ad for ad in ads if ad is not None and len(rows) >= least]
    return found


def test_most_teams_are_mixed_and_each_word_is_used(deviations: dict[int, list[float]]) -> None:
    for least, values in deviations.items():
        words = Counter(map(agreement_word, values))
        close, mixed, far = (words[word] / len(values) for word in AgreementWord)
        tell(f"from {least} answers", cells=len(values), median=float(np.median(values)), close=close, mixed=mixed, far=far)
        assert 0.68 <= np.median(values) <= 0.80
        assert mixed > max(close, far)
        assert min(close, far) > 0.05


def test_what_is_printed_at_close_is_the_same_word() -> None:
    teams = TEAMS[:120]
    survey = simulate(design=Design(dimension_of=DIMENSION_OF, missing=0.0), teams=teams, seed=3)
    [shown] = quarters(survey, teams, [0])
    compared = 0
    for team, unit in enumerate(shown.ends):
        rows = survey.answers[0][(survey.team == team) & survey.answered[0]].astype(float)
        for at in range(DIMENSIONS):
            figure = shown.scores.dimension.get((unit, at))
            if figure and figure.agreement:
                ad = average_deviation_j(rows[:, at * PRACTICES : (at + 1) * PRACTICES])
                assert ad is not None
                assert figure.agreement == agreement_word(ad)
                compared += 1
    assert compared > 100
