"""How often a likely range holds the mean of all the invited: teams drawn from finite populations, scored and printed as at close.

A population is N people; each gives one answer from 1 to 5 to four practices of one dimension. Answers are latent normal, cut into
five categories as in the demo's generator: half of the variance is the person's own level, teams differ by a standard deviation of
a quarter. n of the N answer. 4,000 populations a cell, all in one organisation, so that the pooled spread is the one that its own
answers give. What has to hold is what is printed: the rounded range around the rounded mean. What it has to hold is the mean that
would be printed had everybody answered; the exact one is looked at apart.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pytest

from assessments.analysis.means import mean_ci_fpc, mean_ci_moderated
from assessments.analysis.scoring import Ballots, Scores, Units, score
from assessments.analysis.values import Shown
from assessments.demo.generator import CUTS
from tests.simulation.surveys import tell

pytestmark = pytest.mark.slow

Floats = npt.NDArray[np.float64]

DRAWS, PRACTICES = 4000, 4
NOMINAL, LEAST = 0.95, 0.94
TEAM_SD = 0.25
CELLS = [(3.8, 10, 5), (3.8, 12, 8), (4.6, 10, 5), (4.6, 20, 12)]
FEW = [(3.8, n + 5, n) for n in range(5, 10)]
MORE = [(3.8, 14, 10), (3.8, 20, 12), (3.8, 40, 28), (4.3, 20, 12)]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """people: (T, N, 4) answers of everybody, of whom the first n answered; scores: unit 0 is the organisation, then the teams."""

    people: npt.NDArray[np.int8]
    n: int
    scores: Scores

    @property
    def truth(self) -> Floats:
        """(T, 4) means of all the invited."""
        return self.people.mean(axis=1)


def draw(mean: float, size: int, teams: int, seed: int) -> npt.NDArray[np.int8]:
    """(T, N, 4) answers whose expected mean is `mean`."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(0, TEAM_SD, (teams, 1, 1)) + np.sqrt(0.5) * (
        rng.standard_normal((teams, size, 1)) + rng.standard_normal((teams, size, PRACTICES))
    )
    levels = np.linspace(-2, 4, 241)
    sample = latent[: max(1, 20_000 // size)].ravel()
    means = [1 + np.mean(np.searchsorted(CUTS, sample + level)) for level in levels]
    return (1 + np.searchsorted(CUTS, latent + np.interp(mean, means, levels))).astype(np.int8)


@lru_cache
def cell(mean: float, invited: int, n: int) -> Cell:
    people = draw(mean, invited, DRAWS, seed=1000 * invited + 10 * n + round(10 * mean))
    unit = np.repeat(np.arange(1, DRAWS + 1), n)
    ballots = Ballots(unit, people[:, :n].reshape(-1, PRACTICES))
    units = Units((-1, *[0] * DRAWS), (0, *[invited] * DRAWS))
    return Cell(people, n, score(units, ballots, [0] * PRACTICES, k=5, own_spread_from=10))


@dataclass(frozen=True, slots=True)
class Found:
    """held: how often a printed range holds the truth as it would be printed; exactly: the exact truth; width: of the ranges.

    clipped: share of means printed as "4.6 or more", without a range; right: how often that is then so of all the invited.
    """

    held: float
    exactly: float
    width: float
    clipped: float
    right: float


def judge(name: str, figures: list[Shown], truth: list[float]) -> Found:
    pairs = [(figure.interval, true) for figure, true in zip(figures, truth, strict=True) if figure.interval]
    low, high = (np.array([float(getattr(interval, end)) for interval, _ in pairs]) for end in ("low", "high"))
    exact = np.array([true for _, true in pairs])
    printed = np.floor(exact * 10 + 0.5 + 1e-9) / 10
    top = [true >= 4.55 - 1e-9 for figure, true in zip(figures, truth, strict=True) if figure.mean.op == ">="]
    found = Found(
        held=inside(low, printed, high),
        exactly=inside(low, exact, high),
        width=float((high - low).mean()),
        clipped=len(top) / len(figures),
        right=sum(top) / len(top) if top else 1.0,
    )
    tell(name, held=found.held, exactly=found.exactly, width=found.width, clipped=found.clipped, right=found.right)
    return found


def inside(low: Floats, value: Floats, high: Floats) -> float:
    return float(((low - 1e-9 <= value) & (value <= high + 1e-9)).mean())


def dimensions(found: Cell) -> tuple[list[Shown], list[float]]:
    return [found.scores.dimension[unit, 0] for unit in range(1, DRAWS + 1)], found.truth.mean(axis=1).tolist()


def practices(found: Cell) -> tuple[list[Shown], list[float]]:
    places = [(unit, at) for unit in range(1, DRAWS + 1) for at in range(PRACTICES)]
    return [found.scores.practice[place] for place in places], found.truth.ravel().tolist()


@lru_cache
def of_dimension(mean: float, invited: int, n: int) -> Found:
    return judge(f"dimension {mean}, {n} of {invited}", *dimensions(cell(mean, invited, n)))


@lru_cache
def of_practice(mean: float, invited: int, n: int) -> Found:
    return judge(f"practice {mean}, {n} of {invited}", *practices(cell(mean, invited, n)))


class TestRangeOfATeam:
    @pytest.mark.parametrize("at", [*CELLS, *FEW, *MORE])
    def test_it_holds_what_would_be_printed_had_all_the_invited_answered(self, at: tuple[float, int, int]) -> None:
        assert of_dimension(*at).held >= LEAST
        assert of_practice(*at).held >= LEAST

    @pytest.mark.parametrize(
        ("at", "dimension", "practice"),
        [((3.8, 10, 5), 1.01, 1.45), ((3.8, 12, 8), 0.65, 0.95), ((4.6, 10, 5), 0.83, 1.00), ((4.6, 20, 12), 0.60, 0.70)],
    )
    def test_it_is_no_wider_than_it_must_be(self, at: tuple[float, int, int], dimension: float, practice: float) -> None:
        """Without the finite population correction it would be wider by 41 % for 5 of 10."""
        assert of_dimension(*at).width <= dimension
        assert of_practice(*at).width <= practice

    @pytest.mark.parametrize("at", [*CELLS, *FEW, *MORE])
    def test_it_holds_the_exact_mean(self, at: tuple[float, int, int]) -> None:
        assert of_dimension(*at).exactly >= LEAST
        assert of_practice(*at).exactly >= LEAST


class TestClippedMean:
    @pytest.mark.parametrize("at", [(4.6, 10, 5), (4.6, 20, 12)])
    def test_4_6_or_more_is_mostly_so_of_all_the_invited(self, at: tuple[float, int, int]) -> None:
        """It has no range: it says what those who answered said, and of all the invited it is less sure than a range is."""
        for found in (of_dimension(*at), of_practice(*at)):
            assert found.clipped > 0.5
            assert 0.80 <= found.right < NOMINAL


class TestRangeOfADepartment:
    STRATA = ((10, 5), (12, 8), (20, 12))

    @pytest.mark.parametrize("mean", [3.8, 4.3])
    def test_it_holds_the_mean_of_everybody_in_its_teams(self, mean: float) -> None:
        teams = [draw(mean, invited, DRAWS, seed=invited) for invited, _ in self.STRATA]
        size = 1 + len(teams)
        above = 1 + size * np.arange(DRAWS)
        parent = np.repeat(above, size)
        parent[::size] = 0
        invited = np.tile([0, *(invited for invited, _ in self.STRATA)], DRAWS)
        unit = np.concatenate([np.repeat(above + 1 + at, n) for at, (_, n) in enumerate(self.STRATA)])
        answers = np.concatenate([people[:, :n].reshape(-1, PRACTICES) for people, (_, n) in zip(teams, self.STRATA, strict=True)])
        units = Units((-1, *parent.tolist()), (0, *invited.tolist()))
        scores = score(units, Ballots(unit, answers), [0] * PRACTICES, k=5, own_spread_from=10)
        truth = np.concatenate(teams, axis=1).mean(axis=1)
        departments = above.tolist()
        dimension = judge(f"department {mean}", [scores.dimension[at, 0] for at in departments], truth.mean(axis=1).tolist())
        practice = judge(f"department {mean}, practice", [scores.practice[at, 0] for at in departments], truth[:, 0].tolist())
        assert dimension.held >= LEAST
        assert practice.held >= LEAST
        assert dimension.width <= 0.50


class TestRawFunctions:
    @pytest.mark.parametrize("at", CELLS)
    @pytest.mark.parametrize("of", ["dimension", "practice"])
    def test_the_moderated_range_holds_where_the_plain_one_may_fail(self, at: tuple[float, int, int], of: str) -> None:
        mean, invited, n = at
        everybody = cell(mean, invited, n).people.astype(float)
        people = everybody.mean(axis=2) if of == "dimension" else everybody[:, :, 0]
        pooled = float(people[:, :n].var(axis=1, ddof=1).mean())
        moderated, plain = [], []
        for team in people:
            truth = team.mean()
            ours, classic = mean_ci_moderated(team[:n], invited, pooled, 4), mean_ci_fpc(team[:n], invited)
            moderated.append(ours.lower - 1e-9 <= truth <= ours.upper + 1e-9)
            plain.append(classic.lower - 1e-9 <= truth <= classic.upper + 1e-9)
        tell(f"{of} {mean}, {n} of {invited}", moderated=np.mean(moderated), plain=np.mean(plain))
        assert np.mean(moderated) >= LEAST
        if at == (4.6, 10, 5):
            assert np.mean(plain) < LEAST


class TestShares:
    @pytest.mark.parametrize(("at", "widest"), list(zip(MORE, (0.33, 0.36, 0.22, 0.33), strict=True)))
    def test_the_range_of_a_share_holds_the_share_of_all_the_invited(self, at: tuple[float, int, int], widest: float) -> None:
        """Counted as if n were all there are to ask, the range would be wider by 80 % for 28 of 40."""
        found = cell(*at)
        figures, _ = practices(found)
        truth = (found.people >= 4).mean(axis=1).ravel()
        shares = [figure.share for figure in figures]
        ranged = [(share, true) for share, true in zip(shares, truth.tolist(), strict=True) if share and not share.clipped]
        low, high = (np.array([getattr(share, end) for share, _ in ranged]) / 100 for end in ("low", "high"))
        held = inside(low - 0.005, np.array([true for _, true in ranged]), high + 0.005)
        tell(f"share {at}", held=held, width=float((high - low).mean()), clipped=1 - len(ranged) / len(shares))
        assert len(ranged) > 0.3 * len(shares)
        assert held >= LEAST
        assert (high - low).mean() <= widest
