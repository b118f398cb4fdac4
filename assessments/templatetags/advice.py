"""The words of a team page and report: why a practice was chosen, what a level and a pattern mean. Figures come printed."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from assessments.analysis.recommendations import STRONG_FROM, Pick
from assessments.analysis.values import Gap, Hidden, Shown
from assessments.results.quarters import clear_change
from assessments.results.team import Chosen, Difference, Line, TeamResult
from assessments.templatetags.figures import agreement_words, change_sentence, gap_range

register = template.Library()

NOTABLE = Decimal("0.3")  # points from the median team from which it is worth a word
HALF = Decimal("0.5")


def _number(value: Decimal) -> str:
    return number_format(abs(value), 1)


@register.simple_tag
def why_low(chosen: Chosen, *, you: bool) -> str:
    """Why this practice is an opportunity: its place, the manager's view, and what else spoke for it."""
    pick = chosen.pick
    return _sentence(_place(pick, _LOWEST), _views(pick, you=you), [_median(pick), _moved(pick), _driver(chosen)])


@register.simple_tag
def why_high(chosen: Chosen, *, you: bool) -> str:
    """Why this one is a strength."""
    pick = chosen.pick
    return _sentence(_place(pick, _HIGHEST), _views(pick, you=you), [_median(pick), _moved(pick), _driver(chosen)])


_LOWEST = {
    1: lambda of: _("Lowest of %(of)s practices") % {"of": of},
    2: lambda of: _("Second lowest of %(of)s practices") % {"of": of},
    3: lambda of: _("Third lowest of %(of)s practices") % {"of": of},
    "tied": lambda of: _("Among the lowest of %(of)s practices") % {"of": of},
    "dimension": lambda of: _("Lowest of its dimension"),
    "tied in dimension": lambda of: _("Among the lowest of its dimension"),
    "other": lambda beyond, of: _("Lower than %(beyond)s of %(of)s practices") % {"beyond": beyond, "of": of},
}
_HIGHEST = {
    1: lambda of: _("Highest of %(of)s practices") % {"of": of},
    2: lambda of: _("Second highest of %(of)s practices") % {"of": of},
    3: lambda of: _("Third highest of %(of)s practices") % {"of": of},
    "tied": lambda of: _("Among the highest of %(of)s practices") % {"of": of},
    "dimension": lambda of: _("Highest of its dimension"),
    "tied in dimension": lambda of: _("Among the highest of its dimension"),
    "other": lambda beyond, of: _("Higher than %(beyond)s of %(of)s practices") % {"beyond": beyond, "of": of},
}


def _place(pick: Pick, words: dict) -> str:
    """Its place among all; further down its place in its dimension, since then it was taken as one of each dimension."""
    if pick.of == 1:
        return _("The only practice with a figure")
    if pick.rank <= 3:
        place = "tied" if pick.tied else pick.rank
    elif pick.first_in_dimension:
        place = "tied in dimension" if pick.tied else "dimension"
    else:
        return str(words["other"](pick.beyond, pick.of))
    return str(words[place](pick.of))


def _views(pick: Pick, *, you: bool) -> str:
    """What the manager's view adds; nothing where there is none."""
    gap = pick.gap
    if gap is None:
        return ""
    if gap.points is None:
        return _clipped_views(pick.figure, gap, you=you)
    if gap.points >= HALF:
        text = _("you rate it %(points)s higher") if you else _("the manager rates it %(points)s higher")
    elif gap.points <= -HALF:
        text = (
            _("the team rates it %(points)s higher than you") if you else _("the team rates it %(points)s higher than the manager")
        )
    else:
        return _("you and your team see it alike") if you else _("manager and team see it alike")
    return text % {"points": _number(gap.points)}


def _clipped_views(figure: Shown, gap: Gap, *, you: bool) -> str:
    """At the ends of the scale a difference is a word, never a number."""
    difference = gap.manager - figure.mean.value
    if abs(difference) < HALF:
        return _("you and your team see it alike") if you else _("manager and team see it alike")
    if difference > 0:
        return _("you rate it clearly higher") if you else _("the manager rates it clearly higher")
    return _("the team rates it clearly higher than you") if you else _("the team rates it clearly higher than the manager")


def _median(pick: Pick) -> str:
    if pick.median is None or abs(pick.median - pick.figure.mean.value) < NOTABLE:
        return ""
    is_higher = pick.median > pick.figure.mean.value
    words = _("the median team is higher, at %(median)s") if is_higher else _("the median team is lower, at %(median)s")
    return words % {"median": _number(pick.median)}


def _moved(pick: Pick) -> str:
    change = clear_change(pick.figure)
    if change is None:
        return ""
    return {"up": _("it is clearly up since %(since)s"), "down": _("it is clearly down since %(since)s")}[change.direction] % {
        "since": change.since
    }


def _driver(chosen: Chosen) -> str:
    if not chosen.pick.driver:
        return ""
    dimension = chosen.practice.dimension_title.lower()
    return _("across the organisation, %(dimension)s and good service go together") % {"dimension": dimension}


def _sentence(place: str, views: str, others: list[str]) -> str:
    """Lowest of 30 practices, and you rate it 1.5 higher. The median team is higher, at 2.8. It is clearly down since 2026 Q2."""
    first = _("%(place)s, and %(views)s") % {"place": place, "views": views} if views else place
    return " ".join(f"{capfirst(part)}." for part in (first, *others) if part)


@register.simple_tag
def difference_words(difference: Difference, *, you: bool) -> str:
    """The practice on which the two views differ most, as a sentence."""
    points = difference.gap.points or Decimal(0)
    values = {
        "manager": number_format(difference.gap.manager, 0),
        "team": number_format(difference.figure.mean.value, 1),
        "points": _number(points),
    }
    if points > 0:
        text = (
            _("You chose %(manager)s, the team says %(team)s: you rate this %(points)s higher.")
            if you
            else _("The manager chose %(manager)s, the team says %(team)s: the manager rates this %(points)s higher.")
        )
        after = _("Managers often rate somewhat higher than their teams; it is worth asking about.")
        return _joined(text % values, _likely_higher(difference.gap), after)
    text = (
        _("You chose %(manager)s, the team says %(team)s: your team sees this %(points)s higher than you do.")
        if you
        else _("The manager chose %(manager)s, the team says %(team)s: the team sees this %(points)s higher.")
    )
    strong = difference.figure.mean.value >= STRONG_FROM
    after = _("A strength that is easily overlooked.") if strong else _("It is worth asking what they see.")
    return _joined(text % values, _likely_higher(difference.gap), after)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _likely_higher(gap: Gap) -> str:
    """The range of a difference as a sentence of its own; nothing where everybody answered."""
    text = gap_range(gap)
    return capfirst(_("%(range)s higher.") % {"range": text}) if text else ""


@register.filter
def titles(lines: Iterable[Line]) -> str:
    """Leadership, hiring and training."""
    return capfirst(get_text_list([_in_sentence(line) for line in lines], _("and")))


@register.simple_tag
def dimension_words(figure: Shown | Hidden) -> str:
    """Above a dimension's practices: a clear change, and how far answers lie apart."""
    if not isinstance(figure, Shown):
        return ""
    change, agreement = clear_change(figure), agreement_words(figure.agreement)
    return _joined(change_sentence(change), f"{capfirst(agreement)}." if agreement else "")


@register.simple_tag
def team_lead(result: TeamResult, *, you: bool) -> str:
    """The page's first sentence: what is highest, what is lowest, and where the views part."""
    # In a sentence a dimension is an ordinary word, as on HR's first page.
    names = {"highest": _in_sentence(result.highest), "lowest": _in_sentence(result.lowest)}
    whose = _("Your people") if you else _("People here")
    if names["highest"] == names["lowest"]:
        text = _("No dimension stands out from the others.")
    elif names["highest"] and names["lowest"]:
        text = _("%(whose)s rate %(highest)s highest and %(lowest)s lowest.") % {"whose": whose, **names}
    elif names["lowest"]:
        text = _("%(whose)s rate %(lowest)s lowest.") % {"whose": whose, **names}
    else:
        text = _("%(whose)s rate %(highest)s highest.") % {"whose": whose, **names}
    return f"{text} {_blind_spots(result, you=you)}".strip()


def _in_sentence(line: Line | None) -> str:
    return line.title.lower() if line else ""


def _blind_spots(result: TeamResult, *, you: bool) -> str:
    titles = [_in_sentence(line) for line in result.blind_spots]
    if not titles:
        return ""
    if len(titles) > 2:
        count = {"count": len(titles)}
        return (
            _("You rate %(count)s dimensions clearly higher than they do.")
            if you
            else _("The manager rates %(count)s dimensions clearly higher than they do.")
        ) % count
    names = {"names": get_text_list(titles, _("and"))}
    return (
        _("You rate %(names)s clearly higher than they do.")
        if you
        else _("The manager rates %(names)s clearly higher than they do.")
    ) % names


@register.filter
def steps_in_order(chosen: Chosen) -> list[tuple[str, str, bool]]:
    """(heading, text, fits) of the three steps; the one that fits the level comes first."""
    steps = [
        ("start", _("Start this week"), chosen.advice.start),
        ("build", _("Build this quarter"), chosen.advice.build),
        ("keep", _("Make it normal"), chosen.advice.keep),
    ]
    ordered = sorted(steps, key=lambda step: step[0] != chosen.pick.step)
    return [(heading, text, name == chosen.pick.step) for name, heading, text in ordered]


@register.filter
def sources_of(chosen: Chosen) -> str:
    """“One article”, “another” and “a third”."""
    return get_text_list([f"“{title}”" for title in chosen.advice.articles], _("and"))
