"""Make the demo organisation: its people, five closed cycles and an open one, all through the services that real ones use."""

import datetime
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.demo import organisation, texts
from assessments.demo.generator import Survey, simulate
from assessments.demo.organisation import Seat
from assessments.models import Code, Cycle, CycleTeam, Invitation, Membership, Organisation, Person, Questionnaire, Team, Text, User
from assessments.models.clock import clock_set_to, today
from assessments.services.ballots import Entry, submit_ballot
from assessments.services.catalogue import load_content
from assessments.services.closing import close_cycle
from assessments.services.codes import make_code
from assessments.services.cycles import open_cycle
from assessments.services.demo_plans import plan_after, tell_a_team
from assessments.services.keys import mac_key_of
from assessments.services.organisation import RosterRow, apply_roster
from assessments.services.selfassessments import Change, save_self_assessment, submit_self_assessment
from assessments.services.texts import hide_text, release_texts

PASSWORD = "demo-password-2026"  # noqa: S105 - public: everybody who runs the demo may sign in
HR_EMAIL = f"hr@{organisation.DOMAIN}"
HR_NAME = "Judith Amankwah"
QUESTIONNAIRE = "quarterly-check"
CODES_SHOWN = 3
WEEK = datetime.timedelta(days=7)


class DemoRefused(Exception):
    """The database holds something else; the message says what to do."""


@dataclass(frozen=True, slots=True)
class SignIn:
    who: str
    email: str


@dataclass(frozen=True, slots=True)
class FreshCode:
    team: str
    code: str


@dataclass(frozen=True, slots=True)
class _Round:
    name: str
    opens: datetime.date
    closes: datetime.date


@dataclass(frozen=True, slots=True)
class _Quarter:
    """One quarter of the invented world: who sits where, and what they say. people: person number of each seat."""

    number: int
    survey: Survey
    seats: tuple[Seat, ...]
    people: list[int]
    practices: list[str]

    @property
    def is_last(self) -> bool:
        return self.number == organisation.QUARTERS - 1


def make_demo_data(*, say: Callable[[str], object]) -> bool:
    """Fill an empty database with the demo; False when it stands there already. Interrupted, the next run goes on.

    Raises DemoRefused where other data stand. `say` is told of each step.
    """
    if not _is_demo():
        _begin()
    held = list(Cycle.objects.order_by("opens"))
    if len(held) >= organisation.QUARTERS:
        return False
    for cycle in held:
        _close(cycle)
    load_content()
    questionnaire = Questionnaire.objects.newest(QUESTIONNAIRE)
    if questionnaire is None:
        raise DemoRefused(_("The content has no questionnaire “%(code)s”.") % {"code": QUESTIONNAIRE})
    calendar = _calendar(today())
    for quarter in _quarters(questionnaire):
        if quarter.number < len(held):
            continue
        _review_texts()
        cycle = _hold(quarter, calendar[quarter.number], questionnaire)
        if not quarter.is_last:
            _close(cycle)
        answered = sum(_answering(quarter))
        state = _("still open") if quarter.is_last else _("closed")
        say(_("%(cycle)s: %(answered)s people answered, %(state)s") % {"cycle": cycle, "answered": answered, "state": state})
    return True


def demo_sign_ins() -> tuple[SignIn, ...]:
    """HR and the three managers with a story."""
    stories = (
        (_("manager with a blind spot"), organisation.BLIND_SPOT),
        (_("manager of a team too small to show"), organisation.TOO_SMALL),
        (_("manager of a rising team"), organisation.RISING),
    )
    leaders = Membership.objects.filter(role=Membership.Role.LEADER)
    emails = dict(leaders.order_by("-position").values_list("team__name", "person__email"))
    managers = (SignIn(f"{who}, {team.name}", emails[team.name]) for who, team in stories if team.name in emails)
    return (SignIn(_("HR"), HR_EMAIL), *managers)


@transaction.atomic
def draw_demo_codes() -> tuple[FreshCode, ...]:
    """Fresh codes of three people in different teams who have not answered; none once the open cycle is over."""
    cycle = Cycle.objects.running()
    if cycle is None or not cycle.takes_answers:
        return ()
    waiting = list(Invitation.objects.filter(cycle=cycle, answered=False).exclude(person=None).select_related("team"))
    secrets.SystemRandom().shuffle(waiting)
    by_team = {invitation.team.name: invitation for invitation in waiting}
    chosen = list(by_team.values())[:CODES_SHOWN]
    drawn = _give_codes(cycle, chosen)
    return tuple(FreshCode(row.invitation.team.name, code) for code, row in drawn)


def _give_codes(cycle: Cycle, invitations: list[Invitation]) -> list[tuple[str, Code]]:
    mac_key = mac_key_of(cycle)
    drawn = [make_code(invitation=one, mac_key=mac_key, card=one.person_id is None) for one in invitations]
    Code.objects.bulk_create(row for _code, row in drawn)
    return drawn


def _is_demo() -> bool:
    return Organisation.objects.filter(name=organisation.NAME).exists() and User.objects.filter(email=HR_EMAIL).exists()


@transaction.atomic
def _begin() -> None:
    """The organisation's name and all accounts. Made before the roster, so that no leader is mailed a link to a password."""
    if any(model._default_manager.exists() for model in (Organisation, User, Person, Team, Cycle)):
        raise DemoRefused(
            _(
                "The database already holds other data, and the demo's accounts have a password that everybody knows. "
                "Give the demo a database of its own (DATABASE_URL) or remove this one first."
            )
        )
    Organisation.objects.create(name=organisation.NAME)
    password = make_password(PASSWORD)
    people = [_names(number) for number, seat in enumerate(organisation.all_seats()) if seat.leads]
    leaders = [User(name=name, email=email, password=password) for name, email in people]
    hr = User(name=HR_NAME, email=HR_EMAIL, password=password, role=User.Role.HR)
    User.objects.bulk_create([hr, *leaders])


def _calendar(day: datetime.date) -> list[_Round]:
    """Two weeks in the middle of each of the last quarters, and around today."""
    this = day.year * 4 + (day.month - 1) // 3
    rounds = []
    for back in range(organisation.QUARTERS - 1, -1, -1):
        year, quarter = divmod(this - back, 4)
        middle = datetime.date(year, 3 * quarter + 2, 8)
        monday = middle + datetime.timedelta(days=-middle.weekday() % 7)
        name = f"{year} Q{quarter + 1}"
        rounds.append(_Round(name, monday, monday + datetime.timedelta(days=13)) if back else _Round(name, day - WEEK, day + WEEK))
    return rounds


def _quarters(questionnaire: Questionnaire) -> Iterator[_Quarter]:
    items = questionnaire.items.order_by("position").values_list("practice__code", "practice__dimension__code")
    asked = [(practice, dimension) for practice, dimension in items]
    survey = simulate(design=organisation.design_for(asked), teams=organisation.all_units(), seed=organisation.SEED)
    seats = organisation.all_seats()
    people = list(range(len(seats)))
    newest = len(seats)
    for number, joined in enumerate(survey.joined.tolist()):
        for at, seat in enumerate(seats):
            # Leaders stay, so that the demo's sign-ins do.
            if joined[at] and not seat.leads:
                people[at], newest = newest, newest + 1
        yield _Quarter(number, survey, seats, list(people), [practice for practice, _dimension in asked])


@transaction.atomic
def _hold(quarter: _Quarter, dates: _Round, questionnaire: Questionnaire) -> Cycle:
    """Bring the roster up to date, open a cycle on its first day, let people answer and leaders rate."""
    with clock_set_to(dates.opens):
        apply_roster(rows=_roster(quarter))
        cycle = open_cycle(name=dates.name, questionnaire=questionnaire, opens=dates.opens, closes=dates.closes)
        _submit_ballots(cycle, quarter)
    _submit_own_views(cycle, quarter)
    return cycle


def _review_texts() -> None:
    """HR has hidden what names a person and released the rest; the texts of the cycle closed last still wait for it."""
    hr = User.objects.get(email=HR_EMAIL)
    for cycle in Cycle.objects.closed()[1:]:
        for text in Text.objects.filter(team__cycle=cycle, text=texts.NAMES_A_PERSON):
            hide_text(text=text, by=hr)
        release_texts(cycle=cycle, by=hr)


def _close(cycle: Cycle) -> None:
    with clock_set_to(cycle.closes + datetime.timedelta(days=1)):
        close_cycle(cycle=cycle)
    newest = Cycle.objects.closed().count() == organisation.QUARTERS - 1
    plan_after(cycle, newest=newest)
    if newest:
        tell_a_team(cycle)


def _names(number: int) -> tuple[str, str]:
    name = organisation.person_name(number)
    return name, organisation.address_of(name)


def _employee_id(number: int) -> str:
    return f"AR{1001 + number}"


def _roster(quarter: _Quarter) -> list[RosterRow]:
    role = Membership.Role
    rows = []
    for row, (seat, person) in enumerate(zip(quarter.seats, quarter.people, strict=True), start=1):
        name, email = _names(person)
        rows.append(
            RosterRow(
                number=row,
                employee_id=_employee_id(person),
                name=name,
                email=email if seat.has_mail else "",
                team=seat.leads or seat.path,
                role=str(role.LEADER if seat.leads else role.MEMBER),
            )
        )
    return rows


def _answering(quarter: _Quarter) -> list[bool]:
    """Who answers in the end; in the open cycle five of eight of them have done so by now."""
    answered: list[bool] = quarter.survey.answered[quarter.number].tolist()
    return [yes and (not quarter.is_last or at * 3 % 8 < 5) for at, yes in enumerate(answered)]


def _submit_ballots(cycle: Cycle, quarter: _Quarter) -> None:
    """Everybody has been mailed or given a card; nobody knows these codes."""
    named: dict[str, Code] = {}
    cards: dict[str, list[Code]] = defaultdict(list)
    for _code, row in _give_codes(cycle, list(Invitation.objects.filter(cycle=cycle).select_related("person", "team"))):
        person = row.invitation.person
        if person:
            named[person.employee_id] = row
        else:
            cards[row.invitation.team.path].append(row)
    answering = _answering(quarter)
    helps, hinders = (_texts(quarter, answering, question) for question in (texts.HELPS, texts.HINDERS))
    answers = quarter.survey.answers[quarter.number].tolist()
    for at, seat in enumerate(quarter.seats):
        code = named.get(_employee_id(quarter.people[at])) or cards[seat.path].pop()
        if answering[at]:
            submit_ballot(
                entry=Entry(code, code.invitation.team, cycle),
                answers=dict(zip(quarter.practices, answers[at], strict=True)),
                helps=helps.get(at, ""),
                hinders=hinders.get(at, ""),
            )


def _texts(quarter: _Quarter, answering: list[bool], question: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """A department's texts, dealt out to people all over it who answer: seat to text."""
    written: dict[int, str] = {}
    for department, sentences in question.items():
        writers = [at for at, seat in enumerate(quarter.seats) if answering[at] and seat.path.startswith(f"{department} /")]
        start = quarter.number % len(sentences)
        every = max(1, len(writers) // len(sentences))
        written.update(zip(writers[::every], sentences[start:] + sentences[:start], strict=False))
    return written


def _submit_own_views(cycle: Cycle, quarter: _Quarter) -> None:
    units = {unit.path: unit for unit in cycle.teams.all()}
    leaders: dict[str, int] = {}
    for seat, person in zip(quarter.seats, quarter.people, strict=True):
        if seat.leads:
            leaders.setdefault(seat.leads, person)
    users = {user.email: user for user in User.objects.all()}
    for number, path in enumerate(organisation.all_paths()):
        if path in leaders:
            with clock_set_to(cycle.opens + datetime.timedelta(days=number % 7)):
                _rate(units[path], quarter, number, users[_names(leaders[path])[1]])


def _rate(unit: CycleTeam, quarter: _Quarter, number: int, by: User) -> None:
    """A leader rates as much as `_share_rated` says, adds a note, and submits what is complete."""
    values = quarter.survey.managers[quarter.number, number].tolist()
    share = _share_rated(unit.name, quarter, number)
    rated = list(zip(quarter.practices, values, strict=True))[: round(share * len(values))]
    if not rated:
        return
    changes: dict[str, Change] = {practice: {"value": value} for practice, value in rated}
    at = (number * 5 + quarter.number) % len(rated)
    note = texts.NOTES[(number + quarter.number) % len(texts.NOTES)]
    changes[rated[at][0]] = {"value": rated[at][1], "under_way": True, "note": note}
    save_self_assessment(team=unit, values=changes, by=by)
    if len(rated) == len(values):
        submit_self_assessment(team=unit, by=by)


def _share_rated(name: str, quarter: _Quarter, number: int) -> float:
    """In the open cycle the manager with the blind spot is half-way and every third has not begun; before, one in eleven forgot."""
    if name == organisation.BLIND_SPOT.name:
        return 0.5 if quarter.is_last else 1.0
    if name == organisation.TOO_SMALL.name:
        return 0.0 if quarter.is_last else 1.0
    forgot = number % 3 == 0 if quarter.is_last else (number * 7 + quarter.number * 3) % 11 == 0
    return 0.0 if forgot else 1.0
