"""Actions in words, and what pages of other areas show of a plan."""

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.analysis.acting import Acting
from assessments.analysis.values import Hidden, Shown
from assessments.results.plans import (
    ActionLine,
    FollowedUp,
    HistoryEntry,
    Plan,
    Unit,
    actions_of_leader,
    follow_up,
    plan_of,
)
from assessments.templatetags.figures import change_sentence, mean_words, points

register = template.Library()


@register.simple_tag(takes_context=True)
def unit_plan(context: Context, unit: Unit) -> Plan:
    """The plan as whoever reads the page may see and write it."""
    return plan_of(unit, context["request"].user)


@register.simple_tag
def unit_follow_up(unit: Unit) -> tuple[FollowedUp, ...]:
    """What the unit took up before this cycle, and what happened since."""
    return follow_up(unit)


@register.simple_tag(takes_context=True)
def your_actions(context: Context) -> tuple[ActionLine, ...]:
    """Open actions of the teams that the reader leads."""
    return actions_of_leader(context["request"].user)


@register.filter
def look(action: ActionLine) -> str:
    """Edge and sign of an action: late, doing, done or todo."""
    if action.days_late:
        return "late"
    return {"doing": "doing", "done": "done", "dropped": "done"}.get(action.state, "todo")


@register.filter
def state_words(action: ActionLine) -> str:
    """In progress, 5 days late · done on 3 March."""
    state = action.label
    if action.finished:
        return _("%(state)s on %(day)s") % {"state": state, "day": date_format(action.finished, "j F Y")}
    if not action.days_late:
        return state
    late = ngettext("%(days)s day late", "%(days)s days late", action.days_late) % {"days": action.days_late}
    return _("%(state)s, %(late)s") % {"state": state, "late": late}


@register.filter
def since_words(followed: FollowedUp) -> str:
    """What its practice did since, as it was stored at close: never a cause."""
    quarter = {"quarter": followed.cycle.name}
    if not followed.asked:
        return _("Not asked in %(quarter)s.") % quarter
    if isinstance(followed.figure, Hidden):
        return _("Hidden in %(quarter)s: too few answers could be told apart.") % quarter
    now = {"now": mean_words(followed.figure.mean)}
    if followed.change is None:
        return _("Now %(now)s, not compared.") % now
    if followed.before is None:
        return _("Now %(now)s. %(change)s") % {**now, "change": change_sentence(followed.change)}
    words = {**now, "before": mean_words(followed.before), "change": change_sentence(followed.change)}
    return _("%(before)s before, %(now)s now. %(change)s") % words


@register.filter
def history_words(entry: HistoryEntry) -> list[str]:
    """What an entry of the history changed, a sentence each."""
    found = []
    if entry.state:
        found.append(_("From “%(before)s” to “%(now)s”.") % {"before": entry.state[0], "now": entry.state[1]})
    if entry.due:
        days = [date_format(day, "j F Y") for day in entry.due]
        found.append(_("Due on %(now)s instead of %(before)s.") % {"before": days[0], "now": days[1]})
    if entry.owner:
        found.append(_("%(owner)s sees to it now.") % {"owner": entry.owner})
    return found


@register.filter
def uncompared(followed: Iterable[FollowedUp]) -> bool:
    """Any practice has a figure now and is still not compared, which wants a word."""
    return any(one.asked and isinstance(one.figure, Shown) and one.change is None for one in followed)


@register.filter
def acting_words(found: Acting) -> str:
    """+0.5 in the 6 teams that acted, +0.2 in the 8 that did not; and how far apart they likely are."""
    sides = {
        "acted": points(found.acted, "signed"),
        "acted_teams": found.acted_teams,
        "others": points(found.others, "signed"),
        "other_teams": found.other_teams,
    }
    text = _("%(acted)s in the %(acted_teams)s teams that acted, %(others)s in the %(other_teams)s that did not.") % sides
    if found.low is None or found.high is None:
        return text
    ends = {"points": points(found.points, "signed"), "low": points(found.low, "signed"), "high": points(found.high, "signed")}
    if found.clear:
        return f"{text} " + _("The difference is %(points)s, likely between %(low)s and %(high)s.") % ends
    return f"{text} " + _("The difference is %(points)s, likely between %(low)s and %(high)s, so it may be none.") % ends
