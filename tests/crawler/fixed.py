"""Words with digits that stand in the product's own texts: the same for everybody, so they tell nothing."""

import ast
import html
import re
from collections.abc import Iterator
from functools import cache

from django.conf import settings

from tests.crawler.pages import squeezed

SHORTEST = 12  # characters; shorter ones could hide a figure between them


@cache
def fixed_fragments() -> tuple[str, ...]:
    """Pieces of sentences between the places where something is filled in, longest first."""
    found = {squeezed(html.unescape(piece)) for piece in _pieces()}
    kept = {piece for piece in found if len(piece) >= SHORTEST and re.search(r"\d", piece) and re.search(r"[^\W\d_]{3}", piece)}
    return tuple(sorted(kept, key=len, reverse=True))


TRANSLATE = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy"}


def _pieces() -> Iterator[str]:
    """From templates, save those with invented figures, and from what code hands to translation."""
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        if "gallery" in path.parts:
            continue
        text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
        yield from re.findall(r'(?:translate|_\()\s*"([^"]*)"', text)
        yield from re.split(r"{{.*?}}|{%.*?%}|<[^>]*>", text, flags=re.S)
    for path in (settings.BASE_DIR / "assessments").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TRANSLATE:
                words = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (piece for word in words for piece in re.split(r"%\(\w+\)s|%%", word))
