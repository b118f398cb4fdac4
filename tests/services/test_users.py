"""Accounts by command, and the mails of this area."""

import datetime

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult

from assessments.mails import send_invitation, send_password_link
from assessments.models import Cycle, CycleTeam, User
from assessments.services import users
from assessments.services.organisation import RosterRow, apply_roster
from assessments.services.users import UserRefused, create_user, password_link
from tests import factories

CODE = "K7QM-2RXD-9HTV-4C8N"


@pytest.mark.django_db
class TestCreateUser:
    def test_it_has_a_role_and_no_password(self) -> None:
        granted = create_user(email=" Hr@Example.org ", role="hr", name="Hannah")
        assert granted.is_new
        user = User.objects.get()
        assert (user.email, user.name, user.role, user.is_staff) == ("hr@example.org", "Hannah", "hr", False)
        assert not user.has_usable_password()

    def test_an_operator_may_use_the_admin_until_the_role_changes(self) -> None:
        assert create_user(email="op@example.org", role="operator").user.is_superuser
        user = create_user(email="op@example.org", role="hr-viewer").user
        assert (user.is_staff, user.is_superuser) == (False, False)

    def test_an_address_with_an_account_gets_the_role_and_keeps_name_and_password(self) -> None:
        factories.make_user("Lead@example.org", name="Lee")
        granted = create_user(email="lead@example.org", role="hr")
        assert not granted.is_new
        user = User.objects.get()
        assert (user.role, user.name, user.check_password("correct horse")) == ("hr", "Lee", True)

    @pytest.mark.parametrize(("email", "role"), [("nobody", "hr"), ("", "hr"), ("a@example.org", "boss"), ("a@example.org", "")])
    def test_a_bad_address_or_role_is_refused(self, email: str, role: str) -> None:
        with pytest.raises(UserRefused):
            create_user(email=email, role=role)
        assert not User.objects.exists()


@pytest.mark.django_db
class TestPasswordLink:
    def test_it_works_once(self, client: Client) -> None:
        user = create_user(email="hr@example.org", role="hr").user
        url = password_link(user=user)
        assert url.startswith(f"{settings.BASE_URL}/accounts/password/reset/key/")
        path = url.removeprefix(settings.BASE_URL)
        form = client.get(path)["Location"]
        client.post(form, {"password1": "a long new word", "password2": "a long new word"})
        user.refresh_from_db()
        assert user.check_password("a long new word")
        again = Client().get(path)
        assert "set-password" not in again.headers.get("Location", "")

    def test_nobody_can_sign_up(self, client: Client) -> None:
        client.post("/accounts/signup/", {"email": "new@example.org", "password1": "a long new word"})
        assert not User.objects.exists()


class TestMails:
    def test_an_invitation_says_what_happens_with_the_answers(self) -> None:
        cycle = Cycle(opens=datetime.date(2026, 11, 6), closes=datetime.date(2026, 11, 20), k=5)
        send_invitation(
            person_email="ann@example.org", code=CODE, cycle=cycle, unit=CycleTeam(name="Q & A <1>", invited=14), minutes=4
        )
        (message,) = mail.outbox
        assert message.subject == "How is service where you work? Open until 20 November 2026"
        (html,) = [str(part.content) for part in message.alternatives]  # type: ignore[attr-defined]
        for text in (str(message.body), html.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")):
            for fact in (
                f"{settings.BASE_URL}/a/#{CODE}",
                "20 November 2026",
                "about 4 minutes",
                "count for Q & A <1>, where 14 people are invited",
                "Nothing is shown for fewer than 5 answers.",
                "works once and is not kept with your answers",
                "the system knows who has answered",
                f"{settings.BASE_URL}/anonymity/",
            ):
                assert fact in text
        assert str(message.body).count(CODE) == 2
        assert html.count(CODE) == 2

    def test_an_invitation_names_nobody_and_loads_nothing(self) -> None:
        cycle = Cycle(opens=datetime.date(2026, 11, 6), closes=datetime.date(2026, 11, 20), k=5)
        send_invitation(person_email="ann@example.org", code=CODE, cycle=cycle, unit=CycleTeam(name="North", invited=1), minutes=4)
        (message,) = mail.outbox
        assert message.extra_headers == {}
        assert set(message.message().keys()) == {
            "Content-Type",
            "MIME-Version",
            "Subject",
            "From",
            "To",
            "Date",
            "Message-ID",
        }
        text = message.message().as_string()
        assert "where 1 person is invited" in text
        assert "<img" not in text
        assert "src=" not in text
        assert text.count("ann@example.org") == 1

    def test_a_password_mail_carries_its_link_as_it_is(self) -> None:
        user = User(email="ben@example.org", name="Ben O’Neil & Co")
        send_password_link(user=user, url="https://culture.example.org/x?a=1&b=2")
        (message,) = mail.outbox
        assert message.to == ["ben@example.org"]
        assert "Hello Ben O’Neil & Co," in str(message.body)
        assert "https://culture.example.org/x?a=1&b=2\n" in str(message.body)
        assert "once and for 3 days" in str(message.body)


@pytest.mark.django_db(transaction=True)
class TestManyNewManagers:
    def rows(self, number: int) -> list[RosterRow]:
        return [RosterRow(at, f"E{at}", f"Lee {at}", f"lee{at}@example.org", "Sales", "leader") for at in range(number)]

    def test_a_worker_mails_them_where_somebody_waits_for_a_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(users, "MOST_AT_ONCE", 2)
        applied = apply_roster(rows=self.rows(3), may_wait=True)
        assert applied.accounts.later
        assert mail.outbox == []
        (job,) = DBTaskResult.objects.all()
        assert users.send_links.func(*job.args_kwargs["args"]) == 0
        assert sorted(one.to[0] for one in mail.outbox) == ["lee0@example.org", "lee1@example.org", "lee2@example.org"]

    def test_a_few_are_mailed_at_once_and_so_are_many_by_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(users, "MOST_AT_ONCE", 2)
        assert not apply_roster(rows=self.rows(2), may_wait=True).accounts.later
        assert len(mail.outbox) == 2
        assert not apply_roster(rows=self.rows(6)).accounts.later
        assert len(mail.outbox) == 6

    def test_who_has_chosen_a_password_meanwhile_gets_no_link(self) -> None:
        waiting = create_user(email="waits@example.org", role="hr").user
        chosen = factories.make_user("chose@example.org")
        assert users.send_links.func([waiting.pk, chosen.pk]) == 0
        assert [one.to for one in mail.outbox] == [["waits@example.org"]]
