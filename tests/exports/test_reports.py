"""The report as a PDF: what stands in it, in which order, on how many pages; and all of them in a ZIP."""

import html
import io
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from assessments.exports.reports import report_pdf, zip_of
from assessments.models import Cycle, CycleTeam, Text, User
from assessments.results.reports import SECTIONS, layout_of, report_of
from tests.exports.test_pdf import seen_by, unpacked
from tests.plans import take
from tests.quarters import HIGH, LOW, NORTH, closed_quarter, make_sales, risen

# In the order of the design, each with the section that it stands in; who answered always stands.
HEADINGS = {
    "Who answered": "",
    "The picture": "picture",
    "Strengths to keep": "strengths",
    "Opportunities": "opportunities",
    "Two views of the same team": "patterns",
    "Last quarter’s actions and what happened since": "actions",
    "What people wrote": "comments",
    "How to read this": "reading",
    "What do we make of this?": "meeting",
    "One thing we will do": "meeting",
}


def acted_and_written() -> Cycle:
    """The second quarter of a team that acted after the first, with everything that a report can hold."""
    make_sales()
    take(closed_quarter(1, LOW))
    cycle = closed_quarter(2, HIGH)
    Text.objects.create(team=cycle.teams.get(path=NORTH), question=Text.Question.HELPS, text="The new till.")
    cycle.texts_released = True
    cycle.save()
    return cycle


def in_order(text: str) -> list[str]:
    """Those of the headings that stand in a text, as they follow each other; a browser's PDF has spaces of its own."""
    joined = "".join(text.split())
    places = {heading: joined.find("".join(heading.split())) for heading in HEADINGS}
    return sorted((heading for heading, place in places.items() if place >= 0), key=lambda heading: places[heading])


def unit_of(cycle: Cycle, path: str) -> CycleTeam:
    return cycle.teams.select_related("cycle", "team").get(path=path)


def made(
    cycle: Cycle, path: str = "Sales / North", *, reader: User | None = None, without: tuple[str, ...] = (), paper: str = ""
) -> bytes:
    return report_pdf(report_of(unit_of(cycle, path), layout_of(without, paper), reader=reader))


def words(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    told = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(told.split())


def pages(content: bytes, tmp_path: Path) -> int:
    found = re.search(r"Pages:\s+(\d+)", seen_by("pdfinfo", content, tmp_path))
    assert found
    return int(found[1])


def test_a4_holds_two_tagged_pages_and_the_meeting_sheet_in_reading_order(closed_cycle: Cycle, tmp_path: Path) -> None:
    content = made(closed_cycle)
    told = seen_by("pdfinfo", content, tmp_path)
    assert "Title:           Improvement report, Sales / North, 2026 Q4" in told
    assert "Tagged:          yes" in told
    assert "A4" in told
    assert pages(content, tmp_path) == 3
    text = words(content, tmp_path)
    assert "North · 2026 Q4 No figure rests on fewer than 5 answers. 3/3" in text
    fonts = seen_by("pdffonts", content, tmp_path).splitlines()[2:]
    assert {line.split()[-5] for line in fonts} == {"yes"}
    structure = seen_by("pdfinfo", content, tmp_path, "-struct")
    assert {"H1", "H2", "H3", "Table", "TH"} <= set(re.findall(r"^\s*(\w+)", structure, re.MULTILINE))


def test_us_letter_holds_as_much(closed_cycle: Cycle, tmp_path: Path) -> None:
    content = made(closed_cycle, paper="letter")
    assert "letter" in seen_by("pdfinfo", content, tmp_path)
    assert pages(content, tmp_path) == 3


def test_page_and_pdf_have_all_sections_in_the_order_of_the_design(as_user, hr: User, tmp_path: Path) -> None:
    cycle = acted_and_written()
    page = as_user(hr).get(reverse("report", args=[unit_of(cycle, NORTH).uid])).content.decode()
    on_screen = [html.unescape(one) for one in re.findall(r"<h[1-3][^>]*>([^<]+)</h[1-3]>", page)]
    assert [heading for heading in on_screen if heading in HEADINGS] == list(HEADINGS)
    assert in_order(words(made(cycle, NORTH), tmp_path)) == list(HEADINGS)


def test_each_section_can_be_left_out_and_the_others_keep_their_order(as_user, hr: User) -> None:
    address, reader = reverse("report", args=[unit_of(acted_and_written(), NORTH).uid]), as_user(hr)
    for name in SECTIONS:
        page = reader.get(address, {"without": name}).content.decode()
        headings = html.unescape(" ".join(re.findall(r"<h[1-3][^>]*>[^<]+</h[1-3]>", page)))
        assert in_order(headings) == [heading for heading, section in HEADINGS.items() if section != name]


def test_sections_left_out_are_gone_and_unknown_names_count_for_nothing(closed_cycle: Cycle, tmp_path: Path) -> None:
    content = made(closed_cycle, without=("meeting", "opportunities", "no such section"))
    text = words(content, tmp_path)
    assert pages(content, tmp_path) == 1
    assert "What do we make of this?" not in text
    assert "Opportunities" not in text
    assert "Strengths to keep" in text


def test_a_unit_too_small_gets_a_talk_guide_and_no_figure(closed_cycle: Cycle, tmp_path: Path) -> None:
    content = made(closed_cycle, "Support / Night", reader=User.objects.get(email="night@example.org"))
    text = words(content, tmp_path)
    assert pages(content, tmp_path) == 1
    assert "Three questions that need no figures" in text
    assert "The picture" not in text


def test_who_may_read_the_next_larger_unit_gets_its_report_behind_the_guide(
    closed_cycle: Cycle, hr: User, tmp_path: Path, settings
) -> None:
    report = report_of(unit_of(closed_cycle, "Support / Night"), reader=hr)
    assert report.larger is not None
    assert report.larger.team == report.result.counted_in
    content = report_pdf(report)
    assert f"{settings.BASE_URL}/teams/{report.larger.team.uid}/report/".encode() in unpacked(content)
    text = words(content, tmp_path)
    assert text.index("Three questions that need no figures") < text.index("The picture") < text.index("How to read this")
    assert text.count("One thing we will do") == 1


def test_it_says_what_changed_since_the_last_quarter(db: None, tmp_path: Path) -> None:
    content = made(risen(), NORTH)
    assert re.search(r"Up 1\.0 since 2026 Q1", words(content, tmp_path))
    assert pages(content, tmp_path) == 3


def test_a_zip_holds_the_files_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"%PDF one")
    (tmp_path / "2").write_bytes(b"%PDF two" * 1000)
    pieces = list(zip_of([("north.pdf", tmp_path / "1"), ("south.pdf", tmp_path / "2")]))
    assert len(pieces) == 3
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    assert {name: archive.read(name)[:8] for name in archive.namelist()} == {"north.pdf": b"%PDF one", "south.pdf": b"%PDF two"}
    assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize(("asked", "query"), [((), ""), (("meeting", "x", "comments"), "?without=comments&without=meeting")])
def test_an_address_names_what_is_left_out(asked: tuple[str, ...], query: str) -> None:
    assert layout_of(asked).query == query


@pytest.mark.parametrize("path", ["Sales / North", "Sales / South", "Support / Night", "Sales"])
def test_it_holds_the_figures_of_the_page_and_no_other(as_user, hr: User, closed_cycle: Cycle, tmp_path: Path, path: str) -> None:
    unit = unit_of(closed_cycle, path)
    page = html.unescape(re.sub(r"<[^>]+>", " ", as_user(hr).get(reverse("report", args=[unit.uid])).content.decode()))
    numbers = set(re.findall(r"\d+(?:\.\d+)?", page))
    # Without the numbers of its own pages and of the questions in a list.
    told = re.sub(r"\b\d/\d\b|\b[1-3]\. ", "", words(made(closed_cycle, path), tmp_path))
    assert not set(re.findall(r"\d+(?:\.\d+)?", told)) - numbers
