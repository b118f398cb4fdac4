"""A cell with both views, and the picture of part and level."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest

from assessments.analysis.perception import gap
from assessments.analysis.recommendations import pattern
from assessments.analysis.values import Hidden, Interval, Mean, Op, Shown
from assessments.results.drivers import DriversPage
from assessments.results.gaps import View
from assessments.results.methods import GoesTogether, Together
from assessments.templatetags.deeper import gap_cell, part_and_level, pattern_words


def figure(mean: str, op: Op = "=") -> Shown:
    interval = None if op != "=" else Interval(Decimal(mean) - Decimal("0.2"), Decimal(mean) + Decimal("0.2"))
    return Shown(Mean(Decimal(mean), op), n=11, invited=14, interval=interval)


def view(shown: Shown, manager: str) -> View:
    value = Decimal(manager)
    return View(shown, value, gap(value, shown.mean, shown.interval), pattern(shown, value))


class TestGapCell:
    @pytest.mark.parametrize(
        ("mean", "manager", "points", "word", "shade"),
        [
            ("2.6", "4.0", "+1.4", "blind spot", 1),
            ("3.2", "4.0", "+0.8", "blind spot", 2),
            ("3.8", "4.0", "+0.2", "both high", 3),
            ("2.8", "3.0", "+0.2", "both low", 3),
            ("3.4", "3.6", "+0.2", "no clear pattern", 3),
            ("3.8", "3.0", "−0.8", "hidden strength", 4),
            ("4.2", "3.0", "−1.2", "hidden strength", 5),
        ],
    )
    def test_points_word_and_colour_say_the_same(self, mean: str, manager: str, points: str, word: str, shade: int) -> None:
        html = gap_cell(view(figure(mean), manager))
        assert f"<b>{points}</b><small>{word}</small>" in html
        assert f"cs-gap-cell--{shade}" in html
        assert f"manager {manager}, team {mean}" in html

    def test_at_the_end_of_the_scale_there_is_a_word_and_no_number(self) -> None:
        html = gap_cell(view(figure("4.6", ">="), "3.0"))
        assert "<b></b><small>hidden strength</small>" in html
        assert "manager 3.0, team 4.6 or more" in html

    def test_a_hidden_figure_tells_nothing_of_the_manager_either(self) -> None:
        html = gap_cell(View(Hidden("Support"), Decimal(4), None, None), k=5)
        assert "They are not lost: they count in Support." in html
        assert "4" not in html.replace("14", "")

    def test_a_practice_that_the_manager_left_out_is_said(self) -> None:
        assert "no rating" in gap_cell(View(figure("3.4"), None, None, None))

    def test_it_leads_on(self) -> None:
        assert '<a href="/teams/1/">' in gap_cell(view(figure("3.4"), "3.6"), "/teams/1/")


def test_no_pattern_has_no_words() -> None:
    assert pattern_words(None) == ""


class TestPartAndLevel:
    def picture(self, *rows: tuple[int, str | None, bool]) -> str:
        """Rows of part, level and whether it is sure."""
        found = tuple(
            GoesTogether(f"D{share}", share, 1, 3, sure, figure(level) if level else Hidden()) for share, level, sure in rows
        )
        return part_and_level(DriversPage(SimpleNamespace(), Together("Commitment", "", found)))  # type: ignore[arg-type]

    def marks(self, html: str) -> list[tuple[float, float, str]]:
        found = re.findall(r'<svg x="([\d.]+)%" y="([\d.]+)".*?>([\d, ]+)</text>', html)
        return [(float(x), float(y), words) for x, y, words in found]

    def test_a_larger_part_stands_higher_and_a_lower_level_further_left(self) -> None:
        first, second = self.marks(self.picture((40, "3.1", True), (10, "4.1", False)))
        assert first[0] < second[0]
        assert first[1] < second[1]
        assert (first[2], second[2]) == ("1", "2")

    def test_every_mark_lies_inside_the_picture(self) -> None:
        for x, y, _words in self.marks(self.picture((40, "1.0", True), (20, "4.6", True), (0, "3.3", False))):
            assert 12 <= x <= 96
            assert 14 <= y <= 262

    def test_two_that_would_cover_each_other_share_a_mark(self) -> None:
        assert [words for _x, _y, words in self.marks(self.picture((30, "3.1", True), (5, "3.6", False), (4, "3.7", False)))] == [
            "1",
            "2, 3",
        ]

    def test_a_hidden_level_has_no_place(self) -> None:
        assert [words for _x, _y, words in self.marks(self.picture((30, None, True), (5, "3.6", False)))] == ["2"]
        assert self.picture((30, None, True)) == ""

    def test_what_is_sure_is_full_and_the_rest_is_open(self) -> None:
        html = self.picture((30, "3.1", True), (5, "3.9", False))
        assert html.count('class="m-spot-sure"') == html.count('class="m-spot-open"') == 1
