"""The main menu: which entries a person has, and which of them is the current one."""

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_block_tag(takes_context=True)
def main_nav(context: Context, content: str) -> str:
    """The menu; `content` is the URL name of the entry to mark, or empty where the page is itself an entry."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return ""
    entries = []
    if user.reads_everything:
        entries += [("overview", _("Overview")), ("participation", _("Taking part")), ("cycles", _("Cycles"))]
        entries += [("questionnaires", _("Questionnaires"))]
    if user.leads:
        entries += [("my_teams", _("To do"))]
    if user.role == user.Role.HR:
        entries += [("structure", _("Teams")), ("roster", _("Roster")), ("organisation_settings", _("Settings"))]
    match = context["request"].resolver_match
    page = match.url_name if match else ""
    section = content.strip() or page
    # "page" is this very page, "true" the section it belongs to.
    mark = "page" if section == page else "true"
    menu = [{"name": name, "label": label, "current": mark if name == section else ""} for name, label in entries]
    return render_to_string("components/_main_nav.html", {"entries": menu})
