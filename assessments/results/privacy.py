"""The privacy report of a cycle: what is fixed, shown and hidden. What the checks found comes from the audit."""

from dataclasses import dataclass

from django.conf import settings

from assessments.analysis.disclosure import HIGHEST, LOWEST
from assessments.models import Cycle, Figure, Participation, Text


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts of what is stored for everybody's pages; none of them counts answers."""

    units: int
    practices: int
    indexes: int
    shares: int
    texts: int

    @property
    def anything(self) -> bool:
        return any((self.units, self.practices, self.indexes, self.texts))


@dataclass(frozen=True, slots=True)
class PrivacyReport:
    """`hidden_units` is None where they are fewer than k: then the page says "a few"."""

    cycle: Cycle
    shown: Shown
    hidden_units: int | None
    some_hidden: bool
    texts_from: int
    own_spread_from: int = settings.OWN_SPREAD_FROM
    lowest: str = str(LOWEST)
    highest: str = str(HIGHEST)

    @property
    def is_published(self) -> bool:
        return self.shown.units > 0


def privacy_report(cycle: Cycle) -> PrivacyReport:
    """From stored rows alone, in as many queries for two units as for two thousand."""
    figures, practice = Figure.objects.filter(team__cycle=cycle), Figure.Kind.PRACTICE
    units = Participation.objects.filter(team__cycle=cycle).count()
    shown = Shown(
        units=units,
        practices=figures.filter(kind=practice).count(),
        indexes=figures.exclude(kind=practice).count(),
        shares=figures.filter(share__isnull=False).count(),
        texts=Text.objects.filter(team__cycle=cycle).count(),
    )
    hidden = cycle.teams.count() - units
    return PrivacyReport(
        cycle=cycle,
        shown=shown,
        hidden_units=hidden if hidden >= cycle.k else None,
        some_hidden=hidden > 0,
        texts_from=max(settings.TEXTS_FROM, cycle.k),
    )
