"""Texts after the close: HR destroys those that name a person, then releases the rest."""

import contextlib
import itertools
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from assessments.models import Act, Cycle, Text, User
from assessments.services.ballots import find_entry, submit_ballot
from assessments.services.closing import close_cycle
from assessments.services.texts import CannotRelease, hide_text, release_texts
from tests import factories
from tests.attack.conftest import every_log  # noqa: F401 - a fixture
from tests.attack.evidence import log_position, take_copy

NAMED = "Zacharias Quandt never helps anybody"
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's files")


def write(cycle: Cycle, team: str, helps: Sequence[str], hinders: Sequence[str] = ()) -> None:
    """One ballot with these texts from each of as many people of a unit."""
    free = cycle.invitations.filter(team__path=team, answered=False).order_by("pk")[: len(helps)]
    for invitation, first, second in itertools.zip_longest(free, helps, hinders, fillvalue=""):
        entry = find_entry(code=factories.give_code(invitation))
        submit_ballot(entry=entry, answers=factories.all_answers(cycle, 4), helps=first, hinders=second)


@pytest.fixture
def read(open_cycle: Cycle) -> Cycle:
    """Closed, with fourteen texts on Sales, one of which names somebody; nothing on hinders anywhere."""
    write(open_cycle, "Sales / North", [NAMED, *(f"Tool {number}" for number in range(7))])
    write(open_cycle, "Sales / South", ["Kind people"] * 6)
    close_cycle(cycle=open_cycle, now=True)
    open_cycle.refresh_from_db()
    return open_cycle


@pytest.fixture
def many(db: None) -> Cycle:
    """Sixty people write two texts each, of very different lengths; all stand on one unit."""
    factories.make_organisation({"Sales": 60})
    cycle = factories.make_cycle()
    chance = random.Random(1)
    texts = [f"mark{number:04}-{'x' * chance.randrange(5, 480)}" for number in range(60)]
    write(cycle, "Sales", texts, texts)
    close_cycle(cycle=cycle, now=True)
    return cycle


@pytest.mark.django_db(transaction=True)
class TestHiding:
    def named(self) -> Text:
        return Text.objects.get(text=NAMED)

    def test_nothing_of_it_is_left_but_a_mark(self, read: Cycle, hr: User) -> None:
        before = Text.objects.count()
        text = self.named()
        assert hide_text(text=text, by=hr)
        assert Text.objects.count() == before
        mark = Text.objects.get(hidden=True)
        assert (mark.pk, mark.team_id, mark.question, mark.text) == (text.pk, text.team_id, text.question, "")

    def test_it_is_noted_without_the_text_and_its_place(self, read: Cycle, hr: User) -> None:
        hide_text(text=self.named(), by=hr)
        act = Act.objects.get()
        assert (act.who, act.what, act.cycle, act.why) == (str(hr), "hide", read, "")

    def test_a_second_time_changes_nothing_and_is_not_noted(self, read: Cycle, hr: User) -> None:
        text = self.named()
        hide_text(text=text, by=hr)
        hide_text(text=text, by=hr)
        assert Act.objects.count() == 1
        assert Text.objects.filter(hidden=True).count() == 1

    def test_after_the_release_it_still_can_be_hidden(self, read: Cycle, hr: User) -> None:
        release_texts(cycle=read, by=hr)
        hide_text(text=self.named(), by=hr)
        assert not Text.objects.filter(text=NAMED).exists()

    def test_the_place_of_its_row_does_not_tell_what_it_began_with(self, read: Cycle, hr: User) -> None:
        """Texts are stored in the order of their wording: a row changed where it stands would give the neighbours away."""
        hide_text(text=Text.objects.filter(text="Kind people")[0], by=hr)
        rows = take_copy().texts
        assert max(rows, key=lambda row: row.place).values == ("",)

    def test_a_hidden_row_cannot_hold_a_text(self, read: Cycle) -> None:
        with pytest.raises(IntegrityError, match="text_hidden_is_empty"):
            Text.objects.update(hidden=True)


@pytest.mark.django_db(transaction=True)
class TestFiles:
    def test_the_original_is_in_no_file_and_no_log(self, read: Cycle, hr: User, every_log: list[str]) -> None:  # noqa: F811
        since = log_position()
        connection.force_debug_cursor = True
        text = Text.objects.get(text=NAMED)
        assert take_copy(since=since).files_with(NAMED.encode())
        every_log.clear()  # the test itself has asked for the text by its words
        assert hide_text(text=text, by=hr)
        connection.force_debug_cursor = False
        left = take_copy(since=since).files_with(NAMED.encode())
        assert not {name for name in left if not name.startswith("pg_wal/")}
        lines = "\n".join(every_log)
        assert "DELETE FROM" in lines  # statements are in the log: the search looks at the right thing
        assert NAMED not in lines

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
    def test_nor_where_an_older_transaction_is_open_elsewhere_in_the_database(self, read: Cycle, hr: User) -> None:
        since = log_position()
        other = connection.copy()
        with contextlib.closing(other), other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_current_xact_id()")
            assert hide_text(text=Text.objects.get(text=NAMED), by=hr)
            left = take_copy(since=since).files_with(NAMED.encode())
        assert not {name for name in left if not name.startswith("pg_wal/")}

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's planner keeps no samples here")
    def test_nor_among_the_samples_that_the_planner_took_meanwhile(self, many: Cycle, hr: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does every now and then
        text = Text.objects.exclude(hidden=True)[7]
        assert hide_text(text=text, by=hr)
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(string_agg(most_common_vals::text || histogram_bounds::text, ' '), '') FROM pg_stats")
            assert text.text[:9] not in cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'assessments_text'")
            assert cursor.fetchone()[0] > 0  # of the other columns there are some

    def test_however_often_pages_were_split_and_filled_again(self, many: Cycle, hr: User) -> None:
        chance = random.Random(2)
        texts = list(Text.objects.exclude(hidden=True))
        since = log_position()
        for text in chance.sample(texts, 50):
            assert hide_text(text=text, by=hr)
        kept = {f"{row.question}{row.text}" for row in Text.objects.exclude(hidden=True)}
        gone = [text.text.encode() for text in texts if not {f"helps{text.text}", f"hinders{text.text}"} & kept]
        copy = take_copy(since=since)
        contents = [content for name, content in copy.files.items() if not name.startswith("pg_wal/")]
        assert gone
        assert copy.files_with(b"mark0")
        assert not [text for text in gone if any(text[:9] in content for content in contents)]

    @on_sqlite
    def test_somebody_who_reads_meanwhile_is_told_of(self, read: Cycle, hr: User, caplog: pytest.LogCaptureFixture) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 20")
        reader = sqlite3.connect(Path(str(connection.settings_dict["NAME"])), isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM assessments_text").fetchone()
        text = Text.objects.get(text=NAMED)
        assert not hide_text(text=text, by=hr)
        assert not Text.objects.filter(text=NAMED).exists()
        assert "did not succeed" in caplog.text
        assert NAMED not in caplog.text
        reader.close()
        assert hide_text(text=text, by=hr)  # as the page and the log say
        assert not take_copy().files_with(NAMED.encode())


class TestReleasing:
    def test_it_is_noted_once_and_stays(self, closed_cycle: Cycle, hr: User) -> None:
        release_texts(cycle=closed_cycle, by=hr)
        release_texts(cycle=closed_cycle, by=hr)
        closed_cycle.refresh_from_db()
        assert closed_cycle.texts_released
        act = Act.objects.get()
        assert (act.who, act.what, act.cycle) == (str(hr), "release", closed_cycle)

    def test_a_closed_cycle_begins_unreleased(self, closed_cycle: Cycle) -> None:
        assert not closed_cycle.texts_released

    def test_before_the_close_it_is_refused(self, open_cycle: Cycle, hr: User) -> None:
        with pytest.raises(CannotRelease, match="is open"):
            release_texts(cycle=open_cycle, by=hr)
        open_cycle.refresh_from_db()
        assert not open_cycle.texts_released
        assert not Act.objects.exists()
