"""Whatever HR does to the tree and whatever rosters come in between: the tree stays one, and a roster again changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assessments.importers.files import FileRefused
from assessments.importers.roster import read_roster
from assessments.models import Membership, Person, Team, User
from assessments.services.organisation import apply_roster
from assessments.services.teams import (
    CannotChange,
    add_team,
    archive_team,
    merge_team,
    move_team,
    rename_team,
    restore_team,
    sound_of,
    split_team,
)
from tests import factories

NAMES = st.sampled_from(["Ash", "ASH", "A sh", "Birch", "birch", "Cedar", "Dogwood / x", " "])
PATHS = st.lists(st.sampled_from(["Ash", "Birch", "Cedar", "Dogwood"]), min_size=1, max_size=3).map(" / ".join)
ROWS = st.lists(st.tuples(st.integers(1, 6), PATHS, st.sampled_from(["member", "leader"])), min_size=1, max_size=8, unique=True)
PICK = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("add"), NAMES, PICK),
    st.tuples(st.just("rename"), PICK, NAMES),
    st.tuples(st.just("move"), PICK, PICK),
    st.tuples(st.just("merge"), PICK, PICK, st.booleans()),
    st.tuples(st.just("split"), PICK, NAMES, st.sets(PICK, max_size=4)),
    st.tuples(st.just("archive"), PICK),
    st.tuples(st.just("restore"), PICK),
    st.tuples(st.just("roster"), ROWS),
)


def pick(at: int) -> Team | None:
    """One of the teams there are, or none."""
    teams = list(Team.objects.order_by("pk"))
    return teams[at] if at < len(teams) else teams[at % len(teams)] if teams and at % 3 else None


def step(by: User, kind: str, *values: Any) -> None:
    if kind == "roster":
        roster(values[0])
        return
    chosen = pick(values[0]) if kind != "add" else None
    if kind != "add" and chosen is None:
        return
    changes: dict[str, Callable[[], object]] = {
        "add": lambda: add_team(name=values[0], parent=pick(values[1]), by=by),
        "rename": lambda: rename_team(team=chosen, name=values[1], by=by),  # type: ignore[arg-type]
        "move": lambda: move_team(team=chosen, parent=pick(values[1]), by=by),  # type: ignore[arg-type]
        "merge": lambda: merge_team(team=chosen, into=pick(values[1]) or chosen, managers_too=values[2], by=by),  # type: ignore[arg-type]
        "split": lambda: split_team(team=chosen, name=values[1], places=some(chosen, values[2]), by=by),  # type: ignore[arg-type]
        "archive": lambda: archive_team(team=chosen, by=by),  # type: ignore[arg-type]
        "restore": lambda: restore_team(team=chosen, by=by),  # type: ignore[arg-type]
    }
    before = everything()
    try:
        changes[kind]()
    except CannotChange:
        assert everything() == before


def some(team: Team, which: set[int]) -> list[int]:
    keys = list(Membership.objects.filter(team=team).values_list("pk", flat=True))
    return [key for at, key in enumerate(keys) if at in which]


def roster(rows: list[tuple[int, str, str]]) -> None:
    lines = [f"{number},Person {number},,{path},{role}\n" for number, path, role in rows]
    content = ("employee_id,name,email,team,role\n" + "".join(lines)).encode()
    try:
        apply_roster(rows=read_roster(content).rows)
    except FileRefused:
        return  # a team is spelt otherwise here by now
    after = everything()
    apply_roster(rows=read_roster(content).rows)
    assert everything() == after


def everything() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Team, Person, Membership)]


def check_tree() -> None:
    teams = {team.pk: team for team in Team.objects.all()}
    assert len({sound_of(team.path) for team in teams.values()}) == len(teams)
    for team in teams.values():
        above = teams.get(team.parent_id or 0)
        assert team.path == (f"{above.path} / {team.name}" if above else team.name)
        assert "/" not in team.name
        seen = set()
        key: int | None = team.pk
        while key is not None:
            assert key not in seen
            seen.add(key)
            key = teams[key].parent_id
    peopled = set(Membership.objects.filter(person__active=True).values_list("person", flat=True))
    assert peopled == set(Person.objects.filter(active=True).values_list("pk", flat=True))


@pytest.mark.django_db
class TestTree(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(steps=st.lists(STEPS, min_size=1, max_size=12), start=ROWS)
    def test_the_tree_stays_one(self, steps: list[tuple[Any, ...]], start: list[tuple[int, str, str]]) -> None:
        by = factories.make_user(role="hr")
        roster(start)
        for kind, *values in steps:
            step(by, kind, *values)
            check_tree()
