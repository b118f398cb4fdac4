"""From bytes to a table: which kind of file it is, by its first bytes and never by its name."""

from django.utils.translation import gettext as _

from assessments.importers.delimited import read_delimited
from assessments.importers.files import MAX_BYTES, OLE, Table, refuse

# The first bytes of files that somebody may take for a roster.
PDF, RICH_TEXT = b"%PDF", b"{\\rtf"
ZIP, EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"


def read_table(content: bytes) -> Table:
    """Raises FileRefused for what cannot be a table at all."""
    if len(content) > MAX_BYTES:
        raise refuse(_("The file is larger than %(most)s MB.") % {"most": MAX_BYTES // 1024**2})
    if content.startswith((PDF, RICH_TEXT)):
        raise refuse(_("This is a document and no table. Save the roster as XLSX or as “CSV UTF-8” and try again."))
    if content.lstrip()[:9].lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise refuse(_("This is a web page or XML and no table. Save the roster as XLSX or as “CSV UTF-8” and try again."))
    if content.startswith((ZIP, EMPTY_ZIP, OLE)):
        from assessments.importers.workbook import read_workbook  # noqa: PLC0415 - its library brings numpy, which stays out of the poll

        return read_workbook(content)
    return read_delimited(content)
