"""Erasing a person: nothing of them is left, and a running cycle still closes."""

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Act, Action, ActionNote, Code, Cycle, CycleMember, Invitation, Participation, Person, Practice, User
from assessments.models.clock import now, today
from assessments.results.cards import card_list
from assessments.results.participation import participation_page
from assessments.services.ballots import CodeRefused, UnknownCode, find_entry, submit_ballot
from assessments.services.cards import draw_cards
from assessments.services.closing import close_cycle
from assessments.services.erasing import CannotErase, erase_person
from assessments.services.invitations import send_invitations
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(db: None) -> Cycle:
    """North with eight by mail and two on cards."""
    factories.make_organisation({"Sales": 0, "Sales / North": 8, "Sales / South": 6})
    for _ in range(2):
        factories.make_person("Sales / North", email="")
    return factories.make_cycle()


def invitation_in_north(cycle: Cycle) -> Invitation:
    return cycle.invitations.filter(team__path="Sales / North").exclude(person=None).select_related("person", "cycle", "team")[0]


def answer_with(code: str, cycle: Cycle) -> None:
    submit_ballot(entry=find_entry(code=code), answers=factories.all_answers(cycle, 4))


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
def test_the_cycle_closes_with_every_answer_and_every_card(cycle: Cycle, answered: bool) -> None:
    invitation = invitation_in_north(cycle)
    person, code = invitation.person, factories.give_code(invitation)
    assert person is not None
    if answered:
        answer_with(code, cycle)
    erase_person(person=person, by="a test")
    with pytest.raises(UnknownCode):
        find_entry(code=code)
    team = invitation.team
    # Once more after the first is spent: both new cards then hang on the one that is left.
    (first, _second) = draw_cards(team=team, after="")
    answer_with(first, cycle)
    sheet = Code.objects.filter(invitation__team=team).sheets()[team.pk]
    for card in draw_cards(team=team, after=sheet)[:1]:
        answer_with(card, cycle)
    for other in cycle.invitations.filter(team=team).exclude(person=None):
        answer_with(factories.give_code(other), cycle)
    close_cycle(cycle=cycle, now=True)
    assert Participation.objects.get(team=team).answered == 9 + answered
    assert Participation.objects.get(team=team).invited == 10


def test_no_card_is_ever_drawn_or_spent_on_an_erased_invitation(cycle: Cycle) -> None:
    invitation = invitation_in_north(cycle)
    assert invitation.person is not None
    erase_person(person=invitation.person, by="a test")
    cards = draw_cards(team=invitation.team, after="")
    answer_with(cards[0], cycle)
    sheet = Code.objects.filter(invitation__team=invitation.team).sheets()[invitation.team.pk]
    again = draw_cards(team=invitation.team, after=sheet)
    answer_with(again[0], cycle)
    with pytest.raises(CodeRefused):  # the team has spent its two cards
        answer_with(again[1], cycle)
    close_cycle(cycle=cycle, now=True)


def test_an_answered_invitation_keeps_its_mark_and_loses_its_person_and_codes(cycle: Cycle) -> None:
    invitation = invitation_in_north(cycle)
    assert invitation.person is not None
    answer_with(factories.give_code(invitation), cycle)
    erase_person(person=invitation.person, by="a test")
    kept = Invitation.objects.get(pk=invitation.pk)
    assert (kept.answered, kept.person, kept.codes.count()) == (True, None, 0)


def test_what_erasing_returns_and_records_is_the_same_for_both(cycle: Cycle) -> None:
    one, other = list(cycle.invitations.filter(team__path="Sales / South").exclude(person=None).select_related("person", "team"))[
        :2
    ]
    answer_with(factories.give_code(one), cycle)
    assert one.person is not None
    assert other.person is not None
    assert erase_person(person=one.person, by="a test") == erase_person(person=other.person, by="a test")
    acts = Act.objects.filter(what=Act.What.ERASE).values_list("who", "why", "cycle")
    assert list(acts) == [("a test", "", None)] * 2


def test_person_account_and_memberships_go(cycle: Cycle) -> None:
    leader = Person.objects.get(email="north@example.org")
    key = leader.pk
    erased = erase_person(person=leader, by="a test")
    assert erased.had_account
    assert not User.objects.filter(email="north@example.org").exists()
    assert not Person.objects.filter(employee_id=leader.employee_id).exists()
    assert not CycleMember.objects.filter(person_id=key).exists()


def test_the_name_goes_from_actions_too_and_a_namesake_keeps_it(closed_cycle: Cycle) -> None:
    unit = closed_cycle.teams.get(path="Sales / North")
    erased, namesake = (factories.make_person("Sales / North", name=name) for name in ("Ada Berg", "Ben Costa"))
    other = factories.make_person("Sales / South", name="Ben Costa")
    for owner in (erased, namesake, other):
        made = Action.objects.create(
            unit=unit,
            practice=Practice.objects.all()[0],
            words="Do it",
            owner=owner,
            owner_name=owner.name,
            due=today(),
            made=now(),
        )
        ActionNote.objects.create(action=made, at=now(), by=owner.name, owner_to=owner.name)
    for person in (erased, namesake):
        erase_person(person=person, by="a test")
    names = list(Action.objects.order_by("pk").values_list("owner_name", flat=True))
    assert names == ["somebody who was erased", "somebody who was erased", "Ben Costa"]
    assert list(ActionNote.objects.order_by("pk").values_list("by", "owner_to")) == [
        ("somebody who was erased", "somebody who was erased"),
        ("Ben Costa", "Ben Costa"),
        ("Ben Costa", "Ben Costa"),
    ]


def test_nobody_erases_themselves(organisation: None) -> None:
    user = User.objects.get(email="north@example.org")
    with pytest.raises(CannotErase, match="You cannot erase yourself"):
        erase_person(person=Person.objects.get(user=user), by=user)
    assert User.objects.filter(pk=user.pk).exists()


def test_the_command_erases_by_id_and_says_when_there_is_nobody(organisation: None, capsys: pytest.CaptureFixture[str]) -> None:
    person = Person.objects.get(email="north@example.org")
    call_command("erase_person", person.employee_id)
    assert "The person and the account are erased." in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nobody in csculture has the id"):
        call_command("erase_person", person.employee_id)


def test_no_number_that_hr_reads_tells_whether_an_erased_person_had_answered(cycle: Cycle) -> None:
    def read() -> tuple[list[tuple[int, bool]], int, int, int]:
        page = participation_page(cycle)
        assert page.asked is not None
        cards = [(row.people, row.drawn) for row in card_list(cycle)]
        return cards, page.asked.by_card, page.asked.by_mail, send_invitations(cycle=cycle).without_address

    send_invitations(cycle=cycle)
    before = read()
    invitation = invitation_in_north(cycle)
    answer_with(factories.give_code(invitation), cycle)
    erase_person(person=invitation.person, by="a test")
    assert read() == (before[0], before[1], before[2] - 1, before[3])
    erase_person(person=invitation_in_north(cycle).person, by="a test")
    assert read() == (before[0], before[1], before[2] - 2, before[3])


def test_a_team_is_still_known_to_have_had_one_more(cycle: Cycle) -> None:
    person = invitation_in_north(cycle).person
    assert person is not None
    unit = cycle.teams.get(path="Sales / North").pk
    before = CycleMember.objects.filter(team__cycle=cycle).by_team()[unit]
    key = person.pk
    erase_person(person=person, by="a test")
    after = CycleMember.objects.filter(team__cycle=cycle).by_team()[unit]
    assert len(after) == len(before)
    assert before - after == {key}
