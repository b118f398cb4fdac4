"""Changing the tree of teams: one small form for each change."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Membership, Person, Team

MOST_TO_TICK = 500  # people of one team; in a longer list nobody finds anybody, and a browser sends no more than 1,000 fields here
LONGEST_LIST = 100_000  # characters of employee ids
FEW = 10  # ids that a message quotes
MEMBERS, MANAGERS, DEPUTY, MANAGER = "members", "managers", "deputy", "manager"


class TeamField(forms.CharField):
    """A team by its path or, where only one has it, its name; empty is no team. The page lists all paths."""

    widget = forms.TextInput(attrs={"list": "teams", "autocomplete": "off", "class": "form-control"})

    def clean(self, value: Any) -> Team | None:
        text = " ".join(super().clean(value).split())
        if not text:
            return None
        named = Team.objects.filter(path__iexact=text) or Team.objects.filter(name__iexact=text, archived=False)
        found = list(named[:2])
        if not found:
            raise forms.ValidationError(_("There is no such team. Please choose one from the list."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several teams have this name. Please choose one from the list."))
        return found[0]


class PersonField(forms.CharField):
    """Somebody by employee id, mail address or, where only one has it, full name."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"})

    def clean(self, value: Any) -> Person:
        text = " ".join(super().clean(value).split())
        people = Person.objects.filter(active=True)
        found: Sequence[Person] = ()
        for name in ("employee_id", "email__iexact", "name__iexact"):
            found = found or list(people.filter(**{name: text})[:2])
        if not found:
            raise forms.ValidationError(_("Nobody has this employee id, address or name. You can look them up under People."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people have this name. Please give the employee id or the address."))
        return found[0]


def name_field(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"})
    return forms.CharField(label=label, max_length=Team._meta.get_field("name").max_length, help_text=help_text, widget=widget)


class TeamForm(forms.Form):
    """About one team; `team` is None where a new one is added."""

    def __init__(self, data: Any = None, *, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.team = team


class AddTeamForm(TeamForm):
    name = name_field(gettext_lazy("Name"))
    under = TeamField(label=gettext_lazy("Under"), required=False, help_text=gettext_lazy("Left empty, it stands at the top."))


class RenameForm(TeamForm):
    name = name_field(gettext_lazy("New name"))

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data, team=team, initial={"name": team.name})


class MoveForm(TeamForm):
    under = TeamField(label=gettext_lazy("New place, under"), required=False, help_text=gettext_lazy("Left empty: at the top."))


class MergeForm(TeamForm):
    into = TeamField(label=gettext_lazy("Into"))
    managers = forms.ChoiceField(
        label=gettext_lazy("Its managers become"),
        choices=[
            (MEMBERS, gettext_lazy("members of that team")),
            (MANAGERS, gettext_lazy("managers of that team, beside those it has")),
        ],
        initial=MEMBERS,
        widget=forms.RadioSelect,
    )


class SplitForm(TeamForm):
    name = name_field(gettext_lazy("Name of the new team"), gettext_lazy("It stands beside this one."))
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Who goes there"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Please choose at least one person.")},
    )

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data, team=team)
        self.rows = Membership.objects.filter(team=team, person__active=True).select_related("person")
        places = self.rows.order_by("-role", "person__name", "person__employee_id")[: MOST_TO_TICK + 1]
        if len(places) > MOST_TO_TICK:
            self.fields["places"] = _employee_ids()
        else:
            self.fields["places"].choices = [(place.pk, _words(place)) for place in places]  # type: ignore[attr-defined]  # a choice field

    def clean_places(self) -> list[int]:
        """Keys of memberships, whether ticked or named by employee ids."""
        given = self.cleaned_data["places"]
        if isinstance(given, list):
            return [int(key) for key in given]
        wanted = {name for part in re.split(r"[\n,;\t]", given) if (name := " ".join(part.split()))}
        found = [(key, name) for key, name in self.rows.values_list("pk", "person__employee_id") if name in wanted]
        unknown = sorted(wanted - {name for _key, name in found})
        if unknown:
            some = ", ".join(unknown[:FEW]) + ("" if len(unknown) <= FEW else " …")
            raise forms.ValidationError(_("These employee ids are not in this team: %(some)s") % {"some": some})
        return [key for key, _name in found]


def _employee_ids() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Who goes there"),
        help_text=gettext_lazy("This team is too large to tick names. Paste the employee ids, one in a line, as from a sheet."),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false", "class": "form-control"}),
        error_messages={"required": gettext_lazy("Please choose at least one person.")},
    )


class ManagerForm(TeamForm):
    person = PersonField(label=gettext_lazy("Who"), help_text=gettext_lazy("Employee id, mail address or full name."))
    kind = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[(MANAGER, gettext_lazy("manager")), (DEPUTY, gettext_lazy("deputy"))],
        initial=MANAGER,
        help_text=gettext_lazy("A deputy does and reads all that a manager does and reads."),
        widget=forms.RadioSelect,
    )


def _words(place: Membership) -> str:
    words = f"{place.person.name} ({place.person.employee_id})"
    return f"{words}, {_('manager')}" if place.role == Membership.Role.LEADER else words
