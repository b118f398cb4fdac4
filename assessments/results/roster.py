"""What csculture knows of the organisation's people, as the page of the roster says it."""

from dataclasses import dataclass

from assessments.models import Act, Cycle, Membership, Person, RosterUpload, Team, User


@dataclass(frozen=True, slots=True)
class RosterPage:
    """last: the import before; running: a cycle whose teams an import leaves alone; waiting: an upload of the reader's own."""

    people: int
    without_address: int
    teams: int
    managers: int
    last: Act | None
    running: Cycle | None
    waiting: RosterUpload | None


def roster_page(user: User) -> RosterPage:
    people = Person.objects.filter(active=True)
    managers = Membership.objects.filter(role=Membership.Role.LEADER, person__active=True)
    return RosterPage(
        people=people.count(),
        without_address=people.filter(email="").count(),
        teams=Team.objects.filter(memberships__person__active=True).distinct().count(),
        managers=managers.values("person").distinct().count(),
        last=Act.objects.filter(what=Act.What.ROSTER).first(),
        running=Cycle.objects.running(),
        waiting=RosterUpload.objects.filter(user=user).defer("table").first(),
    )
