"""Figures as words: a builtin library, so templates need no load. A `Hidden` never gives a number."""

from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from django import template
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.analysis.values import AgreementWord, Band, Change, Gap, Hidden, Interval, Mean, Participation, Share, Shown
from assessments.results.words import AGREEMENT_WORDS, BAND_WORDS, LEVEL_WORDS, level_of

register = template.Library()

# What a template may hand over: the empty text stands for a variable that does not exist.
Figure: TypeAlias = Shown | Hidden | str | None
Number: TypeAlias = Decimal | int | float | str | None
Words: TypeAlias = str | bool

NOTHING = mark_safe("")


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
    return str(LEVEL_WORDS[level_of(mean)]) if isinstance(mean, Mean) else ""


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
    return _likely(figure.interval, everyone=figure.n >= figure.invited)


def _likely(interval: Interval, *, everyone: bool) -> str:
    if interval.low != interval.high:
        return _("likely between %(low)s and %(high)s") % {"low": _number(interval.low), "high": _number(interval.high)}
    if everyone:
        return _("everyone answered")
    return _("likely %(mean)s for the whole group") % {"mean": _number(interval.low)}


@register.filter
def range_words(figure: Figure) -> str:
    """The likely range for a table: "3.4 to 3.8"; "all answered" where there is nothing to guess; "3.4" alone."""
    if not isinstance(figure, Shown) or figure.interval is None:
        return ""
    low, high = figure.interval.low, figure.interval.high
    if low == high:
        return _("all answered") if figure.n >= figure.invited else _number(low)
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


@register.filter
def share_words(share: Share | str | None) -> str:
    """75 % agree, likely between 52 and 89 % · 90 % or more agree · 10 % or fewer agree."""
    if not isinstance(share, Share):
        return ""
    words = {"=": _("%(share)s %% agree"), ">=": _("%(share)s %% or more agree"), "<=": _("%(share)s %% or fewer agree")}
    text = words[share.op] % {"share": share.value}
    if share.low is None or share.high is None or share.low == share.high:
        return text
    return _("%(agree)s, likely between %(low)s and %(high)s %%") % {"agree": text, "low": share.low, "high": share.high}


@register.filter
def agreement_words(word: AgreementWord | str | None) -> str:
    return str(AGREEMENT_WORDS[word]) if isinstance(word, AgreementWord) else ""


@register.filter
def band_words(band: Band | str | None) -> str:
    """Where a team stands among the others; the word for the height of a mean is `band_word`."""
    return str(BAND_WORDS[band]) if isinstance(band, Band) else ""


def _between(low: Decimal | None, high: Decimal | None) -> str:
    """Sizes, without a sign; empty where there is no range, or where it would say both directions."""
    if low is None or high is None or low == high or low < 0 < high:
        return ""
    ends = sorted((abs(low), abs(high)))
    return _("likely between %(low)s and %(high)s") % {"low": _number(ends[0]), "high": _number(ends[1])}


@register.filter
def change_range(change: Change | str | None) -> str:
    """How large the change likely is: "likely between 0.2 and 0.6"."""
    return _between(change.low, change.high) if isinstance(change, Change) else ""


CHANGE_SENTENCES = {
    ("up", "range"): gettext_lazy("Up %(points)s since %(quarter)s, %(range)s."),
    ("up", "points"): gettext_lazy("Up %(points)s since %(quarter)s."),
    ("up", ""): gettext_lazy("Up since %(quarter)s; by how much cannot be said at the end of the scale."),
    ("down", "range"): gettext_lazy("Down %(points)s since %(quarter)s, %(range)s."),
    ("down", "points"): gettext_lazy("Down %(points)s since %(quarter)s."),
    ("down", ""): gettext_lazy("Down since %(quarter)s; by how much cannot be said at the end of the scale."),
    ("none", "visible"): gettext_lazy(
        "No clear change since %(quarter)s; with this many answers only changes of about %(visible)s or more would show."
    ),
    ("none", ""): gettext_lazy("No clear change since %(quarter)s."),
    ("too_few", ""): gettext_lazy("Too few answers to compare with %(quarter)s."),
}


@register.filter
def change_sentence(change: Change | str | None) -> str:
    """The change of a figure as one sentence, with how sure it is or what could have been seen."""
    if not isinstance(change, Change):
        return ""
    said = {
        "range": change_range(change),
        "points": points(change.points),
        "visible": points(change.visible) if change.visible else "",
    }
    most = next((name for name, words in said.items() if words and (change.direction, name) in CHANGE_SENTENCES), "")
    return str(CHANGE_SENTENCES[change.direction, most]) % {"quarter": change.since or _("the cycle before"), **said}


CHANGE_DETAILS = {
    "range": gettext_lazy("The change is %(range)s."),
    "clipped": gettext_lazy("By how much cannot be said at the end of the scale."),
    "visible": gettext_lazy("With this many answers only changes of about %(visible)s or more would show. Steady is a result too."),
    "steady": gettext_lazy("Steady is a result too."),
}


@register.filter
def change_detail(change: Change | str | None) -> str:
    """What belongs under a change that already stands there large."""
    if not isinstance(change, Change) or change.direction == "too_few":
        return ""
    likely_range = change_range(change)
    if change.direction == "none":
        kind = "visible" if change.visible else "steady"
    elif change.points is None:
        kind = "clipped"
    elif likely_range:
        kind = "range"
    else:
        return ""
    return str(CHANGE_DETAILS[kind]) % {"range": likely_range, "visible": points(change.visible)}


@register.filter
def gap_range(gap: Gap | str | None) -> str:
    """How large the difference between manager and team likely is, in either direction: "likely between 0.8 and 1.4"."""
    return _between(gap.low, gap.high) if isinstance(gap, Gap) else ""


ARROWS = {
    "up": mark_safe('<svg viewBox="0 0 10 10" aria-hidden="true" focusable="false"><path d="M5 1 9.5 9h-9Z"/></svg>'),
    "down": mark_safe('<svg viewBox="0 0 10 10" aria-hidden="true" focusable="false"><path d="M5 9 .5 1h9Z"/></svg>'),
}


@register.simple_tag
def change(change: Change | str | None, since: str = "") -> SafeString:
    """Arrow, word and figure: "up 0.3", "down" where a mean is clipped, "no clear change" without a sign."""
    if not isinstance(change, Change):
        return NOTHING
    quiet = {"none": _("no clear change"), "too_few": _("too few answers to compare")}
    if change.direction in quiet:
        words = format_html('<span class="cs-change">{}</span>', quiet[change.direction])
    else:
        word = {"up": _("up"), "down": _("down")}[change.direction]
        span = '<span class="cs-change cs-change--{}">{}{}</span>'
        words = format_html(span, change.direction, ARROWS[change.direction], f"{word} {points(change.points)}".strip())
    return format_html(_("{change} since {quarter}"), change=words, quarter=since) if since else words


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
    look, content = _heat(figure.mean, figure.interval, get_language(), everyone=figure.n >= figure.invited)
    return cell(look, content, href)


def cell(look: str, content: str, href: str = "") -> SafeString:
    """A cell of the heat map, joined from safe text: a page has thousands of them."""
    link = f'<a href="{conditional_escape(href)}">{content}</a>' if href else content
    return mark_safe(f'<td class="cs-cell cs-cell--{look}">{link}</td>')  # noqa: S308  # of escaped parts


@lru_cache(maxsize=2048)
def _heat(mean: Mean, interval: Interval | None, language: str | None, *, everyone: bool) -> tuple[str, SafeString]:
    """Look and content of a cell: ten thousand cells hold a few hundred different ones."""
    unsure = interval is not None and interval.wide
    spoken = _likely(interval, everyone=everyone) if interval else ""
    if unsure:
        spoken = _("uncertain: %(range)s") % {"range": spoken}
    quiet = format_html('<span class="visually-hidden">, {}</span>', spoken) if spoken else NOTHING
    return (
        f"{mean.band} cs-cell--unsure" if unsure else f"{mean.band}",
        format_html("<b>{}</b><small>{}</small>{}", mean_words(mean), band_word(mean), quiet),
    )


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
