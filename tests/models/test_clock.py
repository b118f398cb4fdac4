"""The clock tells the real time unless somebody sets it."""

import datetime
import threading

from django.utils import timezone

from assessments.models.clock import clock_set_to, now, today

PAST = datetime.date(2025, 8, 11)


def test_it_tells_the_real_time() -> None:
    assert abs(now() - timezone.now()) < datetime.timedelta(seconds=5)
    assert today() == timezone.localdate()


def test_it_can_be_set_and_goes_back() -> None:
    with clock_set_to(PAST):
        assert today() == PAST
        assert timezone.localtime(now()).hour == 12
        with clock_set_to(PAST + datetime.timedelta(days=1)):
            assert today().day == 12
        assert today() == PAST
    assert today() == timezone.localdate()


def test_other_threads_keep_the_real_time() -> None:
    seen = []
    with clock_set_to(PAST):
        thread = threading.Thread(target=lambda: seen.append(today()))
        thread.start()
        thread.join()
    assert seen == [timezone.localdate()]
