"""Every component in every state, with invented figures: where somebody who builds a page looks first."""

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from assessments.analysis.beside import beside
from assessments.analysis.trend import TrendPoint
from assessments.analysis.values import AgreementWord, Band, Change, Classes, Direction, Gap, Hidden, Interval, Mean, Share, Shown
from assessments.permissions import signed_in
from assessments.results.quarters import TrendDirection


@dataclass(frozen=True, slots=True)
class Demo:
    """One component; `name` is that of its partial. A wide one shows light above dark instead of side by side."""

    name: str
    title: Any
    code: str
    wide: bool = False


def _change(direction: Direction, points: str = "", low: str = "", high: str = "", visible: str = "") -> Change:
    number, least, most, seen = (Decimal(value) if value else None for value in (points, low, high, visible))
    return Change(direction, number, least, most, since="2026 Q1", visible=seen)


def _gap(manager: str, points: str, low: str, high: str) -> Gap:
    return Gap(Decimal(manager), Decimal(points), Decimal(low), Decimal(high))


def _trend(slope: str, low: str, high: str) -> TrendDirection:
    return TrendDirection(5, Decimal(slope), Decimal(low), Decimal(high))


def _shown(mean: str, low: str, high: str, n: int = 11, invited: int = 14) -> Shown:
    return Shown(Mean(Decimal(mean)), n, invited, Interval(Decimal(low), Decimal(high)))


SHOWN = _shown("3.6", "3.4", "3.8")
UNSURE = _shown("3.2", "2.8", "3.6", 6, 14)
VERY_HIGH = Shown(Mean(Decimal("4.6"), ">="), 16, 18, None)
VERY_LOW = Shown(Mean(Decimal("1.4"), "<="), 16, 18, None)
HIDDEN = Hidden("Stores South")
BANDS = [("2.2", "2.0", "2.4"), ("2.7", "2.5", "2.9"), ("3.2", "3.0", "3.4"), ("3.7", "3.5", "3.9"), ("4.2", "4.0", "4.4")]
WIDE = [("2.2", "1.8", "2.6"), ("2.7", "2.3", "3.1"), ("3.2", "2.8", "3.6"), ("3.7", "3.3", "4.1"), ("4.2", "3.8", "4.6")]
YEAR = [
    TrendPoint("Q3 25", _shown("3.5", "3.2", "3.7")),
    TrendPoint("Q4 25", _shown("3.5", "3.3", "3.8")),
    TrendPoint("Q1 26", _shown("3.4", "3.1", "3.7")),
    TrendPoint("Q2 26", _shown("3.6", "3.3", "3.8")),
]
CHANGES = [
    _change("up", "0.4", "0.2", "0.6"),
    _change("down", "-0.4", "-0.6", "-0.2"),
    _change("up"),
    _change("none", visible="0.6"),
    _change("too_few"),
]

INVENTED = {
    "k": 5,
    "shown": SHOWN,
    "low": _shown("2.9", "2.7", "3.1"),
    "unsure": UNSURE,
    "all_answered": _shown("3.3", "3.3", "3.3", 9, 9),
    "clipped": VERY_HIGH,
    "clipped_low": VERY_LOW,
    "hidden": HIDDEN,
    "up": _change("up", "0.3", "0.1", "0.5"),
    "down": _change("down", "-0.3", "-0.5", "-0.1"),
    "no_change": _change("none", visible="0.9"),
    "up_in_words": _change("up"),
    "changes": CHANGES,
    "shares": [Share(75, low=52, high=89), Share(75), Share(90, ">="), Share(10, "<=")],
    "agreements": list(AgreementWord),
    "bands": list(Band),
    "manager_gap": _gap("4.0", "1.1", "0.8", "1.4"),
    "team_gap": _gap("2.9", "-0.7", "-0.9", "-0.5"),
    "directions": [_trend("0.10", "0.05", "0.15"), _trend("-0.10", "-0.15", "-0.05"), _trend("0.02", "-0.05", "0.09")],
    "answered_by_11": Shown(
        Mean(Decimal("3.9")), 11, 14, Interval(Decimal("3.6"), Decimal("4.2")), Share(60, low=38, high=78), Classes(20, 20, 60)
    ),
    "answered_by_40": Shown(
        *(Mean(Decimal("3.8")), 40, 52, Interval(Decimal("3.6"), Decimal("4.0")), Share(65, low=53, high=75)),
        classes=Classes(15, 20, 65, strongly_agree=25),
    ),
    "trend": YEAR,
    "broken_trend": [*YEAR[:3], TrendPoint("Q2 26", _shown("3.6", "3.4", "3.8"), breaks_before=True), TrendPoint("Q3 26", SHOWN)],
    "gappy_trend": [*YEAR[:2], TrendPoint("Q1 26", HIDDEN), YEAR[3], TrendPoint("Q3 26", VERY_HIGH)],
    "three_shares": [25, 30, 45],
    "five_shares": [15, 15, 20, 30, 20],
    "end_shares": [0, 5, 95],
    "certain_row": [*(_shown(*band) for band in BANDS), _shown("4.5", "4.4", "4.5")],
    "unsure_row": [*(_shown(*band) for band in WIDE), _shown("4.5", "4.1", "4.7")],
    "ends_row": [VERY_LOW, UNSURE, HIDDEN, SHOWN, HIDDEN, VERY_HIGH],
    "changed_row": [*(replace(SHOWN, change=change) for change in CHANGES), HIDDEN],
    "beside_row": [
        (figure, beside(figure, SHOWN)) for figure in (VERY_HIGH, _shown(*BANDS[4]), UNSURE, _shown(*BANDS[0]), VERY_LOW, HIDDEN)
    ],
    "done_on": datetime.date(2026, 10, 30),
    "steps": [
        (_("Start this week"), _("Notice three things a day, and say so."), True),
        (_("Build this quarter"), _("Begin each shift with one thank-you."), False),
        (_("Make it normal"), _("Pass one story a month on to the other stores."), False),
    ],
    "answers": [
        ("1", pgettext_lazy("answer", "Strongly disagree")),
        ("2", pgettext_lazy("answer", "Disagree")),
        ("3", pgettext_lazy("answer", "Neither")),
        ("4", pgettext_lazy("answer", "Agree")),
        ("5", pgettext_lazy("answer", "Strongly agree")),
    ],
}

SECTIONS = [
    (
        _("Figures"),
        [
            Demo("figure", _("Figure"), "{% value_block %}, cs-figure"),
            Demo("hidden", _("Hidden figure"), "{% hidden_mark %}, cs-hidden"),
            Demo(
                "change",
                _("Change and difference"),
                "{% change %}, |change_sentence, |change_detail, |gap_range, cs-change, cs-gap",
            ),
            Demo("words", _("Words beside a figure"), "|share_words, |agreement_words, |band_words, |trend_words"),
            Demo("figures", _("Row of figures"), "cs-figures", wide=True),
        ],
    ),
    (
        _("Charts"),
        [
            Demo("range", _("Range bar"), "{% range_bar %}, {% scale_axis %}, {% chart_key %}"),
            Demo("dumbbell", _("Dumbbell"), "{% dumbbell %}"),
            Demo("share", _("Share and target"), "{% share_bar %}"),
            Demo("trend", _("Trend"), "{% trend_line %}"),
            Demo("spread", _("Answers"), "{% spread %}"),
            Demo("classes", _("Answers in a row of a table"), "{% stacked %}, {% stacked_key %}, |share_words"),
            Demo("chart", _("Chart table"), "cs-chart, cs-chart--even", wide=True),
            Demo("heat", _("Heat map"), "{% heat_cell %}, {% hidden_cell %}, cs-heat, cs-scale", wide=True),
            Demo("beside", _("Heat map, compared"), "{% change_cell %}, {% beside_cell %}, cs-heat", wide=True),
        ],
    ),
    (
        _("Practices and actions"),
        [
            Demo("list", _("List of practices"), "cs-list"),
            Demo("moved", _("What moved"), "{% change %}, |change_range, cs-list"),
            Demo("card", _("Action card"), "{% action_card %}", wide=True),
            Demo("advice", _("Steps by level, and why"), "{% advice %}, cs-why"),
            Demo("patterns", _("Patterns"), "cs-patterns"),
            Demo("step", _("Step of a page"), "{% step %}", wide=True),
            Demo("sheet", _("Meeting sheet"), "cs-sheet, cs-commit, cs-lines"),
        ],
    ),
    (
        _("Messages"),
        [
            Demo("alert", _("Message"), "{% alert %}, cs-alert"),
            Demo("empty", _("Nothing yet"), "{% empty_state %}, cs-empty"),
            Demo("saved", _("Saved while typing"), "{% saved %}, cs-saved, cs-dock"),
        ],
    ),
    (
        _("Controls"),
        [
            Demo("buttons", _("Buttons and links"), "cs-button, --quiet, --danger, cs-link"),
            Demo("choice", _("Card to choose"), "cs-card cs-choice"),
            Demo("fields", _("Fields"), "form-label, form-text, form-control, invalid-feedback"),
            Demo("statement", _("Statement and progress"), "cs-statement, cs-answers, cs-progress"),
            Demo("stacked", _("Statement with long words"), "cs-answers--stack, --five, cs-under"),
            Demo("ways", _("Where am I"), "cs-crumbs, cs-tabs, cs-parts"),
            Demo("table", _("Table and facts"), "cs-table, cs-facts, cs-terms"),
        ],
    ),
]


@signed_in
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "assessments/gallery/gallery.html", {"sections": SECTIONS, **INVENTED})
