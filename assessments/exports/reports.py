"""A unit's improvement report as a PDF: the page's own partial templates, in one flow and in the styles of paper."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from django.conf import settings
from django.template.loader import render_to_string

from assessments.exports.pdf import pdf
from assessments.results.reports import Report

STYLES = ("css/tokens.css", "css/report-pdf.css")


def report_pdf(report: Report) -> bytes:
    html = render_to_string("assessments/reports/report_pdf.html", {"report": report})
    return pdf(html.replace('href="/', f'href="{settings.BASE_URL}/'), STYLES)  # a file stands nowhere: its links say where to


class _Pieces:
    """A file that is handed on as it is written. It cannot go back, which a ZIP knows how to do without."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def zip_of(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """The files by their names, file by file, so that memory stays small. Stored, since a PDF is compressed already."""
    out = _Pieces()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name, path in files:
            archive.write(path, name)
            yield out.taken()
    yield out.taken()
