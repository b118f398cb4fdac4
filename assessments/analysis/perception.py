"""The leader's view beside the team's, and a team beside the others: small arithmetic on printed values."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from assessments.analysis.values import Gap, Interval, Mean

TENTH = Decimal("0.1")


def leader_scores(ratings: Mapping[str, int], dimension_of: Mapping[str, str]) -> tuple[dict[str, Decimal], Decimal | None]:
    """The leader's mean of each dimension (by code) and over all of them, to 0.1; overall is None without any rating."""
    by_dimension: dict[str, list[int]] = {}
    for practice, value in ratings.items():
        by_dimension.setdefault(dimension_of[practice], []).append(value)
    exact = {code: Decimal(sum(values)) / len(values) for code, values in by_dimension.items()}
    overall = sum(exact.values(), Decimal(0)) / len(exact) if exact else None
    rounded = {code: value.quantize(TENTH, ROUND_HALF_UP) for code, value in exact.items()}
    return rounded, None if overall is None else overall.quantize(TENTH, ROUND_HALF_UP)


def gap(manager: Decimal, mean: Mean, interval: Interval | None = None) -> Gap:
    """Leader minus team, from printed values; without a number where the mean is clipped. The range is the team’s, turned."""
    if mean.clipped:
        return Gap(manager, None)
    if interval is None:
        return Gap(manager, manager - mean.value)
    return Gap(manager, manager - mean.value, low=manager - interval.high, high=manager - interval.low)


def median(means: Sequence[Mean]) -> Decimal | None:
    """The middle of printed means (a clipped one counts at its end), to 0.1; None of nothing."""
    values = sorted(mean.value for mean in means)
    if not values:
        return None
    middle = len(values) // 2
    exact = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return exact.quantize(TENTH, ROUND_HALF_UP)
