"""Audit what a closed cycle shows: collect every stored figure and try to undo it, as an attacker with pencil and paper would.

Reads only. No sentence here says how large a hidden group is, or what a group answered: HR prints them for the works council.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from assessments.analysis.attack import Cell, narrowed
from assessments.analysis.audit import Elimination, Group, eliminate, isolated, small_remainders, subtrees
from assessments.analysis.disclosure import HIGHEST, LOWEST, DisclosureBreach, printable
from assessments.analysis.values import Mean, Share
from assessments.models import Cycle, Figure, Participation, Text
from assessments.services.findings import Finding, Verdict, judged

# Written out a second time, on purpose: what publishes must not loosen the audit by the same stroke. (And without numpy, which web
# processes do not load.)
SHARES_FROM = 10  # answers
SIDES_FROM = 20  # answers: "strongly" told apart

NAMED = 5  # breaches in one sentence


class Family(NamedTuple):
    """Figures that can be subtracted from each other. totals: shown unit to its answers; least: what each remainder must have."""

    name: str
    totals: Mapping[int, int]
    least: int


@dataclass(frozen=True, slots=True)
class Published:
    """All that is shown of a cycle. parent, invited (directly), names: by position; practices: code to unit to figure."""

    k: int
    parent: tuple[int, ...]
    invited: tuple[int, ...]
    names: tuple[str, ...]
    answered: Mapping[int, int]
    practices: Mapping[str, Mapping[int, Cell]]

    @property
    def count(self) -> int:
        return len(self.answered) + sum(map(len, self.practices.values()))

    def families(self) -> Iterator[Family]:
        """How many took part, each practice, and within it the shares and the classes, which stand on more answers."""
        yield Family(_("participation"), self.answered, self.k)
        for code, cells in self.practices.items():
            least = max(self.k, SHARES_FROM)
            yield Family(code, {unit: cell.n for unit, cell in cells.items()}, self.k)
            yield Family(_("%s, shares") % code, {unit: cell.n for unit, cell in cells.items() if cell.share}, least)
            yield Family(_("%s, classes") % code, {unit: cell.n for unit, cell in cells.items() if cell.classes}, least)
            yield Family(
                _("%s, “strongly”") % code, {unit: cell.n for unit, cell in cells.items() if cell.sides}, max(least, SIDES_FROM)
            )


def published_of(cycle: Cycle) -> Published:
    """From the stored rows, in three queries."""
    teams = list(cycle.teams.order_by("position"))
    position_of = {team.pk: team.position for team in teams}
    invited = [team.invited for team in teams]
    for team in teams:
        if team.parent_id:
            invited[position_of[team.parent_id]] -= team.invited
    practices: dict[str, dict[int, Cell]] = defaultdict(dict)
    rows = Figure.objects.filter(team__cycle=cycle, kind=Figure.Kind.PRACTICE)
    fields = ("code", "team__position", "n", "mean", "op", "share", "share_op", "middle", "strongly_disagree", "strongly_agree")
    for code, unit, n, mean, op, share, share_op, middle, *sides in rows.order_by("code", "team__position").values_list(*fields):
        told = None if share is None else Share(share, share_op)
        practices[code][unit] = Cell(n, Mean(mean, op), told, middle is not None, sides != [None, None])
    return Published(
        k=cycle.k,
        parent=tuple(position_of[team.parent_id] if team.parent_id else -1 for team in teams),
        invited=tuple(invited),
        names=tuple(team.path for team in teams),
        answered=dict(Participation.objects.filter(team__cycle=cycle).values_list("team__position", "answered")),
        practices=practices,
    )


def verify_published(cycle: Cycle) -> None:
    """Recount what is about to be committed, from the stored rows alone. DisclosureBreach says where fewer than k could be told."""
    published = published_of(cycle)
    for family in published.families():
        if small := small_remainders(published.parent, family.totals, family.least):
            names = ", ".join(published.names[unit] for unit in small)
            raise DisclosureBreach(f"{family.name}: fewer than {family.least} answers could be told by subtraction in {names}")


def audit_figures(*, cycle: Cycle) -> list[Finding]:
    """Everything that can be said of what a closed cycle shows."""
    published = published_of(cycle)
    findings = [*_tree_rule(published), _solved(published), *_indexes(cycle, published), _narrowed(published)]
    return [*findings, *_figures(cycle), *_texts(cycle)]


def _tree_rule(published: Published) -> Iterator[Finding]:
    def small(families: Sequence[Family]) -> list[str]:
        return [
            f"{published.names[unit]}: {family.name}"
            for family in families
            for unit in small_remainders(published.parent, family.totals, family.least)
        ]

    whole, *others = published.families()
    units = small_remainders(published.parent, whole.totals, whole.least)
    yield judged(
        units,
        _("Taking shown units from each other leaves nobody, or %(k)s people or more, in all %(units)s units.")
        % {"k": published.k, "units": len(whole.totals)},
        _("Fewer than %(k)s people can be told by subtraction in: %(names)s.")
        % {"k": published.k, "names": ", ".join(published.names[unit] for unit in units)},
    )
    breaches = small([family for family in others if family.name in published.practices])
    yield judged(
        breaches,
        _("The same holds for each of %s practices with its own number of answers.") % len(published.practices),
        _("Fewer than %(k)s answers to a practice can be told by subtraction in: %(names)s.")
        % {"k": published.k, "names": ", ".join(breaches)},
    )
    shares = [family for family in others if family.name not in published.practices]
    least = max(published.k, SHARES_FROM)
    breaches = small(shares)
    yield judged(
        breaches,
        _("It holds for shares and classes with %(least)s answers or more, in all %(count)s places where one stands.")
        % {"least": least, "count": sum(len(family.totals) for family in shares)},
        _("The shares of fewer than %(least)s answers can be told by subtraction in: %(names)s.")
        % {"least": least, "names": ", ".join(breaches)},
    )


def _solved(published: Published) -> Finding:
    """By exact elimination, which knows nothing of the rule that the figures were published by."""
    below = subtrees(published.parent)
    known: dict[tuple[int, ...], Elimination] = {}  # most practices are shown for the same units
    groups, complete, given_away = 0, True, []
    for family in published.families():
        shown = tuple(sorted(family.totals))
        found = known.get(shown) or known.setdefault(shown, eliminate([below[unit] for unit in shown]))
        solved = isolated(found, [family.totals[unit] for unit in shown], family.least)
        groups += len(found.atoms)
        complete = complete and solved.complete
        given_away += [f"{_cells(group, shown, published.names)} ({family.name})" for group in solved.groups]
    numbers = {"count": published.count, "groups": groups, "k": published.k, "shares": max(published.k, SHARES_FROM)}
    if given_away or complete:
        return judged(
            given_away,
            _(
                "%(count)s shown numbers were collected and solved as equations, by exact arithmetic: of the %(groups)s groups of "
                "answers that they tell apart none has fewer than %(k)s answers, or %(shares)s where shares are shown."
            )
            % numbers,
            _("Small groups can be singled out by adding and subtracting what is shown, in %(found)s places: %(names)s.")
            % {"found": len(given_away), "names": "; ".join(given_away[:NAMED])},
        )
    return Finding(
        Verdict.WARNING, _("What can be solved from %(count)s shown numbers could not be searched to the end.") % numbers
    )


def _cells(group: Group, shown: Sequence[int], names: Sequence[str]) -> str:
    """The shown units that give a group away, with the signs that they are taken with."""
    words = []
    for cell, factor in sorted(group.cells, key=lambda part: (part[1] < 0, part[0])):
        times = "" if abs(factor) == 1 else f"{abs(factor)} × "
        words.append(f"{'−' if factor < 0 else '+'} {times}{names[shown[cell]]}")
    return " ".join(words).removeprefix("+ ")


def _indexes(cycle: Cycle, published: Published) -> Iterator[Finding]:
    """Dimensions and overall figures: whether they are what anybody could compute from the printed practices."""
    dimension_of = dict(cycle.questionnaire.items.values_list("practice__code", "practice__dimension__code"))
    means: dict[tuple[int, str], list[Mean]] = defaultdict(list)
    for code, cells in published.practices.items():
        for unit, cell in cells.items():
            means[unit, dimension_of[code]].append(cell.mean)
    stored: dict[tuple[int, str], Mean] = {}
    rows = Figure.objects.filter(team__cycle=cycle).exclude(kind=Figure.Kind.PRACTICE)
    for unit, code, mean, op in rows.order_by("code").values_list("team__position", "code", "mean", "op"):
        stored[unit, code] = Mean(mean, op)  # type: ignore[arg-type]  # a choice of Figure.Op
        if code:
            means[unit, ""].append(stored[unit, code])
    odd = [place for place, mean in stored.items() if not means.get(place) or _index(means[place]) != mean]
    yield judged(
        odd,
        _("All %s dimensions and overall figures can be computed from printed practices: they tell nothing beyond those.")
        % len(stored),
        _("%(odd)s of %(count)s dimensions and overall figures are not what the printed practices give: they tell more.")
        % {"odd": len(odd), "count": len(stored)},
    )


def _index(of: Sequence[Mean]) -> Mean:
    return printable(sum(mean.middle for mean in of) / len(of))


def _narrowed(published: Published) -> Finding:
    """Rounding and clipping, undone as far as other printed figures allow."""
    groups = more = alike = 0
    for code, cells in published.practices.items():
        try:
            found = narrowed(published.parent, published.invited, cells, published.k)
            found += narrowed(published.parent, published.invited, cells, published.k, shares=True)
        except ValueError:
            return Finding(Verdict.WRONG, _("No answers fit the printed figures of “%s”: one was changed by hand.") % code)
        groups += len(cells)
        more += len(found)
        alike += sum(one.alike for one in found)
    return judged(
        more,
        _("No “or more” and no “or less”, in %s figures looked at, can be narrowed down by the figures of other units.") % groups,
        _(
            "Of %(groups)s figures, those of other units narrow down %(more)s beyond the “or more” or “or less” on them; "
            "in %(alike)s of these, whoever calculates could be sure that everybody gave the same answer or is on the same side."
        )
        % {"groups": groups, "more": more, "alike": alike},
    )


def _figures(cycle: Cycle) -> Iterator[Finding]:
    figures = Figure.objects.filter(team__cycle=cycle)
    count = figures.count()
    few = figures.filter(n__lt=cycle.k).count()
    yield judged(
        few,
        _("All %(count)s figures stand on at least %(k)s answers.") % {"count": count, "k": cycle.k},
        _("%(few)s of %(count)s figures stand on fewer than %(k)s answers.") % {"few": few, "count": count, "k": cycle.k},
    )
    alone = figures.filter(team__participation=None).count()
    more = figures.filter(n__gt=models.F("team__participation__answered")).count()
    yield judged(
        alone or more,
        _("Every figure belongs to a shown unit and has no more answers than people who answered there."),
        _("%(alone)s figures belong to units that are not shown, %(more)s have more answers than people who answered.")
        % {"alone": alone, "more": more},
    )
    exact = models.Q(op=Figure.Op.IS)
    ranged = figures.exclude(exact).exclude(low=None, high=None).count()
    outside = figures.filter(exact & (models.Q(mean__gte=HIGHEST) | models.Q(mean__lte=LOWEST))).count()
    yield judged(
        ranged or outside,
        _("Means at an end of the scale say only “%(low)s or less” or “%(high)s or more”, and none of them has a range.")
        % {"low": LOWEST, "high": HIGHEST},
        _("%(outside)s means at an end of the scale are exact, %(ranged)s of the clipped ones have a range.")
        % {"outside": outside, "ranged": ranged},
    )


def _texts(cycle: Cycle) -> Iterator[Finding]:
    least = max(settings.TEXTS_FROM, cycle.k)
    texts = Text.objects.filter(team__cycle=cycle)
    groups = texts.values("team__path", "question").annotate(count=models.Count("pk")).order_by()
    small = sorted({group["team__path"] for group in groups if group["count"] < least})
    small += sorted(set(texts.filter(team__participation=None).values_list("team__path", flat=True)))
    yield judged(
        small,
        _("Texts stand together with those of at least %s people, on shown units only.") % least,
        _("Texts of fewer than %(least)s people, or of a unit that is not shown, stand in: %(names)s.")
        % {"least": least, "names": ", ".join(small)},
    )
