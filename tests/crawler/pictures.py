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
    return [node for node in svg if node is not svg and not _within_mark(node, svg)]


def _within_mark(node: Node, svg: Node) -> bool:
    """A picture in a picture is one mark, placed as a whole."""
    return any(one is not svg and one.tag == "svg" for one in node.above if one is not node and svg in list(one.above))


def is_decoration(svg: Node) -> bool:
    """Drawn in its own units: it can say nothing by place, and test_crawler counts how many there are."""
    return "viewbox" in svg.attributes


def kind_of(svg: Node) -> str:
    found = {name for node in marks(svg) for name in node.classes}
    if "cs-trend" in svg.classes:
        return "trend"
    if found & {"m-bar", "m-target"}:
        return "share"
    return "answers" if any(re.fullmatch(r"a-\d", name) for name in found) else "scale"


def misplaced_on_scale(svg: Node, say: Sayable) -> Iterator[str]:
    """Marks between 1 and 5 that stand at no printed value."""
    allowed = TICKS | say.on_the_scale
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
    possible = set()
    for classes in say.classes:
        widths = [Decimal(ROOM if share <= FEW else min(share, MOST)) for share in classes]
        possible.add(tuple(f"{100 * width / sum(widths):.2f}%" for width in widths))
    if found not in possible:
        yield f"answers drawn {found}, of {possible}"


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
