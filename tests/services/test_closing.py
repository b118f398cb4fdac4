"""Closing: boxes become figures, everything else is destroyed."""

from pathlib import Path

import pytest
from django.conf import settings

from assessments.models import Box, Code, Cycle, CycleTeam, Figure, Invitation, Participation, Text
from assessments.services.closing import CannotClose, close_cycle
from tests import factories


def figure(cycle: Cycle, team: str, kind: str = "overall", code: str = "") -> Figure | None:
    return Figure.objects.filter(team__cycle=cycle, team__path=team, kind=kind, code=code).first()


def mean(cycle: Cycle, team: str, kind: str = "overall", code: str = "") -> str:
    found = figure(cycle, team, kind, code)
    return f"{found.op}{found.mean}" if found else "hidden"


class TestFigures:
    def test_a_team_of_five_or_more_gets_the_mean_of_its_answers(self, closed_cycle: Cycle) -> None:
        assert mean(closed_cycle, "Sales / North") == "=3.6"
        assert mean(closed_cycle, "Sales / North", "dimension", "kindness") == "=3.6"
        assert mean(closed_cycle, "Sales / North", "practice", "kind-to-each-other") == "=3.6"

    def test_a_team_below_the_minimum_is_hidden_and_counts_above(self, closed_cycle: Cycle) -> None:
        assert mean(closed_cycle, "Support / Night") == "hidden"

    def test_no_remainder_of_one_to_four_answers_is_left(self, closed_cycle: Cycle) -> None:
        # Support holds Desk (6 answers) and Night (3): showing Support and Desk would show Night's three.
        shown = {team.path for team in CycleTeam.objects.filter(cycle=closed_cycle, figures__kind="overall")}
        assert not {"Support", "Support / Desk"} <= shown

    def test_participation_is_kept_for_shown_units_only(self, closed_cycle: Cycle) -> None:
        kept = dict(Participation.objects.values_list("team__path", "answered"))
        assert kept["Sales / North"] == 8
        assert "Support / Night" not in kept

    def test_unanimous_answers_at_the_end_of_the_scale_are_clipped(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [5] * 8)
        close_cycle(cycle=open_cycle, now=True)
        found = figure(open_cycle, "Sales / North", "practice", "kind-to-each-other")
        assert found is not None
        assert (found.op, str(found.mean), found.low, found.high) == (">=", "4.6", None, None)

    def test_fewer_than_k_answers_in_all_publish_nothing(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4, 4, 4])
        factories.answer(open_cycle, "Support / Night", [4])
        close_cycle(cycle=open_cycle, now=True)
        assert not Figure.objects.exists()
        assert not Participation.objects.exists()


class TestTexts:
    def test_texts_of_fewer_than_ten_people_are_destroyed(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8, helps="Good tools")
        close_cycle(cycle=open_cycle, now=True)
        assert not Text.objects.exists()

    def test_texts_of_ten_people_stand_where_they_come_together(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8, helps="Good tools")
        factories.answer(open_cycle, "Sales / South", [4] * 6, helps="Kind people")
        close_cycle(cycle=open_cycle, now=True)
        assert set(Text.objects.values_list("team__path", flat=True)) == {"Sales"}
        assert Text.objects.count() == 14


class TestAfterwards:
    def test_no_box_invitation_code_or_key_is_left(self, closed_cycle: Cycle, django_capture_on_commit_callbacks) -> None:
        assert not Box.objects.exists()
        assert not Invitation.objects.exists()
        assert not Code.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_the_keys_are_destroyed_after_the_commit(self, organisation: None) -> None:
        cycle = factories.make_cycle()
        factories.answer(cycle, "Sales / North", [4] * 8)
        assert key_files(cycle)
        close_cycle(cycle=cycle, now=True)
        cycle.refresh_from_db()
        assert cycle.state == Cycle.State.CLOSED
        assert cycle.key_destroyed
        assert not key_files(cycle)

    def test_closing_again_changes_nothing(self, closed_cycle: Cycle) -> None:
        before = sorted(Figure.objects.values_list("team__path", "kind", "code", "mean"))
        close_cycle(cycle=closed_cycle)
        assert sorted(Figure.objects.values_list("team__path", "kind", "code", "mean")) == before


class TestRefusals:
    def test_it_refuses_before_the_last_day_is_over(self, open_cycle: Cycle) -> None:
        with pytest.raises(CannotClose, match="takes answers until the end of"):
            close_cycle(cycle=open_cycle)

    def test_a_removed_box_stops_it_and_changes_nothing(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        Box.objects.first().delete()  # type: ignore[union-attr]
        self.stops(open_cycle, "7 boxes stand against 8 answered")

    def test_a_forged_box_stops_it(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        Box.objects.filter(pk=Box.objects.values("pk")[:1]).update(sealed=b"x" * 4096)
        self.stops(open_cycle, "not made by this poll's own pages")

    def test_a_copied_box_stops_it(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        first, second = Box.objects.all()[:2]
        Box.objects.filter(pk=second.pk).update(sealed=first.sealed)
        self.stops(open_cycle, "stands there twice")

    def stops(self, cycle: Cycle, message: str) -> None:
        boxes = Box.objects.count()
        with pytest.raises(CannotClose, match=message):
            close_cycle(cycle=cycle, now=True)
        cycle.refresh_from_db()
        assert cycle.state == Cycle.State.OPEN
        assert Box.objects.count() == boxes
        assert not Figure.objects.exists()


def key_files(cycle: Cycle) -> list[Path]:
    return list(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*"))
