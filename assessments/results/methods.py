"""How figures are made: the rules with their limits, examples to check by hand, and how well a closed cycle measured.

Pages do no arithmetic, and this module loads no numpy: limits and examples stand here as constants, and
tests/results/test_methods.py computes each of them again, with the functions of `analysis` and by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.analysis.values import FigureValue, Hidden, Participation, Shown
from assessments.models import Cycle, Driver, DriverModel, Figure, Quality
from assessments.models import Participation as ParticipationRow
from assessments.results.figures import DIMENSION, OVERALL, AskedDimension, asked_in
from assessments.results.limits import Limits

OTHER_TURNOUT = 20  # percentage points; beyond, a change in who answers may look like a change of opinion


# --- examples -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeanExample:
    """One practice in a team with a spread of its own. Variances in squared points; `left`: the share that did not answer."""

    invited: int = 14
    answers: tuple[int, ...] = (2, 2, 3, 3, 4, 4, 4, 4, 4, 5, 5)
    n: int = 11
    total: int = 40
    squares: int = 156
    mean: Decimal = Decimal("3.636")
    printed: Decimal = Decimal("3.6")
    variance: Decimal = Decimal("1.055")
    pooled: Decimal = Decimal("1.00")
    freedom: int = 14
    moderated: Decimal = Decimal("1.039")
    left: Decimal = Decimal("0.214")
    error: Decimal = Decimal("0.142")
    t: Decimal = Decimal("2.145")
    half: Decimal = Decimal("0.305")
    printed_half: Decimal = Decimal("0.4")
    low: Decimal = Decimal("3.2")
    high: Decimal = Decimal("4.0")


@dataclass(frozen=True, slots=True)
class ShareExample:
    """Of the same answers: who agrees, in per cent. size: how many answers would be as sure in a crowd; z: of 95 %."""

    agree: int = 7
    exact: Decimal = Decimal("63.6")
    printed: int = 65
    rest: int = 35
    z: Decimal = Decimal("1.960")
    size: Decimal = Decimal("47.67")
    middle: Decimal = Decimal("63.9")
    half: Decimal = Decimal("13.1")
    low: int = 51
    high: int = 77


@dataclass(frozen=True, slots=True)
class FewExample:
    """A team too small for a spread of its own; freedom: degrees of freedom of the pooled spread."""

    invited: int = 9
    n: int = 6
    total: int = 21
    printed: Decimal = Decimal("3.5")
    pooled: Decimal = Decimal("1.00")
    freedom: int = 280
    error: Decimal = Decimal("0.236")
    t: Decimal = Decimal("1.968")
    half: Decimal = Decimal("0.464")
    printed_half: Decimal = Decimal("0.5")
    low: Decimal = Decimal("3.0")
    high: Decimal = Decimal("4.0")


@dataclass(frozen=True, slots=True)
class ChangeExample:
    """The same difference of one practice, in a team and in a department. visible: the smallest change that would show."""

    n_before: int = 10
    n_now: int = 11
    error: Decimal = Decimal("0.4146")
    t: Decimal = Decimal("0.72")
    freedom: int = 19
    p: Decimal = Decimal("0.48")
    t95: Decimal = Decimal("2.093")
    low: Decimal = Decimal("-0.6")
    high: Decimal = Decimal("1.2")
    visible: Decimal = Decimal("1.2")
    clear: bool = False
    before: Decimal = Decimal("3.3")
    now: Decimal = Decimal("3.6")
    difference: Decimal = Decimal("0.3")
    spread_before: Decimal = Decimal("0.9")
    spread_now: Decimal = Decimal("1.0")


IN_A_DEPARTMENT = ChangeExample(
    *(110, 120, Decimal("0.1253"), Decimal("2.39"), 228, Decimal("0.02"), Decimal("1.970"), Decimal("0.1"), Decimal("0.5")),
    *(Decimal("0.4"), True),
)


@dataclass(frozen=True, slots=True)
class DepartmentExample:
    """Two teams make a department. `by_answers`: what counting answers alone would give."""

    invited: tuple[int, int] = (14, 26)
    n: tuple[int, int] = (11, 8)
    totals: tuple[int, int] = (40, 24)
    means: tuple[Decimal, Decimal] = (Decimal("3.636"), Decimal("3.000"))
    people: int = 40
    mean: Decimal = Decimal("3.223")
    printed: Decimal = Decimal("3.2")
    by_answers: Decimal = Decimal("3.4")


@dataclass(frozen=True, slots=True)
class Examples:
    mean: MeanExample = MeanExample()
    share: ShareExample = ShareExample()
    few: FewExample = FewExample()
    team_change: ChangeExample = ChangeExample()
    department_change: ChangeExample = IN_A_DEPARTMENT
    department: DepartmentExample = DepartmentExample()


PERSON_SPREAD = Decimal("0.7")  # standard deviation of a person's score of a dimension, as it usually is
# Answers in each of two quarters, and the smallest true change that they show in four of five cases.
SMALLEST_VISIBLE = tuple(
    (n, Decimal(points))
    for n, points in ((5, "1.42"), (8, "1.05"), (12, "0.84"), (20, "0.64"), (30, "0.51"), (50, "0.40"), (100, "0.28"))
)


# --- how well a cycle measured ---
HOLDS_TOGETHER = (
    (Decimal("0.80"), _("holds together well")),
    (Decimal("0.70"), _("holds together")),
    (Decimal("0.65"), _("tolerable")),
)
LOOSE = _("loosely")

# By code of analysis.comparison.Obstacle: for the table, and in full.
NOT_COMPARED: dict[str, tuple[Promise | str, Promise | str]] = {
    "too few teams": (
        _("no, too few teams"),
        _("Too few teams: with fewer than 10 teams that answered, it cannot be told what is chance and what is the team."),
    ),
    "too few persons": (
        _("no, too few people"),
        _("Too few people: fewer than 50 answered, and the means of teams would differ by chance alone."),
    ),
    "too alike": (
        _("no, too alike"),
        _("Too alike: less than half of what the means of teams differ by is more than chance, so none is placed above another."),
    ),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One dimension, or the overall figure, which has neither alpha nor rwg(j). Numbers are None where too few answered."""

    title: str
    practices: int
    persons: int
    alpha: Decimal | None
    alpha_low: Decimal | None
    alpha_high: Decimal | None
    icc1: Decimal | None
    icc2: Decimal | None
    rwg: Decimal | None
    obstacle: str

    @property
    def is_overall(self) -> bool:
        return not self.practices

    @property
    def holds_together(self) -> Promise | str:
        """In words; empty without alpha."""
        if self.alpha is None:
            return ""
        return next((words for least, words in HOLDS_TOGETHER if self.alpha >= least), LOOSE)

    @property
    def not_compared(self) -> Promise | str:
        return NOT_COMPARED[self.obstacle][0] if self.obstacle else ""


@dataclass(frozen=True, slots=True)
class Turnouts:
    """Of a cycle, and of the closed one before it; None where it may not be told."""

    now: Participation | None
    before: Participation | None
    cycle_before: Cycle | None

    @property
    def differ(self) -> bool:
        return bool(self.now and self.before) and abs(self.points) > OTHER_TURNOUT

    @property
    def points(self) -> int:
        """Percentage points more than before; 0 where one is not told."""
        return self.now.percent - self.before.percent if self.now and self.before else 0


# --- what goes together with good service ---
# By code of analysis.drivers.Withheld, and services.measuring.NO_OUTCOME.
WITHHELD: dict[str, Promise | str] = {
    "too few persons": _("Not enough answers yet: fewer than 100 people answered all of it in teams of two or more."),
    "too few persons for so many dimensions": _(
        "Not enough answers yet: 15 people are needed for each dimension, and fewer answered all of it in teams of two or more."
    ),
    "no spread": _("The people of each team answered one of the dimensions alike, so nothing can be said to rise or fall with it."),
    "collinear": _("Two or more dimensions rise and fall together so closely that their parts cannot be told apart."),
    "no clear drivers": _(
        "Together the dimensions explain less than 10 % of what people differ in, too little to name any of them."
    ),
    "no outcome asked": _("This questionnaire did not ask what good service should lead to, or asked nothing beside it."),
}

NOT_STUDIED = _("This cycle was closed before this was studied, and its answers were destroyed at the close.")

EXPLAINED = (
    (Decimal("0.60"), _("more than half")),
    (Decimal("0.40"), _("about half")),
    (Decimal("0.25"), _("about a third")),
)
LITTLE = _("a small part")


@dataclass(frozen=True, slots=True)
class GoesTogether:
    """A dimension's part of what is explained. figure: the organisation's. sure: may be named as one that goes together."""

    title: str
    share: int
    best: int
    worst: int
    sure: bool
    figure: FigureValue


@dataclass(frozen=True, slots=True)
class Together:
    """`withheld` says why there are no rows; then there are no numbers either."""

    outcome: str
    withheld: Promise | str
    rows: tuple[GoesTogether, ...] = ()
    r2: Decimal | None = None
    persons: int | None = None
    teams: int | None = None

    @property
    def r2_percent(self) -> int:
        return int(100 * (self.r2 or 0))

    @property
    def explained(self) -> Promise | str:
        return next((words for least, words in EXPLAINED if self.r2 is not None and self.r2 >= least), LITTLE)

    @property
    def sure(self) -> tuple[GoesTogether, ...]:
        return tuple(row for row in self.rows if row.sure)

    @property
    def first_to_look_at(self) -> tuple[GoesTogether, ...]:
        """Of two or more sure ones those with the lowest mean, unless all are alike."""
        shown = [(row, row.figure.mean.value) for row in self.sure if isinstance(row.figure, Shown)]
        lowest = min((mean for _row, mean in shown), default=None)
        found = tuple(row for row, mean in shown if mean == lowest)
        return found if len(found) < len(shown) else ()


# --- the page -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MethodsPage:
    """`cycle` is None while none has been closed; `together` is None for those who do not read about the whole organisation."""

    cycles: tuple[Cycle, ...]
    cycle: Cycle | None
    limits: Limits
    measured: tuple[Measured, ...] = ()
    turnouts: Turnouts | None = None
    together: Together | None = None
    examples: Examples = Examples()
    smallest_visible: tuple[tuple[int, Decimal], ...] = SMALLEST_VISIBLE
    person_spread: Decimal = PERSON_SPREAD

    @property
    def is_published(self) -> bool:
        return self.turnouts is not None and self.turnouts.now is not None

    @property
    def obstacles(self) -> tuple[Promise | str, ...]:
        """Each reason that occurs, once."""
        found = dict.fromkeys(row.obstacle for row in self.measured if row.obstacle)
        return tuple(NOT_COMPARED[code][1] for code in found)


def methods_page(cycle: Cycle | None, cycles: Sequence[Cycle], *, reads_everything: bool) -> MethodsPage:
    """The whole page for one of the closed cycles, in as many queries for two teams as for two hundred."""
    limits = Limits(k=cycle.k if cycle else settings.MINIMUM_GROUP)
    if cycle is None:
        return MethodsPage(tuple(cycles), None, limits)
    asked, figures = asked_in(cycle), _figures_of_the_whole(cycle)
    return MethodsPage(
        cycles=tuple(cycles),
        cycle=cycle,
        limits=limits,
        measured=_measured(cycle, asked, figures),
        turnouts=_turnouts(cycle),
        together=_together(cycle, asked, figures) if reads_everything else None,
    )


def _figures_of_the_whole(cycle: Cycle) -> dict[str, Shown]:
    """By dimension code, the overall figure under the empty one; what is hidden is not in it."""
    rows = Figure.objects.filter(team__cycle=cycle, team__position=0, kind__in=[OVERALL, DIMENSION]).select_related("team")
    return {row.code: row.value(row.team.invited) for row in rows}


def _measured(cycle: Cycle, asked: Sequence[AskedDimension], figures: dict[str, Shown]) -> tuple[Measured, ...]:
    """In the questionnaire's order, the overall figure last; nothing of what is hidden, not even how many answered."""
    found = {row.code: row for row in Quality.objects.filter(cycle=cycle)}
    parts = [(one.code, one.title, len(one.practices)) for one in asked] + [("", str(_("Overall")), 0)]
    return tuple(_row(found[code], title, practices) for code, title, practices in parts if code in found and code in figures)


def _row(quality: Quality, title: str, practices: int) -> Measured:
    numbers = (quality.alpha, quality.alpha_low, quality.alpha_high, quality.icc1, quality.icc2, quality.rwg)
    return Measured(title, practices, quality.persons, *numbers, obstacle=quality.no_bands)


def _turnouts(cycle: Cycle) -> Turnouts:
    before = Cycle.objects.closed_before(cycle)
    rows = ParticipationRow.objects.filter(team__cycle__in=[cycle, before] if before else [cycle], team__position=0)
    told = {row.team.cycle_id: Participation(row.answered, row.invited) for row in rows.select_related("team")}
    return Turnouts(told.get(cycle.pk), told.get(before.pk) if before else None, before)


def _together(cycle: Cycle, asked: Sequence[AskedDimension], figures: dict[str, Shown]) -> Together:
    model = DriverModel.objects.filter(cycle=cycle).first()
    outcome = ", ".join(dimension.title for dimension in asked if dimension.outcome)
    if model is None or model.withheld:
        return Together(outcome, WITHHELD[model.withheld] if model else NOT_STUDIED)
    titles = {dimension.code: dimension.title for dimension in asked}
    rows = tuple(_goes_together(row, titles, figures) for row in model.drivers.all())
    return Together(outcome, "", rows, model.r2, model.persons, model.teams)


def _goes_together(row: Driver, titles: dict[str, str], figures: dict[str, Shown]) -> GoesTogether:
    figure = figures.get(row.code) or Hidden()
    return GoesTogether(titles[row.code], row.share, row.best, row.worst, row.sure, figure)
