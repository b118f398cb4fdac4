"""Drafts, versions and own practices: what may change, what never does, and what loading content leaves alone."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from assessments.models import Act, Cycle, Dimension, Figure, Practice, Questionnaire, User
from assessments.models.clock import today
from assessments.services import questionnaires as service
from assessments.services.catalogue import load_content
from assessments.services.cycles import CycleRefused, open_cycle
from tests import factories
from tests.quarters import HIGH, LOW, closed_quarter, make_sales
from tests.questionnaires import KIND, OWN_TEXTS, make_draft, make_own, worded

pytestmark = pytest.mark.django_db


def texts(questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
    return list(questionnaire.items.order_by("position").values_list("practice__code", "team", "manager"))


class TestDrafts:
    def test_the_next_version_begins_as_a_copy_and_is_no_longer_shipped(self, hr: User) -> None:
        draft, before = make_draft(hr), factories.quarterly_check()
        assert (draft.code, draft.version, draft.published, draft.own) == ("quarterly-check", 2, False, True)
        assert texts(draft) == texts(before)
        assert before.version == 1
        assert Act.objects.get().why == "Quarterly check, version 2"

    def test_asked_for_twice_it_is_the_same_draft(self, hr: User) -> None:
        assert make_draft(hr) == make_draft(hr)
        assert Act.objects.count() == 1

    def test_the_database_allows_one_draft_of_a_questionnaire(self, hr: User) -> None:
        make_draft(hr)
        with pytest.raises(IntegrityError), transaction.atomic():
            Questionnaire.objects.create(code="quarterly-check", version=3, title="x", published=False)

    def test_a_new_one_gets_a_code_of_its_own_whatever_it_is_called(self, hr: User) -> None:
        titles = ["Quarterly check", "Quarterly check", "季度", "x" * 100]
        made = [service.new_questionnaire(title=title, like=None, by=hr) for title in titles]
        assert [one.code for one in made][:3] == ["own-quarterly-check", "own-quarterly-check-2", "own-questionnaire"]
        assert len(made[3].code) <= 40

    def test_saving_keeps_the_parts_together_and_the_order_within_them(self, hr: User) -> None:
        draft = make_draft(hr)
        service.save_draft(questionnaire=draft, title="Short", items=list(reversed(worded(draft)))[-4:])
        kindness = ["collaboration-over-competition", "everyday-courtesy", KIND]
        assert [code for code, *_ in texts(draft)] == [*kindness, "leaders-model-behaviour"]
        draft.refresh_from_db()
        assert draft.title == "Short"

    @pytest.mark.parametrize("statement", ["", "x" * 201, "We say “please” and “thank you”, even on a hard day."])
    def test_a_statement_that_cannot_stand_is_not_saved(self, hr: User, statement: str) -> None:
        draft = make_draft(hr)
        with pytest.raises(ValueError, match="statements"):
            service.save_draft(questionnaire=draft, title="x", items=worded(draft, kind_to_each_other=statement))
        assert texts(draft) == texts(factories.quarterly_check())

    def test_a_published_one_is_never_changed_or_deleted(self, hr: User) -> None:
        draft = make_draft(hr)
        service.publish_questionnaire(questionnaire=draft, by=hr)
        for change in (
            lambda: service.save_draft(questionnaire=draft, title="x", items=worded(draft)[:1]),
            lambda: service.publish_questionnaire(questionnaire=draft, by=hr),
            lambda: service.delete_draft(questionnaire=draft, by=hr),
        ):
            with pytest.raises(service.NotADraft):
                change()
        assert texts(draft) == texts(Questionnaire.objects.get(code=draft.code, version=1))

    def test_an_empty_draft_cannot_be_published(self, hr: User) -> None:
        draft = service.new_questionnaire(title="Empty", like=None, by=hr)
        with pytest.raises(service.CannotPublish):
            service.publish_questionnaire(questionnaire=draft, by=hr)
        assert not Questionnaire.objects.get(pk=draft.pk).published

    def test_deleting_a_draft_leaves_the_version_before_as_the_newest(self, hr: User) -> None:
        draft = make_draft(hr)
        service.delete_draft(questionnaire=draft, by=hr)
        assert factories.quarterly_check().version == 1
        assert list(Act.objects.order_by("pk").values_list("what", flat=True)) == ["draft", "undraft"]


class TestCycles:
    def opened(self, questionnaire: Questionnaire) -> Cycle:
        return open_cycle(
            name="2026 Q4", questionnaire=questionnaire, opens=today(), closes=today() + datetime.timedelta(days=14), k=5
        )

    def test_a_cycle_does_not_open_with_a_draft_nor_plan_one(self, organisation: None, hr: User) -> None:
        draft = make_draft(hr)
        with pytest.raises(CycleRefused, match="is a draft"):
            self.opened(draft)
        assert not Cycle.objects.exists()
        service.publish_questionnaire(questionnaire=draft, by=hr)
        assert self.opened(factories.quarterly_check()).questionnaire == draft

    def test_what_is_reworded_is_not_compared_and_the_rest_is(self, hr: User) -> None:
        make_sales()
        closed_quarter(1, LOW)
        draft = make_draft(hr)
        items = worded(draft, kind_to_each_other="People here treat each other kindly.")
        service.save_draft(questionnaire=draft, title=draft.title, items=items)
        service.publish_questionnaire(questionnaire=draft, by=hr)
        cycle = closed_quarter(2, HIGH)
        assert cycle.questionnaire == draft
        compared = Figure.objects.filter(team__cycle=cycle, change__isnull=False).values_list("kind", "code")
        assert {("practice", "everyday-courtesy"), ("dimension", "leadership")} <= set(compared)
        assert not {("practice", KIND), ("dimension", "kindness"), ("overall", "")} & set(compared)


class TestOwnPractices:
    def test_its_code_never_meets_a_shipped_one(self, hr: User) -> None:
        practice, again = make_own(hr), make_own(hr)
        assert (practice.code, again.code) == ("own-shelves-are-full", "own-shelves-are-full-2")
        shipped = [*Practice.objects.exclude(pk__in=[practice.pk, again.pk]), *Dimension.objects.all()]
        assert not [row.code for row in shipped if row.is_own]

    def test_reports_can_name_where_it_is_from(self, hr: User) -> None:
        assert [article.title for article in make_own(hr).articles.all()] == ["Our own organisation"]

    def test_it_may_bring_a_part_of_its_own_which_stands_last(self, hr: User) -> None:
        part = make_own(hr, ("In the store", "What customers find")).dimension
        assert (part.code, part.outcome) == ("own-in-the-store", False)
        assert Dimension.objects.last() == part

    def test_once_published_its_statements_and_part_stay_and_its_advice_may_change(self, hr: User) -> None:
        practice, draft = make_own(hr), make_draft(hr)
        mine = service.Worded(practice, practice.team, practice.manager)
        service.save_draft(questionnaire=draft, title=draft.title, items=[*worded(draft), mine])
        other = Dimension.objects.get(code="hiring")
        service.change_practice(practice=practice, values=OWN_TEXTS | {"team": "Shelves are full."}, dimension=other, by=hr)
        practice.refresh_from_db()
        assert (practice.team, practice.dimension) == ("Shelves are full.", other)
        service.publish_questionnaire(questionnaire=draft, by=hr)
        values = OWN_TEXTS | {"team": "Other.", "why": "Because."}
        service.change_practice(practice=practice, values=values, dimension=Dimension.objects.get(code="kindness"), by=hr)
        practice.refresh_from_db()
        assert (practice.team, practice.dimension, practice.why) == ("Shelves are full.", other, "Because.")
        assert practice.code == "own-shelves-are-full"

    def test_a_practice_moved_to_another_part_stands_there_when_the_draft_is_published(self, hr: User) -> None:
        practice, draft = make_own(hr), make_draft(hr)
        mine = service.Worded(practice, practice.team, practice.manager)
        service.save_draft(questionnaire=draft, title=draft.title, items=[mine, *worded(draft)])
        service.change_practice(practice=practice, values={}, dimension=Dimension.objects.get(code="commitment"), by=hr)
        service.publish_questionnaire(questionnaire=draft, by=hr)
        assert [code for code, *_ in texts(draft)].index(practice.code) == 27  # the first of the last part

    def test_shipped_ones_are_not_for_changing(self, hr: User) -> None:
        factories.shipped_content()
        practice = Practice.objects.get(code=KIND)
        with pytest.raises(service.Shipped):
            service.change_practice(practice=practice, values={"why": "x"}, dimension=None, by=hr)
        with pytest.raises(service.Shipped):
            service.delete_practice(practice=practice, by=hr)
        with pytest.raises(service.Shipped):
            service.change_dimension(dimension=practice.dimension, title="x", about="x", by=hr)

    def test_it_is_deleted_with_its_part_only_while_nothing_asks_it(self, hr: User) -> None:
        practice, draft = make_own(hr, ("In the store", "What customers find")), make_draft(hr)
        service.save_draft(questionnaire=draft, title="x", items=[service.Worded(practice, practice.team, practice.manager)])
        with pytest.raises(service.InUse):
            service.delete_practice(practice=practice, by=hr)
        service.delete_draft(questionnaire=draft, by=hr)
        service.delete_practice(practice=practice, by=hr)
        assert not Dimension.objects.filter(code__startswith="own-").exists()


def test_loading_content_again_touches_nothing_that_hr_has_made(hr: User) -> None:
    practice, draft = make_own(hr, ("In the store", "What customers find")), make_draft(hr)
    items = [
        *worded(draft, kind_to_each_other="People here treat each other kindly."),
        service.Worded(practice, "Full.", "Filled."),
    ]
    service.save_draft(questionnaire=draft, title="Our check", items=items)
    new = service.new_questionnaire(title="Mine", like=draft, by=hr)
    tables = (Dimension, Practice, Questionnaire, Practice.articles.through, Questionnaire.items.rel.related_model)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    assert load_content().new_versions == ()
    service.publish_questionnaire(questionnaire=draft, by=hr)
    assert load_content().new_versions == ()
    Questionnaire.objects.filter(pk=draft.pk).update(published=False)
    after = [list(model.objects.order_by("pk").values()) for model in tables]
    assert before[:4] == after[:4]
    assert len(texts(draft)) == len(texts(new)) == 31
    assert texts(draft)[0][1] == "People here treat each other kindly."
