"""What HR has set by hand, and a roster that comes afterwards or at the same moment."""

import threading

import pytest
from django.db import connections

from assessments.models import Membership, Team, User
from assessments.services.organisation import apply_roster
from assessments.services.teams import archive_team, rename_team
from tests import factories
from tests.services.test_organisation import ANN, BEN, apply, rows

pytestmark = pytest.mark.django_db


def test_deputies_stay_deputies_wherever_their_row_stands() -> None:
    apply(ANN, BEN)
    Membership.objects.filter(role="leader").update(deputy=True)
    apply(BEN, ANN)
    assert Membership.objects.get(role="leader").deputy
    assert not Membership.objects.get(role="member").deputy


def test_a_team_that_a_roster_names_is_archived_no_more(hr: User) -> None:
    factories.make_team("Sales / North")
    archive_team(team=Team.objects.get(path="Sales"), by=hr)
    apply(ANN, BEN)
    assert not Team.objects.filter(archived=True).exists()


@pytest.mark.django_db(transaction=True)
def test_a_team_renamed_while_a_roster_is_applied_leaves_a_valid_tree(hr: User) -> None:
    apply(ANN, BEN)
    start = threading.Barrier(2)

    def bring_roster() -> None:
        start.wait(timeout=10)
        apply_roster(rows=rows(ANN, BEN, *(f"{number} P{number} - Sales/North/T{number} member" for number in range(10, 60))))
        connections.close_all()

    def rename() -> None:
        start.wait(timeout=10)
        rename_team(team=Team.objects.get(path="Sales"), name="Shops", by=hr)
        connections.close_all()

    threads = [threading.Thread(target=one) for one in (bring_roster, rename)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for team in Team.objects.select_related("parent"):
        assert team.path == (f"{team.parent.path} / {team.name}" if team.parent else team.name)
