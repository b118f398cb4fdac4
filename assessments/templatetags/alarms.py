"""Alarms at the head of HR's pages."""

from typing import Any

from django import template

from assessments.results.alarms import key_alarms as alarms

register = template.Library()


@register.inclusion_tag("assessments/cycles/_key_alarms.html")
def key_alarms() -> dict[str, Any]:
    """One message per cycle whose keys are not as they must be."""
    return {"alarms": alarms()}
