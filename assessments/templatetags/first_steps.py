"""HR's way from nothing to the first cycle, where there is no figure to show yet."""

from django import template

from assessments.results import first_steps as result

register = template.Library()


@register.simple_tag
def first_steps() -> tuple[result.FirstStep, ...]:
    return result.first_steps()
