"""The pages on which HR reads a closed cycle, as a row of links: those that there are, with the cycle kept."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

AREAS = (
    ("overview", _("Overview")),
    ("heat_map", _("Heat map")),
    ("gaps", _("Managers and teams")),
    ("trends", _("Trends")),
    ("bands", _("Bands")),
    ("drivers", _("Drivers")),
    ("actions", _("Actions")),
    ("participation", _("Taking part")),
    ("exports", _("Downloads")),
    ("report_batches", _("Reports")),
)


@dataclass(frozen=True, slots=True)
class Area:
    """`current` is "page" for this very page, "true" for the area that it belongs to, else empty."""

    label: Promise | str
    address: str
    current: str


@register.simple_tag(takes_context=True)
def areas(context: Context, here: str = "", cycle: object = None) -> list[Area]:
    """What HR can read beside each other; `here` is the URL name of the area to mark."""
    match = context["request"].resolver_match
    mark = "page" if match and match.url_name == here else "true"
    slug = getattr(cycle, "slug", "")
    query = f"?{urlencode({'cycle': slug})}" if slug else ""
    return [Area(label, address + query, mark if name == here else "") for name, label in AREAS if (address := _address(name))]


def _address(name: str) -> str:
    """Empty where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
