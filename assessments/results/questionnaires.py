"""The questionnaires there are, what a version asks, and what it changes against the one before it."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Prefetch

from assessments.models import Cycle, Dimension, Item, Practice, Questionnaire
from assessments.models.catalogue import OWN
from assessments.models.questionnaires import Difference, difference, minutes_for


@dataclass(frozen=True, slots=True)
class Version:
    questionnaire: Questionnaire
    count: int
    cycles: tuple[Cycle, ...]

    @property
    def minutes(self) -> int:
        return minutes_for(self.count)


@dataclass(frozen=True, slots=True)
class Family:
    """All versions of a questionnaire, newest first."""

    title: str
    versions: tuple[Version, ...]

    @property
    def draft(self) -> Questionnaire | None:
        return next((row.questionnaire for row in self.versions if not row.questionnaire.published), None)

    @property
    def newest(self) -> Questionnaire | None:
        """The one to copy: published."""
        return next((row.questionnaire for row in self.versions if row.questionnaire.published), None)


def families() -> tuple[Family, ...]:
    rows = (
        Questionnaire.objects.annotate(count=Count("items"))
        .prefetch_related(Prefetch("cycles", Cycle.objects.defer("public_key")))
        .order_by("code", "-version")
    )
    found = (
        tuple(Version(row, row.count, tuple(row.cycles.all())) for row in versions)
        for _code, versions in groupby(rows, key=lambda row: row.code)
    )
    return tuple(sorted((Family(versions[0].questionnaire.title, versions) for versions in found), key=lambda family: family.title))


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as a page shows it."""

    item: Item
    difference: Difference | None
    former: Item | None


@dataclass(frozen=True, slots=True)
class AskedPart:
    dimension: Dimension
    items: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class QuestionnairePage:
    """before: the published version that this one is compared with; anew: titles of the parts whose trend begins anew."""

    questionnaire: Questionnaire
    before: Questionnaire | None
    parts: tuple[AskedPart, ...]
    left_out: tuple[Item, ...]
    anew: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(len(part.items) for part in self.parts)

    @property
    def minutes(self) -> int:
        return minutes_for(self.count)

    @property
    def changed(self) -> list[Asked]:
        return [asked for part in self.parts for asked in part.items if asked.difference]


def questionnaire_page(questionnaire: Questionnaire) -> QuestionnairePage:
    before = version_before(questionnaire)
    items, former = _items(questionnaire), {item.practice.code: item for item in _items(before)} if before else {}
    asked = [_asked(item, former.get(item.practice.code), compared=before is not None) for item in items]
    parts = tuple(
        AskedPart(dimension, tuple(rows)) for dimension, rows in groupby(asked, key=lambda row: row.item.practice.dimension)
    )
    codes = {item.practice.code for item in items}
    left_out = tuple(item for code, item in former.items() if code not in codes)
    broken = {row.item.practice.dimension for row in asked if row.difference in {Difference.NEW, Difference.REWORDED}}
    broken |= {item.practice.dimension for item in left_out}
    anew = tuple(dimension.title for dimension in sorted(broken, key=lambda dimension: dimension.position))
    return QuestionnairePage(questionnaire, before, parts, left_out, anew)


def version_before(questionnaire: Questionnaire) -> Questionnaire | None:
    """The newest published one below it."""
    earlier = Questionnaire.objects.published().filter(code=questionnaire.code, version__lt=questionnaire.version)
    return earlier.order_by("-version").first()


def _asked(item: Item, former: Item | None, *, compared: bool) -> Asked:
    return Asked(item, difference(former, item.team, item.manager) if compared else None, former)


def _items(questionnaire: Questionnaire) -> list[Item]:
    return list(questionnaire.items.select_related("practice__dimension").order_by("position"))


@dataclass(frozen=True, slots=True)
class OwnPractice:
    practice: Practice
    questionnaires: tuple[str, ...]


def own_practices() -> tuple[OwnPractice, ...]:
    """With the versions that ask them."""
    items = Prefetch(
        "items", Item.objects.select_related("questionnaire").order_by("questionnaire__code", "questionnaire__version")
    )
    rows = Practice.objects.filter(code__startswith=OWN).select_related("dimension").prefetch_related(items)
    return tuple(OwnPractice(row, tuple(str(item.questionnaire) for item in row.items.all())) for row in rows)


def own_dimensions() -> tuple[Dimension, ...]:
    return tuple(Dimension.objects.filter(code__startswith=OWN))
