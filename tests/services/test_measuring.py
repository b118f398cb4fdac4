"""What is stored of the whole organisation: nothing below its minimum, and the reason why."""

import numpy as np
import pytest

from assessments.analysis.scoring import Ballots, person_tally
from assessments.models import Cycle, Driver, DriverModel, Quality
from assessments.services.closing import close_cycle
from assessments.services.measuring import NO_OUTCOME, store_drivers, store_qualities
from tests import factories

pytestmark = pytest.mark.django_db
CODES = ["one", "two", "result"]
DIMENSION_OF = np.repeat(np.arange(3), 3)


@pytest.fixture
def cycle(open_cycle: Cycle) -> Cycle:
    return open_cycle


def many(teams: int, size: int, *, seed: int = 5, link: float = 1.0) -> Ballots:
    """The result follows the first dimension by `link`; the second is noise."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(teams), size)
    person = rng.normal(size=(len(unit), 2)) + 0.4 * rng.normal(size=(teams, 2))[unit]
    result = link * person[:, 0] + 0.5 * rng.normal(size=len(unit))
    latent = np.column_stack([person, result])[:, DIMENSION_OF] + 0.6 * rng.normal(size=(len(unit), 9))
    return Ballots(unit, np.clip(np.round(3.4 + latent), 1, 5).astype(np.int8))


def store(cycle: Cycle, ballots: Ballots, teams: int, outcomes: tuple[str, ...] = ("result",)) -> None:
    persons, tally = person_tally(ballots, DIMENSION_OF, teams)
    store_qualities(cycle=cycle, codes=CODES, answers=ballots, dimension_of=DIMENSION_OF, tally=tally)
    store_drivers(cycle=cycle, codes=CODES, outcomes=outcomes, persons=persons, unit=ballots.unit, progress=None)


def test_a_small_cycle_says_how_many_answered_and_withholds_the_rest(cycle: Cycle) -> None:
    factories.answer(cycle, "Sales / North", [4, 3, 4, 2, 5, 4, 3, 4])
    close_cycle(cycle=cycle, now=True)
    overall = Quality.objects.get(cycle=cycle, code="")
    assert (overall.persons, overall.teams, overall.alpha, overall.icc1, overall.no_bands) == (8, 1, None, None, "too few teams")
    assert DriverModel.objects.get(cycle=cycle).withheld == "too few persons"
    assert not Driver.objects.exists()


def test_a_large_one_is_measured(cycle: Cycle) -> None:
    store(cycle, many(20, 10), 20)
    quality = Quality.objects.get(cycle=cycle, code="one")
    assert (quality.persons, quality.teams) == (200, 20)
    assert quality.alpha_low < quality.alpha < quality.alpha_high
    assert 0 < quality.icc1 < quality.icc2 < 1
    assert 0 < quality.rwg <= 1
    assert Quality.objects.get(cycle=cycle, code="").alpha is None


def test_what_goes_together_comes_first_and_shares_add_up(cycle: Cycle) -> None:
    store(cycle, many(20, 10), 20)
    model = DriverModel.objects.get(cycle=cycle)
    first, second = model.drivers.all()
    assert (first.code, first.rank, first.best, first.sure) == ("one", 1, 1, True)
    assert first.share + second.share == 100
    assert model.withheld == ""
    assert model.r2 > 0.3


def test_where_nothing_goes_together_it_says_so(cycle: Cycle) -> None:
    store(cycle, many(20, 10, link=0.0), 20)
    assert DriverModel.objects.get(cycle=cycle).withheld == "no clear drivers"


@pytest.mark.parametrize("outcomes", [(), ("one", "two", "result")])
def test_a_questionnaire_without_outcome_or_with_nothing_else_has_no_drivers(cycle: Cycle, outcomes: tuple[str, ...]) -> None:
    store(cycle, many(20, 10), 20, outcomes)
    assert DriverModel.objects.get(cycle=cycle).withheld == NO_OUTCOME


def test_everybody_giving_the_same_answer_breaks_nothing(cycle: Cycle) -> None:
    ballots = Ballots(np.repeat(np.arange(20), 10), np.full((200, 9), 4, dtype=np.int8))
    store(cycle, ballots, 20)
    quality = Quality.objects.get(cycle=cycle, code="one")
    assert (quality.alpha, quality.icc1, quality.no_bands) == (None, 0, "too alike")
    assert DriverModel.objects.get(cycle=cycle).withheld == "no spread"


def test_the_closes_progress_is_told(cycle: Cycle) -> None:
    told: list[tuple[int, int]] = []
    ballots = many(20, 10)
    persons, _tally = person_tally(ballots, DIMENSION_OF, 20)
    store_drivers(
        cycle=cycle, codes=CODES, outcomes=["result"], persons=persons, unit=ballots.unit, progress=lambda *step: told.append(step)
    )
    assert told[-1][0] == told[-1][1]
    assert len(told) > 2
