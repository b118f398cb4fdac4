"""What people wrote in their own words: all of a cycle for HR, and after release a unit's own for its managers."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Cycle, CycleTeam, Text


@dataclass(frozen=True, slots=True)
class Written:
    """One text. The key leads to the page that hides it and says nothing else."""

    id: uuid.UUID
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What stands on a unit, sorted by wording. `hidden`: how many HR destroyed; `above`: where the words stand if not here."""

    words: str
    texts: tuple[Written, ...]
    hidden: int
    above: CycleTeam | None = None

    @property
    def stands_here(self) -> bool:
        return bool(self.texts or self.hidden)


@dataclass(frozen=True, slots=True)
class TextsOf:
    """A unit's texts. `waits`: HR reads them first, and nothing else is told. `least`: people whose texts stand together."""

    waits: bool
    questions: tuple[Question, ...]
    least: int

    @property
    def stand_here(self) -> bool:
        return any(question.stands_here for question in self.questions)


@dataclass(frozen=True, slots=True)
class UnitTexts:
    team: CycleTeam
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class TextsPage:
    """HR's page. `cycle` is None while no cycle has been closed."""

    cycles: tuple[Cycle, ...]
    cycle: Cycle | None
    units: tuple[UnitTexts, ...]
    least: int

    @property
    def readable(self) -> int:
        return sum(len(question.texts) for unit in self.units for question in unit.questions)

    @property
    def hidden(self) -> int:
        return sum(question.hidden for unit in self.units for question in unit.questions)


def texts_of(team: CycleTeam) -> TextsOf:
    """The texts that stand on a unit of a closed cycle; none before their release, not even how many there are."""
    cycle = team.cycle
    if not cycle.texts_released:
        return TextsOf(Text.objects.filter(team__cycle=cycle).exists(), (), least_in(cycle))
    found = _by_question(Text.objects.filter(team=team))
    questions = [found.get(code) or Question(str(words), (), 0, _above(team, code)) for code, words in Text.Question.choices]
    return TextsOf(waits=False, questions=tuple(questions), least=least_in(cycle))


def texts_page(cycle: Cycle | None, cycles: Sequence[Cycle]) -> TextsPage:
    """Everything that was written in one of the closed cycles, unit by unit."""
    if cycle is None:
        return TextsPage((), None, (), settings.TEXTS_FROM)
    rows: dict[CycleTeam, list[Text]] = defaultdict(list)
    for row in Text.objects.filter(team__cycle=cycle).select_related("team").order_by("team__position", "question", "text"):
        rows[row.team].append(row)
    units = tuple(UnitTexts(team, tuple(_by_question(texts).values())) for team, texts in rows.items())
    return TextsPage(tuple(cycles), cycle, units, least_in(cycle))


def least_in(cycle: Cycle) -> int:
    """People whose texts stand together at least."""
    return max(settings.TEXTS_FROM, cycle.k)


def _by_question(rows: "QuerySet[Text] | Iterable[Text]") -> dict[str, Question]:
    """In the order of the questions; a question without a row is left out."""
    found: dict[str, list[Text]] = defaultdict(list)
    for row in rows:
        found[row.question].append(row)
    return {
        code: Question(
            words=str(words),
            texts=tuple(Written(row.pk, row.text) for row in found[code] if not row.hidden),
            hidden=sum(row.hidden for row in found[code]),
        )
        for code, words in Text.Question.choices
        if code in found
    }


def _above(team: CycleTeam, question: str) -> CycleTeam | None:
    """The nearest unit above on which texts stand: there is where those of this unit went, if anybody wrote one."""
    above = CycleTeam.objects.filter(cycle=team.cycle_id, position__lt=team.position, last__gte=team.position)
    return above.filter(Exists(Text.objects.filter(team=OuterRef("pk"), question=question))).order_by("position").last()
