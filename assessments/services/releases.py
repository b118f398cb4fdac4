"""A manager tells the team what it said and what is done about it, takes that back, or moves it to a new address."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessments.models import (
    Act,
    Action,
    Address,
    Cycle,
    CycleTeam,
    Figure,
    Practice,
    Release,
    ReleasedAction,
    ReleasedPractice,
    User,
)
from assessments.models.clock import today
from assessments.models.plans import planned_by
from assessments.models.releases import Choice, withdrawn_by


class CannotTell(Exception):
    """Not released; the message says why."""


@transaction.atomic
def tell_team(*, unit: CycleTeam, choice: Choice, by: User) -> Address:
    """Release a choice, or put it in the place of the one before at the same address. A figure that is hidden is never told."""
    check_may_tell(unit=unit, by=by)
    _hold(unit)
    practices = Practice.objects.in_bulk(_shown(unit, choice), field_name="code")
    actions = Action.objects.of_same_team(unit).in_bulk(choice.actions, field_name="uid")
    told = {"words": choice.words, "overall": choice.overall, "released": today()}
    release, _made = Release.objects.update_or_create(unit=unit, defaults=told)
    release.practices.all().delete()
    release.actions.all().delete()
    ReleasedPractice.objects.bulk_create(
        ReleasedPractice(release=release, practice=practices[code], part=part) for code, part in choice.practices.items()
    )
    ReleasedAction.objects.bulk_create(
        ReleasedAction(release=release, action=actions[uid], named=named) for uid, named in choice.actions.items() if uid in actions
    )
    address, _made = Address.objects.get_or_create(release=release)
    _record(unit, by, Act.What.TELL_TEAM)
    return address


@transaction.atomic
def withdraw_release(*, unit: CycleTeam, by: User) -> bool:
    """The address opens nothing any more; the choice stays, to be released again. Tells whether there was one."""
    _hold(unit)  # or an address that is being renewed would stay, and this one say that there was none
    found, _each = _address_of(unit, by).delete()
    if found:
        _record(unit, by, Act.What.WITHDRAW_RELEASE)
    return bool(found)


@transaction.atomic
def renew_address(*, unit: CycleTeam, by: User) -> bool:
    """The same release at another address; the one before opens nothing any more. Tells whether there was one."""
    _hold(unit)
    address = _address_of(unit, by).first()
    if address is None:
        return False
    address.delete()
    Address.objects.create(release=address.release)
    _record(unit, by, Act.What.RENEW_ADDRESS)
    return True


def check_may_tell(*, unit: CycleTeam, by: User) -> None:
    """Whoever writes the unit's plan may, after the newest closed cycle. Raises PermissionDenied or CannotTell."""
    if not planned_by(by).filter(pk=unit.pk).exists():
        raise PermissionDenied
    newest = Cycle.objects.closed().first()
    if unit.cycle != newest:
        raise CannotTell(_("Only what came of the last closed round can be told: “%(name)s”.") % {"name": newest or _("none yet")})


def _shown(unit: CycleTeam, choice: Choice) -> set[str]:
    figures = Figure.objects.filter(team=unit, kind=Figure.Kind.PRACTICE, code__in=choice.practices)
    shown = set(figures.values_list("code", flat=True))
    overall = not choice.overall or Figure.objects.filter(team=unit, kind=Figure.Kind.OVERALL).exists()
    if shown != set(choice.practices) or not overall:
        raise CannotTell(_("One of these figures is hidden and cannot be told."))
    return shown


def _hold(unit: CycleTeam) -> None:
    """Whoever changes what a unit tells is alone with it until the transaction ends."""
    CycleTeam.objects.select_for_update(of=["self"], no_key=True).get(pk=unit.pk)


def _address_of(unit: CycleTeam, by: User) -> QuerySet[Address]:
    if not withdrawn_by(by).filter(pk=unit.pk).exists():
        raise PermissionDenied
    return Address.objects.filter(release__unit=unit)


def _record(unit: CycleTeam, by: User, what: Act.What) -> None:
    Act.objects.create(who=str(by), what=what, cycle=unit.cycle, why=unit.path)
