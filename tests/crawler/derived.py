"""What follows from shown figures and managers’ ratings by small arithmetic: each such number is worked out here again."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assessments.models import CycleTeam
from tests.crawler.truth import Truth, is_in, one_decimal

ENDS = {"=": "", ">=": " or more", "<=": " or less"}
FEWEST_MANAGERS = 5
CLEAR, CLEAR_AT_AN_END, HIGH = Decimal("0.2"), Decimal("0.5"), Decimal("3.5")
BLIND_SPOT, HIDDEN_STRENGTH, BOTH_HIGH, BOTH_LOW, UNCLEAR = (
    "blind spot",
    "hidden strength",
    "both high",
    "both low",
    "no clear pattern",
)


@dataclass(frozen=True)
class Derived:
    """Of one unit, the top of what a page is about, and the units in it."""

    truth: Truth
    top: CycleTeam

    @property
    def units(self) -> list[CycleTeam]:
        return [unit for unit in self.truth.units if is_in(unit, self.top)]

    @property
    def rated(self) -> list[CycleTeam]:
        """Units whose leaders submitted an own view."""
        return [unit for unit in self.units if (unit.pk, "") in self.truth.managers]

    def together(self, code: str) -> tuple[Decimal, int] | None:
        """Managers as a group: their mean, over so many units."""
        found = [self.truth.managers[unit.pk, code] for unit in self.units if (unit.pk, code) in self.truth.managers]
        if len(found) < FEWEST_MANAGERS:
            return None
        return (sum(map(Decimal, found), Decimal(0)) / len(found)).quantize(Decimal("0.1"), ROUND_HALF_UP), len(found)

    def count(self, pattern: str, codes: Iterable[str], units: Iterable[CycleTeam] | None = None) -> int:
        wanted = list(codes)
        return sum(self.pattern(unit, code) == pattern for unit in units or self.rated for code in wanted)

    def pattern(self, unit: CycleTeam, code: str) -> str:
        """Empty where one of the two views is missing."""
        manager = self.truth.managers.get((unit.pk, code))
        return self._pattern(unit, code, Decimal(manager)) if manager is not None else ""

    def _pattern(self, unit: CycleTeam, code: str, manager: Decimal) -> str:
        row = self.truth.figures.get((unit.pk, code))
        if row is None:
            return ""
        inside = row.low is not None and row.high is not None and row.low <= manager <= row.high
        if abs(manager - row.mean) >= Decimal("0.5") and not inside:
            return BLIND_SPOT if manager > row.mean else HIDDEN_STRENGTH
        if (row.mean >= HIGH) == (manager >= HIGH):
            return BOTH_HIGH if manager >= HIGH else BOTH_LOW
        return UNCLEAR

    def gap_words(self, unit: CycleTeam, code: str, manager: Decimal | None) -> tuple[str, str]:
        """The difference with its sign, empty where the mean is clipped; and the pattern's name."""
        row = self.truth.figures.get((unit.pk, code))
        if row is None or manager is None:
            return "", ""
        return signed(manager - row.mean) if row.op == "=" else "", self._pattern(unit, code, manager)

    def beside_words(self, unit: CycleTeam, code: str) -> tuple[str, str]:
        """The difference to the whole with its sign, empty where one of the means is clipped; and the word for it."""
        whole = next(one for one in self.truth.units if one.cycle_id == unit.cycle_id and not one.parent_id)
        row, all_of = self.truth.figures.get((unit.pk, code)), self.truth.figures.get((whole.pk, code))
        if row is None or all_of is None:
            return "", ""
        number = signed(row.mean - all_of.mean) if row.op == all_of.op == "=" else ""
        return number, {1: "above", 0: "alike", -1: "below"}[self.standing(unit, code, all_of.mean)]

    def standing(self, unit: CycleTeam, code: str, whole: Decimal) -> int:
        """1, 0 or -1: clearly above, about the same, clearly below."""
        row = self.truth.figures[unit.pk, code]
        difference = row.mean - whole
        if row.low is None or row.high is None:
            apart = abs(difference) >= CLEAR_AT_AN_END
        else:
            apart = abs(difference) >= CLEAR and not row.low <= whole <= row.high
        return (1 if difference > 0 else -1) if apart else 0


def signed(difference: Decimal) -> str:
    return {1: "+", 0: "", -1: "−"}[(difference > 0) - (difference < 0)] + one_decimal(abs(difference))
