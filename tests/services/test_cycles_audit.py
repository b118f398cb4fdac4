"""Two cycles in a row: who came and left, and what that lets anybody say."""

import datetime

import pytest

from assessments.models import Cycle, Figure, Membership
from assessments.services.closing import close_cycle
from assessments.services.cycles_audit import audit_across
from assessments.services.findings import Verdict
from tests import factories

TEAM = "Sales / North"


def hold(name: str, days: int, values: list[int]) -> Cycle:
    cycle = factories.make_cycle(name, days=days)
    factories.answer(cycle, TEAM, values)
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


def change_members(joining: int = 0, leaving: int = 0) -> None:
    members = Membership.objects.filter(team__path=TEAM, role="member")
    members.filter(pk__in=list(members.values_list("pk", flat=True)[:leaving])).delete()
    for _ in range(joining):
        factories.make_person(TEAM)


@pytest.fixture
def before(db: None) -> Cycle:
    factories.make_organisation({TEAM: 12})
    return hold("2026 Q3", 7, [2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4])


def test_the_first_cycle_has_nothing_to_compare_with(before: Cycle) -> None:
    (finding,) = audit_across(cycle=before)
    assert finding.verdict == Verdict.OK
    assert finding.words == "No cycle was closed before this one: there is nothing to compare with."


def test_one_joiner_is_told_as_a_limit_with_its_bound(before: Cycle) -> None:
    change_members(joining=1)
    shares, means = audit_across(cycle=hold("2026 Q4", 14, [2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5]))
    assert shares.verdict == Verdict.OK
    assert "Since 2026 Q3, fewer than 5 people came or left in" in shares.words
    assert means.verdict == Verdict.NOTE
    assert "in the smallest unit (12 answers, then 13) within 1.25 points either way" in means.words


def test_a_share_that_stands_there_is_wrong(before: Cycle) -> None:
    change_members(joining=1)
    cycle = hold("2026 Q4", 14, [2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5])
    figure = Figure.objects.filter(team__cycle=cycle, team__path=TEAM, kind="practice")[0]
    Figure.objects.filter(pk=figure.pk).update(share=55)
    finding = audit_across(cycle=cycle)[0]
    assert finding.verdict == Verdict.WRONG
    assert "but 1 figures there show shares of fewer than 20 answers" in finding.words


@pytest.mark.parametrize(("joining", "leaving"), [(0, 0), (5, 0), (0, 5), (3, 2)])
def test_nobody_or_k_people_are_no_small_change(before: Cycle, joining: int, leaving: int) -> None:
    change_members(joining=joining, leaving=leaving)
    (finding,) = audit_across(cycle=hold("2026 Q4", 14, [2, 2, 3, 3, 3, 4, 4]))
    assert finding.verdict == Verdict.OK
    assert "in 0 units" in finding.words


def test_a_unit_hidden_in_one_of_the_cycles_has_no_means_to_subtract(before: Cycle) -> None:
    change_members(joining=1)
    findings = audit_across(cycle=hold("2026 Q4", 14, [3, 3]))
    assert [finding.verdict for finding in findings] == [Verdict.OK]


def test_it_reads_a_cycle_of_the_same_days_as_publishing_does(before: Cycle) -> None:
    Cycle.objects.update(closes=before.opens + datetime.timedelta(days=14))
    change_members(joining=1)
    assert "Since 2026 Q3" in audit_across(cycle=hold("2026 Q4", 14, [3] * 13))[0].words
