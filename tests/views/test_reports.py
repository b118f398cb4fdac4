"""The improvement report of a unit, and the way of all 59 practices from both sides into it."""

import html
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from assessments.content.catalogue import Catalogue, read_catalogue
from assessments.exports.pdf import PdfUnavailable
from assessments.models import Cycle, Figure, Practice, Questionnaire, User
from assessments.results.poll import poll_of
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories
from tests.quarters import LOW, NORTH, SOUTH, closed_quarter, make_sales, risen


def source(client: Client, cycle: Cycle, path: str = "Sales / North") -> str:
    answer = client.get(reverse("report", args=[cycle.teams.get(path=path).uid]))
    assert answer.status_code == 200
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found
    return found[0]


def plain(markup: str) -> str:
    """What a reader sees of it."""
    text = re.sub(r"<svg.*?</svg>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def words(client: Client, cycle: Cycle, path: str = "Sales / North") -> str:
    return plain(source(client, cycle, path))


def rate(cycle: Cycle, value: int, **others: int) -> None:
    leader, unit = User.objects.get(email="north@example.org"), cycle.teams.get(path="Sales / North")
    ratings = factories.all_answers(cycle, value, **others)
    save_self_assessment(team=unit, values={code: {"value": rating} for code, rating in ratings.items()}, by=leader)
    submit_self_assessment(team=unit, by=leader)


def close(cycle: Cycle) -> Cycle:
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def reader(as_user, hr: User) -> Client:
    return as_user(hr)


@pytest.fixture
def rated_cycle(open_cycle: Cycle) -> Cycle:
    """North says three, but five for training and two for courtesy; its leader four, and five for courtesy."""
    trained = {"expert_knowledge": 5, "know_where_to_ask": 5, "calm_without_overpromising": 5}
    ballot = factories.all_answers(open_cycle, 3, everyday_courtesy=2, **trained)
    factories.answer(open_cycle, "Sales / North", [ballot] * 6)
    rate(open_cycle, 4, everyday_courtesy=5)
    return close(open_cycle)


class TestSheets:
    def test_there_are_a_report_and_a_meeting_sheet(self, reader: Client, rated_cycle: Cycle) -> None:
        sheets = re.findall(r"<article.*?</article>", source(reader, rated_cycle), re.DOTALL)
        report, meeting = [plain(sheet) for sheet in sheets]
        assert "What do we make of this?" not in report
        assert "One thing we will do" in meeting
        for sheet in (report, meeting):
            assert sheet.endswith("North · 2026 Q4 No figure rests on fewer than 5 answers.")

    def test_it_says_who_answered_and_how_sure_we_are(self, reader: Client, rated_cycle: Cycle) -> None:
        seen = words(reader, rated_cycle)
        assert "6 of 8 75 % of those invited. Nobody can see who did not answer." in seen
        assert "The manager’s own view: 4.0." in seen
        assert re.search(r"Likely between [\d.]+ and [\d.]+\.", seen)

    def test_where_everybody_answered_it_says_so(self, reader: Client, closed_cycle: Cycle) -> None:
        assert "8 of 8 Everybody answered." in words(reader, closed_cycle)

    def test_the_picture_shows_every_dimension(self, reader: Client, rated_cycle: Cycle) -> None:
        picture = source(reader, rated_cycle)
        picture = picture[picture.index("<h2>The picture") : picture.index("<h2>Strengths to keep")]
        assert picture.count('<th scope="row">') == 10
        assert picture.count('class="m-manager') >= 10

    def test_a_figure_at_the_end_is_printed_clipped(self, reader: Client, rated_cycle: Cycle) -> None:
        seen = words(reader, rated_cycle)
        assert "Training · 4.6 or more, 6 of 8 answered." in seen
        assert "5.0" not in seen

    def test_each_opportunity_says_why_and_what_to_do(self, reader: Client, rated_cycle: Cycle) -> None:
        seen = words(reader, rated_cycle)
        practice = Practice.objects.get(code="everyday-courtesy")
        assert f"1. {practice.title} Kindness · team 2.0 , likely between" in seen
        assert f"Why this one. Lowest of 30 practices, and the manager rates it 3.0 higher. {practice.why}" in seen
        steps = [practice.start, practice.build, practice.keep]
        assert [seen.index(step) for step in steps] == sorted(seen.index(step) for step in steps)

    def test_the_meeting_asks_one_question_for_each(self, reader: Client, rated_cycle: Cycle) -> None:
        seen = words(reader, rated_cycle)
        practice = Practice.objects.get(code="everyday-courtesy")
        assert f"1. {practice.talk}" in seen
        assert len(re.findall(r'<section class="cs-q">', source(reader, rated_cycle))) == 3
        assert f"Where we differ {practice.title}: manager 5, team 2.0" in seen

    def test_the_patterns_name_the_dimensions(self, reader: Client, open_cycle: Cycle) -> None:
        ballot = factories.all_answers(open_cycle, 3, everyday_courtesy=2, work_matters=5, reward_good_service=5)
        factories.answer(open_cycle, "Sales / North", [ballot] * 6)
        rate(open_cycle, 3, everyday_courtesy=5)
        seen = words(reader, close(open_cycle))
        assert "Blind spot: the manager rates higher Kindness (3.7 and 2.7) Both high none Both low Leadership, Standards" in seen
        assert "Hidden strength: the team rates higher Recognition (3.0 and 4.2) " in seen

    def test_many_in_one_pattern_are_named_without_figures(self, reader: Client, rated_cycle: Cycle) -> None:
        seen = words(reader, rated_cycle)
        assert "Blind spot: the manager rates higher Kindness, Leadership, Standards, Hiring, Empowerment" in seen
        assert "Hidden strength: the team rates higher Training (4.0 and 4.6 or more) " in seen

    def test_its_leader_reads_the_same_sheets(self, as_user, hr: User, rated_cycle: Cycle) -> None:
        def sheets(user: User | str) -> list[str]:
            return re.findall(r"<article.*?</article>", source(as_user(user), rated_cycle), re.DOTALL)

        assert sheets(hr) == sheets("north@example.org")

    def test_the_same_figures_give_the_same_page(self, reader: Client, rated_cycle: Cycle) -> None:
        assert source(reader, rated_cycle) == source(reader, rated_cycle)


class TestChange:
    def test_it_says_the_change_overall_and_of_each_dimension(self, reader: Client) -> None:
        cycle = risen()
        seen = words(reader, cycle, NORTH)
        assert re.search(r"Up 1\.0 since 2026 Q1, likely between 0\.\d and 1\.\d\.", seen)
        assert re.search(r"Kindness 3\.5 all answered up 1\.0", seen)
        assert re.search(r"Kindness 3\.5 all answered no clear change", words(reader, cycle, SOUTH))

    def test_the_first_report_has_no_such_column(self, reader: Client, closed_cycle: Cycle) -> None:
        seen = words(reader, closed_cycle)
        assert "Change" not in seen
        assert "since" not in seen

    def test_it_names_where_opinions_differ_a_lot_and_only_that(self, reader: Client) -> None:
        make_sales()
        seen = words(reader, closed_quarter(1, [1, 2, 2, 4, 5, 5] * 2, []), NORTH)
        assert "Opinions differ a lot here, talk about it: Kindness, leadership," in seen
        seen = words(reader, closed_quarter(2, LOW, []), NORTH)
        assert "Opinions differ" not in seen
        assert "Answers are" not in seen


class TestNoOwnView:
    def test_it_says_so_and_draws_no_diamond(self, reader: Client, closed_cycle: Cycle) -> None:
        seen = words(reader, closed_cycle)
        assert "own view:" not in seen
        assert "The manager has not submitted a view of this team, so there are not two views to compare." in seen
        assert "Blind spot" not in seen
        assert "Where we differ" not in seen
        assert "m-manager" not in source(reader, closed_cycle)


class TestEnds:
    def test_where_all_is_very_good_there_is_no_opportunity(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [5] * 8)
        seen = words(reader, close(open_cycle))
        assert "Nothing stands out as low." in seen
        assert "Why this one." not in seen
        assert "When did a customer last leave us happy, and what had we done?" in seen

    def test_where_all_is_low_there_is_no_strength(self, reader: Client, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [2] * 8)
        seen = words(reader, close(open_cycle))
        assert "No practice reaches 3.5 yet." in seen
        assert "What we do well" not in seen
        assert seen.count("Why this one.") == 3


class TestHiddenTeam:
    def test_it_becomes_a_guide_to_talk(self, reader: Client, closed_cycle: Cycle) -> None:
        seen = words(reader, closed_cycle, "Support / Night")
        assert "Talk guide · 2026 Q4 Night" in seen
        assert "Fewer than 5 answers could be told apart here" in seen
        assert "One thing we will do" in seen
        for heading in ("Who answered", "The picture", "Opportunities"):
            assert heading not in seen


@pytest.fixture
def full_review(organisation: None) -> Cycle:
    factories.quarterly_check()
    return factories.make_cycle(questionnaire=Questionnaire.objects.newest("full-review"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


class TestEveryPractice:
    """All of them, on their way from both sides into advice. One cycle serves all, so a failure names its practices."""

    def test_the_team_is_asked_about_each(self, client: Client, full_review: Cycle, catalogue: Catalogue) -> None:
        code = factories.codes_of(full_review, "Sales / North")[0]
        page = client.post(reverse("poll_code"), {"code": code}).content.decode()
        seen = plain(page)
        assert len(catalogue.practices) == 59
        assert [one.code for one in catalogue.practices if one.team not in seen or f'name="{one.code}"' not in page] == []
        assert len(poll_of(full_review.questionnaire_id).codes) == 59

    def test_the_manager_is_asked_about_each(self, as_user, full_review: Cycle, catalogue: Catalogue) -> None:
        unit = full_review.teams.get(path="Sales / North")
        page = as_user("north@example.org").get(reverse("self_assessment", args=[unit.uid])).content.decode()
        seen = plain(page)
        assert [one.code for one in catalogue.practices if one.manager not in seen or f'name="{one.code}"' not in page] == []

    def test_each_is_scored_by_itself(self, full_review: Cycle) -> None:
        ballot = {code: 2 + at % 3 for at, code in enumerate(factories.all_answers(full_review, 0))}
        factories.answer(full_review, "Sales / North", [ballot] * 6)
        close(full_review)
        stored = Figure.objects.filter(team__path="Sales / North", kind=Figure.Kind.PRACTICE)
        assert dict(stored.values_list("code", "mean")) == ballot
        assert len(ballot) == 59

    def lowest_one_by_one(self, cycle: Cycle) -> Iterator[str]:
        """Each practice as the lowest of all in the stored figures; everything else stands at three."""
        rows = Figure.objects.filter(team__path="Sales / North", team__cycle=cycle, kind=Figure.Kind.PRACTICE)
        for code in list(rows.values_list("code", flat=True)):
            rows.update(mean=Decimal(3), low=Decimal("2.8"), high=Decimal("3.2"))
            rows.filter(code=code).update(mean=Decimal(2), low=Decimal("1.8"), high=Decimal("2.2"))
            yield code

    def test_each_has_its_advice_where_it_is_the_lowest(self, reader: Client, full_review: Cycle, catalogue: Catalogue) -> None:
        factories.answer(full_review, "Sales / North", [3] * 6)
        rate(full_review, 4)
        close(full_review)
        shipped = {one.code: one for one in catalogue.practices}
        missing, met = [], []
        for code in self.lowest_one_by_one(full_review):
            practice, seen = shipped[code], words(reader, full_review)
            first = seen[seen.index(f"1. {practice.title} ") : seen.index(" 2. ")]
            parts = {key: getattr(practice, key) for key in ("why", "idea", "start", "build", "keep")}
            parts |= {source: f"“{catalogue.articles[source]}”" for source in practice.sources}
            parts["reason"] = "Why this one. Lowest of 59 practices, and the manager rates it 2.0 higher."
            missing += [f"{code}: {key}" for key, text in parts.items() if text not in first]
            missing += [f"{code}: talk"] if f"1. {practice.talk}" not in seen else []
            met.append(code)
        assert missing == []
        assert sorted(met) == sorted(shipped)


class TestSections:
    def test_what_is_left_out_is_gone_and_kept_in_the_links(self, reader: Client, rated_cycle: Cycle) -> None:
        unit = rated_cycle.teams.get(path="Sales / North")
        page = reader.get(reverse("report", args=[unit.uid]), {"without": ["meeting", "no-such"]}).content.decode()
        assert "What do we make of this?" not in page
        assert f'href="{reverse("report_pdf", args=[unit.uid])}?without=meeting"' in page
        assert f'href="{reverse("report_pdf", args=[unit.uid])}?without=meeting&amp;paper=letter"' in page
        assert re.search(r'value="meeting" checked', page)

    def test_the_pdf_is_named_after_unit_and_cycle(self, reader: Client, rated_cycle: Cycle) -> None:
        unit = rated_cycle.teams.get(path="Sales / North")
        answer = reader.get(reverse("report_pdf", args=[unit.uid]), {"without": ["opportunities", "picture", "meeting"]})
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'inline; filename="report-north-2026-q4.pdf"'
        assert answer.content.startswith(b"%PDF")

    def test_before_close_there_is_no_pdf(self, reader: Client, open_cycle: Cycle) -> None:
        unit = open_cycle.teams.get(path="Sales / North")
        assert reader.get(reverse("report_pdf", args=[unit.uid])).status_code == 302

    def test_where_no_pdf_can_be_made_the_page_says_so(
        self, reader: Client, rated_cycle: Cycle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def missing(report: object) -> bytes:
            raise PdfUnavailable

        monkeypatch.setattr("assessments.views.reports.write_pdf", missing)
        unit = rated_cycle.teams.get(path="Sales / North")
        answer = reader.get(reverse("report_pdf", args=[unit.uid]), follow=True)
        assert "Printing from the browser works." in answer.content.decode()
