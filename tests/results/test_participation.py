"""How many answered, where that may be told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.analysis.values import Participation
from assessments.models import Cycle
from assessments.results.participation import ParticipationPage, answers_short, participation_page, turnout_of
from assessments.services.closing import close_cycle
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
