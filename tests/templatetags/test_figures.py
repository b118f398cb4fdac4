from decimal import Decimal

import pytest
from django.template import Context, Template

from assessments.analysis.values import AgreementWord, Band, Change, Gap, Hidden, Interval, Mean, Participation, Share, Shown
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

    def test_in_a_table_a_range_closed_by_rounding_is_one_number(self):
        assert figures.range_words(shown()) == "3.4 to 3.8"
        assert figures.range_words(shown("3.6", "3.6", "3.6", n=900, invited=1000)) == "3.6"
        assert figures.range_words(shown("3.6", "3.6", "3.6", n=9, invited=9)) == "all answered"

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


def moved(direction, points=None, low=None, high=None, visible=None):
    printed = [Decimal(value) if value else None for value in (points, low, high)]
    return Change(direction, *printed, since="2026 Q1", visible=Decimal(visible) if visible else None)


class TestShare:
    @pytest.mark.parametrize(
        ("share", "words"),
        [
            (Share(75, low=52, high=89), "75 % agree, likely between 52 and 89 %"),
            (Share(75, low=75, high=75), "75 % agree"),
            (Share(75), "75 % agree"),
            (Share(90, ">="), "90 % or more agree"),
            (Share(10, "<="), "10 % or fewer agree"),
            (None, ""),
            ("", ""),
        ],
    )
    def test_it_says_how_many_agree_and_how_sure_that_is(self, share, words):
        assert figures.share_words(share) == words


class TestAgreementAndBand:
    @pytest.mark.parametrize(
        ("word", "words"),
        [
            (AgreementWord.CLOSE, "answers are close together"),
            (AgreementWord.MIXED, "answers are mixed"),
            (AgreementWord.FAR, "opinions differ a lot, talk about it"),
            (None, ""),
        ],
    )
    def test_it_says_how_far_answers_lie_apart(self, word, words):
        assert figures.agreement_words(word) == words

    @pytest.mark.parametrize(
        ("band", "words"),
        [
            (Band.UPPER, "in the upper third of teams, as far as can be told"),
            (Band.MIDDLE, "in the middle of the teams, or it cannot be told"),
            (Band.LOWER, "in the lower third of teams, as far as can be told"),
            (None, ""),
        ],
    )
    def test_it_places_a_team_no_more_surely_than_it_can(self, band, words):
        assert figures.band_words(band) == words


class TestChangeSentence:
    @pytest.mark.parametrize(
        ("change", "sentence", "detail"),
        [
            (
                moved("up", "0.4", "0.2", "0.6"),
                "Up 0.4 since 2026 Q1, likely between 0.2 and 0.6.",
                "The change is likely between 0.2 and 0.6.",
            ),
            (
                moved("down", "-0.4", "-0.6", "-0.2"),
                "Down 0.4 since 2026 Q1, likely between 0.2 and 0.6.",
                "The change is likely between 0.2 and 0.6.",
            ),
            (moved("up", "1.0"), "Up 1.0 since 2026 Q1.", ""),
            (moved("down", "-1.0", "-1.0", "-1.0"), "Down 1.0 since 2026 Q1.", ""),
            (
                moved("none", visible="0.6"),
                "No clear change since 2026 Q1; with this many answers only changes of about 0.6 or more would show.",
                "With this many answers only changes of about 0.6 or more would show. Steady is a result too.",
            ),
            (moved("none", visible="0.0"), "No clear change since 2026 Q1.", "Steady is a result too."),
            (moved("too_few"), "Too few answers to compare with 2026 Q1.", ""),
            (None, "", ""),
            ("", "", ""),
        ],
    )
    def test_it_is_one_sentence_with_how_sure_it_is(self, change, sentence, detail):
        assert figures.change_sentence(change) == sentence
        assert figures.change_detail(change) == detail

    @pytest.mark.parametrize("direction", ["up", "down"])
    def test_at_the_end_of_the_scale_it_prints_no_number(self, direction):
        said = figures.change_sentence(moved(direction))
        assert said == f"{direction.capitalize()} since 2026 Q1; by how much cannot be said at the end of the scale."
        assert figures.change_detail(moved(direction)) == "By how much cannot be said at the end of the scale."
        assert figures.change_range(moved(direction)) == ""

    def test_without_a_name_it_speaks_of_the_cycle_before(self):
        assert figures.change_sentence(Change("none")) == "No clear change since the cycle before."


class TestGap:
    @pytest.mark.parametrize(
        ("points", "low", "high", "words"),
        [
            ("1.1", "0.8", "1.4", "likely between 0.8 and 1.4"),
            ("-0.7", "-0.9", "-0.5", "likely between 0.5 and 0.9"),
            ("0.3", "0.0", "0.6", "likely between 0.0 and 0.6"),
            ("1.1", "1.1", "1.1", ""),
            ("0.1", "-0.2", "0.4", ""),
        ],
    )
    def test_it_says_how_large_a_difference_likely_is_unless_it_may_go_either_way(self, points, low, high, words):
        assert figures.gap_range(Gap(Decimal(4), Decimal(points), Decimal(low), Decimal(high))) == words

    @pytest.mark.parametrize("nothing", [Gap(Decimal(4), None), None, ""])
    def test_a_clipped_mean_gives_no_number(self, nothing):
        assert figures.gap_range(nothing) == ""
