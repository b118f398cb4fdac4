"""HR's forms for questionnaires: a draft with all its practices, a new one, a file."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePath

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.content.files import KINDS, FileFault
from assessments.content.wording import Fault, Hint, faults_of, hints_on, hints_on_both
from assessments.models import Dimension, Item, Practice, Questionnaire
from assessments.models.questionnaires import SECONDS_PER_ITEM, Difference, difference, minutes_for

HINTS = {
    Hint.LONG: gettext_lazy("Quite long. Up to 20 words are understood at the first reading."),
    Hint.TWO: gettext_lazy("Perhaps two questions in one: could somebody agree with one half only? Then ask about one of them."),
    Hint.NEGATIVE: gettext_lazy("It says what is not so, and a “not” is easily misread. Can it say what is?"),
    Hint.APART: gettext_lazy("The two statements seem to ask about different things. Their figures will stand side by side."),
}
FAULTS = {
    Fault.EMPTY: gettext_lazy("Please write a statement."),
    Fault.TOO_LONG: gettext_lazy("Too long: at most 200 characters fit."),
    Fault.TWICE: gettext_lazy("This statement stands twice. Each practice needs one of its own."),
}
ABOUT = {"title": gettext_lazy("Name"), "practices": gettext_lazy("Practices"), "seen": gettext_lazy("Meanwhile")}
FILE_FAULTS = {
    "unreadable": gettext_lazy("The file cannot be read: %(detail)s."),
    "not utf-8": gettext_lazy("The file is not in UTF-8. Please save it so in your editor."),
    "too large": gettext_lazy("The file is too large for a questionnaire."),
    "no questionnaire": gettext_lazy("This is no questionnaire."),
    "missing": gettext_lazy("A text is missing here."),
    "too long": gettext_lazy("This text is too long."),
    "unknown key": gettext_lazy("Nothing in a questionnaire is called so."),
    "no list": gettext_lazy("Here should be a list."),
    "no table": gettext_lazy("Here should be a table of texts."),
    "empty": gettext_lazy("There is nothing in it."),
    "no code": gettext_lazy("“%(detail)s” is no code: small letters, digits and hyphens, and not too long."),
    "not own": gettext_lazy("“%(detail)s” does not begin with “own-”; only what an organisation has written stands here."),
    "twice": gettext_lazy("This stands twice."),
    "not known": gettext_lazy("“%(detail)s” is known neither here nor in the file."),
    "draft in the way": gettext_lazy("There is a draft of “%(detail)s” already. Publish or delete it first."),
}


def file_fault_words(fault: FileFault) -> str:
    """Such as "items 3: team: A text is missing here."."""
    words = str(FILE_FAULTS[fault.what]) % {"detail": fault.detail}
    return f"{fault.place}: {words}" if fault.place else words


def hint_words(team: str, manager: str) -> list[str]:
    """Each hint once, for both statements of a practice."""
    found = dict.fromkeys((*hints_on(team), *hints_on(manager), *hints_on_both(team, manager)))
    return [str(HINTS[hint]) for hint in found]


@dataclass(slots=True)
class Row:
    """A practice on the page: whether it is chosen, where it stands in its part, how it is worded."""

    practice: Practice
    chosen: bool
    place: str
    team: str
    manager: str
    stood: int  # its place as stored; 0 for none
    former: Item | None
    compared: bool
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.practice.code

    @property
    def difference(self) -> Difference | None:
        return difference(self.former, self.team, self.manager) if self.compared and self.chosen else None

    @property
    def left_out(self) -> bool:
        return self.former is not None and not self.chosen

    @property
    def hints(self) -> list[str]:
        """None on words that csculture came with."""
        if (self.team, self.manager) == (self.practice.team, self.practice.manager) and not self.practice.is_own:
            return []
        return hint_words(self.team, self.manager)

    @property
    def sort_key(self) -> tuple[bool, float, int]:
        """A number typed anew goes before the one that stood there, or behind it where it came from above."""
        number = int(self.place) if self.place.isdecimal() else 0
        if not number:
            return not self.chosen, float(self.stood or 10**6), self.practice.position
        nudge = 0.5 if self.stood and number > self.stood else -0.5 if number != self.stood else 0
        return not self.chosen, number + nudge, self.practice.position


@dataclass(frozen=True, slots=True)
class RowPart:
    dimension: Dimension
    rows: tuple[Row, ...]

    @property
    def chosen(self) -> int:
        return sum(row.chosen for row in self.rows)


class DraftForm:
    """All practices there are, ticked or not. Our own instead of a Django form: four fields for each of sixty practices."""

    def __init__(self, questionnaire: Questionnaire, before: Questionnaire | None, data: QueryDict | None = None) -> None:
        self.questionnaire, self.data, self.compared = questionnaire, data, before is not None
        self.title = (questionnaire.title if data is None else data.get("title", "").replace("\0", "")).strip()
        stored, former = _items(questionnaire), _items(before)
        numbers = _numbers(stored.values())
        self.seen = _sign(questionnaire, stored.values())
        self.rows = [
            self._row(practice, stored.get(practice.pk), numbers.get(practice.pk, 0), former.get(practice.pk))
            for practice in Practice.objects.select_related("dimension")
        ]
        self.errors: dict[str, str] = {}
        if data is not None:
            self._check(data)
            self._check_rows([row for row in self.rows if row.chosen])

    def _row(self, practice: Practice, item: Item | None, number: int, former: Item | None) -> Row:
        worded = item or former or practice
        row = Row(practice, item is not None, str(number or ""), worded.team, worded.manager, number, former, self.compared)
        if self.data is not None:
            row.chosen = f"{practice.code}-in" in self.data
            for name in ("place", "team", "manager"):
                typed = self.data.get(f"{practice.code}-{name}", getattr(row, name))
                setattr(row, name, " ".join(typed.replace("\0", "").split()))
        return row

    def _check(self, data: QueryDict) -> None:
        if not self.title:
            self.errors["title"] = _("Please give it a name.")
        elif len(self.title) > 100:
            self.errors["title"] = _("At most 100 characters fit.")
        if data.get("seen", self.seen) != self.seen:
            self.errors["seen"] = _("somebody has saved this draft while you worked on it. Save again to have it as it is here.")
        if not self.count:
            self.errors["practices"] = _("Please choose at least one practice.")

    def _check_rows(self, chosen: list[Row]) -> None:
        for name in ("team", "manager"):
            wrong = faults_of({row.code: getattr(row, name) for row in chosen})
            for row in chosen:
                if row.code in wrong:
                    row.errors[name] = str(FAULTS[wrong[row.code]])
        for row in chosen:
            if row.place and not (row.place.isdecimal() and len(row.place) <= 4):
                row.errors["place"] = _("Please write a whole number, or nothing.")

    def is_valid(self) -> bool:
        return self.data is not None and not self.has_faults

    @property
    def has_faults(self) -> bool:
        return bool(self.errors) or any(row.errors for row in self.rows)

    @cached_property
    def parts(self) -> list[RowPart]:
        """Chosen ones first in each part, in their order; once posted as they were, so that nothing jumps about."""
        return [
            RowPart(dimension, tuple(sorted(rows, key=self._order)))
            for dimension, rows in groupby(self.rows, key=lambda row: row.practice.dimension)
        ]

    def _order(self, row: Row) -> tuple[bool, float, int]:
        return (not row.stood, float(row.stood), row.practice.position) if self.data is not None else row.sort_key

    @property
    def items(self) -> list[tuple[Practice, str, str]]:
        """What is to be saved, in order."""
        found: list[tuple[Practice, str, str]] = []
        for _dimension, rows in groupby(self.rows, key=lambda row: row.practice.dimension):
            part = _moved(sorted((row for row in rows if row.chosen), key=lambda row: row.sort_key), self.move)
            found += [(row.practice, row.team, row.manager) for row in part]
        return found

    @property
    def move(self) -> tuple[str, str]:
        """("up" or "down", code), or empty texts."""
        way, _colon, code = (self.data.get("move", "") if self.data is not None else "").partition(":")
        return way, code

    @property
    def count(self) -> int:
        return sum(row.chosen for row in self.rows)

    @property
    def minutes(self) -> int:
        return minutes_for(self.count)

    @property
    def seconds(self) -> int:
        """For each statement, so that the page counts along."""
        return SECONDS_PER_ITEM

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """For the list on top of the page: where to jump, what it is about, what is wrong."""
        for name, error in self.errors.items():
            yield name, str(ABOUT[name]), error
        for row in self.rows:
            for name, error in row.errors.items():
                yield f"{row.code}-{name}", row.practice.title, error


def _items(questionnaire: Questionnaire | None) -> dict[int, Item]:
    items = questionnaire.items.select_related("practice").order_by("position") if questionnaire else ()
    return {item.practice_id: item for item in items}


def _sign(questionnaire: Questionnaire, items: Iterable[Item]) -> str:
    """Changes with whatever of the draft is saved."""
    words = [(item.practice_id, item.team, item.manager) for item in items]
    return hashlib.sha256(repr((questionnaire.title, words)).encode()).hexdigest()[:16]


def _numbers(items: Iterable[Item]) -> dict[int, int]:
    """The place of each in its part, from 1."""
    numbers: dict[int, int] = {}
    counts: dict[int, int] = {}
    for item in items:
        counts[item.practice.dimension_id] = numbers[item.practice_id] = counts.get(item.practice.dimension_id, 0) + 1
    return numbers


def _moved(rows: list[Row], move: tuple[str, str]) -> list[Row]:
    way, code = move
    at = next((at for at, row in enumerate(rows) if row.code == code), None)
    if at is None or way not in {"up", "down"}:
        return rows
    to = min(max(at + (-1 if way == "up" else 1), 0), len(rows) - 1)
    rows[at], rows[to] = rows[to], rows[at]
    return rows


class NewQuestionnaireForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("People who answer do not see it; managers and HR do.")
    )
    like = forms.ModelChoiceField(
        label=gettext_lazy("Begin with"),
        queryset=Questionnaire.objects.published().order_by("title", "-version"),
        required=False,
        empty_label=gettext_lazy("nothing: I choose the practices"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("TOML or JSON, as csculture writes it. You see what would come before anything does."),
        widget=forms.FileInput(attrs={"accept": ".toml,.json", "class": "form-control"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    @property
    def kind(self) -> str:
        """By the ending of the name; anything else is read as TOML."""
        return kind_of(self.cleaned_data["file"].name or "")


def kind_of(name: str) -> str:
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return ending if ending in KINDS else KINDS[0]
