"""A questionnaire as a file, TOML or JSON: what HR takes from one installation to another. An error names its place."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assessments.content.catalogue import TEXTS, DimensionText, PracticeText
from assessments.content.wording import MOST, faults_of

KINDS = ("toml", "json")
MAX_BYTES = 500_000
OWN = "own-"
CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
CODE_LENGTHS = {"questionnaire": 40, "dimension": 40, "practice": 60}
LENGTHS = {"title": 100, "about": 200, "team": MOST, "manager": MOST}
TEXT_LENGTH = 2000  # why, idea, steps and question
DIMENSION_TITLE = 60


class FileFault(Exception):
    """The file is no questionnaire. place: such as "items 3: team" or "line 7"; what: see the words in forms/questionnaires.py."""

    def __init__(self, what: str, place: str = "", detail: str = "") -> None:
        super().__init__(f"{place}: {what} {detail}".strip(": "))
        self.what, self.place, self.detail = what, place, detail


@dataclass(frozen=True, slots=True)
class ItemText:
    practice: str
    team: str
    manager: str


@dataclass(frozen=True, slots=True)
class QuestionnaireFile:
    """items in the order of the poll; practices and dimensions: what the organisation has written itself."""

    code: str
    title: str
    items: tuple[ItemText, ...]
    practices: tuple[PracticeText, ...] = ()
    dimensions: tuple[DimensionText, ...] = ()


def write_file(file: QuestionnaireFile, kind: str) -> str:
    return {"toml": _toml, "json": _json}[kind](_table(file))


def read_file(text: str, kind: str) -> QuestionnaireFile:
    """Raises FileFault."""
    try:
        table = json.loads(text) if kind == "json" else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise FileFault("unreadable", f"line {error.lineno}", error.msg) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise FileFault("unreadable", "", str(error)) from error
    if not isinstance(table, dict):
        raise FileFault("no questionnaire")
    return _file(table)


def decode(content: bytes) -> str:
    """Raises FileFault."""
    if len(content) > MAX_BYTES:
        raise FileFault("too large")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileFault("not utf-8", f"line {line}") from error


def _table(file: QuestionnaireFile) -> dict[str, Any]:
    practices = [asdict(practice) for practice in file.practices]
    for practice in practices:
        del practice["sources"]
    dimensions = [asdict(dimension) for dimension in file.dimensions]
    for dimension in dimensions:
        del dimension["outcome"]
    table: dict[str, Any] = {"code": file.code, "title": file.title, "items": [asdict(item) for item in file.items]}
    return table | ({"dimensions": dimensions} if dimensions else {}) | ({"practices": practices} if practices else {})


def _json(table: dict[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, indent=2) + "\n"


def _toml(table: dict[str, Any]) -> str:
    return "".join(_lines(table))


def _lines(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{key} = {_quoted(value)}\n"
        else:
            for row in value:
                yield f"\n[[{key}]]\n"
                yield from _lines(row)


def _quoted(text: str) -> str:
    """A TOML basic string is a JSON string, save that it also escapes DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _file(table: Mapping[str, Any]) -> QuestionnaireFile:
    _only(table, {"code", "title", "items", "practices", "dimensions"}, "")
    dimensions = tuple(_rows(table, "dimensions", _dimension))
    practices = tuple(_rows(table, "practices", _practice))
    items = tuple(_rows(table, "items", _item))
    if not items:
        raise FileFault("empty", "items")
    for key, codes in (
        ("dimensions", [dimension.code for dimension in dimensions]),
        ("practices", [practice.code for practice in practices]),
        ("items", [item.practice for item in items]),
    ):
        _once(key, codes)
    for key in ("team", "manager"):
        if wrong := faults_of({str(at): getattr(item, key) for at, item in enumerate(items, 1)}):
            at, fault = next(iter(wrong.items()))
            raise FileFault(str(fault), f"items {at}: {key}")
    return QuestionnaireFile(_code(table, "code", "questionnaire", ""), _text(table, "title", ""), items, practices, dimensions)


def _rows(table: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any], str], Any]) -> Iterator[Any]:
    rows = table.get(key, [])
    if not isinstance(rows, list):
        raise FileFault("no list", key)
    for at, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise FileFault("no table", f"{key} {at}")
        yield read(row, f"{key} {at}: ")


def _item(row: Mapping[str, Any], place: str) -> ItemText:
    _only(row, {"practice", "team", "manager"}, place)
    return ItemText(_code(row, "practice", "practice", place), _text(row, "team", place), _text(row, "manager", place))


def _practice(row: Mapping[str, Any], place: str) -> PracticeText:
    _only(row, {"code", "dimension", *TEXTS}, place)
    texts = {key: _text(row, key, place) for key in TEXTS}
    return PracticeText(_own_code(row, "practice", place), _code(row, "dimension", "dimension", place), (), **texts)


def _dimension(row: Mapping[str, Any], place: str) -> DimensionText:
    _only(row, {"code", "title", "about"}, place)
    title, about = _text(row, "title", place, DIMENSION_TITLE), _text(row, "about", place)
    return DimensionText(_own_code(row, "dimension", place), title, about, outcome=False)


def _text(row: Mapping[str, Any], key: str, place: str, most: int = 0) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FileFault("missing", place + key)
    text = value.strip().replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise FileFault("missing", place + key)
    most = most or LENGTHS.get(key, TEXT_LENGTH)
    if len(text) > most:
        raise FileFault("too long", place + key, str(most))
    return text


def _code(row: Mapping[str, Any], key: str, of: str, place: str) -> str:
    code = _text(row, key, place)
    if not CODE.fullmatch(code) or len(code) > CODE_LENGTHS[of]:
        raise FileFault("no code", place + key, code[:80])
    return code


def _own_code(row: Mapping[str, Any], of: str, place: str) -> str:
    code = _code(row, "code", of, place)
    if not code.startswith(OWN):
        raise FileFault("not own", f"{place}code", code)
    return code


def _only(row: Mapping[str, Any], known: set[str], place: str) -> None:
    if unknown := set(row) - known:
        raise FileFault("unknown key", f"{place}{min(unknown)}")


def _once(key: str, codes: list[str]) -> None:
    for at, code in enumerate(codes, 1):
        if codes.index(code) < at - 1:
            raise FileFault("twice", f"{key} {at}", code)
