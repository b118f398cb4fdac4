"""Code cards: how many each unit of a running cycle needs, and a sheet as it goes to the printer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from assessments.models import Code, Cycle, CycleTeam, Invitation

CARDS_ON_A_PAGE = 8  # two by four on A4


@dataclass(frozen=True, slots=True)
class CardRow:
    """A unit with people without a mail address. `sheet` marks the sheet drawn last and is empty before the first."""

    team: CycleTeam
    people: int
    drawn: int
    sheet: str


@dataclass(frozen=True, slots=True)
class Card:
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class CardSheet:
    team: CycleTeam
    address: str
    pages: tuple[tuple[Card, ...], ...]

    @property
    def count(self) -> int:
        return sum(len(page) for page in self.pages)


def card_list(cycle: Cycle) -> tuple[CardRow, ...]:
    """The units that need cards, in the tree's order. Nothing in it depends on who has answered."""
    rows = Invitation.objects.by_card().filter(cycle=cycle).order_by("team").values_list("team").annotate(Count("pk"))
    needed = dict(rows)
    sheets = Code.objects.filter(invitation__cycle=cycle).sheets()
    return tuple(
        CardRow(team, needed[team.pk], needed[team.pk] if team.pk in sheets else 0, sheets.get(team.pk, ""))
        for team in cycle.teams.filter(pk__in=needed).select_related("parent")
    )


def kiosk_address() -> str:
    """Where a shared device stays; it comes back there after each answer."""
    return f"{settings.BASE_URL}{reverse('kiosk')}"


def card_sheet_of(team: CycleTeam, codes: Sequence[str]) -> CardSheet:
    """The only place where drawn codes are shown; they are kept nowhere."""
    address = f"{settings.BASE_URL}/a/"
    cards = [Card(code, f"{address}#{code}") for code in codes]
    pages = (tuple(cards[start : start + CARDS_ON_A_PAGE]) for start in range(0, len(cards), CARDS_ON_A_PAGE))
    return CardSheet(team, address, tuple(pages))
