"""People as HR looks after them: a list to search, and one person. Nothing in here tells who has answered."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q, QuerySet

from assessments.models import Cycle, Invitation, Membership, Person

ON_A_PAGE = 50
SHOWN = 20  # people beside the teams that a search finds
WITHOUT_ADDRESS, LEFT = "no-address", "left"


@dataclass(frozen=True, slots=True)
class Found:
    people: tuple[Person, ...]
    count: int

    @property
    def more(self) -> bool:
        return self.count > len(self.people)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """show: WITHOUT_ADDRESS, LEFT or empty. stranded: invited by mail to the running cycle, and without an address now."""

    page: "Page[Person]"
    sought: str
    show: str
    without_address: int
    left: int
    cycle: Cycle | None
    stranded: tuple[Person, ...]

    @property
    def query(self) -> str:
        """What goes along to further rows."""
        kept = {"q": self.sought, "show": self.show}
        return "".join(f"&{urlencode({name: value})}" for name, value in kept.items() if value)


@dataclass(frozen=True, slots=True)
class PersonPage:
    """cycle: one that takes answers now. by_mail: the person was invited to it by mail; True whether or not they answered."""

    person: Person
    places: tuple[Membership, ...]
    cycle: Cycle | None
    by_mail: bool

    @property
    def member_places(self) -> int:
        return sum(place.role == Membership.Role.MEMBER for place in self.places)


def people_page(sought: str, show: str, number: str) -> PeoplePage:
    active = Person.objects.filter(active=True)
    lists = {WITHOUT_ADDRESS: active.filter(email=""), LEFT: Person.objects.filter(active=False)}
    rows = _seeking(lists.get(show, active), sought)
    cycle = _taking_answers()
    return PeoplePage(
        page=Paginator(_with_places(rows), ON_A_PAGE).get_page(number),
        sought=sought.strip(),
        show=show if show in lists else "",
        without_address=lists[WITHOUT_ADDRESS].count(),
        left=lists[LEFT].count(),
        cycle=cycle,
        stranded=tuple(active.filter(email="", invitations__cycle=cycle)) if cycle and show == WITHOUT_ADDRESS else (),
    )


def find_people(sought: str) -> Found:
    rows = _seeking(Person.objects.filter(active=True), sought)
    return Found(tuple(_with_places(rows)[:SHOWN]), rows.count())


def person_page(person: Person) -> PersonPage:
    cycle = _taking_answers()
    places = person.memberships.select_related("team").order_by("position")
    by_mail = cycle is not None and Invitation.objects.filter(cycle=cycle, person=person).exists()
    return PersonPage(person, tuple(places), cycle, by_mail)


def _taking_answers() -> Cycle | None:
    running = Cycle.objects.running()
    return running if running and running.takes_answers else None


def _seeking(people: "QuerySet[Person]", sought: str) -> "QuerySet[Person]":
    """Each word in the name, or all of it in the employee id or the address."""
    words = sought.split()
    if not words:
        return people
    named = Q()
    for word in words:
        named &= Q(name__icontains=word)
    return people.filter(named | Q(employee_id__icontains=sought.strip()) | Q(email__icontains=sought.strip()))


def _with_places(people: "QuerySet[Person]") -> "QuerySet[Person]":
    places = Prefetch("memberships", Membership.objects.select_related("team").order_by("position"))
    return people.select_related("user").prefetch_related(places)
