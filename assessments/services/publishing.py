"""From opened ballots to stored figures: score them, decide what may be shown, measure, store. Inside the close's transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from django.conf import settings

from assessments.analysis.disclosure import place_texts
from assessments.analysis.perception import leader_scores, median
from assessments.analysis.quality import bands_of
from assessments.analysis.scoring import Ballots, Place, Scores, Tally, Units, person_tally, score
from assessments.analysis.values import Band, Mean, Shown
from assessments.analysis.widest import widest_gap
from assessments.ballotbox.box import Ballot
from assessments.models import Answer, Cycle, CycleTeam, Figure, Item, Median, Participation, Text, WidestGap
from assessments.services.comparing import nearly_same_units, store_changes
from assessments.services.measuring import store_drivers, store_qualities

Progress: TypeAlias = Callable[[int, int], None]


def publish(*, cycle: Cycle, teams: list[CycleTeam], ballots: list[Ballot], progress: Progress | None = None) -> None:
    """Everything that will ever be known of these ballots. teams: in the order of their positions."""
    items = list(cycle.questionnaire.items.select_related("practice__dimension"))
    units, answers = _units(teams, nearly_same_units(cycle, Cycle.objects.closed_before(cycle))), _answers(teams, items, ballots)
    dimension_of = np.array([_dimension_codes(items).index(item.practice.dimension.code) for item in items], dtype=np.int64)
    strict = settings.OWN_SPREAD_FROM if settings.STRICT_MEMBERSHIP else 0
    scores = score(units, answers, dimension_of.tolist(), k=cycle.k, own_spread_from=settings.OWN_SPREAD_FROM, strict_below=strict)
    persons, tally = person_tally(answers, dimension_of, len(teams))
    rows = _store_figures(teams, items, scores, _bands(teams, scores, tally))
    store_widest_gaps(cycle, rows)
    _store_texts(teams, ballots, scores, minimum=max(settings.TEXTS_FROM, cycle.k))
    store_changes(cycle=cycle, figures=rows)
    codes = _dimension_codes(items)
    store_qualities(cycle=cycle, codes=codes, answers=answers, dimension_of=dimension_of, tally=tally)
    outcomes = [item.practice.dimension.code for item in items if item.practice.dimension.outcome]
    store_drivers(cycle=cycle, codes=codes, outcomes=outcomes, persons=persons, unit=answers.unit, progress=progress)


def _answers(teams: list[CycleTeam], items: list[Item], ballots: list[Ballot]) -> Ballots:
    unit_of = {str(team.uid): team.position for team in teams}
    codes = [item.practice.code for item in items]
    # A statement that is missing in a ballot counts like "cannot say"; one that this cycle never asked cannot have been sealed.
    rows = [[ballot.answers.get(code, 0) for code in codes] for ballot in ballots]
    answers = np.array(rows, dtype=np.int8).reshape(len(ballots), len(codes))
    return Ballots(np.array([unit_of[ballot.unit] for ballot in ballots], dtype=np.int64), answers)


def _dimension_codes(items: list[Item]) -> list[str]:
    return list(dict.fromkeys(item.practice.dimension.code for item in items))


def _units(teams: list[CycleTeam], nearly_same: frozenset[int] = frozenset()) -> Units:
    position_of = {team.pk: team.position for team in teams}
    direct = [team.invited for team in teams]
    for team in teams:
        if team.parent_id:
            direct[position_of[team.parent_id]] -= team.invited
    return Units(tuple(position_of[team.parent_id] if team.parent_id else -1 for team in teams), tuple(direct), nearly_same)


def _bands(teams: list[CycleTeam], scores: Scores, tally: Tally) -> dict[Place, Band]:
    """Of teams without teams below them, by dimension and over all."""
    found: dict[Place, Band] = {}
    ends = {team.position for team in teams if not team.has_teams_below}
    overall = {unit: figure for unit, figure in sorted(scores.overall.items()) if unit in ends}
    for unit, band in bands_of(overall, tally, tally.n.shape[1] - 1).items():
        found[unit, "overall", 0] = band
    for at in range(tally.n.shape[1] - 1):
        here = {unit: figure for (unit, column), figure in sorted(scores.dimension.items()) if column == at and unit in ends}
        for unit, band in bands_of(here, tally, at).items():
            found[unit, "dimension", at] = band
    return found


def _store_figures(teams: list[CycleTeam], items: list[Item], scores: Scores, bands: dict[Place, Band]) -> list[Figure]:
    """In canonical order, so that even the order of rows says nothing."""
    dimensions = _dimension_codes(items)
    practices = [item.practice.code for item in items]
    Participation.objects.bulk_create(
        Participation(team=teams[unit], answered=shown.answered, invited=shown.invited)
        for unit, shown in sorted(scores.participation.items())
    )

    def row(place: Place, code: str, figure: Shown) -> Figure:
        unit, kind, _at = place
        return _row(teams[unit], Figure.Kind(kind), code, figure, band=bands.get(place), spread=scores.spread[place])

    rows = [row((unit, "overall", 0), "", figure) for unit, figure in sorted(scores.overall.items())]
    rows += [row((unit, "dimension", at), dimensions[at], figure) for (unit, at), figure in sorted(scores.dimension.items())]
    rows += [row((unit, "practice", at), practices[at], figure) for (unit, at), figure in sorted(scores.practice.items())]
    Figure.objects.bulk_create(rows, batch_size=1000)
    _store_medians(teams[0].cycle, rows)
    return rows


def _store_medians(cycle: Cycle, figures: list[Figure]) -> None:
    """Of every figure over the teams that have none below them, where enough teams are shown to have a middle."""
    values: dict[tuple[str, str], list[Mean]] = defaultdict(list)
    for figure in figures:
        if not figure.team.has_teams_below:
            values[figure.kind, figure.code].append(figure.value(0).mean)
    Median.objects.bulk_create(
        Median(cycle=cycle, kind=kind, code=code, mean=middle)
        for (kind, code), means in values.items()
        if len(means) >= settings.TEAMS_FOR_MEDIAN and (middle := median(means)) is not None
    )


def store_widest_gaps(cycle: Cycle, figures: Iterable[Figure]) -> None:
    """One for each unit whose leaders submitted their own view. figures: a unit's dimensions in the questionnaire's order."""
    managers = _managers_of(cycle)
    units: dict[int, dict[str, Figure]] = defaultdict(dict)
    for figure in figures:
        if figure.kind == Figure.Kind.DIMENSION and figure.team_id in managers:
            units[figure.team_id][figure.code] = figure
    found = []
    for unit, dimensions in units.items():
        code = widest_gap({code: figure.value(0) for code, figure in dimensions.items()}, managers[unit])
        if code:
            figure, manager = dimensions[code], managers[unit][code]
            found.append(WidestGap(cycle=cycle, figure=figure, manager=manager, size=abs(manager - figure.mean)))
    WidestGap.objects.bulk_create(found, batch_size=1000)


def _managers_of(cycle: Cycle) -> dict[int, dict[str, Decimal]]:
    """By unit what its leaders submitted for each dimension; a draft is nobody's view."""
    answers = Answer.objects.filter(assessment__team__cycle=cycle, assessment__submitted_at__isnull=False, value__isnull=False)
    ratings: dict[int, dict[str, int]] = defaultdict(dict)
    dimension_of: dict[str, str] = {}
    fields = ("assessment__team", "item__practice__code", "item__practice__dimension__code", "value")
    for unit, practice, dimension, value in answers.values_list(*fields):
        ratings[unit or 0][practice] = value or 0
        dimension_of[practice] = dimension
    return {unit: leader_scores(practices, dimension_of)[0] for unit, practices in ratings.items()}


def _row(team: CycleTeam, kind: Figure.Kind, code: str, figure: Shown, *, band: Band | None, spread: Decimal) -> Figure:
    interval, share, classes = figure.interval, figure.share, figure.classes
    return Figure(
        team=team,
        kind=kind,
        code=code,
        n=figure.n,
        mean=figure.mean.value,
        op=figure.mean.op,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        share=share.value if share else None,
        share_op=share.op if share else "=",
        share_low=share.low if share else None,
        share_high=share.high if share else None,
        middle=classes.middle if classes else None,
        strongly_disagree=classes.strongly_disagree if classes else None,
        strongly_agree=classes.strongly_agree if classes else None,
        agreement=figure.agreement or "",
        band=band or "",
        spread=spread,
    )


def _store_texts(teams: list[CycleTeam], ballots: list[Ballot], scores: Scores, *, minimum: int) -> None:
    """Texts stand where at least ten people's texts stand together, sorted by text; the others are destroyed with the boxes."""
    unit_of = {str(team.uid): team.position for team in teams}
    shown = [unit in scores.participation for unit in range(len(teams))]
    for question in (Text.Question.HELPS, Text.Question.HINDERS):
        texts = [(unit_of[ballot.unit], ballot.helps if question == Text.Question.HELPS else ballot.hinders) for ballot in ballots]
        texts = [(unit, text) for unit, text in texts if text]
        writers = np.bincount([unit for unit, _text in texts], minlength=len(teams)).tolist()
        place = place_texts(_units(teams).parent, writers, shown, minimum)
        placed = sorted((place[unit], text) for unit, text in texts if place[unit] >= 0)
        Text.objects.bulk_create(Text(team=teams[unit], question=question, text=text) for unit, text in placed)
