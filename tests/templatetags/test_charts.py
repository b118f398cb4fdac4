"""Where the marks of a picture stand, and what it never draws."""

import re
from decimal import Decimal

import pytest

from assessments.analysis.values import Classes, Hidden
from assessments.templatetags import charts
from tests.templatetags.test_figures import HIDDEN, VERY_HIGH, VERY_LOW, render, shown


class TestRangeBar:
    def test_marks_stand_where_the_scale_says(self):
        bar = charts.range_bar(shown("3.0", "2.5", "3.5"), manager=5, median=Decimal("1"))
        assert 'class="m-team" cx="50.00%"' in bar
        assert 'class="m-team-range" x="38.00%" width="24.00%"' in bar
        assert '<svg x="98.00%" y="13" overflow="visible"><path class="m-manager"' in bar
        assert 'class="m-org" x1="2.00%" x2="2.00%"' in bar

    def test_the_diamond_turns_transparent_where_it_meets_the_dot(self):
        assert 'class="m-manager-near"' in charts.range_bar(shown("3.6"), manager=Decimal("3.7"))
        assert 'class="m-manager-near"' not in charts.range_bar(shown("3.6"), manager=Decimal("3.8"))

    def test_a_clipped_mean_is_an_open_box_at_its_end(self):
        high, low = charts.range_bar(VERY_HIGH), charts.range_bar(VERY_LOW)
        assert 'class="m-open" x="88.40%" width="9.60%"' in high
        assert 'class="m-open" x="2.00%" width="9.60%"' in low
        assert "m-team" not in high + low

    def test_a_hidden_figure_is_a_dotted_track_and_nothing_else(self):
        bar = charts.range_bar(HIDDEN, median=Decimal("3.1"))
        assert "m-hidden" in bar
        assert not any(mark in bar for mark in ("m-team", "m-open", "m-org", "m-track"))

    def test_the_manager_may_stand_on_a_hidden_team(self):
        assert 'x="50.00%"' in charts.range_bar(HIDDEN, manager=3)

    def test_all_hidden_figures_look_alike(self):
        assert charts.range_bar(HIDDEN) == charts.range_bar(Hidden()) == charts.range_bar(None)

    def test_it_is_silent_unless_it_has_a_label(self):
        assert 'aria-hidden="true"' in charts.range_bar(shown())
        spoken = charts.range_bar(shown(), label="Team 3.6, you 4")
        assert 'role="img" aria-label="Team 3.6, you 4"' in spoken
        assert "aria-hidden" not in spoken

    def test_labels_are_escaped(self):
        assert "&lt;b&gt;" in charts.range_bar(shown(), label="<b>")

    @pytest.mark.parametrize("height", [18, 26])
    def test_no_mark_leaves_the_picture(self, height):
        bar = charts.range_bar(shown(), median=3, height=height)
        assert f'height="{height}"' in bar
        assert 'y1="-' not in bar
        assert f'y2="{height + 1}"' not in bar

    def test_pictures_carry_no_style_script_or_id(self):
        drawn = charts.range_bar(shown(), manager=2, median=3) + charts.dumbbell(VERY_HIGH, 2) + charts.share_bar(73, 75)
        assert not any(word in drawn for word in ("style=", "<script", " id=", "viewBox"))


class TestDumbbell:
    def test_a_line_joins_team_and_manager(self):
        assert 'class="m-gap" x1="38.00%" x2="74.00%"' in charts.dumbbell(shown("2.5"), 4)

    def test_no_line_tells_how_far_a_clipped_mean_is_away(self):
        drawn = charts.dumbbell(VERY_HIGH, 3)
        assert "m-open" in drawn
        assert "m-gap" not in drawn

    def test_without_a_manager_it_is_the_dot_alone(self):
        drawn = charts.dumbbell(shown("2.5"), None)
        assert "m-team" in drawn
        assert not any(mark in drawn for mark in ("m-gap", "m-manager"))


class TestShareBar:
    def test_the_bar_is_as_long_as_the_share(self):
        drawn = charts.share_bar(73, target=75)
        assert 'class="m-bar" x="0" y="5" width="73%"' in drawn
        assert 'class="m-target" x1="75%"' in drawn

    def test_an_unknown_share_is_dotted(self):
        assert "m-bar" not in charts.share_bar(None)

    def test_a_hundred_is_not_written_as_a_power_of_ten(self):
        assert 'width="100%" height="12" rx="2" fill="#0b5a66"' in charts.share_bar(100)


class TestAxisAndKey:
    def test_the_axis_names_the_whole_scale(self):
        axis = charts.scale_axis()
        assert [f">{value}</text>" in axis for value in range(1, 6)] == [True] * 5

    def test_the_key_names_only_marks_that_are_there(self):
        assert "manager" not in charts.chart_key()
        assert "median team" in charts.chart_key(median=True)

    def test_the_key_may_use_the_words_of_its_page(self):
        assert "you: 3.8" in charts.chart_key(manager="you: 3.8")


class TestSpread:
    def test_three_classes_stand_in_their_order_with_their_numbers(self):
        drawn = charts.spread([25, 30, 45])
        assert re.findall(r'class="(a-\d)" x="([\d.]+)%" width="([\d.]+)%"', drawn) == [
            ("a-2", "0.00", "25.00"),
            ("a-3", "25.00", "30.00"),
            ("a-4", "55.00", "45.00"),
        ]
        assert re.findall(r">([\d–]+)</text>", drawn) == ["25", "30", "45"]
        assert 'aria-label="25 percent disagree, 30 percent neither, 45 percent agree"' in drawn

    def test_five_classes_have_five_words(self):
        drawn = charts.spread([15, 15, 20, 35, 15])
        assert [f"</svg>{word}</li>" in drawn for word in ("strongly disagree", "neither", "strongly agree")] == [True] * 3

    def test_shares_that_do_not_add_up_still_fill_the_bar(self):
        widths = re.findall(r'class="a-\d" x="[\d.]+%" width="([\d.]+)%"', charts.spread([35, 35, 35]))
        assert widths == ["33.33"] * 3

    def test_nobody_and_few_look_alike_and_so_do_most_and_all(self):
        assert charts.spread([0, 5, 95]) == charts.spread([10, 0, 90])
        assert ">0–10</text>" in charts.spread([0, 5, 95])
        assert ">90–100</text>" in charts.spread([0, 0, 100])

    def test_a_rough_share_has_room_for_its_words(self):
        widths = re.findall(r'class="a-\d" x="[\d.]+%" width="([\d.]+)%"', charts.spread([5, 5, 90]))
        assert widths == ["11.21", "11.21", "77.59"]

    @pytest.mark.parametrize("shares", [[50, 50], [33, 33, 34], [120, 0, 0], [-5, 50, 55]])
    def test_it_refuses_what_was_not_rounded_for_it(self, shares):
        with pytest.raises(ValueError, match="in fives"):
            charts.spread(shares)

    def test_hidden_answers_are_the_hidden_mark(self):
        drawn = charts.spread(HIDDEN, 5)
        assert "cs-hidden" in drawn
        assert "<rect" not in drawn

    @pytest.mark.parametrize("nothing", [None, "", []])
    def test_without_answers_there_is_no_bar(self, nothing):
        assert charts.spread(nothing) == ""

    def test_templates_need_not_load_it(self):
        assert "cs-spread" in render("{% spread shares %}", shares=[25, 30, 45])


class TestStacked:
    def test_it_draws_and_speaks_three_classes(self):
        bar = charts.stacked(Classes(25, 30, 45))
        assert re.findall(r'<rect class="a-(\d)" x="([\d.]+)%" width="([\d.]+)%"', bar) == [
            ("2", "0.00", "25.00"),
            ("3", "25.00", "30.00"),
            ("4", "55.00", "45.00"),
        ]
        assert 'role="img" aria-label="25 percent disagree, 30 percent neither, 45 percent agree"' in bar
        assert 'height="20"' in bar

    @pytest.mark.parametrize("nothing", [None, ""])
    def test_where_the_classes_are_not_told_there_is_no_bar(self, nothing):
        assert charts.stacked(nothing) == ""

    def test_a_side_that_is_told_in_two_has_a_dark_part_at_its_end(self):
        bar = charts.stacked(Classes(40, 20, 40, strongly_disagree=15, strongly_agree=20))
        assert re.findall(r'<rect class="a-(\d)" x="([\d.]+)%" width="([\d.]+)%"', bar) == [
            ("1", "0.00", "15.00"),
            ("2", "15.00", "25.00"),
            ("3", "40.00", "20.00"),
            ("4", "60.00", "20.00"),
            ("5", "80.00", "20.00"),
        ]
        assert "25 percent disagree, 20 percent neither, 20 percent agree, 20 percent strongly agree" in bar

    def test_one_side_may_be_told_in_two_and_the_other_not(self):
        bar = charts.stacked(Classes(15, 25, 60, strongly_agree=25))
        assert re.findall(r'<rect class="a-(\d)"', bar) == ["2", "3", "4", "5"]

    def test_its_key_names_all_five(self):
        assert re.findall(r"</svg>([\w ]+)</li>", charts.stacked_key()) == [
            "strongly disagree",
            "disagree",
            "neither",
            "agree",
            "strongly agree",
        ]
