"""The leader's form: for each practice one of five labels, a tick and a note, in parts by dimension."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assessments.models import Answer, CycleTeam, Dimension, Item

LABELS = [
    (1, _("Strongly disagree")),
    (2, _("Disagree")),
    (3, _("Neither")),
    (4, _("Agree")),
    (5, _("Strongly agree")),
]
# What is posted is named "<code>", "<code>-under-way" and "<code>-note"; what is stored, as the model names it.
ENDINGS = {"value": "", "under_way": "-under-way", "note": "-note"}


class NoteField(forms.CharField):
    """Browsers count a line break as one character and send two."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Statement:
    """One practice on the page: its three fields, and what is stored."""

    code: str
    text: str
    value: forms.BoundField
    under_way: forms.BoundField
    note: forms.BoundField
    kept: Answer
    rated: bool

    @property
    def kept_label(self) -> str:
        return str(dict(LABELS)[self.kept.value]) if self.kept.value else ""

    @property
    def note_open(self) -> bool:
        return bool(self.note.value() or self.note.errors)

    @property
    def lost_note(self) -> str:
        """A note that came too late to be stored."""
        typed = str(self.note.value() or "").strip()
        return typed if typed.split() != self.kept.note.split() else ""


@dataclass(frozen=True)
class Part:
    number: int
    dimension: Dimension
    statements: tuple[Statement, ...]

    @property
    def rated(self) -> int:
        return sum(statement.rated for statement in self.statements)

    @property
    def of(self) -> int:
        return len(self.statements)


class SelfAssessmentForm(forms.Form):
    """Any part of it may be posted: a field that is missing keeps what is stored."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, team: CycleTeam) -> None:
        items = Item.objects.filter(questionnaire=team.cycle.questionnaire_id)
        self.items = list(items.select_related("practice__dimension").order_by("practice__dimension__position", "position"))
        stored = {answer.item_id: answer for answer in Answer.objects.filter(assessment__team=team)}
        self.kept = {item.practice.code: stored.get(item.pk) or Answer(item=item) for item in self.items}
        initial = {code + ending: getattr(answer, field) for code, answer in self.kept.items() for field, ending in ENDINGS.items()}
        self.posted = frozenset(data or ())
        super().__init__(None if data is None else initial | {name: data[name] for name in data}, initial=initial)
        for item in self.items:
            self._add(item)

    def _add(self, item: Item) -> None:
        code = item.practice.code
        self.fields[code] = forms.TypedChoiceField(
            choices=LABELS,
            coerce=int,
            empty_value=None,
            required=False,
            label=item.manager,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Please choose one of the five answers.")},
        )
        self.fields[f"{code}-under-way"] = forms.BooleanField(required=False, label=_("Work on this is under way"))
        self.fields[f"{code}-note"] = NoteField(
            required=False,
            max_length=2000,
            label=item.manager,
            widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
            error_messages={
                "max_length": _("This note has %(show_value)d characters. Please shorten it to %(limit_value)d or fewer.")
            },
        )

    def changes(self) -> dict[str, dict[str, Any]]:
        """What was posted and is valid, by practice; a rating can be changed but not taken back."""
        self.is_valid()
        valid = self.cleaned_data
        found: dict[str, dict[str, Any]] = {}
        for code in self.kept:
            for field, ending in ENDINGS.items():
                name = code + ending
                if name in self.posted and valid.get(name) is not None:
                    found.setdefault(code, {})[field] = valid[name]
        return found

    def ask_for(self, codes: list[str]) -> None:
        """Mark the statements that still need a rating."""
        for code in codes:
            if code not in self.errors:
                self.add_error(code, _("Please choose an answer."))

    @cached_property
    def parts(self) -> list[Part]:
        by_dimension = groupby(self.items, key=lambda item: item.practice.dimension)
        return [
            Part(number, dimension, tuple(self._statement(item) for item in items))
            for number, (dimension, items) in enumerate(by_dimension, start=1)
        ]

    def _statement(self, item: Item) -> Statement:
        code = item.practice.code
        fields = {field: self[code + ending] for field, ending in ENDINGS.items()}
        return Statement(code=code, text=item.manager, kept=self.kept[code], rated=self._is_rated(code), **fields)

    def _is_rated(self, code: str) -> bool:
        posted = self.is_bound and not self.errors.get(code) and self.cleaned_data.get(code) is not None
        return posted or self.kept[code].value is not None

    @property
    def rated(self) -> int:
        return sum(self._is_rated(code) for code in self.kept)

    @property
    def of(self) -> int:
        return len(self.items)

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """For the list on top of the page: where to jump, which statement, what is wrong with it if it was filled in at all."""
        for part in self.parts:
            for statement in part.statements:
                for error in statement.value.errors:
                    yield f"{statement.value.auto_id}_0", statement.text, str(error) if statement.code in self.posted else ""
                for error in statement.note.errors:
                    yield statement.note.auto_id, statement.text, str(error)

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.form_show_errors = False  # the page says itself what is missing
        helper.layout = Layout(*(PartLayout(part) for part in self.parts))
        return helper


class PartLayout(LayoutObject):
    """Draws a part with its statements in our own markup instead of crispy's."""

    template = "assessments/selfassessments/_part.html"

    def __init__(self, part: Part) -> None:
        self.part = part
        self.fields: list[str] = []

    def render(self, form: SelfAssessmentForm, context: Context, template_pack: str = "", **kwargs: Any) -> SafeString:
        return render_to_string(self.template, {"part": self.part, "parts": len(form.parts)})
