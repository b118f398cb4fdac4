"""Every file that can be downloaded and every answer of the API: each number is one that is stored for that unit."""

import pytest

from assessments.models import User
from tests.crawler.files import answers_of, files_of, object_problems
from tests.crawler.truth import Truth
from tests.crawler.world import THREE, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_number_in_a_file_or_an_answer_is_stored_for_that_unit(world: World, hr: User) -> None:
    truth, told = Truth(), 0
    for cycle in world.closed:
        for name, objects in [*files_of(cycle, hr), *answers_of(cycle, hr)]:
            assert object_problems(truth, cycle, objects) == [], name
            told += len(objects)
    assert told > 5_000


def test_a_number_that_is_not_stored_is_found(world: World) -> None:
    """Otherwise the test above proves little."""
    truth, cycle = Truth(), world.closed[0]
    for leak in (
        {"n": 3},
        {"low": 1.2, "high": 1.9},
        {"mean": {"op": "=", "value": 1.0}},
        {"gap": 0.4},
        {"percent": 100},
        {"new": 7},
    ):
        assert object_problems(truth, cycle, [{"team": THREE, "code": "kindness", "shown": False} | leak]), leak
