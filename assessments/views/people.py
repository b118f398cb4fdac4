"""HR looks after single people: a list to search, one person, and what can be changed about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms import people as forms
from assessments.forms.structure import DEPUTY
from assessments.models import Membership, Person, Team, User
from assessments.permissions import SignedInRequest, hr
from assessments.results.people import people_page, person_page
from assessments.results.structure import paths
from assessments.services import people as service
from assessments.services.asking import Effects, asked_where, effects_of
from assessments.services.teams import CannotChange
from assessments.services.users import Accounts

Values = Mapping[str, Any]
# What a change has done to accounts, and whether they could be told.
Made = Accounts | User | None


@dataclass(frozen=True, slots=True)
class Change:
    """button: makes the change after it was looked at; moves: it changes who is asked where."""

    title: Promise
    button: Promise
    form: type[forms.AboutPerson]
    make: Callable[[Person, Values, User], Made]
    done: Promise
    moves: bool = False


def _place(values: Values) -> service.Place:
    role = Membership.Role.MEMBER if values["kind"] == forms.MEMBER else Membership.Role.LEADER
    return service.Place(values["team"], role, values["kind"] == DEPUTY)


CHANGES = {
    "place": Change(
        gettext_lazy("Add to a team"),
        gettext_lazy("Add to this team"),
        forms.PlaceForm,
        lambda person, values, by: service.add_place(person=person, place=_place(values), by=by),
        gettext_lazy("Added."),
        moves=True,
    ),
    "remove": Change(
        gettext_lazy("Take out of a team"),
        gettext_lazy("Take out of this team"),
        forms.RemovePlaceForm,
        lambda _person, values, by: service.remove_place(place=values["place"], by=by),
        gettext_lazy("Taken out."),
        moves=True,
    ),
    "leave": Change(
        gettext_lazy("Leaves the organisation"),
        gettext_lazy("Yes, they leave"),
        forms.AboutPerson,
        lambda person, _values, by: service.leave(person=person, by=by),
        gettext_lazy("Written down. They can be brought back at any time."),
        moves=True,
    ),
    "return": Change(
        gettext_lazy("Comes back"),
        gettext_lazy("Yes, they come back"),
        forms.PlaceForm,
        lambda person, values, by: service.come_back(person=person, place=_place(values), by=by),
        gettext_lazy("Welcome back."),
        moves=True,
    ),
    "role": Change(
        gettext_lazy("Role"),
        gettext_lazy("Change the role"),
        forms.RoleForm,
        lambda person, values, by: service.give_role(person=person, role=values["role"], by=by),
        gettext_lazy("The role is changed."),
    ),
    "erase": Change(
        gettext_lazy("Erase for ever"),
        gettext_lazy("Erase for ever"),
        forms.AboutPerson,
        lambda person, _values, by: service.erase(person=person, by=by),
        gettext_lazy("The person is erased."),
    ),
}


@hr
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    page = people_page(request.GET.get("q", ""), request.GET.get("show", ""), request.GET.get("page", "1"))
    return render(request, "assessments/people/people.html", {"page": page})


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: SignedInRequest) -> HttpResponse:
    posted, team = request.method == "POST", request.GET.get("team", "")
    start = Team.objects.filter(pk=int(team)).first() if team.isascii() and team.isdigit() and len(team) < 10 else None
    form = forms.AddPersonForm(request.POST if posted else None, initial={"team": start.path if start else ""})
    if form.is_valid():
        words, place = form.cleaned_data, _place(form.cleaned_data)
        values = service.Values(words["name"], words["email"], form.chosen_language)
        try:
            person, made = service.add_person(employee_id=words["employee_id"], values=values, place=place, by=request.user)
        except CannotChange as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": person.name})
            tell(request, made)
            return redirect("person", person=person.pk)
    context = {"form": form, "paths": paths()}
    return render(request, "assessments/people/add_person.html", context, status=422 if posted else 200)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: SignedInRequest, person: int) -> HttpResponse:
    found, posted = get_object_or_404(Person.objects.select_related("user"), pk=person), request.method == "POST"
    form = forms.PersonForm(request.POST if posted else None, person=found)
    if form.is_valid():
        values = service.Values(form.cleaned_data["name"], form.cleaned_data["email"], form.chosen_language)
        try:
            changed, made = service.change_person(person=found, values=values, by=request.user)
        except CannotChange as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
            tell(request, made)
            return redirect("person", person=found.pk)
    context = {"person": found, "page": person_page(found), "form": form, "asked": asked_where(found)}
    return render(request, "assessments/people/person.html", context, status=422 if posted else 200)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: SignedInRequest, person: int, code: str) -> HttpResponse:
    """First what is wanted, then what that does, then it is done: as it was looked at, or it is shown again."""
    found, change = get_object_or_404(Person.objects.select_related("user"), pk=person), _change(code)
    form = change.form(_data(request, change), person=found)
    effects, looked = None, form.is_valid() and "back" not in request.POST
    if looked:
        try:
            effects = _effects(change, found, form.cleaned_data, request.user)
            if request.POST.get("seen") == (effects.sign if effects else "looked"):
                made = change.make(found, form.cleaned_data, request.user)
                messages.success(request, str(change.done))
                tell(request, made)
                return redirect("people") if code == "erase" else redirect("person", person=found.pk)
        except CannotChange as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
    context = {
        "person": found,
        "code": code,
        "change": change,
        "form": form,
        "effects": effects,
        "looked": looked and not form.errors,
    }
    context |= {"changed": "seen" in request.POST, "says": f"assessments/people/_says_{code}.html"}
    context["paths"] = paths() if "team" in form.fields else ()
    return render(request, "assessments/people/change_person.html", context, status=422 if form.errors else 200)


@hr
@require_POST
def ask_first(request: SignedInRequest, person: int) -> HttpResponse:
    found = get_object_or_404(Person, pk=person)
    place = request.POST.get("place", "")
    row = get_object_or_404(found.memberships.select_related("person", "team"), pk=int(place) if place.isdecimal() else 0)
    service.ask_here(place=row, by=request.user)
    messages.success(request, _("%(team)s comes first now.") % {"team": row.team.path})
    return redirect("person", person=found.pk)


@hr
@require_POST
def send_code(request: SignedInRequest, person: int) -> HttpResponse:
    found = get_object_or_404(Person, pk=person)
    try:
        service.send_code(person=found, by=request.user)
    except CannotChange as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The invitation is on its way to %(name)s, with a fresh code.") % {"name": found.name})
    return redirect("person", person=found.pk)


def _change(code: str) -> Change:
    if code not in CHANGES:
        raise Http404
    return CHANGES[code]


def _data(request: SignedInRequest, change: Change) -> Any:
    """A link may say all that a form asks for; where nothing is asked, what it does is shown at once."""
    if request.method == "POST":
        return request.POST
    return request.GET or (None if change.form.base_fields else {})


def _effects(change: Change, person: Person, values: Values, by: User) -> Effects | None:
    """Of a change that moves people: on the teams where the person is or will be, and on those above them."""
    if not change.moves:
        return None
    teams = [place.team for place in person.memberships.select_related("team__parent")]
    teams += [values["team"]] if "team" in values else []
    if not teams:
        return None

    def make() -> Team:
        change.make(person, values, by)
        return teams[0]

    return effects_of(make, *teams, *(team.parent for team in teams if team.parent))


def tell(request: SignedInRequest, made: Made) -> None:
    """Who was sent a link to choose a password, and who could not be."""
    sent: list[str] = []
    unsent: list[str] = []
    if isinstance(made, User):
        (sent if service.send_account_link(user=made) else unsent).append(made.email)
    elif made:
        unsent = made.unsent
        sent = [user.email for user in made.created if user.email not in unsent]
    if sent:
        messages.success(request, _("A mail with a link to choose a password is on its way to %(to)s.") % {"to": ", ".join(sent)})
    if unsent:
        words = _("No mail could be sent to %(to)s. A link can be asked for on the sign-in page.")
        messages.warning(request, words % {"to": ", ".join(unsent)})
