"""QR codes: a picture of modules, without style, script, or the text itself."""

import re

import segno
from django.template import Context, Template

LINK = "https://culture.example.org/a/#K7QM-2RXD-9HTV-4C8N"


def picture(content: str) -> str:
    return Template("{% load qr %}{% qr_code content %}").render(Context({"content": content}))


def test_it_draws_the_modules_of_the_content() -> None:
    matrix = segno.make_qr(LINK, error="m").matrix
    drawn = picture(LINK)
    dark = sum(int(length) for length in re.findall(r"h(\d+)", drawn.split('stroke="#000"')[1]))
    assert dark == sum(map(sum, matrix))
    assert f'viewBox="0 0 {len(matrix) + 8} {len(matrix) + 8}"' in drawn  # four modules of quiet zone on each side


def test_it_carries_no_style_and_nothing_to_be_escaped() -> None:
    drawn = picture('"><script>alert(1)</script>')
    assert "script" not in drawn
    assert "style" not in drawn
    assert "class" not in drawn


def test_it_is_hidden_from_screen_readers() -> None:
    assert picture(LINK).startswith('<svg aria-hidden="true" focusable="false"')
