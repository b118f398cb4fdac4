"""A questionnaire as a file: what is written is read back the same, and an error names its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.content.catalogue import DimensionText, PracticeText
from assessments.content.files import MAX_BYTES, FileFault, ItemText, QuestionnaireFile, decode, read_file, write_file
from assessments.content.wording import faults_of

LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=30).map(str.strip)
TEXT = LINE.filter(lambda text: any(character.isalnum() for character in text))
CODES = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


@st.composite
def files(draw: st.DrawFn) -> QuestionnaireFile:
    codes = draw(st.lists(CODES, min_size=1, max_size=5, unique=True))
    statements = [draw(st.lists(TEXT, min_size=len(codes), max_size=len(codes), unique=True)) for _ in range(2)]
    items = tuple(ItemText(*item) for item in zip(codes, *statements, strict=True))
    own = draw(st.lists(CODES, max_size=3, unique=True))
    practices = tuple(PracticeText(f"own-{code}", draw(CODES), (), *(draw(TEXT) for _ in range(9))) for code in own)
    dimensions = tuple(DimensionText(f"own-{code}", draw(TEXT), draw(TEXT), outcome=False) for code in own)
    return QuestionnaireFile(draw(CODES), draw(TEXT), items, practices, dimensions)


def is_sound(file: QuestionnaireFile) -> bool:
    return not any(faults_of({item.practice: getattr(item, key) for item in file.items}) for key in ("team", "manager"))


@pytest.mark.parametrize("kind", ["toml", "json"])
@given(file=files().filter(is_sound))
@settings(max_examples=30)
def test_what_is_written_is_read_back_the_same(kind: str, file: QuestionnaireFile) -> None:
    assert read_file(write_file(file, kind), kind) == file


GOOD = QuestionnaireFile("check", "Check", (ItemText("kind", "We are kind.", "They are kind."),))


def test_a_file_reads_like_a_page() -> None:
    assert write_file(GOOD, "toml") == (
        'code = "check"\ntitle = "Check"\n\n[[items]]\npractice = "kind"\nteam = "We are kind."\nmanager = "They are kind."\n'
    )


@pytest.mark.parametrize(
    ("old", "new", "what", "place"),
    [
        ('title = "Check"', 'title = "Check', "unreadable", ""),
        ('title = "Check"', "title = 5", "missing", "title"),
        ('title = "Check"', 'name = "Check"', "unknown key", "name"),
        ('code = "check"', 'code = "Check one"', "no code", "code"),
        ("[[items]]", "[[questions]]", "unknown key", "questions"),
        ("[[items]]", "[items]", "no list", "items"),
        ('team = "We are kind."', 'team = " "', "missing", "items 1: team"),
        ('team = "We are kind."', f'team = "{"x" * 201}"', "too long", "items 1: team"),
        ('team = "We are kind."', 'team = "…"', "empty", "items 1: team"),
        ("[[items]]", '[[items]]\npractice = "other"\nteam = "We are kind"\nmanager = "x"\n[[items]]', "twice", "items 2: team"),
        ("[[items]]", '[[items]]\npractice = "kind"\nteam = "We"\nmanager = "x"\n[[items]]', "twice", "items 2"),
        ("[[items]]", '[[dimensions]]\ncode = "kindness"\ntitle = "a"\nabout = "b"\n[[items]]', "not own", "dimensions 1: code"),
    ],
)
def test_an_error_names_its_place(old: str, new: str, what: str, place: str) -> None:
    text = write_file(GOOD, "toml")
    assert old in text
    with pytest.raises(FileFault) as fault:
        read_file(text.replace(old, new, 1), "toml")
    assert (fault.value.what, fault.value.place) == (what, place)


def test_a_slip_in_json_is_told_with_its_line() -> None:
    with pytest.raises(FileFault) as fault:
        read_file('{\n"code": "check",\n}', "json")
    assert (fault.value.what, fault.value.place) == ("unreadable", "line 3")


@pytest.mark.parametrize("text", ["[]", "5", '"x"', "{}"])
def test_other_json_is_no_questionnaire(text: str) -> None:
    with pytest.raises(FileFault):
        read_file(text, "json")


def test_other_bytes_and_huge_files_are_refused() -> None:
    for content, what in ((b"a\n\xff", "not utf-8"), (b"x" * (MAX_BYTES + 1), "too large")):
        with pytest.raises(FileFault) as fault:
            decode(content)
        assert fault.value.what == what


def test_a_mark_of_a_windows_editor_does_no_harm() -> None:
    assert read_file(decode(b"\xef\xbb\xbf" + write_file(GOOD, "toml").replace("\n", "\r\n").encode()), "toml") == GOOD
