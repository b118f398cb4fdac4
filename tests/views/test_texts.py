"""HR reads the texts, hides and releases them; managers read them where they lead."""

import html
import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.models import Act, Cycle, CycleTeam, Text, User
from assessments.results.texts import TextsOf, texts_of
from assessments.services.closing import close_cycle
from assessments.services.invitations import send_invitations
from assessments.services.texts import release_texts
from tests import factories
from tests.services.test_texts import write

NORTH, SOUTH = "Sales / North", "Sales / South"
ODD = "<b>Ada Quandt</b> & http://example.org/x\nsecond line"
PAGE = "/hr/texts/"


@pytest.fixture
def cycle(db: None) -> Cycle:
    """Eleven texts on North; eleven of both teams on Sales."""
    factories.make_organisation({"Sales": 0, NORTH: 11, SOUTH: 8})
    cycle = factories.make_cycle()
    write(cycle, NORTH, [ODD, *(f"tool {number:02}" for number in range(10))], [f"queue {number:02}" for number in range(8)])
    write(cycle, SOUTH, [""] * 8, [f"slow {number}" for number in range(3)])
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def unit(cycle: Cycle, path: str) -> CycleTeam:
    return CycleTeam.objects.select_related("cycle").get(cycle=cycle, path=path)


@pytest.fixture
def read(as_user, hr: User):
    def read_page(address: str = PAGE, user: User | str = hr) -> str:
        response = as_user(user).get(address)
        assert response.status_code == 200, address
        return response.content.decode()

    return read_page


class TestPage:
    def test_before_the_first_close_it_says_when_texts_can_be_read(self, read, db: None) -> None:
        assert "Until then nobody can open it" in words(read())

    def test_where_too_few_wrote_it_says_what_became_of_their_texts(self, read, closed_cycle: Cycle) -> None:
        said = words(read())
        assert "Nowhere in 2026 Q4 did at least 10 people write" in said
        assert "Release" not in said

    def test_it_has_every_text_by_unit_and_question(self, read, cycle: Cycle) -> None:
        page = read()
        said = words(page)
        assert "22 texts of 2026 Q4 can be read. Only HR reads them so far." in said
        assert said.index("Sales / North") < said.index("tool 00") < said.index("tool 09")
        assert page.count(reverse("hide_text", args=[Text.objects.all()[0].pk])) == 1
        assert "tool 09" in said
        assert "slow 2" in said

    def test_a_text_is_escaped_keeps_its_lines_and_becomes_no_link(self, read, cycle: Cycle) -> None:
        assert "&lt;b&gt;Ada Quandt&lt;/b&gt; &amp; http://example.org/x<br>second line" in read()

    def test_another_cycle_is_chosen_by_its_address(self, read, cycle: Cycle, as_user, hr: User) -> None:
        factories.make_cycle("2027 Q1")
        close_cycle(cycle=Cycle.objects.get(name="2027 Q1"), now=True)
        assert "tool 00" not in read(f"{PAGE}?cycle=2027-q1")
        assert "tool 00" in read(f"{PAGE}?cycle=2026-q4")
        assert as_user(hr).get(f"{PAGE}?cycle=never").status_code == 404

    def test_an_open_cycle_is_none_of_its_cycles(self, open_cycle: Cycle, as_user, hr: User) -> None:
        assert as_user(hr).get(f"{PAGE}?cycle={open_cycle.slug}").status_code == 404

    def test_no_browser_keeps_it(self, cycle: Cycle, as_user, hr: User) -> None:
        for address in (PAGE, reverse("hide_text", args=[Text.objects.all()[0].pk])):
            assert "no-store" in as_user(hr).get(address)["Cache-Control"]


class TestWhoMay:
    @pytest.mark.parametrize("role", [User.Role.HR_VIEWER, ""])
    def test_only_hr_reads_hides_and_releases(self, cycle: Cycle, as_user, role: str) -> None:
        other = as_user(factories.make_user(role=role))
        text = Text.objects.all()[0]
        assert other.get(PAGE).status_code == 403
        for name, key in (("hide_text", text.pk), ("release_texts", cycle.slug)):
            assert other.post(reverse(name, args=[key])).status_code == 403
        cycle.refresh_from_db()
        assert not Text.objects.filter(hidden=True).exists()
        assert not cycle.texts_released

    def test_a_leader_may_neither(self, cycle: Cycle, as_user) -> None:
        leader = as_user("north@example.org")
        text = unit(cycle, NORTH).texts.all()[0]
        assert leader.get(PAGE).status_code == 403
        assert leader.post(reverse("hide_text", args=[text.pk])).status_code == 403


@pytest.mark.django_db(transaction=True)
class TestHiding:
    def address(self) -> str:
        return reverse("hide_text", args=[Text.objects.get(text=ODD).pk])

    def test_it_asks_first_and_looking_changes_nothing(self, read, cycle: Cycle) -> None:
        said = words(read(self.address()))
        assert "Hide this text for ever?" in said
        assert "Ada Quandt" in said
        assert "Nobody can bring it back" in said
        assert Text.objects.filter(text=ODD).exists()
        assert not Act.objects.exists()

    def test_then_it_is_gone_from_the_page_and_leaves_a_count(self, read, cycle: Cycle, as_user, hr: User) -> None:
        response = as_user(hr).post(self.address())
        assert response["Location"] == f"{PAGE}?cycle=2026-q4#unit-{unit(cycle, NORTH).position}"
        said = words(read())
        assert "The text is destroyed." in said
        assert "One text is hidden because it named a person." in said
        assert "21 texts of 2026 Q4 can be read. One is hidden." in said
        assert "Quandt" not in said

    def test_pressed_twice_it_answers_alike(self, cycle: Cycle, as_user, hr: User) -> None:
        address = self.address()
        first, second = (as_user(hr).post(address) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert Act.objects.count() == 1

    def test_files_that_could_not_be_cleared_are_admitted(
        self, read, cycle: Cycle, as_user, hr: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("assessments.services.texts._clear_files", lambda: False)
        address = self.address()
        assert as_user(hr).post(address)["Location"] == address
        said = words(read(address))
        assert "could not be cleared yet" in said
        assert "Clear the files again" in said
        assert "Quandt" not in said

    def test_no_text_of_an_open_cycle_can_be_reached(self, cycle: Cycle, as_user, hr: User) -> None:
        address = self.address()
        Cycle.objects.update(state=Cycle.State.OPEN)
        assert as_user(hr).get(address).status_code == 404


class TestReleasing:
    def test_it_says_what_it_means_then_does_it(self, read, cycle: Cycle, as_user, hr: User) -> None:
        said = words(read())
        assert "This cannot be taken back." in said
        assert "Release the texts of 2026 Q4 to managers" in said
        response = as_user(hr).post(reverse("release_texts", args=[cycle.slug]))
        assert response["Location"] == f"{PAGE}?cycle=2026-q4"
        said = words(read())
        assert "Managers can now read the texts of 2026 Q4." in said
        assert "Managers read them too." in said
        assert "Release the texts" not in said
        assert Act.objects.get().what == "release"

    def test_an_open_cycle_cannot_be_released(self, open_cycle: Cycle, as_user, hr: User) -> None:
        assert as_user(hr).post(reverse("release_texts", args=[open_cycle.slug])).status_code == 404

    def test_looking_at_the_address_releases_nothing(self, cycle: Cycle, as_user, hr: User) -> None:
        assert as_user(hr).get(reverse("release_texts", args=[cycle.slug])).status_code == 405
        cycle.refresh_from_db()
        assert not cycle.texts_released


class Result:
    """What a page about a unit hands to the partials."""

    def __init__(self, texts: TextsOf) -> None:
        self.texts = texts


@pytest.mark.parametrize("partial", ["teams/_texts", "reports/_comments"])
class TestPartials:
    def said(self, partial: str, cycle: Cycle, path: str, by: User | str) -> str:
        user = User.objects.get(email=by) if isinstance(by, str) else by
        team = unit(Cycle.objects.get(pk=cycle.pk), path)
        readable = set(CycleTeam.objects.visible_to(user).values_list("pk", flat=True))
        context = {"result": Result(texts_of(team)), "team": team, "readable": readable}
        return render_to_string(f"assessments/{partial}.html", context)

    def test_before_the_release_only_that_hr_reads_first(self, partial: str, cycle: Cycle) -> None:
        said = words(self.said(partial, cycle, NORTH, "north@example.org"))
        assert re.fullmatch(r"(What people wrote:? )?HR reads the texts first\.", said)

    def test_where_there_are_no_texts_at_all_it_is_silent(self, partial: str, closed_cycle: Cycle, hr: User) -> None:
        assert not words(self.said(partial, closed_cycle, NORTH, hr))

    def test_after_it_the_texts_word_for_word(self, partial: str, cycle: Cycle, hr: User) -> None:
        release_texts(cycle=cycle, by=hr)
        page = self.said(partial, cycle, NORTH, "north@example.org")
        assert "&lt;b&gt;Ada Quandt&lt;/b&gt; &amp; http://example.org/x<br>second line" in page
        assert "tool 09" in page
        assert "queue 00" not in page
        assert "/hr/texts/" not in page

    def test_words_that_stand_above_are_named_only_to_who_may_read_there(self, partial: str, cycle: Cycle, hr: User) -> None:
        release_texts(cycle=cycle, by=hr)
        address = reverse("team", args=[unit(cycle, "Sales").uid])
        assert address in self.said(partial, cycle, NORTH, "sales@example.org")
        below = self.said(partial, cycle, NORTH, "north@example.org")
        assert address not in below
        assert "No words stand here." in words(below)

    def test_hidden_ones_are_counted_by_question(self, partial: str, cycle: Cycle, hr: User) -> None:
        release_texts(cycle=cycle, by=hr)
        Text.objects.filter(text__in=[ODD, "tool 03"]).update(hidden=True, text="")
        page = words(self.said(partial, cycle, NORTH, hr))
        assert "2 texts are hidden because they named a person." in page
        assert "tool 03" not in page


class TestManagers:
    """On whatever pages there are: nobody reads texts of a unit that they do not lead."""

    def test_a_leader_of_another_team_and_of_a_team_below_reads_nothing(self, cycle: Cycle, as_user, hr: User) -> None:
        release_texts(cycle=cycle, by=hr)
        leader = as_user("south@example.org")
        for path in (NORTH, "Sales"):
            for name in ("team", "team_practices", "report"):
                assert leader.get(reverse(name, args=[unit(cycle, path).uid])).status_code == 404
        for name in ("team", "team_practices", "report"):
            page = leader.get(reverse(name, args=[unit(cycle, SOUTH).uid])).content.decode()
            assert not [text for text in Text.objects.values_list("text", flat=True) if html.escape(text) in page]

    def test_texts_of_a_department_are_read_by_its_leader_and_hr_only(self, cycle: Cycle, as_user, hr: User) -> None:
        release_texts(cycle=cycle, by=hr)
        for name in ("team", "report"):
            page = reverse(name, args=[unit(cycle, "Sales").uid])
            for user in ("sales@example.org", hr):
                assert "queue 00" in as_user(user).get(page).content.decode()
            assert as_user("north@example.org").get(page).status_code == 404
            own = as_user("north@example.org").get(reverse(name, args=[unit(cycle, NORTH).uid])).content.decode()
            assert "tool 00" in own
            assert "queue 00" not in own


class TestWords:
    """What people are told before they write."""

    @pytest.mark.parametrize(("k", "least"), [(5, 11), (12, 12)])
    def test_the_invitation_says_who_reads_and_where_from(
        self, organisation: None, settings, mailoutbox, k: int, least: int
    ) -> None:
        settings.TEXTS_FROM = 11
        send_invitations(cycle=factories.make_cycle(k=k))
        message = mailoutbox[0]
        for body in (message.body, words(str(message.alternatives[0][0]))):
            assert f"where the words of at least {least} people stand together" in body
            assert "HR reads it first and may remove a text that names a person." in body

    def test_the_page_on_anonymity_says_who_reads_and_when(self, client, db: None) -> None:
        said = words(client.get(reverse("anonymity")).content.decode())
        assert "HR reads them first and may destroy a text that names a person" in said
        assert "HR reads the texts as soon as the poll is closed, before the managers" in said
        assert "once HR has read and released them" in said
        assert "no page shows them" not in said
