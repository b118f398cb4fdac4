"""How many answered, where that may be told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.analysis.values import Participation
from assessments.models import Cycle
from assessments.results.participation import Asked, ParticipationPage, answers_short, participation_page, turnout_of
from assessments.services.closing import close_cycle
from assessments.services.invitations import send_invitations
from assessments.services.turnout import note_turnout
from tests import factories


def told(page: ParticipationPage) -> dict[str, Participation | None]:
    return {row.team.name: row.participation for row in page.rows[1:]}


class TestWhileOpen:
    def test_a_unit_counts_all_below_it(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4, 4])
        factories.answer(open_cycle, "Support / Desk", [4])
        note_turnout()
        page = participation_page(open_cycle)
        assert page.turnout.participation == Participation(answered=3, invited=open_cycle.teams.get(position=0).invited)

    def test_a_team_is_told_from_the_minimum_of_invited_on(self, open_cycle: Cycle) -> None:
        assert told(participation_page(open_cycle))["North"] == Participation(answered=0, invited=8)

    def test_a_team_below_the_minimum_is_not_told(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Support / Night", [4, 4])
        note_turnout()
        assert told(participation_page(open_cycle))["Night"] is None

    def test_subtracting_leaves_no_small_group(self, open_cycle: Cycle) -> None:
        """Support has Desk (7), Night (3) and two leaders: what is left beside the told teams must be at least five."""
        page = participation_page(open_cycle)
        for row in page.rows:
            if row.participation is None:
                continue
            inside = [
                other for other in page.rows if other.participation and row.team.position < other.team.position <= row.team.last
            ]
            outermost = [
                other
                for other in inside
                if not any(above.team.position < other.team.position <= above.team.last for above in inside)
            ]
            rest = row.participation.invited - sum(other.participation.invited for other in outermost if other.participation)
            assert rest == 0 or rest >= open_cycle.k

    def test_the_turnout_in_all_is_that_of_the_whole(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / South", [3, 3, 3])
        assert turnout_of(open_cycle).participation == participation_page(open_cycle).turnout.participation

    def test_the_turnout_of_a_handful_is_not_told(self, open_cycle: Cycle) -> None:
        open_cycle.k = 1000
        assert turnout_of(open_cycle).participation is None
        assert participation_page(open_cycle).turnout.participation is None

    def test_it_stays_told_while_the_answers_are_counted(self, open_cycle: Cycle) -> None:
        open_cycle.state = Cycle.State.CLOSING
        page = participation_page(open_cycle)
        assert page.turnout.is_running
        assert page.turnout.being_counted
        assert page.turnout.participation is not None


class TestSlow:
    def test_below_the_target_and_behind_the_whole(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4])
        factories.answer(open_cycle, "Sales / South", [4] * 4)
        factories.answer(open_cycle, "Support / Desk", [4] * 6)
        note_turnout()
        page = participation_page(open_cycle)
        assert [(row.team.name, row.short) for row in page.slow] == [("North", 5)]
        assert [row.team.name for row in page.rows if row.slow] == ["North"]

    def test_what_may_not_be_told_is_never_slow(self, open_cycle: Cycle) -> None:
        """Night, three people, has not answered at all while all others have."""
        for team, number in (("Sales / North", 8), ("Sales / South", 6), ("Support / Desk", 7)):
            factories.answer(open_cycle, team, [4] * number)
        note_turnout()
        assert participation_page(open_cycle).slow == ()

    def test_nobody_is_slow_after_close(self, closed_cycle: Cycle) -> None:
        assert participation_page(closed_cycle).slow == ()

    def test_it_is_the_same_all_day(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        note_turnout()
        before = participation_page(open_cycle).slow
        factories.answer(open_cycle, "Support / Desk", [4] * 7)
        note_turnout()
        assert participation_page(open_cycle).slow == before


class TestAsked:
    def test_it_counts_mails_and_cards_and_not_answers(self, open_cycle: Cycle) -> None:
        invited = open_cycle.invitations.count()
        page = participation_page(open_cycle)
        assert page.asked == Asked(by_mail=invited, sent=0, by_card=0)
        send_invitations(cycle=open_cycle)
        sent = participation_page(open_cycle).asked
        assert sent == Asked(by_mail=invited, sent=invited, by_card=0)
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        assert participation_page(open_cycle).asked == sent

    def test_nothing_is_left_of_it_after_close(self, closed_cycle: Cycle) -> None:
        assert participation_page(closed_cycle).asked is None


class TestFold:
    def test_many_teams_are_folded_and_the_slow_ones_still_named(self, open_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assessments.results.folding.FEW_ROWS", 6)
        factories.answer(open_cycle, "Sales / North", [4] * 2)
        factories.answer(open_cycle, "Sales / South", [4] * 6)
        note_turnout()
        page = participation_page(open_cycle)
        assert [row.team.name for row in page.rows[1:]] == ["Sales", "Support"]
        assert {row.team.name for row in page.slow} == {"North", "Desk"}
        assert page.rows[1].query == f"?cycle={open_cycle.slug}&level=departments&open={page.rows[1].team.uid}"


class TestAfterClose:
    def test_only_shown_units_are_told(self, closed_cycle: Cycle) -> None:
        page = participation_page(closed_cycle)
        assert told(page)["Night"] is None
        assert told(page)["North"] == Participation(answered=8, invited=8)
        assert page.untold == sum(row.participation is None for row in page.rows)
        assert not page.turnout.is_running

    def test_nothing_is_told_where_nothing_was_published(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [3] * 4)
        close_cycle(cycle=open_cycle, now=True)
        open_cycle.refresh_from_db()
        page = participation_page(open_cycle)
        assert page.turnout.participation is None
        assert page.untold == len(page.rows)


class TestTarget:
    @pytest.mark.parametrize(("answered", "short"), [(0, 8), (7, 1), (8, 0), (10, 0)])
    def test_it_takes_whole_answers(self, answered: int, short: int) -> None:
        assert answers_short(Participation(answered=answered, invited=10), 75) == short

    def test_nothing_is_short_of_what_is_not_told(self) -> None:
        assert answers_short(None, 75) == 0


@pytest.mark.parametrize("closed", [False, True])
def test_its_queries_do_not_grow_with_the_teams(db: None, closed: bool) -> None:
    def queries(number: int, name: str) -> int:
        teams = {f"{name} / {name} team {at}": 5 for at in range(number)}
        factories.make_organisation(teams)
        cycle = factories.make_cycle(name)
        for path in teams:
            factories.answer(cycle, path, [4, 3, 4, 3, 4])
        if closed:
            close_cycle(cycle=cycle, now=True)
        cycle = Cycle.objects.get(pk=cycle.pk)
        with CaptureQueriesContext(connection) as captured:
            participation_page(cycle)
        if not closed:
            close_cycle(cycle=cycle, now=True)
        return len(captured)

    few = queries(4, "2026 Q3")
    assert queries(12, "2026 Q4") == few
