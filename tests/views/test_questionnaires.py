"""HR's pages of questionnaires: the list, a draft, previews, publishing, files; what a viewer may."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.content.files import write_file
from assessments.models import Box, Cycle, Item, Practice, Questionnaire, User
from assessments.services.questionnaire_files import file_of
from assessments.services.questionnaires import Worded, publish_questionnaire, save_draft
from tests import factories
from tests.questionnaires import KIND, make_draft, make_own, worded

pytestmark = pytest.mark.django_db
LIST = "/hr/questionnaires/"
DRAFT = "/hr/questionnaires/quarterly-check/2/"


@pytest.fixture
def page_of_hr(as_user, hr: User) -> Client:
    return as_user(hr)


@pytest.fixture
def draft(hr: User) -> Questionnaire:
    return make_draft(hr)


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def filled(questionnaire: Questionnaire, **changes: str | None) -> dict[str, str]:
    """What the browser would post; None leaves a field out. Names with underscores."""
    data = {"title": questionnaire.title}
    places: dict[int, int] = {}
    for item in questionnaire.items.select_related("practice").order_by("position"):
        code, part = item.practice.code, item.practice.dimension_id
        places[part] = places.get(part, 0) + 1
        data |= {f"{code}-in": "on", f"{code}-place": str(places[part]), f"{code}-team": item.team}
        data |= {f"{code}-manager": item.manager}
    data |= {name.replace("_", "-"): value for name, value in changes.items() if value is not None}
    for name in [name.replace("_", "-") for name, value in changes.items() if value is None]:
        del data[name]
    return data


def codes(questionnaire: Questionnaire, part: str = "kindness") -> list[str]:
    items = questionnaire.items.filter(practice__dimension__code=part).order_by("position")
    return list(items.values_list("practice__code", flat=True))


class TestList:
    def test_it_tells_state_length_and_cycles(self, page_of_hr: Client, closed_cycle: Cycle, hr: User) -> None:
        make_draft(hr)
        page = re.sub(r"\s+", " ", shown(page_of_hr, LIST))
        assert "30 statements, about 4 min" in page
        assert "59 statements, about 8 min" in page
        assert "2026 Q4" in page
        assert [state in page for state in ("Draft", "Used", "Published")] == [True] * 3
        assert page.count("Go on with the draft") == 1
        assert page.count("Make the next version") == 1

    def test_a_viewer_reads_and_has_no_button(self, as_user, draft: Questionnaire) -> None:
        viewer = as_user(factories.make_user(role="hr-viewer"))
        assert "Make the next version" not in shown(viewer, LIST)
        assert "New questionnaire" not in shown(viewer, LIST)
        page = shown(viewer, DRAFT)
        assert "People here are kind to each other." in page
        assert "<textarea" not in page
        assert viewer.post(DRAFT, filled(draft)).status_code == 403
        assert "Publish it" not in shown(viewer, f"{DRAFT}changes/")

    def test_an_empty_installation_says_what_to_do(self, page_of_hr: Client) -> None:
        assert "manage.py load_content" in shown(page_of_hr, LIST)

    def test_its_queries_do_not_grow(self, page_of_hr: Client, django_assert_max_num_queries, hr: User) -> None:
        factories.shipped_content()
        with django_assert_max_num_queries(30) as few:
            shown(page_of_hr, LIST)
        publish_questionnaire(questionnaire=make_draft(hr), by=hr)
        make_draft(hr)
        with django_assert_max_num_queries(len(few)):
            shown(page_of_hr, LIST)


class TestNew:
    def test_next_version_and_new_questionnaire_lead_to_the_draft(self, page_of_hr: Client) -> None:
        before = factories.quarterly_check()
        assert page_of_hr.post(f"{LIST}quarterly-check/1/next/")["Location"] == DRAFT
        made = page_of_hr.post(f"{LIST}new/", {"title": "Spring check", "like": before.pk})
        assert made["Location"] == f"{LIST}own-spring-check/1/"
        assert Questionnaire.objects.get(code="own-spring-check").items.count() == 30

    def test_without_a_name_nothing_is_made(self, page_of_hr: Client, draft: Questionnaire) -> None:
        for data in ({"title": " "}, {"title": "x", "like": str(draft.pk)}):  # a draft is not copied
            assert page_of_hr.post(f"{LIST}new/", data).status_code == 422
        assert not Questionnaire.objects.filter(code__startswith="own-").exists()


class TestDraft:
    def test_rewording_choosing_and_leaving_out_are_saved(self, page_of_hr: Client, draft: Questionnaire) -> None:
        data = filled(draft, title="Our check", everyday_courtesy_in=None)
        data |= {f"{KIND}-team": "  People here treat\r\n each other kindly. ", "same-respect-for-all-in": "on"}
        assert page_of_hr.post(DRAFT, data)["Location"] == DRAFT
        draft.refresh_from_db()
        assert draft.title == "Our check"
        assert codes(draft) == [KIND, "collaboration-over-competition", "same-respect-for-all"]
        assert Item.objects.get(questionnaire=draft, practice__code=KIND).team == "People here treat each other kindly."
        added = Item.objects.get(questionnaire=draft, practice__code="same-respect-for-all")
        assert added.team == Practice.objects.get(code="same-respect-for-all").team

    @pytest.mark.parametrize(
        ("move", "order"),
        [
            ("down:kind-to-each-other", [1, 0, 2]),
            ("up:collaboration-over-competition", [0, 2, 1]),
            ("up:kind-to-each-other", [0, 1, 2]),
            ("down:collaboration-over-competition", [0, 1, 2]),
            ("sideways:kind-to-each-other", [0, 1, 2]),
            ("up:no-such-practice", [0, 1, 2]),
        ],
    )
    def test_a_button_moves_within_the_part_and_saves_the_rest(
        self, page_of_hr: Client, draft: Questionnaire, move: str, order: list[int]
    ) -> None:
        before = codes(draft)
        page_of_hr.post(DRAFT, filled(draft, title="Renamed", move=move))
        assert codes(draft) == [before[at] for at in order]
        assert codes(draft, "leadership") == codes(factories.quarterly_check(), "leadership")
        draft.refresh_from_db()
        assert draft.title == "Renamed"

    @pytest.mark.parametrize(
        ("code", "place", "order"),
        [(0, "3", [1, 2, 0]), (2, "1", [2, 0, 1]), (0, "2", [1, 0, 2]), (2, "", [0, 1, 2]), (1, "99", [0, 2, 1])],
    )
    def test_a_number_puts_it_there(
        self, page_of_hr: Client, draft: Questionnaire, code: int, place: str, order: list[int]
    ) -> None:
        before = codes(draft)
        page_of_hr.post(DRAFT, filled(draft) | {f"{before[code]}-place": place})
        assert codes(draft) == [before[at] for at in order]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"title": " "}, "Please give it a name."),
            ({f"{KIND}-team": ""}, "Please write a statement."),
            ({f"{KIND}-manager": "x" * 201}, "at most 200 characters fit"),
            ({f"{KIND}-team": "We say “please” and “thank you”, even on a hard day"}, "This statement stands twice."),
            ({f"{KIND}-place": "first"}, "Please write a whole number"),
        ],
    )
    def test_what_cannot_stand_is_named_and_nothing_typed_is_lost(
        self, page_of_hr: Client, draft: Questionnaire, change: dict[str, str], words: str
    ) -> None:
        data = filled(draft) | {"leaders-model-behaviour-team": "My manager leads by <b>example</b>."} | change
        del data["line-of-sight-in"]
        answer = page_of_hr.post(DRAFT, data)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        assert "My manager leads by &lt;b&gt;example&lt;/b&gt;." in page
        assert not re.search(r'name="line-of-sight-in" checked', page)
        assert Item.objects.filter(questionnaire=draft).count() == 30
        assert not Item.objects.filter(questionnaire=draft, team__contains="example").exists()

    def test_without_any_practice_it_is_not_saved(self, page_of_hr: Client, draft: Questionnaire) -> None:
        answer = page_of_hr.post(DRAFT, {"title": "x"})
        assert answer.status_code == 422
        assert "Please choose at least one practice." in answer.content.decode()
        assert draft.items.count() == 30

    def test_what_a_colleague_saves_meanwhile_is_not_overwritten_unseen(self, page_of_hr: Client, draft: Questionnaire) -> None:
        seen = page_of_hr.get(DRAFT).context["form"].seen
        mine = filled(draft, title="Mine", seen=seen)
        save_draft(questionnaire=draft, title="Theirs", items=worded(draft))
        answer = page_of_hr.post(DRAFT, mine)
        assert answer.status_code == 422
        assert "somebody has saved this draft while you worked on it" in answer.content.decode()
        assert 'value="Mine"' in answer.content.decode()
        assert page_of_hr.post(DRAFT, mine | {"seen": answer.context["form"].seen}).status_code == 302
        draft.refresh_from_db()
        assert draft.title == "Mine"

    def test_hints_stand_on_what_hr_wrote_and_stop_nobody(self, page_of_hr: Client, draft: Questionnaire) -> None:
        assert "cs-hints" not in shown(page_of_hr, DRAFT)
        data = filled(draft) | {f"{KIND}-team": "People here are never unkind and listen."}
        assert page_of_hr.post(DRAFT, data).status_code == 302
        page = shown(page_of_hr, DRAFT)
        assert "Perhaps two questions in one" in page
        assert "It says what is not so" in page
        assert page.count("cs-hints") == 1

    def test_hints_come_while_typing_too(self, page_of_hr: Client) -> None:
        hints = page_of_hr.post(f"{LIST}hints/", {"team": "We help and we smile.", "manager": "We help."}).content.decode()
        assert "Perhaps two questions in one" in hints
        assert "<html" not in hints
        assert page_of_hr.post(f"{LIST}hints/", {"team": "We help.", "manager": "We help."}).content.decode().strip() == ""

    def test_it_says_where_a_trend_begins_anew(self, page_of_hr: Client, draft: Questionnaire) -> None:
        items = worded(draft, kind_to_each_other="People here treat each other kindly.")[:-1]
        save_draft(questionnaire=draft, title=draft.title, items=items)
        assert "The trend of this practice begins anew, since its statement changed." in shown(page_of_hr, DRAFT)
        page = re.sub(r"\s+", " ", shown(page_of_hr, f"{DRAFT}changes/"))
        assert page.count("The trend of this practice begins anew") == 1
        assert "Before: “People here are kind to each other.”" in page
        assert "<li>Kindness</li><li>Commitment</li> <li>Overall</li>" in page.replace("</li> <li>Com", "</li><li>Com")
        assert "Left out" in page

    def test_unchanged_every_trend_goes_on(self, page_of_hr: Client, draft: Questionnaire) -> None:
        page = shown(page_of_hr, f"{DRAFT}changes/")
        assert "Every trend goes on." in page
        assert "begin anew" not in page

    def test_its_queries_do_not_grow_with_what_it_asks(
        self, page_of_hr: Client, draft: Questionnaire, django_assert_max_num_queries
    ) -> None:
        all_of_it = worded(Questionnaire.objects.get(code="full-review"))
        save_draft(questionnaire=draft, title=draft.title, items=worded(draft)[:3])
        with django_assert_max_num_queries(30) as few:
            shown(page_of_hr, DRAFT)
        save_draft(questionnaire=draft, title=draft.title, items=all_of_it)
        with django_assert_max_num_queries(len(few)):
            shown(page_of_hr, DRAFT)


class TestPublishing:
    def test_publishing_freezes_it(self, page_of_hr: Client, draft: Questionnaire) -> None:
        assert "is published. A cycle can ask it now." in page_of_hr.post(f"{DRAFT}publish/", follow=True).content.decode()
        assert "<textarea" not in shown(page_of_hr, DRAFT)
        assert page_of_hr.post(DRAFT, filled(draft)).status_code == 403
        for verb in ("publish", "delete"):
            assert "changes no more" in page_of_hr.post(f"{DRAFT}{verb}/", follow=True).content.decode()
        assert draft.items.count() == 30

    def test_an_empty_one_is_sent_back(self, page_of_hr: Client) -> None:
        factories.shipped_content()
        page_of_hr.post(f"{LIST}new/", {"title": "Empty"})
        answer = page_of_hr.post(f"{LIST}own-empty/1/publish/", follow=True)
        assert "no practice is chosen yet" in answer.content.decode()
        assert "<textarea" in answer.content.decode()

    def test_a_draft_can_be_deleted(self, page_of_hr: Client, draft: Questionnaire) -> None:
        page_of_hr.post(f"{DRAFT}delete/")
        assert page_of_hr.get(DRAFT).status_code == 404
        assert Questionnaire.objects.filter(code="quarterly-check").count() == 1


class TestPreviews:
    def test_people_and_managers_are_shown_their_own_words(self, page_of_hr: Client, draft: Questionnaire) -> None:
        items = worded(draft, kind_to_each_other="People here treat each other kindly.")
        save_draft(questionnaire=draft, title=draft.title, items=items)
        employee, manager = shown(page_of_hr, f"{DRAFT}employee/"), shown(page_of_hr, f"{DRAFT}manager/")
        assert "People here treat each other kindly." in employee
        assert "In my team, people are kind to each other." in manager
        assert "In my team" not in employee
        save_draft(questionnaire=draft, title=draft.title, items=items[1:])
        assert "People here treat each other kindly." not in shown(page_of_hr, f"{DRAFT}employee/")

    @pytest.mark.parametrize("kind", ["employee", "manager"])
    def test_everything_in_it_is_switched_off(self, page_of_hr: Client, draft: Questionnaire, kind: str) -> None:
        page = shown(page_of_hr, f"{DRAFT}{kind}/")
        start, end = page.index('<fieldset class="cs-preview" disabled>'), page.rindex("</fieldset>")
        main = page[page.index("<main") : page.index("</main>")]
        assert len(re.findall(r"<(?:input|button|textarea)", page[start:end])) == len(
            re.findall(r"<(?:input|button|textarea)", main)
        )
        assert "<script" not in main
        assert not Cycle.objects.exists()

    def test_even_if_sent_by_force_nothing_is_stored(self, client: Client, draft: Questionnaire) -> None:
        answers = dict.fromkeys(draft.items.values_list("practice__code", flat=True), "5")
        assert client.post(reverse("poll_answers"), {"code": ""} | answers).status_code == 403
        assert not Box.objects.exists()


class TestFiles:
    def upload(self, client: Client, text: str, name: str = "check.toml"):
        return client.post(f"{LIST}import/", {"file": SimpleUploadedFile(name, text.encode())})

    @pytest.mark.parametrize("kind", ["toml", "json"])
    def test_a_file_taken_along_comes_back_as_a_draft_after_a_look(self, page_of_hr: Client, kind: str, hr: User) -> None:
        before = factories.quarterly_check()
        taken = page_of_hr.get(f"{LIST}quarterly-check/1/file.{kind}")
        assert taken["Content-Disposition"] == f'attachment; filename="quarterly-check-1.{kind}"'
        look = self.upload(page_of_hr, taken.content.decode(), f"check.{kind}")
        assert "Nothing has been changed yet." in look.content.decode()
        assert Questionnaire.objects.count() == 2
        assert page_of_hr.post(f"{LIST}import/", {"text": look.context["text"]})["Location"] == DRAFT
        assert file_of(Questionnaire.objects.get(version=2)) == file_of(before)

    def test_the_look_names_what_is_new(self, page_of_hr: Client, hr: User) -> None:
        practice = make_own(hr, ("In the store", "What customers find"))
        draft = make_draft(hr)
        save_draft(questionnaire=draft, title="x", items=[*worded(draft), Worded(practice, practice.team, practice.manager)])
        text = write_file(file_of(draft), "toml").replace("own-shelves-are-full", "own-others").replace("own-in-", "own-on-")
        draft.delete()
        page = self.upload(page_of_hr, text).content.decode()
        assert "Practices that are new here" in page
        assert "Shelves are full" in page

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ('"kind-to-each-other"', '"unheard-of"', "items 1: practice: “unheard-of” is known neither here nor in the file."),
            ('title = "Quarterly check"', "title =", "(at line 2, column 8)"),
            ('title = "Quarterly check"', 'titel = "x"', "titel: Nothing in a questionnaire is called so."),
        ],
    )
    def test_an_error_tells_its_place(self, page_of_hr: Client, old: str, new: str, words: str) -> None:
        text = write_file(file_of(factories.quarterly_check()), "toml")
        assert old in text
        answer = self.upload(page_of_hr, text.replace(old, new, 1))
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_a_text_that_was_changed_on_the_way_makes_nothing(self, page_of_hr: Client, draft: Questionnaire) -> None:
        text = write_file(file_of(draft), "json")
        for sent in (text, "{}", text[:-9]):
            assert page_of_hr.post(f"{LIST}import/", {"text": sent})["Location"] == f"{LIST}import/"
        assert Questionnaire.objects.filter(published=False).count() == 1

    def test_there_are_two_kinds(self, page_of_hr: Client) -> None:
        factories.shipped_content()
        assert page_of_hr.get(f"{LIST}quarterly-check/1/file.xml").status_code == 404
