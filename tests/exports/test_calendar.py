"""A calendar file as RFC 5545 wants it, read back by a small reader of our own."""

import datetime

import pytest

from assessments.exports.calendar import calendar_file
from assessments.results.plans import CalendarEntry

AT = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)


def entry(**changed: object) -> CalendarEntry:
    values: dict = {
        "uid": "action-1@csculture",
        "day": datetime.date(2026, 12, 31),
        "title": "Say thank you",
        "about": "Recognition, Store 12",
        "url": "https://culture.example.org/actions/1/",
        "changed_at": AT,
        "changes": 2,
        "cancelled": False,
    }
    return CalendarEntry(**values | changed)


def read(file: bytes) -> dict[str, str]:
    """Unfolded, unescaped."""
    text = file.decode().replace("\r\n ", "")
    found = {}
    for line in text.split("\r\n")[:-1]:
        name, _colon, value = line.partition(":")
        found[name] = value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    return found


def test_it_is_one_event_of_a_whole_day() -> None:
    found = read(calendar_file(entry()))
    assert found["DTSTART;VALUE=DATE"] == "20261231"
    assert found["DTEND;VALUE=DATE"] == "20270101"
    assert found["SUMMARY"] == "Say thank you"
    assert found["DESCRIPTION"] == "Recognition, Store 12"
    assert found["URL"] == "https://culture.example.org/actions/1/"
    assert found["STATUS"] == "CONFIRMED"


def test_its_frame_is_the_one_every_calendar_asks_for() -> None:
    lines = calendar_file(entry()).decode().split("\r\n")
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//csculture//actions//EN"]
    assert lines[3] == "BEGIN:VEVENT"
    assert lines[-3:] == ["END:VEVENT", "END:VCALENDAR", ""]


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    before, after = read(calendar_file(entry())), read(calendar_file(entry(changes=3, day=datetime.date(2027, 1, 4))))
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_the_moment_is_told_in_utc() -> None:
    somewhere = datetime.timezone(datetime.timedelta(hours=5))
    assert read(calendar_file(entry(changed_at=AT.astimezone(somewhere))))["DTSTAMP"] == "20261122T093000Z"


def test_a_dropped_action_is_cancelled() -> None:
    assert read(calendar_file(entry(cancelled=True)))["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("title", ["One; two, three\\four", "First\nsecond", "First\r\nsecond", "a:b", "\\n is no line break"])
def test_what_was_written_comes_back(title: str) -> None:
    file = calendar_file(entry(title=title)).decode()
    line = next(line for line in file.split("\r\n") if line.startswith("SUMMARY"))
    assert "\n" not in line
    escaped = line.removeprefix("SUMMARY:")
    letters, back = iter(escaped), ""
    for letter in letters:
        follows = next(letters) if letter == "\\" else ""
        back += {"n": "\n"}.get(follows, follows) if follows else letter
    assert back == title.replace("\r\n", "\n")


@pytest.mark.parametrize("letter", ["a", "é", "字", "👋"])
def test_no_line_is_longer_than_75_octets_and_none_ends_inside_a_letter(letter: str) -> None:
    file = calendar_file(entry(title=letter * 300))
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])
    assert read(file)["SUMMARY"] == letter * 300


def test_what_is_typed_cannot_become_a_line_of_its_own() -> None:
    file = calendar_file(entry(title="x\r\nATTENDEE:mailto:a@example.org\x0b\x00")).decode()
    assert not any(line.startswith("ATTENDEE") for line in file.split("\r\n"))
    assert "\x00" not in file
