"""A unit's pages after close: what its leader reads, what HR reads, and what nobody reads."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from assessments.models import Cycle, CycleTeam, Questionnaire, Team, User
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories
from tests.quarters import HIGH, LOW, NORTH, SOUTH, closed_quarter, make_sales, risen

PAGES = ["team", "team_practices", "report"]


def source(client: Client, cycle: Cycle, path: str, name: str = "team") -> str:
    """The main part of the page, as it was sent."""
    answer = client.get(reverse(name, args=[cycle.teams.get(path=path).uid]))
    assert answer.status_code == 200
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found
    return found[0]


def words(client: Client, cycle: Cycle, path: str, name: str = "team") -> str:
    """What a reader sees of it."""
    text = re.sub(r"<svg.*?</svg>", " ", source(client, cycle, path, name), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def rate(cycle: Cycle, value: int, path: str = "Sales / North", **others: int) -> None:
    """The leader of a team rates every practice and hands it in."""
    leader = User.objects.get(email=f"{path.rsplit(' / ', 1)[-1].lower()}@example.org")
    unit, ratings = cycle.teams.get(path=path), factories.all_answers(cycle, value, **others)
    save_self_assessment(team=unit, values={code: {"value": rating} for code, rating in ratings.items()}, by=leader)
    submit_self_assessment(team=unit, by=leader)


def close(cycle: Cycle) -> Cycle:
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def rated_cycle(open_cycle: Cycle) -> Cycle:
    """North says three, but four for kind-to-each-other and two for courtesy; its leader four, and five for courtesy."""
    ballot = factories.all_answers(open_cycle, 3, kind_to_each_other=4, everyday_courtesy=2)
    factories.answer(open_cycle, "Sales / North", [ballot] * 6)
    rate(open_cycle, 4, everyday_courtesy=5)
    return close(open_cycle)


class TestLeader:
    def test_it_speaks_to_you(self, as_user, rated_cycle: Cycle) -> None:
        seen = words(as_user("north@example.org"), rated_cycle, "Sales / North")
        assert "You rate" in seen
        assert "The largest difference between you and your team" in seen
        assert "You chose 5, the team says 2.0: you rate this 3.0 higher." in seen
        assert "Lowest of 30 practices, and you rate it 3.0 higher." in seen
        assert "your own view" in seen
        assert "he manager" not in seen

    def test_it_has_four_steps(self, as_user, rated_cycle: Cycle) -> None:
        seen = words(as_user("north@example.org"), rated_cycle, "Sales / North")
        steps = ["1 How many answered", "2 Overall", "3 What stands out", "4 The next step"]
        places = [seen.index(step) for step in steps]
        assert places == sorted(places)

    def test_it_says_how_many_answered_and_never_who(self, as_user, rated_cycle: Cycle) -> None:
        seen = words(as_user("north@example.org"), rated_cycle, "Sales / North")
        assert "6 of 8" in seen
        assert "Nobody can see who did not answer." in seen

    def test_it_writes_out_the_step_that_fits(self, as_user, rated_cycle: Cycle) -> None:
        seen = words(as_user("north@example.org"), rated_cycle, "Sales / North")
        practice = rated_cycle.questionnaire.items.get(practice__code="everyday-courtesy").practice
        assert f"Start this week. {practice.start}" in seen
        assert practice.build not in seen

    def test_units_above_are_named_without_a_link(self, as_user, rated_cycle: Cycle) -> None:
        shown = source(as_user("north@example.org"), rated_cycle, "Sales / North")
        assert "Sales" in shown
        assert str(rated_cycle.teams.get(path="Sales").uid) not in shown

    def test_it_stands_under_the_leaders_own_menu(self, as_user, rated_cycle: Cycle) -> None:
        unit = rated_cycle.teams.get(path="Sales / North")
        page = as_user("north@example.org").get(reverse("team", args=[unit.uid])).content.decode()
        assert f'<a href="{reverse("my_teams")}" aria-current="true">' in page


class TestHr:
    def test_it_speaks_of_the_manager(self, as_user, hr: User, rated_cycle: Cycle) -> None:
        seen = words(as_user(hr), rated_cycle, "Sales / North")
        assert "The manager rates" in seen
        assert "The largest difference between manager and team" in seen
        assert "The manager chose 5, the team says 2.0: the manager rates this 3.0 higher." in seen
        assert "Lowest of 30 practices, and the manager rates it 3.0 higher." in seen
        # The advice itself speaks to whoever leads; everything before it speaks of the manager.
        before = seen[: seen.index("Start this week.")]
        assert not re.search(r"\byou (rate|chose|and)\b|\byour\b", before, re.IGNORECASE)

    def test_units_above_are_links(self, as_user, hr: User, rated_cycle: Cycle) -> None:
        shown = source(as_user(hr), rated_cycle, "Sales / North")
        assert reverse("team", args=[rated_cycle.teams.get(path="Sales").uid]) in shown

    def test_it_reads_about_a_unit_nobody_leads(self, as_user, hr: User, rated_cycle: Cycle) -> None:
        assert "How many answered" in words(as_user(hr), rated_cycle, "Whole organisation")

    def test_a_leader_from_above_reads_of_the_manager_too(self, as_user, rated_cycle: Cycle) -> None:
        assert "The manager rates" in words(as_user("sales@example.org"), rated_cycle, "Sales / North")


class TestPractices:
    def test_it_lists_every_practice_with_both_views(self, as_user, hr: User, rated_cycle: Cycle) -> None:
        seen = words(as_user(hr), rated_cycle, "Sales / North", "team_practices")
        for item in rated_cycle.questionnaire.items.select_related("practice"):
            code = item.practice.code
            team = {"kind-to-each-other": "4.0", "everyday-courtesy": "2.0"}.get(code, "3.0")
            manager = 5 if code == "everyday-courtesy" else 4
            assert re.search(rf"{re.escape(item.practice.title)} {team} [\d.]+ to [\d.]+ {manager}\b", seen), code

    def test_the_tabs_lead_to_the_other_views(self, as_user, hr: User, rated_cycle: Cycle) -> None:
        shown = source(as_user(hr), rated_cycle, "Sales / North", "team_practices")
        uid = rated_cycle.teams.get(path="Sales / North").uid
        assert all(reverse(name, args=[uid]) in shown for name in PAGES)
        assert f'<a href="{reverse("team_practices", args=[uid])}" aria-current="page">' in shown


class TestNoOwnView:
    @pytest.mark.parametrize("name", ["team", "team_practices"])
    def test_it_says_so_and_draws_no_diamond(self, as_user, hr: User, closed_cycle: Cycle, name: str) -> None:
        assert "The manager has not submitted a view of this team" in words(as_user(hr), closed_cycle, "Sales / North", name)
        assert "m-manager" not in source(as_user(hr), closed_cycle, "Sales / North", name)
        seen = words(as_user("north@example.org"), closed_cycle, "Sales / North", name)
        assert "You have not submitted a view of this team" in seen
        assert "he manager" not in seen.replace("Manager", "")

    def test_a_draft_is_nobodys_view(self, as_user, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 6)
        leader, unit = User.objects.get(email="north@example.org"), open_cycle.teams.get(path="Sales / North")
        save_self_assessment(team=unit, values={"kind-to-each-other": {"value": 5}}, by=leader)
        assert "m-manager" not in source(as_user(leader), close(open_cycle), "Sales / North")


class TestTurnout:
    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            (8, "Everybody answered: these figures are the whole team’s."),
            (6, "Enough to speak for the team, with some room either way."),
            (5, "At least half."),
        ],
    )
    def test_it_says_what_the_turnout_means(self, as_user, hr: User, open_cycle: Cycle, answers: int, sentence: str) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * answers)
        assert sentence in words(as_user(hr), close(open_cycle), "Sales / North")

    @pytest.mark.parametrize(("members", "sentence"), [(10, "At least half."), (11, "Fewer than half.")])
    def test_exactly_half_is_half(self, as_user, hr: User, db: None, members: int, sentence: str) -> None:
        factories.make_organisation({"Sales": members})
        cycle = factories.make_cycle()
        factories.answer(cycle, "Sales", [3] * 5)
        assert sentence in words(as_user(hr), close(cycle), "Sales")

    def test_where_everybody_answered_nobody_is_missing(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        assert "who did not" not in words(as_user(hr), closed_cycle, "Sales / North")


class TestHiddenTeam:
    @pytest.mark.parametrize("name", PAGES)
    def test_it_shows_no_digit_of_its_figures(self, as_user, hr: User, open_cycle: Cycle, name: str) -> None:
        factories.answer(open_cycle, "Support / Desk", [4] * 7)
        factories.answer(open_cycle, "Support / Night", [2, 2])
        rate(open_cycle, 4, "Support / Night")
        seen = words(as_user(hr), close(open_cycle), "Support / Night", name)
        for known in (open_cycle.name, f"last day {date_format(open_cycle.closes, 'j F Y')}", "Fewer than 5 answers"):
            assert known in seen or name == "report"
            seen = seen.replace(known, "")
        seen = seen.replace("PDF on A4 paper", "")
        assert not re.search(r"\d", seen), seen

    @pytest.mark.parametrize("name", PAGES)
    def test_it_is_the_same_page_whatever_the_few_said(self, as_user, hr: User, organisation: None, name: str) -> None:
        seen = []
        for cycle_name, night in (("2026 Q3", [1, 1, 1]), ("2026 Q4", [5])):
            cycle = factories.make_cycle(cycle_name)
            factories.answer(cycle, "Support / Desk", [4] * 7)
            factories.answer(cycle, "Support / Night", night)
            seen.append(words(as_user(hr), close(cycle), "Support / Night", name).replace(cycle_name, ""))
        assert seen[0] == seen[1]

    @pytest.mark.parametrize("name", PAGES)
    def test_it_draws_nothing(self, as_user, hr: User, closed_cycle: Cycle, name: str) -> None:
        assert "<svg" not in source(as_user(hr), closed_cycle, "Support / Night", name)

    @pytest.mark.parametrize("name", PAGES)
    def test_it_says_where_the_answers_count_and_leads_there(self, as_user, hr: User, closed_cycle: Cycle, name: str) -> None:
        unit = CycleTeam.objects.filter(cycle=closed_cycle, participation__isnull=False, name__in=["Support", "Whole organisation"])
        larger = unit.order_by("-position")[0]
        assert f"They are not lost: they count in {larger.name}." in words(as_user(hr), closed_cycle, "Support / Night", name)
        shown = source(as_user(hr), closed_cycle, "Support / Night", name)
        assert reverse("report", args=[larger.uid]) in shown

    @pytest.mark.parametrize("name", PAGES)
    def test_who_may_not_read_the_larger_unit_gets_no_link(self, as_user, closed_cycle: Cycle, name: str) -> None:
        shown = source(as_user("night@example.org"), closed_cycle, "Support / Night", name)
        assert "they count in" in shown
        others = closed_cycle.teams.exclude(path="Support / Night")
        assert not [unit.path for unit in others if str(unit.uid) in shown]

    @pytest.mark.parametrize("name", PAGES)
    def test_it_gives_questions_to_talk_about(self, as_user, closed_cycle: Cycle, name: str) -> None:
        seen = words(as_user("night@example.org"), closed_cycle, "Support / Night", name)
        assert "When did a customer last leave us happy, and what had we done?" in seen

    def test_where_nothing_is_published_it_names_no_unit(self, as_user, hr: User, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Support / Night", [3])
        assert "they count in" not in words(as_user(hr), close(open_cycle), "Support / Night")


class TestBeforeClose:
    @pytest.fixture
    def answered(self, open_cycle: Cycle) -> Cycle:
        factories.answer(open_cycle, "Sales / North", [3] * 8)
        rate(open_cycle, 4)
        return open_cycle

    @pytest.mark.parametrize("name", PAGES)
    def test_there_is_only_the_sentence_that_nobody_sees_figures(self, as_user, hr: User, answered: Cycle, name: str) -> None:
        day = date_format(answered.closes, "j F Y")
        both = "Nobody sees any figure before it is closed. Then this page shows what"
        start = f"2026 Q4 North The last day of the poll is {day}. {both}"
        assert words(as_user(hr), answered, "Sales / North", name) == (
            f"{start} the team said, beside the manager’s view, and what to do next."
        )
        assert words(as_user("north@example.org"), answered, "Sales / North", name) == (
            f"{start} your team said, beside your own view, and what to do next."
        )

    @pytest.mark.parametrize("name", PAGES)
    def test_while_it_is_being_closed_too(self, as_user, hr: User, answered: Cycle, name: str) -> None:
        Cycle.objects.filter(pk=answered.pk).update(state=Cycle.State.CLOSING)
        assert "Nobody sees any figure before it is closed." in words(as_user(hr), answered, "Sales / North", name)


class TestDepartment:
    def test_it_shows_the_teams_below_with_figures_or_a_hidden_mark(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        sales = source(as_user(hr), closed_cycle, "Sales")
        sales = sales[sales.index("Teams below") :]
        for path, mean in (("Sales / North", "3.6"), ("Sales / South", "2.5")):
            unit = closed_cycle.teams.get(path=path)
            row = sales[sales.index(reverse("team", args=[unit.uid])) :].split("</tr>")[0]
            assert f"<b>{mean}</b>" in row
            assert f"{unit.invited} of {unit.invited} answered" in row
        support = source(as_user(hr), closed_cycle, "Support")
        night = support[support.index(">Night<") :].split("</tr>")[0]
        assert "cs-hidden" in night
        assert "they count in" in night.lower()
        assert "<b>" not in night
        assert "of 3" not in night

    def test_its_leader_reads_on_below(self, as_user, closed_cycle: Cycle) -> None:
        client = as_user("sales@example.org")
        shown = source(client, closed_cycle, "Sales")
        unit = closed_cycle.teams.get(path="Sales / South")
        assert reverse("team", args=[unit.uid]) in shown
        assert "How many answered" in words(client, closed_cycle, "Sales / South")

    def test_a_team_without_teams_below_has_no_such_part(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        assert "Teams below" not in words(as_user(hr), closed_cycle, "Sales / North")


class TestChange:
    """Words of a second cycle, on a page that computes nothing."""

    def test_a_clear_change_is_set_large_with_its_range_below(self, as_user, hr: User) -> None:
        seen = words(as_user(hr), risen(), NORTH)
        assert re.search(r"up 1\.0 since 2026 Q1 The change is likely between 0\.\d and 1\.\d\.", seen)

    def test_no_clear_change_is_a_result_with_what_could_have_been_seen(self, as_user, hr: User) -> None:
        seen = words(as_user(hr), risen(), SOUTH)
        start = r"no clear change since 2026 Q1 With this many answers only changes of about \d\.\d or more would show\."
        assert re.search(start + " Steady is a result too", seen)
        assert "Nothing moved clearly: no dimension and no practice, as far as so many answers can tell." in seen

    def test_it_lists_what_moved_five_at_most(self, as_user, hr: User) -> None:
        seen = words(as_user(hr), risen(), NORTH)
        moved = seen[seen.index("What moved since 2026 Q1") : seen.index("What stands out")]
        assert moved.count("up 1.0") == 10
        assert re.search(r"Kindness up 1\.0 now 3\.5; change likely between", moved)
        assert "The five that moved most, of 10." in moved
        assert "The five that moved most, of 30. All practices" in moved

    def test_the_first_cycle_speaks_of_no_change(self, as_user, hr: User, closed_cycle: Cycle) -> None:
        seen = words(as_user(hr), closed_cycle, "Sales / North")
        assert "The first look" in seen
        assert not any(word in seen for word in ("change since", "What moved", "Over the cycles"))
        assert "cs-trend" not in source(as_user(hr), closed_cycle, "Sales / North")
        assert "Change" not in words(as_user(hr), closed_cycle, "Sales / North", "team_practices")

    def test_what_cannot_be_compared_is_said_so(self, as_user, hr: User) -> None:
        make_sales()
        closed_quarter(1, LOW)
        cycle = closed_quarter(2, HIGH, questionnaire="full-review")
        seen = words(as_user(hr), cycle, NORTH)
        assert "Not compared Too much is different from 2026 Q1, in what is asked or in who belongs here," in seen
        assert "Nothing is compared across it." in seen
        assert "m-break" in source(as_user(hr), cycle, NORTH)

    def test_after_a_hidden_quarter_there_is_nothing_to_compare_with(self, as_user, hr: User) -> None:
        make_sales()
        closed_quarter(1, LOW, [3])
        seen = words(as_user(hr), closed_quarter(2, LOW), SOUTH)
        assert "No figure of 2026 Q1 can be shown here to compare with." in seen

    @pytest.mark.parametrize("name", PAGES)
    def test_a_team_hidden_now_shows_nothing_of_before(self, as_user, hr: User, name: str) -> None:
        make_sales()
        closed_quarter(1, LOW)
        cycle = closed_quarter(2, LOW, [3, 3])
        shown = source(as_user(hr), cycle, SOUTH, name)
        assert not any(mark in shown for mark in ("<svg", "cs-change", "2026 Q1"))

    def test_a_jump_in_who_answers_is_flagged(self, as_user, hr: User) -> None:
        make_sales()
        closed_quarter(1, LOW)
        seen = words(as_user(hr), closed_quarter(2, LOW[:8]), NORTH)
        assert "67 % answered this time, 100 % in 2026 Q1: a change in who answers can look like a change of opinion." in seen

    def test_a_usual_turnout_is_not(self, as_user, hr: User) -> None:
        assert "who answers can look" not in words(as_user(hr), risen(), NORTH)


class TestTrend:
    def test_two_quarters_are_drawn_and_stand_in_a_table(self, as_user, hr: User) -> None:
        cycle = risen()
        assert "cs-trend" in source(as_user(hr), cycle, NORTH)
        seen = words(as_user(hr), cycle, NORTH)
        table = seen[seen.index("The same as a table") : seen.index("What moved")]
        assert re.search(r"2026 Q1 2\.5 12 of 12 answered 2026 Q2 3\.5 12 of 12 answered up 1\.0", table)

    def test_from_four_on_it_says_where_the_figure_is_heading(self, as_user, hr: User) -> None:
        make_sales()
        for number, north in enumerate(([1, 2], [2, 2], [2, 3], [3, 4]), start=1):
            cycle = closed_quarter(number, north * 6)
        assert re.search(r"Rising by about 0\.\d\d a cycle over 4 cycles, likely between", words(as_user(hr), cycle, NORTH))
        assert "No clear direction over 4 cycles." in words(as_user(hr), cycle, SOUTH)


class TestAnswers:
    def test_from_ten_answers_on_practices_say_how_many_agree(self, as_user, hr: User) -> None:
        make_sales()
        cycle = closed_quarter(1, [1, 2, 2, 3, 3, 4, 4, 4, 5, 5], [])
        shown, seen = (read(as_user(hr), cycle, NORTH, "team_practices") for read in (source, words))
        assert re.search(r"50 % agree, likely between \d\d and \d\d %", seen)
        assert 'aria-label="30 percent disagree, 20 percent neither, 50 percent agree"' in shown
        assert "The coloured bar shows how the answers lie" in seen

    def test_below_ten_nothing_is_said_of_them(self, as_user, hr: User) -> None:
        make_sales()
        cycle = closed_quarter(1, LOW)
        seen = words(as_user(hr), cycle, SOUTH, "team_practices")
        assert "% agree" not in seen
        assert "coloured bar" not in seen
        assert "cs-stacked" not in source(as_user(hr), cycle, SOUTH, "team_practices")

    def test_a_split_team_reads_that_opinions_differ(self, as_user, hr: User) -> None:
        make_sales()
        cycle = closed_quarter(1, [1, 2, 2, 4, 5, 5] * 2, [])
        seen = words(as_user(hr), cycle, NORTH)
        assert "Opinions differ a lot, talk about it Kindness, leadership, standards," in seen
        assert words(as_user(hr), cycle, NORTH, "team_practices").count("Opinions differ a lot, talk about it.") == 10

    def test_a_team_of_one_mind_does_not(self, as_user, hr: User) -> None:
        make_sales()
        cycle = closed_quarter(1, LOW, [])
        assert "Opinions differ" not in words(as_user(hr), cycle, NORTH)
        assert "Answers are close together." in words(as_user(hr), cycle, NORTH, "team_practices")


class TestSafety:
    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("answers", [6, 2, 0])
    def test_markup_in_names_is_escaped(self, as_user, hr: User, db: None, name: str, answers: int) -> None:
        bad = "<script>alert(1)</script>"
        for path, members in ((f"{bad} / <b>One</b>", 6), (f"{bad} / Two", 6)):
            for _ in range(members):
                factories.make_person(path)
        cycle = factories.make_cycle("<i>Now</i>")
        factories.answer(cycle, f"{bad} / <b>One</b>", [3] * answers)
        factories.answer(cycle, f"{bad} / Two", [3] * 6)
        close(cycle)
        for team in cycle.teams.all():
            page = as_user(hr).get(reverse(name, args=[team.uid])).content.decode()
            assert "alert(1)" in page or team.path not in {bad, f"{bad} / <b>One</b>"}
            assert not any(markup in page for markup in ("<script", "<b>One", "<i>Now", "&amp;lt;"))

    @pytest.mark.parametrize("name", PAGES)
    def test_there_is_no_style_or_script_of_its_own(self, as_user, hr: User, rated_cycle: Cycle, name: str) -> None:
        shown = source(as_user(hr), rated_cycle, "Sales / North", name)
        assert not re.search(r"<script| style=| on\w+=", shown)

    @pytest.mark.parametrize("name", PAGES)
    def test_it_only_reads(self, as_user, hr: User, closed_cycle: Cycle, name: str) -> None:
        unit = closed_cycle.teams.get(path="Sales / North")
        assert as_user(hr).post(reverse(name, args=[unit.uid])).status_code == 405

    def test_what_is_missing_is_never_printed_as_none(self, as_user, hr: User, rated_cycle: Cycle) -> None:
        for name in PAGES:
            for path in ("Sales / North", "Sales", "Support / Night"):
                assert "None" not in words(as_user(hr), rated_cycle, path, name)


@pytest.mark.parametrize("name", PAGES)
class TestQueries:
    def count(self, client: Client, cycle: Cycle, path: str, name: str) -> int:
        url = reverse(name, args=[cycle.teams.get(path=path).uid])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def test_they_are_as_many_for_59_practices_as_for_30(self, as_user, hr: User, organisation: None, name: str) -> None:
        client, counts = as_user(hr), []
        for cycle_name, code in (("2026 Q4", "quarterly-check"), ("2027 Q1", "full-review")):
            factories.quarterly_check()
            cycle = factories.make_cycle(cycle_name, questionnaire=Questionnaire.objects.newest(code))
            factories.answer(cycle, "Sales / North", [4, 4, 3, 2, 3, 4])
            factories.answer(cycle, "Sales / South", [3] * 6)
            rate(cycle, 4)
            close(cycle)
            counts.append([self.count(client, cycle, path, name) for path in ("Sales / North", "Sales")])
        assert counts[0] == counts[1]

    def test_they_are_as_many_for_12_teams_as_for_4(self, as_user, hr: User, db: None, name: str) -> None:
        client, counts = as_user(hr), []
        for cycle_name, teams in (("2026 Q4", 4), ("2027 Q1", 12)):
            paths = [f"Sales / Team {number}" for number in range(teams)]
            factories.make_organisation({path: 5 for path in paths if not Team.objects.filter(path=path).exists()})
            cycle = factories.make_cycle(cycle_name)
            for path in paths:
                factories.answer(cycle, path, [4, 4, 3, 2, 3])
            close(cycle)
            counts.append([self.count(client, cycle, path, name) for path in (paths[0], "Sales")])
        assert counts[0] == counts[1]
