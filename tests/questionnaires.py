"""Drafts and own practices, for tests about questionnaires."""

from assessments.models import Dimension, Practice, Questionnaire, User
from assessments.services.questionnaires import Worded, next_version, write_practice
from tests import factories

KIND = "kind-to-each-other"
OWN_TEXTS = {
    "title": "Shelves are full",
    "team": "Customers find what they came for on the shelf.",
    "manager": "In my team, customers find what they came for on the shelf.",
    "why": "An empty shelf sends people elsewhere.",
    "idea": "Full shelves are service.",
    "start": "Walk the aisles at nine.",
    "build": "Agree on who fills which aisle.",
    "keep": "Show new colleagues how.",
    "talk": "What was missing last week?",
}


def make_draft(by: User) -> Questionnaire:
    return next_version(of=factories.quarterly_check(), by=by)


def worded(questionnaire: Questionnaire, **teams: str) -> list[Worded]:
    """What it asks; other words for the team by code, hyphens as underscores."""
    words = {code.replace("_", "-"): text for code, text in teams.items()}
    items = questionnaire.items.select_related("practice__dimension").order_by("position")
    return [Worded(item.practice, words.get(item.practice.code, item.team), item.manager) for item in items]


def make_own(by: User, dimension: str | tuple[str, str] = "kindness", **texts: str) -> Practice:
    factories.shipped_content()
    part = Dimension.objects.get(code=dimension) if isinstance(dimension, str) else dimension
    return write_practice(values=OWN_TEXTS | texts, dimension=part, by=by)
