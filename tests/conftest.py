"""Fixtures that every test may use."""

import os
import shutil

import hypothesis
import pytest
from django.test import Client

from assessments.models import Cycle, Organisation, User
from assessments.models.organisation import know
from assessments.results.poll import poll_of
from assessments.services.closing import close_cycle
from tests import factories, snapshot

# The first example of a run imports scipy; how long an example takes on a busy machine says nothing.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

# Playwright's sync API runs an event loop in the test thread; Django would refuse ORM calls there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def forget_polls() -> None:
    """A process keeps the statements of a questionnaire; the next test's database may number another one alike."""
    poll_of.cache_clear()


def pytest_collection() -> None:
    """Some tests name their days while they are collected, before there is a database."""
    know(Organisation())


@pytest.fixture(autouse=True)
def forget_settings() -> None:
    """A process keeps the organisation's settings for some seconds; each test starts from an organisation that has set nothing."""
    know(Organisation())


@pytest.fixture
def organisation(db: None) -> None:
    """Two departments: Sales with North (8) and South (6), Support with Desk (7) and Night (3)."""
    factories.make_organisation(
        {"Sales": 0, "Sales / North": 8, "Sales / South": 6, "Support": 0, "Support / Desk": 7, "Support / Night": 3}
    )


@pytest.fixture
def open_cycle(organisation: None) -> Cycle:
    return factories.make_cycle()


@pytest.fixture
def closed_cycle(request: pytest.FixtureRequest, db: None) -> Cycle:
    """North and South answered in full, Desk six of seven, Night (three) too small to show."""
    # Other fixtures of the test may have written rows already; then it is made once more.
    starts_empty = snapshot.is_empty()
    if starts_empty and _taken:
        snapshot.put_back(tuple(_taken))
        return Cycle.objects.get()
    cycle = request.getfixturevalue("open_cycle")
    factories.answer(cycle, "Sales / North", [4, 4, 4, 4, 4, 3, 3, 3])
    factories.answer(cycle, "Sales / South", [2, 3, 3, 2, 3, 2])
    factories.answer(cycle, "Support / Desk", [4, 5, 4, 4, 3, 4])
    factories.answer(cycle, "Support / Night", [1, 1, 1])
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    if starts_empty:
        _taken.extend(snapshot.take())
    return cycle


_taken: list[snapshot.Rows] = []


@pytest.fixture
def hr(db: None) -> User:
    return factories.make_user("hr@example.org", role="hr", name="Hannah of HR")


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody who can sign in and has no role at all."""
    return factories.make_user("stranger@example.org", name="A stranger")


@pytest.fixture
def as_user(client: Client):
    """Sign the test client in: as_user("north@example.org") or as_user(user)."""

    def sign_in(user: User | str) -> Client:
        client.force_login(
            User.objects.get(email=user) if isinstance(user, str) else user,
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        return client

    return sign_in


def chromium_path() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    args = ["--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": chromium_path(), "args": args}
