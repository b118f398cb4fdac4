"""What HR must know on every page until somebody has seen to it."""

from collections.abc import Iterable

from assessments.models import Cycle


def key_alarms() -> list[Cycle]:
    """Cycles whose key files were found wanting at the last look."""
    return list(Cycle.objects.exclude(key_fault=""))


def among(cycles: Iterable[Cycle]) -> list[Cycle]:
    """The same, where the cycles are at hand."""
    return [cycle for cycle in cycles if cycle.key_fault]
