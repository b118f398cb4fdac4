"""Teams in three bands, dimension by dimension, as closing placed them; where it could not, the sentence why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.analysis.values import Band
from assessments.models import Cycle, CycleTeam, Figure, Quality
from assessments.results.figures import DIMENSION, OVERALL, AskedDimension, asked_in
from assessments.results.methods import NOT_COMPARED
from assessments.results.reading import Reading

NOT_STUDIED = _("This cycle was closed before teams were compared.")


@dataclass(frozen=True, slots=True)
class Bands:
    """The teams of each band in the tree's order. code and title are empty for the overall figure. why_not: no team has a band."""

    code: str
    title: str
    upper: tuple[CycleTeam, ...]
    middle: tuple[CycleTeam, ...]
    lower: tuple[CycleTeam, ...]
    why_not: Promise | str = ""

    @property
    def parted(self) -> bool:
        """Any team stands at an end."""
        return bool(self.upper or self.lower)


@dataclass(frozen=True, slots=True)
class BandsPage:
    """`all`: overall first, then the dimensions in the questionnaire's order."""

    reading: Reading
    all: tuple[Bands, ...]

    @property
    def compared(self) -> tuple[Bands, ...]:
        return tuple(bands for bands in self.all if not bands.why_not)

    @property
    def reasons(self) -> tuple[tuple[Promise | str, tuple[Bands, ...]], ...]:
        """Each reason once, with what it holds for."""
        why = dict.fromkeys(bands.why_not for bands in self.all if bands.why_not)
        return tuple((reason, tuple(bands for bands in self.all if bands.why_not == reason)) for reason in why)


def bands_page(reading: Reading) -> BandsPage:
    asked = asked_in(reading.cycle)
    return BandsPage(reading, bands_of(reading.cycle, ["", *(one.code for one in asked)], asked, reading.under))


def bands_of(
    cycle: Cycle, codes: Sequence[str], asked: Iterable[AskedDimension], under: CycleTeam | None = None
) -> tuple[Bands, ...]:
    """For the overall figure (empty code) or dimensions, in three queries."""
    titles = {dimension.code: dimension.title for dimension in asked}
    teams = {team.pk: team for team in cycle.teams.all() if under is None or under.position <= team.position <= under.last}
    reasons = dict(Quality.objects.filter(cycle=cycle).values_list("code", "no_bands"))
    rows = Figure.objects.filter(team__cycle=cycle, kind__in=[OVERALL, DIMENSION], code__in=codes).exclude(band="")
    placed: dict[str, list[tuple[str, CycleTeam]]] = {}
    compared = set()
    for team, code, band in rows.order_by("team__position").values_list("team_id", "code", "band"):
        compared.add(code)
        if team in teams:
            placed.setdefault(code, []).append((band, teams[team]))
    return tuple(
        _bands(code, titles.get(code, ""), placed.get(code, []), "" if code in compared else _reason(reasons, code))
        for code in codes
    )


def _reason(reasons: dict[str, str], code: str) -> Promise | str:
    found = reasons.get(code)
    return NOT_COMPARED[found][1] if found else NOT_STUDIED


def _bands(code: str, title: str, placed: list[tuple[str, CycleTeam]], why_not: Promise | str) -> Bands:
    upper, middle, lower = (
        tuple(team for found, team in placed if found == band) for band in (Band.UPPER, Band.MIDDLE, Band.LOWER)
    )
    return Bands(code, title, upper, middle, lower, why_not)
