"""Code cards: as many as people without an address, whoever has answered; no card works beyond that, none is worthless before."""

import datetime
import threading

import pytest
from django.core import mail
from django.db import connection

from assessments.models import Box, Code, Cycle, CycleTeam, Invitation, Person
from assessments.services.ballots import CodeRefused, UnknownCode, UsedCode, find_entry, submit_ballot
from assessments.services.cards import CannotDraw, DrawnMeanwhile, NobodyNeedsCard, draw_cards
from assessments.services.closing import close_cycle
from assessments.services.codes import code_digest
from assessments.services.invitations import NotOpen, send_invitations
from tests import factories

TEAM = "Sales / North"
ANSWERS = {"kind-to-each-other": 4}


def make_cycle(*, cards: int = 4, mails: int = 3) -> Cycle:
    """North with some people on cards and some with mail, and South with one on a card."""
    for _ in range(cards):
        factories.make_person(TEAM, email="")
    for _ in range(mails):
        factories.make_person(TEAM)
    factories.make_person("Sales / South", email="")
    return factories.make_cycle()


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle()


@pytest.fixture
def north(cycle: Cycle) -> CycleTeam:
    return CycleTeam.objects.get(cycle=cycle, path=TEAM)


def draw(team: CycleTeam) -> list[str]:
    return draw_cards(team=team, after=Code.objects.sheets().get(team.pk, ""))


def answer(code: str) -> None:
    submit_ballot(entry=find_entry(code=code), answers=ANSWERS)


def refusal(code: str) -> str:
    """What holding a card comes to: nothing, or why it is refused."""
    try:
        find_entry(code=code)
    except CodeRefused as refused:
        return type(refused).__name__
    return ""


class TestDrawing:
    def test_a_sheet_has_one_card_for_each_person_without_an_address(self, north: CycleTeam) -> None:
        codes = draw(north)
        assert len(set(codes)) == len(codes) == 4
        for code in codes:
            entry = find_entry(code=code)
            assert (entry.team, entry.code.invitation.person) == (north, None)

    def test_the_database_holds_the_digests_and_nothing_of_the_codes(self, north: CycleTeam) -> None:
        codes = draw(north)
        assert set(Code.objects.values_list("digest", flat=True)) == {code_digest(code) for code in codes}

    def test_who_has_mail_gets_no_card_and_keeps_the_code_of_the_mail(self, cycle: Cycle, north: CycleTeam) -> None:
        send_invitations(cycle=cycle)
        by_mail = set(Code.objects.values_list("digest", flat=True))
        draw(north)
        draw(north)
        assert by_mail <= set(Code.objects.values_list("digest", flat=True))
        assert len(mail.outbox) == 3

    def test_it_leaves_other_teams_alone(self, cycle: Cycle, north: CycleTeam) -> None:
        (south,) = draw(CycleTeam.objects.get(cycle=cycle, path="Sales / South"))
        draw(north)
        assert refusal(south) == ""

    def test_who_lost_the_address_before_any_mail_gets_none_either(self, cycle: Cycle, north: CycleTeam) -> None:
        """Mail or card was decided when the cycle opened; HR gives the person an address and sends the mail."""
        person = Person.objects.exclude(email="").order_by("pk")[0]
        Person.objects.filter(pk=person.pk).update(email="")
        assert len(draw(north)) == 4
        Person.objects.filter(pk=person.pk).update(email="back@example.org")
        assert send_invitations(cycle=cycle).sent == Person.objects.exclude(email="").filter(invitations__cycle=cycle).count()

    def test_a_named_invitation_made_into_a_card_by_hand_draws_no_card(self, cycle: Cycle, north: CycleTeam) -> None:
        Invitation.objects.filter(team=north).update(person=None)
        assert len(draw(north)) == 4

    def test_a_card_invitation_that_is_gone_stops_the_drawing(self, cycle: Cycle, north: CycleTeam) -> None:
        Invitation.objects.filter(pk=Invitation.objects.filter(team=north, person=None).values("pk")[:1]).delete()
        with pytest.raises(CannotDraw):
            draw(north)
        assert not Code.objects.exists()

    def test_who_lost_the_address_after_a_mail_gets_no_card(self, cycle: Cycle, north: CycleTeam) -> None:
        send_invitations(cycle=cycle)
        Person.objects.update(email="")
        assert len(draw(north)) == 4

    def test_a_team_with_mail_for_everybody_needs_none(self, db: None) -> None:
        factories.make_organisation({"Sales": 5, "Support": 5})
        with pytest.raises(NobodyNeedsCard):
            draw(CycleTeam.objects.get(cycle=factories.make_cycle(), path="Sales"))

    @pytest.mark.parametrize("state", ["planned", "closing", "closed"])
    def test_only_an_open_cycle_has_cards(self, north: CycleTeam, state: str) -> None:
        Cycle.objects.update(state=state)
        with pytest.raises(NotOpen, match="no cards can be drawn"):
            draw(north)
        assert not Code.objects.exists()

    def test_after_the_last_day_there_are_none(self, north: CycleTeam) -> None:
        Cycle.objects.update(opens=datetime.date(2020, 1, 1), closes=datetime.date(2020, 1, 2))
        with pytest.raises(NotOpen):
            draw(north)


class TestDrawingAgain:
    def test_the_unused_cards_of_the_earlier_sheet_stop_working(self, north: CycleTeam) -> None:
        used, *unused = draw(north)
        answer(used)
        draw(north)
        assert refusal(used) == "UsedCode"
        assert [refusal(code) for code in unused] == ["UnknownCode"] * 3

    @pytest.mark.parametrize("answered", range(5))
    def test_it_gives_the_same_number_whether_or_not_people_have_answered(self, north: CycleTeam, answered: int) -> None:
        for code in draw(north)[:answered]:
            answer(code)
        assert len(draw(north)) == 4

    @pytest.mark.parametrize("answered", range(5))
    def test_every_card_works_until_the_team_has_used_as_many_as_it_has_people_without_mail(
        self, north: CycleTeam, answered: int
    ) -> None:
        for code in draw(north)[:answered]:
            answer(code)
        codes = draw(north)
        for code in codes[: 4 - answered]:
            assert {refusal(other) for other in codes[codes.index(code) :]} == {""}
            answer(code)
        assert {refusal(code) for code in codes} == {"UsedCode"}
        assert Box.objects.count() == Invitation.objects.filter(answered=True).count() == 4

    def test_a_card_works_once_however_often_others_are_passed_on(self, north: CycleTeam) -> None:
        answer(draw(north)[0])
        code, *_others = draw(north)
        answer(code)
        assert refusal(code) == "UsedCode"
        with pytest.raises(UsedCode):
            answer(code)

    def test_a_form_opened_with_a_card_that_was_withdrawn_is_refused(self, north: CycleTeam) -> None:
        entry = find_entry(code=draw(north)[0])
        draw(north)
        with pytest.raises(UsedCode):
            submit_ballot(entry=entry, answers=ANSWERS)
        assert not Box.objects.exists()

    def test_cards_never_use_up_the_place_of_somebody_with_mail(self, cycle: Cycle, north: CycleTeam) -> None:
        invitation = cycle.invitations.exclude(person=None)[0]
        for code in draw(north):
            answer(code)
        for code in draw(north):
            assert refusal(code) == "UsedCode"
        answer(factories.give_code(invitation))

    def test_the_same_page_posted_again_draws_nothing(self, north: CycleTeam) -> None:
        codes = draw_cards(team=north, after="")
        with pytest.raises(DrawnMeanwhile):
            draw_cards(team=north, after="")
        assert {refusal(code) for code in codes} == {""}

    def test_the_mark_of_a_sheet_changes_by_drawing_only(self, north: CycleTeam) -> None:
        used, *_others = draw(north)
        before = Code.objects.sheets()[north.pk]
        answer(used)
        assert Code.objects.sheets()[north.pk] == before
        codes = draw(north)
        after = Code.objects.sheets()[north.pk]
        assert after != before
        answer(codes[0])
        assert Code.objects.sheets()[north.pk] == after


def test_a_cycle_with_cards_drawn_twice_closes(cycle: Cycle, north: CycleTeam) -> None:
    for code in draw(north)[:2]:
        submit_ballot(entry=find_entry(code=code), answers=factories.all_answers(cycle, 4))
    for code in draw(north)[:2]:
        submit_ballot(entry=find_entry(code=code), answers=factories.all_answers(cycle, 3))
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.CLOSED
    assert not Code.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def at_once(self, codes: list[str]) -> list[str]:
        """Post cards together, all forms read before the first is sent, each on a connection of its own."""
        entries = [find_entry(code=code) for code in codes]
        barrier, outcomes = threading.Barrier(len(entries)), []

        def post(at: int) -> None:
            try:
                barrier.wait(timeout=10)
                submit_ballot(entry=entries[at], answers=ANSWERS)
                outcomes.append("stored")
            except CodeRefused as refused:
                outcomes.append(type(refused).__name__)
            finally:
                connection.close()

        threads = [threading.Thread(target=post, args=[at]) for at in range(len(entries))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return sorted(outcomes)

    def test_cards_that_stand_for_one_invitation_are_all_taken_while_there_is_room(self) -> None:
        north = CycleTeam.objects.get(cycle=make_cycle(), path=TEAM)
        for code in draw(north)[:2]:
            answer(code)
        codes = draw(north)
        assert self.at_once(codes) == ["UsedCode", "UsedCode", "stored", "stored"]
        assert Box.objects.count() == Invitation.objects.filter(answered=True).count() == 4

    def test_two_posts_of_one_card_store_one_box(self) -> None:
        north = CycleTeam.objects.get(cycle=make_cycle(), path=TEAM)
        answer(draw(north)[0])
        code, *_others = draw(north)
        assert self.at_once([code, code]) == ["UsedCode", "stored"]
        assert Box.objects.count() == 2


def test_a_card_of_an_earlier_cycle_is_unknown(cycle: Cycle, north: CycleTeam) -> None:
    codes = draw(north)
    close_cycle(cycle=cycle, now=True)
    factories.make_cycle("2027 Q1")
    with pytest.raises(UnknownCode):
        find_entry(code=codes[0])


class TestSpareCards:
    def test_they_come_on_top_and_the_team_takes_no_more_answers_for_it(self, north: CycleTeam) -> None:
        codes = draw_cards(team=north, after="", spare=2)
        assert len(codes) == 6
        for code in reversed(codes[:5]):
            if refusal(code) == "":
                answer(code)
        assert Invitation.objects.filter(team=north, person=None, answered=True).count() == 4
        assert [refusal(code) for code in codes] == ["UsedCode"] * 6

    @pytest.mark.parametrize("answered", range(5))
    def test_their_number_says_nothing_about_who_has_answered(self, north: CycleTeam, answered: int) -> None:
        for code in draw(north)[:answered]:
            answer(code)
        assert len(draw_cards(team=north, after=Code.objects.sheets()[north.pk], spare=1)) == 5
