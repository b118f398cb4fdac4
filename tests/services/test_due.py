"""What is done every day."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from assessments.models import Act, Cycle
from assessments.services import closing, due
from assessments.services.closing import abandon_cycle, close_cycle
from assessments.services.due import run_due
from tests import factories


def test_on_an_ordinary_day_nobody_has_to_see_to_anything(open_cycle: Cycle) -> None:
    out = StringIO()
    call_command("run_due", stdout=out)
    assert out.getvalue().splitlines() == [
        "count how many have answered: done",
        "finish interrupted closes: done",
        "watch the keys: done",
        "open cycles whose first day has come: done",
        "send invitations that are missing: done",
        "remind of the poll: done",
        "forget which managers were reminded: done",
        "forget names that are older than HR keeps them: done",
        "remind of actions that are due: done",
        "forget rosters that were uploaded and never applied: done",
        "forget sessions that have run out: done",
        "remove files of reports that were deleted: done",
    ]


def test_a_lost_key_ends_the_command_with_an_error(open_cycle: Cycle) -> None:
    (settings.BALLOT_KEY_DIR / f"{open_cycle.uid}.private").unlink()
    with pytest.raises(CommandError, match="2026 Q4: a key file is missing"):
        call_command("run_due")


def test_it_closes_nothing(open_cycle: Cycle) -> None:
    Cycle.objects.update(state=Cycle.State.CLOSING)
    run_due()
    open_cycle.refresh_from_db()
    assert open_cycle.state == Cycle.State.CLOSING


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("abandoned", [False, True])
def test_it_destroys_keys_that_an_interrupted_close_has_left(
    organisation: None, monkeypatch: pytest.MonkeyPatch, abandoned: bool
) -> None:
    cycle = factories.make_cycle()
    with monkeypatch.context() as patch:
        patch.setattr(closing, "_finish", lambda cycle: None)
        if abandoned:
            abandon_cycle(cycle=cycle, by="operator", why="a box was removed")
        else:
            close_cycle(cycle=cycle, now=True)
    assert list(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*"))
    assert run_due() == []
    cycle.refresh_from_db()
    assert cycle.key_destroyed
    assert not list(settings.BALLOT_KEY_DIR.glob(f"{cycle.uid}.*"))
    assert Act.objects.count() == int(abandoned)


def test_a_step_that_fails_does_not_keep_the_others_from_running(open_cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def fail() -> list[str]:
        raise ZeroDivisionError

    steps = (due.Step("first", fail), due.Step("second", lambda: ran.append("second") or []))
    monkeypatch.setattr(due, "STEPS", steps)
    assert run_due() == ["The step “first” failed: ZeroDivisionError."]
    assert ran == ["second"]
