"""Figures as words and pictures: a builtin library, so templates need no load. A `Hidden` never gives a number.

Geometry is here, in percent of the width, so that one picture serves every screen. Each mark carries its light colour as
an attribute beside its class: the PDF writer ignores page styles inside SVG. Pictures are silent for screen readers unless
they get a label, since the same figures stand in words beside them.
"""

from decimal import Decimal
from typing import TypeAlias

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments.analysis.values import Hidden, Mean, Participation, Shown

register = template.Library()

# What a template may hand over: the empty text stands for a variable that does not exist.
Figure: TypeAlias = Shown | Hidden | str | None
Number: TypeAlias = Decimal | int | float | str | None
Words: TypeAlias = str | bool

BAND_WORDS = (
    pgettext_lazy("mean", "low"),
    pgettext_lazy("mean", "rather low"),
    pgettext_lazy("mean", "middling"),
    pgettext_lazy("mean", "fairly good"),
    pgettext_lazy("mean", "good"),
    pgettext_lazy("mean", "very good"),
)
SCALE = (1, 2, 3, 4, 5)
NEAR = Decimal("0.1")  # points; closer than this the diamond would cover the dot

NOTHING = mark_safe("")
DOTTED = mark_safe(
    '<line class="m-hidden" x1="2%" x2="98%" y1="{y}" y2="{y}" stroke="#737b79" stroke-width="2" '
    'stroke-dasharray="1 7" stroke-linecap="round"/>'
)


# --- words --------------------------------------------------------------------------------------------------------


def _number(value: Number) -> str:
    return number_format(Decimal(str(value)), 1)


@register.filter
def mean_words(mean: Mean | str | None) -> str:
    """3.6 · 4.6 or more · 1.4 or less."""
    if not isinstance(mean, Mean):
        return ""
    words = {"=": "%(mean)s", ">=": _("%(mean)s or more"), "<=": _("%(mean)s or less")}
    return words[mean.op] % {"mean": _number(mean.value)}


@register.filter
def band_word(mean: Mean | str | None) -> str:
    return str(BAND_WORDS[mean.band - 1]) if isinstance(mean, Mean) else ""


@register.filter
def points(difference: Number, sign: str = "") -> str:
    """A difference with one decimal; `points:"signed"` puts + or − before it."""
    if difference is None or difference == "":
        return ""
    value = Decimal(str(difference)).quantize(Decimal("0.1"))
    words = _number(abs(value))
    return {True: "+", False: "−"}[value > 0] + words if sign and value else words


@register.filter
def likely(figure: Figure) -> str:
    """The likely range; empty where there is none, since a clipped mean would be given away by its range."""
    if not isinstance(figure, Shown) or figure.interval is None:
        return ""
    low, high = figure.interval.low, figure.interval.high
    if low != high:
        return _("likely between %(low)s and %(high)s") % {"low": _number(low), "high": _number(high)}
    if figure.n >= figure.invited:
        return _("everyone answered")
    return _("likely %(mean)s for the whole group") % {"mean": _number(low)}


@register.filter
def range_words(figure: Figure) -> str:
    """The likely range for a table: "3.4 to 3.8"; "all answered" where there is nothing to guess."""
    if not isinstance(figure, Shown) or figure.interval is None:
        return ""
    low, high = figure.interval.low, figure.interval.high
    if low == high and figure.n >= figure.invited:
        return _("all answered")
    return _("%(low)s to %(high)s") % {"low": _number(low), "high": _number(high)}


@register.filter
def how_sure(figure: Figure) -> str:
    """Range and number of answers after a mean: "likely between 3.4 and 3.8, 11 of 14 answered"."""
    if not isinstance(figure, Shown):
        return ""
    if figure.interval is None or (figure.interval.low == figure.interval.high and figure.n >= figure.invited):
        return answered(figure)
    return f"{likely(figure)}, {answered(figure)}"


@register.filter
def answered(figure: Figure | Participation) -> str:
    """11 of 14 answered."""
    if isinstance(figure, Shown):
        count, invited = figure.n, figure.invited
    elif isinstance(figure, Participation):
        count, invited = figure.answered, figure.invited
    else:
        return ""
    return _("%(count)s of %(invited)s answered") % {"count": count, "invited": invited}


# --- marks: pieces of SVG -----------------------------------------------------------------------------------------


def _decimal(value: Number) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


def _percent(value: Decimal | int) -> Decimal:
    """Where a value from 1 to 5 stands, in percent of the width."""
    return 2 + 24 * (Decimal(value) - 1)


def _x(value: Decimal | int) -> str:
    return f"{_percent(value):.2f}%"


def _width(low: Decimal | int, high: Decimal | int) -> str:
    return f"{_percent(high) - _percent(low):.2f}%"


def _svg(content: SafeString, *, height: int, label: str = "", name: str = "") -> SafeString:
    attributes = format_html(' class="{}"', name) if name else NOTHING
    attributes += format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html('<svg width="100%" height="{}"{} focusable="false">{}</svg>', height, attributes, content)


def _track(y: int) -> SafeString:
    ticks = format_html_join(
        "",
        '<line class="m-track" x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="#dcd7cc" stroke-width="1.5"/>',
        ((_x(value), y - 4, y + 4) for value in SCALE),
    )
    line = '<line class="m-track" x1="2%" x2="98%" y1="{0}" y2="{0}" stroke="#dcd7cc" stroke-width="2"/>{1}'
    return format_html(line, y, ticks)


def _dotted(y: int) -> SafeString:
    return format_html(DOTTED, y=y)


def _dot(value: Decimal, y: int, radius: str) -> SafeString:
    return format_html('<circle class="m-team" cx="{}" cy="{}" r="{}" fill="#0b5a66"/>', _x(value), y, radius)


def _band(low: Decimal, high: Decimal, y: int) -> SafeString:
    return format_html(
        '<rect class="m-team-range" x="{}" width="{}" y="{}" height="12" rx="2" fill="#a9cccf"/>',
        _x(low),
        _width(low, high),
        y - 6,
    )


def _open_end(mean: Mean, y: int) -> SafeString:
    """A clipped mean lies somewhere in this box."""
    low, high = (mean.value, 5) if mean.op == ">=" else (1, mean.value)
    return format_html(
        '<rect class="m-open" x="{}" width="{}" y="{}" height="12" rx="2" fill="none" stroke="#0b5a66" '
        'stroke-width="2" stroke-dasharray="3 2"/>',
        _x(low),
        _width(low, high),
        y - 6,
    )


def _diamond(value: Decimal, y: int, *, near: bool) -> SafeString:
    """The manager's mark; where it meets the team's it grows and turns transparent, so that both stay visible."""
    shape = (
        mark_safe('class="m-manager-near" d="M0-8 8 0 0 8-8 0Z" fill="none"')
        if near
        else mark_safe('class="m-manager" d="M0-6 6 0 0 6-6 0Z" fill="#ffffff"')
    )
    mark = '<svg x="{}" y="{}" overflow="visible"><path {} stroke="#8f5200" stroke-width="2.2"/></svg>'
    return format_html(mark, _x(value), y, shape)


def _manager_mark(figure: Figure, manager: Decimal | None, y: int) -> SafeString:
    if manager is None:
        return NOTHING
    meets = isinstance(figure, Shown) and not figure.mean.clipped and abs(figure.mean.value - manager) <= NEAR
    return _diamond(manager, y, near=meets)


def _median_mark(median: Decimal | None, y: int, height: int) -> SafeString:
    if median is None:
        return NOTHING
    line = '<line class="m-org" x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="#4c585b" stroke-width="2"/>'
    return format_html(line, _x(median), max(0, y - 11), min(height, y + 11))


# --- pictures -----------------------------------------------------------------------------------------------------


@register.simple_tag
def range_bar(figure: Figure, manager: Number = None, median: Number = None, height: int = 26, label: str = "") -> SafeString:
    """Track from 1 to 5 with the team's mean and likely range, the manager's diamond and the median of all teams."""
    y = height // 2
    own = _decimal(manager)
    if not isinstance(figure, Shown):
        return _svg(_dotted(y) + _manager_mark(figure, own, y), height=height, label=label, name="cs-range")
    marks = _track(y)
    if figure.mean.clipped:
        marks += _open_end(figure.mean, y) + _median_mark(_decimal(median), y, height)
    else:
        if figure.interval is not None:
            marks += _band(figure.interval.low, figure.interval.high, y)
        marks += _median_mark(_decimal(median), y, height) + _dot(figure.mean.value, y, "5.5")
    return _svg(marks + _manager_mark(figure, own, y), height=height, label=label, name="cs-range")


@register.simple_tag
def dumbbell(figure: Figure, manager: Number, label: str = "") -> SafeString:
    """The team's dot and the manager's diamond, joined; a clipped mean is an open box without a joining line."""
    own = _decimal(manager)
    if not isinstance(figure, Shown):
        return range_bar(figure, manager=manager, label=label)
    marks = _track(13)
    if figure.mean.clipped:
        marks += _open_end(figure.mean, 13)
    else:
        if own is not None:
            line = '<line class="m-gap" x1="{}" x2="{}" y1="13" y2="13" stroke="#737b79" stroke-width="4"/>'
            marks += format_html(line, _x(figure.mean.value), _x(own))
        marks += _dot(figure.mean.value, 13, "6")
    return _svg(marks + _manager_mark(figure, own, 13), height=26, label=label, name="cs-range")


@register.simple_tag
def scale_axis() -> SafeString:
    """The numbers 1 to 5 above or below range bars."""
    text = '<text class="m-axis" x="{}" y="13" text-anchor="middle" font-size="12" fill="#4c585b">{}</text>'
    return _svg(format_html_join("", text, ((_x(value), value) for value in SCALE)), height=18)


@register.simple_tag
def share_bar(percent: Number, target: Number = None, label: str = "") -> SafeString:
    """How many of the invited answered, from 0 to 100 percent, with the target as an upright line."""
    share, mark = _decimal(percent), _decimal(target)
    if share is None:
        return _svg(_dotted(11), height=26, label=label)
    bars = format_html(
        '<rect class="m-rest" x="0" y="5" width="100%" height="12" rx="2" fill="#dcd7cc"/>'
        '<rect class="m-bar" x="0" y="5" width="{}%" height="12" rx="2" fill="#0b5a66"/>',
        f"{share.normalize():f}",
    )
    if mark is not None:
        line = '<line class="m-target" x1="{0}%" x2="{0}%" y1="0" y2="22" stroke="#1b2426" stroke-width="2.5"/>'
        bars += format_html(line, f"{mark.normalize():f}")
    return _svg(bars, height=26, label=label)


KEY_TEAM = mark_safe(
    '<rect class="m-team-range" x="2" y="3" width="30" height="10" rx="2" fill="#a9cccf"/>'
    '<circle class="m-team" cx="17" cy="8" r="5" fill="#0b5a66"/>'
)
KEY_MANAGER = mark_safe('<path class="m-manager" d="M17 2 23 8 17 14 11 8Z" fill="#ffffff" stroke="#8f5200" stroke-width="2.2"/>')
KEY_MEDIAN = mark_safe('<line class="m-org" x1="17" x2="17" y1="0" y2="16" stroke="#4c585b" stroke-width="2"/>')


@register.simple_tag
def chart_key(*, manager: Words = False, median: Words = False, team: Words = True) -> SafeString:
    """What the marks mean. Each flag may be words instead, such as manager="you: 3.8"."""
    marks = (
        (KEY_TEAM, team, gettext_lazy("team and likely range")),
        (KEY_MANAGER, manager, gettext_lazy("manager")),
        (KEY_MEDIAN, median, gettext_lazy("median team")),
    )
    items = format_html_join(
        "",
        '<li><svg aria-hidden="true" focusable="false" viewBox="0 0 34 16">{}</svg>{}</li>',
        ((mark, words if isinstance(words, str) else usual) for mark, words, usual in marks if words),
    )
    return format_html('<ul role="list" class="cs-key">{}</ul>', items)


# --- hidden figures, cells and blocks -----------------------------------------------------------------------------


def _reason(figure: Hidden, k: int | str | None) -> str:
    """One sentence for every reason: which rule hid a figure would itself tell something."""
    if k:
        reason = _("Fewer than %(k)s answers could be told apart here.") % {"k": k}
    else:
        reason = _("Too few answers could be told apart here.")
    if figure.counted_in:
        reason += " " + _("They are not lost: they count in %(unit)s.") % {"unit": figure.counted_in}
    return reason


@register.simple_tag
def hidden_mark(figure: Figure, k: int | str | None = None, *, wide: bool = False) -> SafeString:
    """The word "hidden" that opens its reason; `wide` shows the reason at once. Empty unless the figure is hidden."""
    if not isinstance(figure, Hidden):
        return NOTHING
    return format_html(
        '<details class="cs-hidden"{}><summary><span class="cs-hidden__mark" aria-hidden="true"></span>{}'
        '<span class="visually-hidden">: {}</span></summary><p>{}</p></details>',
        mark_safe(" open") if wide else NOTHING,
        _("hidden"),
        _("why?"),
        _reason(figure, k),
    )


@register.simple_tag
def heat_cell(figure: Figure, href: str = "", k: int | str | None = None) -> SafeString:
    """One cell of the heat map: figure, word, colour, and hatching where the likely range is wider than one colour."""
    if isinstance(figure, Hidden):
        return format_html('<td class="cs-cell cs-cell--hidden">{}</td>', hidden_mark(figure, k))
    if not isinstance(figure, Shown):
        return format_html('<td class="cs-cell"><span class="visually-hidden">{}</span></td>', _("no figure"))
    spoken = likely(figure)
    if figure.unsure:
        spoken = _("uncertain: %(range)s") % {"range": spoken}
    content = format_html(
        "<b>{}</b><small>{}</small>{}",
        mean_words(figure.mean),
        band_word(figure.mean),
        format_html('<span class="visually-hidden">, {}</span>', spoken) if spoken else NOTHING,
    )
    if href:
        content = format_html('<a href="{}">{}</a>', href, content)
    unsure = mark_safe(" cs-cell--unsure") if figure.unsure else NOTHING
    return format_html('<td class="cs-cell cs-cell--{}{}">{}</td>', figure.mean.band, unsure, content)


@register.simple_tag
def hidden_cell(figure: Figure, span: int, k: int | str | None = None) -> SafeString:
    """One wide cell of the heat map for a team that is hidden as a whole; it tells neither answers nor invited."""
    cell = '<td class="cs-cell cs-cell--hidden cs-cell--wide" colspan="{}">{}</td>'
    return format_html(cell, span, hidden_mark(figure, k))


@register.simple_tag
def value_block(figure: Figure, label: str = "", k: int | str | None = None) -> SafeString:
    """Mean, likely range and number of answers in one: a mean is never printed large without the other two."""
    parts = [("label", label)] if label else []
    if isinstance(figure, Shown):
        parts += [("value", _large(figure.mean)), ("range", likely(figure)), ("n", answered(figure))]
    else:
        parts += [("range", hidden_mark(figure, k) or _("no figure"))]
    lines = format_html_join("", '<div class="cs-figure__{}">{}</div>', (part for part in parts if part[1]))
    return format_html('<div class="cs-figure">{}</div>', lines)


def _large(mean: Mean) -> SafeString:
    """The number large, the words of a clipped mean small beside it, in the order of the language."""
    number = _number(mean.value)
    before, number, after = mean_words(mean).partition(number)
    return _small(before) + format_html("{}", number) + _small(after)


def _small(words: str) -> SafeString:
    return format_html("<small>{}</small>", words) if words else NOTHING
