"""Pictures from outside, drawn anew: what is kept was written here, upright, of a sensible size, and nothing else.

Whatever else was in the file (place and owner of the camera, hidden data, scripts behind the picture) stays out.
"""

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lims.errors import Invalid

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_PIXELS = 60_000_000
LONGEST_SIDE, THUMBNAIL_SIDE = 2560, 320
MILLION = 1_000_000
QUALITY = 88
_ACCEPTED = ("JPEG", "PNG", "WEBP")
_FAULTS = (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError, EOFError, struct.error)


@dataclass(frozen=True)
class CleanPicture:
    """A picture as it is kept, and its thumbnail (JPEG)."""

    content: bytes
    media_type: str
    thumbnail: bytes


def drawn_anew(content: bytes, name: str) -> CleanPicture:
    """A picture of an instrument as it is kept: a PNG stays one, everything else becomes a JPEG.

    Args:
        content: a file that says of itself that it is JPEG, PNG or WebP.
        name: how a refusal calls it.

    Raises:
        Invalid: it has too many pixels, or cannot be read to its end.
    """
    from PIL import Image, ImageOps

    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=_ACCEPTED) as found:
            pixels = found.width * found.height
            if pixels > MOST_PIXELS:
                raise Invalid("facts.file_pixels", name=name, size=pixels // MILLION, most=MOST_PIXELS // MILLION)
            lossless = found.format == "PNG"
            found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at a fraction of its size
            drawn = _plain(ImageOps.exif_transpose(found))
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        kept = _written(drawn, "PNG") if lossless else _written(_opaque(drawn), "JPEG")
        small = drawn.copy()
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        thumbnail = _written(_opaque(small), "JPEG")
    except bombs:
        raise Invalid("facts.file_pixels", name=name, size=">100", most=MOST_PIXELS // MILLION) from None
    except _FAULTS as problem:
        raise Invalid("facts.file_unreadable", name=name) from problem
    return CleanPicture(kept, "image/png" if lossless else "image/jpeg", thumbnail)


def _plain(picture: "Picture") -> "Picture":
    """The same in red, green and blue, with what is transparent left so; without anything that was written beside."""
    see_through = picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info
    plain = picture.convert("RGBA" if see_through else "RGB")
    plain.info.clear()
    return plain


def _opaque(picture: "Picture") -> "Picture":
    """The same on white paper."""
    from PIL import Image

    if picture.mode == "RGB":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _written(picture: "Picture", form: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **({"quality": QUALITY} if form == "JPEG" else {}))
    return stream.getvalue()
