"""What HR must know on every page until somebody has seen to it."""

from assessments.models import Cycle


def key_alarms() -> list[Cycle]:
    """Cycles whose key files were found wanting at the last look."""
    return list(Cycle.objects.exclude(key_fault=""))
