"""Questionnaires as files: out of this installation, and into it as a draft."""

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from assessments.content.catalogue import DimensionText, PracticeText
from assessments.content.files import FileFault, ItemText, QuestionnaireFile
from assessments.models import Dimension, Practice, Questionnaire, User
from assessments.models.questionnaires import minutes_for
from assessments.services.questionnaires import Worded, make_dimension, make_draft, make_practice


@dataclass(frozen=True, slots=True)
class Coming:
    """What a file would bring. kept: titles of own practices and dimensions that are here already and stay as they are here."""

    file: QuestionnaireFile
    version: int
    new_practices: tuple[PracticeText, ...]
    new_dimensions: tuple[DimensionText, ...]
    kept: tuple[str, ...]

    @property
    def minutes(self) -> int:
        return minutes_for(len(self.file.items))


def file_of(questionnaire: Questionnaire) -> QuestionnaireFile:
    """With all that another installation does not have: own practices, own dimensions."""
    items = list(questionnaire.items.select_related("practice__dimension"))
    own = [item.practice for item in items if item.practice.is_own]
    dimensions = {practice.dimension.code: practice.dimension for practice in own if practice.dimension.is_own}
    return QuestionnaireFile(
        questionnaire.code,
        questionnaire.title,
        tuple(ItemText(item.practice.code, item.team, item.manager) for item in items),
        tuple(_practice_text(practice) for practice in own),
        tuple(_dimension_text(dimension) for dimension in dimensions.values()),
    )


def look_at(file: QuestionnaireFile) -> Coming:
    """Raises FileFault where something is named that is neither here nor in the file, or where a draft is in the way."""
    versions = Questionnaire.objects.filter(code=file.code).values_list("version", "published")
    if any(not published for _version, published in versions):
        raise FileFault("draft in the way", "", file.title)
    practices, dimensions = _practices(file), Dimension.objects.in_bulk([row.code for row in file.dimensions], field_name="code")
    _check(file, set(practices), set(Dimension.objects.values_list("code", flat=True)))
    kept = [row.title for row in file.practices if row.code in practices and _practice_text(practices[row.code]) != row]
    kept += [row.title for row in file.dimensions if row.code in dimensions and _dimension_text(dimensions[row.code]) != row]
    return Coming(
        file,
        max((version for version, _published in versions), default=0) + 1,
        tuple(row for row in file.practices if row.code not in practices),
        tuple(row for row in file.dimensions if row.code not in dimensions),
        tuple(kept),
    )


def import_file(*, file: QuestionnaireFile, by: User | None = None) -> Questionnaire:
    """A draft; what is here already stays as it is here. Raises FileFault and changes nothing."""
    try:
        with transaction.atomic():
            return _import(file, by)
    except IntegrityError as error:
        # A colleague has made a draft at the same moment.
        raise FileFault("draft in the way", "", file.title) from error


def _import(file: QuestionnaireFile, by: User | None) -> Questionnaire:
    coming = look_at(file)
    for dimension in coming.new_dimensions:
        make_dimension(title=dimension.title, about=dimension.about, code=dimension.code)
    dimensions = Dimension.objects.in_bulk(field_name="code")
    for practice in coming.new_practices:
        values = asdict(practice)
        code, dimension_code, _sources = (values.pop(key) for key in ("code", "dimension", "sources"))
        make_practice(code=code, dimension=dimensions[dimension_code], values=values)
    practices = _practices(file)
    items = [Worded(practices[item.practice], item.team, item.manager) for item in file.items]
    return make_draft(title=file.title, items=items, by=by, code=file.code)


def _practices(file: QuestionnaireFile) -> dict[str, Practice]:
    """Those of the file that are here."""
    codes = [item.practice for item in file.items] + [practice.code for practice in file.practices]
    return {practice.code: practice for practice in Practice.objects.filter(code__in=codes).select_related("dimension")}


def _check(file: QuestionnaireFile, practices: set[str], dimensions: set[str]) -> None:
    known = dimensions | {dimension.code for dimension in file.dimensions}
    for at, practice in enumerate(file.practices, 1):
        if practice.dimension not in known:
            raise FileFault("not known", f"practices {at}: dimension", practice.dimension)
    known = practices | {practice.code for practice in file.practices}
    for at, item in enumerate(file.items, 1):
        if item.practice not in known:
            raise FileFault("not known", f"items {at}: practice", item.practice)


def _practice_text(practice: Practice) -> PracticeText:
    return PracticeText(
        practice.code,
        practice.dimension.code,
        (),
        practice.title,
        practice.team,
        practice.manager,
        practice.why,
        practice.idea,
        practice.start,
        practice.build,
        practice.keep,
        practice.talk,
    )


def _dimension_text(dimension: Dimension) -> DimensionText:
    return DimensionText(dimension.code, dimension.title, dimension.about, outcome=dimension.outcome)
