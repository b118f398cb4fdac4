"""The words for codes that stand in figures: one each, on a page as in a file."""

from collections.abc import Mapping
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.analysis.recommendations import Pattern
from assessments.analysis.values import AgreementWord, Band, Mean
from assessments.models import Figure

Words: TypeAlias = Mapping[str, Promise | str]

# The height of a mean, half a point each: code, word, and which means it stands for.
LEVELS = (
    ("low", pgettext_lazy("mean", "low"), _("2.4 or less")),
    ("rather low", pgettext_lazy("mean", "rather low"), _("2.5 to 2.9")),
    ("middling", pgettext_lazy("mean", "middling"), _("3.0 to 3.4")),
    ("fairly good", pgettext_lazy("mean", "fairly good"), _("3.5 to 3.9")),
    ("good", pgettext_lazy("mean", "good"), _("4.0 to 4.4")),
    ("very good", pgettext_lazy("mean", "very good"), _("4.5 or more")),
)
LEVEL_WORDS: Words = {code: word for code, word, _means in LEVELS}
KIND_WORDS: Words = dict(Figure.Kind.choices)
AGREEMENT_WORDS: Words = {
    AgreementWord.CLOSE: _("answers are close together"),
    AgreementWord.MIXED: _("answers are mixed"),
    AgreementWord.FAR: _("opinions differ a lot, talk about it"),
}
BAND_WORDS: Words = {
    Band.UPPER: _("in the upper third of teams, as far as can be told"),
    Band.MIDDLE: _("in the middle of the teams, or it cannot be told"),
    Band.LOWER: _("in the lower third of teams, as far as can be told"),
}
CHANGE_WORDS: Words = {
    "up": _("up"),
    "down": _("down"),
    "none": _("no clear change"),
    "too_few": _("too few answers to compare"),
}
PATTERN_WORDS: Words = {
    Pattern.BOTH_HIGH.value: _("both high"),
    Pattern.BOTH_LOW.value: _("both low"),
    Pattern.BLIND_SPOT.value: _("blind spot"),
    Pattern.HIDDEN_STRENGTH.value: _("hidden strength"),
    Pattern.UNCLEAR.value: _("no clear pattern"),
}


def level_of(mean: Mean) -> str:
    return LEVELS[mean.band - 1][0]
