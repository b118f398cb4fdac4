"""The audit of an installation: it finds nothing on an honest one, and each thing that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import connection
from django.test import override_settings

from assessments.models import Box, Code, Cycle, CycleTeam, Figure, Invitation, Participation, Text
from assessments.services.audit import audit_cycle
from assessments.services.closing import abandon_cycle, close_cycle
from assessments.services.findings import Verdict
from tests import factories

pytestmark = pytest.mark.django_db
NORTH = "Sales / North"


def found(cycle: Cycle, verdict: Verdict = Verdict.WRONG) -> list[str]:
    return [finding.words for finding in audit_cycle(cycle=cycle) if finding.verdict == verdict]


def key_file(cycle: Cycle, part: str) -> Path:
    return Path(settings.BALLOT_KEY_DIR) / f"{cycle.uid}.{part}"


@pytest.fixture
def polled(open_cycle: Cycle) -> Cycle:
    factories.answer(open_cycle, NORTH, [4] * 8)
    return open_cycle


@pytest.fixture
def published(transactional_db: None) -> Cycle:
    """Closed for good: its keys are destroyed after the commit. Two teams and their department are shown, with texts."""
    factories.make_organisation({"Sales": 0, "Sales / North": 8, "Sales / South": 6})
    cycle = factories.make_cycle()
    factories.answer(cycle, NORTH, [4, 4, 4, 4, 4, 3, 3, 3], helps="Good tools")
    factories.answer(cycle, "Sales / South", [2, 3, 3, 2, 3, 2], helps="Kind people")
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


class TestOpen:
    def test_an_honest_one_is_in_order(self, polled: Cycle) -> None:
        assert found(polled) == []
        good = "\n".join(found(polled, Verdict.OK))
        assert "All 8 boxes are 4096 bytes long." in good
        assert "as many boxes as answered invitations: 8." in good
        assert "The key files are there, fit what the database says" in good
        assert "The nine tables around a ballot have only the columns of the design" in good

    def test_a_box_of_another_length(self, polled: Cycle) -> None:
        Box.objects.filter(pk=Box.objects.values("pk")[:1]).update(sealed=b"x" * 100)
        assert found(polled) == ["1 of 8 boxes are not 4096 bytes long: they were not made by the poll."]

    def test_a_removed_box(self, polled: Cycle) -> None:
        Box.objects.all()[0].delete()
        assert "7 boxes stand against 8 answered invitations" in found(polled)[0]

    def test_a_copied_box(self, polled: Cycle) -> None:
        first, second = Box.objects.all()[:2]
        Box.objects.filter(pk=second.pk).update(sealed=first.sealed)
        assert found(polled) == ["1 boxes are copies of others: somebody has added them."]

    @pytest.mark.parametrize("part", ["private", "mac"])
    def test_a_key_that_is_gone(self, polled: Cycle, part: str) -> None:
        key_file(polled, part).unlink()
        assert found(polled) == ["The keys of this cycle: a key file is missing or cannot be read."]

    @pytest.mark.parametrize("part", ["private", "mac"])
    def test_a_key_of_another_cycle(self, polled: Cycle, part: str) -> None:
        key_file(polled, part).write_bytes(b"x" * 32)
        assert "not the one that the cycle was opened with" in found(polled)[0]

    def test_a_public_key_put_there_by_hand(self, polled: Cycle) -> None:
        polled.public_key = X25519PrivateKey.generate().public_key().public_bytes_raw()
        assert "not the one that the cycle was opened with" in found(polled)[0]

    def test_a_k_lowered_by_hand(self, polled: Cycle) -> None:
        polled.k = 4
        assert "not the one that the cycle was opened with" in found(polled)[0]

    @pytest.mark.parametrize("part", ["private", "mac"])
    def test_a_key_that_others_may_read(self, polled: Cycle, part: str) -> None:
        key_file(polled, part).chmod(0o640)
        assert "can be read by other accounts" in found(polled)[0]

    def test_a_figure_before_the_close(self, polled: Cycle) -> None:
        Participation.objects.create(team=polled.teams.all()[0], answered=8, invited=8)
        assert found(polled) == ["1 figures or texts of this cycle stand in the database, though it is not closed."]

    def test_debug(self, polled: Cycle) -> None:
        with override_settings(DEBUG=True):
            assert found(polled) == ["DEBUG is on: error pages would show what people have sent."]

    def test_keys_beside_the_database_are_something_to_think_about(self, polled: Cycle, tmp_path: Path) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("the database lies elsewhere")
        assert "a backup of" in found(polled, Verdict.WARNING)[0]


class TestSchema:
    @pytest.mark.parametrize(("column", "kind"), [("created_at", "timestamp"), ("place", "integer")])
    def test_a_column_too_many_is_named(self, polled: Cycle, column: str, kind: str) -> None:
        connection.check_constraints()  # PostgreSQL alters no table whose new rows it has still to check
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE assessments_box ADD COLUMN {column} {kind}")
        assert f"assessments_box: {column}" in found(polled)[0]

    def test_a_trigger_is_named(self, polled: Cycle) -> None:
        body = "BEGIN SELECT 1; END"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
                body = "FOR EACH ROW EXECUTE FUNCTION watch()"
            cursor.execute(f"CREATE TRIGGER watching AFTER INSERT ON assessments_box {body}")
        assert "assessments_box: watching" in found(polled)[0]


class TestClosed:
    def test_an_honest_one_is_in_order(self, published: Cycle) -> None:
        assert found(published) == []
        good = "\n".join(found(published, Verdict.OK))
        assert "No box, invitation or code of this cycle is in the database." in good
        assert "No key file of this cycle is left." in good
        assert "leaves nobody, or 5 people or more, in all 3 units" in good
        assert f"All {Figure.objects.count()} figures stand on at least 5 answers." in good
        numbers = Figure.objects.filter(kind="practice").count() + 3
        assert f"{numbers} shown numbers were collected and solved as equations, by exact arithmetic" in good
        assert "dimensions and overall figures can be computed from printed practices" in good

    def test_a_cycle_in_which_too_few_answered_is_in_order(self, transactional_db: None) -> None:
        factories.make_organisation({"Sales": 6})
        cycle = factories.make_cycle()
        close_cycle(cycle=cycle, now=True)
        cycle.refresh_from_db()
        assert found(cycle) == []

    @staticmethod
    def a_box(cycle: Cycle) -> None:
        Box.objects.create(cycle=cycle, sealed=b"x")

    @staticmethod
    def an_invitation(cycle: Cycle) -> None:
        invitation = Invitation.objects.create(cycle=cycle, team=cycle.teams.all()[0])
        Code.objects.create(digest="0" * 64, invitation=invitation)

    @staticmethod
    def a_key(cycle: Cycle) -> None:
        key_file(cycle, "private").write_bytes(b"x")

    @staticmethod
    def a_key_not_said_to_be_gone(cycle: Cycle) -> None:
        cycle.key_destroyed = False

    @staticmethod
    def a_small_unit(cycle: Cycle) -> None:
        Participation.objects.filter(team__path=NORTH).update(answered=4)

    @staticmethod
    def a_small_remainder(cycle: Cycle) -> None:
        Participation.objects.filter(team__path="Sales").update(answered=16)

    @staticmethod
    def a_small_remainder_of_a_practice(cycle: Cycle) -> None:
        figure = Figure.objects.filter(team__path=NORTH, kind="practice")[0]
        Figure.objects.filter(pk=figure.pk).update(n=6)

    @staticmethod
    def a_figure_of_few(cycle: Cycle) -> None:
        Figure.objects.filter(team__path=NORTH, kind="overall").update(n=4)

    @staticmethod
    def a_figure_of_a_hidden_unit(cycle: Cycle) -> None:
        Participation.objects.filter(team__path="Sales / South").delete()

    @staticmethod
    def a_figure_of_too_many(cycle: Cycle) -> None:
        Figure.objects.filter(team__path=NORTH, kind="overall").update(n=9)

    @staticmethod
    def an_exact_end_of_the_scale(cycle: Cycle) -> None:
        Figure.objects.filter(team__path=NORTH, kind="overall").update(mean="4.9", low=None, high=None)

    @staticmethod
    def a_text_of_few(cycle: Cycle) -> None:
        Text.objects.filter(pk__in=Text.objects.values("pk")[:5]).delete()

    @staticmethod
    def a_text_of_a_hidden_unit(cycle: Cycle) -> None:
        Participation.objects.filter(team__path="Sales").delete()

    WRONGS = {
        "a_box": "still has 1 boxes",
        "an_invitation": "still has 1 invitations, 1 codes",
        "a_key": "Key files of this cycle are left",
        "a_key_not_said_to_be_gone": "does not say that the keys were destroyed",
        "a_small_unit": "can be told by subtraction in: Sales, Sales / North.",
        "a_small_remainder": "can be told by subtraction in: Sales.",
        "a_small_remainder_of_a_practice": "Fewer than 5 answers to a practice can be told by subtraction in: Sales: ",
        "a_figure_of_few": "figures stand on fewer than 5 answers",
        "a_figure_of_a_hidden_unit": "figures belong to units that are not shown",
        "a_figure_of_too_many": "1 have more answers than people who answered",
        "an_exact_end_of_the_scale": "1 means at an end of the scale are exact",
        "a_text_of_few": "Texts of fewer than 10 people",
        "a_text_of_a_hidden_unit": "Texts of fewer than 10 people, or of a unit that is not shown, stand in: Sales.",
    }

    @pytest.mark.parametrize("wrong", WRONGS)
    def test_what_is_wrong_is_said(self, published: Cycle, wrong: str) -> None:
        change: Callable[[Cycle], None] = getattr(self, wrong)
        try:
            change(published)
            assert any(self.WRONGS[wrong] in words for words in found(published)), found(published)
        finally:
            key_file(published, "private").unlink(missing_ok=True)


class TestNotYetOpen:
    def test_a_planned_one_has_nothing(self, open_cycle: Cycle) -> None:
        Invitation.objects.all().delete()
        for part in ("private", "mac", "roll"):
            key_file(open_cycle, part).unlink()
        open_cycle.state = Cycle.State.PLANNED
        assert found(open_cycle) == []


class TestAbandoned:
    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_left_and_nothing_published(self, polled: Cycle) -> None:
        abandon_cycle(cycle=polled, by="HR", why="A key is lost.")
        polled.refresh_from_db()
        assert found(polled) == []
        assert "No key file of this cycle is left." in found(polled, Verdict.OK)


class TestDatabase:
    def test_a_setting_of_the_database_that_keeps_more_is_said(self, published: Cycle) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET log_statement = 'all'")
                try:
                    assert any("log_statement is all" in words for words in found(published, Verdict.WARNING))
                finally:
                    cursor.execute("RESET log_statement")
            else:
                cursor.execute("PRAGMA secure_delete=OFF")
                try:
                    assert found(published) == ["SQLite does not overwrite what is deleted: secure_delete is off."]
                finally:
                    cursor.execute("PRAGMA secure_delete=ON")

    def test_a_log_that_is_not_empty_is_something_to_think_about(self, published: Cycle) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL keeps a log of its own")
        CycleTeam.objects.update(name="changed")
        assert any("write-ahead log has" in words for words in found(published, Verdict.WARNING))


def test_no_finding_has_an_empty_sentence(published: Cycle) -> None:
    findings = audit_cycle(cycle=published)
    assert all(finding.words.endswith(".") for finding in findings)
    assert len({finding.words for finding in findings}) == len(findings) >= 12
