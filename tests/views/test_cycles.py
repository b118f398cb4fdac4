"""HR's page of cycles: how each stands, and the button that closes one."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments.models import Act, Box, Cycle, User
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
    def test_before_the_first_cycle_it_says_how_one_is_opened(self, db: None, read) -> None:
        assert "No cycle yet" in read()

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
        with django_assert_max_num_queries(8):
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
