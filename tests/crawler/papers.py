"""What a PDF says, laid beside the page with the same parts: that page is read number by number, and paper adds nothing to it."""

import re
import subprocess
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

from assessments.models import CycleTeam
from tests.crawler.pages import Node

NOT_PRINTED = {"visually-hidden", "cs-no-print", "cs-sheet__foot"}
PAGE = re.compile(r"No figure rests on fewer than \d+ answers\. \d+ / \d+$")
ADDED = {"1.", "2.", "3.", "Who", "From", "Until"}  # numbers of a list, and labels of lines to write on that stand side by side


def words_on_paper(content: bytes, folder: Path, unit: CycleTeam) -> list[str]:
    """In the order in which they are written, page by page, without the foot of each page."""
    of = f"{unit.name} · {unit.cycle} "
    file = folder / "paper.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdftotext", "-raw", str(file), "-"], check=True, capture_output=True, text=True).stdout
    pages = [" ".join(page.split()) for page in told.split("\f")]
    return " ".join(PAGE.sub("", page).removesuffix(of) if PAGE.search(page) else page for page in pages).split()


def words_on_page(tree: Node) -> list[str]:
    """Of its sheets, those that print does not leave out."""
    return " ".join(_printed(node) for node in tree if node.tag == "article").split()


def _printed(node: Node | str) -> str:
    if isinstance(node, str):
        return node
    return "" if NOT_PRINTED & set(node.classes) or node.tag == "title" else " ".join(map(_printed, node.children))


def only_on_paper(paper: list[str], page: list[str]) -> list[str]:
    """Words that stand on paper where the page does not have them."""
    before, after = _joined(page), _joined(paper)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [word for kind, _a, _b, start, end in steps if kind != "equal" for word in after[start:end] if word not in ADDED]


def more_on_paper(paper: list[str], page: list[str]) -> list[str]:
    """Words of which paper has more; for a poster, whose headings and columns are written in an order of their own."""
    return list((Counter(_joined(paper)) - Counter(_joined(page))).elements())


def _joined(words: list[str]) -> list[str]:
    """A comma behind a figure may stand apart from it."""
    return re.sub(r" (?=[,.;:](?: |$))", "", " ".join(words)).split()
