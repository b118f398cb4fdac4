"""Planning a cycle, and opening one whose private key a trustee keeps."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.forms.settings import LARGEST_K, WholeNumber
from assessments.models import Cycle, Organisation, Questionnaire
from assessments.models.clock import today

LASTS = datetime.timedelta(days=14)
QUARTER = datetime.timedelta(days=91)  # from first day to first day
KEY_BYTES = 10_000  # a public key has about 120


def suggested(last: Cycle | None) -> dict[str, Any]:
    """For a new cycle: a quarter after the one before, or today; named by its quarter and asking what was asked last."""
    opens = max(today(), last.opens + QUARTER) if last else today()
    year, quarter = opens.year, (opens.month + 2) // 3
    while Cycle.objects.filter(slug=f"{year}-q{quarter}").exists():
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    asked = Questionnaire.objects.newest(last.questionnaire.code if last else "quarterly-check")
    return {
        "name": f"{year} Q{quarter}",
        "questionnaire": asked,
        "opens": opens,
        "closes": opens + LASTS,
        "k": Organisation.current().k,
    }


def planned_as(cycle: Cycle) -> dict[str, Any]:
    return {name: getattr(cycle, name) for name in ("name", "questionnaire", "opens", "closes", "k", "trustee")}


class QuestionnaireField(forms.ModelChoiceField):
    """The newest published version of each questionnaire, and one that is planned already."""

    def label_from_instance(self, obj: Questionnaire) -> str:
        statements = obj.items.count()
        words = ngettext("%(title)s: one statement", "%(title)s: %(number)d statements", statements)
        minutes = ngettext("about a minute", "about %(minutes)d minutes", obj.minutes) % {"minutes": obj.minutes}
        return f"{words % {'title': obj.title, 'number': statements}}, {minutes}"

    def offer(self, planned: Questionnaire | None) -> None:
        newest = {one.code: one.pk for one in Questionnaire.objects.published().order_by("code", "version")}
        self.queryset = Questionnaire.objects.filter(pk__in=[*newest.values(), *([planned.pk] if planned else [])])


def _day(label: Any, words: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=words,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={"invalid": gettext_lazy("Please enter a day such as 2026-10-15.")},
    )


class PlanCycleForm(forms.Form):
    """`cycle`: the planned one to change; None for a new one."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=50,
        help_text=gettext_lazy("Short, such as “2026 Q4”. It stands in every mail and report."),
    )
    questionnaire = QuestionnaireField(
        queryset=Questionnaire.objects.none(), label=gettext_lazy("What is asked"), widget=forms.RadioSelect, empty_label=None
    )
    opens = _day(
        gettext_lazy("First day"), gettext_lazy("Who is in which team is taken down on this day and stays so for this cycle.")
    )
    closes = _day(gettext_lazy("Last day"), gettext_lazy("People can answer until its end. Two weeks do for most organisations."))
    k = WholeNumber(
        label=gettext_lazy("Smallest group shown"),
        min_value=settings.SMALLEST_GROUP,
        max_value=LARGEST_K,
        help_text=gettext_lazy(
            "Nothing is shown for fewer answers than this. The invitation promises it, so it is locked once the cycle is open."
        ),
    )
    trustee = forms.BooleanField(
        label=gettext_lazy("A trustee keeps the key"),
        required=False,
        help_text=gettext_lazy(
            "The key that opens the answers lies on this server until the close. Somebody whom all trust, such as a works council, "
            "can keep it instead: then you need the trustee’s public key to open the cycle, and the trustee to close it."
        ),
    )

    def __init__(self, data: Any = None, *, cycle: Cycle | None = None) -> None:
        self.cycle = cycle
        last = Cycle.objects.opened().select_related("questionnaire").order_by("-opens", "-pk").first()
        super().__init__(data, initial=planned_as(cycle) if cycle else suggested(last))
        self.fields["questionnaire"].offer(cycle.questionnaire if cycle else None)  # type: ignore[attr-defined]  # a field of ours

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not slugify(name):
            raise forms.ValidationError(_("Please use some letters or digits, such as “2026 Q4”."))
        taken = Cycle.objects.filter(slug=slugify(name)).first()
        if taken and taken != self.cycle:
            raise forms.ValidationError(_("There is a cycle “%(name)s” already.") % {"name": taken.name})
        return name

    def clean_opens(self) -> datetime.date:
        opens: datetime.date = self.cleaned_data["opens"]
        if opens < today() and not (self.cycle and self.cycle.opens == opens):
            raise forms.ValidationError(_("This day is over. Please choose today or a later day."))
        running = Cycle.objects.running()
        if running and opens <= running.closes:
            values = {"name": running.name, "day": running.closes.isoformat()}
            raise forms.ValidationError(_("“%(name)s” runs until %(day)s. Please choose a later day.") % values)
        return opens

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if closes and closes < today():
            self.add_error("closes", _("This day is over. Please choose a later one."))
        elif opens and closes and closes < opens:
            self.add_error("closes", _("The last day is before the first. Please choose a later one."))
        return cleaned


class OpenCycleForm(forms.Form):
    """`trustee`: the cycle opens with somebody else's public key."""

    key = forms.FileField(
        label=gettext_lazy("The trustee’s public key"),
        widget=forms.FileInput(attrs={"accept": ".pem", "class": "form-control"}),
        help_text=gettext_lazy("The file trustee-public.pem. Never the private one: that stays with the trustee."),
        error_messages={"required": gettext_lazy("Please choose the file that the trustee gave you.")},
    )
    invite = forms.BooleanField(
        label=gettext_lazy("Send the invitations right after"), required=False, initial=True, widget=forms.CheckboxInput
    )

    def __init__(self, data: Any = None, files: Any = None, *, trustee: bool) -> None:
        super().__init__(data, files)
        if not trustee:
            del self.fields["key"]

    def clean_key(self) -> str:
        file: UploadedFile = self.cleaned_data["key"]
        if (file.size or 0) > KEY_BYTES:
            raise forms.ValidationError(_("This is no public key: the file is too large."))
        return bytes(file.read()).decode("utf-8", errors="replace")
