"""What a manager tells the team: a choice among shown figures and actions, and a word."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms.selfassessments import NoteField
from assessments.models.plans import WORDS
from assessments.models.releases import Choice


class TellForm(forms.Form):
    """offers: practice code to what it would be told as; owners: an action's uid to who sees to it. Nothing else can be chosen."""

    words = NoteField(
        label=gettext_lazy("A word to the team"),
        max_length=WORDS,
        required=False,
        help_text=gettext_lazy("At most 500 characters. Please nothing about what a single person said or may have answered."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    overall = forms.BooleanField(required=False)
    practices = forms.MultipleChoiceField(required=False, label=gettext_lazy("What you said"))
    actions = forms.MultipleChoiceField(required=False, label=gettext_lazy("What is done"))
    names = forms.MultipleChoiceField(required=False, label=gettext_lazy("Names"))

    def __init__(
        self, data: Any = None, *, offers: Mapping[str, str], owners: Mapping[UUID, str], overall: bool, chosen: Choice
    ) -> None:
        initial = {
            "words": chosen.words,
            "overall": chosen.overall,
            "practices": list(chosen.practices),
            "actions": [str(uid) for uid in chosen.actions],
            "names": [str(uid) for uid, name in chosen.actions.items() if name],
        }
        super().__init__(data, initial=initial)
        self.offers = offers
        self.owners = {str(uid): name for uid, name in owners.items()}
        if not overall:
            del self.fields["overall"]
        for field, values in (("practices", self.offers), ("actions", self.owners), ("names", self.owners)):
            self.fields[field].choices = [(value, value) for value in values]  # type: ignore[attr-defined]  # a choice field

    def ticked(self, field: str) -> set[str]:
        return set(self[field].value() or [])

    @property
    def ticked_practices(self) -> set[str]:
        return self.ticked("practices")

    @property
    def ticked_actions(self) -> set[str]:
        return self.ticked("actions")

    @property
    def ticked_names(self) -> set[str]:
        return self.ticked("names")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(field) for field in ("words", "overall", "practices", "actions")):
            raise forms.ValidationError(_("Nothing is chosen. Please tick what the team is to read, or write a word."))
        return cleaned

    @property
    def choice(self) -> Choice:
        cleaned = self.cleaned_data
        return Choice(
            words=cleaned["words"],
            overall=bool(cleaned.get("overall")),
            practices={code: part for code, part in self.offers.items() if code in cleaned["practices"]},
            actions={
                UUID(uid): owner if uid in cleaned["names"] else ""
                for uid, owner in self.owners.items()
                if uid in cleaned["actions"]
            },
        )
