"""Two quarters with all that a figure may say: hidden and clipped ones, shares, changes, managers' views."""

from assessments.models import Cycle, CycleTeam, User
from assessments.services.closing import close_cycle
from assessments.services.selfassessments import save_self_assessment, submit_self_assessment
from tests import factories

TEAMS = {"Sales": 0, "Sales / North": 24, "Sales / South": 6, "Sales / Night": 3, "Service": 0, "Service / Desk": 8}


def two_quarters() -> Cycle:
    """The later one."""
    factories.make_organisation(TEAMS)
    _quarter(1, [1] * 8 + [2] * 8 + [3] * 8)
    return _quarter(2, [1] * 6 + [2] * 6 + [3] * 6 + [4] * 3 + [5] * 3)


def _quarter(number: int, north: list[int]) -> Cycle:
    cycle = factories.make_cycle(f"2026 Q{number}", days=14 * number)
    factories.answer(cycle, "Sales / North", [_ballot(cycle, value, number) for value in north])
    factories.answer(cycle, "Sales / South", [3, 4] * 3)
    factories.answer(cycle, "Sales / Night", [1, 1, 1])
    factories.answer(cycle, "Service / Desk", [5] * 8)
    for path, email, rating in (("Sales / North", "north", 5), ("Sales / Night", "night", 2), ("Service / Desk", "desk", 3)):
        team, leader = CycleTeam.objects.get(cycle=cycle, path=path), User.objects.get(email=f"{email}@example.org")
        values = {code: {"value": rating} for code in factories.all_answers(cycle, 1)}
        save_self_assessment(team=team, values=values, by=leader)
        submit_self_assessment(team=team, by=leader)
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


def _ballot(cycle: Cycle, value: int, number: int) -> dict[str, int]:
    """Later on half of the practices the other way round: some rise, and both ends of the scale are told somewhere."""
    answers = factories.all_answers(cycle, value)
    return answers | {code: 6 - value for code in sorted(answers)[::2] if number == 2}
