"""A call centre votes behind one address."""

import time

import pytest
from django.test import Client

from assessments.models import Box, Invitation
from tests.attack import journey as journeys

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_five_hundred_people_behind_one_address_answer_within_a_minute() -> None:
    journey = journeys.begin(teams=25, members=19)
    Client().get("/a/")
    start = time.perf_counter()
    journey.answer(0)
    seconds = time.perf_counter() - start
    assert journey.statuses == [303] * 500
    assert (Box.objects.count(), Invitation.objects.filter(answered=True).count()) == (500, 500)
    assert seconds < 60
