"""HR changes the tree of teams: one transaction each, alone with the tree. A path stays the path above and the team's own name."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Act, Membership, Team, User
from assessments.services.organisation import CHUNK, SEPARATOR

NAME_LENGTH = Team._meta.get_field("name").max_length or 0
PATH_LENGTH = Team._meta.get_field("path").max_length or 0


class CannotChange(Exception):
    """Nothing was changed; the message says why, and `field` at which field of the form."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def add_team(*, name: str, parent: Team | None, by: User) -> Team:
    teams = Team.objects.locked()
    above = _standing(teams, parent, "under") if parent else None
    team = Team(name=checked_name(name), parent=above)
    team.path = _free_path(teams, team.name, above)
    team.save()
    _record(by, _("%(team)s: added") % {"team": team.path})
    return team


@transaction.atomic
def rename_team(*, team: Team, name: str, by: User) -> Team:
    teams = Team.objects.locked()
    found = _standing(teams, team)
    before = found.path
    _settle(teams, found, checked_name(name), teams.get(found.parent_id or 0))
    _record(by, _("%(before)s: renamed to %(name)s") % {"before": before, "name": found.name})
    return found


@transaction.atomic
def move_team(*, team: Team, parent: Team | None, by: User) -> Team:
    """Under another team, with all that is below it; without a parent to the top."""
    teams = Team.objects.locked()
    found = _standing(teams, team)
    above = _standing(teams, parent, "under") if parent else None
    if above and above.pk in keys_below(teams, found.pk):
        raise CannotChange(_("A team cannot stand under itself or under a team below it."), "under")
    if found.parent_id == (above.pk if above else None):
        raise CannotChange(_("It stands there already."), "under")
    before = found.path
    _settle(teams, found, found.name, above, "under")
    _record(by, _("%(before)s: moved to %(path)s") % {"before": before, "path": found.path})
    return found


@transaction.atomic
def merge_team(*, team: Team, into: Team, managers_too: bool, by: User) -> Team:
    """Its people and the teams below it go into another; the team itself is archived. managers_too: they lead the other as well,
    instead of becoming members."""
    teams = Team.objects.locked()
    found, target = _standing(teams, team), _standing(teams, into, "into")
    if target.pk in keys_below(teams, found.pk):
        raise CannotChange(_("A team cannot be merged into itself or into a team below it."), "into")
    for child in [one for one in teams.values() if one.parent_id == found.pk]:
        _settle(teams, child, child.name, target, "into")
    _hand_over(found, target, managers_too=managers_too)
    Team.objects.filter(pk=found.pk).update(archived=True)
    _record(by, _("%(team)s: merged into %(into)s") % {"team": found.path, "into": target.path})
    return target


@transaction.atomic
def split_team(*, team: Team, name: str, places: Collection[int], by: User) -> Team:
    """A new team beside, for the people of these memberships; they keep their roles."""
    teams = Team.objects.locked()
    found = _standing(teams, team)
    own = Membership.objects.filter(team=found, person__active=True)
    chosen = own.filter(pk__in=places)
    if not chosen.exists():
        raise CannotChange(_("Please choose at least one person."), "places")
    if not own.exclude(pk__in=places).exists():
        raise CannotChange(_("Somebody has to stay. If everybody belongs to the new team, rename this one."), "places")
    above = teams.get(found.parent_id or 0)
    new = Team(name=checked_name(name), parent=above)
    new.path = _free_path(teams, new.name, above)
    new.save()
    moved = chosen.update(team=new)
    values = {"team": found.path, "new": new.path, "people": moved}
    _record(by, _("%(team)s: %(people)s places split off to %(new)s") % values)
    return new


@transaction.atomic
def archive_team(*, team: Team, by: User) -> Team:
    """Put away with the teams below it. Closed cycles keep their pages."""
    teams = Team.objects.locked()
    found = _standing(teams, team)
    below = keys_below(teams, found.pk)
    if Membership.objects.filter(team__in=below, person__active=True).exists():
        raise CannotChange(_("There are people in it or in a team below it. Move them first, or merge the team into another."))
    Team.objects.filter(pk__in=below).update(archived=True)
    _record(by, _("%(team)s: archived") % {"team": found.path})
    return found


@transaction.atomic
def restore_team(*, team: Team, by: User) -> Team:
    """Bring an archived team back, with those above it; those below stay archived."""
    teams = Team.objects.locked()
    if team.pk not in teams:
        raise CannotChange(_("This team no longer exists."))
    bring_back(teams, team.pk)
    _record(by, _("%(team)s: brought back from the archive") % {"team": teams[team.pk].path})
    return teams[team.pk]


def bring_back(teams: Mapping[int, Team], key: int) -> None:
    """This team and all above it are archived no more."""
    Team.objects.filter(pk__in=keys_above(teams, key), archived=True).update(archived=False)


def checked_name(name: str) -> str:
    """In one line, without a slash, which a roster puts between teams. Raises CannotChange."""
    name = " ".join(name.split())
    if not name:
        raise CannotChange(_("Please write a name."), "name")
    if "/" in name:
        raise CannotChange(_("A name has no slash: a slash stands between a team and the one above it."), "name")
    if len(name) > NAME_LENGTH:
        raise CannotChange(_("A name has at most %(longest)s characters.") % {"longest": NAME_LENGTH}, "name")
    return name


def sound_of(path: str) -> str:
    """Without capitals and spaces: a roster must be able to tell two teams apart."""
    return "".join(path.split()).casefold()


def keys_below(teams: Mapping[int, Team], key: int) -> list[int]:
    """The team and all below it, those above first."""
    children: dict[int | None, list[int]] = {}
    for pk, team in teams.items():
        children.setdefault(team.parent_id, []).append(pk)
    found = [key]
    for one in found:
        found.extend(children.get(one, ()))
    return found


def keys_above(teams: Mapping[int, Team], key: int | None) -> list[int]:
    """The team and all above it, from the inside out."""
    found = []
    while key is not None:
        found.append(key)
        key = teams[key].parent_id
    return found


def _standing(teams: Mapping[int, Team], team: Team, field: str | None = None) -> Team:
    """The team as it is now that nobody else can change it."""
    found = teams.get(team.pk)
    if found is None:
        raise CannotChange(_("This team no longer exists."), field)
    if found.archived and not Membership.objects.filter(team__in=keys_below(teams, found.pk), person__active=True).exists():
        raise CannotChange(_("“%(team)s” is archived. Bring it back first.") % {"team": found.path}, field)
    return found


def _free_path(teams: Mapping[int, Team], name: str, above: Team | None, field: str = "name", own: Sequence[int] = ()) -> str:
    """The path of a team of this name there; own: keys of teams that go along. Raises CannotChange: it is taken, or too long."""
    path = f"{above.path}{SEPARATOR}{name}" if above else name
    taken = next((team for key, team in teams.items() if key not in own and sound_of(team.path) == sound_of(path)), None)
    if taken:
        words = _("There is a team “%(path)s” already.")
        if taken.archived:
            words = _("There is an archived team “%(path)s”. Bring it back, or choose another name.")
        raise CannotChange(words % {"path": taken.path}, field)
    longest = max((len(teams[key].path) for key in own), default=0) - (len(teams[own[0]].path) if own else 0)
    if len(path) + max(longest, 0) > PATH_LENGTH:
        words = _("With all teams above and below, the names together are longer than %(longest)s characters.")
        raise CannotChange(words % {"longest": PATH_LENGTH}, field)
    return path


def _settle(teams: Mapping[int, Team], team: Team, name: str, above: Team | None, field: str = "name") -> None:
    """Give a team its name and place, and all below it the paths that follow."""
    below = keys_below(teams, team.pk)
    path, before = _free_path(teams, name, above, field, below), team.path
    for key in below:
        teams[key].path = path + teams[key].path[len(before) :]
    team.name, team.parent, team.parent_id = name, above, above.pk if above else None
    Team.objects.bulk_update([teams[key] for key in below], ["name", "parent", "path"], batch_size=CHUNK)


def _hand_over(team: Team, target: Team, *, managers_too: bool) -> None:
    """All places of a team become places in another; nobody gets the same place twice, and the earlier of two rows counts."""
    there = {(place.person_id, place.role): place for place in Membership.objects.filter(team=target)}
    moved, doubled = [], []
    for place in Membership.objects.filter(team=team).order_by("position"):
        if not managers_too:
            place.role, place.deputy = Membership.Role.MEMBER, False
        kept = there.setdefault((place.person_id, place.role), place)
        if kept is not place:
            kept.position = min(kept.position, place.position)
            moved.append(kept)
            doubled.append(place.pk)
        else:
            place.team = target
            moved.append(place)
    for start in range(0, len(doubled), CHUNK):
        Membership.objects.filter(pk__in=doubled[start : start + CHUNK]).delete()
    Membership.objects.bulk_update(
        {one.pk: one for one in moved}.values(), ["team", "role", "deputy", "position"], batch_size=CHUNK
    )


def _record(by: User, why: str) -> None:
    Act.objects.create(who=str(by)[:200], what=Act.What.TEAMS, why=why[-500:])
