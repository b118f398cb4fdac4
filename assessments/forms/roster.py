"""Uploading a roster, and saying what its columns hold."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Roster file"),
        help_text=gettext_lazy("XLSX or CSV, with everybody in it. You see what would change before anything does."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt", "class": "form-control"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. It needs a header and a row for each person and team."),
        },
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        """most: bytes of a file."""
        self.most = most
        super().__init__(*args, **kwargs)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > self.most:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": self.most // 1024**2})
        return file


class ColumnsForm(forms.Form):
    """One choice for each column of the file, in its order."""

    def __init__(
        self,
        data: Any = None,
        *,
        headings: Sequence[str],
        guesses: Sequence[str],
        meanings: Iterable[tuple[str, Promise | str]],
    ) -> None:
        super().__init__(data)
        choices, unnamed = [("", _("Please choose")), *meanings], _("Column without a heading")
        for at, (heading, guess) in enumerate(zip(headings, guesses, strict=True)):
            field = forms.ChoiceField(label=heading or unnamed, choices=choices, initial=guess, required=False)
            field.widget.attrs["class"] = "form-select"
            self.fields[f"column_{at}"] = field

    @property
    def meanings(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]
