"""A page written as a tagged PDF: the page's own HTML in its print styles, with nothing fetched but this project's static files."""

import logging
import mimetypes
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.views.decorators.debug import sensitive_variables

PAGE = "http://page.invalid/"  # where the page pretends to stand; RFC 2606 keeps the name from ever being somebody's

# WeasyPrint's warnings quote the page, and no line of the log may carry a code.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)


class PdfUnavailable(Exception):
    """This server lacks WeasyPrint or a system library it needs."""


class PdfFailed(Exception):
    """WeasyPrint could not write this page. Says the kind of fault only, for the page may be secret."""


def require_pdf() -> None:
    """Raise PdfUnavailable where `pdf` would: to be asked before something is done that cannot be done again."""
    try:
        import_module("weasyprint")
    except (ImportError, OSError) as missing:
        raise PdfUnavailable from missing


@sensitive_variables()
def pdf(html: str) -> bytes:
    """PDF/UA with the language, title and print styles of the page. The first call of a process loads libraries for a second."""
    require_pdf()
    from weasyprint import HTML  # noqa: PLC0415 - heavy, and may be missing

    try:
        page = HTML(string=html, base_url=PAGE, url_fetcher=_static_files_only())
        return bytes(page.write_pdf(pdf_variant="pdf/ua-1"))
    except Exception as fault:  # noqa: BLE001 - whatever it is, its frames and message hold the page
        raise PdfFailed(type(fault).__name__) from None


def _static_files_only() -> Any:
    """A fetcher without network: text that somebody typed must not make the server ask anybody for anything."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - heavy, and may be missing

    class StaticFiles(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            path = static_file(url)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return StaticFiles()


def static_file(url: str) -> Path:
    """The file behind an address below STATIC_URL; ValueError for any other address."""
    root = urljoin(PAGE, settings.STATIC_URL)
    address = urlsplit(url)._replace(query="", fragment="").geturl()
    if not address.startswith(root):
        raise ValueError("not a static file of this project")
    name = unquote(address.removeprefix(root))
    try:
        # Collected files carry a hash in their names, which only the storage knows; uncollected ones only the finders know.
        places = [staticfiles_storage.path(name), finders.find(name)]
    except (SuspiciousFileOperation, ValueError):  # outside the folder, or no name of a file at all
        places = []
    for place in places:
        if place and Path(place).is_file():
            return Path(place)
    raise ValueError("not a static file of this project")
