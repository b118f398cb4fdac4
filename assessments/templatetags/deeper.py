"""Pieces of HR's deeper pages: a cell with both views of a thing, the three steps of a practice, where part and level meet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django import template
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.analysis.recommendations import Pattern
from assessments.analysis.values import Hidden, Shown
from assessments.results.drivers import DriversPage
from assessments.results.gaps import View
from assessments.results.methods import GoesTogether
from assessments.results.practices import PracticePage
from assessments.templatetags.figures import NOTHING, hidden_mark, mean_words, points
from assessments.templatetags.marks import svg

register = template.Library()

# --- managers and teams -------------------------------------------------------------------------------------------

PATTERN_WORDS: dict[Pattern, Promise | str] = {
    Pattern.BOTH_HIGH: gettext_lazy("both high"),
    Pattern.BOTH_LOW: gettext_lazy("both low"),
    Pattern.BLIND_SPOT: gettext_lazy("blind spot"),
    Pattern.HIDDEN_STRENGTH: gettext_lazy("hidden strength"),
    Pattern.UNCLEAR: gettext_lazy("no clear pattern"),
}
LARGE = Decimal(1)  # points from which a clear difference is coloured strongly


@register.filter
def pattern_words(pattern: Pattern | str | None) -> Promise | str:
    return PATTERN_WORDS[pattern] if isinstance(pattern, Pattern) else ""


@register.simple_tag
def gap_cell(view: View, href: str = "", k: int | None = None) -> SafeString:
    """Manager minus team with the pattern's name, coloured where one of the two clearly rates higher."""
    if isinstance(view.figure, Hidden):
        return format_html('<td class="cs-cell cs-cell--hidden">{}</td>', hidden_mark(view.figure, k))
    if view.gap is None or view.pattern is None:
        return format_html('<td class="cs-cell"><span class="visually-hidden">{}</span></td>', _("no rating"))
    spoken = _("manager %(manager)s, team %(team)s") % {
        "manager": number_format(view.gap.manager, 1),
        "team": mean_words(view.figure.mean),
    }
    content = format_html(
        '<b>{}</b><small>{}</small><span class="visually-hidden">, {}</span>',
        points(view.gap.points, "signed"),
        PATTERN_WORDS[view.pattern],
        spoken,
    )
    if href:
        content = format_html('<a href="{}">{}</a>', href, content)
    return format_html('<td class="cs-cell cs-gap-cell cs-gap-cell--{}">{}</td>', _shade(view), content)


def _shade(view: View) -> int:
    """1 and 2: the manager rates clearly higher; 4 and 5: the team does; 3: neither."""
    large = view.gap is not None and view.gap.size >= LARGE
    if view.pattern is Pattern.BLIND_SPOT:
        return 1 if large else 2
    if view.pattern is Pattern.HIDDEN_STRENGTH:
        return 5 if large else 4
    return 3


# --- ideas to act on ----------------------------------------------------------------------------------------------


@register.filter
def three_steps(page: PracticePage) -> list[tuple[str, str, bool]]:
    """For `advice`: heading, text, and whether the step fits the level."""
    practice = page.practice
    steps = (
        ("start", _("Start this week"), practice.start),
        ("build", _("Build this quarter"), practice.build),
        ("keep", _("Make it normal"), practice.keep),
    )
    return [(heading, text, name == page.step) for name, heading, text in steps]


# --- part and level -----------------------------------------------------------------------------------------------

HEIGHT, TOP, FOOT = 300, 14, 262  # pixels: the whole picture, the largest part, and none
LEFT, RIGHT = 12, 96  # percent of the width: the lowest and the highest level
HALF = Decimal("0.5")
NEAR_LEVEL, NEAR_PART = Decimal("0.1"), 3  # closer than this, marks would cover each other


@dataclass(slots=True)
class _Spot:
    """Dimensions that stand so near to each other that they share a mark."""

    rows: list[tuple[int, GoesTogether, Shown]] = field(default_factory=list)

    @property
    def level(self) -> Decimal:
        return sum((figure.mean.value for _number, _row, figure in self.rows), Decimal(0)) / len(self.rows)

    @property
    def part(self) -> Decimal:
        return Decimal(sum(row.share for _number, row, _figure in self.rows)) / len(self.rows)

    @property
    def sure(self) -> bool:
        return any(row.sure for _number, row, _figure in self.rows)

    def holds(self, row: GoesTogether, figure: Shown) -> bool:
        return abs(self.level - figure.mean.value) <= NEAR_LEVEL and abs(self.part - row.share) <= NEAR_PART


@register.simple_tag
def part_and_level(page: DriversPage) -> SafeString:
    """Each dimension by its number in the table: the higher up, the larger its part; the further right, the higher it is rated."""
    if not page.drawn:
        return NOTHING
    spots = _spots(page.drawn)
    levels = [figure.mean.value for _number, _row, figure in page.drawn]
    low, high = _half(min(levels), ROUND_FLOOR), _half(max(levels), ROUND_CEILING)
    if low == high:
        low, high = low - HALF, high + HALF
    most = -(-max(row.share for _number, row, _figure in page.drawn) // 10) * 10
    marks = _grid(low, high, most)
    for spot in spots:
        marks += _mark(spot, LEFT + (RIGHT - LEFT) * (spot.level - low) / (high - low), FOOT - (FOOT - TOP) * spot.part / most)
    label = _("%(number)s dimensions by part and level; the table below has the same figures.") % {"number": len(page.drawn)}
    return svg(marks, height=HEIGHT, label=label, name="cs-scatter")


def _half(value: Decimal, rounding: str) -> Decimal:
    return (value / HALF).to_integral_value(rounding) * HALF


def _spots(drawn: Sequence[tuple[int, GoesTogether, Shown]]) -> list[_Spot]:
    spots: list[_Spot] = []
    for number, row, figure in drawn:
        spot = next((spot for spot in spots if spot.holds(row, figure)), None)
        if spot is None:
            spot = _Spot()
            spots.append(spot)
        spot.rows.append((number, row, figure))
    return spots


def _grid(low: Decimal, high: Decimal, most: int) -> SafeString:
    levels = [low + HALF * step for step in range(int((high - low) / HALF) + 1)]
    parts = range(0, most + 1, 10)
    across = '<line class="m-track" x1="{0}%" x2="100%" y1="{1}" y2="{1}" stroke="#dcd7cc"/>'
    beside = '<text class="m-axis" x="0" y="{0}" dy="4" font-size="12" fill="#4c585b">{1}</text>'
    upright = '<line class="m-track" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" stroke="#dcd7cc"/>'
    under = '<text class="m-axis" x="{0}%" y="{1}" text-anchor="middle" font-size="12" fill="#4c585b">{2}</text>'
    x = {level: f"{LEFT + (RIGHT - LEFT) * (level - low) / (high - low):.1f}" for level in levels}
    y = {part: f"{FOOT - (FOOT - TOP) * Decimal(part) / most:.1f}" for part in parts}
    return (
        format_html_join("", across, ((LEFT - 2, y[part]) for part in parts))
        + format_html_join("", beside, ((y[part], _("%(percent)s %%") % {"percent": part}) for part in parts))
        + format_html_join("", upright, ((x[level], TOP, FOOT) for level in levels))
        + format_html_join("", under, ((x[level], FOOT + 20, number_format(level, 1)) for level in levels))
    )


def _mark(spot: _Spot, x: Decimal, y: Decimal) -> SafeString:
    """A disc, wider for several numbers; full where it is sure that it goes together, else an outline."""
    words = ", ".join(str(number) for number, _row, _figure in spot.rows)
    half = Decimal(12) if len(words) < 3 else Decimal(5 + 4 * len(words))
    kind = "sure" if spot.sure else "open"
    fill, ink = ("#0b5a66", "#ffffff") if spot.sure else ("#ffffff", "#1b2426")
    return format_html(
        '<svg x="{}%" y="{}" overflow="visible"><rect class="m-spot-{}" x="{}" y="-12" width="{}" height="24" rx="12" fill="{}" '
        'stroke="#0b5a66" stroke-width="2"/><text class="m-spot-{}-ink" y="4.5" text-anchor="middle" font-size="13" '
        'font-weight="600" fill="{}">{}</text></svg>',
        f"{x:.1f}",
        f"{y:.1f}",
        kind,
        -half,
        2 * half,
        fill,
        kind,
        ink,
        words,
    )
