"""HR draws the code cards of a team: shown once, never stored, never cached."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter

from assessments.models import Code, Cycle, CycleTeam, Person, User
from assessments.services.codes import code_digest
from assessments.views import cards as views
from tests import factories

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


def draw(client: Client, team: CycleTeam) -> HttpResponse:
    return client.post(reverse("card_sheet", args=[team.uid]), {"after": Code.objects.sheets().get(team.pk, "")})


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
