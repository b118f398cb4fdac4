"""Releasing keeps its promises whoever calls it, forms or not."""

import pytest
from django.core.exceptions import PermissionDenied

from assessments.models import Act, Address, Cycle, CycleTeam, Release, User
from assessments.models.releases import Choice
from assessments.services.releases import CannotTell, renew_address, tell_team, withdraw_release
from tests.plans import COURTESY, leader_of, take

NORTH, NIGHT = "Sales / North", "Support / Night"


def unit(cycle: Cycle, path: str = NORTH) -> CycleTeam:
    return cycle.teams.get(path=path)


@pytest.mark.parametrize("choice", [Choice(practices={COURTESY: "strength"}), Choice(overall=True)], ids=["practice", "overall"])
def test_a_hidden_figure_is_refused(closed_cycle: Cycle, choice: Choice) -> None:
    with pytest.raises(CannotTell, match="hidden"):
        tell_team(unit=unit(closed_cycle, NIGHT), choice=choice, by=leader_of(NIGHT))
    assert not Release.objects.exists()


def test_an_action_of_another_team_is_left_out(closed_cycle: Cycle) -> None:
    own, foreign = take(closed_cycle), take(closed_cycle, "Sales / South")
    address = tell_team(unit=unit(closed_cycle), choice=Choice(actions={own.uid: "", foreign.uid: ""}), by=leader_of(NORTH))
    assert [told.action for told in address.release.actions.all()] == [own]


def test_the_manager_above_releases_too_and_nobody_beside(closed_cycle: Cycle) -> None:
    tell_team(unit=unit(closed_cycle), choice=Choice(words="From above"), by=User.objects.get(email="sales@example.org"))
    for act in (withdraw_release, renew_address):
        with pytest.raises(PermissionDenied):
            act(unit=unit(closed_cycle), by=leader_of("Sales / South"))
    with pytest.raises(PermissionDenied):
        tell_team(unit=unit(closed_cycle), choice=Choice(words="From beside"), by=leader_of("Sales / South"))
    assert Address.objects.get().release.words == "From above"


def test_what_did_not_happen_is_not_recorded(closed_cycle: Cycle) -> None:
    assert not withdraw_release(unit=unit(closed_cycle), by=leader_of(NORTH))
    assert not renew_address(unit=unit(closed_cycle), by=leader_of(NORTH))
    assert not Act.objects.exists()


def test_what_happened_is(closed_cycle: Cycle) -> None:
    by = leader_of(NORTH)
    tell_team(unit=unit(closed_cycle), choice=Choice(words="Thanks"), by=by)
    renew_address(unit=unit(closed_cycle), by=by)
    withdraw_release(unit=unit(closed_cycle), by=by)
    assert [act.what for act in Act.objects.order_by("pk")] == ["tell", "renew", "withdraw"]
