"""Pages about plans and actions: who gets them, what they say, and that nothing typed is lost."""

import datetime
import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Action, Cycle, Focus, Person, Team, User
from assessments.models.clock import today
from assessments.services.closing import close_cycle
from tests import factories
from tests.plans import COURTESY, change, take
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales

KIND = "kind-to-each-other"


def main_of(answer) -> str:
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found
    return found[0]


def words_of(answer) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", main_of(answer), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def plan(cycle: Cycle, path: str = NORTH) -> str:
    return reverse("plan", args=[cycle.teams.get(path=path).uid])


def posted(code: str = COURTESY, **values: object) -> dict[str, object]:
    """What the form of one practice sends."""
    in_a_month = today() + datetime.timedelta(days=28)
    return {f"{code}-{name}": value for name, value in ({"step": "start", "owner": "Anna", "due": in_a_month} | values).items()}


def act(client: Client, cycle: Cycle, path: str = NORTH, code: str = COURTESY, **values: object):
    address = reverse("take_action", args=[cycle.teams.get(path=path).uid, code])
    return client.post(address, posted(code, **values))


class TestChoosing:
    def test_a_leader_chooses_by_one_button_and_lands_at_the_practice(self, as_user, closed_cycle: Cycle) -> None:
        client = as_user("north@example.org")
        answer = client.post(f"{plan(closed_cycle)}focus/", {"practice": COURTESY})
        assert answer["Location"] == f"{plan(closed_cycle)}#{COURTESY}"
        assert f'id="{COURTESY}"' in main_of(client.get(plan(closed_cycle)))

    def test_a_third_is_refused_in_words(self, as_user, closed_cycle: Cycle) -> None:
        client = as_user("north@example.org")
        for code in (COURTESY, KIND, "know-the-customer"):
            answer = client.post(f"{plan(closed_cycle)}focus/", {"practice": code}, follow=True)
        assert "Two practices are chosen already" in answer.content.decode()
        assert Focus.objects.count() == 2
        assert "Work on this" not in words_of(client.get(plan(closed_cycle)))

    @pytest.mark.parametrize("practice", ["", "no-such-practice"])
    def test_nothing_chosen_is_said_and_no_fault(self, as_user, closed_cycle: Cycle, practice: str) -> None:
        answer = as_user("north@example.org").post(f"{plan(closed_cycle)}focus/", {"practice": practice}, follow=True)
        assert "Please choose a practice." in answer.content.decode()

    def test_one_can_be_left(self, as_user, closed_cycle: Cycle) -> None:
        take(closed_cycle)
        uid = closed_cycle.teams.get(path=NORTH).uid
        answer = as_user("north@example.org").post(reverse("leave_focus", args=[uid, COURTESY]), follow=True)
        assert "is no focus any more. Its actions stay." in answer.content.decode()
        assert "Also taken up this quarter" in words_of(answer)

    def test_a_plan_that_is_over_says_so_whatever_is_sent(self, as_user, db: None) -> None:
        make_sales()
        first = closed_quarter(1, LOW)
        take(first)
        closed_quarter(2, HIGH)
        client, uid = as_user("north@example.org"), first.teams.get(path=NORTH).uid
        over = "This plan is over: the one after “2026 Q2” has taken its place."
        assert over in client.post(f"{plan(first)}focus/", {"practice": KIND}, follow=True).content.decode()
        assert over in client.post(reverse("leave_focus", args=[uid, COURTESY]), follow=True).content.decode()
        assert over in act(client, first).content.decode()
        assert (Focus.objects.count(), Action.objects.count()) == (1, 1)

    def test_before_the_close_there_is_only_the_sentence_that_nobody_sees_figures(self, as_user, open_cycle: Cycle) -> None:
        seen = words_of(as_user("north@example.org").get(plan(open_cycle)))
        assert "Nobody sees any figure before it is closed." in seen


class TestActing:
    def test_the_step_that_fits_is_chosen_already_and_the_day_is_four_weeks_on(self, as_user, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, NORTH, [3] * 8)
        close_cycle(cycle=open_cycle, now=True)
        client = as_user("north@example.org")
        client.post(f"{plan(open_cycle)}focus/", {"practice": COURTESY})
        shown = main_of(client.get(plan(open_cycle)))
        steps = re.findall(rf'name="{COURTESY}-step" value="(\w+)"( checked)?', shown)
        assert steps == [("build", " checked"), ("start", ""), ("keep", ""), ("own", "")]
        assert f'value="{today() + datetime.timedelta(days=28):%Y-%m-%d}"' in shown
        assert 'value="Leader of North"' in shown

    def test_a_ready_step_becomes_an_action_word_for_word(self, as_user, closed_cycle: Cycle) -> None:
        answer = act(as_user("north@example.org"), closed_cycle)
        action = Action.objects.get()
        assert answer["Location"] == f"{plan(closed_cycle)}#{COURTESY}"
        assert (action.words, action.owner_name, action.owner) == (action.practice.start, "Anna", None)

    def test_own_words_become_one_too(self, as_user, closed_cycle: Cycle) -> None:
        act(as_user("north@example.org"), closed_cycle, step="own", own="We greet\r\neverybody")
        assert Action.objects.get().words == "We greet\neverybody"

    def test_own_words_are_not_lost_where_another_step_stayed_ticked(self, as_user, closed_cycle: Cycle) -> None:
        act(as_user("north@example.org"), closed_cycle, step="start", own="We greet everybody")
        assert Action.objects.get().words == "We greet everybody"

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"step": "own", "own": ""}, "Please write what you will do."),
            ({"step": ""}, "Please choose a step, or write your own."),
            ({"owner": ""}, "This field is required."),
            ({"due": ""}, "This field is required."),
            ({"due": "2020-01-01"}, "This day is over. Please choose today or a later day."),
            ({"step": "own", "own": "x" * 501}, "at most 500 characters"),
        ],
        ids=["no words", "no step", "nobody", "no day", "a day gone by", "too many words"],
    )
    def test_a_fault_is_named_and_everything_typed_stays(
        self, as_user, closed_cycle: Cycle, values: dict[str, object], sentence: str
    ) -> None:
        typed = {"owner": "Anna Typed", "own": "Typed with care", "step": "own"} | values
        answer = act(as_user("north@example.org"), closed_cycle, **typed)
        assert answer.status_code == 422
        shown = html.unescape(main_of(answer))
        assert sentence in shown
        assert all(str(value) in shown for value in typed.values() if value)
        assert not Action.objects.exists()

    def test_a_third_practice_by_hand_keeps_what_was_typed_as_well(self, as_user, closed_cycle: Cycle) -> None:
        take(closed_cycle)
        take(closed_cycle, code="authority-to-help")
        answer = act(as_user("north@example.org"), closed_cycle, code=KIND, step="own", own="Typed with care")
        assert answer.status_code == 422
        assert "Two practices are chosen already" in words_of(answer)
        assert "Typed with care" in main_of(answer)


class TestOwner:
    def member(self, **values: str) -> Person:
        found = Person.objects.filter(memberships__team__path=NORTH, memberships__role="member")[0]
        Person.objects.filter(pk=found.pk).update(**values)
        found.refresh_from_db()
        return found

    def test_a_name_of_the_team_is_that_person_whatever_its_case(self, as_user, closed_cycle: Cycle) -> None:
        member = self.member(name="Ada Berg")
        act(as_user("north@example.org"), closed_cycle, owner="ada berg")
        action = Action.objects.get()
        assert (action.owner, action.owner_name) == (member, "Ada Berg")

    def test_two_of_one_name_are_told_apart_by_their_number(self, as_user, closed_cycle: Cycle) -> None:
        self.member(name="Ada Berg")
        other = factories.make_person(NORTH, name="Ada Berg")
        client = as_user("north@example.org")
        answer = act(client, closed_cycle, owner="Ada Berg")
        assert "Several people here have this name." in words_of(answer)
        assert f'<option value="Ada Berg ({other.employee_id})">' in main_of(answer)
        act(client, closed_cycle, owner=f"Ada Berg ({other.employee_id})")
        assert Action.objects.get().owner == other

    def test_somebody_elsewhere_is_found_by_address_and_never_by_name(self, as_user, closed_cycle: Cycle) -> None:
        elsewhere = factories.make_person("Support / Desk", name="Cleo Far", email="cleo@example.org")
        client = as_user("north@example.org")
        act(client, closed_cycle, owner="Cleo Far")
        act(client, closed_cycle, owner="Cleo@example.org")
        assert [action.owner for action in Action.objects.order_by("pk")] == [None, elsewhere]
        assert "Cleo Far" not in re.findall(r'<option value="(.*?)">', main_of(client.get(plan(closed_cycle))))


class TestAction:
    def form(self, action: Action, **values: object) -> dict[str, object]:
        return {"state": action.state, "owner": action.owner_name, "due": action.due, "note": ""} | values

    def test_a_leader_brings_it_up_to_date_and_the_history_tells(self, as_user, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle), as_user("north@example.org")
        address = reverse("action", args=[action.uid])
        client.post(address, self.form(action, state="doing", note="Begun on Monday"))
        seen = words_of(client.get(address))
        assert "From “not started” to “in progress”. Begun on Monday" in seen
        assert "Leader of North Taken up." in seen

    def test_dropping_without_a_word_is_asked_for_one_and_loses_nothing(self, as_user, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle), as_user("north@example.org")
        later = action.due + datetime.timedelta(days=9)
        answer = client.post(reverse("action", args=[action.uid]), self.form(action, state="dropped", due=later, owner="Eva"))
        assert answer.status_code == 422
        shown = main_of(answer)
        assert "Please say why it is dropped." in shown
        assert f'value="{later:%Y-%m-%d}"' in shown
        assert 'value="Eva"' in shown
        assert re.search(r'value="dropped"[^>]* checked', shown)

    def test_an_overdue_day_may_stay_and_a_new_one_lies_ahead(self, as_user, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle, days=-3), as_user("north@example.org")
        address = reverse("action", args=[action.uid])
        assert client.post(address, self.form(action, state="doing")).status_code == 302
        yesterday = today() - datetime.timedelta(days=1)
        assert client.post(address, self.form(action, due=yesterday)).status_code == 422
        assert "in progress, 3 days late" in words_of(client.get(address))

    def test_an_owner_left_as_it_was_stays_the_same_person(self, as_user, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle), as_user("sales@example.org")
        owner = action.owner
        client.post(reverse("action", args=[action.uid]), self.form(action, state="done"))
        action.refresh_from_db()
        assert (action.owner, action.state) == (owner, "done")

    def test_the_calendar_file_holds_the_day(self, as_user, closed_cycle: Cycle, settings) -> None:
        action = take(closed_cycle, words="Say thank you, often")
        answer = as_user("north@example.org").get(reverse("action_calendar", args=[action.uid]))
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        text = answer.content.decode().replace("\r\n ", "")
        assert f"DTSTART;VALUE=DATE:{action.due:%Y%m%d}" in text
        assert "SUMMARY:Say thank you\\, often" in text
        assert f"URL:{settings.BASE_URL}/actions/{action.uid}/" in text


class TestWho:
    NAMES = ("action", "action_calendar")

    def test_hr_reads_without_a_form(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle), as_user(hr)
        for address in (plan(closed_cycle), reverse("action", args=[action.uid])):
            shown = main_of(client.get(address))
            assert "Say good morning" in shown
            assert "<form" not in shown
        assert client.post(reverse("action", args=[action.uid]), {"state": "done"}).status_code == 403
        assert act(client, closed_cycle).status_code == 403
        assert client.post(f"{plan(closed_cycle)}focus/", {"practice": KIND}).status_code == 403
        action.refresh_from_db()
        assert (action.state, Action.objects.count(), Focus.objects.count()) == ("unstarted", 1, 1)

    def test_the_leader_of_another_team_finds_nothing(self, as_user, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle), as_user("south@example.org")
        for name in self.NAMES:
            assert client.get(reverse(name, args=[action.uid])).status_code == 404
        assert client.post(reverse("action", args=[action.uid]), {"state": "done"}).status_code == 404
        assert client.get(plan(closed_cycle)).status_code == 404
        assert act(client, closed_cycle).status_code == 404

    def test_a_stranger_gets_nowhere(self, as_user, stranger: User, closed_cycle: Cycle) -> None:
        action, client = take(closed_cycle), as_user(stranger)
        for name in self.NAMES:
            assert client.get(reverse(name, args=[action.uid])).status_code == 403
        assert client.get(plan(closed_cycle)).status_code == 403

    def test_who_leads_the_department_now_reads_what_moved_there_with_the_team(self, as_user, closed_cycle: Cycle) -> None:
        action = take(closed_cycle)
        client = as_user("support@example.org")
        assert client.get(reverse("action", args=[action.uid])).status_code == 404
        Team.objects.filter(path=NORTH).update(parent=Team.objects.get(path="Support"))
        factories.make_cycle("2027 Q1", days=100)
        assert client.get(reverse("action", args=[action.uid])).status_code == 200

    def test_who_led_the_department_before_does_not_read_what_came_later(self, as_user, closed_cycle: Cycle) -> None:
        Team.objects.filter(path=NORTH).update(parent=Team.objects.get(path="Support"))
        second = factories.make_cycle("2027 Q1", days=100)
        factories.answer(second, NORTH, [3] * 8)
        close_cycle(cycle=second, now=True)
        action = take(second)
        client = as_user("sales@example.org")
        assert client.get(reverse("action", args=[action.uid])).status_code == 404


class TestElsewhere:
    """What other pages show of a plan."""

    @pytest.fixture
    def second(self, db: None) -> Cycle:
        make_sales()
        first = closed_quarter(1, LOW)
        change(take(first, words="Greet at the door"), "done")
        return closed_quarter(2, HIGH)

    def test_the_teams_page_offers_to_work_on_an_opportunity(self, as_user, closed_cycle: Cycle) -> None:
        unit = closed_cycle.teams.get(path=NORTH)
        seen = words_of(as_user("north@example.org").get(reverse("team", args=[unit.uid])))
        assert seen.count("Work on this") == 3
        assert "Make a plan" in seen

    def test_the_teams_page_says_what_is_under_way(self, as_user, closed_cycle: Cycle) -> None:
        take(closed_cycle)
        unit = closed_cycle.teams.get(path=NORTH)
        seen = words_of(as_user("north@example.org").get(reverse("team", args=[unit.uid])))
        assert "Chosen for this quarter: Everyday courtesy ." in seen
        assert "Under way Say good morning Everyday courtesy · Leader of North, until" in seen

    def test_hr_finds_no_button_there(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        unit = closed_cycle.teams.get(path=NORTH)
        seen = words_of(as_user(hr).get(reverse("team", args=[unit.uid])))
        assert "Work on this" not in seen
        assert "Make a plan" not in seen

    def test_the_next_report_says_what_became_of_it_and_names_no_cause(self, as_user, hr: User, second: Cycle) -> None:
        unit = second.teams.get(path=NORTH)
        seen = words_of(as_user(hr).get(reverse("report", args=[unit.uid])))
        part = seen[seen.index("Last quarter’s actions and what happened since") : seen.rindex("How to read this")]
        assert "Greet at the door Leader of North done on" in part
        assert "Everyday courtesy. 2.5 before, 3.5 now. Up 1.0 since 2026 Q1, likely between" in part
        assert "A change does not say what caused it, and no clear change does not mean that an action failed." in part
        assert not re.search(r"because|thanks to|led to|caused by|worked", part)

    def test_a_report_without_earlier_actions_has_no_such_part(self, as_user, hr: User, second: Cycle) -> None:
        unit = second.teams.get(path="Sales / South")
        seen = words_of(as_user(hr).get(reverse("report", args=[unit.uid])))
        assert "Last quarter’s actions and what happened since" not in seen

    def test_the_next_own_view_shows_what_was_taken_up(self, as_user, second: Cycle) -> None:
        take(second, words="Thank each other")
        third = factories.make_cycle("2026 Q3", days=100)
        unit = third.teams.get(path=NORTH)
        seen = words_of(as_user("north@example.org").get(reverse("self_assessment", args=[unit.uid])))
        part = seen[seen.index("What you took up last time") :]
        assert "Thank each other Everyday courtesy" in part
        assert "Greet at the door" not in part

    def test_the_leaders_first_page_lists_what_is_open(self, as_user, second: Cycle) -> None:
        take(second, words="Thank each other")
        seen = words_of(as_user("north@example.org").get(reverse("my_teams")))
        assert "Actions under way Thank each other North · Everyday courtesy · Leader of North, until" in seen
        assert "Greet at the door" not in seen


class TestRollUp:
    def test_it_says_how_they_stand_and_who_has_none(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        take(closed_cycle, days=-2)
        seen = words_of(as_user(hr).get(reverse("actions")))
        assert "1 of 4 teams have an action. One is overdue." in seen
        assert "Say good morning North Leader of North not started, 2 days late" in seen
        assert "Too small to show, and without an action too: Desk, Night." in seen

    def test_hidden_teams_are_named_without_a_link(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        shown = main_of(as_user(hr).get(reverse("actions")))
        shown = shown[shown.index("Teams without an action") :]
        assert str(closed_cycle.teams.get(path=NORTH).uid) in shown
        assert str(closed_cycle.teams.get(path="Support / Night").uid) not in shown

    def test_an_earlier_cycle_can_be_chosen_and_an_unknown_one_is_not_found(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        client = as_user(hr)
        assert client.get(reverse("actions"), {"cycle": closed_cycle.slug}).status_code == 200
        assert client.get(reverse("actions"), {"cycle": "nothing"}).status_code == 404

    def test_before_the_first_close_it_says_what_will_stand_here(self, as_user, hr: User, db: None) -> None:
        assert "No actions yet" in words_of(as_user(hr).get(reverse("actions")))

    def test_below_five_teams_it_says_why_nothing_is_compared(self, as_user, hr: User, db: None) -> None:
        make_sales()
        change(take(closed_quarter(1, LOW)), "done")
        closed_quarter(2, HIGH)
        seen = words_of(as_user(hr).get(reverse("actions")))
        assert "One team has finished an action since the cycle before." in seen
        assert "Fewer would show chance rather than effect, so nothing is compared yet." in seen
