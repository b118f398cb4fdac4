"""The organisation's logo: whatever picture comes in, what is kept is a PNG that this server has drawn itself.

Nothing of the file but its pixels survives: no place and camera in it, no second file behind it, no script. SVG is refused, since
it may carry scripts and addresses of other hosts.
"""

import hashlib
import io
import warnings

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_SIDE = 4000  # pixels; 64 MB in memory where both sides are so long
KEPT = (480, 120)  # pixels; twice what the largest place on a page shows


class LogoRefused(ValueError):
    """This file becomes no logo; the message says why and what to do."""


def draw_logo(data: bytes) -> bytes:
    """The picture as a PNG of at most KEPT. Raises LogoRefused."""
    if len(data) > settings.LOGO_BYTES:
        raise LogoRefused(_("The file is larger than 2 MB. Please choose a smaller one."))
    try:
        with warnings.catch_warnings():
            # Sizes are looked at here, before any pixel is unpacked; Pillow's own warning would come too late.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_sides(image)
                return _drawn(image)
    except LogoRefused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_long() from error
    except Exception as error:  # a decoder may stumble over a damaged file in any way
        raise LogoRefused(_("This is not a picture that can be read. Please choose a PNG, JPEG or WebP file.")) from error


def digest_of(logo: bytes) -> str:
    return hashlib.sha256(logo).hexdigest() if logo else ""


def _check_sides(image: Image.Image) -> None:
    if max(image.size) > LARGEST_SIDE:
        raise _too_long()


def _too_long() -> LogoRefused:
    return LogoRefused(_("The picture is longer or wider than 4,000 pixels. Please choose a smaller one."))


def _drawn(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail(KEPT, Image.Resampling.LANCZOS)
    # A new image: the old one would take its metadata along.
    bare = Image.frombytes("RGBA", upright.size, upright.tobytes())
    file = io.BytesIO()
    bare.save(file, format="PNG", optimize=True)
    return file.getvalue()
