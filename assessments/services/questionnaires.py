"""HR works on a draft of a questionnaire, publishes it, makes the next version; and writes practices of the organisation's own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.content.wording import faults_of
from assessments.models import Act, Article, Dimension, Item, Practice, Questionnaire, User
from assessments.models.catalogue import OWN

STATEMENTS = {"team", "manager"}
OWN_FROM = 1000  # positions of own dimensions and practices: behind all that is ever shipped


class NotADraft(Exception):
    """A published version never changes."""


class CannotPublish(Exception):
    """The message says why."""


class Shipped(Exception):
    """What csculture came with is changed by its next release, not by HR."""


class InUse(Exception):
    """Some version holds the practice."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A practice as a version is to word it."""

    practice: Practice
    team: str
    manager: str


@transaction.atomic
def next_version(*, of: Questionnaire, by: User) -> Questionnaire:
    """A draft with everything in it as it is; where there is one already, that one."""
    # Of two who press at once the second waits here, and then finds the draft of the first.
    list(Questionnaire.objects.select_for_update().filter(code=of.code))
    draft = Questionnaire.objects.filter(code=of.code, published=False).first()
    if draft:
        return draft
    return make_draft(title=of.title, items=_worded(of), by=by, code=of.code)


@transaction.atomic
def new_questionnaire(*, title: str, like: Questionnaire | None, by: User) -> Questionnaire:
    """A draft with a code of its own: empty, or with what another one asks."""
    code = _free_code(Questionnaire, title, "questionnaire", 40)
    return make_draft(title=title, items=_worded(like) if like else [], by=by, code=code)


def make_draft(*, title: str, items: Sequence[Worded], by: User | None, code: str) -> Questionnaire:
    """The next version of a code, new or known. by: None where the server's command does it."""
    last = Questionnaire.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    draft = Questionnaire.objects.create(code=code, version=last + 1, title=title, published=False, own=True)
    _put(draft, items)
    _note(Act.What.DRAFT, draft, by)
    return draft


@transaction.atomic
def save_draft(*, questionnaire: Questionnaire, title: str, items: Sequence[Worded]) -> Questionnaire:
    """Everything anew, in this order within each dimension. Raises NotADraft, or ValueError for what no form lets through."""
    draft = _locked(questionnaire)
    if not items or _is_faulty(items):
        raise ValueError("a draft needs practices, each with two statements that stand once")
    draft.title = title
    draft.save(update_fields=["title"])
    draft.items.all().delete()
    _put(draft, items)
    return draft


@transaction.atomic
def publish_questionnaire(*, questionnaire: Questionnaire, by: User) -> Questionnaire:
    """From now on a cycle may ask it, and it never changes."""
    draft = _locked(questionnaire)
    items = _worded(draft)
    if not items:
        raise CannotPublish(_("Nobody could answer it: no practice is chosen yet."))
    if _is_faulty(items):
        raise CannotPublish(_("A statement is empty, too long or stands twice. Please look at it and save."))
    # A practice may have been put into another dimension since the draft was saved.
    draft.items.all().delete()
    _put(draft, items)
    draft.published = True
    draft.save(update_fields=["published"])
    _note(Act.What.PUBLISH, draft, by)
    return draft


@transaction.atomic
def delete_draft(*, questionnaire: Questionnaire, by: User) -> None:
    """The practices stay."""
    draft = _locked(questionnaire)
    _note(Act.What.DELETE_DRAFT, draft, by)
    draft.delete()


@transaction.atomic
def write_practice(*, values: Mapping[str, str], dimension: Dimension | tuple[str, str], by: User) -> Practice:
    """A practice of the organisation's own. dimension: one there is, or title and words of a new one."""
    part = dimension if isinstance(dimension, Dimension) else make_dimension(title=dimension[0], about=dimension[1])
    practice = make_practice(code=_free_code(Practice, values["title"], "practice", 60), dimension=part, values=values)
    _note_practice(practice, by)
    return practice


@transaction.atomic
def change_practice(
    *, practice: Practice, values: Mapping[str, str], dimension: Dimension | tuple[str, str] | None, by: User
) -> Practice:
    """Its code stays for ever; once it is published its statements and its dimension stay too, since figures stand on them:
    another wording belongs to a new version. Raises Shipped."""
    if not practice.is_own:
        raise Shipped
    fixed = is_published(practice)
    for name in values.keys() - (STATEMENTS if fixed else set()):
        setattr(practice, name, values[name])
    if dimension and not fixed:
        part = dimension if isinstance(dimension, Dimension) else make_dimension(title=dimension[0], about=dimension[1])
        practice.dimension = part
    practice.save()
    _note_practice(practice, by)
    return practice


@transaction.atomic
def delete_practice(*, practice: Practice, by: User) -> None:
    """With its dimension, where nothing else stands in it. Raises Shipped, or InUse where any version holds it."""
    if not practice.is_own:
        raise Shipped
    if practice.items.exists():
        raise InUse
    dimension = practice.dimension
    Act.objects.create(who=str(by)[:200], what=Act.What.PRACTICE, why=_("deleted: %(title)s") % {"title": practice.title})
    practice.delete()
    if dimension.is_own and not dimension.practices.exists():
        dimension.delete()


@transaction.atomic
def change_dimension(*, dimension: Dimension, title: str, about: str, by: User) -> None:
    """Other words for a part of the organisation's own. Raises Shipped."""
    if not dimension.is_own:
        raise Shipped
    dimension.title, dimension.about = title, about
    dimension.save()
    Act.objects.create(who=str(by)[:200], what=Act.What.PRACTICE, why=title)


def make_practice(*, code: str, dimension: Dimension, values: Mapping[str, str]) -> Practice:
    last = Practice.objects.filter(code__startswith=OWN).aggregate(last=Max("position"))["last"] or OWN_FROM
    practice = Practice.objects.create(code=code, dimension=dimension, position=last + 1, **values)
    # Reports name where an idea is from.
    source, _made = Article.objects.get_or_create(code="own", defaults={"title": _("Our own organisation")})
    practice.articles.add(source)
    return practice


def make_dimension(*, title: str, about: str, code: str = "") -> Dimension:
    last = Dimension.objects.filter(code__startswith=OWN).aggregate(last=Max("position"))["last"] or OWN_FROM
    code = code or _free_code(Dimension, title, "part", 40)
    return Dimension.objects.create(code=code, title=title, about=about, position=last + 1)


def is_published(practice: Practice) -> bool:
    """Some version that may be asked holds it."""
    return practice.items.filter(questionnaire__published=True).exists()


def _locked(questionnaire: Questionnaire) -> Questionnaire:
    draft = Questionnaire.objects.select_for_update().filter(pk=questionnaire.pk, published=False).first()
    if draft is None:
        raise NotADraft
    return draft


def _worded(questionnaire: Questionnaire) -> list[Worded]:
    return [Worded(item.practice, item.team, item.manager) for item in questionnaire.items.select_related("practice__dimension")]


def _is_faulty(items: Sequence[Worded]) -> bool:
    teams, managers = ({item.practice.code: getattr(item, name) for item in items} for name in ("team", "manager"))
    return bool(faults_of(teams) or faults_of(managers))


def _put(draft: Questionnaire, items: Iterable[Worded]) -> None:
    """Those of a dimension stand together, as in the manager's form and in all figures."""
    by_dimension = sorted(items, key=lambda item: item.practice.dimension.position)
    Item.objects.bulk_create(
        Item(questionnaire=draft, practice=item.practice, position=position, team=item.team, manager=item.manager)
        for position, item in enumerate(by_dimension)
    )


def _free_code(model: type[Model], title: str, otherwise: str, length: int) -> str:
    """Such as own-friendly-greeting; with a number behind it where it is taken."""
    stem = f"{OWN}{slugify(title) or otherwise}"[: length - 4].rstrip("-_")
    taken = set(model._default_manager.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := stem if number == 1 else f"{stem}-{number}") not in taken)


def _note_practice(practice: Practice, by: User) -> None:
    Act.objects.create(who=str(by)[:200], what=Act.What.PRACTICE, why=practice.title)


def _note(what: Act.What, draft: Questionnaire, by: User | None) -> None:
    Act.objects.create(who=str(by)[:200] if by else "manage.py", what=what, why=str(draft))
