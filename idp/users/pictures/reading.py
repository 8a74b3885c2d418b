"""Reading a picture: its kind, its size, and a copy of it without its metadata."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from idp.users.pictures import gif, jpeg, png, webp
from idp.users.pictures.cleaned import Cleaned, NotAPicture

MAX_PIXELS = 25_000_000  # of a good camera; whoever looks at it has to unpack them

Clean = Callable[[bytes], Cleaned]

KINDS: tuple[tuple[str, re.Pattern[bytes], Clean], ...] = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n"), png.clean),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff"), jpeg.clean),
    ("image/gif", re.compile(rb"GIF8[79]a"), gif.clean),
    ("image/webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL), webp.clean),
)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that can be shown to anybody."""

    media_type: str
    image: bytes


def read_picture(body: bytes) -> Image:
    """Accept a PNG, JPEG, GIF or WebP, by what it is and not by what it is called.

    Raises NotAPicture for anything else, for what is broken, and for what has too many pixels.
    """
    found = ((kind, clean) for kind, signature, clean in KINDS if signature.match(body))
    media_type, clean = next(found, (None, None))
    if media_type is None or clean is None:
        raise NotAPicture
    try:
        cleaned = clean(body)
    except (IndexError, struct.error):
        raise NotAPicture from None  # it ends in the middle
    if not 0 < cleaned.width * cleaned.height <= MAX_PIXELS:
        raise NotAPicture
    return Image(media_type, cleaned.image)
