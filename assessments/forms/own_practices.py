"""Practices that an organisation writes itself, and the parts they stand in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.content.wording import MOST
from assessments.forms.questionnaires import hint_words
from assessments.forms.selfassessments import NoteField
from assessments.models import Dimension, Practice

NEW = "new"  # instead of a dimension's code
LONG_TEXT = 2000
PART = ("dimension", "part_title", "part_about")
STATEMENTS = ("team", "manager")


def _statement(label: Any, text: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=text, max_length=MOST, widget=forms.Textarea(attrs={"rows": 2}))


def _advice(label: Any, text: Any) -> NoteField:
    return NoteField(label=label, help_text=text, max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class PartForm(forms.Form):
    """A dimension of the organisation's own."""

    title = forms.CharField(label=gettext_lazy("Name of the part"), max_length=60)
    about = forms.CharField(label=gettext_lazy("What it is about"), max_length=200)


class PracticeForm(forms.Form):
    """Where the practice is published, its statements and its part are left out: another wording belongs to a new version."""

    title = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("A few words, as in “Regular review talks”.")
    )
    dimension = forms.ChoiceField(label=gettext_lazy("Part"), widget=forms.Select(attrs={"class": "form-select"}))
    part_title = forms.CharField(label=gettext_lazy("Name of the new part"), max_length=60, required=False)
    part_about = forms.CharField(label=gettext_lazy("What the new part is about"), max_length=200, required=False)
    team = _statement(
        gettext_lazy("What people are asked"),
        gettext_lazy("Something they can see or feel, as in “Customers get an answer within a day.”"),
    )
    manager = _statement(
        gettext_lazy("What managers are asked"),
        gettext_lazy("The same idea from where a manager stands, as in “In my team, customers get an answer within a day.”"),
    )
    why = _advice(
        gettext_lazy("Why it matters"),
        gettext_lazy("Two or three sentences: what happens to customers when it is there or missing."),
    )
    idea = _advice(gettext_lazy("The idea"), gettext_lazy("In one sentence."))
    start = _advice(
        gettext_lazy("Start this week"),
        gettext_lazy("For a team that stands low: one small thing that a manager can do alone, for free."),
    )
    build = _advice(
        gettext_lazy("Build this quarter"),
        gettext_lazy("For a team in the middle: one thing to set up. Who does it, how often, and what would one see?"),
    )
    keep = _advice(gettext_lazy("Make it normal"), gettext_lazy("For a team that stands high: what keeps it and passes it on."))
    talk = _advice(gettext_lazy("Question for a team talk"), gettext_lazy("An open one, which invites a story and not a verdict."))

    def __init__(self, data: Mapping[str, Any] | None = None, *, practice: Practice | None = None, fixed: bool = False) -> None:
        initial = {name: getattr(practice, name) for name in self.base_fields if hasattr(practice, name)} if practice else {}
        if practice:
            initial["dimension"] = practice.dimension.code
        super().__init__(data, initial=initial)
        if fixed:
            for name in (*PART, *STATEMENTS):
                del self.fields[name]
            return
        self.dimensions = Dimension.objects.in_bulk(field_name="code")
        parts = sorted(self.dimensions.values(), key=lambda dimension: dimension.position)
        choice = self.fields["dimension"]
        choice.choices = [*((part.code, part.title) for part in parts), (NEW, _("a new part"))]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("dimension") == NEW:
            for name in ("part_title", "part_about"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A new part needs this."))
        return cleaned

    @property
    def texts(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name not in PART}

    @property
    def part(self) -> Dimension | tuple[str, str] | None:
        """The one chosen, or title and words of a new one; None where it stays."""
        if "dimension" not in self.fields:
            return None
        chosen = self.cleaned_data["dimension"]
        if chosen == NEW:
            return self.cleaned_data["part_title"], self.cleaned_data["part_about"]
        return self.dimensions[chosen]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Headings of the page with their fields."""
        groups = (
            (_("What it is"), ("title", *PART)),
            (_("What is asked"), STATEMENTS),
            (_("What reports say about it"), ("why", "idea", "start", "build", "keep", "talk")),
        )
        found = ((title, [self[name] for name in names if name in self.fields]) for title, names in groups)
        return [(title, fields) for title, fields in found if fields]

    @property
    def hints(self) -> list[str]:
        return hint_words(*(str(self[name].value() or "") for name in STATEMENTS)) if "team" in self.fields else []
