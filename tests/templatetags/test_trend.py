"""A trend joins only what may be compared."""

import re
from decimal import Decimal

import pytest

from assessments.analysis.trend import TrendPoint
from assessments.analysis.values import Mean, Shown
from assessments.results.quarters import TrendDirection
from assessments.templatetags.trend import FOOT, TOP, trend_line, trend_words
from tests.templatetags.test_figures import HIDDEN, VERY_HIGH, VERY_LOW, render, shown


def quarters(*figures, breaks=()):
    return [TrendPoint(f"Q{number}", figure, number in breaks) for number, figure in enumerate(figures, 1)]


def axis_of(drawn):
    return re.findall(r'class="m-axis"[^>]*>([\d.]+)<', drawn)


class TestLines:
    def test_neighbours_are_joined(self):
        drawn = trend_line(quarters(shown("3.4"), shown("3.5"), shown("3.6")))
        assert [drawn.count(mark) for mark in ("m-team-line", "m-trend-range", 'class="m-team"')] == [2, 3, 3]

    def test_nothing_is_joined_across_a_break(self):
        drawn = trend_line(quarters(shown(), shown(), shown(), breaks={3}))
        assert drawn.count("m-team-line") == 1
        assert drawn.count("m-break") == 1

    def test_a_break_before_the_first_quarter_shows_nothing_to_break(self):
        drawn = trend_line(quarters(shown(), shown(), breaks={1}))
        assert "m-break" not in drawn
        assert "compared" not in drawn

    def test_a_hidden_quarter_leaves_a_gap(self):
        drawn = trend_line(quarters(shown(), HIDDEN, shown(), shown()))
        assert [drawn.count(mark) for mark in ("m-team-line", "m-hidden-box", 'class="m-team"')] == [1, 1, 3]
        assert "Q2: hidden." in drawn

    @pytest.mark.parametrize("clipped", [VERY_HIGH, VERY_LOW])
    def test_a_clipped_quarter_is_an_open_box_without_a_line(self, clipped):
        drawn = trend_line(quarters(shown(), clipped, shown()))
        assert drawn.count("m-open") == 1
        assert "m-team-line" not in drawn

    def test_all_clipped_means_of_one_end_look_alike(self):
        assert trend_line(quarters(VERY_HIGH)) == trend_line(quarters(Shown(Mean(Decimal("4.6"), ">="), 9, 9, None)))


class TestAxis:
    def test_it_is_at_least_one_point_high(self):
        assert axis_of(trend_line(quarters(shown("3.2", "3.1", "3.3")))) == ["2.5", "3.0", "3.5"]

    def test_it_holds_every_range(self):
        assert axis_of(trend_line(quarters(shown("3.0", "2.4", "3.6"), shown("3.9", "3.8", "4.0")))) == [
            "2.0",
            "2.5",
            "3.0",
            "3.5",
            "4.0",
        ]

    def test_it_holds_open_ends_and_stays_on_the_scale(self):
        assert axis_of(trend_line(quarters(VERY_HIGH))) == ["4.0", "4.5", "5.0"]
        assert axis_of(trend_line(quarters(VERY_LOW))) == ["1.0", "1.5", "2.0"]
        assert axis_of(trend_line(quarters(VERY_LOW, VERY_HIGH))) == ["1.0", "2.0", "3.0", "4.0", "5.0"]

    def test_the_ends_of_the_axis_are_the_ends_of_the_picture(self):
        drawn = trend_line(quarters(shown("4.0", "3.0", "4.0")))
        assert f'cy="{TOP}.0"' in drawn
        assert f'y1="{FOOT}.0" y2="{TOP}.0"' in drawn

    def test_hidden_quarters_alone_still_make_a_picture(self):
        assert axis_of(trend_line(quarters(HIDDEN, HIDDEN))) == ["3.0", "3.5", "4.0"]


class TestWords:
    def test_it_is_read_aloud_quarter_by_quarter(self):
        drawn = trend_line(quarters(shown(), VERY_HIGH, breaks={2}))
        words = "Q1: 3.6, 3.4 to 3.8. What follows cannot be compared with what came before. Q2: 4.6 or more."
        assert f'role="img" aria-label="{words}"' in drawn

    def test_a_page_may_say_it_in_its_own_words(self):
        assert 'aria-label="Kindness &amp; care"' in trend_line(quarters(shown()), label="Kindness & care")

    @pytest.mark.parametrize(
        ("name", "number", "named"),
        [
            ("2026 Q{}", 5, ["2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4", "2026 Q5"]),
            ("2026 Q{}", 9, ["2026 Q1", "2026 Q3", "2026 Q5", "2026 Q7", "2026 Q9"]),
            ("{} of the new shops in spring", 6, ["2 of the ne…", "4 of the ne…", "6 of the ne…"]),
        ],
    )
    def test_names_never_touch_and_the_newest_is_always_named(self, name, number, named):
        points = [TrendPoint(name.format(at), shown()) for at in range(1, number + 1)]
        drawn = trend_line(points)
        assert re.findall(r'class="m-label-2"[^>]*>([^<]+)<', drawn) == named
        assert all(f"{point.label}: 3.6" in drawn for point in points)

    @pytest.mark.parametrize("nothing", [None, "", []])
    def test_without_quarters_there_is_no_picture(self, nothing):
        assert trend_line(nothing) == ""

    def test_templates_need_not_load_it(self):
        assert "cs-trend" in render("{% trend_line points %}", points=quarters(shown()))

    def test_it_carries_no_style_script_or_id(self):
        drawn = trend_line(quarters(shown(), HIDDEN, VERY_LOW, breaks={3}))
        assert not any(word in drawn for word in ("style=", "<script", " id=", "viewBox"))


class TestDirection:
    @pytest.mark.parametrize(
        ("slope", "low", "high", "sentence"),
        [
            ("0.27", "0.22", "0.32", "Rising by about 0.27 a cycle over 5 cycles, likely between 0.22 and 0.32."),
            ("-0.10", "-0.15", "-0.05", "Falling by about 0.10 a cycle over 5 cycles, likely between 0.05 and 0.15."),
            ("0.04", "-0.12", "0.19", "No clear direction over 5 cycles."),
            ("0.03", "0.00", "0.06", "No clear direction over 5 cycles."),
        ],
    )
    def test_it_says_where_the_figure_is_heading_only_where_the_range_leaves_no_doubt(self, slope, low, high, sentence):
        assert trend_words(TrendDirection(5, Decimal(slope), Decimal(low), Decimal(high))) == sentence

    @pytest.mark.parametrize("nothing", [None, ""])
    def test_without_a_trend_it_says_nothing(self, nothing):
        assert trend_words(nothing) == ""
