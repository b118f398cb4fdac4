"""HR's page of settings: errors stand at the field, nothing typed is lost, and what is saved is seen at once."""

import io

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from assessments.models import Act, Cycle, Organisation, User
from assessments.models.clock import clock_set_to, today
from assessments.services.invitations import send_invitations
from tests import factories

PAGE = "/hr/settings/"
GOOD = {
    "name": "Hartmann",
    "zone": "Europe/Berlin",
    "k": "6",
    "target": "80",
    "remind": "everybody",
    "reminders": "1",
    "remind_after": "4",
    "mail_name": "Hartmann HR",
    "mail_address": "hr@example.org",
    "keep_years": "3",
}


@pytest.fixture
def page_of_hr(as_user, hr: User) -> Client:
    return as_user(hr)


def png(width: int = 300, height: int = 90) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#803000").save(file, format="PNG")
    return SimpleUploadedFile("logo.png", file.getvalue(), content_type="image/png")


def test_what_is_saved_stands_on_the_page_and_in_the_log(page_of_hr: Client) -> None:
    answer = page_of_hr.post(PAGE, GOOD, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    shown = answer.content.decode()
    assert "Saved. It holds from now on." in shown
    assert '<option value="Europe/Berlin" selected>' in shown
    assert "time zone: – → Europe/Berlin" in shown
    organisation = Organisation.current()
    assert (organisation.name, organisation.k, organisation.remind, organisation.keep_years) == ("Hartmann", 6, "everybody", 3)
    assert Act.objects.get().who == "Hannah of HR"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "This field is required"),
        ("zone", "Mars/Base", "not one of the available choices"),
        ("k", "3", "Please choose a number from 4 to 50."),
        ("target", "101", "Please choose a number from 1 to 100."),
        ("reminders", "3", "not one of the available choices"),
        ("remind_after", "1", "Please choose a number from 2 to 60."),
        ("mail_address", "nobody", "valid email address"),
        ("keep_years", "0", "Please choose a number from 1 to 30."),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_the_rest_stays(page_of_hr: Client, field: str, value: str, message: str) -> None:
    answer = page_of_hr.post(PAGE, GOOD | {field: value})
    assert answer.status_code == 422
    shown = answer.content.decode()
    part = shown[shown.index(f'id="div_id_{field}"') :].split('id="div_id_')[1]
    assert message in part
    assert 'value="80"' in shown or field == "target"
    assert not Organisation.objects.exists()


def test_a_line_break_never_reaches_a_mail(page_of_hr: Client) -> None:
    page_of_hr.post(PAGE, GOOD | {"mail_name": "HR\r\nBcc: all@example.org"})
    assert Organisation.current().mail_name == "HR Bcc: all@example.org"


class TestLogo:
    def test_it_stands_at_the_head_of_pages_and_of_the_poll(self, page_of_hr: Client) -> None:
        page_of_hr.post(PAGE, GOOD | {"logo": png()})
        digest = Organisation.current().logo_digest
        for address in (PAGE, reverse("poll_code"), reverse("anonymity")):
            assert f'<img class="cs-logo" src="/logo/{digest}.png" alt="Hartmann">' in page_of_hr.get(address).content.decode()

    def test_anybody_gets_it_and_may_keep_it(self, page_of_hr: Client, client: Client) -> None:
        page_of_hr.post(PAGE, GOOD | {"logo": png(1000, 1000)})
        client.logout()
        answer = client.get(f"/logo/{Organisation.current().logo_digest}.png")
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert not answer.cookies
        assert Image.open(io.BytesIO(answer.content)).size == (120, 120)

    @pytest.mark.parametrize("digest", ["", "0" * 64, "..%2f..%2fetc%2fpasswd", "x"])
    def test_an_unknown_address_has_nothing(self, client: Client, db: None, digest: str) -> None:
        Organisation.objects.create(name="Without a logo")
        assert client.get(f"/logo/{digest}.png").status_code == 404

    def test_it_can_be_removed(self, page_of_hr: Client) -> None:
        page_of_hr.post(PAGE, GOOD | {"logo": png()})
        before = Organisation.current().logo_digest
        page_of_hr.post(PAGE, GOOD | {"remove_logo": "on"})
        assert Organisation.current().logo_digest == ""
        assert page_of_hr.get(f"/logo/{before}.png").status_code == 404

    def test_saving_something_else_keeps_it(self, page_of_hr: Client) -> None:
        page_of_hr.post(PAGE, GOOD | {"logo": png()})
        before = Organisation.current().logo_digest
        page_of_hr.post(PAGE, GOOD | {"name": "Hartmann and Daughters"})
        assert Organisation.current().logo_digest == before

    @pytest.mark.parametrize(("data", "message"), [(b"<svg/>", "not a picture"), (b"0" * (2 * 2**20 + 1), "larger than 2 MB")])
    def test_a_bad_file_is_told_at_its_field_and_changes_nothing(self, page_of_hr: Client, data: bytes, message: str) -> None:
        answer = page_of_hr.post(PAGE, GOOD | {"logo": SimpleUploadedFile("logo.png", data, content_type="image/png")})
        assert answer.status_code == 422
        assert message in answer.content.decode()
        assert not Organisation.objects.exists()


class TestThePoll:
    """Its queries are promised: settings cost none, as long as the process remembers them."""

    def test_neither_the_form_nor_an_answer_asks_for_the_settings(self, client: Client, open_cycle: Cycle) -> None:
        Organisation.objects.create(zone="Europe/Berlin", name="Hartmann", logo=b"x", logo_digest="0" * 64)
        first, second = factories.codes_of(open_cycle, "Sales / North")[:2]
        client.post("/a/", {"code": first})  # a process reads settings and statements once
        with CaptureQueriesContext(connection) as captured:
            assert client.post("/a/", {"code": first}).status_code == 200
        assert not [query for query in captured if "assessments_organisation" in query["sql"]]
        answers = {code: str(value) for code, value in factories.all_answers(open_cycle, 4).items()}
        with CaptureQueriesContext(connection) as captured:
            assert client.post("/a/answers/", {"code": second, **answers}).status_code == 303
        verbs = [query["sql"].split()[0] for query in captured]
        assert [verb for verb in verbs if verb not in {"SAVEPOINT", "RELEASE", "BEGIN"}] == ["SELECT", "SELECT", "UPDATE", "INSERT"]

    def test_it_sets_no_cookie_with_a_logo_either(self, client: Client, db: None) -> None:
        Organisation.objects.create(name="Hartmann", logo=b"x", logo_digest="0" * 64)
        answer = client.get("/a/")
        assert f"/logo/{'0' * 64}.png" in answer.content.decode()
        assert not answer.cookies


class TestReminders:
    @pytest.fixture
    def invited(self, organisation: None) -> Cycle:
        with clock_set_to(today()):
            cycle = factories.make_cycle()
            send_invitations(cycle=cycle)
        return cycle

    def shown(self, client: Client) -> str:
        return " ".join(client.get(reverse("participation")).content.decode().split())

    def test_the_page_says_what_is_due_and_why_there_is_no_button_yet(self, page_of_hr: Client, invited: Cycle) -> None:
        with clock_set_to(today()):
            shown = self.shown(page_of_hr)
        assert "None has been sent." in shown
        assert "The next reminder goes out on" in shown
        assert "Remind now" not in shown
        assert "by hand, the next can go out from" in shown

    def test_hr_asks_for_one_and_the_page_says_so(self, page_of_hr: Client, invited: Cycle) -> None:
        from datetime import timedelta  # noqa: PLC0415

        with clock_set_to(today() + timedelta(days=2)):
            assert "Remind now" in self.shown(page_of_hr)
            answer = page_of_hr.post(reverse("remind_now", args=[invited.slug]), follow=True)
            assert "The reminder is going out." in answer.content.decode()
            assert "going out, or interrupted" in self.shown(page_of_hr)

    def test_too_soon_is_told_and_nothing_is_sent(self, page_of_hr: Client, invited: Cycle) -> None:
        with clock_set_to(today()):
            answer = page_of_hr.post(reverse("remind_now", args=[invited.slug]), follow=True)
        assert "Nobody gets more than two reminders in a week" in answer.content.decode()
        assert not invited.reminders.exists()

    def test_a_viewer_reads_and_has_no_button(self, as_user, invited: Cycle) -> None:
        from datetime import timedelta  # noqa: PLC0415

        viewer = as_user(factories.make_user(role="hr-viewer"))
        with clock_set_to(today() + timedelta(days=2)):
            assert "Remind now" not in self.shown(viewer)
            assert viewer.post(reverse("remind_now", args=[invited.slug])).status_code == 403

    def test_missing_own_views_are_listed_by_name(self, page_of_hr: Client, invited: Cycle) -> None:
        shown = self.shown(page_of_hr)
        assert "6 own views are not handed in yet." in shown
        assert "North: Leader of North" in shown


class TestLanguages:
    @pytest.fixture(autouse=True)
    def three(self, settings) -> None:
        settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]

    def test_hr_chooses_among_those_there_are(self, page_of_hr: Client) -> None:
        answer = page_of_hr.post(PAGE, GOOD | {"languages": ["en", "de"], "language": "de"})
        assert answer.status_code == 302
        assert (Organisation.current().languages, Organisation.current().language) == (["en", "de"], "de")

    def test_the_language_of_mails_is_one_of_those_offered(self, page_of_hr: Client) -> None:
        answer = page_of_hr.post(PAGE, GOOD | {"languages": ["en"], "language": "de"})
        assert answer.status_code == 422
        assert "This language is not among those to choose from." in answer.content.decode()

    @pytest.mark.parametrize(("asked", "given"), [("de", "de"), ("fr", "de"), ("en", "en")])
    def test_a_browser_gets_no_language_that_is_not_offered(self, client: Client, db: None, asked: str, given: str) -> None:
        Organisation.objects.create(languages=["en", "de"], language="de")
        answer = client.get("/a/", headers={"Accept-Language": asked})
        assert f'<html lang="{given}">' in answer.content.decode()

    def test_mails_are_in_the_organisations_language_whatever_hr_reads(self, db: None) -> None:
        Organisation.objects.create(language="de")
        factories.make_organisation({"Sales": 6})
        send_invitations(cycle=factories.make_cycle())
        assert '<html lang="de">' in str(mail.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]


def test_with_one_language_there_is_nothing_to_choose(page_of_hr: Client) -> None:
    assert "Languages to choose from" not in page_of_hr.get(PAGE).content.decode()
