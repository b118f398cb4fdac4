"""What a picture says by where its marks stand: each place must be that of a printed value."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tests.crawler.pages import Node
from tests.crawler.truth import Sayable

TICKS = {Decimal(value) for value in (1, 2, 3, 4, 5)}
ACROSS = ("x", "cx", "x1", "x2")
FEW, MOST, ROOM = 10, 90, 13  # per cent: how roughly the parts of a bar are drawn


def marks(svg: Node) -> list[Node]:
    """A picture in a picture is one mark, placed as a whole."""
    found = []
    for node in svg.elements:
        found += [node] if node.tag == "svg" else [node, *marks(node)]
    return found


def is_decoration(svg: Node) -> bool:
    """Drawn in its own units: it can say nothing by place, and test_crawler counts how many there are."""
    return "viewbox" in svg.attributes


def kind_of(svg: Node) -> str:
    found = {name for node in marks(svg) for name in node.classes}
    if "cs-trend" in svg.classes:
        return "trend"
    if "cs-scatter" in svg.classes:
        return "scatter"
    if found & {"m-bar", "m-target"}:
        return "share"
    return "answers" if any(re.fullmatch(r"a-\d", name) for name in found) else "scale"


def misplaced_on_scale(svg: Node, printed: set[Decimal]) -> Iterator[str]:
    """Marks between 1 and 5 that stand at no printed value."""
    allowed = TICKS | printed
    for mark in marks(svg):
        ends = [_value(mark.attributes[name]) for name in ACROSS if mark.attributes.get(name, "").endswith("%")]
        if mark.attributes.get("width", "").endswith("%") and ends:
            ends.append(ends[0] + Decimal(mark.attributes["width"][:-1]) / 24)
        if mark.tag == "text":
            yield from (f"axis {mark.text} at {end}" for end in ends if Decimal(mark.text) != end)
        yield from (
            f"{mark.tag}.{'.'.join(mark.classes)} at {end}" for end in ends if end.quantize(Decimal("0.001")) not in allowed
        )


def _value(per_cent: str) -> Decimal:
    return ((Decimal(per_cent[:-1]) - 2) / 24 + 1).normalize()


def misplaced_share(svg: Node, per_cents: set[str], target: int) -> Iterator[str]:
    for mark in marks(svg):
        if "m-bar" in mark.classes and mark.attributes["width"][:-1] not in per_cents:
            yield f"bar of {mark.attributes['width']}"
        if "m-target" in mark.classes and mark.attributes["x1"] != f"{target}%":
            yield f"target at {mark.attributes['x1']}"
        if not set(mark.classes) & {"m-bar", "m-target", "m-rest", "m-hidden"}:
            yield f"unknown mark {mark.classes} in a bar"


def misplaced_answers(svg: Node, say: Sayable) -> Iterator[str]:
    """A bar of classes is drawn as roughly as it is printed."""
    found = tuple(mark.attributes["width"] for mark in marks(svg) if mark.tag == "rect")
    labels = tuple(mark.text for mark in marks(svg) if mark.tag == "text")
    possible = set()
    for spoken in say.classes:
        shares = [int(share) for share in re.findall(r"(\d+) percent", spoken)]
        widths = [Decimal(ROOM if share <= FEW else min(share, MOST)) for share in shares]
        drawn = tuple(f"{100 * width / sum(widths):.2f}%" for width in widths)
        possible.add((drawn, tuple(re.findall(r"(\S+) percent", spoken))))
    if (found, labels) not in possible:
        yield f"answers drawn {found} {labels}, of {possible}"


def misplaced_in_trend(svg: Node, course: list[Sayable | None]) -> Iterator[str]:
    """One quarter after the other, None where it is hidden: dots and ranges stand at printed values, read off the axis."""
    ticks = sorted((Decimal(node.attributes["y"]), Decimal(node.text)) for node in marks(svg) if "m-axis" in node.classes)
    (top, high), (foot, low) = ticks[0], ticks[-1]

    def read(y: str) -> Decimal:
        return (high - (Decimal(y) - top) / (foot - top) * (high - low)).quantize(Decimal("0.1"))

    places = {f"{14 + 79 * at / (len(course) - 1):.1f}%": say for at, say in enumerate(course)} if len(course) > 1 else {}
    for mark in marks(svg):
        if not set(mark.classes) & {"m-team", "m-trend-range"}:
            continue
        x = mark.attributes.get("cx") or mark.attributes["x1"]
        say = places.get(x)
        ends = [read(mark.attributes[name]) for name in ("cy", "y1", "y2") if name in mark.attributes]
        yield from (f"quarter at {x}: {mark.tag} at {end}" for end in ends if say is None or end not in say.on_the_scale)
    hidden = sum("m-hidden-box" in node.classes for node in svg)
    if hidden != course.count(None):
        yield f"{hidden} hidden quarters drawn of {course.count(None)}"


def misplaced_spots(svg: Node, rows: list[tuple[Decimal, int]]) -> Iterator[str]:
    """Discs with the numbers of dimensions: each stands at the middle of their printed means and parts, read off the axes."""
    axis = [node for node in marks(svg) if "m-axis" in node.classes]
    levels = sorted((Decimal(node.text), Decimal(node.attributes["x"][:-1])) for node in axis if node.attributes["x"] != "0")
    parts = sorted((Decimal(node.text[:-2]), Decimal(node.attributes["y"])) for node in axis if node.attributes["x"] == "0")
    met = []
    for spot in (node for node in marks(svg) if node.tag == "svg"):
        numbers = [int(number) for node in spot.find("text") for number in node.text.split(", ")]
        met += numbers
        means, shares = zip(*(rows[number - 1] for number in numbers), strict=True)
        x, y = Decimal(spot.attributes["x"][:-1]), Decimal(spot.attributes["y"])
        if abs(_read_off(levels, x) - sum(means) / len(means)) > Decimal("0.01"):
            yield f"spot {numbers} across at {x}"
        if abs(_read_off(parts, y) - Decimal(sum(shares)) / len(shares)) > Decimal("0.2"):
            yield f"spot {numbers} up at {y}"
    if sorted(met) != list(range(1, len(rows) + 1)):
        yield f"spots {met} of {len(rows)}"


def _read_off(ticks: list[tuple[Decimal, Decimal]], place: Decimal) -> Decimal:
    (low, start), (high, end) = ticks[0], ticks[-1]
    return low + (place - start) / (end - start) * (high - low)
