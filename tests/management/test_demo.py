"""`make_demo_data` fills, `demo` prints how to get in and serves."""

import io
import socket

import pytest
from django.core.management import CommandError, call_command

from assessments.demo import organisation
from assessments.management.commands import demo
from assessments.models import Organisation, User
from assessments.services.demo import HR_EMAIL, PASSWORD

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the open cycle, so that a run is quick."""
    monkeypatch.setattr(organisation, "QUARTERS", 1)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the demo would serve, instead of a server that waits for ever."""
    calls: list[tuple[str, int]] = []
    monkeypatch.setattr(demo, "run", lambda host, port, handler, *, threading: calls.append((host, port)))
    return calls


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_making_the_data_is_silent_without_a_terminal(served: list, caplog: pytest.LogCaptureFixture) -> None:
    out = io.StringIO()
    call_command("make_demo_data", stdout=out)
    assert out.getvalue() == ""
    assert Organisation.objects.get().name == "Alder & Rowe"
    assert served == []


def test_making_the_data_shows_progress_on_a_terminal() -> None:
    out = Terminal()
    call_command("make_demo_data", stdout=out)
    call_command("make_demo_data", stdout=out)
    assert "people answered, still open" in out.getvalue()
    assert "stands already; nothing was changed" in out.getvalue()


def test_other_data_are_refused_with_a_way_out(served: list, free_port: int) -> None:
    User.objects.create_user(email="somebody@company.example")
    with pytest.raises(CommandError, match="database of its own"):
        call_command("demo", port=free_port)
    assert served == []


def test_the_demo_prints_how_to_get_in_and_serves_on_this_machine_alone(served: list, free_port: int) -> None:
    out = io.StringIO()
    call_command("demo", port=free_port, stdout=out)
    said = out.getvalue()
    assert served == [("127.0.0.1", free_port)]
    assert PASSWORD in said
    assert HR_EMAIL in said
    assert all(team in said for team in ("Store 12", "Night line", "Contact centre A"))
    assert said.count(f"http://127.0.0.1:{free_port}/a/#") == 3


def test_a_taken_port_is_told_before_anything_is_made(served: list) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="--port 8001"):
            call_command("demo", port=taken.getsockname()[1])
    assert not Organisation.objects.exists()
    assert served == []
