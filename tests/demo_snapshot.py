"""The demo organisation in an empty database: made once in each process, which takes some fifteen seconds, then copied."""

from unittest import mock

from assessments.services.demo import make_demo_data
from assessments.services.planning import refresh_planner
from tests import snapshot

_taken: list[snapshot.Rows] = []


def demo_stands() -> None:
    if _taken:
        snapshot.put_back(tuple(_taken))
        refresh_planner()
        return
    # PostgreSQL clears its files in no transaction, and here everything is in one.
    with mock.patch("assessments.services.texts._clear_files"):
        make_demo_data(say=lambda _text: None)
    _taken.extend(snapshot.take())
