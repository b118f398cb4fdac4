"""An action as a calendar file: one all-day event (RFC 5545)."""

import datetime
from collections.abc import Iterator

from assessments.results.plans import CalendarEntry

OCTETS = 75  # of a line, without its end


def calendar_file(entry: CalendarEntry) -> bytes:
    """Lines folded at 75 octets and ended by CRLF. No alarm: when to be reminded is the reader's own choice."""
    stamp = entry.changed_at.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//csculture//actions//EN",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{entry.changes}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + datetime.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.title)}",
        f"DESCRIPTION:{_escaped(entry.about)}",
        f"URL:{entry.url}",
        "STATUS:CANCELLED" if entry.cancelled else "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",  # a day to have something done by blocks nobody's time
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _escaped(text: str) -> str:
    """Backslash first, or it would escape the escapes; control characters have no place in a text value."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(letter for letter in text if letter == "\n" or letter.isprintable())
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """At most 75 octets each, never inside a letter; what goes on begins with a blank."""
    part = b""
    for letter in line:
        encoded = letter.encode()
        if len(part) + len(encoded) > OCTETS:
            yield part
            part = b" "
        part += encoded
    yield part
