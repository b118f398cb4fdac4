"""What the guide for a review conversation is built from: practices as they are written, and no figure of anybody."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models import Practice

# In the order of the conversation: practice, what the part is called, and the manager's question beside the practice's own.
PARTS = (
    ("regular-reviews", _("Since last time"), _("What did I promise you last time, and what has become of it?")),
    ("catch-people-doing-right", _("What went well"), _("What have I seen you do well for a customer, and did I tell you then?")),
    ("work-matters", _("Whom it helped"), _("Whom has your work helped lately that you may not have heard of?")),
    (
        "less-stress",
        _("What is hard"),
        _("What makes your work hard that I can change, or take to somebody who can?"),
    ),
    ("encouraged-to-grow", _("What comes next"), _("What would I like to trust you with next, and what would you need for it?")),
)


@dataclass(frozen=True, slots=True)
class Topic:
    """question: for the person; of_manager: for the manager. Both may answer both."""

    heading: str | Promise
    practice: str
    idea: str
    question: str
    of_manager: str | Promise
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewGuide:
    """On two pages. A practice that the catalogue does not hold is left out."""

    topics: tuple[Topic, ...]

    @property
    def first_page(self) -> tuple[Topic, ...]:
        return self.topics[:3]

    @property
    def second_page(self) -> tuple[Topic, ...]:
        return self.topics[3:]

    @property
    def articles(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys(title for topic in self.topics for title in topic.articles))


def review_guide() -> ReviewGuide:
    codes = [code for code, _heading, _question in PARTS]
    found = {practice.code: practice for practice in Practice.objects.filter(code__in=codes).prefetch_related("articles")}
    return ReviewGuide(tuple(_topic(found[code], heading, question) for code, heading, question in PARTS if code in found))


def _topic(practice: Practice, heading: str | Promise, question: str | Promise) -> Topic:
    titles = tuple(article.title for article in practice.articles.all())
    return Topic(heading, practice.title, practice.idea, practice.talk, question, titles)
