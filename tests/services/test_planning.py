"""What PostgreSQL's planner is told: with stale numbers a page of the demo took minutes."""

import pytest
from django.db import connection

from assessments.models import Answer, Figure, Participation
from assessments.services.closing import close_cycle
from assessments.services.planning import refresh_planner
from tests import factories

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no telling")


def told(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_it_knows_what_a_close_wrote_before_anything_reads_it() -> None:
    """In the close's own transaction: this test commits nothing."""
    factories.make_organisation({"Sales": 8})
    cycle = factories.make_cycle()
    refresh_planner()  # what it was told by an earlier test outlives that test
    assert told(Figure._meta.db_table) == 0
    factories.answer(cycle, "Sales", [4] * 8)
    close_cycle(cycle=cycle, now=True)
    for model in (Figure, Participation, Answer):
        assert told(model._meta.db_table) == model.objects.count()
    assert Figure.objects.count() > 10
