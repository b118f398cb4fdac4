"""HR looks after single people."""

import re
import threading
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from assessments.models import Act, Code, Cycle, Membership, Person, Team, User
from assessments.services.people import (
    Place,
    Values,
    add_person,
    add_place,
    ask_here,
    change_person,
    come_back,
    erase,
    give_role,
    leave,
    remove_place,
    send_account_link,
    send_code,
)
from assessments.services.teams import CannotChange, archive_team
from tests import factories

pytestmark = pytest.mark.django_db
NORTH = "Sales / North"


@pytest.fixture
def north(db: None) -> Team:
    return factories.make_team(NORTH)


def refused(change: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(CannotChange) as problem:
        change()
    return str(problem.value), problem.value.field


def values(name: str = "Ann", email: str = "ann@x.org", language: str = "") -> Values:
    return Values(name, email, language)


def acts() -> list[str]:
    return list(Act.objects.order_by("pk").values_list("why", flat=True))


class TestAdding:
    def test_somebody_new_has_a_place_behind_all_others_and_no_account(self, north: Team, hr: User) -> None:
        factories.make_person(NORTH)
        person, _accounts = add_person(employee_id="7", values=values(), place=Place(north, "member"), by=hr)
        assert (person.name, person.email, person.active, person.user) == ("Ann", "ann@x.org", True, None)
        assert Membership.objects.order_by("-position")[0].person == person
        assert acts() == [f"#{person.pk}: added in {NORTH}"]

    def test_a_new_manager_gets_an_account_and_a_mail(
        self, north: Team, hr: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            person, accounts = add_person(employee_id="7", values=values(), place=Place(north, "leader", deputy=True), by=hr)
        assert accounts.created == (person.user,)
        assert person.user
        assert person.user.leads
        assert [message.to for message in mail.outbox] == [["ann@x.org"]]

    def test_an_id_or_an_address_of_somebody_else_is_refused(self, north: Team, hr: User) -> None:
        other = factories.make_person(NORTH, email="ann@x.org")
        place = Place(north, "member")
        assert refused(lambda: add_person(employee_id="7", values=values(email="ANN@x.org"), place=place, by=hr))[1] == "email"
        assert (
            refused(lambda: add_person(employee_id=other.employee_id, values=values(email=""), place=place, by=hr))[1]
            == "employee_id"
        )

    def test_a_place_in_an_archived_team_brings_it_back(self, north: Team, hr: User) -> None:
        archive_team(team=Team.objects.get(path="Sales"), by=hr)
        add_person(employee_id="7", values=values(), place=Place(north, "member"), by=hr)
        assert not Team.objects.filter(archived=True).exists()


class TestChanging:
    def test_the_account_follows_and_what_changed_is_written_down_without_a_name(self, organisation: None, hr: User) -> None:
        leader = Person.objects.get(email="north@example.org")
        changed, _accounts = change_person(person=leader, values=values("Nora", "nora@x.org"), by=hr)
        assert changed == ["name", "email"]
        user = User.objects.get(pk=leader.user_id)
        assert (user.email, user.name) == ("nora@x.org", "Nora")
        assert acts() == [f"#{leader.pk}: name, email"]

    def test_nothing_new_writes_nothing(self, north: Team, hr: User) -> None:
        person = factories.make_person(NORTH, name="Ann", email="ann@x.org")
        assert change_person(person=person, values=values(), by=hr) == ([], None)
        assert not Act.objects.exists()

    def test_the_address_of_somebody_who_left_is_free_and_of_somebody_here_is_not(self, north: Team, hr: User) -> None:
        gone, here, person = (factories.make_person(NORTH, email=f"{name}@x.org") for name in ("gone", "here", "person"))
        leave(person=gone, by=hr)
        change_person(person=person, values=values(email="gone@x.org"), by=hr)
        gone.refresh_from_db()
        assert gone.email == ""
        assert refused(lambda: change_person(person=person, values=values(email=here.email), by=hr))[1] == "email"

    def test_nobody_comes_by_an_operators_account_through_an_address(self, north: Team, hr: User) -> None:
        operator = factories.make_user("operator@x.org", role="operator")
        person = factories.make_person(NORTH, "leader", email="operator-too@x.org", user=operator)
        assert refused(lambda: change_person(person=person, values=values(), by=hr))[1] == "email"
        other = factories.make_person(NORTH)
        assert refused(lambda: change_person(person=other, values=values(email="OPERATOR@x.org"), by=hr))[1] == "email"
        assert refused(lambda: give_role(person=person, role="hr", by=hr))[1] == "role"
        assert "operator" in refused(lambda: erase(person=person, by=hr))[0]


class TestPlaces:
    def test_several_lead_a_team_and_a_deputy_leads_like_the_others(self, organisation: None, hr: User) -> None:
        north = Team.objects.get(path=NORTH)
        deputy = factories.make_person("Sales / South", email="deputy@x.org")
        add_place(person=deputy, place=Place(north, "leader", deputy=True), by=hr)
        deputy.refresh_from_db()
        assert deputy.user
        assert deputy.user.leads
        assert Membership.objects.filter(team=north, role="leader").count() == 2
        assert refused(lambda: add_place(person=deputy, place=Place(north, "leader"), by=hr))[1] == "team"

    def test_the_only_place_is_not_taken_away(self, organisation: None, hr: User) -> None:
        person = factories.make_person(NORTH)
        only = person.memberships.get()
        assert "only place" in refused(lambda: remove_place(place=only, by=hr))[0]
        factories.join(person, "Support / Desk")
        remove_place(place=only, by=hr)
        assert [place.team.path for place in person.memberships.all()] == ["Support / Desk"]

    def test_the_one_put_first_is_asked_and_others_keep_their_order(self, organisation: None, hr: User) -> None:
        person = factories.make_person(NORTH)
        for path in ("Sales / South", "Support / Desk"):
            factories.join(person, path)
        others = list(Membership.objects.exclude(person=person).values_list("pk", "position"))
        ask_here(place=person.memberships.get(team__path="Support / Desk"), by=hr)
        assert [place.team.path for place in person.memberships.all()] == ["Support / Desk", NORTH, "Sales / South"]
        assert list(Membership.objects.exclude(person=person).values_list("pk", "position")) == others


class TestLeaving:
    def test_who_leaves_is_nowhere_and_cannot_sign_in_until_they_come_back(self, organisation: None, hr: User) -> None:
        leader = Person.objects.get(email="north@example.org")
        leave(person=leader, by=hr)
        leader.refresh_from_db()
        assert (leader.active, leader.memberships.count()) == (False, 0)
        assert not User.objects.get(pk=leader.user_id).is_active
        come_back(person=leader, place=Place(Team.objects.get(path="Support / Desk"), "member"), by=hr)
        leader.refresh_from_db()
        assert (leader.active, [place.team.path for place in leader.memberships.all()]) == (True, ["Support / Desk"])
        assert User.objects.get(pk=leader.user_id).is_active
        assert "here already" in refused(lambda: come_back(person=leader, place=Place(Team.objects.all()[0], "member"), by=hr))[0]

    def test_a_running_cycle_keeps_the_invitation(self, open_cycle: Cycle, hr: User) -> None:
        invitation = open_cycle.invitations.exclude(person=None).select_related("person")[0]
        assert invitation.person
        leave(person=invitation.person, by=hr)
        invitation.refresh_from_db()
        assert invitation.person

    def test_a_role_ends_with_it_and_nobody_sends_themselves_away(self, north: Team, hr: User) -> None:
        second = factories.make_user("second@x.org", role="hr")
        person = factories.make_person(NORTH, email="second@x.org", user=second)
        assert "You cannot say of yourself" in refused(lambda: leave(person=person, by=second))[0]
        leave(person=person, by=hr)
        second.refresh_from_db()
        assert (second.role, second.is_active) == ("", False)


class TestRoles:
    def test_somebody_with_an_address_gets_an_account_and_a_link_that_works(self, north: Team, hr: User, client: Client) -> None:
        person = factories.make_person(NORTH, name="Ann", email="ann@x.org")
        user = give_role(person=person, role="hr-viewer", by=hr)
        assert user
        assert (user.email, user.role, user.name) == ("ann@x.org", "hr-viewer", "Ann")
        person.refresh_from_db()
        assert person.user == user
        assert send_account_link(user=user)
        (message,) = mail.outbox
        assert "to read what HR reads" in message.body
        assert "lead a team" not in message.body
        link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", str(message.body))
        assert link
        assert client.get(link[1]).status_code == 302
        assert acts() == [f"#{person.pk}: no role of its own → HR, reading only"]

    def test_who_has_a_password_needs_no_link(self, organisation: None, hr: User) -> None:
        leader = Person.objects.get(email="north@example.org")
        assert give_role(person=leader, role="hr", by=hr) is None
        assert User.objects.get(email="north@example.org").role == "hr"
        give_role(person=leader, role="", by=hr)
        user = User.objects.get(email="north@example.org")
        assert (user.role, user.is_active, user.leads) == ("", True, True)

    def test_the_last_hr_stays(self, north: Team) -> None:
        only = factories.make_user("only@x.org", role="hr")
        person = factories.make_person(NORTH, email="only@x.org", user=only)
        for change in (
            lambda: give_role(person=person, role="", by=only),
            lambda: give_role(person=person, role="hr-viewer", by=only),
            lambda: erase(person=person, by=factories.make_user()),
            lambda: leave(person=person, by=factories.make_user()),
        ):
            assert "last account of HR" in refused(change)[0]
        factories.make_user("off@x.org", role="hr")
        User.objects.filter(email="off@x.org").update(is_active=False)
        assert "last account of HR" in refused(lambda: give_role(person=person, role="", by=only))[0]

    def test_without_an_address_or_away_there_is_no_role(self, north: Team, hr: User) -> None:
        assert refused(lambda: give_role(person=factories.make_person(NORTH, email=""), role="hr", by=hr))[1] == "role"
        gone = factories.make_person(NORTH)
        leave(person=gone, by=hr)
        gone.refresh_from_db()
        assert refused(lambda: give_role(person=gone, role="hr", by=hr))[1] == "role"

    def test_an_account_of_somebody_else_or_one_switched_off_is_not_taken(self, north: Team, hr: User) -> None:
        factories.make_user("off@x.org")
        User.objects.filter(email="off@x.org").update(is_active=False)
        assert refused(lambda: give_role(person=factories.make_person(NORTH, email="off@x.org"), role="hr", by=hr))[1] == "role"
        user = factories.make_user("moved@x.org")
        factories.make_person(NORTH, user=user)
        assert (
            "Somebody else"
            in refused(lambda: give_role(person=factories.make_person(NORTH, email="moved@x.org"), role="hr", by=hr))[0]
        )

    @pytest.mark.django_db(transaction=True)
    def test_two_of_hr_cannot_take_the_role_from_each_other_at_once(self) -> None:
        users = [factories.make_user(f"{name}@x.org", role="hr") for name in ("one", "other")]
        people = [factories.make_person(NORTH, email=user.email, user=user) for user in users]
        start, said = threading.Barrier(2), []

        def take(person: Person, by: User) -> None:
            try:
                start.wait(timeout=10)
                give_role(person=person, role="", by=by)
            except CannotChange as problem:
                said.append(str(problem))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=take, args=(people[at], users[1 - at])) for at in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert len(said) == 1
        assert User.objects.filter(role="hr").count() == 1


class TestErasing:
    def test_no_act_names_who_was_erased(self, north: Team, hr: User) -> None:
        person = factories.make_person(NORTH, name="Annabel Unique", email="annabel@x.org")
        change_person(person=person, values=values("Annabel Unique", "annabel@y.org"), by=hr)
        give_role(person=person, role="hr-viewer", by=hr)
        person.refresh_from_db()
        employee_id = person.employee_id
        erase(person=person, by=hr)
        assert not Person.objects.filter(employee_id=employee_id).exists()
        assert not User.objects.filter(email="annabel@y.org").exists()
        written = " ".join(f"{act.who} {act.why}" for act in Act.objects.all())
        assert not re.search(f"annabel|{employee_id}", written, re.IGNORECASE)

    def test_nobody_erases_themselves(self, north: Team, hr: User) -> None:
        factories.make_user("second@x.org", role="hr")
        assert "cannot erase yourself" in refused(lambda: erase(person=factories.make_person(NORTH, user=hr), by=hr))[0]


class TestSendingAgain:
    def test_it_is_alike_whether_or_not_the_person_has_answered(self, open_cycle: Cycle, hr: User) -> None:
        one, other = open_cycle.invitations.filter(team__path=NORTH).select_related("person").order_by("pk")[:2]
        factories.answer(open_cycle, NORTH, [4])
        answered = [invitation.person for invitation in open_cycle.invitations.filter(pk__in=[one.pk, other.pk], answered=True)]
        assert len(answered) == 1
        before = Code.objects.count()
        for invitation in (one, other):
            assert invitation.person
            send_code(person=invitation.person, by=hr)
        assert Code.objects.count() == before + 2
        first, second = ({**vars(message), "to": None, "body": None, "alternatives": None} for message in mail.outbox)
        assert (first["subject"], first["from_email"]) == (second["subject"], second["from_email"])
        said = [re.sub(r"#\d+", "#", act) for act in acts()]
        assert said == ["#: sent the invitation again"] * 2

    def test_without_a_running_poll_or_an_invitation_it_says_so(self, organisation: None, hr: User) -> None:
        person = factories.make_person(NORTH)
        assert "No poll is running" in refused(lambda: send_code(person=person, by=hr))[0]
        factories.make_cycle()
        late = factories.make_person(NORTH)
        assert "not asked by mail" in refused(lambda: send_code(person=late, by=hr))[0]
        assert mail.outbox == []
