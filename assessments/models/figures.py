"""What may be shown, decided once at close. Only shown figures exist; no row here carries a time or an order of arrival."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.analysis.values import Interval, Mean, Shown
from assessments.models.cycles import Cycle, CycleTeam
from assessments.models.fields import mean_field, random_key


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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "code"], name="figure_once"),
            models.CheckConstraint(condition=models.Q(op="=") | models.Q(low=None, high=None), name="figure_clipped_has_no_range"),
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.code or self.kind}: {self.mean}"

    def value(self, invited: int) -> Shown:
        """The figure as a frozen value; `invited` belongs to the unit."""
        interval = None if self.low is None or self.high is None else Interval(self.low, self.high)
        return Shown(mean=Mean(self.mean, self.op), n=self.n, invited=invited, interval=interval)  # type: ignore[arg-type]  # a choice


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
    """A free text, placed on a unit where at least ten people's texts stand together."""

    class Question(models.TextChoices):
        HELPS = "helps", _("What helps you serve customers well here?")
        HINDERS = "hinders", _("What gets in the way?")

    id = random_key()
    team = models.ForeignKey(CycleTeam, on_delete=models.CASCADE, related_name="texts")
    question = models.CharField(max_length=10, choices=Question.choices)
    text = models.TextField()

    class Meta:
        ordering = ["question", "text"]

    def __str__(self) -> str:
        return self.text
