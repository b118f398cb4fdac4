"""160 members of 20 teams and their leaders answer in a known order; nobody can say who said what, though the attack works.

The attacker is the strongest there is: every row with all that the database keeps beside it, every file and the write-ahead log
before, during and after the poll, the true order of answering, and each team's ballots as a set. One thing is missing: the key.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core import mail
from django.db import connection

from assessments.ballotbox.box import unseal
from assessments.services.closing import close_cycle
from assessments.services.keys import mac_key_of, private_key_of
from tests.attack import journey as journeys
from tests.attack.evidence import PREFIX, Copy, ballots_in, log_kept_whole, log_position, on_postgresql, take_copy
from tests.attack.journey import Journey
from tests.attack.pairing import (
    FEATURES,
    Content,
    accuracy,
    better_than_chance,
    by_rank,
    content_of,
    links,
    read_box,
)

pytestmark = pytest.mark.django_db(transaction=True)

TEAMS, MEMBERS = 20, 8
VOTERS = TEAMS * (MEMBERS + 1)
GROUPS = TEAMS + 1  # the leaders answer together, as the whole organisation's own people
NEARLY_ALL = 0.95 * VOTERS


@dataclass(slots=True)
class Case:
    journey: Journey
    before: Copy
    middle: Copy
    during: Copy
    after: Copy
    opened: dict[str, Content]  # the truth: box key to answers


@pytest.fixture(autouse=True)
def whole_log() -> Iterator[None]:
    with log_kept_whole():
        yield


def run() -> Case:
    journey = journeys.begin(teams=TEAMS, members=MEMBERS)
    since = log_position()
    before = take_copy(since=since)
    journey.answer(0, VOTERS // 2)
    middle = take_copy(since=since)
    journey.answer(VOTERS // 2)
    assert journey.statuses == [303] * VOTERS
    during = take_copy(since=since, with_log=True)
    opened = open_with_key(journey, during)
    close_cycle(cycle=journey.cycle, now=True)
    return Case(journey, before, middle, during, take_copy(since=since), opened)


def open_with_key(journey: Journey, copy: Copy) -> dict[str, Content]:
    """What only the holder of the private key can do; where boxes are plain, they are read."""
    cycle = journey.cycle
    keys = {"private_key": private_key_of(cycle), "mac_key": mac_key_of(cycle)}
    return {
        box.key: read_box(box.values[0]) or content_of(unseal(box.values[0], cycle=cycle.uid, **keys).answers) for box in copy.boxes
    }


def carve(copy: Copy, journey: Journey) -> list[bytes]:
    """This poll's ballots in the bytes of the files. A log that is used again still holds those of the controls below."""
    units = [str(uid).encode() for uid in journey.cycle.teams.values_list("uid", flat=True)]
    found = [ballot for content in copy.files.values() for ballot in ballots_in(content)]
    return [ballot for ballot in found if any(unit in ballot for unit in units)]


class TestTheCraft:
    """The attacker's own tools, without a poll."""

    def test_things_in_the_voters_order_are_paired_with_them_inside_each_group(self) -> None:
        voters = [("ann", "north", 3), ("bob", "south", 1), ("cid", "north", 2)]
        things = [("first", "north", 10), ("second", "north", 20), ("only", "south", 99)]
        assert by_rank(voters, things) == {"cid": "first", "ann": "second", "bob": "only"}

    @pytest.mark.parametrize(("hits", "better"), [(0, False), (GROUPS, False), (2 * GROUPS, True), (VOTERS, True)])
    def test_twice_as_many_hits_as_expected_are_no_chance(self, hits: int, better: bool) -> None:
        assert better_than_chance(hits, expected=GROUPS, tries=1) is better


class TestTheProduct:
    def test_with_every_copy_and_the_log_nobody_pairs_people_with_answers(self) -> None:
        case = run()
        self.the_files_are_the_right_ones(case)
        self.who_has_cast_which_box_is_visible_while_the_poll_is_open(case)
        self.but_no_box_can_be_read(case)
        self.and_nothing_about_a_box_tells_what_is_in_it(case)
        self.no_answer_lies_in_any_file_or_mail(case)
        self.after_the_close_nothing_is_left_to_pair(case)
        self.published_texts_stand_in_no_order_of_answering(case)

    def the_files_are_the_right_ones(self, case: Case) -> None:
        """Every box is found as raw bytes, so that finding no answer there means something."""
        assert [len(copy.boxes) for copy in (case.before, case.middle, case.during)] == [0, VOTERS // 2, VOTERS]
        assert all(case.during.files_with(box.values[0][:PREFIX]) for box in case.during.boxes)
        assert [copy.figures for copy in (case.before, case.middle, case.during)] == [0, 0, 0]
        assert case.after.figures > 0

    def who_has_cast_which_box_is_visible_while_the_poll_is_open(self, case: Case) -> None:
        """The first half of the attack works on the product itself; with the key it would say everything: a limit that we state."""
        ways = links(case.during, case.journey)
        for way in ["web log against place", "write-ahead log"] + ["same transaction"] * on_postgresql():
            guesses = {email: case.opened.get(box) for email, box in ways[way].items()}
            assert accuracy(guesses, case.journey) >= NEARLY_ALL, way

    def but_no_box_can_be_read(self, case: Case) -> None:
        for copy in (case.middle, case.during):
            assert {len(box.values[0]) for box in copy.boxes} == {4096}
            for box in copy.boxes:
                assert read_box(box.values[0]) is None
                assert not list(ballots_in(box.values[0]))

    def and_nothing_about_a_box_tells_what_is_in_it(self, case: Case) -> None:
        """The attacker knows whose each box is and, as a set, what each team said; which box holds which stays a guess."""
        voters = {voter.email: voter for voter in case.journey.voters}
        contents = {voter.email: content_of(voter.answers) for voter in case.journey.voters}
        owner = {box: email for email, box in dict(case.during.pairs_in_log).items()}
        orders = {
            "sum of answers": lambda email: sum(voters[email].answers.values()),
            "answers": lambda email: list(voters[email].answers.values()),
            "length of texts": lambda email: len(voters[email].helps + voters[email].hinders),
        }
        tries = len(FEATURES) * len(orders)
        for feature, measure in FEATURES.items():
            boxes = [(owner[box.key], voters[owner[box.key]].unit, measure(box.values[0])) for box in case.during.boxes]
            for order, of in orders.items():
                said = [(email, voters[email].unit, of(email)) for email in sorted(voters, key=lambda email: voters[email].code)]
                guesses = {email: contents[other] for email, other in by_rank(boxes, said).items()}
                hits = accuracy(guesses, case.journey)
                assert not better_than_chance(hits, expected=GROUPS, tries=tries), f"{feature} against {order}: {hits}"

    def no_answer_lies_in_any_file_or_mail(self, case: Case) -> None:
        mark = case.journey.text_mark
        forms = (mark.encode(), mark.encode("utf-16-le"), b"".join(b"\0\0" + bytes([byte]) for byte in mark.encode()))
        for copy in (case.before, case.middle, case.during):
            assert not copy.files_with(*forms)
        for copy in (case.before, case.middle, case.during, case.after):
            assert not carve(copy, case.journey)
        assert not case.after.files_with(f"{mark} hinders".encode())  # six people wrote one: too few to be shown
        assert not [message for message in mail.outbox if mark in str(message.message())]

    def after_the_close_nothing_is_left_to_pair(self, case: Case) -> None:
        assert (case.after.boxes, case.after.invitations, case.after.digests) == ([], [], [])
        # Who answered: gone from the database's own files. PostgreSQL's log may still tell it, sealed boxes included.
        needles = [box.values[0][:PREFIX] for box in case.during.boxes]
        if not on_postgresql():
            # The emptied indexes of PostgreSQL keep digests and invitation keys, which tell who was invited and not who answered.
            needles += [digest.encode() for digest in case.during.digests]
        assert {name for name in case.after.files_with(*needles) if not name.startswith("pg_wal/")} == set()

    def published_texts_stand_in_no_order_of_answering(self, case: Case) -> None:
        """All stand on the whole organisation: a guess is right once."""
        assert len(case.after.texts) == VOTERS
        log = [(voter.email, "", at) for at, voter in enumerate(case.journey.voters)]
        true = {voter.email: voter.helps for voter in case.journey.voters}
        orders = {"place": "place", "primary key": "key", "transaction": "xid"}
        for way, attribute in orders.items():
            rows = [(row.values[0], "", getattr(row, attribute) or 0) for row in case.after.texts]
            hits = sum(true[email] == text for email, text in by_rank(log, rows).items())
            assert not better_than_chance(hits, expected=1, tries=len(orders)), f"{way}: {hits}"


@pytest.mark.usefixtures("plaintext_boxes")
class TestControlWithPlaintextBoxes:
    def test_the_same_attack_pairs_nearly_everybody(self) -> None:
        """What the product's test would say if boxes were not sealed: everything but the sealing is the same."""
        case = run()
        plain = {box.key: read_box(box.values[0]) for box in case.during.boxes}
        ways = links(case.during, case.journey)
        hits = {way: accuracy({email: plain.get(box) for email, box in pairs.items()}, case.journey) for way, pairs in ways.items()}
        expected = {"web log against place", "write-ahead log"}
        if on_postgresql():
            expected |= {"same transaction", "web log against transaction"}
        assert {way for way in hits if hits[way] >= NEARLY_ALL} >= expected, hits
        # Random keys tell nothing even then.
        for way in ("web log against primary key", "primary key against primary key"):
            assert not better_than_chance(hits[way], expected=1, tries=2), hits
        self.carving_finds_them(case)

    def carving_finds_them(self, case: Case) -> None:
        carved = b"".join(carve(case.during, case.journey))
        assert sum(voter.helps.encode() in carved for voter in case.journey.voters) >= NEARLY_ALL
        if on_postgresql():
            # After the close the log still holds them: hygiene alone would not do, which is why boxes are sealed.
            assert any(name.startswith("pg_wal/") for name in case.after.files_with(f"{case.journey.text_mark} hinders".encode()))


@pytest.mark.usefixtures("kept_ballots")
class TestControlWithKeptRows:
    """The product keeps no ballot after the close. These builds do, and differ from each other by the shuffle alone."""

    def hits(self) -> int:
        """The log of the web server against the order of the rows, inside each team."""
        journey = journeys.begin(teams=TEAMS, members=MEMBERS)
        units = {str(team.uid): team.path for team in journey.cycle.teams.all()}
        journey.answer(0)
        close_cycle(cycle=journey.cycle, now=True)
        order = "ctid" if on_postgresql() else "rowid"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT unit, content FROM attack_kept ORDER BY {order}")  # noqa: S608
            rows = cursor.fetchall()
        things = [(content, units[unit], at) for at, (unit, content) in enumerate(rows)]
        pairs = by_rank([(voter.email, voter.unit, at) for at, voter in enumerate(journey.voters)], things)
        return accuracy({email: content_of(json.loads(content)) for email, content in pairs.items()}, journey)

    @pytest.mark.usefixtures("no_shuffle")
    def test_without_the_shuffle_the_order_of_rows_pairs_nearly_everybody(self) -> None:
        assert self.hits() >= NEARLY_ALL

    def test_with_the_products_shuffle_it_pairs_no_more_than_chance(self) -> None:
        assert not better_than_chance(self.hits(), expected=GROUPS, tries=1)
