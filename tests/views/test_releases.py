"""What a manager tells the team: who may, what can be told, where it can be read, and how it ends."""

import datetime
import html
import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from django.core import mail
from django.test import Client
from django.urls import reverse
from PIL import Image

from assessments.models import Act, Action, Address, Cycle, CycleTeam, Figure, Membership, Person, Release, Team, User
from assessments.models.clock import clock_set_to, today
from assessments.services.closing import abandon_cycle
from assessments.services.invitations import send_invitations
from assessments.services.reminders import send_reminders
from tests import factories
from tests.plans import COURTESY, change, take
from tests.quarters import HIGH, LOW, closed_quarter, make_sales

NORTH, NIGHT, SALES = "Sales / North", "Support / Night", "Sales"
UNKNOWN = "/said/nobody-knows-it/"


def unit(cycle: Cycle, path: str = NORTH) -> CycleTeam:
    return cycle.teams.get(path=path)


def tell(cycle: Cycle, path: str = NORTH) -> str:
    return reverse("tell_team", args=[unit(cycle, path).uid])


def words_of(answer) -> str:
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found
    text = re.sub(r"<svg.*?</svg>", " ", found[0], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture
def north(as_user) -> Client:
    return as_user("north@example.org")


@pytest.fixture
def nobody() -> Client:
    """A phone in the staff room."""
    return Client()


def released(client: Client, cycle: Cycle, path: str = NORTH, **choice: object) -> str:
    """Releases and gives the address."""
    answer = client.post(tell(cycle, path), choice or {"words": "Thank you for your answers."})
    assert answer.status_code == 302
    return Address.objects.get(release__unit=unit(cycle, path)).get_absolute_url()


class TestWho:
    def test_the_manager_releases_and_anybody_reads(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        address = released(north, closed_cycle, words="Thank you.\nWe begin on Monday.", overall="on", practices=COURTESY)
        seen = words_of(nobody.get(address))
        assert "You said, we did" in seen
        assert "Thank you. We begin on Monday." in seen
        act = Act.objects.get()
        assert (act.what, act.cycle, act.why, act.who) == ("tell", closed_cycle, NORTH, "Leader of North")

    @pytest.mark.parametrize("reader", ["hr", "hr-viewer"])
    def test_hr_reads_and_releases_nothing_for_a_team_with_a_manager(self, as_user, closed_cycle: Cycle, reader: str) -> None:
        client = as_user(factories.make_user(role=reader))
        assert "<form" not in client.get(tell(closed_cycle)).content.decode().partition("<main")[2]
        assert client.post(tell(closed_cycle), {"words": "No"}).status_code == 403
        assert not Release.objects.exists()

    def test_hr_releases_for_the_whole_that_nobody_leads(self, as_user, hr: User, nobody: Client, closed_cycle: Cycle) -> None:
        address = released(as_user(hr), closed_cycle, "Whole organisation", overall="on")
        assert "Whole organisation" in words_of(nobody.get(address))

    def test_another_manager_reaches_none_of_it(self, as_user, closed_cycle: Cycle) -> None:
        client, uid = as_user("south@example.org"), unit(closed_cycle).uid
        for name in ("tell_team", "poster", "poster_pdf"):
            assert client.get(reverse(name, args=[uid])).status_code == 404
        for name in ("tell_team", "withdraw_release", "renew_address"):
            assert client.post(reverse(name, args=[uid])).status_code == 404

    def test_a_viewer_withdraws_nothing_and_hr_anything(self, closed_cycle: Cycle, as_user, hr: User, north: Client) -> None:
        released(north, closed_cycle)
        withdraw = reverse("withdraw_release", args=[unit(closed_cycle).uid])
        assert as_user(factories.make_user(role="hr-viewer")).post(withdraw).status_code == 403
        assert Address.objects.exists()
        as_user(hr).post(withdraw)
        assert not Address.objects.exists()

    def test_before_the_close_there_is_nothing_to_tell(self, open_cycle: Cycle, north: Client) -> None:
        assert "Nobody sees any figure before it is closed." in words_of(north.post(tell(open_cycle), {"words": "Early"}))
        assert not Release.objects.exists()

    def test_after_an_abandoned_cycle_neither(self, open_cycle: Cycle, north: Client) -> None:
        abandon_cycle(cycle=open_cycle, by="HR", why="A test")
        assert "This cycle was abandoned" in words_of(north.post(tell(open_cycle), {"words": "Late"}))
        assert not Release.objects.exists()


class TestFigures:
    def test_a_figure_reads_as_on_the_teams_page(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        """A clipped one too: no range, no more than its end."""
        figure = Figure.objects.get(team=unit(closed_cycle), kind="practice", code=COURTESY)
        Figure.objects.filter(pk=figure.pk).update(mean="4.6", op=">=", low=None, high=None)
        seen = words_of(nobody.get(released(north, closed_cycle, practices=COURTESY)))
        assert "Everyday courtesy 4.6 or more of 5" in seen
        assert "8 of 8 answered" in seen
        assert "likely" not in seen

    def test_only_what_the_report_names_can_be_chosen(self, closed_cycle: Cycle, north: Client) -> None:
        other = "there-is-always-a-way"
        assert f'value="{other}"' not in north.get(tell(closed_cycle)).content.decode()
        answer = north.post(tell(closed_cycle), {"practices": other, "words": "Kept"})
        assert answer.status_code == 422
        assert "Kept" in answer.content.decode()
        assert not Release.objects.exists()

    def test_a_hidden_figure_cannot_be_chosen_by_hand(self, as_user, closed_cycle: Cycle) -> None:
        client = as_user("night@example.org")
        for forged in ({"practices": COURTESY}, {"overall": "on"}):
            answer = client.post(tell(closed_cycle, NIGHT), forged)
            assert answer.status_code == 422
        assert not Release.objects.exists()

    def test_a_hidden_focus_is_not_offered(self, closed_cycle: Cycle, north: Client) -> None:
        take(closed_cycle)
        Figure.objects.filter(team=unit(closed_cycle), code=COURTESY).delete()
        assert f'value="{COURTESY}"' not in north.get(tell(closed_cycle)).content.decode()
        assert north.post(tell(closed_cycle), {"practices": COURTESY}).status_code == 422

    def test_a_hidden_team_tells_actions_and_words_alone(self, as_user, nobody: Client, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle, NIGHT, words="Talk every Friday"), as_user("night@example.org")
        assert "This team has no figures that could be shown." in words_of(client.get(tell(closed_cycle, NIGHT)))
        seen = words_of(nobody.get(released(client, closed_cycle, NIGHT, words="We talk.", actions=str(action.uid))))
        assert "We talk." in seen
        assert "Talk every Friday" in seen
        assert "of 5" not in seen
        assert "answered" not in seen

    @pytest.mark.parametrize(("email", "path"), [("north@example.org", NORTH), ("night@example.org", NIGHT)])
    def test_the_teams_page_leads_there_hidden_or_not(self, as_user, closed_cycle: Cycle, email: str, path: str) -> None:
        page = as_user(email).get(reverse("team", args=[unit(closed_cycle, path).uid])).content.decode()
        assert f'href="{tell(closed_cycle, path)}"' in page

    def test_nothing_at_all_is_asked_for_something(self, closed_cycle: Cycle, north: Client) -> None:
        answer = north.post(tell(closed_cycle), {"words": "  "})
        assert answer.status_code == 422
        assert "Nothing is chosen." in words_of(answer)

    def test_too_many_words_come_back_as_they_were_typed(self, closed_cycle: Cycle, north: Client) -> None:
        answer = north.post(tell(closed_cycle), {"words": "x" * 501, "practices": COURTESY})
        assert answer.status_code == 422
        assert "x" * 501 in answer.content.decode()
        assert re.search(rf'value="{COURTESY}" checked', answer.content.decode())


class TestPreview:
    def test_it_shows_the_very_words_of_the_page_and_releases_nothing(
        self, closed_cycle: Cycle, north: Client, nobody: Client
    ) -> None:
        action = take(closed_cycle)
        choice = {"words": "Look", "overall": "on", "practices": COURTESY, "actions": str(action.uid)}
        looked = north.post(tell(closed_cycle), {**choice, "look": "1"})
        assert not Release.objects.exists()
        told = words_of(nobody.get(released(north, closed_cycle, **choice)))
        told = told.partition("being done about it.")[2].partition("Told on")[0].strip()
        assert told in words_of(looked)
        assert told in words_of(north.get(tell(closed_cycle)))

    def test_at_first_everything_that_can_be_told_is_ticked_but_no_name(self, closed_cycle: Cycle, north: Client) -> None:
        take(closed_cycle)
        page = north.get(tell(closed_cycle)).content.decode()
        boxes = re.findall(r'type="checkbox" name="(\w+)" value="[^"]+"( checked)?', page)
        assert {name for name, checked in boxes if checked} == {"overall", "practices", "actions"}
        assert ("names", "") in boxes


class TestActions:
    def test_no_name_is_read_without_a_tick(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        action = take(closed_cycle)
        seen = words_of(nobody.get(released(north, closed_cycle, actions=str(action.uid))))
        assert "Leader of North" not in seen
        assert f"your manager · until {action.due:%-d %B %Y}" in seen

    def test_a_tick_holds_for_that_name_alone(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        action = take(closed_cycle)
        address = released(north, closed_cycle, actions=str(action.uid), names=str(action.uid))
        assert "Leader of North" in words_of(nobody.get(address))
        Action.objects.update(owner=None, owner_name="Somebody Else")
        seen = words_of(nobody.get(address))
        assert "Somebody Else" not in seen
        assert "a colleague" in seen

    def test_the_page_says_how_an_action_stands_today_and_never_why(
        self, closed_cycle: Cycle, north: Client, nobody: Client
    ) -> None:
        action = take(closed_cycle)
        address = released(north, closed_cycle, actions=str(action.uid))
        assert "not started" in words_of(nobody.get(address))
        change(action, "dropped", "Between us: no money")
        seen = words_of(nobody.get(address))
        assert "dropped on" in seen
        assert "no money" not in seen

    def test_an_action_of_another_team_cannot_be_told(self, closed_cycle: Cycle, north: Client) -> None:
        foreign = take(closed_cycle, "Sales / South")
        assert north.post(tell(closed_cycle), {"actions": str(foreign.uid)}).status_code == 422

    def test_last_quarters_actions_say_what_came_of_them(self, north_of_two: tuple[Client, Cycle, Action], nobody: Client) -> None:
        client, second, action = north_of_two
        seen = words_of(nobody.get(released(client, second, actions=str(action.uid))))
        assert "What came of last time Say good morning" in seen
        assert "2.5 before, 3.5 now." in seen
        assert "A change does not say what caused it" in seen

    def test_the_last_round_alone_can_be_told(self, north_of_two: tuple[Client, Cycle, Action]) -> None:
        client, second, _action = north_of_two
        first = Cycle.objects.closed_before(second)
        assert first
        assert client.post(tell(first), {"words": "Late"}).status_code == 403


@pytest.fixture
def north_of_two(as_user, db: None) -> tuple[Client, Cycle, Action]:
    """North rose by a point after an action on courtesy."""
    make_sales()
    action = take(closed_quarter(1, LOW))
    return as_user("north@example.org"), closed_quarter(2, HIGH), action


class TestAddress:
    def test_nothing_is_kept_in_the_browser_or_found_by_searching(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        address = released(north, closed_cycle)
        for client in (nobody, north):  # signed in or not, the page is the same and reads no session
            answer = client.get(address)
            assert not answer.cookies
            assert not answer.wsgi_request.session.accessed
            assert "Cookie" not in answer.get("Vary", "")
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert answer["Cache-Control"] == "no-store"
            assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()
        assert nobody.get(address).content == north.get(address).content

    def test_no_link_leads_on(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        page = nobody.get(released(north, closed_cycle)).content.decode()
        assert set(re.findall(r'<a [^>]*href="([^"]+)"', page)) == {"#main"}

    def test_search_engines_are_asked_to_stay_away(self, nobody: Client, db: None) -> None:
        answer = nobody.get("/robots.txt")
        assert answer.content.decode().splitlines() == ["User-agent: *", "Disallow: /"]

    def test_a_withdrawn_address_is_like_one_that_never_was(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        address = released(north, closed_cycle)
        never = nobody.get(UNKNOWN)
        north.post(reverse("withdraw_release", args=[unit(closed_cycle).uid]))
        gone = nobody.get(address)
        assert (gone.status_code, gone.content, dict(gone.headers)) == (404, never.content, dict(never.headers))
        assert "Withdrawn" in words_of(north.get(tell(closed_cycle)))
        assert north.get(reverse("poster", args=[unit(closed_cycle).uid])).status_code == 404

    def test_released_again_it_has_another_address(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        first = released(north, closed_cycle)
        north.post(reverse("withdraw_release", args=[unit(closed_cycle).uid]))
        second = released(north, closed_cycle)
        assert (nobody.get(first).status_code, nobody.get(second).status_code) == (404, 200)

    def test_a_new_address_ends_the_old_one_and_keeps_what_is_told(
        self, closed_cycle: Cycle, north: Client, nobody: Client
    ) -> None:
        first = released(north, closed_cycle, words="The same")
        north.post(reverse("renew_address", args=[unit(closed_cycle).uid]))
        second = Address.objects.get().get_absolute_url()
        assert nobody.get(first).status_code == 404
        assert "The same" in words_of(nobody.get(second))

    def test_a_change_stays_at_the_address_on_the_wall(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        first = released(north, closed_cycle, words="Before")
        assert released(north, closed_cycle, words="After") == first
        assert "After" in words_of(nobody.get(first))

    def test_each_address_has_144_random_bits(self, closed_cycle: Cycle) -> None:
        tokens = set()
        for team in closed_cycle.teams.all():
            tokens.add(Address.objects.create(release=Release.objects.create(unit=team, words="x")).token)
        assert len(tokens) == closed_cycle.teams.count()
        assert all(re.fullmatch(r"[\w-]{24}", token) for token in tokens)


class TestWhatChanges:
    def test_it_outlives_the_manager_and_whoever_saw_to_it(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        action = take(closed_cycle)
        address = released(north, closed_cycle, practices=COURTESY, actions=str(action.uid))
        Person.objects.filter(user__email="north@example.org").delete()
        User.objects.filter(email="north@example.org").delete()
        assert "a colleague" in words_of(nobody.get(address))

    def test_it_moves_with_its_team_to_another_department(
        self, closed_cycle: Cycle, as_user, north: Client, nobody: Client
    ) -> None:
        address = released(north, closed_cycle)
        Team.objects.filter(path=NORTH).update(parent=Team.objects.get(path="Support"), path="Support / North")
        assert nobody.get(address).status_code == 200
        assert "Withdraw it" in words_of(north.get(tell(closed_cycle)))

    def test_it_ends_with_its_team(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        address = released(north, closed_cycle)
        Membership.objects.filter(team__path=NORTH).delete()
        Team.objects.get(path=NORTH).delete()
        assert nobody.get(address).content == nobody.get(UNKNOWN).content

    def test_it_costs_the_same_queries_however_much_is_told(
        self, closed_cycle: Cycle, north: Client, nobody: Client, django_assert_max_num_queries
    ) -> None:
        few = [take(closed_cycle)]
        many = [*few, *(take(closed_cycle, words=f"Word {number}") for number in range(4))]
        counts = []
        for actions in (few, many):
            address = released(north, closed_cycle, actions=[str(action.uid) for action in actions])
            with django_assert_max_num_queries(20) as queries:
                assert nobody.get(address).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestPoster:
    def test_it_says_three_things_and_leads_to_the_page(self, closed_cycle: Cycle, north: Client, tmp_path: Path) -> None:
        action = take(closed_cycle)
        offered = re.findall(r'name="practices" value="([^"]+)"', north.get(tell(closed_cycle)).content.decode())
        released(north, closed_cycle, practices=offered, actions=str(action.uid))
        seen = words_of(north.get(reverse("poster", args=[unit(closed_cycle).uid])))
        assert seen.count("of 5") == 3
        assert "Say good morning" in seen
        answer = north.get(reverse("poster_pdf", args=[unit(closed_cycle).uid]))
        (tmp_path / "poster.pdf").write_bytes(answer.content)
        subprocess.run(["pdftoppm", "-png", "-r", "100", tmp_path / "poster.pdf", tmp_path / "page"], check=True)
        pages = list(tmp_path.glob("page*.png"))
        assert len(pages) == 1
        assert [code.text for code in zxingcpp.read_barcodes(Image.open(pages[0]))] == [Address.objects.get().url]


class TestInvitation:
    """The next poll says what came of the last one."""

    def mails_to(self, cycle: Cycle, path: str) -> list[str]:
        people = Person.objects.filter(memberships__team__path=path, memberships__role="member").values_list("email", flat=True)
        found = [one for one in mail.outbox if one.to[0] in set(people)]
        assert found
        return [f"{one.body}{one.alternatives[0][0]}" for one in found]

    def test_a_team_is_led_to_its_own_page_or_the_next_larger_one(self, as_user, closed_cycle: Cycle) -> None:
        for name, path in (("north", NORTH), ("sales", SALES)):
            released(as_user(f"{name}@example.org"), closed_cycle, path)
        urls = {address.release.unit.path: address.url for address in Address.objects.all()}
        cycle = factories.make_cycle("2027 Q1")
        send_invitations(cycle=cycle)
        assert all(text.count(urls[NORTH]) == 2 for text in self.mails_to(cycle, NORTH))
        assert all(text.count(urls[SALES]) == 2 for text in self.mails_to(cycle, "Sales / South"))
        assert not any("/said/" in text for text in self.mails_to(cycle, "Support / Desk"))

    def test_a_reminder_leads_there_in_the_words_of_the_invitation(self, closed_cycle: Cycle, north: Client) -> None:
        released(north, closed_cycle)
        url, cycle = Address.objects.get().url, factories.make_cycle("2027 Q1")
        send_invitations(cycle=cycle)
        told = [
            f"What came of last time (the same page for everybody in your team):\n{url}\n",
            f'<a href="{url}">What came of last time</a>',
        ]
        assert all(words in text for text in self.mails_to(cycle, NORTH) for words in told)
        mail.outbox.clear()
        with clock_set_to(today() + datetime.timedelta(days=2)):
            send_reminders(cycle=cycle)
        assert all(words in text for text in self.mails_to(cycle, NORTH) for words in told)
        assert not any("/said/" in text for text in self.mails_to(cycle, "Sales / South"))

    def test_a_withdrawn_page_is_not_named(self, closed_cycle: Cycle, north: Client) -> None:
        released(north, closed_cycle)
        north.post(reverse("withdraw_release", args=[unit(closed_cycle).uid]))
        cycle = factories.make_cycle("2027 Q1")
        send_invitations(cycle=cycle)
        assert not any("/said/" in text for text in self.mails_to(cycle, NORTH))

    def test_the_whole_leads_those_who_have_nothing_nearer(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        released(as_user(hr), closed_cycle, "Whole organisation")
        cycle = factories.make_cycle("2027 Q1")
        told = Address.objects.told_before(unit(cycle, "Support / Desk"))
        assert told == Address.objects.get()

    def test_the_poll_leads_there_too_and_takes_no_code_along(self, closed_cycle: Cycle, north: Client, nobody: Client) -> None:
        address = released(north, closed_cycle)
        code = factories.codes_of(factories.make_cycle("2027 Q1"), NORTH)[0]
        form = nobody.post(reverse("poll_code"), {"code": code})
        assert f'<a href="{address}" target="_blank" rel="noopener noreferrer">' in form.content.decode()
        assert form["Referrer-Policy"] == "no-referrer"
        kiosk = nobody.post(reverse("poll_code"), {"code": code, "kiosk": "1"})
        assert address not in kiosk.content.decode()
