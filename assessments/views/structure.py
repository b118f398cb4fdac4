"""HR looks after the tree of teams: what there is, and one change after the other, each looked at before it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assessments.forms import structure as forms
from assessments.models import Membership, Team, User
from assessments.permissions import SignedInRequest, hr
from assessments.results.structure import latest_team_changes, paths, structure_page, team_page
from assessments.services import teams as service
from assessments.services.asking import effects_of
from assessments.services.people import Place, add_place

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """title: of the page; button: makes the change after it was looked at; lists: the form needs all teams to choose from;
    above: somebody may be asked in the team above from then on."""

    title: Promise
    button: Promise
    form: type[forms.TeamForm]
    make: Callable[[Team, Values, User], Team]
    done: Promise
    lists: bool = False
    above: bool = False


def _lead(team: Team, values: Values, by: User) -> Team:
    role, deputy = Membership.Role.LEADER, values["kind"] == forms.DEPUTY
    add_place(person=values["person"], place=Place(team, role, deputy), by=by)
    return team


def _merge(team: Team, values: Values, by: User) -> Team:
    return service.merge_team(team=team, into=values["into"], managers_too=values["managers"] == forms.MANAGERS, by=by)


def _split(team: Team, values: Values, by: User) -> Team:
    return service.split_team(team=team, name=values["name"], places=values["places"], by=by)


CHANGES = {
    "rename": Change(
        gettext_lazy("Rename"),
        gettext_lazy("Rename it"),
        forms.RenameForm,
        lambda team, values, by: service.rename_team(team=team, name=values["name"], by=by),
        gettext_lazy("The team is renamed."),
    ),
    "move": Change(
        gettext_lazy("Move"),
        gettext_lazy("Move it"),
        forms.MoveForm,
        lambda team, values, by: service.move_team(team=team, parent=values["under"], by=by),
        gettext_lazy("The team is moved."),
        lists=True,
    ),
    "merge": Change(
        gettext_lazy("Merge into another team"),
        gettext_lazy("Merge them"),
        forms.MergeForm,
        _merge,
        gettext_lazy("The teams are merged. This is the one that stays."),
        lists=True,
    ),
    "split": Change(
        gettext_lazy("Split"), gettext_lazy("Split it"), forms.SplitForm, _split, gettext_lazy("This is the new team.")
    ),
    "archive": Change(
        gettext_lazy("Archive"),
        gettext_lazy("Archive it"),
        forms.TeamForm,
        lambda team, _values, by: service.archive_team(team=team, by=by),
        gettext_lazy("The team is archived."),
    ),
    "restore": Change(
        gettext_lazy("Bring back"),
        gettext_lazy("Bring it back"),
        forms.TeamForm,
        lambda team, _values, by: service.restore_team(team=team, by=by),
        gettext_lazy("The team is back."),
    ),
    "manager": Change(
        gettext_lazy("Add a manager or deputy"),
        gettext_lazy("Make them a manager"),
        forms.ManagerForm,
        _lead,
        gettext_lazy("The team has a new manager."),
        above=True,
    ),
}


@hr
@require_safe
def structure(request: SignedInRequest) -> HttpResponse:
    context = {"page": structure_page(request.GET.get("q", "")), "changes": latest_team_changes()}
    return render(request, "assessments/structure/structure.html", context)


@hr
@require_safe
def structure_team(request: SignedInRequest, pk: int) -> HttpResponse:
    page = team_page(get_object_or_404(Team, pk=pk), request.GET.get("page", "1"))
    return render(request, "assessments/structure/structure_team.html", {"page": page, "team": page.node.team})


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def add_team(request: SignedInRequest) -> HttpResponse:
    """Adding a team takes nobody from anywhere, so it is done at once."""
    posted = request.method == "POST"
    under = Team.objects.filter(pk=_number(request.GET.get("under"))).first()
    form = forms.AddTeamForm(request.POST if posted else None, initial={"under": under.path if under else ""})
    if form.is_valid():
        values = form.cleaned_data
        try:
            team = service.add_team(name=values["name"], parent=values["under"], by=request.user)
        except service.CannotChange as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, _("The team is added. Now give it a manager and people."))
            return redirect("structure_team", pk=team.pk)
    context = {"form": form, "paths": paths(), "under": under}
    return render(request, "assessments/structure/add_team.html", context, status=422 if posted else 200)


@hr
@require_http_methods(["GET", "HEAD", "POST"])
def change_team(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """First what is wanted, then what that does, then it is done: as it was looked at, or it is shown again."""
    team, change = get_object_or_404(Team.objects.select_related("parent"), pk=pk), _change(code)
    form = change.form(request.POST if request.method == "POST" else None if change.form.base_fields else {}, team=team)
    effects = None
    if form.is_valid() and "back" not in request.POST:
        make = partial(change.make, team, form.cleaned_data, request.user)
        try:
            effects = effects_of(make, team, *([team.parent] if change.above and team.parent else []))
            if request.POST.get("seen") == effects.sign:
                result = make()
                messages.success(request, str(change.done))
                return redirect("structure_team", pk=result.pk)
        except service.CannotChange as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
    context = {"team": team, "code": code, "change": change, "form": form, "effects": None if form.errors else effects}
    context |= {"changed": "seen" in request.POST, "says": f"assessments/structure/_says_{code}.html"}
    context["paths"] = paths() if change.lists and not effects else ()
    return render(request, "assessments/structure/change_team.html", context, status=422 if form.errors else 200)


def _change(code: str) -> Change:
    if code not in CHANGES:
        raise Http404
    return CHANGES[code]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
