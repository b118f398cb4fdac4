"""Codes: how they are drawn, read as typed, and kept."""

import re

import pytest
from django.test import override_settings

from assessments.services.codes import ALPHABET, code_digest, draw_code, read_code

CODE = "K7QM-2RXD-9HTV-4C8N"


def test_the_alphabet_has_32_characters_and_none_that_looks_like_another() -> None:
    assert len(set(ALPHABET)) == 32  # 16 of them make 80 bits
    assert not set(ALPHABET) & set("01IO")


def test_a_code_is_four_groups_of_four_and_never_the_same() -> None:
    codes = {draw_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{3}}", code) for code in codes)
    assert set("".join(codes)) == {*ALPHABET, "-"}


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        "k7qm2rxd9htv4c8n",
        " K7QM 2RXD 9HTV 4C8N\n",
        "K7QM–2RXD—9HTV-4C8N",
        "K7QM\u00a02RXD\t9HTV\u20094C8N",
        f"#{CODE}",
        "K 7 Q M 2 R X D 9 H T V 4 C 8 N",
    ],
)
def test_spaces_hyphens_and_small_letters_do_not_matter(typed: str) -> None:
    assert read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "K7QM", CODE + "A", CODE[:-1], CODE.replace("7", "0"), CODE.replace("K", "I"), "Ä" * 16, "x" * 10_000]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_the_digest_is_keyed_by_the_server() -> None:
    here = code_digest(CODE)
    assert re.fullmatch("[0-9a-f]{64}", here)
    assert here == code_digest(CODE)
    with override_settings(SECRET_KEY="another server"):
        assert code_digest(CODE) != here
