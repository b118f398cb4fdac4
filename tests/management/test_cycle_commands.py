"""The commands of a cycle: what they print, and that everything that goes wrong is one clear line."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command

from assessments.models import Cycle, Invitation, Practice
from assessments.models.cycles import today
from tests import factories

pytestmark = pytest.mark.django_db
NAME = "2026 Q4"


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def in_days(days: int) -> datetime.date:
    return today() + datetime.timedelta(days=days)


def open_command(opens: object = None, closes: object = None, *more: object, questionnaire: str = "quarterly-check") -> str:
    return run(
        *("open_cycle", NAME, "--questionnaire", questionnaire),
        *("--opens", opens or in_days(0), "--closes", closes or in_days(14), *more),
    )


@pytest.fixture
def people(db: None) -> None:
    for _ in range(6):
        factories.make_person("Sales")
    factories.make_person("Sales", email="")


@pytest.fixture
def cycle(people: None) -> Cycle:
    return factories.make_cycle(NAME)


class TestLoadContent:
    def test_it_counts_what_it_loaded_and_names_what_is_new(self) -> None:
        assert run("load_content").splitlines() == [
            "59 practices loaded.",
            "New: Full review, version 1.",
            "New: Quarterly check, version 1.",
        ]
        assert run("load_content") == "59 practices loaded.\n"
        assert Practice.objects.count() == 59


@pytest.mark.usefixtures("people")
class TestOpenCycle:
    def test_it_opens_and_says_who_needs_a_card(self) -> None:
        assert open_command().splitlines() == [
            f"{NAME} is open until the end of {in_days(14)}: 7 people may answer.",
            "1 of them have no mail address and need a code card.",
        ]

    def test_before_the_first_day_it_plans(self) -> None:
        assert open_command(in_days(2)) == f"{NAME} is planned. Run the same command on {in_days(2)} or later to open it.\n"
        assert "is open until" in open_command()

    @pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "1.10.2026", ""])
    def test_a_bad_day_is_refused(self, day: str) -> None:
        with pytest.raises(CommandError, match="is not a day such as 2026-10-15"):
            run("open_cycle", NAME, "--questionnaire", "quarterly-check", f"--opens={day}", "--closes", in_days(3))

    def test_an_unknown_questionnaire_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(CommandError, match=r"no questionnaire “pulse”. Known: full-review, quarterly-check\."):
            open_command(questionnaire="pulse")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [((in_days(3), in_days(2)), "before the first"), ((None, None, "--k", 3), "no group smaller than 4")],
    )
    def test_what_the_service_refuses_is_an_error(self, arguments: tuple, message: str) -> None:
        with pytest.raises(CommandError, match=message):
            open_command(*arguments)
        assert not Cycle.objects.exists()

    def test_twice_is_an_error(self) -> None:
        open_command()
        with pytest.raises(CommandError, match=f"“{NAME}” is open already"):
            open_command()


@pytest.mark.parametrize("command", [("send_invitations",), ("close_cycle",), ("export_results", "--out", "x.json")])
class TestWrongName:
    def test_it_is_refused_with_the_known_names(self, cycle: Cycle, command: tuple[str, ...]) -> None:
        with pytest.raises(CommandError, match=f"There is no cycle “2026 q4”. Known: “{NAME}”."):
            run(command[0], "2026 q4", *command[1:])

    def test_without_any_cycle_it_says_so(self, command: tuple[str, ...]) -> None:
        with pytest.raises(CommandError, match=r"Known: none yet\."):
            run(command[0], NAME, *command[1:])


class TestSendInvitations:
    def test_it_counts_mails_and_cards(self, cycle: Cycle) -> None:
        assert run("send_invitations", NAME).splitlines() == [
            "6 invitations sent.",
            "1 people have no mail address and need a code card.",
        ]
        assert len(mail.outbox) == 6
        assert run("send_invitations", NAME).splitlines()[0] == "0 invitations sent."

    def test_it_fails_when_some_could_not_be_sent(self, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
        monkeypatch.setattr(settings, "EMAIL_PORT", 1)
        with pytest.raises(CommandError, match=r"6 could not be sent[.] Run the command again"):
            run("send_invitations", NAME)

    def test_it_refuses_a_cycle_that_is_not_open(self, cycle: Cycle) -> None:
        Cycle.objects.update(state=Cycle.State.PLANNED)
        with pytest.raises(CommandError, match="takes no answers at the moment"):
            run("send_invitations", NAME)


class TestCloseCycle:
    def test_it_says_what_was_published_and_again_the_same(self, cycle: Cycle) -> None:
        factories.answer(cycle, "Sales", [4, 4, 4, 4, 3, 3])
        printed = run("close_cycle", NAME, "--now")
        assert printed.splitlines() == [
            f"{NAME} is closed: 41 figures of 1 units are published.",  # overall, 10 dimensions, 30 practices
            "Single answers, invitations and keys are destroyed.",
        ]
        assert run("close_cycle", NAME) == printed
        assert not Invitation.objects.exists()

    def test_it_says_when_too_few_answered(self, cycle: Cycle) -> None:
        factories.answer(cycle, "Sales", [4] * 4)
        assert "Fewer than 5 people answered, so nothing was published." in run("close_cycle", NAME, "--now")

    def test_before_the_last_day_it_refuses(self, cycle: Cycle) -> None:
        with pytest.raises(CommandError, match=r"takes answers until the end of .* with --now\. Nothing was changed\."):
            run("close_cycle", NAME)

    def test_a_planned_one_is_refused(self, people: None) -> None:
        open_command(in_days(2))
        with pytest.raises(CommandError, match=r"has not been opened yet\. Nothing was changed\."):
            run("close_cycle", NAME, "--now")

    def test_a_missing_key_is_named_and_nothing_is_changed(self, cycle: Cycle) -> None:
        (settings.BALLOT_KEY_DIR / f"{cycle.uid}.private").unlink()
        with pytest.raises(CommandError, match=r"\.private cannot be read: .*\. Nothing was changed\."):
            run("close_cycle", NAME, "--now")
        cycle.refresh_from_db()
        assert cycle.state == Cycle.State.OPEN

    @pytest.mark.django_db(transaction=True)
    def test_a_key_that_cannot_be_removed_is_said_to_be_left(self, people: None, monkeypatch: pytest.MonkeyPatch) -> None:
        cycle = factories.make_cycle(NAME)

        def refuse(path: Path) -> None:
            raise PermissionError(1, "Operation not permitted")

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            with pytest.raises(CommandError, match=r"could not be removed.* The figures are published; run the command again"):
                run("close_cycle", NAME, "--now")
        cycle.refresh_from_db()
        assert (cycle.state, cycle.key_destroyed) == (Cycle.State.CLOSED, False)
        run("close_cycle", NAME)
        cycle.refresh_from_db()
        assert cycle.key_destroyed


class TestExportResults:
    def test_it_writes_every_cell_of_a_closed_cycle(self, cycle: Cycle, tmp_path: Path) -> None:
        factories.answer(cycle, "Sales", [4] * 6)
        run("close_cycle", NAME, "--now")
        out = tmp_path / "results.json"
        assert run("export_results", NAME, "--out", out) == f"41 cells written to {out}.\n"
        assert len(json.loads(out.read_text(encoding="utf-8"))) == 41

    def test_before_the_close_there_is_nothing_to_export(self, cycle: Cycle, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="is not closed"):
            run("export_results", NAME, "--out", tmp_path / "results.json")
        assert not list(tmp_path.iterdir())

    def test_a_file_that_cannot_be_written_is_named(self, cycle: Cycle, tmp_path: Path) -> None:
        Cycle.objects.update(state=Cycle.State.CLOSED)
        with pytest.raises(CommandError, match="cannot be written"):
            run("export_results", NAME, "--out", tmp_path / "missing" / "results.json")
