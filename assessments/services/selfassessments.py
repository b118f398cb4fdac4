"""A leader's own view of a team is written down and submitted."""

from collections.abc import Mapping

from django.db import transaction

from assessments.models import Answer, Cycle, CycleTeam, Item, SelfAssessment, User
from assessments.models.clock import now
from assessments.services.ballots import PollOver, hold_open

Change = Mapping[str, int | bool | str]

NOTE_LENGTH = 2000
KINDS = {"value": int, "under_way": bool, "note": str}


class ClosedError(Exception):
    """The cycle takes no answers (yet, or any more)."""


class NotItsLeaderError(Exception):
    """Only the leaders of a team write its self-assessment."""


class AnswerError(ValueError):
    """An answer that no form of this questionnaire can send."""


class UnansweredError(Exception):
    """Statements without a rating keep it from being submitted; `codes` names them in the questionnaire's order."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(f"not rated: {', '.join(codes)}")
        self.codes = codes


@transaction.atomic
def save_self_assessment(*, team: CycleTeam, values: Mapping[str, Change], by: User) -> None:
    """Write the named fields of the named practices and nothing else, so that two leaders at work do not undo each other."""
    _check_access(team, by)
    for code, change in values.items():
        _check_change(code, change)
    items = Item.objects.filter(questionnaire=team.cycle.questionnaire_id, practice__code__in=values)
    items_by_code = {item.practice.code: item for item in items.select_related("practice")}
    if unknown := values.keys() - items_by_code.keys():
        raise AnswerError(f"not in this questionnaire: {', '.join(sorted(unknown))}")
    if items_by_code:
        _write(team, {items_by_code[code].pk: change for code, change in values.items()})


@transaction.atomic
def submit_self_assessment(*, team: CycleTeam, by: User) -> None:
    """Hand it in once every statement is rated; the first time and name stay, later changes need no second submission."""
    _check_access(team, by)
    assessment, _created = SelfAssessment.objects.select_for_update().get_or_create(team=team)
    rated = assessment.answers.exclude(value=None).values("item")
    left = Item.objects.filter(questionnaire=team.cycle.questionnaire_id).exclude(pk__in=rated)
    if codes := list(left.order_by("position").values_list("practice__code", flat=True)):
        raise UnansweredError(codes)
    if assessment.submitted_at is None:
        assessment.submitted_at, assessment.submitted_by = now(), by
        assessment.save(update_fields=["submitted_at", "submitted_by"])


def _check_access(team: CycleTeam, by: User) -> None:
    # Read again: the cycle may have been closed since the page fetched the team.
    cycle = Cycle.objects.get(pk=team.cycle_id)
    if not cycle.takes_answers:
        raise ClosedError
    try:
        hold_open(cycle)  # what is written down after closing has read the own views would stand beside figures made without it
    except PollOver:
        raise ClosedError from None
    if not CycleTeam.objects.led_by(by).filter(pk=team.pk).exists():
        raise NotItsLeaderError


def _check_change(code: str, change: Change) -> None:
    for field, value in change.items():
        if field not in KINDS or type(value) is not KINDS[field]:
            raise AnswerError(f"{code}: {field} cannot be {value!r}")
    if change.get("value", 1) not in range(1, 6):
        raise AnswerError(f"{code}: a rating is a whole number from 1 to 5")
    if len(str(change.get("note", ""))) > NOTE_LENGTH:
        raise AnswerError(f"{code}: a note has at most {NOTE_LENGTH} characters")


def _write(team: CycleTeam, changes: Mapping[int, Change]) -> None:
    # The lock on the assessment makes a second writer wait, so what is read here is what is written back.
    assessment, _created = SelfAssessment.objects.select_for_update().get_or_create(team=team)
    kept = {answer.item_id: answer for answer in assessment.answers.filter(item__in=changes)}
    new = []
    for item, change in changes.items():
        answer = kept.get(item)
        if answer is None:
            answer = Answer(assessment=assessment, item_id=item)
            new.append(answer)
        for field, value in change.items():
            setattr(answer, field, value)
    Answer.objects.bulk_create(answer for answer in new if answer.value is not None or answer.under_way or answer.note)
    Answer.objects.bulk_update(kept.values(), list(KINDS))
