"""Stored figures of units as frozen values, and the questionnaire that they belong to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import QuerySet

from assessments.analysis.perception import leader_scores
from assessments.analysis.recommendations import Candidate
from assessments.analysis.values import FigureValue, Hidden, Participation
from assessments.models import Answer, Cycle, CycleTeam, Driver, Figure, Item, Median
from assessments.models import Participation as ParticipationRow
from assessments.models.figures import ChangeRow, FigureRow, shown_from

OVERALL, DIMENSION, PRACTICE = Figure.Kind.OVERALL, Figure.Kind.DIMENSION, Figure.Kind.PRACTICE


@dataclass(frozen=True, slots=True)
class Asked:
    """A practice as a cycle asked it."""

    code: str
    title: str
    dimension: str
    dimension_title: str
    team: str
    manager: str


@dataclass(frozen=True, slots=True)
class AskedDimension:
    code: str
    title: str
    outcome: bool
    practices: tuple[Asked, ...]


def asked_in(cycle: Cycle) -> tuple[AskedDimension, ...]:
    """The dimensions and practices of a cycle's questionnaire in their order."""
    # Columns and no objects: nearly every page asks, and a practice carries a page of advice.
    items = Item.objects.filter(questionnaire=cycle.questionnaire_id).order_by("position")
    dimension = [f"practice__dimension__{name}" for name in ("code", "title", "outcome")]
    rows = items.values_list(*dimension, "practice__code", "practice__title", "team", "manager")
    return tuple(
        AskedDimension(code, title, outcome, tuple(Asked(row[3], row[4], code, title, row[5], row[6]) for row in group))
        for (code, title, outcome), group in groupby(rows, key=lambda row: row[:3])
    )


@dataclass(frozen=True, slots=True)
class ManagerView:
    """What a unit's leaders submitted: ratings by practice code, means by dimension code and over all."""

    practices: Mapping[str, int]
    dimensions: Mapping[str, Decimal]
    overall: Decimal | None


NO_VIEW = ManagerView({}, {}, None)


@dataclass(frozen=True, slots=True)
class Book:
    """Every figure of some units of one cycle. What is not in it is hidden."""

    teams: Mapping[int, CycleTeam]
    figures: Mapping[tuple[int, str, str], FigureValue]
    participations: Mapping[int, Participation]
    managers: Mapping[int, ManagerView]

    def figure(self, team: CycleTeam, kind: str = OVERALL, code: str = "") -> FigureValue:
        """The figure, or hidden with the unit above in whose figure the answers count."""
        if found := self.figures.get((team.pk, kind, code)):
            return found
        above = self.teams.get(team.parent_id or 0)
        while above:
            if (above.pk, kind, code) in self.figures:
                return Hidden(counted_in=above.name)
            above = self.teams.get(above.parent_id or 0)
        return Hidden()

    def participation(self, team: CycleTeam) -> Participation | None:
        return self.participations.get(team.pk)

    def manager(self, team: CycleTeam) -> ManagerView:
        return self.managers.get(team.pk, NO_VIEW)


def read_book(cycle: Cycle, teams: Iterable[CycleTeam], kinds: Iterable[str] = (OVERALL, DIMENSION, PRACTICE)) -> Book:
    """The figures of these units in four queries, however many they are. Hand over the units above them too."""
    by_key = {team.pk: team for team in teams}
    # A whole cycle is asked for by the cycle: thousands of keys in one statement help nobody.
    figures = Figure.objects.filter(team__cycle=cycle, kind__in=list(kinds))
    participations = ParticipationRow.objects.filter(team__cycle=cycle)
    if len(by_key) < 100:
        figures, participations = figures.filter(team__in=by_key), participations.filter(team__in=by_key)
    return Book(
        teams=by_key,
        figures=_values(figures, by_key),
        participations={row.team_id: Participation(row.answered, row.invited) for row in participations},
        managers=_manager_views(cycle, by_key),
    )


def read_figures(teams: Iterable[CycleTeam], kind: str) -> Book:
    """Figures of one kind of a few units and nothing else, in one query. Hand over the units above them too."""
    by_key = {team.pk: team for team in teams}
    figures = Figure.objects.filter(team__in=by_key, kind=kind)
    return Book(teams=by_key, figures=_values(figures, by_key), participations={}, managers={})


def _values(figures: QuerySet[Figure], teams: Mapping[int, CycleTeam]) -> dict[tuple[int, str, str], FigureValue]:
    width = 3 + len(FigureRow._fields)
    rows = figures.values_list("team_id", "kind", "code", *FigureRow._fields, *ChangeRow._fields)
    return {
        (row[0], row[1], row[2]): shown_from(FigureRow(*row[3:width]), teams[row[0]].invited, ChangeRow(*row[width:]))
        for row in rows
        if row[0] in teams
    }


def _manager_views(cycle: Cycle, teams: Mapping[int, CycleTeam]) -> dict[int, ManagerView]:
    """Submitted self-assessments only; a draft is nobody's view yet."""
    answers = Answer.objects.filter(
        assessment__team__cycle=cycle, assessment__submitted_at__isnull=False, value__isnull=False
    ).values_list("assessment__team", "item__practice__code", "item__practice__dimension__code", "value")
    if len(teams) < 100:
        answers = answers.filter(assessment__team__in=teams)
    ratings: dict[int, dict[str, int]] = {}
    dimension_of: dict[str, str] = {}
    for team, practice, dimension, value in answers:
        ratings.setdefault(team or 0, {})[practice] = value or 0
        dimension_of[practice] = dimension
    views = {}
    for team, practices in ratings.items():
        dimensions, overall = leader_scores(practices, dimension_of)
        views[team] = ManagerView(practices, dimensions, overall)
    return views


def medians_of(cycle: Cycle) -> dict[tuple[str, str], Decimal]:
    """(kind, code) to the median team's mean."""
    return {(row.kind, row.code): row.mean for row in Median.objects.filter(cycle=cycle)}


def sure_drivers(cycle: Cycle) -> dict[str, Decimal]:
    """By dimension code: the share (0 to 1) of those that surely go together with the outcome in the whole organisation."""
    rows = Driver.objects.filter(model__cycle=cycle, sure=True).values_list("code", "share")
    return {code: Decimal(share) / 100 for code, share in rows}


def candidates_of(
    book: Book,
    team: CycleTeam,
    asked: tuple[AskedDimension, ...],
    medians: Mapping[tuple[str, str], Decimal],
    drivers: Mapping[str, Decimal],
) -> list[Candidate]:
    """Every practice with all that the choice of strengths and opportunities looks at."""
    ratings = book.manager(team).practices
    return [
        Candidate(
            code=practice.code,
            dimension=dimension.code,
            figure=book.figure(team, PRACTICE, practice.code),
            manager=ratings.get(practice.code),
            median=medians.get((PRACTICE, practice.code)),
            driver=drivers.get(dimension.code, Decimal(0)),
        )
        for dimension in asked
        for practice in dimension.practices
    ]


def with_units_above(team: CycleTeam) -> list[CycleTeam]:
    """The unit and those above it, outermost first."""
    return list(CycleTeam.objects.filter(cycle=team.cycle_id, position__lte=team.position, last__gte=team.position))
