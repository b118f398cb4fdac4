"""HR draws the code cards of a team: shown once, never stored, never cached."""

import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter
from PIL import Image

from assessments.exports import pdf
from assessments.models import Code, Cycle, CycleTeam, Person, User
from assessments.services.codes import code_digest
from assessments.views import cards as views
from tests import factories

LONG = "Night shift of the regional distribution centre for returns and repairs in the north west, line 2"
WRITTEN = r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b"


@pytest.fixture
def cycle(organisation: None) -> Cycle:
    for _ in range(3):
        factories.make_person("Sales / North", email="", name="Nora Nomail")
    return factories.make_cycle()


@pytest.fixture
def north(cycle: Cycle) -> CycleTeam:
    return CycleTeam.objects.get(cycle=cycle, name="North")


@pytest.fixture
def hr_client(as_user, hr: User) -> Client:
    return as_user(hr)


def draw(client: Client, team: CycleTeam, **fields: str) -> HttpResponse:
    return client.post(reverse("card_sheet", args=[team.uid]), {"after": Code.objects.sheets().get(team.pk, ""), **fields})


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


class TestAccess:
    @pytest.mark.parametrize("role", ["hr-viewer", ""])
    def test_only_hr_draws(self, as_user, north: CycleTeam, role: str) -> None:
        client = as_user(factories.make_user(role=role))
        assert client.get(reverse("cards")).status_code == 403
        assert draw(client, north).status_code == 403
        assert not Code.objects.exists()

    def test_a_leader_draws_no_cards_of_the_own_team(self, as_user, north: CycleTeam) -> None:
        assert draw(as_user("north@example.org"), north).status_code == 403
        assert not Code.objects.exists()

    def test_a_visitor_is_asked_to_sign_in(self, client: Client, north: CycleTeam) -> None:
        assert draw(client, north)["Location"].startswith(reverse("account_login"))
        assert not Code.objects.exists()

    def test_a_forged_post_is_refused(self, hr: User, north: CycleTeam) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert draw(client, north).status_code == 403
        assert not Code.objects.exists()


class TestList:
    def test_it_tells_how_many_cards_a_team_needs_and_names_nobody(self, hr_client: Client, north: CycleTeam) -> None:
        shown = text(hr_client.get(reverse("cards")))
        assert re.search(r"North <small>Sales</small> </th> <td[^>]*>3</td> <td[^>]*>none yet</td>", shown)
        assert "South" not in shown
        assert "Nora" not in shown
        assert re.search(r'name="as" value="pdf">Draw and download as PDF<', shown)

    def test_it_writes_nothing(self, hr_client: Client, north: CycleTeam) -> None:
        hr_client.get(reverse("cards"))
        hr_client.get(reverse("card_sheet", args=[north.uid]))
        assert not Code.objects.exists()

    def test_a_drawn_sheet_is_drawn_again_only_after_a_warning(self, hr_client: Client, north: CycleTeam) -> None:
        draw(hr_client, north)
        shown = text(hr_client.get(reverse("cards")))
        assert re.search(r"<details> <summary>Draw again<.*have not been used stop working.*</details>", shown)

    def test_it_says_when_nobody_needs_a_card(self, hr_client: Client, cycle: Cycle) -> None:
        cycle.invitations.filter(person=None).delete()
        assert "Nobody needs a card" in text(hr_client.get(reverse("cards")))

    @pytest.mark.parametrize("state", ["planned", "closing", "closed"])
    def test_it_says_when_no_poll_takes_answers(self, hr_client: Client, cycle: Cycle, state: str) -> None:
        Cycle.objects.update(state=state)
        assert "No poll takes answers" in text(hr_client.get(reverse("cards")))

    def test_the_page_on_taking_part_leads_there_for_hr_while_answers_are_taken(self, as_user, hr: User, cycle: Cycle) -> None:
        link = f'href="{reverse("cards")}"'
        assert link not in text(as_user(factories.make_user(role="hr-viewer")).get(reverse("participation")))
        assert link in text(as_user(hr).get(reverse("participation")))
        Cycle.objects.update(state="closing")
        assert link not in text(as_user(hr).get(reverse("participation")))


class TestSheet:
    def test_it_shows_codes_that_work_with_all_that_a_card_needs(self, hr_client: Client, north: CycleTeam, settings) -> None:
        settings.BASE_URL = "https://culture.example.org"
        response = draw(hr_client, north)
        shown = text(response)
        codes = re.findall(WRITTEN, shown)
        assert len(set(codes)) == len(codes) == 3
        assert {code_digest(code) for code in codes} == set(Code.objects.values_list("digest", flat=True))
        last = f"{north.cycle.closes.day} {north.cycle.closes:%B %Y}"
        for part in ("<b>https://culture.example.org/a/</b>", f"<b>{last}</b>", "<b>North</b>", "<svg aria-hidden"):
            assert shown.count(part) == 3
        assert "cannot be shown again" in shown

    def test_it_is_kept_by_no_browser_and_no_proxy(self, hr_client: Client, north: CycleTeam) -> None:
        assert draw(hr_client, north)["Cache-Control"] == "no-store, private"

    def test_it_names_nobody(self, hr_client: Client, north: CycleTeam) -> None:
        shown = text(draw(hr_client, north))
        for person in Person.objects.exclude(name="Leader of North"):
            assert person.name not in shown

    def test_it_is_shown_once(self, hr_client: Client, north: CycleTeam) -> None:
        codes = set(re.findall(WRITTEN, text(draw(hr_client, north))))
        response = hr_client.get(reverse("card_sheet", args=[north.uid]), follow=True)
        assert response.redirect_chain == [(reverse("cards"), 302)]
        assert not codes & set(re.findall(WRITTEN, text(response)))

    def test_loading_it_again_says_so_and_leaves_the_printed_cards_working(self, hr_client: Client, north: CycleTeam) -> None:
        draw(hr_client, north)
        before = set(Code.objects.values_list("digest", flat=True))
        response = hr_client.post(reverse("card_sheet", args=[north.uid]), {"after": ""}, follow=True)
        assert "have been drawn already and cannot be shown again" in text(response)
        assert set(Code.objects.values_list("digest", flat=True)) == before

    def test_a_team_that_needs_none_gets_a_sentence(self, hr_client: Client, cycle: Cycle) -> None:
        south = CycleTeam.objects.get(cycle=cycle, name="South")
        response = hr_client.post(reverse("card_sheet", args=[south.uid]), {"after": ""}, follow=True)
        assert "Everybody in South has a mail address" in text(response)

    def test_a_cycle_that_takes_no_answers_has_none(self, hr_client: Client, north: CycleTeam) -> None:
        Cycle.objects.update(state="closing")
        response = hr_client.post(reverse("card_sheet", args=[north.uid]), {"after": ""}, follow=True)
        assert "no cards can be drawn" in text(response)

    def test_lost_keys_draw_nothing_and_say_so(self, hr_client: Client, north: CycleTeam, settings) -> None:
        for path in settings.BALLOT_KEY_DIR.glob(f"{north.cycle.uid}.*"):
            path.unlink()
        response = draw(hr_client, north)
        assert "No cards were drawn: the keys of this cycle are missing" in text(hr_client.get(response["Location"]))
        assert not Code.objects.exists()

    def test_markup_in_a_team_name_is_escaped(self, hr_client: Client, north: CycleTeam) -> None:
        CycleTeam.objects.filter(pk=north.pk).update(name="<b>North</b> & Co")
        assert "&lt;b&gt;North&lt;/b&gt; &amp; Co" in text(draw(hr_client, north))

    def test_its_codes_stay_out_of_error_reports(self, hr: User, north: CycleTeam, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []

        def fail(request: object, template: str, context: dict) -> None:
            seen.extend(card.code for page in context["sheet"].pages for card in page)
            raise RuntimeError

        monkeypatch.setattr(views, "render", fail)
        request = RequestFactory().post(reverse("card_sheet", args=[north.uid]))
        request.user = hr
        with pytest.raises(RuntimeError) as error:
            views.card_sheet(request, north.uid)
        # The first frame is this test itself.
        reporter = ExceptionReporter(request, error.type, error.value, error.tb.tb_next)
        assert len(seen) == 3
        for report in (reporter.get_traceback_text(), reporter.get_traceback_html()):
            assert not [code for code in seen if code in report]


class TestPdf:
    @pytest.fixture(autouse=True)
    def address(self, settings) -> None:
        settings.BASE_URL = "https://culture.example.org"

    @pytest.fixture
    def read(self, tmp_path: Path):
        """What a tool of poppler-utils prints about a response."""

        def run(response: HttpResponse, tool: str, *options: str) -> str:
            path = tmp_path / "cards.pdf"
            path.write_bytes(response.content)
            end = ["-"] if tool == "pdftotext" else []
            return subprocess.run([tool, *options, str(path), *end], check=True, capture_output=True, text=True).stdout

        return run

    def test_it_is_a_file_that_nobody_keeps(self, hr_client: Client, north: CycleTeam) -> None:
        response = draw(hr_client, north, **{"as": "pdf"})
        assert response.content.startswith(b"%PDF-1.7")
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'attachment; filename="code-cards-north.pdf"'
        assert response["Cache-Control"] == "no-store, private"

    @pytest.mark.parametrize(("name", "file"), [("Größe & Co", "code-cards-groe-co.pdf"), ("東京", "code-cards.pdf")])
    def test_its_name_is_plain_whatever_the_team_is_called(self, hr_client: Client, north: CycleTeam, name: str, file: str) -> None:
        CycleTeam.objects.filter(pk=north.pk).update(name=name)
        assert draw(hr_client, north, **{"as": "pdf"})["Content-Disposition"] == f'attachment; filename="{file}"'

    def test_it_has_each_code_once_and_every_code_works(self, hr_client: Client, north: CycleTeam, read) -> None:
        shown = read(draw(hr_client, north, **{"as": "pdf"}), "pdftotext")
        codes = re.findall(WRITTEN, shown)
        assert len(set(codes)) == len(codes) == 3
        assert {code_digest(code) for code in codes} == set(Code.objects.values_list("digest", flat=True))
        for part in ("How is service", "https://culture.example.org/a/", "Team: North", "Last day:"):
            assert shown.count(part) == 3

    def test_it_is_tagged_with_embedded_fonts_and_keeps_codes_out_of_its_properties(
        self, hr_client: Client, north: CycleTeam, read
    ) -> None:
        response = draw(hr_client, north, **{"as": "pdf"})
        told = read(response, "pdfinfo") + read(response, "pdfinfo", "-meta")
        assert "Tagged:          yes" in told
        assert "Title:           Code cards, North" in told
        assert not re.search(WRITTEN, told)
        fonts = read(response, "pdffonts").splitlines()[2:]
        assert any("Source-Sans-3" in line for line in fonts)
        assert {line.split()[-5] for line in fonts} == {"yes"}

    @pytest.mark.parametrize("name", ["North", LONG])
    def test_eight_cards_fill_a_page_and_a_phone_reads_them(
        self, hr_client: Client, organisation: None, read, tmp_path: Path, name: str
    ) -> None:
        for _ in range(9):
            factories.make_person("Sales / North", email="")
        team = CycleTeam.objects.get(cycle=factories.make_cycle(), name="North")
        CycleTeam.objects.filter(pk=team.pk).update(name=name)
        response = draw(hr_client, team, **{"as": "pdf"})
        pages = [read(response, "pdftotext", "-f", page, "-l", page) for page in ("1", "2")]
        assert [len(re.findall(WRITTEN, page)) for page in pages] == [8, 1]
        assert "Pages:           2\n" in read(response, "pdfinfo")
        for page in pages:
            assert " ".join(page.split()).count(f"Team: {name}") == len(re.findall(WRITTEN, page))
        subprocess.run(["pdftoppm", "-r", "150", "-png", str(tmp_path / "cards.pdf"), str(tmp_path / "page")], check=True)
        links = {code.text for path in tmp_path.glob("page*.png") for code in zxingcpp.read_barcodes(Image.open(path))}
        assert links == {f"https://culture.example.org/a/#{code}" for page in pages for code in re.findall(WRITTEN, page)}

    def test_where_no_pdf_can_be_made_no_code_is_drawn(
        self, hr_client: Client, north: CycleTeam, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def missing(name: str) -> None:
            raise OSError("cannot load library 'libpango-1.0-0'")

        draw(hr_client, north)
        before = set(Code.objects.values_list("digest", flat=True))
        monkeypatch.setattr(pdf, "import_module", missing)
        response = draw(hr_client, north, **{"as": "pdf"})
        assert response["Location"] == reverse("cards")
        shown = text(hr_client.get(response["Location"]))
        assert "This server lacks the library that makes PDF files, so no cards were drawn." in shown
        assert "Printing from the browser works" in shown
        assert set(Code.objects.values_list("digest", flat=True)) == before
        assert len(re.findall(WRITTEN, text(draw(hr_client, north)))) == 3

    def test_cards_that_are_drawn_are_shown_as_a_page_if_writing_them_fails(
        self, hr_client: Client, north: CycleTeam, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(self: object, **options: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("weasyprint.HTML.write_pdf", fail)
        response = draw(hr_client, north, **{"as": "pdf"})
        shown = text(response)
        assert "please print this page instead" in shown
        assert len(re.findall(WRITTEN, shown)) == 3
        assert response["Cache-Control"] == "no-store, private"
        assert not re.search(WRITTEN, caplog.text)

    def test_it_obeys_the_same_rules_as_the_page(self, as_user, hr: User, north: CycleTeam) -> None:
        assert draw(as_user(factories.make_user(role="hr-viewer")), north, **{"as": "pdf"}).status_code == 403
        assert not Code.objects.exists()
        client = as_user(hr)
        draw(client, north, **{"as": "pdf"})
        again = client.post(reverse("card_sheet", args=[north.uid]), {"after": "", "as": "pdf"}, follow=True)
        assert "have been drawn already and cannot be shown again" in text(again)

    def test_its_codes_stay_out_of_error_reports_and_logs(
        self, hr: User, north: CycleTeam, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        seen: list[str] = []

        def fail(html: str) -> bytes:
            seen.extend(re.findall(rf"<p[^>]*>({WRITTEN})</p>", html))
            raise RuntimeError

        monkeypatch.setattr(views, "pdf", fail)
        request = RequestFactory().post(reverse("card_sheet", args=[north.uid]), {"as": "pdf"})
        request.user = hr
        with pytest.raises(RuntimeError) as error:
            views.card_sheet(request, north.uid)
        # The first frame is this test itself, the last one the stand-in above.
        frames = error.tb.tb_next
        last = frames
        while last.tb_next and last.tb_next.tb_next:
            last = last.tb_next
        last.tb_next = None
        reporter = ExceptionReporter(request, error.type, error.value, frames)
        assert len(seen) == 3
        for report in (reporter.get_traceback_text(), reporter.get_traceback_html(), caplog.text):
            assert not [code for code in seen if code in report]


def test_spare_cards_are_on_the_sheet_and_any_other_number_is_none(client: Client, hr: User) -> None:
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    factories.make_organisation({"Sales": 4, "Support": 6})
    Person.objects.filter(memberships__team__path="Sales", memberships__role="member").update(email="")
    team = factories.make_cycle().teams.get(path="Sales")
    for asked, cards in (("2", 6), ("1000", 4), ("", 4)):
        Code.objects.all().delete()
        page = client.post(reverse("card_sheet", args=[team.uid]), {"after": "", "spare": asked})
        assert page.content.decode().count('class="cs-cutout"') == cards


def test_the_address_for_a_shared_device_stands_there_with_a_picture_for_cameras(client: Client, hr: User) -> None:
    client.force_login(hr, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert settings.BASE_URL + reverse("kiosk") not in client.get(reverse("cards")).content.decode()
    factories.make_organisation({"Sales": 5, "Support": 5})
    factories.make_cycle()
    page = client.get(reverse("cards")).content.decode()
    assert settings.BASE_URL + reverse("kiosk") in page
    assert 'class="cs-kiosk-address__qr"><svg' in page
