"""Rows of the heat map as they are drawn."""

import uuid
from decimal import Decimal

from assessments.analysis.beside import Beside
from assessments.analysis.standing import Standing
from assessments.analysis.values import Change, FigureValue, Hidden, Interval, Mean, Participation, Shown
from assessments.models import CycleTeam
from assessments.results.heatmap import BEFORE, WHOLE, Row
from assessments.templatetags.heat import heat_row


def figure(change: Change | None = None, mean: str = "3.6") -> Shown:
    return Shown(Mean(Decimal(mean)), 11, 14, Interval(Decimal("3.4"), Decimal("3.8")), change=change)


def row(*cells: FigureValue, beside: tuple[Beside | None, ...] = ()) -> Row:
    return Row(CycleTeam(name="North", uid=uuid.UUID(int=1)), Participation(11, 14), cells, beside)


def test_each_figure_leads_to_the_teams_page() -> None:
    drawn = heat_row(row(figure(), figure(mean="2.2")), 5)
    assert drawn.startswith('<td class="cs-heat__n">11 of 14</td>')
    assert drawn.count(f'<a href="/teams/{uuid.UUID(int=1)}/">') == 2
    assert "cs-cell--4" in drawn
    assert "cs-cell--1" in drawn


def test_a_hidden_team_is_one_wide_cell_without_a_number() -> None:
    hidden = Row(CycleTeam(name="Night"), None, (Hidden("Sales"), Hidden("Sales")))
    drawn = heat_row(hidden, 5)
    assert 'colspan="2"' in drawn
    assert "they count in Sales" in drawn
    assert " of " not in drawn


class TestChange:
    def test_a_clear_one_has_arrow_number_word_and_how_sure(self) -> None:
        up = Change("up", Decimal("0.4"), Decimal("0.2"), Decimal("0.6"), since="Q3")
        drawn = heat_row(row(figure(up)), 5, BEFORE)
        assert "cs-cell--up" in drawn
        assert "<b>+0.4</b><small>up</small>" in drawn
        assert "likely between 0.2 and 0.6" in drawn
        assert "3.6" not in drawn

    def test_at_the_end_of_the_scale_it_is_a_word(self) -> None:
        drawn = heat_row(row(figure(Change("down"))), 5, BEFORE)
        assert "<b></b><small>down</small>" in drawn

    def test_no_clear_one_is_quiet(self) -> None:
        drawn = heat_row(row(figure(Change("none"))), 5, BEFORE)
        assert "cs-cell--same" in drawn
        assert "no clear change" in drawn

    def test_what_was_not_compared_is_empty(self) -> None:
        for figures in (figure(), figure(Change("too_few"))):
            assert "not compared" in heat_row(row(figures), 5, BEFORE)

    def test_a_hidden_figure_stays_hidden(self) -> None:
        assert "cs-cell--hidden" in heat_row(row(Hidden()), 5, BEFORE)


class TestBeside:
    def test_it_says_how_far_and_speaks_the_mean(self) -> None:
        drawn = heat_row(row(figure(), beside=(Beside(Standing.BELOW, Decimal("-0.4")),)), 5, WHOLE)
        assert "cs-cell--down" in drawn
        assert "<b>−0.4</b><small>below</small>" in drawn
        assert ": 3.6, likely between 3.4 and 3.8" in drawn

    def test_a_clipped_one_is_a_word(self) -> None:
        drawn = heat_row(row(figure(), beside=(Beside(Standing.ABOVE, None),)), 5, WHOLE)
        assert "<b></b><small>above</small>" in drawn

    def test_the_whole_shows_its_own_means(self) -> None:
        assert "<b>3.6</b>" in heat_row(row(figure()), 5, WHOLE)
