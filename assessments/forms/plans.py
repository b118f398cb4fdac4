"""Choosing a focus, taking up an action and bringing it up to date."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms.selfassessments import NoteField
from assessments.models import Action, CycleTeam, Person, Practice
from assessments.models.clock import today
from assessments.models.plans import WORDS, people_near

STEPS = {
    "start": gettext_lazy("Start this week"),
    "build": gettext_lazy("Build this quarter"),
    "keep": gettext_lazy("Make it normal"),
}
OWN = "own"
WEEKS = 4  # ahead: long enough to do one thing, short enough to remember it


class Named:
    """People near a unit by the words that stand for each: the name, with the roster's number where two share one."""

    def __init__(self, unit: CycleTeam, you: Person | None = None) -> None:
        people = list(people_near(unit))
        people += [you] if you and you not in people else []
        often = Counter(person.name.casefold() for person in people)
        self.you = you
        self.shared = {name for name, times in often.items() if times > 1}
        self.people = {self.words(person).casefold(): person for person in people}

    def __iter__(self) -> Iterator[str]:
        return (self.words(person) for person in self.people.values())

    def words(self, person: Person) -> str:
        return f"{person.name} ({person.employee_id})" if person.name.casefold() in self.shared else person.name

    def find(self, text: str) -> Person | None:
        """By name, or anybody in the organisation by mail address. Raises ValidationError for a name that several share."""
        if "@" in text:
            return Person.objects.filter(active=True, email__iexact=text).first()
        if text.casefold() in self.shared:
            raise forms.ValidationError(_("Several people here have this name. Please choose one from the list."))
        return self.people.get(text.casefold())


class OwnerAndDay(forms.Form):
    """Who sees to an action and until when; `named` is shared by the forms of a page."""

    owner = forms.CharField(
        label=gettext_lazy("Who sees to it"),
        max_length=200,
        help_text=gettext_lazy("A name from the list or any other; by mail address you find anybody in the organisation."),
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off", "class": "form-control"}),
    )
    due = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
    )

    def __init__(self, data: Any = None, *, named: Named, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.named = named
        self.person: Person | None = None

    def clean_owner(self) -> str:
        text = self.cleaned_data["owner"].strip()
        self.person = self.named.find(text)
        return self.person.name if self.person else text

    def clean_due(self) -> datetime.date:
        due: datetime.date = self.cleaned_data["due"]
        if due != self.initial.get("due") and due < today():
            raise forms.ValidationError(_("This day is over. Please choose today or a later day."))
        return due


class TakeActionForm(OwnerAndDay):
    """One of a practice's three steps, or own words."""

    step = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[*STEPS.items(), (OWN, gettext_lazy("In our own words"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose a step, or write your own.")},
    )
    own = NoteField(
        label=gettext_lazy("Your own words"),
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, data: Any = None, *, practice: Practice, named: Named, first: str = "start") -> None:
        initial = {
            "step": first,
            "owner": named.words(named.you) if named.you else "",
            "due": today() + datetime.timedelta(weeks=WEEKS),
        }
        super().__init__(data, named=named, prefix=practice.code, initial=initial)
        self.practice = practice
        self.first = first

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The three ready steps, the one that fits the level first."""
        ordered = sorted(STEPS, key=lambda name: name != self.first)
        chosen = self["step"].value()
        return [
            {"name": name, "heading": STEPS[name], "text": getattr(self.practice, name), "checked": name == chosen}
            for name in ordered
        ]

    @property
    def own_checked(self) -> bool:
        return self["step"].value() == OWN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("step") == OWN and not cleaned.get("own") and "own" not in self.errors:
            self.add_error("own", _("Please write what you will do."))
        return cleaned

    @property
    def words(self) -> str:
        """What was typed counts, whatever is ticked above it: nobody writes for nothing."""
        return self.cleaned_data["own"] or str(getattr(self.practice, self.cleaned_data["step"]))


class ChangeActionForm(OwnerAndDay):
    """Where an action stands now."""

    state = forms.ChoiceField(label=gettext_lazy("How it stands"), choices=Action.State.choices, widget=forms.RadioSelect)
    note = NoteField(
        label=gettext_lazy("Note"),
        max_length=WORDS,
        required=False,
        help_text=gettext_lazy(
            "What happened, or why it is dropped. Please nothing about what a single person said or may have answered."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    field_order: Sequence[str] = ("state", "owner", "due", "note")

    def __init__(self, data: Any = None, *, action: Action, named: Named) -> None:
        initial = {
            "state": action.state,
            "owner": named.words(action.owner) if action.owner else action.owner_name,
            "due": action.due,
        }
        super().__init__(data, named=named, initial=initial)
        self.action = action

    def clean_owner(self) -> str:
        """Left as it was, it stays the same person, wherever that person works by now."""
        if self.cleaned_data["owner"].strip() == self.initial["owner"]:
            self.person = self.action.owner
            return self.action.owner_name
        return super().clean_owner()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        dropped = cleaned.get("state") == Action.State.DROPPED and self.action.state != Action.State.DROPPED
        if dropped and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Please say why it is dropped."))
        return cleaned
