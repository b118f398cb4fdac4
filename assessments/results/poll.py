"""The statements of the poll, as the employee reads them. A used questionnaire never changes, so a process reads it once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from assessments.models import Item, Text
from assessments.models.questionnaires import minutes_for


@dataclass(frozen=True, slots=True)
class Statement:
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """The statements of one dimension."""

    number: int
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Poll:
    parts: tuple[Part, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(statement.code for part in self.parts for statement in part.statements)

    @property
    def minutes(self) -> int:
        return minutes_for(len(self.codes))


@lru_cache(maxsize=8)
def poll_of(questionnaire: int) -> Poll:
    return read_poll(questionnaire)


def read_poll(questionnaire: int) -> Poll:
    """As it stands now: a draft changes."""
    items = Item.objects.filter(questionnaire=questionnaire).select_related("practice__dimension").order_by("position")
    groups = groupby(items, key=lambda item: item.practice.dimension.title)
    parts = (
        Part(number, title, tuple(Statement(item.practice.code, item.team) for item in group))
        for number, (title, group) in enumerate(groups, start=1)
    )
    return Poll(tuple(parts))


class Field(NamedTuple):
    """One question on the page: what was chosen or written, and what is wrong with it; both empty at first."""

    name: str
    text: str
    value: str
    error: str


@dataclass(frozen=True, slots=True)
class FilledPart:
    number: int
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class PollPage:
    """The whole form, filled with what was posted."""

    parts: tuple[FilledPart, ...]
    texts: tuple[Field, ...]

    @property
    def count(self) -> int:
        return sum(len(part.fields) for part in self.parts)

    @property
    def statements_at_fault(self) -> list[Field]:
        return [field for part in self.parts for field in part.fields if field.error]

    @property
    def texts_at_fault(self) -> list[Field]:
        return [field for field in self.texts if field.error]


def page_of(poll: Poll, *, values: Mapping[str, str], errors: Mapping[str, str]) -> PollPage:
    """The poll with a person's answers, by field name."""

    def field(name: str, text: str) -> Field:
        return Field(name, text, values.get(name, ""), errors.get(name, ""))

    return PollPage(
        parts=tuple(
            FilledPart(part.number, part.title, tuple(field(statement.code, statement.text) for statement in part.statements))
            for part in poll.parts
        ),
        texts=tuple(field(name, str(label)) for name, label in Text.Question.choices),
    )
