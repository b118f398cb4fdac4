"""Closing keeps where each unit's leaders and its people differ most; an installation that is older gets it with the upgrade."""

from importlib import import_module

import pytest
from django.apps import apps

from assessments.models import Cycle, WidestGap
from assessments.services.closing import close_cycle
from tests import factories
from tests.own_views import hand_in

fill = import_module("assessments.migrations.0018_widest_gaps").fill


@pytest.fixture
def compared(open_cycle: Cycle) -> Cycle:
    """North and South differ from their leaders, Desk does not, Night is too small to show."""
    factories.answer(open_cycle, "Sales / North", [factories.all_answers(open_cycle, 4, authority_to_help=1)] * 8)
    factories.answer(open_cycle, "Sales / South", [3] * 6)
    factories.answer(open_cycle, "Support / Desk", [4] * 7)
    factories.answer(open_cycle, "Support / Night", [1] * 3)
    hand_in(open_cycle, "Sales / North", 4)
    hand_in(open_cycle, "Sales / South", 5)
    hand_in(open_cycle, "Support / Desk", 4)
    hand_in(open_cycle, "Support / Night", 5)
    close_cycle(cycle=open_cycle, now=True)
    return open_cycle


def stored(cycle: Cycle) -> list[tuple[object, ...]]:
    found = WidestGap.objects.filter(cycle=cycle).order_by("figure__team__position")
    return list(found.values_list("figure__team__name", "figure__code", "figure", "manager", "size"))


def test_there_is_one_for_each_unit_with_a_clear_difference(compared: Cycle) -> None:
    found = stored(compared)
    assert [row[:2] for row in found] == [("North", "empowerment"), ("South", "kindness")]
    for row in found:
        figure = compared.teams.get(name=row[0]).figures.get(kind="dimension", code=row[1])
        assert row[2] == figure.pk
        assert row[4] == abs(row[3] - figure.mean)


def test_the_upgrade_gives_cycles_closed_before_the_same(compared: Cycle) -> None:
    before = stored(compared)
    WidestGap.objects.all().delete()
    running = factories.make_cycle("2027 Q1")
    fill(apps, None)
    assert stored(compared) == before
    assert stored(running) == []
