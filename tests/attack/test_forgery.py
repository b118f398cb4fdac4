"""Somebody who can write to the database, but holds no key: what they change stops the close. Single cases: test_closing.py."""

import datetime
from collections.abc import Callable

import pytest

from assessments.models import Box, Code, Cycle, Figure, Invitation
from assessments.models.clock import clock_set_to, today
from assessments.services.ballots import find_entry, submit_ballot
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
    stops(cycle, "stands there twice")


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


def test_known_limit_with_one_code_and_write_access_a_whole_team_can_be_filled_around_one_person(cycle: Cycle) -> None:
    """The n-1 attack: the writer hangs the one code they have on invitation after invitation. Every box is genuine and no code is
    forged, so nothing stops the close, and the team's means give the answers of the one person who really answered."""
    south = "Sales / South"
    said = {practice: 1 + at % 5 for at, practice in enumerate(factories.all_answers(cycle, 0))}
    factories.answer(cycle, south, [said])
    others = cycle.invitations.filter(team__path=south, answered=False)
    code = factories.give_code(others[0])
    digest = code_digest(code)
    for invitation in list(others):
        Code.objects.filter(digest=digest).update(invitation=invitation)
        submit_ballot(entry=find_entry(code=code), answers=factories.all_answers(cycle, 3))
    close_cycle(cycle=cycle, now=True)
    figures = Figure.objects.filter(team__path=south, team__cycle=cycle, kind="practice")
    computed = {code: round(6 * float(mean) - 15) for code, mean in figures.values_list("code", "mean")}
    assert computed == said
