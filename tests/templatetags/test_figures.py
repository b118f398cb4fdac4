from decimal import Decimal

import pytest
from django.template import Context, Template

from assessments.analysis.trend import Change
from assessments.analysis.values import Hidden, Interval, Mean, Participation, Shown
from assessments.templatetags import figures


def shown(mean="3.6", low="3.4", high="3.8", n=11, invited=14):
    return Shown(Mean(Decimal(mean)), n, invited, Interval(Decimal(low), Decimal(high)))


VERY_HIGH = Shown(Mean(Decimal("4.6"), ">="), 16, 18, None)
VERY_LOW = Shown(Mean(Decimal("1.4"), "<="), 16, 18, None)
HIDDEN = Hidden("Stores South")


def render(source, **context):
    return Template(source).render(Context(context))


class TestWords:
    def test_a_mean_has_one_decimal(self):
        assert figures.mean_words(Mean(Decimal("3.6"))) == "3.6"
        assert figures.mean_words(Mean(Decimal("4"))) == "4.0"

    def test_a_clipped_mean_says_which_way_it_is_open(self):
        assert figures.mean_words(VERY_HIGH.mean) == "4.6 or more"
        assert figures.mean_words(VERY_LOW.mean) == "1.4 or less"

    @pytest.mark.parametrize(
        ("mean", "word"),
        [
            ("2.4", "low"),
            ("2.5", "rather low"),
            ("3.4", "middling"),
            ("3.5", "fairly good"),
            ("4.4", "good"),
            ("4.5", "very good"),
        ],
    )
    def test_each_band_has_its_word(self, mean, word):
        assert figures.band_word(Mean(Decimal(mean))) == word

    def test_a_difference_has_a_sign_only_where_one_is_asked_for(self):
        assert figures.points(Decimal("-1.5")) == "1.5"
        assert figures.points(Decimal("-1.5"), "signed") == "−1.5"
        assert figures.points(Decimal("0.3"), "signed") == "+0.3"
        assert figures.points(Decimal("0.0"), "signed") == "0.0"
        assert figures.points(None) == ""

    def test_the_likely_range_is_said_in_words(self):
        assert figures.likely(shown()) == "likely between 3.4 and 3.8"

    def test_a_range_without_width_means_that_everyone_answered(self):
        assert figures.likely(shown("3.6", "3.6", "3.6", n=9, invited=9)) == "everyone answered"

    def test_it_does_not_say_everyone_where_only_rounding_closed_the_range(self):
        words = figures.likely(shown("3.6", "3.6", "3.6", n=900, invited=1000))
        assert words == "likely 3.6 for the whole group"

    def test_a_clipped_mean_has_no_range(self):
        assert figures.likely(VERY_HIGH) == ""

    def test_answers_are_counted_against_the_invited(self):
        assert figures.answered(shown()) == "11 of 14 answered"
        assert figures.answered(Participation(147, 202)) == "147 of 202 answered"

    @pytest.mark.parametrize("nothing", [HIDDEN, None, ""])
    def test_a_figure_that_is_not_shown_has_no_words(self, nothing):
        assert [figures.likely(nothing), figures.answered(nothing)] == ["", ""]
        assert [figures.mean_words(nothing), figures.band_word(nothing)] == ["", ""]

    def test_templates_need_not_load_the_library(self):
        assert render("{{ figure.mean|mean_words }}, {{ figure|likely }}", figure=shown()) == ("3.6, likely between 3.4 and 3.8")


class TestHiddenMark:
    def test_it_tells_the_reason_and_where_the_answers_count(self):
        mark = figures.hidden_mark(HIDDEN, 5)
        assert "Fewer than 5 answers could be told apart here. They are not lost: they count in Stores South." in mark

    def test_it_names_no_unit_where_there_is_none(self):
        mark = figures.hidden_mark(Hidden(), 5)
        assert "Fewer than 5 answers could be told apart here.</p>" in mark

    def test_the_reason_is_a_click_away_or_open_where_there_is_room(self):
        assert "<details class=" in figures.hidden_mark(HIDDEN, 5)
        assert '<details class="cs-hidden" open>' in figures.hidden_mark(HIDDEN, 5, wide=True)

    def test_a_shown_figure_has_no_mark(self):
        assert figures.hidden_mark(shown(), 5) == ""

    def test_names_of_units_are_escaped(self):
        assert "<i>" not in figures.hidden_mark(Hidden("<i>"), 5)


class TestHeatCell:
    def test_it_shows_figure_word_and_colour_and_speaks_the_range(self):
        cell = figures.heat_cell(shown("3.6"), href="/team/")
        assert cell.startswith('<td class="cs-cell cs-cell--4"><a href="/team/"><b>3.6</b><small>fairly good</small>')
        assert '<span class="visually-hidden">, likely between 3.4 and 3.8</span>' in cell

    def test_a_wide_range_is_hatched_and_called_uncertain(self):
        cell = figures.heat_cell(shown("3.0", "2.6", "3.4"))
        assert "cs-cell--unsure" in cell
        assert "uncertain: likely between 2.6 and 3.4" in cell

    def test_a_clipped_mean_speaks_no_range(self):
        assert "visually-hidden" not in figures.heat_cell(VERY_HIGH)

    def test_a_hidden_cell_prints_no_digit_of_a_mean(self):
        cell = figures.heat_cell(HIDDEN)
        assert cell.startswith('<td class="cs-cell cs-cell--hidden">')
        assert not any(character.isdigit() for character in cell)

    def test_a_figure_that_was_never_made_is_an_empty_cell(self):
        assert figures.heat_cell(None) == '<td class="cs-cell"><span class="visually-hidden">no figure</span></td>'

    def test_a_hidden_team_is_one_wide_cell(self):
        assert 'colspan="11"' in figures.hidden_cell(HIDDEN, 11, 5)


class TestValueBlock:
    def test_a_mean_comes_with_range_and_answers(self):
        block = figures.value_block(shown(), label="Overall")
        assert [words in block for words in ("Overall", ">3.6<", "likely between 3.4 and 3.8", "11 of 14 answered")] == ([True] * 4)

    def test_the_words_of_a_clipped_mean_are_small(self):
        assert "4.6<small> or more</small>" in figures.value_block(VERY_HIGH)

    def test_a_hidden_figure_gives_neither_answers_nor_invited(self):
        block = figures.value_block(HIDDEN, label="Overall")
        assert "answered" not in block
        assert not any(character.isdigit() for character in block)


class TestChange:
    def test_a_clear_change_has_arrow_word_and_figure(self):
        up = figures.change(Change("up", Decimal("0.3")))
        assert up.startswith('<span class="cs-change cs-change--up"><svg')
        assert up.endswith("</svg>up 0.3</span>")
        assert "cs-change--down" in figures.change(Change("down", Decimal("-0.4")))
        assert "down 0.4" in figures.change(Change("down", Decimal("-0.4")))

    def test_no_clear_change_has_neither_sign_nor_figure(self):
        assert figures.change(Change("none")) == '<span class="cs-change">no clear change</span>'
        with pytest.raises(ValueError, match="no number"):
            Change("none", Decimal("0.1"))

    def test_a_clipped_mean_changes_only_in_words(self):
        assert figures.change(Change("up")).endswith("</svg>up</span>")

    def test_it_names_the_quarter_it_compares_with(self):
        assert figures.change(Change("none"), since="Q3") == '<span class="cs-change">no clear change</span> since Q3'
        assert "&lt;i&gt;" in figures.change(Change("up", Decimal("0.3")), since="<i>")

    @pytest.mark.parametrize("nothing", [None, ""])
    def test_where_nothing_is_compared_nothing_is_said(self, nothing):
        assert figures.change(nothing) == ""

    def test_templates_need_not_load_it(self):
        assert "up 0.3" in render("{% change moved %}", moved=Change("up", Decimal("0.3")))
