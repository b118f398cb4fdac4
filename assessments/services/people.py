"""HR looks after single people: who they are, where they belong, whom they lead, whether they read everything.

Nothing that is written down here names a person, since it outlives whoever is erased.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.mail import get_connection
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import mails
from assessments.ballotbox.keys import KeyProblem
from assessments.models import Act, Cycle, Membership, Person, Team, User
from assessments.services.erasing import CannotErase, erase_person
from assessments.services.invitations import NotAskedByMail, NotOpen, NotSent, send_again
from assessments.services.roles import READERS, change_role, keep_one_hr
from assessments.services.teams import CannotChange, bring_back
from assessments.services.users import Accounts, follow_roster, password_link

OPERATORS = gettext_lazy(
    "This account is an operator’s or was switched off by one. Please ask the person who looks after csculture."
)


@dataclass(frozen=True, slots=True)
class Values:
    """What is known of a person besides places; `email` is in small letters or empty, `language` empty for the organisation's."""

    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is in a team. A deputy leads."""

    team: Team
    role: str
    deputy: bool = False


@transaction.atomic
def add_person(*, employee_id: str, values: Values, place: Place, by: User) -> tuple[Person, Accounts]:
    teams = Team.objects.locked()
    if Person.objects.filter(employee_id=employee_id).exists():
        raise CannotChange(_("Somebody has this employee id already, perhaps somebody who left."), "employee_id")
    _free_address(values.email)
    person = Person(employee_id=employee_id, name=values.name, email=values.email, language=values.language)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise CannotChange(_("Somebody has just been added with this employee id or address."), "employee_id") from error
    _put(teams, person, place)
    _record(by, Act.What.PERSON, person, _("added in %(team)s") % {"team": place.team.path})
    return person, _follow([person])


@transaction.atomic
def change_person(*, person: Person, values: Values, by: User) -> tuple[list[str], Accounts | None]:
    """The fields that are different now. The account's address and name follow."""
    stored = _locked(person)
    changed = [name for name in ("name", "email", "language") if getattr(stored, name) != getattr(values, name)]
    if not changed:
        return [], None
    if "email" in changed:
        _may_move_account(stored)
        _free_address(values.email, stored)
    stored.name, stored.email, stored.language = values.name, values.email, values.language
    try:
        with transaction.atomic():
            stored.save(update_fields=["name", "email", "language"])
    except IntegrityError as error:
        raise CannotChange(_("Somebody else has just been given this address."), "email") from error
    _record(by, Act.What.PERSON, stored, ", ".join(changed))
    return changed, _follow([stored]) if stored.active else None


@transaction.atomic
def add_place(*, person: Person, place: Place, by: User) -> Accounts:
    """Behind the places that the person has. Who leads has an account, if there is an address."""
    teams = Team.objects.locked()
    stored = _locked(person)
    if not stored.active:
        raise CannotChange(_("%(name)s has left. Bring them back first.") % {"name": stored.name}, "person")
    _put(teams, stored, place)
    role = _("deputy") if place.deputy else Membership.Role(place.role).label
    _record(by, Act.What.PERSON, stored, _("%(role)s of %(team)s") % {"role": role, "team": place.team.path})
    return _follow([stored])


@transaction.atomic
def remove_place(*, place: Membership, by: User) -> None:
    Team.objects.locked()
    stored = _locked(place.person)
    if not stored.memberships.exclude(pk=place.pk).exists():
        raise CannotChange(
            _("It is the only place of %(name)s. Give them another one first, or say that they leave.") % {"name": stored}
        )
    if stored.memberships.filter(pk=place.pk).delete()[0]:
        values = {"role": place.get_role_display(), "team": place.team.path}
        _record(by, Act.What.PERSON, stored, _("no longer %(role)s of %(team)s") % values)


@transaction.atomic
def ask_here(*, place: Membership, by: User) -> None:
    """This place first, the person's others behind it in their order: the first one that counts is asked."""
    stored = _locked(place.person)
    rows = sorted(stored.memberships.all(), key=lambda row: (row.pk != place.pk, row.position))
    for row, position in zip(rows, sorted(row.position for row in rows), strict=True):
        row.position = position
    Membership.objects.bulk_update(rows, ["position"])
    _record(by, Act.What.PERSON, stored, _("%(team)s first") % {"team": place.team.path})


@transaction.atomic
def leave(*, person: Person, by: User) -> None:
    """Inactive, in no team, without a role; the account can no longer sign in. A running cycle keeps the invitation."""
    if person.user_id == by.pk:
        raise CannotChange(_("You cannot say of yourself that you leave. Please ask somebody else of HR."))
    Team.objects.locked()
    stored = _locked(person)
    if stored.user and stored.user.role in READERS:
        keep_one_hr(stored.user)
        User.objects.filter(person=stored).update(role=User.Role.NONE)
    Person.objects.filter(pk=stored.pk).update(active=False)
    stored.memberships.all().delete()
    follow_roster(people=[], leaders=[], left=[stored], returned=[])
    _record(by, Act.What.PERSON, stored, _("left"))


@transaction.atomic
def come_back(*, person: Person, place: Place, by: User) -> Accounts:
    teams = Team.objects.locked()
    stored = _locked(person)
    if stored.active:
        raise CannotChange(_("%(name)s is here already.") % {"name": stored.name})
    Person.objects.filter(pk=stored.pk).update(active=True)
    stored.active = True
    _put(teams, stored, place)
    _record(by, Act.What.PERSON, stored, _("came back to %(team)s") % {"team": place.team.path})
    return _follow([stored], returned=[stored])


@transaction.atomic
def give_role(*, person: Person, role: str, by: User) -> User | None:
    """HR, HR reading only, or none. Returns an account that still needs a link to choose a password."""
    stored = _locked(person)
    user = _account_for(stored)
    if role == (user.role if user else User.Role.NONE):
        return None
    if user is None:
        user = User.objects.create_user(email=stored.email)
    if user.pk != stored.user_id:
        User.objects.filter(pk=user.pk).update(name=stored.name)
        Person.objects.filter(pk=stored.pk).update(user=user)
    user = change_role(user=user, role=role, by=by)
    return user if role and not user.has_usable_password() else None


@transaction.atomic
def invite_reader(*, email: str, name: str, role: str, by: User) -> User | None:
    """A role for whoever has this address, in the roster or not. Returns an account that still needs a link for a password."""
    user = User.objects.filter(email__iexact=email).first()
    if user and user.role in READERS:
        raise CannotChange(_("This address has an account already. You can change its role in the list."), "email")
    meant = Q(email__iexact=email) | Q(user=user) if user else Q(email__iexact=email)
    person = Person.objects.filter(meant).order_by("-active").first()
    if person and not person.active:
        raise CannotChange(_("%(name)s has left. Bring them back under People first.") % {"name": person.name}, "email")
    if person:
        return give_role(person=person, role=role, by=by)
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(email=email, name=name)
        except IntegrityError as error:
            raise CannotChange(_("Somebody has just invited this address."), "email") from error
    elif user.role or (not user.is_active and user.has_usable_password()):
        raise CannotChange(str(OPERATORS), "email")
    User.objects.filter(pk=user.pk).update(is_active=True)
    user = change_role(user=user, role=role, by=by)
    return None if user.has_usable_password() else user


def send_account_link(*, user: User) -> bool:
    """A link to choose a password; False if the mail server did not take it."""
    try:
        with get_connection() as connection:
            mails.send_account_link(user=user, url=password_link(user=user), connection=connection)
    except OSError:
        return False
    return True


def send_code(*, person: Person, by: User) -> None:
    """One more mail with a fresh code. All that is told and written down is alike whether or not the person has answered."""
    cycle = Cycle.objects.running()
    if cycle is None:
        raise CannotChange(_("No poll is running, so nobody is invited."))
    try:
        send_again(cycle=cycle, person=person)
    except (NotOpen, NotAskedByMail, NotSent) as problem:
        raise CannotChange(str(problem)) from problem
    except KeyProblem as problem:
        words = _("Nothing was sent: the keys of this cycle are missing. Please tell the person who looks after csculture.")
        raise CannotChange(words) from problem
    _record(by, Act.What.PERSON, person, _("sent the invitation again"))


@transaction.atomic
def erase(*, person: Person, by: User) -> None:
    """For good; see `erasing`. The last HR stays."""
    stored = _locked(person)
    if stored.user:
        if stored.user.role == User.Role.OPERATOR:
            raise CannotChange(_("This person’s account is an operator’s. Please ask the person who looks after csculture."))
        keep_one_hr(stored.user)
    try:
        erase_person(person=stored, by=by)
    except CannotErase as problem:
        raise CannotChange(str(problem)) from problem


def _locked(person: Person) -> Person:
    found = Person.objects.select_for_update(of=["self"], no_key=True).select_related("user").filter(pk=person.pk).first()
    if found is None:
        raise CannotChange(_("This person is no longer in csculture."))
    return found


def _put(teams: dict[int, Team], person: Person, place: Place) -> None:
    if place.team.pk not in teams:
        raise CannotChange(_("This team no longer exists."), "team")
    if person.memberships.filter(team=place.team, role=place.role).exists():
        words = {"name": person.name, "role": Membership.Role(place.role).label, "team": place.team.path}
        raise CannotChange(_("%(name)s is a %(role)s of %(team)s already.") % words, "team")
    last = Membership.objects.aggregate(last=Max("position"))["last"] or 0
    Membership.objects.create(person=person, team=place.team, role=place.role, deputy=place.deputy, position=last + 1)
    bring_back(teams, place.team.pk)


def _free_address(email: str, person: Person | None = None) -> None:
    """Somebody who left gives the address up; nobody else does, and no account of somebody else."""
    if not email:
        return
    others = Person.objects.filter(email__iexact=email).exclude(pk=person.pk if person else 0)
    if others.filter(active=True).exists():
        raise CannotChange(_("Somebody else has this address. Each person needs one of their own, or none."), "email")
    taken = User.objects.filter(email__iexact=email).exclude(pk=(person and person.user_id) or 0)
    if taken.filter(person__active=True).exists() or taken.filter(role=User.Role.OPERATOR).exists():
        raise CannotChange(_("Somebody else signs in with this address."), "email")
    others.update(email="")


def _may_move_account(person: Person) -> None:
    """Whoever has the address can have a new password sent there."""
    if person.user and person.user.role == User.Role.OPERATOR:
        words = _("This person signs in as an operator. Please ask the person who looks after csculture to change the address.")
        raise CannotChange(words, "email")


def _account_for(person: Person) -> User | None:
    """The person's own account, or one with the address that waits for somebody."""
    if not person.active:
        raise CannotChange(_("%(name)s has left and can have no role.") % {"name": person.name}, "role")
    if not (person.user or person.email):
        raise CannotChange(_("%(name)s needs a mail address first: one signs in with it.") % {"name": person.name}, "role")
    user = person.user or User.objects.filter(email__iexact=person.email).first()
    if user is None:
        return None
    if user.role == User.Role.OPERATOR or not user.is_active:
        raise CannotChange(str(OPERATORS), "role")
    if Person.objects.filter(user=user).exclude(pk=person.pk).exists():
        raise CannotChange(_("Somebody else signs in with this address."), "role")
    return user


def _follow(people: Collection[Person], returned: Collection[Person] = ()) -> Accounts:
    """Accounts follow, as they do when a roster is applied."""
    leaders = [one for one in people if one.memberships.filter(role=Membership.Role.LEADER).exists()]
    return follow_roster(people=people, leaders=leaders, left=[], returned=returned)


def _record(by: User, what: Act.What, person: Person, words: str) -> None:
    """The person only by the row's number, which says nothing any more once the row is erased."""
    Act.objects.create(who=str(by)[:200], what=what, why=f"#{person.pk}: {words}"[:500])
