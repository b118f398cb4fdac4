"""Adding a person, and what can be changed about one."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms.structure import DEPUTY, MANAGER, TeamField
from assessments.models import Membership, Person, User

MEMBER, NO_ROLE = "member", "none"


def _text(longest: int, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"})
    return forms.CharField(max_length=longest, widget=widget, **more)


class AboutPerson(forms.Form):
    """`person` is None where a new one is added."""

    def __init__(self, data: Any = None, *, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.person = person


class PersonForm(AboutPerson):
    """Who a person is. Without languages to choose from, nothing is asked about them."""

    name = _text(Person._meta.get_field("name").max_length or 0, label=gettext_lazy("Name"))
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        required=False,
        max_length=Person._meta.get_field("email").max_length,
        help_text=gettext_lazy(
            "Invitations go there, and whoever manages a team signs in with it. Left empty: a code card instead."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of mails"), required=False)

    def __init__(self, data: Any = None, *, person: Person | None = None, initial: Any = None) -> None:
        known = {name: getattr(person, name) for name in ("name", "email", "language")} if person else {}
        super().__init__(data, person=person, initial=known | (initial or {}))
        if len(settings.LANGUAGES) > 1:
            self.fields["language"].choices = [("", _("The organisation’s")), *settings.LANGUAGES]  # type: ignore[attr-defined]  # a choice field
            self.fields["language"].widget.attrs["class"] = "form-select"
        else:
            del self.fields["language"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    @property
    def chosen_language(self) -> str:
        kept = self.person.language if self.person else ""
        return str(self.cleaned_data.get("language", kept))


class PlaceForm(AboutPerson):
    """A team, and what the person is in it."""

    team = TeamField(label=gettext_lazy("Team"))
    kind = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[(MEMBER, gettext_lazy("member")), (MANAGER, gettext_lazy("manager")), (DEPUTY, gettext_lazy("deputy"))],
        initial=MEMBER,
        help_text=gettext_lazy("A deputy does and reads all that a manager does and reads."),
        widget=forms.RadioSelect,
    )


class AddPersonForm(PersonForm, PlaceForm):
    """Both: nobody is in csculture without a team."""

    employee_id = _text(
        Person._meta.get_field("employee_id").max_length or 0,
        label=gettext_lazy("Employee id"),
        help_text=gettext_lazy("As in the roster: later ones find the person by it."),
    )
    field_order = ("employee_id", "name", "email", "language", "team", "kind")

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        PersonForm.__init__(self, data, initial=initial)

    def clean_employee_id(self) -> str:
        return " ".join(self.cleaned_data["employee_id"].split())


class RemovePlaceForm(AboutPerson):
    """The person's page says which place; here it goes along unseen."""

    place = forms.ModelChoiceField(queryset=Membership.objects.none(), widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, person=person)
        self.fields["place"].queryset = person.memberships.select_related("team", "person")  # type: ignore[attr-defined]  # a model choice field

    def clean(self) -> dict[str, Any]:
        if "place" not in self.cleaned_data:
            raise forms.ValidationError(_("They are no longer there."))
        return self.cleaned_data


ROLES = [
    (User.Role.HR, gettext_lazy("HR: sets everything up and reads everything")),
    (User.Role.HR_VIEWER, gettext_lazy("HR, reading only")),
]


class RoleForm(AboutPerson):
    """Of a person, or of an account that the roster may not know."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[*ROLES, (NO_ROLE, gettext_lazy("none: only what the person manages, if anything"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, person: Person | None = None, user: User | None = None) -> None:
        user = user or (person.user if person else None)
        super().__init__(data, person=person, initial={"role": (user.role if user else "") or NO_ROLE})

    def clean_role(self) -> str:
        """None is empty where it is stored; an empty choice would read as a field that need not be filled in."""
        role = str(self.cleaned_data["role"])
        return User.Role.NONE if role == NO_ROLE else role


class InviteReaderForm(forms.Form):
    """A colleague of HR."""

    name = _text(User._meta.get_field("name").max_length or 0, label=gettext_lazy("Name"))
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        max_length=User._meta.get_field("email").max_length,
        help_text=gettext_lazy("A mail goes there with a link to choose a password. It works once."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, initial=User.Role.HR, widget=forms.RadioSelect)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
