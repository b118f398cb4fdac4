"""The organisation's own logo in the head of a page."""

from django import template
from django.db import DatabaseError

from assessments.results.settings import Logo, logo_of_organisation

register = template.Library()


@register.simple_tag
def organisation_logo() -> Logo | None:
    """None where there is none, and where the database cannot be asked: a page about that must still come."""
    try:
        return logo_of_organisation()
    except DatabaseError:
        return None
