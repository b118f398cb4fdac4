"""Planning and opening a cycle, and what stays untouched when that is refused."""

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from assessments.ballotbox import keys
from assessments.models import Box, Code, Cycle, CycleTeam, Invitation, Questionnaire
from assessments.models.cycles import today
from assessments.services.cycles import CycleRefused, open_cycle
from assessments.services.keys import mac_key_of, private_key_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_key_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "BALLOT_KEY_DIR", tmp_path / "keys")


@pytest.fixture
def questionnaire() -> Questionnaire:
    return Questionnaire.objects.create(code="check", title="Check")


@pytest.fixture
def people() -> None:
    for _ in range(6):
        factories.make_person("Sales")


def in_days(days: int) -> datetime.date:
    return today() + datetime.timedelta(days=days)


def opened(questionnaire: Questionnaire, name: str = "2026 Q4", opens: int = 0, closes: int = 14, k: int | None = None) -> Cycle:
    return open_cycle(name=name, questionnaire=questionnaire, opens=in_days(opens), closes=in_days(closes), k=k)


def key_files() -> list[str]:
    directory: Path = settings.BALLOT_KEY_DIR
    return sorted(path.name for path in directory.iterdir()) if directory.is_dir() else []


@pytest.mark.usefixtures("people")
class TestOpening:
    def test_on_its_first_day_it_opens_and_freezes_everything(self, questionnaire: Questionnaire) -> None:
        cycle = opened(questionnaire)
        cycle.refresh_from_db()
        questionnaire.refresh_from_db()
        assert (cycle.state, cycle.slug, cycle.k, cycle.takes_answers) == ("open", "2026-q4", 5, True)
        assert questionnaire.used
        assert CycleTeam.objects.filter(cycle=cycle).count() == 1
        assert Invitation.objects.filter(cycle=cycle).count() == 6
        assert not Box.objects.exists()
        assert not Code.objects.exists()

    def test_its_keys_stand_in_files_and_only_the_public_part_in_the_database(self, questionnaire: Questionnaire) -> None:
        cycle = opened(questionnaire)
        cycle.refresh_from_db()
        assert key_files() == [f"{cycle.uid}.mac", f"{cycle.uid}.private", f"{cycle.uid}.roll"]
        private_key_of(cycle)
        mac_key_of(cycle)
        assert not cycle.key_destroyed

    def test_before_its_first_day_it_is_only_planned(self, questionnaire: Questionnaire) -> None:
        cycle = opened(questionnaire, opens=3)
        questionnaire.refresh_from_db()
        assert (cycle.state, cycle.takes_answers, questionnaire.used) == ("planned", False, False)
        assert not CycleTeam.objects.exists()
        assert not key_files()

    def test_a_planned_one_is_opened_by_the_same_call_on_the_day(self, questionnaire: Questionnaire) -> None:
        planned = opened(questionnaire, opens=3)
        again = opened(questionnaire, opens=0, closes=7, k=6)
        assert again.pk == planned.pk
        assert Cycle.objects.get().state == "open"
        assert (again.k, again.closes) == (6, in_days(7))

    def test_an_opening_that_was_killed_half_way_is_in_nobodys_way(self, questionnaire: Questionnaire) -> None:
        planned = opened(questionnaire, opens=3)
        keys.make_keys(settings.BALLOT_KEY_DIR, planned.uid, 5)  # what a killed process leaves behind
        assert opened(questionnaire).state == "open"


@pytest.mark.usefixtures("people")
class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"opens": 5, "closes": 4}, "before the first"),
            ({"opens": -9, "closes": -1}, "already over"),
            ({"k": 3}, "no group smaller than 4"),
            ({"k": 7}, "Only 6 people would be invited"),
            ({"name": "…"}, "needs a short name"),
            ({"name": "Q" * 51}, "needs a short name"),
        ],
    )
    def test_what_makes_no_sense_changes_nothing(self, questionnaire: Questionnaire, changes: dict, message: str) -> None:
        with pytest.raises(CycleRefused, match=message):
            opened(questionnaire, **changes)
        self.nothing_changed()

    def nothing_changed(self) -> None:
        assert not Cycle.objects.exists()
        assert not CycleTeam.objects.exists()
        assert not Invitation.objects.exists()
        assert not Questionnaire.objects.filter(used=True).exists()
        assert not key_files()

    def test_k_of_4_is_the_smallest(self, questionnaire: Questionnaire) -> None:
        assert opened(questionnaire, k=4).k == 4

    def test_a_key_directory_that_cannot_be_written_changes_nothing(self, questionnaire: Questionnaire) -> None:
        settings.BALLOT_KEY_DIR.write_text("a file stands where the directory should")
        with pytest.raises(CycleRefused, match="cannot be written"):
            opened(questionnaire)
        self.nothing_changed()

    def test_a_failure_after_the_keys_were_made_leaves_none_behind(
        self, questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save = Cycle.save

        def fail_to_open(self: Cycle, *args: object, **kwargs: object) -> None:
            assert (self.state == Cycle.State.OPEN) == bool(key_files())
            if self.state == Cycle.State.OPEN:
                raise OSError("the database is gone")
            save(self)

        monkeypatch.setattr(Cycle, "save", fail_to_open)
        with pytest.raises(OSError, match="gone"):
            opened(questionnaire)
        self.nothing_changed()

    def test_a_name_is_used_once(self, questionnaire: Questionnaire) -> None:
        opened(questionnaire)
        with pytest.raises(CycleRefused, match="is open already"):
            opened(questionnaire)
        with pytest.raises(CycleRefused, match="too much like “2026 Q4”"):
            opened(questionnaire, name="2026 q4")
        assert len(key_files()) == 3

    def test_one_cycle_runs_at_a_time(self, questionnaire: Questionnaire) -> None:
        first = opened(questionnaire)
        with pytest.raises(CycleRefused, match="“2026 Q4” is still running"):
            opened(questionnaire, name="2027 Q1")
        Cycle.objects.update(state=Cycle.State.CLOSING)
        with pytest.raises(CycleRefused, match="“2026 Q4” is still running"):
            opened(questionnaire, name="2027 Q1")
        Cycle.objects.update(state=Cycle.State.CLOSED)
        assert opened(questionnaire, name="2027 Q1").pk != first.pk

    def test_two_that_open_at_the_same_moment_leave_one_and_its_keys(
        self, questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(questionnaire)
        before = key_files()
        monkeypatch.setattr(type(Cycle.objects.all()), "running", lambda self: None)
        with pytest.raises(CycleRefused, match="has just been opened"):
            opened(questionnaire, name="2027 Q1")
        assert Cycle.objects.count() == 1
        assert key_files() == before

    def test_planning_the_next_one_while_one_runs_is_fine(self, questionnaire: Questionnaire) -> None:
        opened(questionnaire)
        assert opened(questionnaire, name="2027 Q1", opens=30, closes=40).state == "planned"


class TestWithoutARoster:
    def test_with_nobody_to_invite_nothing_opens(self, questionnaire: Questionnaire) -> None:
        with pytest.raises(CycleRefused, match="Only 0 people would be invited"):
            opened(questionnaire)
        assert not Cycle.objects.exists()
        assert not key_files()


class TestDatabase:
    """The database itself refuses, whatever the code does."""

    def make(self, questionnaire: Questionnaire, name: str, **values: object) -> Cycle:
        defaults = {"slug": name, "questionnaire": questionnaire, "opens": today(), "closes": today(), "k": 5}
        return Cycle.objects.create(name=name, **{**defaults, **values})  # type: ignore[arg-type]

    @pytest.mark.parametrize("state", ["open", "closing"])
    def test_two_running_cycles(self, questionnaire: Questionnaire, state: str) -> None:
        self.make(questionnaire, "one", state="open")
        for other in ("planned", "closed"):
            self.make(questionnaire, other, state=other)
            self.make(questionnaire, f"{other}-too", state=other)
        with pytest.raises(IntegrityError), transaction.atomic():
            self.make(questionnaire, "two", state=state)

    @pytest.mark.parametrize("values", [{"k": 3}, {"closes": datetime.date(2020, 1, 1)}])
    def test_a_k_below_4_and_an_end_before_the_beginning(self, questionnaire: Questionnaire, values: dict) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            self.make(questionnaire, "one", **values)
