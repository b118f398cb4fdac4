"""A page written as a tagged PDF: the page's own HTML in its print styles, with nothing fetched but this project's static files."""

import atexit
import gc
import logging
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.views.decorators.debug import sensitive_variables

_of_thread = threading.local()

PAGE = "http://page.invalid/"  # where the page pretends to stand; RFC 2606 keeps the name from ever being somebody's


@atexit.register
def _let_go() -> None:
    """Fonts want to be let go while WeasyPrint still stands."""
    _of_thread.__dict__.clear()


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
def pdf(html: str, styles: tuple[str, ...] = ()) -> bytes:
    """PDF/UA with the language, title and print styles of the page. The first call of a process loads libraries for a second.

    styles: static stylesheets read once in a process, beside those that the page links to, which are read each time.
    """
    require_pdf()
    from weasyprint import HTML  # noqa: PLC0415 - heavy, and may be missing

    try:
        with _nothing_collected():
            sheets, fonts = _read_once(styles)
            page = HTML(string=html, base_url=PAGE, url_fetcher=_static_files_only())
            return bytes(page.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"))
    except Exception as fault:  # noqa: BLE001 - whatever it is, its frames and message hold the page
        raise PdfFailed(type(fault).__name__) from None


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A page is a million small objects, none of them garbage before it is written: looking for some takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_once(styles: tuple[str, ...]) -> tuple[list[Any], Any]:
    """Parsed stylesheets and their fonts. Of each thread its own: fonts are loaded while a page is laid out."""
    from weasyprint import CSS  # noqa: PLC0415 - heavy, and may be missing
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - likewise

    if not styles:
        return [], None
    known = _of_thread.__dict__
    if (name := " ".join(styles)) not in known:
        fonts, fetch = FontConfiguration(), _static_files_only()
        places = [urljoin(PAGE, settings.STATIC_URL) + style for style in styles]
        known[name] = [CSS(url=place, font_config=fonts, url_fetcher=fetch) for place in places], fonts
    sheets, fonts = known[name]
    return sheets, fonts


def _static_files_only() -> Any:
    """A fetcher without network: text that somebody typed must not make the server ask anybody for anything."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - heavy, and may be missing

    class StaticFiles(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith("data:image/png;"):  # the organisation's logo: it stands in the page, nobody is asked for it
                return super().fetch(url, headers)
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
