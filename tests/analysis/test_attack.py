"""What rounding and clipping leave open, with linear programs as referee."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from assessments.analysis.attack import SCALE, Cell, Narrowed, Span, enclosures, narrowed, span_of_mean, span_of_share
from assessments.analysis.audit import remainders, subtrees
from assessments.analysis.disclosure import blocks
from assessments.analysis.values import Mean, Op, Share
from tests.analysis.organisations import DIMENSION_OF, K, Polled, cells_of, random_organisation


def cell(n: int, mean: str, op: Op = "=", share: Share | None = None) -> Cell:
    return Cell(n, Mean(Decimal(mean), op), share)


def weights(parent: Sequence[int], invited: Sequence[int], totals: Mapping[int, int]) -> dict[int, dict[int, float]]:
    """For each shown unit how much each remainder weighs in its mean: by the people invited, and only where somebody answered."""
    own = {unit for unit, n in remainders(parent, totals).items() if n > 0}
    block = blocks(parent, [unit in totals for unit in range(len(parent))])
    people = {unit: sum(count for at, count in zip(block, invited, strict=True) if at == unit) for unit in own}
    found = {}
    for unit in totals:
        inside = [part for part in own if part in subtrees(parent)[unit]]
        everybody = sum(people[part] for part in inside)
        found[unit] = {part: people[part] / everybody for part in inside}
    return found


def limits(cells: Mapping[int, Cell], by_unit: Mapping[int, Mapping[int, float]]) -> Iterator[tuple[dict[int, float], Span]]:
    """What the printed means say of the remainders' means."""
    for unit, one in cells.items():
        yield dict(by_unit[unit]), span_of_mean(one.mean)


def limits_by_shares(
    cells: Mapping[int, Cell], by_unit: Mapping[int, Mapping[int, float]]
) -> Iterator[tuple[dict[int, float], Span]]:
    """The same of the remainders' shares of 4 and 5, in columns below 0, and 1 + 3s <= mean <= 3 + 2s."""
    for unit, one in cells.items():
        # Only where a share stands on one remainder: elsewhere shares weigh other strata.
        if one.share and set(by_unit[unit]) == {unit}:
            low, high = span_of_share(one.share)
            yield {-1 - unit: 1.0}, (low / 100, high / 100)
    for part in {part for parts in by_unit.values() for part in parts}:
        yield {part: 1.0, -1 - part: -3.0}, (1.0, 9.0)
        yield {part: 1.0, -1 - part: -2.0}, (-9.0, 3.0)


def by_linear_programs(
    parent: Sequence[int], invited: Sequence[int], cells: Mapping[int, Cell], *, with_shares: bool = False
) -> dict[int, Span]:
    """The least and greatest mean of each remainder, from all printed means (and shares) at once."""
    by_unit = weights(parent, invited, {unit: one.n for unit, one in cells.items()})
    said = [*limits(cells, by_unit), *(limits_by_shares(cells, by_unit) if with_shares else ())]
    own = sorted({part for parts in by_unit.values() for part in parts})
    column = {part: at for at, part in enumerate([*own, *(-1 - part for part in own)])}
    rows, ends = np.zeros((2 * len(said), len(column))), []
    for at, (parts, (low, high)) in enumerate(said):
        for part, weight in parts.items():
            rows[2 * at, column[part]], rows[2 * at + 1, column[part]] = weight, -weight
        ends += [high, -low]
    bounds = [SCALE] * len(own) + [(0.0, 1.0)] * len(own)
    found = {}
    for part in own:
        aim = np.eye(len(column))[column[part]]
        least, most = (linprog(sign * aim, A_ub=rows, b_ub=ends, bounds=bounds, method="highs") for sign in (1, -1))
        assert least.success
        assert most.success
        found[part] = (least.fun, -most.fun)
    return found


@given(st.integers(0, 10**6), st.sampled_from(range(len(DIMENSION_OF))))
@settings(max_examples=25)
def test_intervals_up_and_down_a_tree_are_what_linear_programs_find(seed: int, practice: int) -> None:
    polled = random_organisation(seed)
    cells = cells_of(polled.scores(), practice)
    totals, printed = {unit: one.n for unit, one in cells.items()}, {unit: span_of_mean(one.mean) for unit, one in cells.items()}
    found = enclosures(polled.parent, polled.invited, totals, printed, SCALE)
    expected = by_linear_programs(polled.parent, polled.invited, cells)
    assert set(found) == set(expected)
    for unit, span in expected.items():
        assert found[unit] == pytest.approx(span, abs=1e-6)


@given(st.integers(0, 10**6), st.sampled_from(range(len(DIMENSION_OF))))
@settings(max_examples=25)
def test_the_true_means_lie_inside(seed: int, practice: int) -> None:
    polled = random_organisation(seed)
    cells = cells_of(polled.scores(), practice)
    totals, printed = {unit: one.n for unit, one in cells.items()}, {unit: span_of_mean(one.mean) for unit, one in cells.items()}
    block = np.array(blocks(polled.parent, [unit in cells for unit in range(len(polled.parent))]))
    for unit, (low, high) in enclosures(polled.parent, polled.invited, totals, printed, SCALE).items():
        answers = polled.answers[block[polled.unit] == unit, practice]
        assert low - 1e-9 <= answers[answers > 0].mean() <= high + 1e-9


@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_shares_beside_the_means_do_not_lead_beyond_the_ends(seed: int) -> None:
    """Where everybody agrees the mean may be 4, so a share never proves more than the clip of a mean leaves open."""
    polled = random_organisation(seed)
    cells = cells_of(polled.scores(), 0)
    plain = by_linear_programs(polled.parent, polled.invited, cells)
    joint = by_linear_programs(polled.parent, polled.invited, cells, with_shares=True)
    for unit, (low, high) in joint.items():
        assert plain[unit][0] - 1e-6 <= low
        assert high <= plain[unit][1] + 1e-6
        if low > 4.55 + 1e-6:
            assert plain[unit][0] == pytest.approx(low, abs=1e-6)


class TestNarrowed:
    TREE = (-1, 0, 0)

    def test_a_department_gives_away_that_all_of_a_team_chose_5(self) -> None:
        # Twice 4.45 at least, less 4.05 at most, leaves 4.85: of five answers 24.25 points, so 25.
        cells = {0: cell(10, "4.5"), 1: cell(5, "4.0"), 2: cell(5, "4.6", ">=")}
        (found,) = narrowed(self.TREE, (0, 6, 6), cells, K)
        assert (found.unit, found.alike) == (2, True)
        assert (found.low, found.high) == pytest.approx((4.85, 5.0))

    def test_the_same_at_the_lower_end(self) -> None:
        cells = {0: cell(10, "1.5"), 1: cell(5, "2.0"), 2: cell(5, "1.4", "<=")}
        (found,) = narrowed(self.TREE, (0, 6, 6), cells, K)
        assert (found.unit, found.alike) == (2, True)
        assert (found.low, found.high) == pytest.approx((1.0, 1.15))

    def test_somewhat_more_than_the_clip_says_is_found_too(self) -> None:
        # 9.3 - 4.55 = 4.75 at least: of six answers 28.5 points, so 29 or 30; "4.6 or more" alone says 28 or more.
        cells = {0: cell(12, "4.6", ">="), 1: cell(6, "4.3"), 2: cell(6, "4.6", ">=")}
        assert narrowed(self.TREE, (0, 7, 7), cells, K) == [Narrowed(2, pytest.approx(4.75), pytest.approx(5.0), alike=False)]

    def test_a_mean_at_the_end_alone_is_not_more_than_it_says(self) -> None:
        assert narrowed((-1,), (6,), {0: cell(5, "4.6", ">=")}, K) == []

    def test_figures_in_the_middle_give_nothing_away(self) -> None:
        assert narrowed(self.TREE, (0, 6, 6), {0: cell(10, "3.5"), 1: cell(5, "3.2"), 2: cell(5, "3.8")}, K) == []

    def test_people_invited_weigh(self) -> None:
        # The team of two thirds weighs so much that the department's 4.5 says little of the small one.
        cells = {0: cell(15, "4.5"), 1: cell(10, "4.5"), 2: cell(5, "4.6", ">=")}
        assert narrowed(self.TREE, (0, 20, 6), cells, K) == []

    def test_a_share_can_be_undone_in_the_same_way(self) -> None:
        cells = {
            0: cell(20, "4.0", share=Share(70)),
            1: cell(10, "3.5", share=Share(50)),
            2: cell(10, "4.4", share=Share(90, ">=")),
        }
        assert narrowed(self.TREE, (0, 12, 12), cells, K, shares=True) == []
        cells[0] = cell(20, "4.0", share=Share(75))
        # Twice 72.5 less 52.5 is 92.5 %: more than nine of ten.
        (found,) = narrowed(self.TREE, (0, 12, 12), cells, K, shares=True)
        assert (found.unit, found.alike) == (2, True)

    def test_figures_that_no_answers_give_are_refused(self) -> None:
        with pytest.raises(ValueError, match="no answers fit"):
            narrowed(self.TREE, (0, 6, 6), {0: cell(10, "4.5"), 1: cell(5, "2.0"), 2: cell(5, "2.2")}, K)

    def test_how_often_it_happens(self) -> None:
        """A limit of printing an upper unit's mean to 0.1 beside clipped means of its teams: rare, and said by the audit."""
        figures = more = alike = 0
        for seed in range(2000, 2150):
            polled = random_organisation(seed)
            scores = polled.scores()
            for practice in range(len(DIMENSION_OF)):
                cells = cells_of(scores, practice)
                found = narrowed(polled.parent, polled.invited, cells, K)
                figures, more, alike = figures + len(cells), more + len(found), alike + sum(one.alike for one in found)
                assert all(really_alike(polled, practice, one, set(cells)) for one in found if one.alike)
        print(f"\nof {figures} practice figures {more} are narrowed beyond the clip, {alike} to certainty")  # noqa: T201 - measured
        assert more < figures / 100


def really_alike(polled: Polled, practice: int, found: Narrowed, shown: set[int]) -> bool:
    block = np.array(blocks(polled.parent, [unit in shown for unit in range(len(polled.parent))]))
    answers = polled.answers[block[polled.unit] == found.unit, practice]
    return set(answers[answers > 0].tolist()) in ({5}, {1})
