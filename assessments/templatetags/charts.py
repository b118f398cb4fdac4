"""Pictures of figures: a builtin library, so templates need no load. A `Hidden` never gives a number.

Pictures are silent for screen readers unless they get a label, since the same figures stand in words beside them. A spread
speaks for itself.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments.analysis.values import Classes, Hidden, Shown
from assessments.templatetags.figures import NOTHING, Figure, Number, Words, hidden_mark
from assessments.templatetags.marks import (
    SCALE,
    at,
    band,
    decimal,
    dot,
    dotted,
    manager_mark,
    median_mark,
    open_end,
    svg,
    track,
)

register = template.Library()

Shares: TypeAlias = Sequence[int] | Hidden | str | None
Answers: TypeAlias = Sequence[tuple[int, Promise]]  # the answer that gives the colour, and its word

FIVE_ANSWERS = (
    (1, pgettext_lazy("answer", "strongly disagree")),
    (2, pgettext_lazy("answer", "disagree")),
    (3, pgettext_lazy("answer", "neither")),
    (4, pgettext_lazy("answer", "agree")),
    (5, pgettext_lazy("answer", "strongly agree")),
)
THREE_ANSWERS = FIVE_ANSWERS[1:4]  # a side as a whole is pale; the dark part of it, where it is told apart, says "strongly"
ANSWER_COLOURS = {
    1: ("#8f5200", "#ffffff"),
    2: ("#e0b983", "#1b2426"),
    3: ("#e3dfd5", "#1b2426"),
    4: ("#9cc5c6", "#1b2426"),
    5: ("#0b5a66", "#ffffff"),
}
FEW, MOST = 10, 90  # percent; at the ends a share is not said exactly, since "nobody" or "everybody" would tell on each
ROOM = 13  # percent; how wide "0–10" is drawn, so that it can be read on a phone


@register.simple_tag
def range_bar(figure: Figure, manager: Number = None, median: Number = None, height: int = 26, label: str = "") -> SafeString:
    """Track from 1 to 5 with the team's mean and likely range, the manager's diamond and the median of all teams."""
    y = height // 2
    own = decimal(manager)
    if not isinstance(figure, Shown):
        return svg(dotted(y) + manager_mark(figure, own, y), height=height, label=label, name="cs-range")
    marks = track(y)
    if figure.mean.clipped:
        marks += open_end(figure.mean, y) + median_mark(decimal(median), y, height)
    else:
        if figure.interval is not None:
            marks += band(figure.interval.low, figure.interval.high, y)
        marks += median_mark(decimal(median), y, height) + dot(figure.mean.value, y, "5.5")
    return svg(marks + manager_mark(figure, own, y), height=height, label=label, name="cs-range")


@register.simple_tag
def dumbbell(figure: Figure, manager: Number, label: str = "") -> SafeString:
    """The team's dot and the manager's diamond, joined; a clipped mean is an open box without a joining line."""
    own = decimal(manager)
    if not isinstance(figure, Shown):
        return range_bar(figure, manager=manager, label=label)
    marks = track(13)
    if figure.mean.clipped:
        marks += open_end(figure.mean, 13)
    else:
        if own is not None:
            line = '<line class="m-gap" x1="{}" x2="{}" y1="13" y2="13" stroke="#737b79" stroke-width="4"/>'
            marks += format_html(line, at(figure.mean.value), at(own))
        marks += dot(figure.mean.value, 13, "6")
    return svg(marks + manager_mark(figure, own, 13), height=26, label=label, name="cs-range")


@register.simple_tag
def scale_axis() -> SafeString:
    """The numbers 1 to 5 above or below range bars."""
    # The typeface is named for PDFs, whose pictures know no stylesheet.
    look = 'class="m-axis" text-anchor="middle" font-family="Source Sans 3" font-size="12" fill="#4c585b"'
    text = f'<text {look} x="{{}}" y="13">{{}}</text>'
    return svg(format_html_join("", text, ((at(value), value) for value in SCALE)), height=18)


@register.simple_tag
def share_bar(percent: Number, target: Number = None, label: str = "") -> SafeString:
    """How many of the invited answered, from 0 to 100 percent, with the target as an upright line."""
    share, mark = decimal(percent), decimal(target)
    if share is None:
        return svg(dotted(11), height=26, label=label)
    bars = format_html(
        '<rect class="m-rest" x="0" y="5" width="100%" height="12" rx="2" fill="#dcd7cc"/>'
        '<rect class="m-bar" x="0" y="5" width="{}%" height="12" rx="2" fill="#0b5a66"/>',
        f"{share.normalize():f}",
    )
    if mark is not None:
        line = '<line class="m-target" x1="{0}%" x2="{0}%" y1="0" y2="22" stroke="#1b2426" stroke-width="2.5"/>'
        bars += format_html(line, f"{mark.normalize():f}")
    return svg(bars, height=26, label=label)


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


# --- answers ------------------------------------------------------------------------------------------------------


@register.simple_tag
def spread(shares: Shares, k: int | str | None = None) -> SafeString:
    """How the answers lie, in three or five classes, percentages in fives. The ends of the scale are said roughly."""
    if isinstance(shares, Hidden):
        return hidden_mark(shares, k)
    if not shares or isinstance(shares, str):
        return NOTHING
    classes = {3: THREE_ANSWERS, 5: FIVE_ANSWERS}.get(len(shares))
    if classes is None or any(share % 5 or not 0 <= share <= 100 for share in shares):
        raise ValueError(f"Three or five shares in fives from 0 to 100 are wanted, not {shares!r}.")
    note = _("Percent of the answers, in fives.")
    key = _answers_key(classes)
    return format_html('<div class="cs-spread">{}{}<p class="cs-note">{}</p></div>', _answers_bar(shares, classes, 28), key, note)


@register.simple_tag
def stacked(classes: Classes | str | None) -> SafeString:
    """How the answers lie, in three to five parts, as a low bar for a row of a table; `stacked_key` says once what they are."""
    if not isinstance(classes, Classes):
        return NOTHING
    return _answers_bar(*_parts(classes), 20)


def _parts(classes: Classes) -> tuple[list[int], Answers]:
    """The shares with their answers; a side is one part, or two where that may be said."""
    low, middle, high = THREE_ANSWERS
    parts = [(classes.disagree, low), (classes.middle, middle), (classes.agree, high)]
    if (end := classes.strongly_disagree) is not None:
        parts[:1] = [(end, FIVE_ANSWERS[0]), (classes.disagree - end, FIVE_ANSWERS[1])]
    if (end := classes.strongly_agree) is not None:
        parts[-1:] = [(classes.agree - end, FIVE_ANSWERS[3]), (end, FIVE_ANSWERS[4])]
    return [share for share, _answer in parts], [answer for _share, answer in parts]


@register.simple_tag
def stacked_key() -> SafeString:
    return _answers_key(FIVE_ANSWERS)


def _answers_bar(shares: Sequence[int], classes: Answers, height: int) -> SafeString:
    spoken = ", ".join(
        _("%(share)s percent %(answer)s") % {"share": _share(share), "answer": word}
        for share, (_n, word) in zip(shares, classes, strict=True)
    )
    return svg(_spread_bar(shares, [number for number, _word in classes], height), height=height, label=spoken, name="cs-stacked")


def _answers_key(classes: Answers) -> SafeString:
    items = format_html_join(
        "",
        '<li><svg aria-hidden="true" focusable="false" viewBox="0 0 16 16">'
        '<rect class="a-{}" width="16" height="16" rx="2" fill="{}"/></svg>{}</li>',
        ((number, ANSWER_COLOURS[number][0], word) for number, word in classes),
    )
    return format_html('<ul role="list" class="cs-key">{}</ul>', items)


def _share(share: int) -> str:
    if share <= FEW:
        return f"0–{FEW}"
    return f"{MOST}–100" if share >= MOST else str(share)


def _spread_bar(shares: Sequence[int], numbers: Sequence[int], height: int) -> SafeString:
    """Drawn as roughly as it is printed; the widths fill the bar, since shares in fives seldom add up to 100."""
    widths = [Decimal(ROOM if share <= FEW else min(share, MOST)) for share in shares]
    content, x = NOTHING, Decimal(0)
    for share, number, part in zip(shares, numbers, widths, strict=True):
        wide = 100 * part / sum(widths)
        fill, ink = ANSWER_COLOURS[number]
        content += format_html(
            '<rect class="a-{0}" x="{1}%" width="{2}%" y="0" height="{7}" fill="{3}"/>'
            '<text class="a-label a-{0}-ink" x="{4}%" y="{8}" text-anchor="middle" font-size="13" '
            'font-weight="600" fill="{5}">{6}</text>',
            number,
            f"{x:.2f}",
            f"{wide:.2f}",
            fill,
            f"{x + wide / 2:.2f}",
            ink,
            _share(share),
            height,
            height / 2 + 4.5,
        )
        if x:
            content += format_html(
                '<line class="a-cut" x1="{0}%" x2="{0}%" y1="0" y2="{1}" stroke="#ffffff" stroke-width="2"/>',
                f"{x:.2f}",
                height,
            )
        x += wide
    return content
