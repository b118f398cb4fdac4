"""HR's page of cycles: how each stands, and the button that closes one."""

import datetime
import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments.ballotbox.make_trustee_key import PRIVATE_NAME, PUBLIC_NAME, make_trustee_key
from assessments.models import Act, Box, Cycle, Invitation, Person, Questionnaire, User
from assessments.models.clock import today
from assessments.services import opening
from assessments.services.closing import abandon_cycle
from tests import factories

PAGE = "/hr/cycles/"
CLOSE = "/hr/cycles/2026-q4/close/"
EARLY = "/hr/cycles/2026-q4/close-early/"


def work() -> None:
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


@pytest.fixture
def over(open_cycle: Cycle) -> Cycle:
    """Eight have answered; its last day was yesterday."""
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    Cycle.objects.update(opens=open_cycle.opens - datetime.timedelta(days=9), closes=open_cycle.opens - datetime.timedelta(days=1))
    open_cycle.refresh_from_db()
    return open_cycle


@pytest.fixture
def read(as_user, hr: User):
    def read_page(user: User = hr, address: str = PAGE) -> str:
        return " ".join(as_user(user).get(address).content.decode().split())

    return read_page


class TestList:
    def test_before_the_first_cycle_hr_can_plan_one_and_others_read_who_does(self, db: None, read) -> None:
        assert "No cycle yet" in read()
        assert 'href="/hr/cycles/plan/"' in read()
        assert "HR plans the first one." in read(factories.make_user(role="hr-viewer"))

    def test_an_open_cycle_shows_days_and_turnout(self, open_cycle: Cycle, read) -> None:
        html = read()
        assert "Open, 14 days are left." in html
        assert re.search(r"\b0 of [0-9]+ have answered\.", html)

    def test_a_closed_cycle_leads_to_its_figures(self, closed_cycle: Cycle, read) -> None:
        assert '<a href="/hr/?cycle=2026-q4">2026 Q4</a>' in read()

    def test_an_abandoned_one_says_by_whom_and_why(self, over: Cycle, read) -> None:
        abandon_cycle(cycle=over, by="operator", why="A box is gone")
        assert "by operator: “A box is gone”. Its answers were destroyed uncounted." in read()

    def test_more_cycles_cost_no_more_queries(self, over: Cycle, as_user, hr: User, django_assert_max_num_queries) -> None:
        for number in range(4):
            abandon_cycle(cycle=Cycle.objects.running() or over, by="operator", why="again")
            factories.make_cycle(f"2027 Q{number + 1}")
        client = as_user(hr)
        client.get(PAGE)  # the day's first look counts
        with django_assert_max_num_queries(10):
            client.get(PAGE)

    def test_the_menu_leads_here(self, open_cycle: Cycle, read) -> None:
        assert 'href="/hr/cycles/" aria-current="page">Cycles' in read()


class TestButton:
    def test_after_the_last_day_one_press_closes(self, over: Cycle, as_user, hr: User, read) -> None:
        assert "Close and count" in read()
        response = as_user(hr).post(CLOSE)
        assert (response.status_code, response["Location"]) == (302, PAGE)
        assert "The close is asked for" in read()
        assert "<button" not in read().split("<main")[1]
        assert Act.objects.get().who == "Hannah of HR"

    def test_before_the_last_day_a_page_of_its_own_asks(self, open_cycle: Cycle, as_user, hr: User, read) -> None:
        assert f'href="{EARLY}"' in read()
        assert "Close and count" not in read()
        assert as_user(hr).post(CLOSE)["Location"] == EARLY
        assert "Nobody can answer any more" in read(address=EARLY)
        assert not DBTaskResult.objects.exists()
        assert as_user(hr).post(CLOSE, {"early": "1"})["Location"] == PAGE
        assert DBTaskResult.objects.count() == 1

    def test_a_viewer_reads_and_has_no_button(self, over: Cycle, as_user, read) -> None:
        viewer = factories.make_user(role="hr-viewer")
        assert "wait to be counted" in read(viewer)
        assert "Close and count" not in read(viewer)
        assert as_user(viewer).post(CLOSE).status_code == 403

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_looking_closes_nothing(self, over: Cycle, as_user, hr: User, method: str) -> None:
        assert getattr(as_user(hr), method)(CLOSE).status_code == 405
        assert not DBTaskResult.objects.exists()

    def test_pressed_again_after_the_end_it_says_so(self, closed_cycle: Cycle, as_user, hr: User) -> None:
        response = as_user(hr).post(CLOSE, {"early": "1"}, follow=True)
        assert "“2026 Q4” is closed. Nothing was changed." in response.content.decode()


class TestProgress:
    def test_without_a_worker_for_a_minute_it_says_so(self, over: Cycle, as_user, hr: User, read) -> None:
        as_user(hr).post(CLOSE)
        DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(seconds=61))
        assert "Nobody has picked the close up yet" in read()
        assert "manage.py db_worker" in read()

    def test_while_a_worker_counts_it_says_so(self, over: Cycle, as_user, hr: User, read) -> None:
        as_user(hr).post(CLOSE)
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
        Cycle.objects.update(state=Cycle.State.CLOSING)
        html = read()
        assert "The answers are being counted" in html
        assert "Close and count" not in html

    def test_a_worker_that_was_killed_long_ago_can_be_followed_by_another(self, over: Cycle, as_user, hr: User, read) -> None:
        as_user(hr).post(CLOSE)
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - datetime.timedelta(minutes=16))
        Cycle.objects.update(state=Cycle.State.CLOSING)
        assert "The count has not come to its end" in read()
        assert "Close and count" in read()
        as_user(hr).post(CLOSE)
        assert DBTaskResult.objects.filter(status="READY").count() == 1

    def test_a_close_at_the_command_line_that_was_killed_can_be_finished_here(self, over: Cycle, read) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSING)
        assert "The count has not come to its end" in read()
        assert "Close and count" in read()

    @pytest.mark.django_db(transaction=True)
    def test_a_refusal_is_shown_with_its_reason(self, over: Cycle, as_user, hr: User, read) -> None:
        Box.objects.first().delete()  # type: ignore[union-attr]
        as_user(hr).post(CLOSE)
        work()
        html = read()
        assert "The cycle could not be closed" in html
        assert "7 boxes stand against 8 answered invitations" in html
        assert "Close and count" in html

    @pytest.mark.django_db(transaction=True)
    def test_when_it_is_done_the_cycle_is_closed(self, over: Cycle, as_user, hr: User, read) -> None:
        as_user(hr).post(CLOSE)
        work()
        assert '<a href="/hr/?cycle=2026-q4">2026 Q4</a>' in read()


PLAN = "/hr/cycles/plan/"


@pytest.fixture
def fields(db: None) -> dict[str, object]:
    """What HR sends to plan a cycle from today on."""
    opens = today()
    return {
        "name": "2026 Q4",
        "questionnaire": factories.quarterly_check().pk,
        "opens": opens,
        "closes": opens + datetime.timedelta(days=14),
        "k": 5,
    }


class TestPlanning:
    def test_the_form_suggests_name_days_and_k(self, fields: dict, as_user, hr: User) -> None:
        form = as_user(hr).get(PLAN).context["form"]
        year, quarter = today().year, (today().month + 2) // 3
        assert form["name"].value() == f"{year} Q{quarter}"
        assert (form["opens"].value(), form["closes"].value()) == (today(), today() + datetime.timedelta(days=14))
        assert form["k"].value() == 5
        assert form["questionnaire"].value() == fields["questionnaire"]

    def test_after_a_cycle_it_suggests_the_next_quarter(self, open_cycle: Cycle, as_user, hr: User) -> None:
        form = as_user(hr).get(PLAN).context["form"]
        assert form["opens"].value() == open_cycle.opens + datetime.timedelta(days=91)
        assert not Cycle.objects.filter(name=form["name"].value()).exists()

    def test_planned_it_leads_on_to_who_will_be_asked(self, organisation: None, fields: dict, as_user, hr: User, read) -> None:
        response = as_user(hr).post(PLAN, fields)
        assert (response.status_code, response["Location"]) == (302, "/hr/cycles/2026-q4/open/")
        html = read(address="/hr/cycles/2026-q4/open/")
        assert "30 people will be asked" in html
        assert "One team has fewer than 5 people and will not be shown" in html
        assert Cycle.objects.get().state == "planned"

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"name": "…"}, "name", "Please use some letters or digits"),
            ({"opens": "soon"}, "opens", "Please enter a day such as"),
            ({"opens": "2020-01-01"}, "opens", "This day is over"),
            ({"closes": "2020-01-01"}, "closes", "This day is over"),
            ({"opens": "2199-02-01", "closes": "2199-01-01"}, "closes", "before the first"),
            ({"k": 3}, "k", "Please choose a number from 4 to 50"),
            ({"questionnaire": 0}, "questionnaire", "not one of the available choices"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field_with_everything_typed(
        self, fields: dict, as_user, hr: User, changes: dict, field: str, message: str
    ) -> None:
        response = as_user(hr).post(PLAN, fields | {"name": "Autumn round"} | changes)
        assert response.status_code == 422
        assert message in response.context["form"].errors[field][0]
        assert 'value="Autumn round"' in response.content.decode() or field == "name"
        assert not Cycle.objects.exists()

    def test_it_begins_after_the_one_that_runs(self, open_cycle: Cycle, fields: dict, as_user, hr: User) -> None:
        response = as_user(hr).post(PLAN, fields | {"name": "Next"})
        assert "“2026 Q4” runs until" in response.context["form"].errors["opens"][0]

    def test_a_name_is_used_once(self, fields: dict, as_user, hr: User) -> None:
        as_user(hr).post(PLAN, fields)
        response = as_user(hr).post(PLAN, fields | {"name": "2026  q4"})
        assert "There is a cycle “2026 Q4” already." in response.context["form"].errors["name"][0]

    def test_drafts_and_older_versions_cannot_be_asked(self, fields: dict, as_user, hr: User) -> None:
        Questionnaire.objects.create(code="draft", title="A draft", published=False)
        Questionnaire.objects.create(code="quarterly-check", title="Quarterly check", version=2)
        html = as_user(hr).get(PLAN).content.decode()
        assert "A draft" not in html
        assert html.count("Quarterly check:") == 1

    def test_without_a_questionnaire_it_says_where_to_get_one(self, db: None, as_user, hr: User) -> None:
        assert "There is nothing to ask yet" in as_user(hr).get(PLAN).content.decode()

    def test_a_plan_is_changed_and_deleted(self, fields: dict, as_user, hr: User, read) -> None:
        as_user(hr).post(PLAN, fields)
        assert 'value="2026 Q4"' in read(address="/hr/cycles/2026-q4/change/")
        assert as_user(hr).post("/hr/cycles/2026-q4/change/", fields | {"name": "Winter", "k": 7}).status_code == 302
        assert (Cycle.objects.get().slug, Cycle.objects.get().k) == ("winter", 7)
        assert "Winter" in read()
        assert as_user(hr).post("/hr/cycles/winter/delete/")["Location"] == PAGE
        assert not Cycle.objects.exists()

    def test_an_open_cycle_is_neither_planned_anew_nor_deleted(self, open_cycle: Cycle, as_user, hr: User) -> None:
        for name in ("change", "open"):
            page = as_user(hr).get(f"/hr/cycles/2026-q4/{name}/", follow=True).content.decode()
            assert "“2026 Q4” is open already." in page
        assert (
            "is open already. Nothing was changed." in as_user(hr).post("/hr/cycles/2026-q4/delete/", follow=True).content.decode()
        )

    def test_a_viewer_sees_the_plan_and_changes_nothing(self, hr: User, read) -> None:
        factories.plan_cycle(hr)
        html = read(factories.make_user(role="hr-viewer"))
        assert "2026 Q4" in html
        assert "/hr/cycles/2026-q4/" not in html


@pytest.mark.usefixtures("organisation")
class TestOpening:
    ADDRESS = "/hr/cycles/2026-q4/open/"

    @pytest.fixture
    def many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As with an organisation of thousands."""
        monkeypatch.setattr(opening, "AT_ONCE", 10)

    def test_before_the_day_there_is_no_button(self, hr: User, as_user, read) -> None:
        factories.plan_cycle(hr, ahead=2)
        assert "Open now" not in read(address=self.ADDRESS)
        assert as_user(hr).post(self.ADDRESS, {"invite": "on"}).status_code == 422
        assert Cycle.objects.get().state == "planned"

    def test_while_another_runs_there_is_no_button(self, hr: User, read) -> None:
        factories.make_cycle("2026 Q3")
        factories.plan_cycle(hr)
        html = read(address=self.ADDRESS)
        assert "2026 Q3 is still running" in html
        assert "Open now" not in html

    @pytest.mark.django_db(transaction=True)
    def test_it_opens_and_a_worker_sends(self, hr: User, as_user, read) -> None:
        factories.plan_cycle(hr)
        assert as_user(hr).post(self.ADDRESS, {"invite": "on"})["Location"] == PAGE
        assert "The invitations are asked for" in read()
        assert not mail.outbox
        work()
        assert "All 30 invitations by mail are sent." in read()
        assert len(mail.outbox) == 30
        assert "is open already" in as_user(hr).post(self.ADDRESS, {"invite": "on"}, follow=True).content.decode()

    def test_sending_can_wait(self, hr: User, as_user, read) -> None:
        factories.plan_cycle(hr)
        as_user(hr).post(self.ADDRESS)
        html = read()
        assert "30 invitations by mail wait to be sent." in html
        assert "Send the invitations" in html
        assert not DBTaskResult.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_with_many_people_a_worker_opens(self, hr: User, as_user, read, many: None) -> None:
        factories.plan_cycle(hr)
        assert as_user(hr).post(self.ADDRESS, {"invite": "on"})["Location"] == PAGE
        assert "2026 Q4 is about to be opened" in read()
        work()
        assert "All 30 invitations by mail are sent." in read()

    def test_while_it_is_opened_both_pages_say_so_and_a_second_click_does_nothing(
        self, hr: User, as_user, read, many: None
    ) -> None:
        factories.plan_cycle(hr)
        as_user(hr).post(self.ADDRESS)
        for age, fields, words in (
            (61, {}, "Nobody has begun to open 2026 Q4 yet"),
            (61, {"status": "RUNNING", "started_at": timezone.now()}, "2026 Q4 is being opened"),
        ):
            DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(seconds=age), **fields)
            for address in (PAGE, self.ADDRESS):
                html = read(address=address)
                assert words in html
                assert "Open now" not in html
            assert as_user(hr).post(self.ADDRESS)["Location"] == PAGE
        assert DBTaskResult.objects.count() == 1

    def test_a_worker_that_was_killed_long_ago_can_be_followed_by_another(self, hr: User, as_user, read, many: None) -> None:
        factories.plan_cycle(hr)
        as_user(hr).post(self.ADDRESS)
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - datetime.timedelta(minutes=16))
        html = read(address=self.ADDRESS)
        assert "The worker was stopped in the middle." in html
        assert "Open now" in html
        as_user(hr).post(self.ADDRESS)
        assert DBTaskResult.objects.filter(status="READY").count() == 1

    def test_a_trustees_key_is_asked_for_and_taken(self, hr: User, as_user, tmp_path: Path) -> None:
        make_trustee_key(tmp_path)
        factories.plan_cycle(hr, trustee=True)
        client = as_user(hr)
        assert "choose the file that the trustee gave you" in client.post(self.ADDRESS).content.decode()
        with (tmp_path / PRIVATE_NAME).open("rb") as private:
            assert "This is a private key" in client.post(self.ADDRESS, {"key": private}).content.decode()
        with (tmp_path / PUBLIC_NAME).open("rb") as public:
            assert client.post(self.ADDRESS, {"key": public}).status_code == 302
        assert not DBTaskResult.objects.exists()  # where the key could be exchanged for another
        assert (Cycle.objects.get().state, Cycle.objects.get().trustee) == ("open", True)

    def test_with_too_few_people_it_says_so_and_stays_planned(self, hr: User, as_user) -> None:
        factories.plan_cycle(hr, k=40)
        assert "Only 30 people would be invited" in as_user(hr).post(self.ADDRESS).content.decode()
        assert Cycle.objects.get().state == "planned"

    @pytest.mark.django_db(transaction=True)
    def test_nor_does_a_worker_open_it(self, hr: User, as_user, read, many: None) -> None:
        factories.plan_cycle(hr, k=40)
        as_user(hr).post(self.ADDRESS)
        work()
        assert "Only 30 people would be invited" in read()
        assert "Open now" in read(address=self.ADDRESS)
        assert Cycle.objects.get().state == "planned"


class TestInvitations:
    INVITE = "/hr/cycles/2026-q4/invite/"

    def test_while_a_worker_sends_it_says_how_far(self, open_cycle: Cycle, as_user, hr: User, read) -> None:
        as_user(hr).post(self.INVITE)
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
        for invitation in Invitation.objects.all()[:12]:
            factories.give_code(invitation)
        html = read()
        assert "12 of 30 are sent. You may leave this page." in html
        assert self.INVITE not in html

    def test_a_worker_that_was_killed_can_be_followed_by_another(self, open_cycle: Cycle, as_user, hr: User, read) -> None:
        as_user(hr).post(self.INVITE)
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - datetime.timedelta(minutes=16))
        factories.give_code(Invitation.objects.all()[0])
        html = read()
        assert "Not everybody has a mail yet" in html
        assert "Send what is missing" in html
        as_user(hr).post(self.INVITE)
        assert DBTaskResult.objects.filter(status="READY").count() == 1

    def test_without_a_worker_for_a_minute_it_says_so(self, open_cycle: Cycle, as_user, hr: User, read) -> None:
        as_user(hr).post(self.INVITE)
        DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(seconds=61))
        assert "Nobody has begun to send yet" in read()

    def test_people_without_an_address_lead_to_the_cards(self, organisation: None, read) -> None:
        Person.objects.filter(pk__in=list(Person.objects.values_list("pk", flat=True)[:2])).update(email="")
        factories.make_cycle()
        assert "2 people have no mail address and get a card." in read()

    def test_a_server_without_mail_server_says_so(self, open_cycle: Cycle, read, settings) -> None:
        assert "mails reach nobody" not in read()
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        assert "mails reach nobody" in read()

    def test_after_the_last_day_nobody_is_invited(self, over: Cycle, as_user, hr: User) -> None:
        page = as_user(hr).post(self.INVITE, follow=True).content.decode()
        assert "takes no answers at the moment" in page
        assert not DBTaskResult.objects.exists()
