"""A table is described once and written many ways: its columns, and rows that come one by one."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from django.utils.functional import Promise

from assessments.analysis.values import Hidden, Mean, Share, Shown

Text: TypeAlias = Promise | str
Value: TypeAlias = bool | str | int | Decimal | datetime.date | Mean | Share | Shown | Hidden | None
Row: TypeAlias = tuple[Value, ...]  # shorter than the columns where the rest is hidden: no number can slip in


class Kind(Enum):
    """What a column holds; writers choose the format by it."""

    TEXT = "text"
    SHOWN = "shown or hidden"
    MEAN = "a mean that may be clipped"
    SHARE = "a share in per cent that may be clipped"
    WHOLE = "a whole number"
    TENTH = "a number to 0.1"
    SIGNED = "a difference to 0.1"
    SIGNED_FINE = "a difference to 0.01"
    FINE = "a number to 0.01"
    DAY = "a day"
    HEAT = "a figure as a coloured cell"


@dataclass(frozen=True, slots=True)
class Column:
    """key: in JSON; heading: for people. words: for columns of codes. width: in characters. for_people: words that JSON leaves out,
    since a code stands beside them."""

    key: str
    heading: Text
    kind: Kind = Kind.TEXT
    width: int = 10
    words: Mapping[str, Text] = field(default_factory=dict)
    for_people: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """name: in addresses and file names; notes: sentences above it; frozen: columns that stay in sight; legend: of the colours."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    notes: tuple[Text, ...] = ()
    frozen: int = 1
    legend: bool = False
