"""One organisation and one crawl for the whole package: hundreds of sealed ballots and a thousand pages, rolled back at the end."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from assessments.models import User
from assessments.models.clock import clock_set_to
from tests import factories
from tests.crawler.crawl import Page, crawl, starts
from tests.crawler.reading import Fact, Reading, read_page
from tests.crawler.truth import Truth
from tests.crawler.world import TODAY, World, make_world

THOROUGH = {"alderwick@example.org", "thornvale@example.org", "dogmere@example.org"}  # leaders who try every unit of every cycle


@dataclass(frozen=True)
class Site:
    """What the crawl brought home; readings by page."""

    world: World
    truth: Truth
    pages: tuple[Page, ...]
    readings: dict[Page, Reading]

    def of(self, *roles: str) -> list[Page]:
        return [page for page in self.pages if page.role in roles]

    @property
    def leaders(self) -> list[Page]:
        return [page for page in self.pages if "@" in page.role]

    @property
    def facts(self) -> set[Fact]:
        return {fact for reading in self.readings.values() for fact in reading.facts}

    @property
    def problems(self) -> list[str]:
        return list(dict.fromkeys(problem for reading in self.readings.values() for problem in reading.problems))


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def hr(world: World) -> User:
    return factories.make_user("hr@example.org", role="hr", name="Hannah of HR")


@pytest.fixture(scope="package")
def site(world: World, hr: User) -> Site:
    viewer = factories.make_user("viewer@example.org", role="hr-viewer", name="Vera of HR")
    with clock_set_to(TODAY):
        # A viewer gets what HR gets by the same functions, so that choosing within the pages is tried by HR alone.
        pages = [*crawl("anonymous", None), *crawl("hr", hr), *crawl("hr-viewer", viewer, choose=False)]
        for leader in User.objects.filter(person__memberships__role="leader").order_by("pk"):
            # Many pages refuse a leader; three try them all, the others go where links lead.
            begin = None if leader.email in THOROUGH else starts([])
            pages += crawl(leader.email, leader, begin)
        truth = Truth()
        # Whoever reads the same words at the same address reads the same numbers.
        read: dict[tuple[str, str], Reading] = {}
        for page in pages:
            if page.alike not in read:
                read[page.alike] = read_page(page, truth)
        return Site(world, truth, tuple(pages), {page: read[page.alike] for page in pages})


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with clock_set_to(TODAY):
        yield
