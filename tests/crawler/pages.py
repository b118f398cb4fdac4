"""A page as a tree, and its passages: every run of text, and every attribute that is read out, with what it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from itertools import takewhile

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
INLINE = {"a", "abbr", "b", "bdi", "br", "cite", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time"}
READ_OUT = ("aria-label", "title", "alt", "placeholder", "aria-description", "aria-valuenow", "aria-valuetext")
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass(eq=False)
class Node:
    tag: str
    attributes: dict[str, str]
    parent: "Node | None" = None
    children: list["Node | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child

    @property
    def elements(self) -> list["Node"]:
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def above(self) -> Iterator["Node"]:
        """Itself and what it stands in, up to the page."""
        node: Node | None = self
        while node:
            yield node
            node = node.parent

    def closest(self, *tags: str) -> "Node | None":
        return next((node for node in self.above if node.tag in tags), None)

    def find(self, *tags: str) -> list["Node"]:
        return [node for node in self if node.tag in tags]

    @cached_property
    def text(self) -> str:
        """All words in it, pictures apart."""
        parts = [child if isinstance(child, str) else child.text for child in self.children if child_is_words(child)]
        return squeezed(" ".join(parts))

    @cached_property
    def seen(self) -> str:
        """The words in it without those that are only read out."""
        parts = [child if isinstance(child, str) else child.seen for child in self.children if child_is_words(child)]
        return "" if "visually-hidden" in self.classes else squeezed(" ".join(parts))

    @cached_property
    def columns(self) -> list[str]:
        """Of a table: the words seen above each column."""
        heads = [one for one in self.find("tr") if one.closest("thead")]
        return [one.seen for one in heads[0].elements for _ in range(int(one.attributes.get("colspan", "1")))] if heads else []

    @cached_property
    def heading(self) -> str:
        """The words that say what a part is about: a row's head, a part's first heading, or the whole of a line or item."""
        if self.tag == "tr":
            return next((one.text for one in self.elements if one.tag == "th"), "")
        found = next((one.text for one in self if one.tag in HEADINGS), "")
        return found or (self.text if self.tag in {"li", "p", "dd", "label"} else "")


@dataclass(frozen=True, eq=False)
class Passage:
    node: Node
    text: str


def child_is_words(child: Node | str) -> bool:
    return isinstance(child, str) or child.tag not in {"svg", "script", "style"}


def squeezed(text: str) -> str:
    return re.sub(r"\s+([.,;:])(?=\s|$)", r"\1", " ".join(text.split()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = self.now = Node("page", {})
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.now)
        self.now.children.append(node)
        if tag not in VOID:
            self.now = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.now.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.now))

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.now.above):
            closed = next(node for node in self.now.above if node.tag == tag)
            self.now = closed.parent or self.top

    def handle_data(self, data: str) -> None:
        self.now.children.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(html: str) -> Node:
    """Comments are words as well: nobody sees them, anybody can read them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.top.children += [Node("comment", {}, reader.top, [comment]) for comment in reader.comments]
    return reader.top


def passages(top: Node) -> Iterator[Passage]:
    """Each block's own words in one piece, with the words inside the line but not those of blocks in it."""
    for node in top:
        if node.closest("svg"):
            if node.tag != "svg" and node.tag in {"title", "desc"}:
                yield Passage(node, node.text)
        elif node.tag not in INLINE | {"script", "style"}:
            yield from (Passage(node, text) for text in _runs(node))
        for name, value in node.attributes.items():
            if name in READ_OUT or name.startswith("data-"):
                yield Passage(node, squeezed(value))


def _runs(node: Node) -> Iterator[str]:
    run: list[str] = []
    for child in node.children:
        if isinstance(child, str) or (
            child.tag in INLINE and all(one.tag in INLINE | {"svg"} or one.closest("svg") for one in child)
        ):
            run.append(child if isinstance(child, str) else child.text)
        elif child.tag in INLINE:
            yield from _runs(child)
        elif child.tag != "svg":
            if text := squeezed(" ".join(run)):
                yield text
            run = []
    if text := squeezed(" ".join(run)):
        yield text


@dataclass(frozen=True)
class Place:
    """Where a cell stands in its table."""

    row: str
    column: str


def place_of(node: Node) -> Place | None:
    """Of a cell or what is in it; None outside tables and in their heads."""
    cell, row, table = node.closest("td"), node.closest("tr"), node.closest("table")
    if not (cell and row and table):
        return None
    at = sum(int(one.attributes.get("colspan", "1")) for one in takewhile(lambda one: one is not cell, row.elements))
    return Place(row.heading, table.columns[at] if at < len(table.columns) else "")
