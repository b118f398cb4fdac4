"""A name that is to go is gone from every table and every file: all tables are searched, also those that we did not make."""

import contextlib
import datetime
import logging
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments.models import (
    Act,
    Action,
    ApiToken,
    Cycle,
    ManagerReminder,
    Organisation,
    Person,
    ReleasedAction,
    Reminder,
    ReportBatch,
    ReportMail,
    RosterColumn,
    RosterUpload,
    SelfAssessment,
    User,
)
from assessments.models.clock import now, today
from assessments.models.releases import Choice
from assessments.services import due, reminders, reporting
from assessments.services.erasing import erase_person
from assessments.services.plans import Owner, take_action
from assessments.services.releases import tell_team
from assessments.services.reporting import make_files, start_batch
from assessments.services.retention import forget_names
from assessments.services.tokens import make_token
from assessments.services.users import send_links
from tests import factories
from tests.plans import change, leader_of, practice
from tests.services.test_reporting import Writer, enqueue, job_of

NORTH = "Sales / North"
NAME, EMAIL, NUMBER = "Adalbertine Quist", "adalbertine@example.org", "QX-77131"
PASSWORD = "correct horse"


def plain(value: object) -> str:
    """A value as somebody reads it who knows how it was packed."""
    if isinstance(value, bytes | memoryview):
        packed = bytes(value)
        with contextlib.suppress(zlib.error):
            packed = zlib.decompress(packed)
        return packed.decode(errors="replace")
    return str(value)


def tables_with(*words: str) -> set[str]:
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            said = " ".join(map(plain, row)).casefold()
            if any(word.casefold() in said for word in words):
                found.add(model._meta.model_name)
    for session in Session.objects.all():
        if any(word in str(session.get_decoded()) for word in words):
            found.add("session")
    return found


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.REPORTS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def person(closed_cycle: Cycle, hr: User) -> Person:
    """The leader of North, who was of HR once, and has left a trace wherever one can be left."""
    user = leader_of(NORTH)
    User.objects.filter(pk=user.pk).update(name=NAME, email=EMAIL)
    user.refresh_from_db()
    Person.objects.filter(user=user).update(name=NAME, email=EMAIL, employee_id=NUMBER)
    person = Person.objects.get(user=user)
    assert Client().post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}).status_code == 302
    unit = closed_cycle.teams.get(path=NORTH)
    owner = Owner(NAME, person)
    action = take_action(unit=unit, practice=practice(), words="Say good morning", owner=owner, due=today(), by=user)
    change(action, "doing", "On our way.", by=user)
    tell_team(unit=unit, choice=Choice(actions={action.uid: NAME}), by=user)
    SelfAssessment.objects.create(team=unit, submitted_by=user, submitted_at=now())
    make_token(user=user, name="my table", days=9)
    start_batch(cycle=closed_cycle, without=[], paper="a4", by=hr, enqueue=enqueue)
    batch = ReportBatch.objects.get()
    make_files(batch=batch.pk, job=job_of(batch), write=Writer())
    ReportMail.objects.create(batch=batch, person=person)
    reminder = Reminder.objects.create(cycle=closed_cycle, number=1, to="everybody", begun=now(), mailed=now())
    ManagerReminder.objects.create(reminder=reminder, person=person)
    RosterUpload.objects.create(user=hr, name="roster.csv", table=zlib.compress(f"{NUMBER},{NAME},{EMAIL}".encode()))
    RosterColumn.objects.create(heading=NAME.casefold(), meaning="name")
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(user=hr, content_type=kind, object_id=user.pk, object_repr=EMAIL, action_flag=CHANGE)
    send_links.enqueue([user.pk])
    return person


class TestErasing:
    def test_the_name_stood_in_all_these_tables(self, person: Person) -> None:
        """So the search looks at the right things."""
        assert tables_with(NAME, EMAIL, NUMBER) == {
            "act", "action", "actionnote", "logentry", "person", "releasedaction",
            "rostercolumn", "rosterupload", "session", "user",
        }  # fmt: skip

    def test_it_stands_in_none_afterwards(self, person: Person) -> None:
        key = person.pk
        erase_person(person=person, by="a test")
        assert tables_with(NAME, EMAIL, NUMBER) == set()
        assert Act.objects.get(what=Act.What.TELL_TEAM).who == f"somebody who was erased (#{key})"
        assert not ApiToken.objects.exists()
        assert SelfAssessment.objects.get().submitted_by is None

    @pytest.mark.django_db(transaction=True)
    def test_files_that_name_who_sees_to_an_action_are_removed(self, person: Person, folder: Path) -> None:
        assert list(folder.rglob("*.pdf"))
        erase_person(person=person, by="a test")
        assert not list(folder.rglob("*.pdf"))

    @pytest.mark.django_db(transaction=True)
    def test_reports_stay_where_the_person_saw_to_nothing(self, person: Person, folder: Path) -> None:
        erase_person(person=Person.objects.filter(memberships__team__path="Sales / South", user=None)[0], by="a test")
        assert ReportBatch.objects.exists()
        assert list(folder.rglob("*.pdf"))

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's planner keeps no samples here")
    @pytest.mark.django_db(transaction=True)
    def test_nor_among_the_samples_that_the_planner_took_before(self, person: Person) -> None:
        def columns() -> set[str]:
            with connection.cursor() as cursor:
                words = "concat(most_common_vals::text, histogram_bounds::text)"
                cursor.execute(f"SELECT attname FROM pg_stats WHERE {words} ~* %s", ["|".join((NAME, EMAIL, NUMBER))])  # noqa: S608 - our own
                return {name for (name,) in cursor.fetchall()}

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does every now and then
        assert columns() >= {"name", "email", "employee_id"}
        erase_person(person=person, by="a test")
        assert columns() == set()

    def test_what_somebody_else_of_this_name_did_stays_theirs(self, person: Person) -> None:
        factories.make_user("namesake@example.org", role="hr", name=NAME)
        erase_person(person=person, by="a test")
        assert Act.objects.get(what=Act.What.TELL_TEAM).who == NAME

    def test_others_stay_signed_in(self, person: Person, hr: User) -> None:
        client = Client()
        client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
        erase_person(person=person, by="a test")
        assert client.get(reverse("overview")).status_code == 200


class TestOldCycles:
    @pytest.mark.django_db(transaction=True)
    def test_names_that_a_team_was_told_and_files_of_reports_go_as_well(self, person: Person, folder: Path) -> None:
        past = today() - datetime.timedelta(days=3 * 366)
        change(Action.objects.get(), "done", by=person.user)
        Action.objects.update(finished=past)
        Cycle.objects.update(closes=past, opens=past)
        Organisation.objects.create(keep_years=2)
        forget_names()
        assert not tables_with(NAME) & {"action", "actionnote", "releasedaction"}
        assert ReleasedAction.objects.exists()
        assert not ReportBatch.objects.exists()
        assert not list(folder.rglob("*.pdf"))


class TestEveryDay:
    @pytest.fixture
    def failing(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
        """A database that quotes a row, as PostgreSQL does. Our own loggers hand nothing on, so the log listens to them."""

        def fail(*_args: object, **_values: object) -> None:
            raise DatabaseError(f"Key (email)=({EMAIL}) already exists.")

        monkeypatch.setattr(due, "STEPS", (due.Step("a step", fail),))
        monkeypatch.setattr(reminders, "send_reminders", fail)
        ours = logging.getLogger("assessments")
        ours.addHandler(caplog.handler)
        yield caplog
        ours.removeHandler(caplog.handler)

    def test_sessions_that_have_run_out_are_forgotten(self, person: Person) -> None:
        assert Session.objects.count() == 1
        Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
        due.run_due()
        assert not Session.objects.exists()

    def test_a_file_that_a_killed_worker_has_left_is_removed(self, person: Person, folder: Path) -> None:
        left = ReportBatch.objects.get().folder
        ReportBatch.objects.all().delete()
        assert list(left.iterdir())
        due.run_due()
        assert not left.exists()

    def test_what_a_database_says_of_a_row_stays_out_of_the_log(self, failing: pytest.LogCaptureFixture) -> None:
        assert due.run_due() == ["The step “a step” failed: DatabaseError."]
        assert "DatabaseError" in failing.text
        assert EMAIL not in failing.text

    def test_and_out_of_the_queue(self, open_cycle: Cycle, failing: pytest.LogCaptureFixture) -> None:
        assert "DatabaseError" in reminders.remind.func(open_cycle.pk)
        assert EMAIL not in reminders.remind.func(open_cycle.pk) + failing.text

    def test_an_address_that_no_mail_can_be_made_for_does_not_reach_the_queue(
        self, organisation: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        user = factories.make_user("twolines@example.org")
        User.objects.filter(pk=user.pk).update(password="!none", name="Ann\nBerg", email="two\nlines@example.org")
        assert send_links.func([user.pk]) == 1
        assert not mail.outbox


def test_nothing_that_waits_in_the_queue_names_anybody(person: Person) -> None:
    assert DBTaskResult.objects.count() == 1
    assert not [row for row in DBTaskResult.objects.all() if NAME in str(row.args_kwargs) or EMAIL in str(row.args_kwargs)]
    assert reporting.OF_BATCH.fullmatch(ReportBatch.objects.get().folder.name)
