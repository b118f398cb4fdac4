"""Closing: boxes become figures, everything else is destroyed."""

from pathlib import Path

import pytest
from django.conf import settings

from assessments.analysis.disclosure import DisclosureBreach
from assessments.ballotbox.box import Ballot, seal
from assessments.ballotbox.keys import KeyProblem
from assessments.models import Box, Code, Cycle, CycleTeam, Figure, Invitation, Participation, Text
from assessments.services import closing
from assessments.services.ballots import find_entry, submit_ballot
from assessments.services.closing import CannotClose, close_cycle
from assessments.services.keys import mac_key_of
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

    def test_they_stand_together_in_groups_no_smaller_than_k(self, organisation: None) -> None:
        cycle = factories.make_cycle(k=12)
        factories.answer(cycle, "Sales / North", [4] * 8, helps="Good tools")
        factories.answer(cycle, "Sales / South", [4] * 3, helps="Kind people")
        factories.answer(cycle, "Support / Desk", [4] * 7)
        close_cycle(cycle=cycle, now=True)
        assert Participation.objects.exists()
        assert not Text.objects.exists()

    def test_they_are_stored_in_an_order_that_says_nothing(self, open_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        stored: list[str] = []
        create = type(Text.objects.all()).bulk_create

        def watch(self, rows, *args, **kwargs):
            rows = list(rows)
            stored.extend(row.text for row in rows if isinstance(row, Text))
            return create(self, rows, *args, **kwargs)

        monkeypatch.setattr(type(Text.objects.all()), "bulk_create", watch)
        for text in ("m", "c", "x", "a", "k", "b", "z", "d", "y", "e"):
            team = "Sales / North" if text < "m" else "Sales / South"
            free = open_cycle.invitations.filter(team__path=team, answered=False)[0]
            submit_ballot(
                entry=find_entry(code=factories.give_code(free)), answers=factories.all_answers(open_cycle, 4), helps=text
            )
        close_cycle(cycle=open_cycle, now=True)
        assert stored == sorted("mcxakbzdye")


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
        self.stops(open_cycle, "Two boxes come from one invitation")

    def test_a_box_of_a_team_that_is_gone_stops_it(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        public_key, mac_key = bytes(open_cycle.public_key), mac_key_of(open_cycle)
        foreign = seal(Ballot("no such unit", {}), cycle=open_cycle.uid, public_key=public_key, mac_key=mac_key)
        Box.objects.filter(pk=Box.objects.values("pk")[:1]).update(sealed=foreign)
        self.stops(open_cycle, "a team that this cycle does not have")

    def test_an_answer_marked_by_hand_stops_it(self, open_cycle: Cycle) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 7)
        open_cycle.invitations.filter(team__path="Sales / North").update(answered=True)
        self.stops(open_cycle, "7 boxes stand against 8 answered")

    @pytest.mark.parametrize("suffix", ["private", "mac"])
    def test_a_key_that_is_not_this_cycles_stops_it(self, open_cycle: Cycle, suffix: str) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        (settings.BALLOT_KEY_DIR / f"{open_cycle.uid}.{suffix}").write_bytes(b"x" * 32)
        self.stops(open_cycle, "this cycle was opened with", KeyProblem)

    def test_a_breach_of_the_rule_publishes_nothing(self, open_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        factories.answer(open_cycle, "Sales / North", [4] * 8)

        def breach(*args: object) -> None:
            raise DisclosureBreach("unit 3: 2 answers remain")

        monkeypatch.setattr("assessments.analysis.scoring.check_remainders", breach)
        self.stops(open_cycle, "2 answers remain", DisclosureBreach, state=Cycle.State.CLOSING)

    def test_a_planned_cycle_is_not_closed(self, open_cycle: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.PLANNED)
        with pytest.raises(CannotClose, match="has not been opened yet"):
            close_cycle(cycle=open_cycle, now=True)

    def test_once_counted_it_is_counted_with_the_same_boxes_or_not_at_all(
        self, open_cycle: Cycle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever can make a close fail late may have seen its figures: a second count of other boxes would tell the difference."""
        factories.answer(open_cycle, "Sales / North", [4] * 8)
        with monkeypatch.context() as patch:
            patch.setattr(closing, "publish", lambda **kwargs: 1 / 0)
            self.stops(open_cycle, "division", ZeroDivisionError, state=Cycle.State.CLOSING)
        Cycle.objects.update(state=Cycle.State.OPEN)  # by hand
        box = Box.objects.all()[0]
        Box.objects.filter(pk=box.pk).delete()
        Invitation.objects.filter(pk=Invitation.objects.filter(answered=True).values("pk")[:1]).update(answered=False)
        self.stops(open_cycle, "Only --abandon ends this cycle now", state=Cycle.State.CLOSING)
        Box.objects.create(pk=box.pk, cycle=open_cycle, sealed=box.sealed)
        Invitation.objects.filter(pk=Invitation.objects.filter(answered=False, team__path="Sales / North").values("pk")[:1]).update(
            answered=True
        )
        close_cycle(cycle=open_cycle, now=True)
        assert Figure.objects.exists()

    def stops(self, cycle: Cycle, message: str, error: type[Exception] = CannotClose, state: str = Cycle.State.OPEN) -> None:
        boxes = Box.objects.count()
        with pytest.raises(error, match=message):
            close_cycle(cycle=cycle, now=True)
        cycle.refresh_from_db()
        assert cycle.state == state
        assert Box.objects.count() == boxes
        assert not Figure.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestInterrupted:
    """Killed or failing at any step, the next run finishes."""

    @pytest.fixture
    def answered(self) -> Cycle:
        factories.make_organisation({"Sales": 6})
        cycle = factories.make_cycle()
        factories.answer(cycle, "Sales", [4, 4, 4, 3, 3, 3])
        return cycle

    def finished(self, cycle: Cycle) -> bool:
        cycle.refresh_from_db()
        return (
            mean(cycle, "Sales") == "=3.5"
            and cycle.state == Cycle.State.CLOSED
            and cycle.key_destroyed
            and not key_files(cycle)
            and not Box.objects.exists()
        )

    def test_killed_after_the_poll_was_stopped(self, answered: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSING)
        close_cycle(cycle=answered)
        assert self.finished(answered)

    @pytest.mark.parametrize("step", ["_open_boxes", "publish", "_summary"])
    def test_killed_while_publishing(self, answered: Cycle, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
        def kill(*args: object, **kwargs: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(closing, step, kill)
            with pytest.raises(KeyboardInterrupt):
                close_cycle(cycle=answered, now=True)
        answered.refresh_from_db()
        assert answered.state == Cycle.State.CLOSING
        assert Box.objects.count() == 6
        assert len(key_files(answered)) >= 3
        assert not Figure.objects.exists()
        close_cycle(cycle=answered)
        assert self.finished(answered)

    def test_killed_before_the_keys_were_destroyed(self, answered: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(closing, "_finish", lambda cycle: None)
            close_cycle(cycle=answered, now=True)
        assert key_files(answered)
        assert not self.finished(answered)
        close_cycle(cycle=answered)
        assert self.finished(answered)

    def test_a_second_run_that_finds_the_first_has_failed_keeps_the_keys(
        self, answered: Cycle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It has waited for the first in `_begin`; by now the first has opened the poll again."""
        monkeypatch.setattr(closing, "_begin", lambda cycle, *, now, has_key: None)
        with pytest.raises(CannotClose, match="has just tried to close"):
            close_cycle(cycle=answered, now=True)
        answered.refresh_from_db()
        assert (answered.state, answered.key_destroyed, len(key_files(answered))) == (Cycle.State.OPEN, False, 3)


def key_files(cycle: Cycle) -> list[Path]:
    return list(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*"))
