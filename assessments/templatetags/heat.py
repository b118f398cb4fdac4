"""Rows of the heat map. A whole row at a time: a template that looks at each of ten thousand cells takes most of a second."""

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from assessments.analysis.beside import Beside
from assessments.analysis.standing import Standing
from assessments.analysis.values import Change, FigureValue, Hidden, Shown
from assessments.results.heatmap import BEFORE, WHOLE, Row
from assessments.templatetags.figures import ARROWS, cell, change_range, heat_cell, hidden_cell, likely, mean_words, points

register = template.Library()

LOOKS = {Standing.ABOVE: "up", Standing.ALIKE: "same", Standing.BELOW: "down"}


@register.simple_tag
def heat_row(row: Row, k: int, beside: str = "") -> SafeString:
    """How many answered, and a cell for each figure, or one wide one; each leads to the unit's page."""
    if row.participation is None:
        return format_html('<td class="cs-heat__n"></td>{}', hidden_cell(row.cells[0], len(row.cells), k))
    href = conditional_escape(reverse("team", args=[row.team.uid]))  # once, not in each cell
    numbers = {"answered": row.participation.answered, "invited": row.participation.invited}
    first = format_html('<td class="cs-heat__n">{}</td>', _("%(answered)s of %(invited)s") % numbers)
    if beside == BEFORE:
        cells = (change_cell(figure, href, k) for figure in row.cells)
    elif beside == WHOLE and row.beside:
        cells = (beside_cell(figure, place, href, k) for figure, place in zip(row.cells, row.beside, strict=True))
    else:
        cells = (heat_cell(figure, href, k) for figure in row.cells)
    return mark_safe(first + "".join(cells))  # noqa: S308  # of safe parts


@register.simple_tag
def change_cell(figure: FigureValue, href: str, k: int | None = None) -> SafeString:
    """A clear change as arrow and figure; no clear one as a quiet mark; empty where nothing was compared."""
    if isinstance(figure, Hidden):
        return heat_cell(figure, href, k)
    change = figure.change
    if change is None or change.direction == "too_few":
        return cell("blank", _quiet(_("not compared")), href)
    if change.direction == "none":
        return cell("same", format_html('<span aria-hidden="true">–</span>{}', _quiet(_("no clear change"))), href)
    word = {"up": _("up"), "down": _("down")}[change.direction]
    amount = points(change.points, "signed") if change.points is not None else ""
    content = format_html("{}<b>{}</b><small>{}</small>{}", ARROWS[change.direction], amount, word, _sure(change))
    return cell(change.direction, content, href)


def _sure(change: Change) -> str:
    words = change_range(change)
    return _quiet(f", {words}") if words else ""


@register.simple_tag
def beside_cell(figure: FigureValue, place: Beside | None, href: str, k: int | None = None) -> SafeString:
    """The difference to the whole and a word; at the end of the scale the word alone."""
    if not isinstance(figure, Shown) or place is None:
        return heat_cell(figure, href, k)
    word = {Standing.ABOVE: _("above"), Standing.ALIKE: _("alike"), Standing.BELOW: _("below")}[place.standing]
    amount = points(place.points, "signed") if place.points is not None else ""
    mean = ", ".join(words for words in (mean_words(figure.mean), likely(figure)) if words)
    content = format_html("<b>{}</b><small>{}</small>{}", amount, word, _quiet(f": {mean}"))
    return cell(LOOKS[place.standing], content, href)


def _quiet(words: str) -> SafeString:
    return format_html('<span class="visually-hidden">{}</span>', words)
