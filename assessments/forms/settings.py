"""What HR sets for the organisation."""

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Organisation

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
NUMBERS = ((0, gettext_lazy("none")), (1, gettext_lazy("one")), (2, gettext_lazy("two")))
LARGEST_K = 50


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together on the page."""

    name: str
    title: str | Promise
    fields: tuple[str, ...]
    lead: str | Promise = ""


SECTIONS = (
    Section("organisation", gettext_lazy("The organisation"), ("name", "logo", "remove_logo", "zone", "languages", "language")),
    Section("cycles", gettext_lazy("Cycles"), ("k", "target")),
    Section(
        "reminders",
        gettext_lazy("Reminders by mail"),
        ("remind", "reminders", "remind_after"),
        gettext_lazy(
            "Nobody gets more than two in a week, and none within 24 hours of the invitation. Managers whose own view is missing "
            "are reminded on the same days."
        ),
    ),
    Section("mails", gettext_lazy("Sender of mails"), ("mail_name", "mail_address")),
    Section("kept", gettext_lazy("How long names are kept"), ("keep_years",)),
)


def zone_choices(used: str) -> list[tuple[str, Any]]:
    """By part of the world; UTC, and the one in use wherever it stands, first."""
    named = sorted(zone for zone in zoneinfo.available_timezones() if zone.split("/")[0] in REGIONS)
    groups = groupby(named, key=lambda zone: zone.split("/")[0])
    world: list[tuple[str, Any]] = [
        (region, [(zone, zone.split("/", 1)[1].replace("_", " ").replace("/", ", ")) for zone in zones]) for region, zones in groups
    ]
    first = [zone for zone in ("UTC", used) if zone not in named]
    return [(zone, zone) for zone in dict.fromkeys(first)] + world


class WholeNumber(forms.IntegerField):
    """Says both ends, whichever was overstepped."""

    def __init__(self, *, min_value: int, max_value: int, **kwargs: Any) -> None:
        words = gettext_lazy("Please choose a number from %(least)s to %(most)s.")
        outside = words % {"least": min_value, "most": max_value}
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)
        for validator in self.validators:
            if isinstance(validator, MinValueValidator | MaxValueValidator):
                validator.message = outside


class SettingsForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("As people know it. A cycle that is open keeps the name it was opened with."),
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy(
            "PNG, JPEG or WebP, at most 2 MB and 4,000 pixels long or wide. It stands at the head of every page, the poll too."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp", "class": "form-control"}),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("A cycle opens and closes at midnight here. This holds for an open cycle at once."),
    )
    languages = forms.MultipleChoiceField(label=gettext_lazy("Languages to choose from"), widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=gettext_lazy("Language of mails, and where none is chosen"), widget=forms.RadioSelect)
    k = WholeNumber(
        label=gettext_lazy("Smallest group shown, in coming cycles"),
        min_value=settings.SMALLEST_GROUP,
        max_value=LARGEST_K,
        help_text=gettext_lazy(
            "Nothing is shown for fewer answers than this. A larger number protects more and hides more teams. It is locked as "
            "soon as a cycle opens, since the invitation promises it."
        ),
    )
    target = WholeNumber(
        label=gettext_lazy("Target for taking part, in percent of the invited"),
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("A mark on the pages about taking part. Nothing else depends on it."),
    )
    remind = forms.ChoiceField(
        label=gettext_lazy("Who is reminded"),
        choices=Organisation.Remind.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "If only those are reminded who have not answered, nobody gets a mail in vain, but whoever sees the mail, or the list "
            "of mails sent, learns who had not answered by then. If everybody is reminded, a mail says nothing about anybody."
        ),
    )
    reminders = forms.TypedChoiceField(label=gettext_lazy("How many in a cycle"), choices=NUMBERS, coerce=int)
    remind_after = WholeNumber(label=gettext_lazy("Days before the first, and between the two"), min_value=2, max_value=60)
    mail_name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, required=False, help_text=gettext_lazy("What people see as the sender.")
    )
    mail_address = forms.EmailField(
        label=gettext_lazy("Address"),
        required=False,
        help_text=gettext_lazy(
            "Your mail server must be allowed to send from it, or mails end up as spam. Left empty, it is the one the server has."
        ),
    )
    keep_years = WholeNumber(
        label=gettext_lazy("Years after which they are deleted"),
        min_value=1,
        max_value=30,
        required=False,
        help_text=gettext_lazy(
            "In cycles that ended longer ago: managers’ notes and who handed in the own view, who saw to finished actions and what "
            "was written about them, and the log of what administrators did. Figures, managers’ ratings and who belonged to which "
            "team stay. It cannot be undone. Left empty, nothing is deleted."
        ),
    )

    def __init__(self, data: Any = None, files: Any = None, *, organisation: Organisation) -> None:
        languages = [code for code, _name in settings.LANGUAGES]
        initial = {name: getattr(organisation, name) for name in self.base_fields if name not in {"logo", "remove_logo"}}
        initial["zone"] = organisation.zone or settings.TIME_ZONE
        initial["languages"] = organisation.languages or languages
        initial["language"] = organisation.language or settings.LANGUAGE_CODE
        super().__init__(data, files, initial=initial)
        choices = {"zone": zone_choices(initial["zone"]), "languages": settings.LANGUAGES, "language": settings.LANGUAGES}
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]  # a choice field
        absent = ["languages", "language"] if len(languages) == 1 else []
        for name in absent if organisation.logo_digest else [*absent, "remove_logo"]:
            del self.fields[name]

    @property
    def sections(self) -> Iterator[tuple[Section, list[BoundField]]]:
        for section in SECTIONS:
            yield section, [self[name] for name in section.fields if name in self.fields]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_mail_name(self) -> str:
        """In one line: it becomes part of a mail's head."""
        return " ".join(self.cleaned_data["mail_name"].split())

    def clean_logo(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["logo"]
        if file and (file.size or 0) > settings.LOGO_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB. Please choose a smaller one."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "languages" in cleaned and cleaned.get("language") and cleaned["language"] not in cleaned["languages"]:
            self.add_error("language", _("This language is not among those to choose from."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"logo", "remove_logo"}}

    @property
    def new_logo(self) -> bytes | None:
        """The file as it came, empty to have none, None to keep the one there is."""
        if file := self.cleaned_data["logo"]:
            return bytes(file.read())
        return b"" if self.cleaned_data.get("remove_logo") else None
