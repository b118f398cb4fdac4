"""One figure over the quarters, with its ranges: a builtin library, so templates need no load.

x is in percent of the width, y in pixels. A hidden quarter leaves a gap, a clipped mean is an open box without a joining line,
and nothing is joined across a break.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.analysis.trend import TrendPoint
from assessments.analysis.values import Mean, Shown
from assessments.results.quarters import TrendDirection
from assessments.templatetags.figures import NOTHING, Figure, mean_words, range_words
from assessments.templatetags.marks import svg

register = template.Library()

HEIGHT, TOP, FOOT = 140, 12, 114  # pixels: the whole picture, the highest and the lowest value
LONGEST_NAME = 12  # characters of a quarter's name that are drawn; read aloud it is whole
NARROWEST = 44  # characters of that size beside each other on the narrowest phone
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Axis:
    """The part of the scale that is drawn."""

    low: Decimal
    high: Decimal

    def y(self, value: Decimal) -> str:
        return f"{FOOT - (value - self.low) / (self.high - self.low) * (FOOT - TOP):.1f}"


@register.simple_tag
def trend_line(points: Sequence[TrendPoint] | str | None, label: str = "") -> SafeString:
    """A dot with its likely range per quarter, joined where two quarters may be compared and both have one number."""
    if not points or isinstance(points, str):
        return NOTHING
    axis = _axis([point.figure for point in points if isinstance(point.figure, Shown)])
    places = [_x(number, len(points)) for number in range(len(points))]
    marks, dots, every = _grid(axis), NOTHING, _named(points)
    for number, (point, x) in enumerate(zip(points, places, strict=True)):
        marks += _range(point.figure, x, axis)
        dots += _dot(point.figure, x, axis)
        if (len(points) - 1 - number) % every == 0:
            dots += _name(x, point.label)
    for number in range(1, len(points)):
        marks += _between(points[number - 1], points[number], places[number - 1], places[number], axis)
    return svg(marks + dots, height=HEIGHT, label=label or _words(points), name="cs-trend")


@register.filter
def trend_words(trend: TrendDirection | str | None) -> str:
    """Where a figure is heading: "Rising by about 0.27 a cycle over 5 cycles, likely between 0.22 and 0.32."."""
    if not isinstance(trend, TrendDirection):
        return ""
    if not trend.is_clear:
        return _("No clear direction over %(cycles)s cycles.") % {"cycles": trend.cycles}
    low, slope, high = (number_format(size, 2) for size in sorted(abs(end) for end in (trend.low, trend.slope, trend.high)))
    if trend.slope > 0:
        text = _("Rising by about %(slope)s a cycle over %(cycles)s cycles, likely between %(low)s and %(high)s.")
    else:
        text = _("Falling by about %(slope)s a cycle over %(cycles)s cycles, likely between %(low)s and %(high)s.")
    return text % {"slope": slope, "cycles": trend.cycles, "low": low, "high": high}


def _named(points: Sequence[TrendPoint]) -> int:
    """Every how many quarters one is named, counted from the last, so that names never touch on a phone."""
    longest = max(len(_short(point.label)) for point in points) + 1
    return math.ceil(longest * len(points) / NARROWEST)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_NAME else label[: LONGEST_NAME - 1].rstrip() + "…"


def _between(before: TrendPoint, point: TrendPoint, x1: Decimal, x2: Decimal, axis: Axis) -> SafeString:
    """A straight line, the dashed upright of a break, or nothing beside a hidden or clipped quarter."""
    if point.breaks_before:
        dashed = 'stroke="#4c585b" stroke-width="1.5" stroke-dasharray="3 3"'
        line = '<line class="m-break" x1="{0}%" x2="{0}%" y1="2" y2="{1}" ' + dashed + "/>"
        return format_html(line, f"{(x1 + x2) / 2:.1f}", FOOT)
    first, second = _plain(before.figure), _plain(point.figure)
    if first is None or second is None:
        return NOTHING
    line = '<line class="m-team-line" x1="{}%" y1="{}" x2="{}%" y2="{}" stroke="#0b5a66" stroke-width="2"/>'
    return format_html(line, f"{x1:.1f}", axis.y(first), f"{x2:.1f}", axis.y(second))


def _plain(figure: Figure) -> Decimal | None:
    """The mean where it is one number."""
    return figure.mean.value if isinstance(figure, Shown) and not figure.mean.clipped else None


def _open_box(mean: Mean) -> tuple[Decimal, Decimal]:
    """Where a clipped mean lies."""
    return (mean.value, Decimal(5)) if mean.op == ">=" else (Decimal(1), mean.value)


def _axis(figures: Sequence[Shown]) -> Axis:
    """Half points around all that is drawn, at least one whole point high: a small change must not look large."""
    drawn = [value for figure in figures for value in _drawn(figure)] or [Decimal(3), Decimal(4)]
    low = (min(drawn) / HALF).to_integral_value(ROUND_FLOOR) * HALF
    high = (max(drawn) / HALF).to_integral_value(ROUND_CEILING) * HALF
    if high - low > 2:
        return Axis(low.to_integral_value(ROUND_FLOOR), high.to_integral_value(ROUND_CEILING))
    while high - low < 1:
        # Downwards first, upwards where the scale ends.
        low, high = (low - HALF, high) if low > 1 else (low, high + HALF)
    return Axis(low, high)


def _drawn(figure: Shown) -> tuple[Decimal, ...]:
    if figure.mean.clipped:
        return _open_box(figure.mean)
    return (figure.mean.value, figure.interval.low, figure.interval.high) if figure.interval else (figure.mean.value,)


def _x(number: int, of: int) -> Decimal:
    """In percent; room for the axis on the left and half a label on the right."""
    return Decimal(14) + Decimal(79) * number / (of - 1) if of > 1 else Decimal(54)


def _grid(axis: Axis) -> SafeString:
    step = HALF if axis.high - axis.low <= 2 else Decimal(1)
    values = [axis.low + step * number for number in range(int((axis.high - axis.low) / step) + 1)]
    return format_html_join(
        "",
        '<line class="m-track" x1="30" x2="100%" y1="{0}" y2="{0}" stroke="#dcd7cc"/>'
        '<text class="m-axis" x="0" y="{0}" dy="4" font-size="12" fill="#4c585b">{1}</text>',
        ((axis.y(value), number_format(value, 1)) for value in values),
    )


def _range(figure: Figure, x: Decimal, axis: Axis) -> SafeString:
    if not isinstance(figure, Shown) or figure.interval is None:
        return NOTHING
    line = '<line class="m-trend-range" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" stroke="#a9cccf" stroke-width="8"/>'
    return format_html(line, f"{x:.1f}", axis.y(figure.interval.low), axis.y(figure.interval.high))


def _dot(figure: Figure, x: Decimal, axis: Axis) -> SafeString:
    """A dot, the open box of a clipped mean, or on the lowest line the mark of a hidden quarter."""
    if not isinstance(figure, Shown):
        mark = (
            '<svg x="{}%" y="{}" overflow="visible"><rect class="m-hidden-box" x="-11" y="-5" width="22" height="10" rx="2" '
            'fill="#f1eee7" stroke="#737b79" stroke-dasharray="3 2"/></svg>'
        )
        return format_html(mark, f"{x:.1f}", FOOT - 8)
    if figure.mean.clipped:
        low, high = (axis.y(value) for value in _open_box(figure.mean))
        mark = (
            '<svg x="{}%" y="{}" overflow="visible"><rect class="m-open" x="-6" y="0" width="12" height="{}" rx="2" fill="none" '
            'stroke="#0b5a66" stroke-width="2" stroke-dasharray="3 2"/></svg>'
        )
        return format_html(mark, f"{x:.1f}", high, f"{float(low) - float(high):.1f}")
    mark = '<circle class="m-team" cx="{}%" cy="{}" r="4.5" fill="#0b5a66"/>'
    return format_html(mark, f"{x:.1f}", axis.y(figure.mean.value))


def _name(x: Decimal, label: str) -> SafeString:
    text = '<text class="m-label-2" x="{}%" y="{}" text-anchor="middle" font-size="12" fill="#4c585b">{}</text>'
    return format_html(text, f"{x:.1f}", HEIGHT - 6, _short(label))


def _words(points: Sequence[TrendPoint]) -> str:
    """The picture read aloud: "Q3: 3.5, 3.3 to 3.7. Q4: hidden."."""
    sentences = []
    for number, point in enumerate(points):
        if point.breaks_before and number:
            sentences.append(_("What follows cannot be compared with what came before."))
        figure = point.figure
        words = [mean_words(figure.mean), range_words(figure)] if isinstance(figure, Shown) else [_("hidden")]
        sentences.append(f"{point.label}: {', '.join(word for word in words if word)}.")
    return " ".join(sentences)
