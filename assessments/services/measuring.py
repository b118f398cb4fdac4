"""Store how well a cycle measured, and what goes together with good service: of the whole organisation, at close."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from django.conf import settings

from assessments.analysis.drivers import Drivers, Withheld, find_drivers
from assessments.analysis.quality import quality_of
from assessments.analysis.scoring import Ballots, Floats, Tally
from assessments.models import Cycle, Driver, DriverModel, Quality

NO_OUTCOME = "no outcome asked"
SEED = 2006  # any fixed number: the same answers always give the same ranks


def store_qualities(*, cycle: Cycle, codes: list[str], answers: Ballots, dimension_of: npt.NDArray[np.int64], tally: Tally) -> None:
    """One row per dimension and one for the overall figure. tally: of person scores, the overall one last."""
    values = np.where(answers.answers > 0, answers.answers, np.nan)
    nothing = values[:, :0]
    parts = [(code, values[:, dimension_of == at], at) for at, code in enumerate(codes)] + [("", nothing, len(codes))]
    rows = []
    for code, practices, column in parts:
        found = quality_of(practices, answers.unit, tally, column)
        low, high = found.alpha_range or (None, None)
        rows.append(
            Quality(
                cycle=cycle,
                code=code,
                persons=found.persons,
                teams=found.teams,
                alpha=_two(found.alpha),
                alpha_low=_two(low),
                alpha_high=_two(high),
                icc1=_two(found.icc1),
                icc2=_two(found.icc2),
                rwg=_two(found.rwg),
                no_bands=found.no_bands or "",
            )
        )
    Quality.objects.bulk_create(rows)


def store_drivers(
    *,
    cycle: Cycle,
    codes: list[str],
    outcomes: Sequence[str],
    persons: Floats,
    unit: npt.NDArray[np.int64],
    progress: Callable[[int, int], None] | None,
) -> None:
    """persons: (B, D) person scores. Stores why, where the answers cannot carry it."""
    found = _find(codes, outcomes, persons, unit, progress)
    if not isinstance(found, Drivers):
        DriverModel.objects.create(cycle=cycle, withheld=found)
        return
    model = DriverModel.objects.create(cycle=cycle, r2=_two(found.r2), persons=found.persons, teams=found.teams)
    predictors = [code for code in codes if code not in outcomes]
    Driver.objects.bulk_create(
        Driver(model=model, code=code, share=round(100 * one.share), rank=one.rank, best=one.best, worst=one.worst, sure=one.sure)
        for code, one in zip(predictors, found.drivers, strict=True)
    )


def _find(
    codes: list[str],
    outcomes: Sequence[str],
    persons: Floats,
    unit: npt.NDArray[np.int64],
    progress: Callable[[int, int], None] | None,
) -> Drivers | str:
    is_outcome = np.array([code in outcomes for code in codes])
    if not is_outcome.any() or is_outcome.all():
        return NO_OUTCOME
    # A person who lacks one outcome has none: a mean over some of them would be another thing for each person.
    outcome = persons[:, is_outcome].mean(axis=1)
    found = find_drivers(persons[:, ~is_outcome], outcome, unit, seed=SEED, draws=settings.DRIVER_DRAWS, progress=progress)
    return found.value if isinstance(found, Withheld) else found


def _two(value: float | None) -> Decimal | None:
    """To two decimals, and not below -1: alpha of contradictory practices has no lower end."""
    return None if value is None else max(Decimal(-1), Decimal(value)).quantize(Decimal("0.01"))
