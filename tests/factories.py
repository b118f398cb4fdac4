"""The fixed cast and small builders: an organisation with leaders, and cycles opened and answered through the services."""

import datetime
import itertools
from collections.abc import Mapping, Sequence

from assessments.models import (
    Article,
    Code,
    Cycle,
    Dimension,
    Invitation,
    Item,
    Membership,
    Person,
    Practice,
    Questionnaire,
    Team,
    User,
)
from assessments.models.cycles import today
from assessments.services.ballots import Entry, submit_ballot
from assessments.services.catalogue import load_content
from assessments.services.codes import make_code
from assessments.services.cycles import Plan, open_cycle
from assessments.services.cycles import plan_cycle as service_plan_cycle
from assessments.services.keys import mac_key_of
from tests import snapshot

_counter = itertools.count(1)


def make_user(email: str = "", role: str = "", name: str = "") -> User:
    return User.objects.create_user(
        email=email or f"user{next(_counter)}@example.org", role=role, name=name, password="correct horse"
    )


def make_team(path: str) -> Team:
    """The team at "Sales / North"; those above it are made too."""
    parent, so_far = None, ""
    for name in path.split(" / "):
        so_far = f"{so_far} / {name}" if so_far else name
        parent, _ = Team.objects.get_or_create(path=so_far, defaults={"name": name, "parent": parent})
    assert parent is not None
    return parent


def make_person(team: str, role: str = "member", *, name: str = "", email: str | None = None, user: User | None = None) -> Person:
    number = next(_counter)
    person = Person.objects.create(
        employee_id=f"E{number:05}",
        name=name or f"Person {number}",
        email=f"person{number}@example.org" if email is None else email,
        user=user,
    )
    join(person, team, role)
    return person


def join(person: Person, team: str, role: str = "member") -> Membership:
    return Membership.objects.create(person=person, team=make_team(team), role=role, position=next(_counter))


def make_organisation(teams: Mapping[str, int]) -> None:
    """Members per team path, and one leader with an account in each: leader of "Sales / North" is north@example.org."""
    for path, members in teams.items():
        leader = path.rsplit(" / ", 1)[-1].lower().replace(" ", "-")
        user = make_user(f"{leader}@example.org", name=f"Leader of {path.rsplit(' / ', 1)[-1]}")
        make_person(path, "leader", name=user.name, email=user.email, user=user)
        make_members(path, members)


def make_members(path: str, number: int) -> None:
    """So many people at once."""
    team, counts = make_team(path), [next(_counter) for _ in range(number)]
    people = Person.objects.bulk_create(
        Person(employee_id=f"E{count:05}", name=f"Person {count}", email=f"person{count}@example.org") for count in counts
    )
    Membership.objects.bulk_create(
        Membership(person=person, team=team, role="member", position=next(_counter)) for person in people
    )


def shipped_content() -> None:
    """The practices and questionnaires that csculture ships, in a database that has none."""
    if Questionnaire.objects.exists():
        return
    if _content:
        snapshot.put_back(tuple(_content), CONTENT)
        return
    load_content()
    _content.extend(snapshot.take(CONTENT))


CONTENT = (Article, Dimension, Practice, Practice.articles.through, Questionnaire, Item)
_content: list[snapshot.Rows] = []


def quarterly_check() -> Questionnaire:
    shipped_content()
    questionnaire = Questionnaire.objects.newest("quarterly-check")
    assert questionnaire is not None
    return questionnaire


def make_cycle(name: str = "2026 Q4", *, questionnaire: Questionnaire | None = None, k: int = 5, days: int = 14) -> Cycle:
    """An open cycle on the organisation as it stands."""
    return open_cycle(
        name=name,
        questionnaire=questionnaire or quarterly_check(),
        opens=today(),
        closes=today() + datetime.timedelta(days=days),
        k=k,
    )


def plan_cycle(by: User, *, ahead: int = 0, name: str = "2026 Q4", k: int = 5, trustee: bool = False) -> Cycle:
    """A planned one, whose first day is `ahead` days from today."""
    opens = today() + datetime.timedelta(days=ahead)
    plan = Plan(name, quarterly_check(), opens, opens + datetime.timedelta(days=14), k, trustee)
    return service_plan_cycle(plan=plan, by=by)


def give_code(invitation: Invitation) -> str:
    card = invitation.person_id is None
    code, row = make_code(invitation=invitation, mac_key=mac_key_of(invitation.cycle), card=card)
    row.save()
    return code


def codes_of(cycle: Cycle, team: str) -> list[str]:
    """A fresh code for everybody invited directly in a unit."""
    return [give_code(invitation) for invitation in cycle.invitations.filter(team__path=team).order_by("pk")]


def all_answers(cycle: Cycle, value: int, **others: int) -> dict[str, int]:
    """Every practice of the cycle's questionnaire with one value; others by code, hyphens as underscores."""
    answers = {item.practice.code: value for item in cycle.questionnaire.items.select_related("practice")}
    return answers | {code.replace("_", "-"): other for code, other in others.items()}


def answer(cycle: Cycle, team: str, values: Sequence[int | Mapping[str, int]], *, helps: str = "", hinders: str = "") -> None:
    """One ballot per value from the people of a unit; a value is one answer for all practices or the answers by code."""
    asked = all_answers(cycle, 0)
    for entry, value in zip(entries_of(cycle, team), values, strict=False):
        answers = dict(value) if isinstance(value, Mapping) else dict.fromkeys(asked, value)
        submit_ballot(entry=entry, answers=answers, helps=helps, hinders=hinders)


def entries_of(cycle: Cycle, team: str) -> list[Entry]:
    """What fresh codes of everybody invited directly in a unit open; the codes themselves are not looked up again."""
    invitations, mac_key = cycle.invitations.filter(team__path=team).select_related("team__cycle"), mac_key_of(cycle)
    rows = [
        make_code(invitation=invitation, mac_key=mac_key, card=invitation.person_id is None)[1]
        for invitation in invitations.order_by("pk")
    ]
    Code.objects.bulk_create(rows)
    return [Entry(row, row.invitation.team, row.invitation.team.cycle) for row in rows]
