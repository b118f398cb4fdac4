"""Abandoning: what cannot be counted honestly is destroyed, and it is noted who did it and why."""

import pytest
from django.conf import settings
from django.test import Client

from assessments.ballotbox.keys import KeyProblem
from assessments.models import Act, Box, Code, Cycle, Figure, Invitation, Participation, User
from assessments.services import closing
from assessments.services.closing import CannotAbandon, CannotClose, abandon_cycle, close_cycle
from tests import factories

WHY = "Two boxes were removed by hand"


def abandon(cycle: Cycle) -> None:
    abandon_cycle(cycle=cycle, by="operator", why=WHY)
    cycle.refresh_from_db()


@pytest.fixture
def spoilt(open_cycle: Cycle) -> Cycle:
    """A box has been removed, so it cannot be closed."""
    factories.answer(open_cycle, "Sales / North", [4] * 8)
    Box.objects.first().delete()  # type: ignore[union-attr]
    return open_cycle


class TestWhatIsLeft:
    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_published_and_everything_is_destroyed(self, spoilt: Cycle) -> None:
        abandon(spoilt)
        assert spoilt.state == Cycle.State.ABANDONED
        assert spoilt.key_destroyed
        assert not list(settings.BALLOT_KEY_DIR.glob(f"{spoilt.uid}.*"))
        for model in (Box, Invitation, Code, Figure, Participation):
            assert not model.objects.exists()

    def test_a_lost_key_does_not_keep_a_cycle_from_being_abandoned(self, spoilt: Cycle) -> None:
        for path in settings.BALLOT_KEY_DIR.glob(f"{spoilt.uid}.*"):
            path.unlink()
        abandon(spoilt)
        assert spoilt.state == Cycle.State.ABANDONED

    def test_a_cycle_whose_close_was_interrupted_can_be_abandoned(self, spoilt: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSING)
        abandon(spoilt)
        assert spoilt.state == Cycle.State.ABANDONED

    def test_the_next_cycle_can_be_opened(self, spoilt: Cycle) -> None:
        abandon(spoilt)
        assert factories.make_cycle("2027 Q1").state == Cycle.State.OPEN


class TestLog:
    def test_it_is_kept_who_did_it_and_why(self, spoilt: Cycle, caplog: pytest.LogCaptureFixture) -> None:
        abandon(spoilt)
        act = Act.objects.get()
        assert (act.who, act.what, act.cycle, act.why) == ("operator", Act.What.ABANDON, spoilt, WHY)
        assert [record.levelname for record in caplog.records if WHY in record.getMessage()] == ["WARNING"]

    def test_again_it_finishes_and_notes_nothing_more(self, spoilt: Cycle) -> None:
        abandon(spoilt)
        abandon(spoilt)
        assert Act.objects.count() == 1

    @pytest.mark.parametrize("why", ["", "  ", "x" * 501])
    def test_without_a_reason_of_a_sensible_length_nothing_happens(self, spoilt: Cycle, why: str) -> None:
        with pytest.raises(CannotAbandon, match="Say why"):
            abandon_cycle(cycle=spoilt, by="operator", why=why)
        spoilt.refresh_from_db()
        assert spoilt.state == Cycle.State.OPEN

    def test_an_act_knows_who_did_what_and_nothing_of_who_took_part(self) -> None:
        assert {field.column for field in Act._meta.concrete_fields} == {"id", "at", "who", "what", "cycle_id", "why"}


class TestRefusals:
    def test_what_is_published_stays(self, closed_cycle: Cycle) -> None:
        with pytest.raises(CannotAbandon, match="only a cycle that runs"):
            abandon(closed_cycle)
        assert Figure.objects.exists()

    def test_a_planned_cycle_is_not_abandoned(self, open_cycle: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.PLANNED)
        with pytest.raises(CannotAbandon, match="only a cycle that runs"):
            abandon(open_cycle)

    def test_it_is_not_closed_afterwards(self, spoilt: Cycle) -> None:
        abandon(spoilt)
        with pytest.raises(CannotClose, match="was abandoned"):
            close_cycle(cycle=spoilt, now=True)

    @pytest.mark.django_db(transaction=True)
    def test_a_key_that_cannot_be_destroyed_is_tried_again(self, spoilt: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*args: object) -> None:
            raise KeyProblem("could not be removed")

        with monkeypatch.context() as patch:
            patch.setattr(closing, "destroy_keys", refuse)
            with pytest.raises(KeyProblem):
                abandon(spoilt)
        spoilt.refresh_from_db()
        assert (spoilt.state, spoilt.key_destroyed) == (Cycle.State.ABANDONED, False)
        abandon(spoilt)
        assert spoilt.key_destroyed


class TestPages:
    """Every page that speaks of cycles copes with one that has no figures and never will."""

    @pytest.fixture
    def abandoned(self, spoilt: Cycle) -> Cycle:
        abandon(spoilt)
        return spoilt

    def test_it_is_neither_running_nor_closed(self, abandoned: Cycle) -> None:
        assert Cycle.objects.running() is None
        assert not Cycle.objects.closed().exists()
        assert not Cycle.objects.opened().exists()

    @pytest.mark.parametrize("page", ["/hr/", "/hr/participation/", "/hr/cycles/", "/anonymity/", "/a/", "/a/thanks/"])
    def test_hr_pages_and_poll_pages_answer(self, abandoned: Cycle, hr: User, as_user, page: str) -> None:
        assert as_user(hr).get(page).status_code == 200

    @pytest.mark.parametrize("page", ["/hr/", "/hr/participation/"])
    def test_it_cannot_be_chosen_among_figures(self, abandoned: Cycle, hr: User, as_user, page: str) -> None:
        assert as_user(hr).get(f"{page}?cycle={abandoned.slug}").status_code == 404

    def test_a_leader_reads_that_there_will_be_no_figures(self, abandoned: Cycle, as_user) -> None:
        team = abandoned.teams.get(path="Sales / North")
        client = as_user("north@example.org")
        assert client.get("/my/").status_code == 200
        assert "there will be no figures" in client.get(f"/teams/{team.uid}/").content.decode()

    def test_somebody_with_a_code_reads_what_became_of_the_answers(self, abandoned: Cycle, client: Client) -> None:
        response = client.post("/a/", {"code": "AAAA-AAAA-AAAA-AAAA"})
        assert response.status_code == 410
        assert "destroyed unread" in response.content.decode()
