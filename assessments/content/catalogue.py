"""Read and check the shipped content. An error names the file and the key."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TEXTS = ("title", "team", "manager", "why", "idea", "start", "build", "keep", "talk")
TEAM_WORDS = 15
MANAGER_WORDS = 20


class ContentError(Exception):
    """The content is not usable; the message names file and key."""


@dataclass(frozen=True, slots=True)
class DimensionText:
    code: str
    title: str
    about: str
    outcome: bool


@dataclass(frozen=True, slots=True)
class PracticeText:
    code: str
    dimension: str
    sources: tuple[str, ...]
    title: str
    team: str
    manager: str
    why: str
    idea: str
    start: str
    build: str
    keep: str
    talk: str


@dataclass(frozen=True, slots=True)
class QuestionnaireText:
    code: str
    title: str
    practices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    articles: dict[str, str]
    dimensions: tuple[DimensionText, ...]
    practices: tuple[PracticeText, ...]
    questionnaires: tuple[QuestionnaireText, ...]


def read_catalogue(directory: Path = HERE) -> Catalogue:
    """Everything in a content directory, checked. ContentError: "kindness.toml: kind-to-each-other: why is missing"."""
    articles = {code: _text("articles.toml", code, table, "title") for code, table in _toml(directory / "articles.toml").items()}
    dimensions = tuple(_dimension(code, table) for code, table in _toml(directory / "dimensions.toml").items())
    practices = tuple(
        practice for dimension in dimensions for practice in _practices(directory / "practices", dimension.code, set(articles))
    )
    _check_unique(practices)
    codes = tuple(practice.code for practice in practices)
    questionnaires = tuple(_questionnaire(path, codes) for path in sorted((directory / "questionnaires").glob("*.toml")))
    return Catalogue(articles, dimensions, practices, questionnaires)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContentError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.name}: {error}") from error


def _text(file: str, place: str, table: Any, key: str) -> str:
    value = table.get(key) if isinstance(table, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise ContentError(f"{file}: {place}: {key} is missing or no text")
    return value.strip()


def _dimension(code: str, table: Any) -> DimensionText:
    title, about = (_text("dimensions.toml", code, table, key) for key in ("title", "about"))
    return DimensionText(code, title, about, outcome=table.get("outcome") is True)


def _practices(directory: Path, dimension: str, articles: set[str]) -> list[PracticeText]:
    path = directory / f"{dimension}.toml"
    return [_practice(path.name, code, dimension, table, articles) for code, table in _toml(path).items()]


def _practice(file: str, code: str, dimension: str, table: Any, articles: set[str]) -> PracticeText:
    texts = {key: _text(file, code, table, key) for key in TEXTS}
    if unknown := set(table) - {*TEXTS, "sources"}:
        raise ContentError(f"{file}: {code}: {min(unknown)} is not a known key")
    sources = table.get("sources")
    if not isinstance(sources, list) or not sources or any(str(source) not in articles for source in sources):
        raise ContentError(f"{file}: {code}: sources must name articles of articles.toml")
    for key, most in (("team", TEAM_WORDS), ("manager", MANAGER_WORDS)):
        if len(texts[key].split()) > most:
            raise ContentError(f"{file}: {code}: {key} has more than {most} words")
    return PracticeText(code=code, dimension=dimension, sources=tuple(sources), **texts)


def _check_unique(practices: tuple[PracticeText, ...]) -> None:
    seen: dict[str, str] = {}
    for practice in practices:
        for mark in (practice.code, practice.team, practice.manager):
            if mark in seen and seen[mark] != practice.code:
                raise ContentError(f"{practice.dimension}.toml: {practice.code}: also stands at {seen[mark]}: {mark}")
            if mark == practice.code and mark in seen:
                raise ContentError(f"{practice.dimension}.toml: {practice.code}: this code stands twice")
            seen[mark] = practice.code


def _questionnaire(path: Path, codes: tuple[str, ...]) -> QuestionnaireText:
    table = _toml(path)
    code, title = (_text(path.name, "questionnaire", table, key) for key in ("code", "title"))
    chosen = table.get("practices")
    if chosen == "all":
        return QuestionnaireText(code, title, codes)
    if not isinstance(chosen, list) or not chosen:
        raise ContentError(f'{path.name}: practices must be a list of codes or "all"')
    for practice in chosen:
        if practice not in codes:
            raise ContentError(f"{path.name}: practices: {practice} is not in the catalogue")
        if chosen.count(practice) > 1:
            raise ContentError(f"{path.name}: practices: {practice} stands twice")
    return QuestionnaireText(code, title, tuple(sorted(chosen, key=codes.index)))
