"""What HR says of a new token."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import ApiToken

DAYS = ((30, _("30 days")), (90, _("90 days")), (365, _("a year")))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=ApiToken._meta.get_field("name").max_length,
        help_text=_("For example “Yearly report” or the name of the program that reads with it."),
    )
    days = forms.TypedChoiceField(label=_("Usable for"), choices=DAYS, coerce=int, initial=90)
