"""The improvement report of one unit: whose figures it has, which sections, on which paper. A page and a PDF read the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models import CycleTeam, ReportBatch, User
from assessments.results.team import TeamResult, team_result

# What can be left out, in the order that screen, print and PDF share; who answered always stands. A template for each has its name.
SECTIONS: dict[str, Promise] = {
    "picture": _("The picture"),
    "strengths": _("Strengths to keep"),
    "opportunities": _("Opportunities"),
    "patterns": _("Two views of the same team"),
    "actions": _("Last quarter’s actions"),
    "comments": _("What people wrote"),
    "reading": _("How to read this"),
    "meeting": _("Meeting sheet"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Which sections a report has and on which paper it is. Names that nobody knows count for nothing."""

    sections: frozenset[str] = frozenset(SECTIONS)
    paper: str = ReportBatch.Paper.A4

    @property
    def without(self) -> tuple[str, ...]:
        return tuple(name for name in SECTIONS if name not in self.sections)

    @property
    def query(self) -> str:
        """For an address; empty for the usual report."""
        pairs = [("without", name) for name in self.without]
        if self.paper != ReportBatch.Paper.A4:
            pairs.append(("paper", self.paper))
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def letter(self) -> "Layout":
        return Layout(self.sections, ReportBatch.Paper.LETTER)

    @property
    def choices(self) -> tuple[tuple[str, Promise, bool], ...]:
        """Name, title, and whether it is left out."""
        return tuple((name, title, name not in self.sections) for name, title in SECTIONS.items())

    @property
    def flow(self) -> tuple[str, ...]:
        """Those that follow each other, in their order; the meeting sheet has a page of its own."""
        return tuple(name for name in SECTIONS if name in self.sections and name != "meeting")


def layout_of(without: Iterable[str], paper: str = "") -> Layout:
    known = paper if paper in ReportBatch.Paper.values else ReportBatch.Paper.A4
    return Layout(frozenset(SECTIONS).difference(without), known)


@dataclass(frozen=True, slots=True)
class Report:
    """`larger`: of a unit too small to show the next larger one, if the reader may read it. `readable`: keys of units above."""

    team: CycleTeam
    result: TeamResult
    larger: TeamResult | None
    readable: Collection[int]
    layout: Layout


def report_of(team: CycleTeam, layout: Layout | None = None, *, reader: User | None = None) -> Report:
    """For the unit's own manager unless a reader is named, who may be allowed to read about units above too.

    The poll tells people that their manager, those above and HR read the figures of their team: so the next larger unit's
    report goes to no manager below it.
    """
    result = team_result(team)
    readable = _readable(reader, result.above)
    above = result.counted_in
    larger = team_result(above) if above and above.pk in readable else None
    return Report(team, result, larger, readable, layout or Layout())


def _readable(reader: User | None, above: Iterable[CycleTeam]) -> frozenset[int]:
    if reader is None:
        return frozenset()
    return frozenset(CycleTeam.objects.visible_to(reader).filter(pk__in=[unit.pk for unit in above]).values_list("pk", flat=True))
