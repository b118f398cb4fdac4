"""Pieces of pictures: dots, bars, diamonds and tracks as SVG. No tags in here; charts.py puts them together.

Geometry is in percent of the width, so that one picture serves every screen. Each mark carries its light colour as an
attribute beside its class: the PDF writer ignores page styles inside SVG.
"""

from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from assessments.analysis.values import Mean, Shown
from assessments.templatetags.figures import NOTHING, Figure, Number

SCALE = (1, 2, 3, 4, 5)
NEAR = Decimal("0.1")  # points; closer than this the diamond would cover the dot

DOTTED = mark_safe(
    '<line class="m-hidden" x1="2%" x2="98%" y1="{y}" y2="{y}" stroke="#737b79" stroke-width="2" '
    'stroke-dasharray="1 7" stroke-linecap="round"/>'
)


def decimal(value: Number) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


def percent(value: Decimal | int) -> Decimal:
    """Where a value from 1 to 5 stands, in percent of the width."""
    return 2 + 24 * (Decimal(value) - 1)


def at(value: Decimal | int) -> str:
    return f"{percent(value):.2f}%"


def width(low: Decimal | int, high: Decimal | int) -> str:
    return f"{percent(high) - percent(low):.2f}%"


def svg(content: SafeString, *, height: int, label: str = "", name: str = "") -> SafeString:
    attributes = format_html(' class="{}"', name) if name else NOTHING
    attributes += format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html('<svg width="100%" height="{}"{} focusable="false">{}</svg>', height, attributes, content)


def track(y: int) -> SafeString:
    ticks = format_html_join(
        "",
        '<line class="m-track" x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="#dcd7cc" stroke-width="1.5"/>',
        ((at(value), y - 4, y + 4) for value in SCALE),
    )
    line = '<line class="m-track" x1="2%" x2="98%" y1="{0}" y2="{0}" stroke="#dcd7cc" stroke-width="2"/>{1}'
    return format_html(line, y, ticks)


def dotted(y: int) -> SafeString:
    return format_html(DOTTED, y=y)


def dot(value: Decimal, y: int, radius: str) -> SafeString:
    return format_html('<circle class="m-team" cx="{}" cy="{}" r="{}" fill="#0b5a66"/>', at(value), y, radius)


def band(low: Decimal, high: Decimal, y: int) -> SafeString:
    return format_html(
        '<rect class="m-team-range" x="{}" width="{}" y="{}" height="12" rx="2" fill="#a9cccf"/>',
        at(low),
        width(low, high),
        y - 6,
    )


def open_end(mean: Mean, y: int) -> SafeString:
    """A clipped mean lies somewhere in this box."""
    low, high = (mean.value, 5) if mean.op == ">=" else (1, mean.value)
    return format_html(
        '<rect class="m-open" x="{}" width="{}" y="{}" height="12" rx="2" fill="none" stroke="#0b5a66" '
        'stroke-width="2" stroke-dasharray="3 2"/>',
        at(low),
        width(low, high),
        y - 6,
    )


def diamond(value: Decimal, y: int, *, near: bool) -> SafeString:
    """The manager's mark; where it meets the team's it grows and turns transparent, so that both stay visible."""
    shape = (
        mark_safe('class="m-manager-near" d="M0-8 8 0 0 8-8 0Z" fill="none"')
        if near
        else mark_safe('class="m-manager" d="M0-6 6 0 0 6-6 0Z" fill="#ffffff"')
    )
    mark = '<svg x="{}" y="{}" overflow="visible"><path {} stroke="#8f5200" stroke-width="2.2"/></svg>'
    return format_html(mark, at(value), y, shape)


def manager_mark(figure: Figure, manager: Decimal | None, y: int) -> SafeString:
    if manager is None:
        return NOTHING
    meets = isinstance(figure, Shown) and not figure.mean.clipped and abs(figure.mean.value - manager) <= NEAR
    return diamond(manager, y, near=meets)


def median_mark(median: Decimal | None, y: int, height: int) -> SafeString:
    if median is None:
        return NOTHING
    line = '<line class="m-org" x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="#4c585b" stroke-width="2"/>'
    return format_html(line, at(median), max(0, y - 11), min(height, y + 11))
