"""What may be said about each unit: read from the stored rows alone, past everything that makes pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Sum

from assessments.analysis.perception import leader_scores
from assessments.models import (
    Action,
    Answer,
    Article,
    Cycle,
    CycleTeam,
    Driver,
    DriverModel,
    Figure,
    FigureChange,
    Invitation,
    Item,
    Median,
    Participation,
    Practice,
    Quality,
    Reminder,
    Text,
    Trend,
    Turnout,
)
from assessments.models.clock import today

Pair = tuple[str, str]


@dataclass
class Sayable:
    """Of one figure of a unit, or of several: each set holds what may be printed, as it is printed."""

    means: set[str] = field(default_factory=set)
    managers: set[str] = field(default_factory=set)
    medians: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)  # "up 0.3", and "up" alone at the end of the scale
    sizes: set[str] = field(default_factory=set)  # of changes, gaps, trends, and of the smallest change that would show
    ranges: set[Pair] = field(default_factory=set)
    sizes_between: set[Pair] = field(default_factory=set)
    answered: set[Pair] = field(default_factory=set)
    shares: set[str] = field(default_factory=set)
    shares_between: set[Pair] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)

    def __or__(self, other: "Sayable") -> "Sayable":
        return Sayable(*(getattr(self, name) | getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def numbers(self) -> set[str]:
        """Anything with one decimal that may stand alone."""
        return self.means | self.managers | self.medians | self.sizes | {low for low, high in self.ranges if low == high}

    @property
    def on_the_scale(self) -> set[Decimal]:
        """What a mark on a picture may stand at."""
        values = {words.split()[0] for words in self.means} | self.managers | self.medians
        return {Decimal(value) for value in values | {end for ends in self.ranges for end in ends}}


def one_decimal(value: Decimal | int | float) -> str:
    return f"{Decimal(str(value)):.1f}"


class Truth:
    """Everything stored that may be shown, by unit and code; the overall figure under the empty code."""

    def __init__(self) -> None:
        self._codes: dict[str, frozenset[str]] = {}
        self.without_names: dict[str, str] = {}
        self.cycles = {cycle.slug: cycle for cycle in Cycle.objects.all()}
        self.units = list(CycleTeam.objects.select_related("cycle").order_by("cycle", "position"))
        self.by_key = {unit.pk: unit for unit in self.units}
        self.by_uid = {str(unit.uid): unit for unit in self.units}
        self.names = {unit.name for unit in self.units}
        items = Item.objects.filter(questionnaire__cycles__isnull=False).select_related("practice__dimension").order_by("position")
        self.practices = {item.practice.title: item.practice.code for item in items}
        self.dimensions = {item.practice.dimension.title: item.practice.dimension.code for item in items}
        self.dimension_of = {item.practice.code: item.practice.dimension.code for item in items}
        self.participation = {row.team_id: (row.answered, row.invited) for row in Participation.objects.all()}
        self.sayable: dict[tuple[int, str], Sayable] = defaultdict(Sayable)
        self.figures = {(row.team_id, row.code): row for row in Figure.objects.all()}
        self.medians = {(row.cycle_id, row.code): row.mean for row in Median.objects.all()}
        self.turnout = self._turnout()
        self.drivers = {(row.model.cycle_id, row.code): row for row in Driver.objects.select_related("model").order_by("rank")}
        self.explained = {row.cycle_id: row for row in DriverModel.objects.filter(withheld="")}
        without_mail = Invitation.objects.filter(person=None).values_list("team")
        self.cards = dict(without_mail.annotate(Count("pk")).order_by("team"))
        self._read_figures()
        self._read_managers()
        self.shown_practices = {unit.pk: sum((unit.pk, code) in self.figures for code in self.dimension_of) for unit in self.units}

    def _turnout(self) -> dict[int, Pair]:
        """Of running cycles, as counted at the day's first look; who may read which is judged elsewhere."""
        here = dict(Turnout.objects.values_list("team").annotate(Sum("answered")))
        return {
            unit.pk: (str(sum(here.get(one.pk, 0) for one in self.units if is_in(one, unit))), str(unit.invited))
            for unit in self.units
            if unit.cycle.is_running
        }

    def _read_figures(self) -> None:
        for (key, code), row in self.figures.items():
            unit, say = self.by_key[key], self.sayable[key, code]
            words = {"=": "", ">=": " or more", "<=": " or less"}
            say.means.add(one_decimal(row.mean) + words[row.op])
            say.answered.add((str(row.n), str(unit.invited)))
            if row.low is not None and row.high is not None:
                say.ranges.add((one_decimal(row.low), one_decimal(row.high)))
            self._read_share(row, say)
        for unit in self.units:
            middles = {code: mean for (cycle, code), mean in self.medians.items() if cycle == unit.cycle_id}
            for code, mean in middles.items() if unit.pk in self.participation else ():
                self.sayable[unit.pk, code].medians.add(one_decimal(mean))
        for change in FigureChange.objects.select_related("figure"):
            say = self.sayable[change.figure.team_id, change.figure.code]
            say.changes.add(f"{change.direction} {'' if change.points is None else one_decimal(abs(change.points))}".strip())
            say.sizes |= {one_decimal(abs(size)) for size in (change.points, change.visible) if size is not None}
            if change.low is not None and change.high is not None:
                say.sizes_between.add(_sizes(change.low, change.high))
        for trend in Trend.objects.select_related("figure"):
            say = self.sayable[trend.figure.team_id, trend.figure.code]
            say.sizes.add(f"{abs(trend.slope):.2f}")
            low, high = sorted((abs(trend.low), abs(trend.high)))
            say.sizes_between.add((f"{low:.2f}", f"{high:.2f}"))

    @staticmethod
    def _read_share(row: Figure, say: Sayable) -> None:
        if row.share is None:
            return
        say.shares.add(f"{row.share} %" + {"=": "", ">=": " or more", "<=": " or fewer"}[row.share_op])
        if row.share_low is not None and row.share_high is not None:
            say.shares_between.add((str(row.share_low), str(row.share_high)))
        if row.middle is not None:
            say.classes.add(_spoken(row))

    def _read_managers(self) -> None:
        ratings: dict[int, dict[str, int]] = defaultdict(dict)
        handed_in = Answer.objects.filter(assessment__submitted_at__isnull=False, value__isnull=False)
        for team, code, rating in handed_in.values_list("assessment__team", "item__practice__code", "value"):
            ratings[team or 0][code] = rating or 0
        self.managers: dict[tuple[int, str], Decimal | int] = {}
        for team, practices in ratings.items():
            dimensions, overall = leader_scores(practices, self.dimension_of)
            self.managers |= {(team, code): value for code, value in {**practices, **dimensions, "": overall}.items() if value}
        for (team, code), value in self.managers.items():
            if team in self.participation:
                self._read_gap(self.sayable[team, code], self.figures.get((team, code)), value)

    @staticmethod
    def _read_gap(say: Sayable, row: Figure | None, manager: Decimal | int) -> None:
        """The manager's own number stands beside a hidden figure of a shown unit too. Differences are those of what is printed."""
        say.managers |= {one_decimal(manager), str(manager)} if isinstance(manager, int) else {one_decimal(manager)}
        if row and row.op == "=":
            say.sizes.add(one_decimal(abs(Decimal(manager) - row.mean)))
            if row.low is not None and row.high is not None:
                say.sizes_between.add(_sizes(Decimal(manager) - row.high, Decimal(manager) - row.low))

    def may_tell_turnout(self, unit: CycleTeam) -> bool:
        """While a cycle runs: from k invited on; test_crawler checks what several of them tell together."""
        return unit.invited >= unit.cycle.k

    def asked(self, cycle: Cycle) -> set[int]:
        """How many are invited by mail, and how many by a card."""
        by_mail = cycle.invitations.filter(person__isnull=False).count()
        return {by_mail, cycle.invitations.count() - by_mail}

    @cached_property
    def days_of_actions(self) -> set[str]:
        """When an action was taken up, changed and is due: written under names, by people who know that it is."""
        rows = Action.objects.values_list("due", "made__date", "finished", "notes__at__date")
        return {f"{day.day} {day:%B}" for row in rows for day in row if day}

    @cached_property
    def days_late(self) -> set[str]:
        return {str(action.days_late) for action in Action.objects.all()}

    @cached_property
    def days_of_reminders(self) -> set[str]:
        """When the next is due: it follows from the day of the invitations and from what HR has set."""
        days = (Reminder.objects.next_day(cycle) for cycle in self.cycles.values() if cycle.is_running)
        return {f"{day.day} {day:%B}" for day in days if day}

    def actions_in(self, top: CycleTeam) -> set[str]:
        """How many actions stand in a unit and those below: all, by state, overdue; and how many teams have one, or none."""
        units = [unit for unit in self.units if is_in(unit, top)]
        teams = {unit.team_id for unit in units if not unit.has_teams_below}
        everywhere = {unit.team_id for unit in units}
        found = [one for one in Action.objects.standing_in(top.cycle).select_related("unit") if one.unit.team_id in everywhere]
        acting = {one.unit.team_id for one in found if one.state != Action.State.DROPPED} & teams
        finished = {one.unit.team_id for one in found if one.state == Action.State.DONE}
        late = [one for one in found if one.due < today() and not one.is_over]
        kinds = (found, late, teams, acting, teams - acting, finished, ())
        return {str(len(kind)) for kind in kinds} | {str(count) for count in Counter(one.state for one in found).values()}

    def is_hidden(self, unit: CycleTeam) -> bool:
        return unit.pk not in self.participation

    def says(self, unit: CycleTeam, codes: Iterable[str]) -> Sayable:
        """What may be said of these figures of a unit, together."""
        found = Sayable()
        for code in codes:
            found = found | self.sayable.get((unit.pk, code), Sayable())
        return found

    def percents(self, unit: CycleTeam) -> set[str]:
        """How many took part, now and in the quarters before where the same team was shown."""
        same = [one for one in self.units if one.team_id == unit.team_id and (one.team_id or not one.parent_id)]
        shown = [self.participation[one.pk] for one in same if one.pk in self.participation]
        return {str(round(100 * answered / invited)) for answered, invited in shown}

    def took_part(self, unit: CycleTeam) -> set[Pair]:
        row = self.participation.get(unit.pk)
        return {(str(row[0]), str(row[1]))} if row else set()

    def counted(self, cycle: Cycle) -> tuple[int, int]:
        """Units shown, and units in all, without the whole."""
        units = [unit for unit in self.units if unit.cycle_id == cycle.pk and unit.parent_id]
        return sum(not self.is_hidden(unit) for unit in units), len(units)

    @cached_property
    def fixed_words(self) -> list[str]:
        """Texts with digits in them that are the same for everybody: advice, statements, titles; and what people wrote."""
        fields = ("title", "team", "manager", "why", "idea", "start", "build", "keep", "talk")
        words = [str(getattr(one, name)) for one in Practice.objects.all() for name in fields]
        words += [str(item.team) for item in Item.objects.all()] + [str(item.manager) for item in Item.objects.all()]
        words += list(Article.objects.values_list("title", flat=True)) + list(Text.objects.values_list("text", flat=True))
        return [text for text in words if any(letter.isdigit() for letter in text)]

    def codes_in(self, words: str) -> frozenset[str]:
        """The practices that words name, or else the dimensions."""
        if words not in self._codes:
            practices = [code for title, code in self.practices.items() if title in words]
            found = practices or [code for title, code in self.dimensions.items() if re.search(rf"(?i)\b{title}\b", words)]
            self._codes[words] = frozenset(found)
        return self._codes[words]

    def measured(self, cycle: Cycle) -> set[str]:
        """Of the whole organisation: how well the questions measure."""
        names = ("persons", "teams", "alpha", "alpha_low", "alpha_high", "icc1", "icc2", "rwg")
        rows = Quality.objects.filter(cycle=cycle)
        found = {str(getattr(row, name)) for row in rows for name in names if getattr(row, name) is not None}
        for (key, _code), row in self.drivers.items():
            found |= {str(number) for number in (row.share, row.best, row.worst)} if key == cycle.pk else set()
        if model := self.explained.get(cycle.pk):
            found |= {str(int(100 * (model.r2 or 0))), str(model.persons), str(model.teams)}
        return found

    def texts_on(self, unit: CycleTeam) -> dict[str, int]:
        return dict(Text.objects.filter(team=unit).values_list("question").annotate(Count("pk")))

    @property
    def target(self) -> int:
        return settings.PARTICIPATION_TARGET


def _sizes(low: Decimal, high: Decimal) -> Pair:
    first, last = sorted((abs(low), abs(high)))
    return one_decimal(first), one_decimal(last)


def is_in(unit: CycleTeam, other: CycleTeam) -> bool:
    """The other one itself, or below it."""
    return unit.cycle_id == other.cycle_id and other.position <= unit.position <= other.last


def _spoken(row: Figure) -> str:
    """How the answers to a practice lie, as pages say it to those who cannot see the bar."""
    low, high = row.strongly_disagree, row.strongly_agree
    parts = [
        (low, "strongly disagree"),
        (100 - row.middle - row.share - (low or 0), "disagree"),
        (row.middle, "neither"),
        (row.share - (high or 0), "agree"),
        (high, "strongly agree"),
    ]
    return ", ".join(f"{share} percent {answer}" for share, answer in parts if share is not None)
