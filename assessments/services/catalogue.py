"""Bring the shipped content into the database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from assessments.content.catalogue import HERE, Catalogue, PracticeText, QuestionnaireText, read_catalogue
from assessments.models import Article, Dimension, Item, Practice, Questionnaire


@dataclass(frozen=True, slots=True)
class Loaded:
    practices: int
    new_versions: tuple[str, ...]


@transaction.atomic
def load_content(*, directory: Path = HERE) -> Loaded:
    """Load or refresh the catalogue; again is harmless. A used questionnaire version stays, a change makes the next one.

    What HR has made is never touched: own practices, and questionnaires of which HR has made a version."""
    catalogue = read_catalogue(directory)
    _upsert(Article, [Article(code=code, title=title) for code, title in catalogue.articles.items()])
    _upsert(Dimension, [Dimension(**asdict(text), position=position) for position, text in enumerate(catalogue.dimensions)])
    practices = _load_practices(catalogue)
    versions = (_load_questionnaire(text, practices) for text in catalogue.questionnaires)
    return Loaded(len(practices), tuple(str(version) for version in versions if version))


def _upsert(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert by code, or overwrite everything else of what has that code."""
    fields = [field.name for field in model._meta.concrete_fields if field.name not in {"id", "code"}]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=fields)


def _load_practices(catalogue: Catalogue) -> dict[str, Practice]:
    dimensions = Dimension.objects.in_bulk(field_name="code")
    articles = Article.objects.in_bulk(field_name="code")
    _upsert(Practice, [Practice(**_values(text, dimensions, at)) for at, text in enumerate(catalogue.practices)])
    practices = Practice.objects.in_bulk(field_name="code")
    through = Practice.articles.through
    sources = {practices[text.code].pk: {articles[code].pk for code in text.sources} for text in catalogue.practices}
    for link in through.objects.filter(practice__in=sources):
        if link.article_id in sources[link.practice_id]:
            sources[link.practice_id].discard(link.article_id)
        else:
            link.delete()
    through.objects.bulk_create(
        through(practice_id=practice, article_id=article) for practice, left in sources.items() for article in left
    )
    return practices


def _values(text: PracticeText, dimensions: dict[str, Dimension], position: int) -> dict[str, Any]:
    values = asdict(text)
    del values["sources"]
    return {**values, "dimension": dimensions[text.dimension], "position": position}


def _load_questionnaire(text: QuestionnaireText, practices: dict[str, Practice]) -> Questionnaire | None:
    """The new or changed version, or None when the newest one already says all this or is HR's own."""
    newest = Questionnaire.objects.filter(code=text.code).order_by("-version").first()
    if newest and newest.own:
        return None
    wanted = [(practices[code].pk, practices[code].team, practices[code].manager) for code in text.practices]
    if newest and newest.title == text.title and wanted == list(newest.items.values_list("practice", "team", "manager")):
        return None
    if newest is None or newest.used:
        newest = Questionnaire(code=text.code, version=newest.version + 1 if newest else 1)
    newest.title = text.title
    newest.save()
    newest.items.all().delete()
    Item.objects.bulk_create(
        Item(questionnaire=newest, practice_id=practice, position=position, team=team, manager=manager)
        for position, (practice, team, manager) in enumerate(wanted)
    )
    return newest
