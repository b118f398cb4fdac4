"""A round of reminders between answers: copies of everything before, during and after it tell no more than `answered` does.

A third of 90 people answers before the round, a third after it, a third never. The attacker has every row with what the database
keeps beside it, the files and the log, and the true order of answering; what is looked for is whatever goes with having answered
before the round, or with the order of answering.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from scipy.stats import mannwhitneyu, spearmanr

from assessments import mails
from assessments.models import Invitation, Person
from assessments.models.clock import clock_set_to
from assessments.services import reminders
from assessments.services.closing import close_cycle
from tests.attack import journey as journeys
from tests.attack.evidence import Copy, Row, log_kept_whole, log_position, on_postgresql, take_copy
from tests.attack.journey import CODE, Journey
from tests.attack.pairing import better_than_chance, by_rank, links

pytestmark = pytest.mark.django_db(transaction=True)

TEAMS, MEMBERS = 10, 8
VOTERS = TEAMS * (MEMBERS + 1)
THIRD = VOTERS // 3
BY_CHANCE = 0.0001  # once in ten thousand searches, whatever the number of ways tried
INVITED = datetime.date(2026, 3, 2)
ROUND = INVITED + datetime.timedelta(days=3)


@dataclass(slots=True)
class Case:
    """before: the round; half: when half of its mails were out; after: it; late: when others had answered since."""

    journey: Journey
    before: Copy
    half: Copy
    after: Copy
    late: Copy
    since: str
    reminded: list[str]  # who got a mail

    @property
    def early(self) -> list[str]:
        """Who answered before the round, in that order."""
        return [voter.email for voter in self.journey.voters[:THIRD]]

    @property
    def later(self) -> list[str]:
        return [voter.email for voter in self.journey.voters[THIRD : 2 * THIRD]]


@pytest.fixture(autouse=True)
def whole_log() -> Iterator[None]:
    with log_kept_whole():
        yield


def run(monkeypatch: pytest.MonkeyPatch) -> Case:
    with clock_set_to(INVITED):
        journey = journeys.begin(teams=TEAMS, members=MEMBERS)
        since = log_position()
        journey.answer(0, THIRD)
        before = take_copy(since=since)
    with clock_set_to(ROUND):
        mail.outbox.clear()
        half = send_round(journey, since, monkeypatch)
        reminded = [message.to[0] for message in mail.outbox]
        after = take_copy(since=since)
        journey.answer(THIRD, 2 * THIRD)
        assert journey.statuses == [303] * 2 * THIRD
        return Case(journey, before, half, after, take_copy(since=since), since, reminded)


def send_round(journey: Journey, since: str, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """A round, and the copy made when half of it had gone out."""
    copies: list[Copy] = []
    send, sent = mails.send_reminder, []

    def copying(**values: Any) -> None:
        sent.append(values["person_email"])
        if len(sent) == THIRD:
            copies.append(take_copy(since=since))
        send(**values)

    with monkeypatch.context() as patch:
        patch.setattr(mails, "send_reminder", copying)
        assert reminders.send_reminders(cycle=journey.cycle).finished
    return copies[0]


@dataclass(frozen=True, slots=True)
class Traces:
    """What stands about a person in a copy: the invitation, and the codes in the order of their places."""

    invitation: Row
    codes: tuple[Row, ...]


def traces(copy: Copy) -> dict[str, Traces]:
    codes: dict[str, list[Row]] = {}
    for row in sorted(copy.codes, key=lambda row: row.place):
        codes.setdefault(row.values[0], []).append(row)
    return {row.values[0]: Traces(row, tuple(codes.get(row.key, ()))) for row in copy.invitations}


FEATURES: dict[str, Callable[[Traces], Any]] = {
    "number of codes": lambda of: len(of.codes),
    "mark of the round": lambda of: of.invitation.values[2],
    "invitation's key": lambda of: of.invitation.key,
    "place of the last code": lambda of: of.codes[-1].place,
    "place of the first code": lambda of: of.codes[0].place,
    "transaction of the last code": lambda of: of.codes[-1].xid or 0,
    "digest of the last code": lambda of: of.codes[-1].key,
    "distance of its codes": lambda of: (of.codes[-1].xid or 0) - (of.codes[0].xid or 0),
}
# Where PostgreSQL writes a row anew each time it changes: reminders or not, whoever copies it during a poll sees this.
WRITTEN_ANEW: dict[str, Callable[[Traces], Any]] = {
    "transaction of the invitation": lambda of: of.invitation.xid or 0,
    "place of the invitation": lambda of: of.invitation.place,
}


def ranks(values: Sequence[Any]) -> list[int]:
    order = {value: at for at, value in enumerate(sorted(set(values)))}
    return [order[value] for value in values]


def tells_apart(copy: Copy, one: Sequence[str], other: Sequence[str], features: dict[str, Callable[[Traces], Any]]) -> set[str]:
    """Features whose values differ between two groups of people more than chance would let them."""
    of = traces(copy)
    found = set()
    for name, feature in features.items():
        values = ranks([feature(of[email]) for email in (*one, *other)])
        if len(set(values)) > 1 and mannwhitneyu(values[: len(one)], values[len(one) :]).pvalue < BY_CHANCE / len(features):
            found.add(name)
    return found


def goes_with(copy: Copy, people: Sequence[str], features: dict[str, Callable[[Traces], Any]]) -> set[str]:
    """Features that rise or fall in the order of these people."""
    of = traces(copy)
    found = set()
    for name, feature in features.items():
        values = ranks([feature(of[email]) for email in people])
        if len(set(values)) > 1 and spearmanr(range(len(people)), values).pvalue < BY_CHANCE / len(features):
            found.add(name)
    return found


def in_the_order_of_the_roster(case: Case) -> list[str]:
    invited = {voter.email for voter in case.journey.voters}
    return [email for email in Person.objects.order_by("pk").values_list("email", flat=True) if email in invited]


class TestTheProduct:
    def test_a_round_tells_nothing_but_who_has_answered_by_then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        case = run(monkeypatch)
        self.it_reminds_whom_it_should(case)
        self.nothing_tells_who_answered_before_it(case)
        self.nothing_stands_in_the_order_of_answering_or_of_the_roster(case)
        self.nothing_links_a_person_to_a_box(case)
        self.no_code_of_it_lies_in_any_file(case)
        self.the_close_takes_all_of_it_away(case)

    def it_reminds_whom_it_should(self, case: Case) -> None:
        assert sorted(case.reminded) == sorted(voter.email for voter in case.journey.voters[THIRD:])
        # And yet a fresh code and a mark for everybody.
        assert {(len(of.codes), of.invitation.values[2]) for of in traces(case.after).values()} == {(2, 1)}
        passed = [row for row in case.half.invitations if row.values[2]]
        assert THIRD <= len(passed) < VOTERS

    def nothing_tells_who_answered_before_it(self, case: Case) -> None:
        """From a copy made later, when some have answered since."""
        assert tells_apart(case.late, case.early, case.later, FEATURES) == set()
        # And in the middle of a round those whom it has passed already are no sign either.
        others = [voter.email for voter in case.journey.voters[THIRD:]]
        assert tells_apart(case.half, case.early, others, FEATURES) == set()
        if on_postgresql():
            assert "transaction of the invitation" in tells_apart(case.late, case.early, case.later, WRITTEN_ANEW)
        else:
            assert tells_apart(case.late, case.early, case.later, WRITTEN_ANEW) == set()

    def nothing_stands_in_the_order_of_answering_or_of_the_roster(self, case: Case) -> None:
        for copy in (case.half, case.after):
            assert goes_with(copy, case.early, FEATURES) == set()
        last = {name: feature for name, feature in FEATURES.items() if "first code" not in name and "distance" not in name}
        assert goes_with(case.after, in_the_order_of_the_roster(case), last) == set()
        if on_postgresql():
            # A round even hides the order in which people had answered: every row is written anew, in an order drawn by lot.
            transaction = {"transaction of the invitation": WRITTEN_ANEW["transaction of the invitation"]}
            assert goes_with(case.before, case.early, transaction) == set(transaction)
            assert goes_with(case.after, case.early, transaction) == set()

    def nothing_links_a_person_to_a_box(self, case: Case) -> None:
        """Which box is whose is seen in the log during a poll, and no box can be read; what a round writes says nothing of it."""
        box_of = {row.values[0]: key for row, key in owners(case).items()}
        assert len(box_of) == THIRD
        of = traces(case.after)
        boxes = [[(box.key, "", value(box)) for box in case.before.boxes] for value in (lambda box: box.place, lambda box: box.key)]
        ways = {
            # What many have alike is taken in an order that says nothing.
            f"{name}, {at}": by_rank([(email, "", (feature(of[email]), of[email].invitation.key)) for email in case.early], things)
            for name, feature in (FEATURES | WRITTEN_ANEW).items()
            for at, things in enumerate(boxes)
        }
        for way, pairs in ways.items():
            hits = sum(box_of[email] == key for email, key in pairs.items())
            assert not better_than_chance(hits, expected=1, tries=len(ways)), f"{way}: {hits}"
        if on_postgresql():
            assert len(links(case.before, case.journey)["same transaction"]) == THIRD
            assert links(case.after, case.journey)["same transaction"] == {}

    def no_code_of_it_lies_in_any_file(self, case: Case) -> None:
        codes = [CODE.findall(str(message.body))[0] for message in mail.outbox]
        assert len(codes) == len(case.reminded)
        for copy in (case.half, case.after, case.late):
            assert not copy.files_with(*[form.encode() for code in codes for form in (code, code.replace("-", ""))])

    def the_close_takes_all_of_it_away(self, case: Case) -> None:
        with clock_set_to(ROUND):
            close_cycle(cycle=case.journey.cycle, now=True)
        closed = take_copy(since=case.since)
        assert (closed.invitations, closed.codes) == ([], [])
        needles = [digest.encode() for digest in case.late.digests]
        assert case.late.files_with(*needles)
        assert {name for name in closed.files_with(*needles) if not name.startswith("pg_wal/")} == set()


def owners(case: Case) -> dict[Row, str]:
    """Whose box is whose, by the order that the web log tells: what the attacker knows already."""
    pairs = links(case.before, case.journey)["web log against place"]
    return {row: pairs[row.values[0]] for row in case.before.invitations if row.values[0] in pairs}


class TestControls:
    """Builds that leak: the same search finds it."""

    def test_a_round_that_passes_only_who_has_not_answered_tells_who_had(self, monkeypatch: pytest.MonkeyPatch) -> None:
        original = reminders._pass

        def only_unanswered(key: Any, *rest: Any) -> Any:
            return None if Invitation.objects.get(pk=key).answered else original(key, *rest)

        monkeypatch.setattr(reminders, "_pass", only_unanswered)
        case = run(monkeypatch)
        found = tells_apart(case.late, case.early, case.later, FEATURES)
        assert found >= {"number of codes", "mark of the round"}

    def test_a_round_in_the_order_of_the_rows_tells_the_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        unshuffled = SimpleNamespace(SystemRandom=lambda: SimpleNamespace(shuffle=lambda keys: None))
        monkeypatch.setattr(reminders, "secrets", unshuffled)
        case = run(monkeypatch)
        found = goes_with(case.after, in_the_order_of_the_roster(case), FEATURES)
        found |= goes_with(case.after, case.early, FEATURES) | tells_apart(case.late, case.early, case.later, FEATURES)
        assert found >= {"place of the last code"}
