"""Whatever picture HR chooses, what is kept is a small PNG without anything but its pixels."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from assessments.services.logos import KEPT, LogoRefused, draw_logo


def file_of(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def picture(width: int = 600, height: int = 200, colour: str = "#0b5a66") -> Image.Image:
    return Image.new("RGB", (width, height), colour)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def hollow_png(width: int, height: int) -> bytes:
    """Claims a size in its head and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_it_becomes_a_small_png(kind: str) -> None:
    drawn = Image.open(io.BytesIO(draw_logo(file_of(picture(1200, 300), kind))))
    assert drawn.format == "PNG"
    assert drawn.size == KEPT
    assert all(abs(a - b) < 8 for a, b in zip(drawn.convert("RGB").getpixel((5, 5)), (11, 90, 102), strict=True))


def test_a_small_one_is_not_blown_up() -> None:
    assert Image.open(io.BytesIO(draw_logo(file_of(picture(60, 20))))).size == (60, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_any_kind_of_colours_will_do(mode: str) -> None:
    assert draw_logo(file_of(Image.new(mode, (50, 50)))).startswith(b"\x89PNG")


def test_what_is_clear_stays_clear() -> None:
    drawn = Image.open(io.BytesIO(draw_logo(file_of(Image.new("RGBA", (50, 50), (10, 20, 30, 0))))))
    assert drawn.getpixel((5, 5))[3] == 0


class TestMetadata:
    def test_place_camera_and_comments_are_gone(self) -> None:
        exif = Image.Exif()
        exif[0x010F], exif[0x9286] = "SecretCamera", "SecretComment"
        exif.get_ifd(0x8825)[1] = "N"
        drawn = draw_logo(file_of(picture(), "JPEG", exif=exif, comment=b"SecretComment"))
        assert b"Secret" not in drawn
        assert not Image.open(io.BytesIO(drawn)).getexif()

    def test_texts_and_profiles_of_a_png_are_gone(self) -> None:
        words = PngInfo()
        words.add_text("Author", "SecretAuthor")
        drawn = draw_logo(file_of(picture(), pnginfo=words, icc_profile=b"SecretProfile"))
        kinds = {drawn[at + 4 : at + 8] for at in chunk_places(drawn)}
        assert kinds == {b"IHDR", b"IDAT", b"IEND"}

    def test_a_picture_taken_sideways_is_turned_first(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        assert Image.open(io.BytesIO(draw_logo(file_of(picture(100, 40), "JPEG", exif=exif)))).size == (40, 100)


def chunk_places(png: bytes) -> list[int]:
    places, at = [], 8
    while at < len(png):
        places.append(at)
        at += 12 + int(struct.unpack(">I", png[at : at + 4])[0])
    return places


class TestAttacks:
    @pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04 a second file", b"<?php echo 1; ?>"])
    def test_a_second_file_behind_the_picture_is_gone(self, tail: bytes) -> None:
        assert tail not in draw_logo(file_of(picture()) + tail)

    @pytest.mark.parametrize("size", [(50_000, 50_000), (4001, 10), (10, 4001), (20_000, 20_000)])
    def test_a_bomb_is_refused_by_its_head_alone(self, size: tuple[int, int]) -> None:
        with pytest.raises(LogoRefused, match="4,000 pixels"):
            draw_logo(hollow_png(*size))

    def test_the_largest_side_is_still_taken(self) -> None:
        assert draw_logo(file_of(Image.new("1", (4000, 20)))).startswith(b"\x89PNG")

    def test_a_file_over_2_mb_is_refused(self) -> None:
        with pytest.raises(LogoRefused, match="2 MB"):
            draw_logo(b"\x89PNG" + b"\0" * (2 * 2**20))

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not a picture",
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
            b"%PDF-1.7 ...",
        ],
    )
    def test_what_is_no_picture_is_refused(self, data: bytes) -> None:
        with pytest.raises(LogoRefused, match="PNG, JPEG or WebP"):
            draw_logo(data)

    @pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
    def test_other_kinds_of_pictures_are_refused(self, kind: str) -> None:
        with pytest.raises(LogoRefused):
            draw_logo(file_of(picture(64, 64), kind))

    def test_a_text_that_unpacks_to_far_more_is_refused_or_dropped(self) -> None:
        bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 100_000_000, 9))
        whole = file_of(picture())
        try:
            drawn = draw_logo(whole[:33] + bomb + whole[33:])
        except LogoRefused:
            return
        assert len(drawn) < 10_000
