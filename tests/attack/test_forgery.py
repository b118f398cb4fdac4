"""Somebody who can write to the database, but holds no key: what they change stops the close. Single cases: test_closing.py."""

import datetime
from collections.abc import Callable

import pytest

from assessments.ballotbox.keys import KeyProblem
from assessments.models import Box, Code, Cycle, CycleTeam, Figure, Invitation, Participation
from assessments.models.clock import clock_set_to, today
from assessments.services.ballots import NotStored, find_entry, submit_ballot
from assessments.services.cards import draw_cards
from assessments.services.closing import CannotClose, close_cycle
from assessments.services.codes import code_digest
from tests import factories

pytestmark = pytest.mark.django_db
NORTH = "Sales / North"


@pytest.fixture
def boxes_of_last_quarter(organisation: None) -> list[bytes]:
    """Copied while an earlier cycle of the same organisation was open; its people and teams are the same."""
    with clock_set_to(today() - datetime.timedelta(days=90)):
        cycle = factories.make_cycle("2026 Q3")
        factories.answer(cycle, NORTH, [1] * 8)
        copied = [bytes(sealed) for sealed in Box.objects.values_list("sealed", flat=True)]
        close_cycle(cycle=cycle, now=True)
    return copied


@pytest.fixture
def cycle(boxes_of_last_quarter: list[bytes]) -> Cycle:
    cycle = factories.make_cycle()
    factories.answer(cycle, NORTH, [4] * 8)
    return cycle


def stops(cycle: Cycle, why: str) -> None:
    published = Figure.objects.count()
    with pytest.raises(CannotClose, match=why):
        close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.OPEN
    assert Figure.objects.count() == published


def test_a_box_swapped_for_one_of_an_earlier_cycle_stops_it(cycle: Cycle, boxes_of_last_quarter: list[bytes]) -> None:
    Box.objects.filter(pk=Box.objects.values("pk")[:1]).update(sealed=boxes_of_last_quarter[0])
    stops(cycle, "not made by this poll's own pages")


def test_an_earlier_cycles_box_added_with_a_mark_stops_it(cycle: Cycle, boxes_of_last_quarter: list[bytes]) -> None:
    Box.objects.create(cycle=cycle, sealed=boxes_of_last_quarter[0])
    Invitation.objects.filter(pk=cycle.invitations.filter(answered=False).values("pk")[:1]).update(answered=True)
    stops(cycle, "not made by this poll's own pages")


def test_a_box_replayed_with_a_mark_stops_it(cycle: Cycle) -> None:
    """The numbers agree: one copied box, one mark set by hand."""
    Box.objects.create(cycle=cycle, sealed=Box.objects.all()[0].sealed)
    Invitation.objects.filter(pk=cycle.invitations.filter(answered=False).values("pk")[:1]).update(answered=True)
    stops(cycle, "Two boxes come from one invitation")


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "one bit of the encapsulated key": lambda sealed: bytes([sealed[0] ^ 1]) + sealed[1:],
    "one bit of the content": lambda sealed: sealed[:2000] + bytes([sealed[2000] ^ 1]) + sealed[2001:],
    "one bit of the tag": lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
    "a byte less": lambda sealed: sealed[:-1],
    "a byte more": lambda sealed: sealed + b"\0",
    "nothing": lambda sealed: b"",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_box_stops_it(cycle: Cycle, change: str) -> None:
    box = Box.objects.all()[0]
    Box.objects.filter(pk=box.pk).update(sealed=CHANGES[change](bytes(box.sealed)))
    stops(cycle, "not made by this poll's own pages")


def test_a_box_deleted_for_a_mark_elsewhere_is_found(cycle: Cycle) -> None:
    Box.objects.filter(pk=Box.objects.values("pk")[:1]).delete()
    stops(cycle, "7 boxes stand against 8 answered")


def test_known_limit_a_box_removed_together_with_its_mark_is_not_noticed(cycle: Cycle) -> None:
    """Nothing outside the database says how many have answered, so a ballot can be undone by somebody who writes there: the person
    would be asked again. Held by k alone; when this test fails, the limit is gone and the page about anonymity may say so."""
    Box.objects.filter(pk=Box.objects.values("pk")[:1]).delete()
    Invitation.objects.filter(pk=cycle.invitations.filter(answered=True).values("pk")[:1]).update(answered=False)
    close_cycle(cycle=cycle, now=True)
    assert Figure.objects.get(team__path=NORTH, team__cycle=cycle, kind="overall").n == 7


class TestOneCodeForAWholeTeam:
    """The n-1 attack of somebody who writes to the database and holds one code or card: fill a team around the one person who
    really answered, and read that person’s answers from the means."""

    SOUTH = "Sales / South"

    def others(self, cycle: Cycle) -> list[Invitation]:
        factories.answer(cycle, self.SOUTH, [1])
        return list(cycle.invitations.filter(team__path=self.SOUTH, answered=False))

    def answers_with(self, code: str, cycle: Cycle) -> None:
        submit_ballot(entry=find_entry(code=code), answers=factories.all_answers(cycle, 3))

    def test_a_code_hung_on_another_invitation_is_not_taken(self, cycle: Cycle, caplog: pytest.LogCaptureFixture) -> None:
        own, victim, *_ = self.others(cycle)
        code = factories.give_code(own)
        Code.objects.filter(digest=code_digest(code)).update(invitation=victim)
        boxes = Box.objects.count()
        with pytest.raises(NotStored):
            self.answers_with(code, cycle)
        assert Box.objects.count() == boxes
        assert "an invitation that it was not made for" in caplog.text
        assert code not in caplog.text

    def test_an_invitation_moved_to_another_team_takes_no_code(self, cycle: Cycle) -> None:
        own = cycle.invitations.filter(team__path=NORTH, person__isnull=False)[0]
        Invitation.objects.filter(pk=own.pk).update(answered=False)
        code = factories.give_code(own)
        Invitation.objects.filter(pk=own.pk).update(team=cycle.teams.get(path=self.SOUTH))
        with pytest.raises(NotStored):
            self.answers_with(code, cycle)

    def test_one_invitation_unmarked_and_used_again_stops_the_close(self, cycle: Cycle) -> None:
        own, other, *_ = self.others(cycle)
        self.answers_with(factories.give_code(own), cycle)
        Invitation.objects.filter(pk=own.pk).update(answered=False)
        self.answers_with(factories.give_code(own), cycle)
        Invitation.objects.filter(pk=other.pk).update(answered=True)
        stops(cycle, "Two boxes come from one invitation")

    def test_invitations_added_by_hand_are_not_counted(self, cycle: Cycle) -> None:
        """With codes that the program itself has bound to them, as a second run of send_invitations would."""
        others = self.others(cycle)
        own = others[0]
        Invitation.objects.filter(pk__in=[one.pk for one in others]).delete()
        added = Invitation.objects.create(cycle=cycle, team=own.team, person=factories.make_person(NORTH))
        self.answers_with(factories.give_code(added), cycle)
        stops(cycle, "invitations or cards that were not there when the cycle opened")

    def test_moved_teams_stop_the_close(self, cycle: Cycle) -> None:
        cycle.teams.filter(path=self.SOUTH).update(parent=cycle.teams.get(path=NORTH))
        stops(cycle, "The teams are not those that the cycle was opened with")


class TestCards:
    """One of two people in Till has no mail address, so Till takes one ballot by card."""

    @pytest.fixture
    def till(self, db: None) -> CycleTeam:
        factories.make_organisation({"Sales": 6, "Till": 5})
        factories.make_person("Till", email="")
        return CycleTeam.objects.get(cycle=factories.make_cycle(), path="Till")

    def draw(self, team: CycleTeam) -> str:
        (code,) = draw_cards(team=team, after=Code.objects.sheets().get(team.pk, ""))
        return code

    def answers_with(self, code: str, team: CycleTeam) -> None:
        submit_ballot(entry=find_entry(code=code), answers=factories.all_answers(team.cycle, 3))

    def test_honest_answers_by_mail_and_card_are_counted(self, till: CycleTeam) -> None:
        """So that the refusals below are not those of a program that refuses everything."""
        factories.answer(till.cycle, "Sales", [4] * 6)
        self.answers_with(self.draw(till), till)
        self.answers_with(factories.give_code(Invitation.objects.filter(team=till, answered=False)[0]), till)
        close_cycle(cycle=till.cycle, now=True)
        assert Participation.objects.get(team__cycle=till.cycle, team__depth=0).answered == 8

    def test_one_card_used_twice_stops_the_close(self, till: CycleTeam) -> None:
        code = self.draw(till)
        self.answers_with(code, till)
        other = Invitation.objects.filter(team=till, answered=False)[0]
        Code.objects.filter(digest=code_digest(code)).update(invitation=other)
        self.answers_with(code, till)
        stops(till.cycle, "Two boxes come from one invitation or one card")

    def test_a_withdrawn_card_put_back_into_the_database_stops_the_close(self, till: CycleTeam) -> None:
        first = self.draw(till)
        kept = Code.objects.get(digest=code_digest(first))
        second = self.draw(till)
        self.answers_with(second, till)
        extra = Invitation.objects.create(cycle=till.cycle, team=till)
        Code.objects.create(digest=kept.digest, bond=kept.bond, invitation=extra)
        self.answers_with(first, till)
        stops(till.cycle, "invitations or cards that were not there when the cycle opened")


def test_a_k_lowered_in_the_database_stops_it(cycle: Cycle) -> None:
    """The smallest group is vouched for by the MAC key, like the public key."""
    Cycle.objects.filter(pk=cycle.pk).update(k=4)
    with pytest.raises(KeyProblem, match="k are not those that this cycle was opened with"):
        close_cycle(cycle=cycle, now=True)
    assert not Figure.objects.filter(team__cycle=cycle).exists()
