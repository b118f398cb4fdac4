"""What is shown of a closed cycle is collected and attacked: an honest one withstands, and each thing that is wrong is said."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from assessments.analysis import scoring, shares
from assessments.analysis.disclosure import DisclosureBreach
from assessments.analysis.values import Mean
from assessments.models import Cycle, Figure, Participation
from assessments.services import disclosure_audit
from assessments.services.closing import close_cycle
from assessments.services.disclosure_audit import audit_figures, verify_published
from assessments.services.findings import Verdict
from tests import factories

NORTH, SOUTH = "Sales / North", "Sales / South"


def found(cycle: Cycle, verdict: Verdict = Verdict.WRONG) -> list[str]:
    return [finding.words for finding in audit_figures(cycle=cycle) if finding.verdict == verdict]


def practices(path: str) -> "Figure.objects":  # type: ignore[name-defined]
    return Figure.objects.filter(team__path=path, kind="practice")


@pytest.fixture
def published(db: None) -> Cycle:
    """Sales (25) with North (12) and South (13): all three show shares and classes."""
    factories.make_organisation({"Sales": 0, NORTH: 12, SOUTH: 13})
    cycle = factories.make_cycle()
    factories.answer(cycle, NORTH, [2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4])
    factories.answer(cycle, SOUTH, [2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5])
    close_cycle(cycle=cycle, now=True)
    cycle.refresh_from_db()
    return cycle


def test_an_honest_cycle_withstands(published: Cycle) -> None:
    assert practices(NORTH).filter(share__isnull=False, middle__isnull=False).exists()
    assert found(published) == found(published, Verdict.WARNING) == []
    verify_published(published)


def test_a_cycle_that_shows_nothing_is_in_order(db: None) -> None:
    factories.make_organisation({"Sales": 6})
    cycle = factories.make_cycle()
    close_cycle(cycle=cycle, now=True)
    assert found(cycle) == []
    verify_published(cycle)


class TestWrongs:
    """Rows changed by hand, each by its smallest stroke."""

    @staticmethod
    def a_head_alone() -> None:
        Participation.objects.filter(team__path="Sales").update(answered=26)

    @staticmethod
    def a_practice_of_a_few() -> None:
        Figure.objects.filter(pk=practices(NORTH)[0].pk).update(n=9)

    @staticmethod
    def a_share_of_nine() -> None:
        figure = practices(NORTH)[0]
        Figure.objects.filter(kind="practice", code=figure.code, team__path="Sales").update(n=22)
        Figure.objects.filter(pk=figure.pk).update(n=9)

    @staticmethod
    def classes_whose_difference_is_small() -> None:
        code = practices(NORTH)[0].code
        Figure.objects.filter(team__path=SOUTH, kind="practice", code=code).update(share=None, middle=None, n=7)
        Figure.objects.filter(kind="practice", code=code, team__path__in=["Sales", "Whole organisation"]).update(n=19)

    @staticmethod
    def strong_ends_of_few() -> None:
        Figure.objects.filter(pk=practices(NORTH)[0].pk).update(strongly_agree=15)

    SAID = {
        "strong_ends_of_few": (
            "shares of fewer than 10 answers can be told by subtraction in: Sales / North: ",
            "Sales / North (",
        ),
        "a_head_alone": ("Fewer than 5 people can be told by subtraction in: Sales.", "Sales − Sales / North − Sales / South"),
        "a_practice_of_a_few": (
            "answers to a practice can be told by subtraction in: Sales: ",
            "Sales − Sales / North − Sales / South (",
        ),
        "a_share_of_nine": (
            "The shares of fewer than 10 answers can be told by subtraction in: Sales / North: ",
            "Sales / North (",
        ),
        "classes_whose_difference_is_small": (
            "shares of fewer than 10 answers can be told by subtraction in: Sales: ",
            "Sales − Sales / North (",
        ),
    }

    @pytest.mark.parametrize("wrong", SAID)
    def test_recount_elimination_and_the_check_at_closing_all_find_it(self, published: Cycle, wrong: str) -> None:
        change: Callable[[], None] = getattr(self, wrong)
        change()
        words = "\n".join(found(published))
        recounted, solved = self.SAID[wrong]
        assert recounted in words
        assert solved in words.split("by adding and subtracting what is shown")[1]
        with pytest.raises(DisclosureBreach, match="could be told by subtraction in Sales"):
            verify_published(published)

    def test_an_index_that_tells_more_than_its_practices(self, published: Cycle) -> None:
        figure = Figure.objects.filter(team__path=NORTH, kind="dimension")[0]
        Figure.objects.filter(pk=figure.pk).update(mean=figure.mean + 1)
        assert "2 of" in found(published)[0]  # the overall figure does not follow from it either
        assert "dimensions and overall figures are not what the printed practices give" in found(published)[0]

    def test_means_that_no_answers_give(self, published: Cycle) -> None:
        figure = practices("Sales")[0]
        Figure.objects.filter(pk=figure.pk).update(mean="4.4")
        assert f"No answers fit the printed figures of “{figure.code}”: one was changed by hand." in found(published)


def test_a_clip_that_can_be_undone_is_found(db: None) -> None:
    """Six people all choose 5: the department is printed so that its mean does not give that away, beside the other team's 4.0."""
    factories.make_organisation({"Sales": 0, NORTH: 6, SOUTH: 6})
    cycle = factories.make_cycle()
    factories.answer(cycle, NORTH, [5] * 6)
    factories.answer(cycle, SOUTH, [4] * 6)
    close_cycle(cycle=cycle, now=True)
    assert found(cycle) == found(cycle, Verdict.WARNING) == []
    Figure.objects.filter(kind="practice", team__path__in=["Sales", "Whole organisation"]).update(mean="4.5", op="=")
    words = next(words for words in found(cycle) if "beyond the “or more” or “or less” on them" in words)
    assert "could be sure that everybody gave the same answer" in words
    assert NORTH not in words


def test_the_audit_and_what_publishes_agree_on_the_rules() -> None:
    assert (disclosure_audit.SHARES_FROM, disclosure_audit.SIDES_FROM) == (shares.SHARES_FROM, shares.FIVE_CLASSES_FROM)
    for means in ([Mean(Decimal("4.6"), ">="), Mean(Decimal("3.3"))], [Mean(Decimal("1.4"), "<="), Mean(Decimal("1.9"))]):
        assert disclosure_audit._index(means) == scoring.index_of(means)


def test_no_sentence_tells_how_small_a_hidden_group_is(closed_cycle: Cycle) -> None:
    Participation.objects.filter(team__path="Sales").update(answered=16)
    for finding in audit_figures(cycle=closed_cycle):
        assert "2 answers" not in finding.words
        assert "2 people" not in finding.words
        assert finding.words.endswith(".")
