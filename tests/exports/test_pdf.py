"""A page becomes a PDF that anybody can read aloud, and making it asks nobody for anything."""

import logging
import re
import subprocess
import zlib
from pathlib import Path

import pytest

from assessments.exports import pdf as module
from assessments.exports.pdf import PdfFailed, PdfUnavailable, pdf, require_pdf, static_file

PAGE = """<!doctype html><html lang="en"><head><title>A title</title>
<link rel="stylesheet" href="/static/css/tokens.css"><link rel="stylesheet" href="/static/css/pdf.css">
</head><body>{body}</body></html>"""


def seen_by(tool: str, content: bytes, tmp_path: Path, *options: str) -> str:
    path = tmp_path / "page.pdf"
    path.write_bytes(content)
    return subprocess.run([tool, *options, str(path)], check=True, capture_output=True, text=True).stdout


def unpacked(content: bytes) -> bytes:
    packed = re.findall(rb"stream\r?\n(\x78.*?)\r?\nendstream", content, re.DOTALL)
    return content + b"".join(zlib.decompressobj().decompress(part) for part in packed)


def test_it_is_tagged_and_has_the_pages_language_and_title(tmp_path: Path) -> None:
    content = pdf(PAGE.format(body="<h1>Head</h1><p>Text</p>"))
    told = seen_by("pdfinfo", content, tmp_path)
    assert "Tagged:          yes" in told
    assert "Title:           A title" in told
    assert b"/Lang (en)" in unpacked(content)
    structure = seen_by("pdfinfo", content, tmp_path, "-struct")
    assert "H1" in structure
    assert "pdfuaid" in seen_by("pdfinfo", content, tmp_path, "-meta")


def test_it_embeds_the_projects_font(tmp_path: Path) -> None:
    fonts = seen_by("pdffonts", pdf(PAGE.format(body="<p>Text <b>strong</b></p>")), tmp_path).splitlines()[2:]
    assert len(fonts) == 2
    for line in fonts:
        assert "Source-Sans-3" in line
        assert line.split()[-5] == "yes"  # columns: … emb sub uni object ID


@pytest.mark.parametrize("file", ["css/tokens.css", "vendor/source-sans-3/source-sans-3-latin-wght-normal.woff2"])
def test_a_static_file_of_the_project_is_served_from_disk(file: str, settings) -> None:
    assert static_file(f"{module.PAGE}static/{file}?v=1#part") == settings.BASE_DIR / "static" / file


def test_a_collected_file_is_found_by_its_hashed_name(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    hashed = tmp_path / "css" / "tokens.0123456789ab.css"
    hashed.parent.mkdir()
    hashed.touch()
    assert static_file(f"{module.PAGE}static/css/tokens.0123456789ab.css") == hashed


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:8000/static/css/tokens.css",
        "https://foreign.example/static/css/tokens.css",
        "data:text/css,body{color:red}",
        f"{module.PAGE}hr/cards/",
        f"{module.PAGE}static/",
        f"{module.PAGE}static/css",
        f"{module.PAGE}static/css/no-such.css",
        f"{module.PAGE}static/../csculture/settings.py",
        f"{module.PAGE}static/%2e%2e/csculture/settings.py",
        f"{module.PAGE}static//etc/passwd",
        f"{module.PAGE}static/%2Fetc/passwd",
        f"{module.PAGE}static/css/tokens.css%00",
    ],
)
def test_every_other_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a static file"):
        static_file(address)


def test_the_page_gets_nothing_from_outside_whatever_it_asks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("never in a PDF")
    asked: list[str] = []
    served: list[Path] = []

    def watched(address: str) -> Path:
        asked.append(address)
        served.append(path := static_file(address))
        return path

    monkeypatch.setattr(module, "static_file", watched)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was asked"))
    body = f"""<img alt="" src="http://127.0.0.1:9/a.png"><img alt="" src="{secret.as_uri()}">
    <link rel="attachment" href="{secret.as_uri()}"><link rel="stylesheet" href="http://127.0.0.1:9/b.css"><p>Text</p>"""
    content = pdf(PAGE.format(body=body))
    assert {"http://127.0.0.1:9/a.png", "http://127.0.0.1:9/b.css", secret.as_uri()} <= set(asked)
    assert {path.suffix for path in served} == {".css", ".woff2"}
    assert "never in a PDF" not in seen_by("pdftotext", content, tmp_path, "-layout")
    assert "0 embedded files" in seen_by("pdfdetach", content, tmp_path, "-list")


def test_a_warning_that_quotes_the_page_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        pdf(PAGE.format(body='<img src="http://127.0.0.1:9/SECRET"><a href="#SECRET">x</a>'))
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize("fault", [OSError("cannot load library 'libpango-1.0-0'"), ImportError("No module named 'weasyprint'")])
def test_a_missing_library_is_said_clearly(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def missing(name: str) -> None:
        raise fault

    monkeypatch.setattr(module, "import_module", missing)
    for call in (require_pdf, lambda: pdf("<p>Text</p>")):
        with pytest.raises(PdfUnavailable):
            call()


def test_a_fault_tells_its_kind_and_nothing_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, **options: object) -> None:
        raise RuntimeError("SECRET")

    monkeypatch.setattr("weasyprint.HTML.write_pdf", fail)
    with pytest.raises(PdfFailed, match=r"^RuntimeError$") as error:
        pdf("<p>SECRET</p>")
    assert error.value.__suppress_context__
