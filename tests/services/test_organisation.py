"""The organisation follows its roster."""

import re
from dataclasses import astuple

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from assessments.models import Cycle, CycleMember, Membership, Person, Team, User
from assessments.services.closing import close_cycle
from assessments.services.organisation import Applied, EmptyRoster, ManyLeave, RosterRow, apply_roster, compare_roster
from tests import factories

pytestmark = pytest.mark.django_db


def rows(*lines: str) -> list[RosterRow]:
    """`rows("1 Ann ann@x.org Sales/North member")`; a hyphen is no address."""
    result = []
    for number, line in enumerate(lines, start=2):
        employee_id, name, email, team, role = line.split()
        result.append(RosterRow(number, employee_id, name, email.strip("-"), team.replace("/", " / "), role))
    return result


def apply(*lines: str) -> Applied:
    return apply_roster(rows=rows(*lines))


def account(employee_id: str) -> User:
    user = Person.objects.get(employee_id=employee_id).user
    assert user is not None
    return user


ANN = "1 Ann ann@x.org Sales/North member"
BEN = "2 Ben ben@x.org Sales/North leader"


class TestTeams:
    def test_a_path_makes_its_team_and_all_above_it(self) -> None:
        apply("1 Ann - Sales/North/Store member")
        store = Team.objects.get(path="Sales / North / Store")
        assert store.name == "Store"
        assert [store.parent.path, store.parent.parent.path] == ["Sales / North", "Sales"]  # type: ignore[union-attr]

    def test_a_team_that_is_no_longer_named_stays_without_people(self) -> None:
        apply(ANN, BEN)
        apply("1 Ann ann@x.org Support member")
        assert not Team.objects.get(path="Sales / North").memberships.exists()


class TestPeople:
    def test_the_order_of_the_rows_is_kept(self) -> None:
        apply("1 Ann - B member", "2 Ben - A leader", "1 Ann - A member")
        assert list(Membership.objects.values_list("team__path", "person__name")) == [("B", "Ann"), ("A", "Ben"), ("A", "Ann")]
        apply("1 Ann - A member", "1 Ann - B member", "2 Ben - A leader")
        assert list(Membership.objects.values_list("team__path", "person__name")) == [("A", "Ann"), ("B", "Ann"), ("A", "Ben")]

    def test_somebody_who_is_no_longer_named_becomes_inactive_and_belongs_nowhere(self) -> None:
        apply(ANN, BEN)
        apply(BEN)
        ann = Person.objects.get(employee_id="1")
        assert not ann.active
        assert not ann.memberships.exists()

    def test_somebody_who_comes_back_is_the_same_person(self) -> None:
        apply(ANN, BEN)
        before = Person.objects.get(employee_id="1").pk
        apply(BEN)
        applied = apply(ANN, BEN)
        ann = Person.objects.get(employee_id="1")
        assert (ann.pk, ann.active, ann.memberships.count()) == (before, True, 1)
        assert applied.changes.returning_people == 1
        assert applied.changes.new_people == 0

    def test_two_people_may_change_addresses(self) -> None:
        apply("1 Ann a@x.org Sales leader", "2 Ben b@x.org Sales leader")
        apply("1 Ann b@x.org Sales leader", "2 Ben a@x.org Sales leader")
        assert [account("1").email, account("2").email] == ["b@x.org", "a@x.org"]

    def test_the_address_of_somebody_who_left_may_be_given_to_another(self) -> None:
        apply(ANN, BEN)
        apply("3 Cat ann@x.org Sales member", BEN)
        assert Person.objects.get(employee_id="1").email == ""
        assert Person.objects.get(employee_id="3").email == "ann@x.org"

    def test_a_roster_without_rows_is_refused(self) -> None:
        apply(ANN)
        with pytest.raises(EmptyRoster):
            apply_roster(rows=[])
        assert Person.objects.get().active


class TestManyLeave:
    def test_more_than_a_fifth_is_refused_where_somebody_should_be_asked_and_nothing_changes(self) -> None:
        people = [f"{number} P{number} - Sales member" for number in range(10)]
        apply(*people)
        with pytest.raises(ManyLeave, match="3 of 10 people would leave"):
            apply_roster(rows=rows(*people[3:]), ask_first=True)
        assert Person.objects.filter(active=True).count() == 10
        apply_roster(rows=rows(*people[2:]), ask_first=True)
        assert Person.objects.filter(active=True).count() == 8

    def test_the_first_roster_asks_nobody(self) -> None:
        apply_roster(rows=rows(ANN, BEN), ask_first=True)
        assert Person.objects.count() == 2


def test_a_running_cycle_keeps_its_teams_and_invitations_whoever_moves_or_leaves(open_cycle: Cycle) -> None:
    def frozen() -> list[object]:
        units = open_cycle.teams.order_by("position").values_list("uid", "path", "name", "invited", "position")
        invited = open_cycle.invitations.order_by("pk").values_list("pk", "team", "person", "answered")
        return [*units, *invited, *CycleMember.objects.order_by("pk").values_list("pk", "team", "person")]

    before = frozen()
    north = Person.objects.filter(memberships__team__path="Sales / North").order_by("pk")
    moved = [f"{person.employee_id} {person.employee_id} {person.email} Sales/East member" for person in north[:4]]
    apply(*moved)
    assert Person.objects.filter(active=True).count() == 4
    assert frozen() == before
    close_cycle(cycle=open_cycle, now=True)


class TestAgain:
    def test_the_same_roster_again_changes_nothing(self) -> None:
        apply(ANN, BEN)
        before = [list(model.objects.order_by("pk").values()) for model in (Person, Team, Membership, User)]
        applied = apply(ANN, BEN)
        assert not any(astuple(applied.changes))
        assert [list(model.objects.order_by("pk").values()) for model in (Person, Team, Membership, User)] == before
        assert not applied.accounts.created

    def test_what_is_announced_is_what_is_done(self) -> None:
        apply(ANN, BEN, "3 Cat - Sales member")
        announced = compare_roster(
            rows=rows(
                "1 Anna ann@x.org Sales/North member",
                "1 Anna ann@x.org Support/Desk leader",
                "4 Dan dan@x.org Support leader",
                BEN,
            )
        )
        assert (announced.new_people, announced.changed_people, announced.leaving_people) == (1, 1, 1)
        assert (announced.new_teams, announced.memberships_added, announced.memberships_removed) == (2, 2, 1)
        assert announced.new_accounts == 2

    def test_comparing_writes_nothing(self) -> None:
        compare_roster(rows=rows(ANN, BEN))
        assert not Person.objects.exists()
        assert not Team.objects.exists()


class TestAccounts:
    def test_a_new_leader_gets_an_account_and_a_mail_with_a_link_that_works(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, client: Client
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            applied = apply(ANN, BEN)
        ben = account("2")
        assert applied.accounts.created == (ben,)
        assert (ben.email, ben.name, ben.role, ben.has_usable_password()) == ("ben@x.org", "Ben", "", False)
        assert Person.objects.get(employee_id="1").user is None
        (message,) = mail.outbox
        assert message.to == ["ben@x.org"]
        link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", str(message.body))
        assert link is not None
        page = client.get(link[1])
        assert page.status_code == 302
        client.post(page["Location"], {"password1": "a long new word", "password2": "a long new word"})
        ben.refresh_from_db()
        assert ben.check_password("a long new word")

    def test_a_leader_without_an_address_gets_no_account(self) -> None:
        apply("2 Ben - Sales leader")
        assert not User.objects.exists()

    def test_an_account_that_waits_for_the_address_is_linked_and_gets_no_mail(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        hr = factories.make_user("Ben@x.org", role="hr", name="Ben of HR")
        assert compare_roster(rows=rows(BEN)).new_accounts == 0
        with django_capture_on_commit_callbacks(execute=True):
            apply(BEN)
        assert account("2") == hr
        assert (account("2").role, account("2").name) == ("hr", "Ben of HR")
        assert mail.outbox == []

    def test_the_account_s_address_follows_the_roster_and_the_old_one_is_forgotten(self) -> None:
        apply(BEN)
        EmailAddress.objects.create(user=account("2"), email="ben@x.org", verified=True, primary=True)
        apply("2 Benno benno@x.org Sales/North leader")
        assert (account("2").email, account("2").name) == ("benno@x.org", "Benno")
        assert not EmailAddress.objects.exists()

    def test_somebody_who_leaves_cannot_sign_in_until_they_come_back(self) -> None:
        apply(ANN, BEN)
        apply(ANN)
        assert not account("2").is_active
        apply(ANN, BEN)
        assert account("2").is_active

    def test_an_account_with_a_role_of_its_own_outlives_the_roster(self) -> None:
        hr = factories.make_user("ben@x.org", role="hr")
        apply(ANN, BEN)
        apply(ANN)
        hr.refresh_from_db()
        assert hr.is_active

    def test_an_account_switched_off_by_the_operator_stays_off(self) -> None:
        apply(ANN, BEN)
        User.objects.update(is_active=False)
        apply(ANN, BEN)
        assert not account("2").is_active

    def test_an_account_that_is_switched_off_waits_for_nobody(self) -> None:
        old = factories.make_user("ben@x.org")
        User.objects.update(is_active=False)
        assert compare_roster(rows=rows(BEN)).new_accounts == 1
        apply(BEN)
        assert account("2") != old

    def test_an_account_never_passes_to_another_person_with_the_address(self) -> None:
        apply(ANN, BEN)
        bens = account("2")
        bens.set_password("known to Ben alone")
        bens.save()
        applied = apply(ANN, "3 Cat ben@x.org Sales/North leader")
        bens.refresh_from_db()
        assert account("3") != bens
        assert account("3").email == "ben@x.org"
        assert bens.email.endswith(".invalid")
        assert applied.accounts.displaced == (bens,)

    def test_a_mail_that_cannot_be_sent_stops_nothing_and_is_told(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(**kwargs: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr("assessments.services.users.send_password_link", refuse)
        with django_capture_on_commit_callbacks(execute=True):
            applied = apply(ANN, BEN)
        assert applied.accounts.unsent == ["ben@x.org"]
        assert account("2").email == "ben@x.org"


def test_twice_as_many_people_take_no_more_queries() -> None:
    def queries(first: int, count: int) -> int:
        lines = [f"{i} P{i} p{i}@x.org T{i % 9} {'leader' if i % 9 == 0 else 'member'}" for i in range(first, first + count)]
        with CaptureQueriesContext(connection) as captured:
            apply(*lines)
        return len(captured)

    queries(0, 20)
    assert queries(1000, 40) == queries(2000, 80)
