"""What the poll's form makes of what arrives."""

import pytest
from django.conf import settings
from django.http import QueryDict

from assessments.forms.poll import PollForm, read_poll_form

CODES = ("kind-to-each-other", "everyday-courtesy")


def read(query: str) -> PollForm:
    return read_poll_form(QueryDict(query), CODES)


class TestStatements:
    @pytest.mark.parametrize("value", ["0", "1", "2", "3", "4", "5"])
    def test_it_takes_five_answers_and_cannot_say(self, value: str) -> None:
        form = read(f"kind-to-each-other={value}&everyday-courtesy=3")
        assert form.errors == {}
        assert form.answers == {"kind-to-each-other": int(value), "everyday-courtesy": 3}

    @pytest.mark.parametrize("value", ["6", "-1", "", "na", "3.0", " 3", "٣", "33"])
    def test_it_refuses_what_is_not_on_the_scale(self, value: str) -> None:
        form = read(f"kind-to-each-other={value}&everyday-courtesy=3")
        assert "not on the scale" in form.errors["kind-to-each-other"]
        assert form.answers == {"everyday-courtesy": 3}

    def test_it_names_every_statement_left_out_in_the_order_of_the_page(self) -> None:
        form = read("")
        assert tuple(form.errors) == CODES
        assert "Cannot say" in form.errors[CODES[0]]

    def test_it_refuses_two_answers_to_one_statement(self) -> None:
        form = read("kind-to-each-other=1&kind-to-each-other=5&everyday-courtesy=3")
        assert "More than one" in form.errors["kind-to-each-other"]
        assert form.answers == {"everyday-courtesy": 3}

    def test_it_does_not_look_at_fields_that_are_not_asked(self) -> None:
        form = read("kind-to-each-other=1&everyday-courtesy=3&no-such-practice=5&code=ABCD")
        assert form.answers == {"kind-to-each-other": 1, "everyday-courtesy": 3}
        assert set(form.values) == {*CODES, "helps", "hinders"}


class TestTexts:
    def test_both_may_stay_empty(self) -> None:
        form = read("kind-to-each-other=1&everyday-courtesy=3")
        assert (form.text("helps"), form.text("hinders"), form.errors) == ("", "", {})

    def test_a_text_may_have_as_many_characters_as_the_page_says(self) -> None:
        data = QueryDict(mutable=True)
        data["helps"] = "ä" * settings.TEXT_LENGTH
        form = read_poll_form(data, ())
        assert form.errors == {}
        data["helps"] += "ä"
        form = read_poll_form(data, ())
        assert list(form.errors) == ["helps"]
        assert form.text("helps") == "ä" * (settings.TEXT_LENGTH + 1)

    def test_a_line_break_counts_once_as_in_the_browser(self) -> None:
        data = QueryDict(mutable=True)
        data["hinders"] = "a\r\n" * (settings.TEXT_LENGTH // 2 - 1) + "aa"
        form = read_poll_form(data, ())
        assert form.errors == {}
        assert "\r" not in form.text("hinders")

    def test_it_strips_spaces_and_what_no_database_takes(self) -> None:
        data = QueryDict(mutable=True)
        data["helps"] = "  Good\0 tools \n"
        assert read_poll_form(data, ()).text("helps") == "Good tools"
