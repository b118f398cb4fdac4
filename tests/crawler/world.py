"""An organisation with an uneven tree over three closed cycles and an open one. Names of units are no words of any page."""

import datetime
import random
from collections.abc import Mapping
from dataclasses import dataclass

from assessments.models import Cycle, CycleTeam, Membership, Person, Team, Text, User
from assessments.models.clock import clock_set_to
from assessments.results.releases import tell_page
from assessments.services.ballots import find_entry, submit_ballot
from assessments.services.closing import close_cycle
from assessments.services.releases import tell_team
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories
from tests.plans import change, leader_of, take

TODAY = datetime.date(2026, 11, 10)
FIRST_DAYS = (datetime.date(2026, 1, 12), datetime.date(2026, 4, 13), datetime.date(2026, 7, 13))

QUILLON, ROWANMOOR, SORBUSBY, THORNVALE = "Quillon", "Rowanmoor", "Sorbusby", "Thornvale"
JUNIPERHALL = f"{THORNVALE} / Juniperhall"
FOURTEEN, MANY, FIVE, THREE, TWELVE = (
    f"{QUILLON} / {name}" for name in ("Alderwick", "Birchford", "Cedarholm", "Dogmere", "Elmstead")
)
FIRNHAM, NINE, SINGLE = (f"{ROWANMOOR} / {name}" for name in ("Firnham", "Ginkgore", "Ivybank"))
ONLY_ONE = f"{SORBUSBY} / Hazelby"  # its leader is all that the department has beside it
KAURITON, LARCHMONT = f"{JUNIPERHALL} / Kauriton", f"{JUNIPERHALL} / Larchmont"
OTHERS, UNANIMOUS = f"{THORNVALE} / Maplecroft", f"{THORNVALE} / Nutwell"

# Members; each unit has a leader besides, who answers one level up.
SIZES = {
    QUILLON: 2, FOURTEEN: 14, MANY: 25, FIVE: 5, THREE: 3, TWELVE: 12,
    ROWANMOOR: 0, FIRNHAM: 14, NINE: 9, SINGLE: 1,
    SORBUSBY: 0, ONLY_ONE: 8,
    THORNVALE: 5, JUNIPERHALL: 4, KAURITON: 10, LARCHMONT: 6, OTHERS: 11, UNANIMOUS: 12,
}  # fmt: skip
# Practices that all but a few cannot say: how many of a unit answer them.
SKIPPED = {
    LARCHMONT: {"learn-from-mistakes": 4, "less-stress": 3},
    KAURITON: {"regular-reviews": 4, "safe-to-vent": 2, "line-of-sight": 4},
    TWELVE: {"hire-for-service": 4},
    FOURTEEN: {"mirror-effect": 9},
}
LEVEL = {MANY: 4, THREE: 1, TWELVE: 2, FIRNHAM: 4, NINE: 2, ONLY_ONE: 4, LARCHMONT: 2, OTHERS: 3}
SILENT = {FIVE: 0, SINGLE: 0, THREE: 0, UNANIMOUS: 1, MANY: 4}  # how many do not answer; two elsewhere
WRITERS = {MANY: 13, FOURTEEN: 11, NINE: 4, THREE: 3, ONLY_ONE: 2}


@dataclass(frozen=True, slots=True)
class World:
    """answers: closed cycle's name to how many answered directly in each unit, by path; no page knows that of all."""

    closed: tuple[Cycle, ...]
    running: Cycle
    answers: Mapping[str, Mapping[str, int]]


def make_world() -> World:
    factories.make_organisation(SIZES)
    changes = (lambda: None, _second_quarter, _third_quarter)
    closed, answers = [], {}
    for number, (day, come_and_go) in enumerate(zip(FIRST_DAYS, changes, strict=True)):
        come_and_go()
        with clock_set_to(day):
            cycle = factories.make_cycle(f"2026 Q{number + 1}")
            answers[cycle.name] = {path: _answer(cycle, path, number) for path in _paths(cycle)}
            _own_views(cycle, number)
            close_cycle(cycle=cycle, now=True)
            cycle.refresh_from_db()
            _plans(cycle)
        closed.append(cycle)
    with clock_set_to(FIRST_DAYS[-1]):
        _tell(closed[-1], FOURTEEN, FIVE)
    # The texts of the first quarter have been read, one hidden; those of the others wait.
    Cycle.objects.filter(pk=closed[0].pk).update(texts_released=True)
    hidden = Text.objects.filter(team__cycle=closed[0]).order_by("text")[:1].get()
    Text.objects.filter(pk=hidden.pk).update(text="", hidden=True)
    with clock_set_to(TODAY):
        running = factories.make_cycle("2026 Q4")
        for invitation in running.invitations.all():
            factories.give_code(invitation)  # as mails do that go to everybody, and before anybody answers
        for path in (MANY, FOURTEEN, THREE, NINE, KAURITON):
            _answer(running, path, 3, silent=2)
        _own_views(running, 3, most=4)
    return World(tuple(closed), running, answers)


def one_more_answers(world: World) -> None:
    """Two people of the running cycle, one of them in a small team."""
    for path in (TWELVE, FIVE):
        _answer(world.running, path, 3, silent=world.running.invitations.filter(team__path=path).count() - 1)


def _paths(cycle: Cycle) -> list[str]:
    """Units in which somebody is invited directly."""
    return list(cycle.invitations.order_by("team__position").values_list("team__path", flat=True).distinct())


def _answer(cycle: Cycle, path: str, number: int, silent: int | None = None) -> int:
    invitations = list(cycle.invitations.filter(team__path=path).order_by("pk"))
    quiet = SILENT.get(path, 2 if len(invitations) > 8 else 0) if silent is None else silent
    answering = invitations[: max(0, len(invitations) - quiet)]
    rng = random.Random(f"{number} {path}")
    for person, invitation in enumerate(answering):
        words = _words(path, number, person) if person < WRITERS.get(path, 0) else ""
        entry = find_entry(code=factories.give_code(invitation))
        submit_ballot(
            entry=entry, answers=_ballot(cycle, path, person, rng), helps=words, hinders=words.upper() if person % 2 else ""
        )
    return len(answering)


def _words(path: str, number: int, person: int) -> str:
    """Texts with numbers in them, which are nobody's figures."""
    return f"In {7 + person} of {number + 31} cases the till works, {path[-4:][::-1]}"


def _ballot(cycle: Cycle, path: str, person: int, rng: random.Random) -> dict[str, int]:
    level = LEVEL.get(path, 3)
    answers = factories.all_answers(cycle, 5)
    for at, code in enumerate(sorted(answers)):
        if path != UNANIMOUS:
            answers[code] = min(5, max(1, level + (at % 7 == 0) - (at % 5 == 0) + rng.choice((-1, 0, 0, 1))))
        if person >= SKIPPED.get(path, {}).get(code, 1000):
            answers[code] = 0
    return answers


def _own_views(cycle: Cycle, number: int, most: int = 15) -> None:
    """Most leaders hand theirs in; one only begins, the others do nothing."""
    codes = sorted(factories.all_answers(cycle, 1))
    for at, unit in enumerate(CycleTeam.objects.filter(cycle=cycle, team__isnull=False).order_by("position")[: most + 1]):
        user = User.objects.filter(person__memberships__team=unit.team, person__memberships__role="leader").get()
        rng = random.Random(f"own {number} {unit.path}")
        values = {code: {"value": rng.choice((2, 3, 4, 4, 5, 5))} for code in (codes[:11] if at == most else codes)}
        save_self_assessment(team=unit, values=values, by=user)
        if at != most:
            submit_self_assessment(team=unit, by=user)


def _plans(cycle: Cycle) -> None:
    """Four units act, one of them too small to show; one has finished by the next quarter, one gave up."""
    done, _doing, dropped, _waiting = (take(cycle, path, words="Say good morning") for path in (FOURTEEN, NINE, MANY, FIVE))
    change(done, "done", "It went well")
    change(dropped, "dropped", "Nobody had time")


def _tell(cycle: Cycle, *paths: str) -> None:
    """What these teams read without signing in: all that may be told."""
    for path in paths:
        unit, manager = cycle.teams.get(path=path), leader_of(path)
        tell_team(unit=unit, choice=tell_page(unit, manager).suggested, by=manager)


def _members(path: str) -> list[Person]:
    found = Membership.objects.filter(team__path=path, role="member").order_by("position")
    return [membership.person for membership in found.select_related("person")]


def _leave(path: str, count: int) -> None:
    Membership.objects.filter(team__path=path, person__in=_members(path)[:count]).delete()


def _join(path: str, count: int) -> None:
    for _ in range(count):
        factories.make_person(path)


def _second_quarter() -> None:
    """One joins, two leave, four are replaced; one team has other people altogether."""
    _join(FOURTEEN, 1)
    _leave(MANY, 2)
    _leave(TWELVE, 4)
    _join(TWELVE, 4)
    _leave(OTHERS, 11)
    _join(OTHERS, 11)


def _third_quarter() -> None:
    """A team moves to another department, the one of five loses somebody, three of nine change."""
    team = Team.objects.get(path=LARCHMONT)
    team.parent = Team.objects.get(path=QUILLON)
    team.path = f"{QUILLON} / Larchmont"
    team.save()
    _leave(FIVE, 1)
    _leave(NINE, 3)
    _join(NINE, 2)
