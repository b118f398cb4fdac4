"""Pieces of pages that are no figures: load it where one is used. The gallery shows each in every state."""

import datetime
from collections.abc import Iterable
from typing import Literal, TypeAlias

from django import template
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

ActionState: TypeAlias = Literal["todo", "doing", "late", "done"]
Kind: TypeAlias = Literal["note", "error"]
Saving: TypeAlias = Literal["saved", "saving", "not"]


@register.simple_block_tag
def empty_state(content: str, title: str, level: int = 2) -> SafeString:
    """Where something will stand later: what it will be, and what to do now."""
    return render_to_string("components/_empty.html", {"title": title, "content": content, "level": level})


@register.simple_block_tag
def alert(content: str, title: str = "", kind: Kind = "note", level: int = 2) -> SafeString:
    """What happened and what to do; an error is read aloud at once."""
    _known(kind, Kind)
    return render_to_string("components/_alert.html", {"title": title, "content": content, "kind": kind, "level": level})


@register.simple_block_tag
def step(content: str, number: int, title: str, level: int = 2) -> SafeString:
    """One of the steps of a page, inside `<ol class="cs-steps" role="list">`."""
    return render_to_string("components/_step.html", {"number": number, "title": title, "content": content, "level": level})


@register.simple_tag
def advice(steps: Iterable[tuple[str, str, bool]]) -> SafeString:
    """Start this week, build this quarter, make it normal: heading, text, and whether it fits the level of the team."""
    return render_to_string("components/_advice.html", {"steps": steps})


@register.simple_tag
def saved(state: Saving, words: str) -> SafeString:
    """Whether what was typed is safe; always in words."""
    _known(state, Saving)
    return render_to_string("components/_saved.html", {"state": state, "words": words})


@register.simple_block_tag
def action_card(
    content: str, title: str, state: ActionState, *, days_late: int = 0, done_on: datetime.date | None = None, level: int = 3
) -> SafeString:
    """An action: its state by edge, sign and words; the content says who, until when, and what can be done."""
    _known(state, ActionState)
    words = _state_words(state, days_late, done_on)
    context = {"title": title, "state": state, "words": words, "content": content, "level": level}
    return render_to_string("components/_action_card.html", context)


def _state_words(state: ActionState, days_late: int, done_on: datetime.date | None) -> str:
    if state == "late":
        return ngettext("%(days)s day late", "%(days)s days late", days_late) % {"days": days_late}
    if state == "done" and done_on is not None:
        return _("done on %(day)s") % {"day": date_format(done_on, "j F")}
    return {"todo": _("not begun"), "doing": _("under way"), "done": _("done")}[state]


def _known(value: str, wanted: object) -> None:
    """A slip of the pen in a template must not end as a class that no style knows."""
    known = getattr(wanted, "__args__", ())
    if value not in known:
        raise ValueError(f"{value!r} is not one of {', '.join(known)}.")
