"""What leaders hand in: one rating for every practice, or ratings by code."""

from collections.abc import Mapping

from assessments.models import Cycle, User
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories


def hand_in(cycle: Cycle, path: str, value: int, **others: int) -> None:
    """By the unit's leader, as `factories.make_organisation` names the account; others by practice code, hyphens as underscores."""
    leader = User.objects.get(email=f"{path.rsplit(' / ', 1)[-1].lower().replace(' ', '-')}@example.org")
    unit = cycle.teams.get(path=path)
    ratings: Mapping[str, int] = factories.all_answers(cycle, value, **others)
    save_self_assessment(team=unit, values={code: {"value": rating} for code, rating in ratings.items()}, by=leader)
    submit_self_assessment(team=unit, by=leader)
