"""What may be shown, decided once at close. Only shown figures exist; no row here carries a time or an order of arrival."""

from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.analysis.values import AgreementWord, Band, Change, Classes, Interval, Mean, Share, Shown
from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.fields import difference_field, mean_field, random_key


class Figure(models.Model):
    class Kind(models.TextChoices):
        OVERALL = "overall", _("overall")
        DIMENSION = "dimension", _("dimension")
        PRACTICE = "practice", _("practice")

    class Op(models.TextChoices):
        IS = "=", "="
        AT_MOST = "<=", _("or less")
        AT_LEAST = ">=", _("or more")

    id = random_key()
    team = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="figures")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=60, blank=True)
    n = models.PositiveIntegerField()
    mean = mean_field()
    op = models.CharField(max_length=2, choices=Op.choices, default=Op.IS)
    low = mean_field(null=True)
    high = mean_field(null=True)
    # From ten answers on; all in per cent and in steps of 5.
    share = models.PositiveSmallIntegerField(_("agree"), null=True)
    share_op = models.CharField(max_length=2, choices=Op.choices, default=Op.IS)
    share_low = models.PositiveSmallIntegerField(null=True)
    share_high = models.PositiveSmallIntegerField(null=True)
    middle = models.PositiveSmallIntegerField(_("neither agree nor disagree"), null=True)
    # From twenty answers on, where a side of the scale may be told in two.
    strongly_disagree = models.PositiveSmallIntegerField(_("strongly disagree"), null=True)
    strongly_agree = models.PositiveSmallIntegerField(_("strongly agree"), null=True)
    agreement = models.CharField(max_length=20, blank=True)
    band = models.CharField(max_length=10, blank=True)
    # What a later test of change may use: the unit's own from ten answers on, to 0.1, else the organisation's.
    spread = models.DecimalField(max_digits=3, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "code"], name="figure_once"),
            models.CheckConstraint(condition=models.Q(op="=") | models.Q(low=None, high=None), name="figure_clipped_has_no_range"),
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.code or self.kind}: {self.mean}"

    def value(self, invited: int) -> Shown:
        """The figure as a frozen value, without its change; `invited` belongs to the unit."""
        return shown_from(FigureRow(*(getattr(self, field) for field in FigureRow._fields)), invited)


class FigureRow(NamedTuple):
    """The columns that a frozen value is made of, without the cost of an object for each of ten thousand rows.

    Those with a default may be left unread where only means are shown.
    """

    n: int
    mean: Decimal
    op: str
    low: Decimal | None
    high: Decimal | None
    share: int | None = None
    share_op: str = ""
    share_low: int | None = None
    share_high: int | None = None
    middle: int | None = None
    strongly_disagree: int | None = None
    strongly_agree: int | None = None
    agreement: str = ""
    band: str = ""


MEANS = tuple(name for name in FigureRow._fields if name not in FigureRow._field_defaults)


class ChangeRow(NamedTuple):
    """The columns of a figure's change, all empty where there is none."""

    change__direction: str | None
    change__points: Decimal | None
    change__low: Decimal | None
    change__high: Decimal | None
    change__n_before: int | None
    change__visible: Decimal | None
    change__since__name: str | None


def shown_from(row: FigureRow, invited: int, change: ChangeRow | None = None) -> Shown:
    return Shown(
        mean=Mean(row.mean, row.op),  # type: ignore[arg-type]  # a choice of Figure.Op
        n=row.n,
        invited=invited,
        interval=None if row.low is None or row.high is None else Interval(row.low, row.high),
        share=None if row.share is None else Share(row.share, row.share_op, row.share_low, row.share_high),  # type: ignore[arg-type]
        classes=_classes_from(row),
        agreement=AgreementWord(row.agreement) if row.agreement else None,
        change=_change_from(change, row.n) if change and change.change__direction else None,
        band=Band(row.band) if row.band else None,
    )


def _classes_from(row: FigureRow) -> Classes | None:
    if row.middle is None or row.share is None:
        return None
    return Classes(100 - row.middle - row.share, row.middle, row.share, row.strongly_disagree, row.strongly_agree)


def _change_from(row: ChangeRow, n: int) -> Change:
    return Change(
        direction=row.change__direction,  # type: ignore[arg-type]  # a choice of FigureChange
        points=row.change__points,
        low=row.change__low,
        high=row.change__high,
        n_before=row.change__n_before,
        n_now=n,
        since=row.change__since__name or "",
        visible=row.change__visible,
    )


class FigureChange(models.Model):
    """How a figure moved since an earlier cycle, where the two can be compared; made of displayed means."""

    id = random_key()
    figure = models.OneToOneField(Figure, on_delete=models.CASCADE, related_name="change")
    since = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+")
    direction = models.CharField(max_length=10, choices=[("up", _("up")), ("down", _("down")), ("none", _("no clear change"))])
    points = difference_field()
    low = difference_field()
    high = difference_field()
    n_before = models.PositiveIntegerField()
    visible = difference_field()

    def __str__(self) -> str:
        return f"{self.figure}: {self.direction}"


class WidestGap(models.Model):
    """Where a unit's leaders and its people differ most: the figure of that dimension and what its leaders gave. One for a unit
    at most, and only where the difference is clear; both sides are fixed at close."""

    id = random_key()
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="widest_gaps")
    figure = models.OneToOneField(Figure, on_delete=models.CASCADE, related_name="widest_gap")
    manager = mean_field()
    size = mean_field()

    class Meta:
        indexes = [models.Index(fields=["cycle", "-size"], name="widest_gaps_first")]

    def __str__(self) -> str:
        return f"{self.figure}, manager {self.manager}"


class Trend(models.Model):
    """The direction of a figure over four or more comparable cycles: scale points per cycle, with range."""

    id = random_key()
    figure = models.OneToOneField(Figure, on_delete=models.CASCADE, related_name="trend")
    cycles = models.PositiveSmallIntegerField()
    slope = models.DecimalField(max_digits=3, decimal_places=2)
    low = models.DecimalField(max_digits=3, decimal_places=2)
    high = models.DecimalField(max_digits=3, decimal_places=2)

    def __str__(self) -> str:
        return f"{self.figure}: {self.slope} a cycle"


class Median(models.Model):
    """The middle of all shown teams' printed means (teams without teams below them), as a mark beside a team's own."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="medians")
    kind = models.CharField(max_length=10, choices=Figure.Kind.choices)
    code = models.CharField(max_length=60, blank=True)
    mean = mean_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "kind", "code"], name="median_once")]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.code or self.kind}: {self.mean}"


class Participation(models.Model):
    """Answered of invited, for shown units only."""

    id = random_key()
    team = models.OneToOneField(CycleTeam, on_delete=models.CASCADE, related_name="participation")
    answered = models.PositiveIntegerField()
    invited = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.team}: {self.answered} of {self.invited}"


class Text(models.Model):
    """A free text, placed where at least ten people's texts stand together. A hidden one is destroyed; its row is a mark."""

    class Question(models.TextChoices):
        HELPS = "helps", _("What helps you serve customers well here?")
        HINDERS = "hinders", _("What gets in the way?")

    id = random_key()
    team = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="texts")
    question = models.CharField(max_length=10, choices=Question.choices)
    text = models.TextField()
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["question", "text"]
        constraints = [models.CheckConstraint(condition=models.Q(hidden=False) | models.Q(text=""), name="text_hidden_is_empty")]

    def __str__(self) -> str:
        return self.text
