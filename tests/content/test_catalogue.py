"""The shipped practices and questionnaires, and what the loader says about broken ones."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from assessments.content.catalogue import HERE, TEXTS, ContentError, PracticeText, read_catalogue

CATALOGUE = read_catalogue()
LIST = Path(__file__).parent.parent / "data" / "practices.csv"
PRACTICES = pytest.mark.parametrize("practice", CATALOGUE.practices, ids=lambda practice: practice.code)


class TestPractices:
    def test_they_are_exactly_the_59_of_the_list(self) -> None:
        with LIST.open(encoding="utf-8", newline="") as file:
            wanted = [
                (row["dimension"], row["practice"], row["title"], set(row["sources"].split(";"))) for row in csv.DictReader(file)
            ]
        found = [(practice.dimension, practice.code, practice.title, set(practice.sources)) for practice in CATALOGUE.practices]
        assert len(found) == 59
        assert sorted(found, key=lambda row: row[1]) == sorted(wanted, key=lambda row: row[1])

    def test_only_commitment_is_a_result(self) -> None:
        assert [dimension.code for dimension in CATALOGUE.dimensions if dimension.outcome] == ["commitment"]
        assert len(CATALOGUE.dimensions) == 10

    @PRACTICES
    def test_a_statement_is_short_and_says_one_thing(self, practice: PracticeText) -> None:
        assert len(practice.team.split()) <= 15
        assert len(practice.manager.split()) <= 20
        for statement in (practice.team, practice.manager):
            assert not re.search(r"\b(always|never|because)\b", statement, re.IGNORECASE), statement
            assert statement.endswith(".")

    @PRACTICES
    def test_every_text_is_there_and_has_no_loose_ends(self, practice: PracticeText) -> None:
        for key in TEXTS:
            text = getattr(practice, key)
            assert text
            assert "  " not in text
            assert "TODO" not in text
        assert practice.talk.endswith("?")

    @pytest.mark.parametrize("key", [key for key in TEXTS if key != "title"])
    def test_no_two_are_alike(self, key: str) -> None:
        texts = [re.sub(r"\W+", " ", getattr(practice, key)).casefold().strip() for practice in CATALOGUE.practices]
        assert len(set(texts)) == len(texts)

    def test_every_source_is_an_article_and_every_article_a_source(self) -> None:
        assert {source for practice in CATALOGUE.practices for source in practice.sources} == set(CATALOGUE.articles)


class TestQuestionnaires:
    BY_CODE = {questionnaire.code: questionnaire for questionnaire in CATALOGUE.questionnaires}

    def test_the_full_review_asks_everything(self) -> None:
        assert self.BY_CODE["full-review"].practices == tuple(practice.code for practice in CATALOGUE.practices)

    def test_the_quarterly_check_asks_three_of_each_dimension(self) -> None:
        asked = self.BY_CODE["quarterly-check"].practices
        dimension_of = {practice.code: practice.dimension for practice in CATALOGUE.practices}
        counts = {dimension.code: 0 for dimension in CATALOGUE.dimensions}
        for code in asked:
            counts[dimension_of[code]] += 1
        assert set(counts.values()) == {3}
        assert len(set(asked)) == 30
        assert {code for code, dimension in dimension_of.items() if dimension == "commitment"} <= set(asked)

    @pytest.mark.parametrize(
        "code", ["kind-to-each-other", "leaders-model-behaviour", "expert-knowledge", "authority-to-help", "reward-good-service"]
    )
    def test_the_quarterly_check_asks_what_csculture_is_named_for(self, code: str) -> None:
        assert code in self.BY_CODE["quarterly-check"].practices

    def test_it_asks_in_the_order_of_the_catalogue(self) -> None:
        order = [practice.code for practice in CATALOGUE.practices]
        for questionnaire in CATALOGUE.questionnaires:
            assert list(questionnaire.practices) == sorted(questionnaire.practices, key=order.index)


KINDNESS = "practices/kindness.toml"
CHECK = "questionnaires/quarterly-check.toml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


class TestErrors:
    """Each names the file and the key."""

    @pytest.mark.parametrize(
        ("file", "old", "new", "message"),
        [
            (KINDNESS, "[kind-to-each-other]", "[kind-to-each-other", r"^kindness\.toml: .*line"),
            (KINDNESS, "why     = ", "because = ", r"^kindness\.toml: kind-to-each-other: why is missing"),
            (KINDNESS, "talk    = ", 'extra = "x"\ntalk    = ', r"^kindness\.toml: kind-to-each-other: extra is not a known key"),
            (KINDNESS, '["000", "004"]', '["000", "999"]', r"^kindness\.toml: kind-to-each-other: sources must name"),
            (KINDNESS, '["000", "004"]', "[]", r"^kindness\.toml: kind-to-each-other: sources must name"),
            (KINDNESS, '["000", "004"]', '[["000"]]', r"^kindness\.toml: kind-to-each-other: sources must name"),
            (KINDNESS, "[same-respect-for-all]", "[kind-to-each-other]", r"^kindness\.toml: "),
            (KINDNESS, "[same-respect-for-all]", "[line-of-sight]", r"line-of-sight: this code stands twice"),
            (
                KINDNESS,
                '"People here are kind to each other."',
                f'"{"kind " * 16}"',
                r"^kindness\.toml: kind-to-each-other: team has more than 15 words",
            ),
            (
                KINDNESS,
                '"In my team, people are kind to each other."',
                f'"{"kind " * 21}"',
                r"^kindness\.toml: kind-to-each-other: manager has more than 20 words",
            ),
            (
                KINDNESS,
                '"Everybody gets the same respect here, from the cleaner to the customer."',
                '"People here are kind to each other."',
                r"^kindness\.toml: same-respect-for-all: also stands at kind-to-each-other",
            ),
            (CHECK, '"kind-to-each-other"', '"kind-to-others"', r"^quarterly-check\.toml: practices: kind-to-others is not"),
            (CHECK, '"everyday-courtesy"', '"kind-to-each-other"', r"^quarterly-check\.toml: practices: .* stands twice"),
            (CHECK, "practices = [", "others = [", r"^quarterly-check\.toml: practices must be a list"),
            (CHECK, "title = ", "name = ", r"^quarterly-check\.toml: questionnaire: title is missing"),
            ("articles.toml", "title = ", "name = ", r"^articles\.toml: 000: title is missing"),
            ("dimensions.toml", "about = ", "more = ", r"^dimensions\.toml: kindness: about is missing"),
        ],
    )
    def test_a_broken_file_is_named(self, content: Path, file: str, old: str, new: str, message: str) -> None:
        text = (content / file).read_text(encoding="utf-8")
        assert old in text
        (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ContentError, match=message):
            read_catalogue(content)

    def test_a_missing_file_is_named(self, content: Path) -> None:
        (content / KINDNESS).unlink()
        with pytest.raises(ContentError, match=r"^kindness\.toml: cannot be read: No such file"):
            read_catalogue(content)

    def test_a_file_that_is_not_utf_8_is_named(self, content: Path) -> None:
        (content / KINDNESS).write_bytes(b'[a]\ntitle = "\xff"\n')
        with pytest.raises(ContentError, match=r"^kindness\.toml: "):
            read_catalogue(content)

    def test_an_unchanged_copy_reads_the_same(self, content: Path) -> None:
        assert read_catalogue(content) == CATALOGUE
