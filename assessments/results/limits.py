"""What the rules turn on, as the page on methods says it; tests/results/test_methods.py holds each against `analysis`."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rules on the page turn on. k: answers; shares, sure and r2 in per cent; other numbers count answers or teams."""

    k: int
    own_spread_from: int = settings.OWN_SPREAD_FROM
    prior_weight: int = 4
    teams_to_pool: int = 5
    fallback_practice: Decimal = Decimal("1.0")
    fallback_dimension: Decimal = Decimal("0.5")
    shares_from: int = 10
    five_classes_from: int = 20
    share_lowest: int = 10
    share_highest: int = 90
    dimension_change_from: int = 5
    practice_change_from: int = 10
    clear_change: Decimal = Decimal("0.2")
    clear_gap: Decimal = Decimal("0.5")
    close_to: Decimal = Decimal("0.60")
    mixed_to: Decimal = Decimal("0.83")
    persons_to_compare: int = 50
    teams_to_compare: int = 10
    raters_from: int = 5
    reliable_from: Decimal = Decimal("0.50")
    band_sure: int = 80
    driver_persons: int = 100
    driver_persons_each: int = 15
    driver_r2: int = 10
    driver_sure: int = 90
    driver_draws: int = settings.DRIVER_DRAWS
    teams_to_draw: int = 20
